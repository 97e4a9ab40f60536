// Rows in shards: sums that are reduced, merged in any order and turned into outputs, against the softmax of the whole
// row.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "src/fused.h"
#include "src/logarithm.h"
#include "src/plan.h"
#include "test/exception_flags.h"
#include "test/guarded_buffer.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using twopass::kBlock;
using Row = std::vector<float>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kUntouched = -1.25f;
// From here on double has not every integer, and mantissas need not be normalised.
constexpr double kMaxExactExponent = 0x1p53;

bool AreSameBits(twopass_extexp a, twopass_extexp b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

twopass_extexp Reduce(const float* x, size_t count) {
  twopass_extexp sum = {kNaN, kNaN};
  EXPECT_EQ(twopass_reduce_extexp_f32(1, count, x, count, &sum, nullptr), TWOPASS_OK);
  return sum;
}
twopass_status Finish(size_t count, const float* x, float* y, twopass_extexp total,
                      const twopass_options* options = nullptr) {
  return twopass_finish_extexp_f32(1, count, x, count, y, count, &total, options);
}
twopass_extexp Reduce(const Row& x) { return Reduce(x.data(), x.size()); }

// A value as the header describes it.
testing::AssertionResult IsWellFormed(twopass_extexp value) {
  if (std::isnan(value.mantissa) || value.mantissa == 0) return testing::AssertionSuccess();
  const bool is_exact = std::fabs(value.exponent) < kMaxExactExponent;
  if (std::rint(value.exponent) == value.exponent && std::isfinite(value.exponent) &&
      (is_exact ? value.mantissa >= 1 && value.mantissa < 2 : value.mantissa > 0 && value.mantissa <= DBL_MAX)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << value.mantissa << " * 2^" << value.exponent;
}

// log(sum of exp(x)) without rounding to float.
double ExactLog(const Row& x) {
  const float max = *std::max_element(x.begin(), x.end());
  if (std::isinf(max)) return max;
  double sum = 0;
  for (float value : x) sum += std::exp(static_cast<double>(value) - max);
  return max + std::log(sum);
}

// The places to cut a row at, in order; some shards may be empty.
std::vector<size_t> RandomCuts(size_t columns, size_t shards, std::mt19937* random) {
  std::vector<size_t> cuts = {0, columns};
  for (size_t i = 1; i < shards; i++) cuts.push_back((*random)() % (columns + 1));
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

// Of what a sum may have beside its largest term: from nothing to as many as a row has.
TEST(LogarithmTest, IsThatOfC) {
  EXPECT_EQ(twopass_log1p(0), 0);
  EXPECT_TRUE(std::isnan(twopass_log1p(kNaN)));
  for (double x = DBL_MIN; x < 0x1p40; x *= 1.0009765625) {
    for (double near : {x, static_cast<double>(static_cast<float>(x))}) {
      ASSERT_NEAR(twopass_log1p(near), std::log1p(near), 0x1p-34 * std::log1p(near)) << near;
    }
  }
}

class ExtexpTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string isa = GetParam();
    if (!twopass_isa_is_available(isa.c_str())) GTEST_SKIP() << "this machine has no " << isa;
    ASSERT_EQ(twopass_pin_isa(isa.c_str()), TWOPASS_OK);
  }
  void TearDown() override { ASSERT_EQ(twopass_pin_isa(nullptr), TWOPASS_OK); }

  // The total of the shards, merged two at a time in a random order. *depth is how often a term has been through a
  // merge.
  static twopass_extexp MergeInRandomOrder(std::vector<twopass_extexp> sums, size_t* depth, std::mt19937* random) {
    std::vector<size_t> depths(sums.size(), 0);
    while (sums.size() > 1) {
      const size_t a = (*random)() % sums.size();
      std::swap(sums[a], sums.back());
      std::swap(depths[a], depths.back());
      const twopass_extexp taken = sums.back();
      const size_t taken_depth = depths.back();
      sums.pop_back();
      depths.pop_back();
      const size_t b = (*random)() % sums.size();
      sums[b] = twopass_merge_extexp(sums[b], taken);
      depths[b] = std::max(depths[b], taken_depth) + 1;
      EXPECT_TRUE(IsWellFormed(sums[b]));
    }
    *depth = depths[0];
    return sums[0];
  }

  // What is wrong with the softmax of the row by way of shards, in words; empty where nothing is.
  static std::string DifferenceInShards(const Row& x, size_t shards, bool is_in_place, uint32_t flags,
                                        std::mt19937* random) {
    const std::vector<size_t> cuts = RandomCuts(x.size(), shards, random);
    std::vector<twopass_extexp> sums;
    for (size_t shard = 0; shard < shards; shard++) {
      sums.push_back(Reduce(x.data() + cuts[shard], cuts[shard + 1] - cuts[shard]));
      EXPECT_TRUE(IsWellFormed(sums.back()));
    }
    size_t depth;
    const twopass_extexp total = MergeInRandomOrder(sums, &depth, random);

    const twopass_options options = OptionsOf(TWOPASS_ALGORITHM_AUTO, flags);
    Row y = is_in_place ? x : Row(x.size(), kUntouched);
    for (size_t shard = 0; shard < shards; shard++) {
      const float* const input = (is_in_place ? y : x).data() + cuts[shard];
      EXPECT_EQ(Finish(cuts[shard + 1] - cuts[shard], input, y.data() + cuts[shard], total, &options), TWOPASS_OK);
    }
    SoftmaxReference reference = ReferenceSoftmax(x, TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE, flags);
    for (double& bound : reference.bound) bound += depth * 0x1p-53;
    const std::string difference = Difference(reference, x, y.data());
    return difference.empty() ? "" : std::to_string(shards) + " shards: " + difference;
  }

  static std::string DifferenceInShards(const Row& x, uint32_t flags = 0) {
    std::mt19937 random(5);
    bool is_in_place = false;
    for (size_t shards : {1, 2, 3, 7, 20}) {
      const std::string difference = DifferenceInShards(x, shards, is_in_place, flags, &random);
      if (!difference.empty()) return difference;
      is_in_place = !is_in_place;
    }
    return "";
  }
};

// ---- Whole rows from shards

TEST_P(ExtexpTest, EveryRange) {
  for (size_t columns : {1, 2, 17, 1001}) {
    for (const Input& input : Inputs(columns)) EXPECT_EQ(DifferenceInShards(input.x), "") << input.name;
  }
}

TEST_P(ExtexpTest, LongRows) {
  for (float deviation : {1.0f, 30.0f}) EXPECT_EQ(DifferenceInShards(NormalLogits(5 * kBlock + 99, deviation)), "");
  Row x(5 * kBlock + 99);
  for (float step : {0.01f, 0.1f, 1.5f, 100.0f}) {
    for (size_t i = 0; i < x.size(); i++) x[i] = step * static_cast<float>(i);
    EXPECT_EQ(DifferenceInShards(x), "") << step;
    std::reverse(x.begin(), x.end());
    EXPECT_EQ(DifferenceInShards(x), "") << step;
  }
}

// The loop of twopass.h over equal shards, whose roundings all go the same way.
TEST_P(ExtexpTest, ManyEqualShards) {
  const size_t count = 16;
  const Row x = NormalLogits(count, 3);
  for (size_t shards : {size_t{85}, size_t{170}, size_t{21845}, size_t{1} << 20}) {
    twopass_extexp total = {};
    for (size_t shard = 0; shard < shards; shard++) total = twopass_merge_extexp(total, Reduce(x));
    Row y(count);
    ASSERT_EQ(Finish(count, x.data(), y.data(), total), TWOPASS_OK);
    SoftmaxReference reference = ReferenceSoftmax(x, TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE);
    for (double& exact : reference.exact) exact /= static_cast<double>(shards);
    EXPECT_EQ(Difference(reference, x, y.data()), "") << shards << " shards";
  }
}

// Shards of nothing but masks, beside others and alone.
TEST_P(ExtexpTest, MaskedShards) {
  const size_t shards = 4, count = 1000;
  for (float mask : {-kInfinity, -1e9f, -FLT_MAX}) {
    for (unsigned masked = 1; masked < 1u << shards; masked++) {
      Row x = NormalLogits(shards * count, 10);
      twopass_extexp total = {};
      for (size_t shard = 0; shard < shards; shard++) {
        float* const begin = &x[shard * count];
        if (masked >> shard & 1) std::fill_n(begin, count, mask);
        total = twopass_merge_extexp(total, Reduce(begin, count));
      }
      Row y(x.size());
      const twopass_options options = OptionsOf(TWOPASS_ALGORITHM_AUTO, TWOPASS_FLAG_MASKED_ROW_ZERO);
      ASSERT_EQ(Finish(x.size(), x.data(), y.data(), total, &options), TWOPASS_OK);
      const SoftmaxReference reference =
          ReferenceSoftmax(x, TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE, TWOPASS_FLAG_MASKED_ROW_ZERO);
      ASSERT_EQ(Difference(reference, x, y.data()), "") << mask << " in the shards of " << masked;
    }
  }
}

TEST_P(ExtexpTest, SpecialValueAtEveryPosition) {
  std::mt19937 random(6);
  for (float special : SpecialValues()) {
    for (size_t position : Numbers(0, 99)) {
      Row x = NormalLogits(100, 10);
      x[position] = special;
      ASSERT_EQ(DifferenceInShards(x, 4, false, 0, &random), "") << special << " at " << position;
    }
  }
}

TEST_P(ExtexpTest, MaskedRow) {
  for (size_t columns : {size_t{1}, size_t{30}, 2 * kBlock}) {
    Row x(columns, -kInfinity);
    EXPECT_EQ(DifferenceInShards(x), "");
    EXPECT_EQ(DifferenceInShards(x, TWOPASS_FLAG_MASKED_ROW_ZERO), "");
    // Very low is not masked, and the flag hides neither NaN nor infinity.
    for (float value : {-FLT_MAX, -1e30f, kNaN, kInfinity}) {
      x[columns / 2] = value;
      EXPECT_EQ(DifferenceInShards(x, TWOPASS_FLAG_MASKED_ROW_ZERO), "") << value;
    }
  }
}

// Values of every magnitude beyond the accurate range, among others as large and among ordinary ones.
TEST_P(ExtexpTest, HugeMagnitudes) {
  std::mt19937 random(7);
  for (float magnitude = 1e5f; magnitude < FLT_MAX / 1.9f; magnitude *= 1.9f) {
    for (float sign : {-1.0f, 1.0f}) {
      // Neighbouring floats, equal ones, and what is far from them.
      Row x = NormalLogits(60, 1);
      float value = sign * magnitude;
      for (size_t i = 0; i < 30; i++) {
        x[i] = value;
        if (i % 3 == 0) value = std::nextafter(value, -kInfinity);
        if (i % 10 == 9) x[i] = 0.9f * value;
      }
      std::shuffle(x.begin(), x.end(), random);
      for (size_t shards : {1, 3, 9}) {
        ASSERT_EQ(DifferenceInShards(x, shards, false, 0, &random), "") << value;
      }
      ASSERT_EQ(DifferenceInShards(Row(x.begin(), x.begin() + 1)), "") << x[0];
    }
  }
}

TEST_P(ExtexpTest, RepeatedHugeValuesGiveOneOverN) {
  for (float value : {1e30f, -1e30f, 2e38f, -2e38f, 3e38f, -3e38f, FLT_MAX, -FLT_MAX}) {
    for (size_t columns : {size_t{1}, size_t{999}, kBlock + 5}) {
      EXPECT_EQ(DifferenceInShards(Row(columns, value)), "") << value;
    }
  }
  const Row x = {FLT_MAX, -1, FLT_MAX, -FLT_MAX, FLT_MAX, -kInfinity};
  const twopass_extexp total = twopass_merge_extexp(Reduce(x.data(), 2), Reduce(x.data() + 2, 4));
  Row y(x.size());
  ASSERT_EQ(Finish(x.size(), x.data(), y.data(), total), TWOPASS_OK);
  for (size_t i = 0; i < x.size(); i++) EXPECT_TRUE(IsWithin(y[i], x[i] > 0 ? 1 / 3.0 : 0, 4 * kEpsilon)) << x[i];
}

// Floats of random bits: nothing overflows, and some element has a share.
TEST_P(ExtexpTest, RandomBits) {
  std::mt19937 random(8);
  for (int round = 0; round < 2000; round++) {
    Row x(1 + random() % 20);
    for (float& value : x) {
      do {
        const uint32_t bits = static_cast<uint32_t>(random());
        std::memcpy(&value, &bits, sizeof(value));
      } while (!std::isfinite(value));
    }
    ASSERT_EQ(DifferenceInShards(x, 1 + random() % 4, false, 0, &random), "");
    const twopass_extexp sum = Reduce(x);
    ASSERT_TRUE(std::isfinite(twopass_log_extexp(sum)));
    // The same total, merged with itself over and over.
    twopass_extexp total = sum;
    for (int doubling = 0; doubling < 30; doubling++) {
      total = twopass_merge_extexp(total, total);
      ASSERT_TRUE(IsWellFormed(total)) << sum.mantissa << " * 2^" << sum.exponent;
    }
    Row y(1);
    const float max = *std::max_element(x.begin(), x.end());
    ASSERT_EQ(Finish(1, &max, y.data(), total), TWOPASS_OK);
    const SoftmaxReference reference = ReferenceSoftmax(x, TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE);
    const double share = *std::max_element(reference.exact.begin(), reference.exact.end());
    ASSERT_TRUE(IsWithin(y[0], share * 0x1p-30, 4 * kEpsilon)) << max;
  }
}

// Within the range of float arithmetic nothing is denormal.
TEST_P(ExtexpTest, NothingUnderflows) {
  TWOPASS_SKIP_WITHOUT_EXCEPTION_FLAGS();
  for (float deviation : {1.0f, 100.0f, 1000.0f}) {
    const Row x = NormalLogits(3 * kBlock + 5, deviation);
    Row y(x.size());
    std::feclearexcept(kUnderflow);
    twopass_extexp total = {};
    for (size_t start = 0; start < x.size(); start += 1000) {
      total = twopass_merge_extexp(total, Reduce(x.data() + start, std::min<size_t>(1000, x.size() - start)));
    }
    ASSERT_EQ(Finish(x.size(), x.data(), y.data(), total), TWOPASS_OK);
    EXPECT_EQ(std::fetestexcept(kUnderflow), 0) << deviation;
  }
}

// ---- Memory

TEST_P(ExtexpTest, EveryCountBetweenGuardPages) {
  const Row logits = NormalLogits(300, 10);
  GuardedBuffer input(logits.size()), output(logits.size());
  for (size_t count : Numbers(0, logits.size())) {
    float* const x = input.end() - count;
    float* const y = output.begin();
    std::copy_n(logits.begin(), count, x);
    output.Fill(kUntouched);
    ASSERT_EQ(Finish(count, x, y, Reduce(x, count)), TWOPASS_OK);
    ASSERT_EQ(std::memcmp(x, logits.data(), count * sizeof(float)), 0);
    if (count > 0) {
      const Row row(x, x + count);
      ASSERT_EQ(Difference(ReferenceSoftmax(row, TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE), row, y), "");
    }
    ASSERT_TRUE(std::all_of(y + count, output.end(), [](float value) { return value == kUntouched; })) << count;
  }
}

// ---- Values

TEST_P(ExtexpTest, SumsAreNormalised) {
  for (const Input& input : Inputs(1001)) {
    const twopass_extexp sum = Reduce(input.x);
    EXPECT_TRUE(IsWellFormed(sum)) << input.name;
    EXPECT_GT(sum.mantissa, 0) << input.name;
  }
}

TEST_P(ExtexpTest, SpecialSums) {
  const twopass_extexp nothing = Reduce(nullptr, 0);
  EXPECT_EQ(nothing.mantissa, 0);
  EXPECT_EQ(Reduce(Row(100, -kInfinity)).mantissa, 0);
  for (float special : {kNaN, kInfinity}) {
    for (size_t columns : {size_t{1}, size_t{100}, kBlock + 10}) {
      for (size_t position : {size_t{0}, columns / 2, columns - 1}) {
        Row x = NormalLogits(columns, 10);
        x[position] = special;
        EXPECT_TRUE(std::isnan(Reduce(x).mantissa)) << special << " at " << position << " of " << columns;
      }
    }
  }
}

TEST_P(ExtexpTest, Log) {
  for (const Input& input : Inputs(1001)) {
    const double exact = static_cast<double>(ExactLog(input.x));
    // A relative error of the value is an absolute one of its logarithm. Far out a value is no more than a float's.
    const double allowed = static_cast<double>(4 * kEpsilon) * (std::fabs(exact) < 1e9 ? 1 : std::fabs(exact));
    EXPECT_NEAR(twopass_log_extexp(Reduce(input.x)), exact, allowed) << input.name;
  }
  // The absolute error stays where the maximum is taken off, and is more than what is left here.
  const Row x = {16.9424f, 0};
  EXPECT_NEAR(twopass_log_extexp(Reduce(x)) - x[0], ExactLog(x) - x[0], kOrdinaryError);
  EXPECT_EQ(twopass_log_extexp({}), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(twopass_log_extexp({0, 1e30f}), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(twopass_log_extexp({kNaN, 0})));
  EXPECT_DOUBLE_EQ(twopass_log_extexp({1, 1000}), 1000 * 0.69314718055994530942);
  EXPECT_DOUBLE_EQ(twopass_log_extexp({1.5f, -70000}), std::log(1.5) - 70000 * 0.69314718055994530942);
}

// ---- Errors

TEST_P(ExtexpTest, InvalidArguments) {
  const twopass_extexp untouched = {kUntouched, kUntouched};
  Row x(100, kUntouched);
  twopass_extexp sum = untouched;
  const auto reduce = [&](size_t count, const float* data, const twopass_options* options = nullptr) {
    return twopass_reduce_extexp_f32(1, count, data, count, &sum, options);
  };
  const auto finish = [&](size_t count, const float* input, float* output, const twopass_options* options = nullptr) {
    return Finish(count, input, output, {1, 0}, options);
  };
  EXPECT_EQ(twopass_reduce_extexp_f32(1, 10, x.data(), 10, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass_reduce_extexp_f32(1, 0, nullptr, 0, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass_finish_extexp_f32(1, 10, x.data(), 10, x.data(), 10, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(reduce(10, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(finish(10, nullptr, x.data()), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(finish(10, x.data(), nullptr), TWOPASS_INVALID_ARGUMENT);
  // More bytes than there are addresses, or than the address leaves.
  for (size_t count :
       {size_t{SIZE_MAX}, size_t{SIZE_MAX} / 2 + 1, SIZE_MAX / sizeof(float), SIZE_MAX / sizeof(float) + 2}) {
    EXPECT_EQ(reduce(count, x.data()), TWOPASS_INVALID_ARGUMENT) << count;
    EXPECT_EQ(finish(count, x.data(), x.data()), TWOPASS_INVALID_ARGUMENT) << count;
  }
  for (size_t shift : {1, 20, 49}) {
    EXPECT_EQ(finish(shift + 1, x.data(), x.data() + shift), TWOPASS_INVALID_ARGUMENT) << shift;
    EXPECT_EQ(finish(shift + 1, x.data() + shift, x.data()), TWOPASS_INVALID_ARGUMENT) << shift;
  }
  for (twopass_options options :
       {OptionsOf(99), OptionsOf(TWOPASS_ALGORITHM_AUTO, 2), OptionsOf(TWOPASS_ALGORITHM_AUTO, 0x80000000u)}) {
    EXPECT_EQ(reduce(10, x.data(), &options), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(reduce(0, x.data(), &options), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(finish(10, x.data(), x.data(), &options), TWOPASS_INVALID_ARGUMENT);
  }
  EXPECT_TRUE(AreSameBits(sum, untouched));
  EXPECT_EQ(x, Row(100, kUntouched));
}

TEST_P(ExtexpTest, NothingToDoNeedsNoMemory) {
  EXPECT_EQ(Finish(0, nullptr, nullptr, {1, 0}), TWOPASS_OK);
  EXPECT_EQ(twopass_finish_extexp_f32(0, 10, nullptr, 10, nullptr, 10, nullptr, nullptr), TWOPASS_OK);
  EXPECT_EQ(twopass_reduce_extexp_f32(0, 10, nullptr, 10, nullptr, nullptr), TWOPASS_OK);
  twopass_extexp sum = {1, 2};
  EXPECT_EQ(twopass_reduce_extexp_f32(1, 0, nullptr, 0, &sum, nullptr), TWOPASS_OK);
  EXPECT_EQ(sum.mantissa, 0);
}

INSTANTIATE_TEST_SUITE_P(All, ExtexpTest, testing::ValuesIn(Isas()),
                         [](const testing::TestParamInfo<std::string>& info) { return info.param; });

// ---- Merging, which no ISA has a part in

std::vector<twopass_extexp> SomeValues() {
  std::vector<twopass_extexp> values;
  for (float mantissa : {1.0f, 1.5f, 0x1.fffffep0f}) {
    for (float exponent : {0.0f, 1.0f,  -1.0f, 23.0f,  24.0f, 25.0f, -100.0f, 1000.0f, 1022.0f, 1023.0f, -1074.0f,
                           2e5f, -2e5f, 1e6f,  1.6e7f, 1e9f,  -1e9f, 1e30f,   -1e30f,  FLT_MAX, -FLT_MAX}) {
      values.push_back({mantissa, exponent});
    }
  }
  return values;
}

TEST(MergeTest, ZeroOfAnyExponentIsTheIdentity) {
  for (twopass_extexp value : SomeValues()) {
    for (float exponent : {0.0f, 5.0f, -5.0f, 1e30f, -1e30f, FLT_MAX, -FLT_MAX, kInfinity, -kInfinity, kNaN}) {
      const twopass_extexp zero = {0, exponent};
      EXPECT_TRUE(AreSameBits(twopass_merge_extexp(zero, value), value)) << value.mantissa << " * 2^" << value.exponent;
      EXPECT_TRUE(AreSameBits(twopass_merge_extexp(value, zero), value)) << value.mantissa << " * 2^" << value.exponent;
      EXPECT_EQ(twopass_merge_extexp(zero, {}).mantissa, 0);
      EXPECT_EQ(twopass_merge_extexp(zero, zero).mantissa, 0);
    }
  }
}

TEST(MergeTest, NaNStays) {
  for (twopass_extexp value : SomeValues()) {
    for (float exponent : {0.0f, FLT_MAX, -FLT_MAX}) {
      EXPECT_TRUE(std::isnan(twopass_merge_extexp({kNaN, exponent}, value).mantissa));
      EXPECT_TRUE(std::isnan(twopass_merge_extexp(value, {kNaN, exponent}).mantissa));
    }
  }
  EXPECT_TRUE(std::isnan(twopass_merge_extexp({kNaN, 0}, {}).mantissa));
  EXPECT_TRUE(std::isnan(twopass_merge_extexp({}, {kNaN, 0}).mantissa));
}

// The exact sum, but for one rounding; the same both ways.
TEST(MergeTest, IsTheRoundedSum) {
  for (twopass_extexp a : SomeValues()) {
    for (twopass_extexp b : SomeValues()) {
      const twopass_extexp sum = twopass_merge_extexp(a, b);
      ASSERT_TRUE(AreSameBits(sum, twopass_merge_extexp(b, a)));
      ASSERT_TRUE(IsWellFormed(sum)) << a.mantissa << " * 2^" << a.exponent << " + " << b.mantissa << " * 2^"
                                     << b.exponent;
      const auto scaled = [&](twopass_extexp value) {
        const double distance = value.exponent - sum.exponent;
        return distance < -200 ? 0 : value.mantissa * std::exp2(distance);
      };
      ASSERT_LE(std::fabs(sum.mantissa - scaled(a) - scaled(b)), 0x1p-52 * sum.mantissa)
          << a.mantissa << " * 2^" << a.exponent << " + " << b.mantissa << " * 2^" << b.exponent;
    }
  }
}

// Nothing overflows, whatever the mantissas are that come from outside.
TEST(MergeTest, HugeValues) {
  for (double mantissa : {1.0, 0x1p127, 0x1p1023, DBL_MAX}) {
    for (double exponent : {0.0, 2e5, 1e15, 0x1p53, 1e17, 1e30, 1e300, DBL_MAX, -1e30, -DBL_MAX}) {
      const twopass_extexp value = {mantissa, exponent};
      twopass_extexp total = {};
      for (int i = 0; i < 100; i++) {
        total = twopass_merge_extexp(total, value);
        ASSERT_TRUE(IsWellFormed(total)) << mantissa << " * 2^" << exponent << ", " << i << " times";
        ASSERT_GE(total.exponent, value.exponent);
      }
      for (int i = 0; i < 1100; i++) {
        total = twopass_merge_extexp(total, total);
        ASSERT_TRUE(IsWellFormed(total)) << mantissa << " * 2^" << exponent << ", doubled " << i << " times";
      }
      const double logarithm = twopass_log_extexp(total);
      ASSERT_FALSE(std::isnan(logarithm)) << mantissa << " * 2^" << exponent;
      ASSERT_EQ(logarithm > 0, exponent >= 0);
    }
  }
}

// Whatever the order of three values, only the roundings differ.
TEST(MergeTest, IsAssociativeUpToRounding) {
  std::mt19937 random(9);
  std::uniform_real_distribution<float> mantissa(1, 2);
  for (int round = 0; round < 10000; round++) {
    twopass_extexp values[3];
    for (twopass_extexp& value : values) value = {mantissa(random), static_cast<double>(random() % 40)};
    const auto [a, b, c] = values;
    const twopass_extexp left = twopass_merge_extexp(twopass_merge_extexp(a, b), c);
    const twopass_extexp right = twopass_merge_extexp(a, twopass_merge_extexp(b, c));
    const double ratio = std::ldexp(left.mantissa / right.mantissa, static_cast<int>(left.exponent - right.exponent));
    ASSERT_NEAR(ratio, 1, 0x1p-51);
  }
}

// ---- What the library computes with

// The numbers are volatile, or the compiler would compute ahead. In the last row a sum of 64 bits is a tie, which must
// not be rounded twice.
TEST(FusedTest, RoundsOnce) {
  static const volatile double cases[][4] = {
      {62381, -0x1.62e42fefa39efp-1, 0x1.51ce8ap+15, 0x1.c4b22be8fc7dp-5},
      {34190, -0x1.62e42fefa39efp-1, 0x1.724a8p+14, -0x1.3bd0b772a6c9p-4},
      {152267, -0x1.62e42fefa39efp-1, 0x1.9c472ep+16, -0x1.0c58195b0fd0ap-2},
      {0x1.fffffffffffffp+0, 0x1.0000000000001p+0, 0x1p-60, 0x1.0000000000001p+1},
  };
  for (const auto& row : cases) {
    const double a = row[0], b = row[1], c = row[2], expected = row[3];
    EXPECT_EQ(twopass::fused(a, b, c), expected) << a << " * " << b;
  }
}

}  // namespace
}  // namespace twopass_test
