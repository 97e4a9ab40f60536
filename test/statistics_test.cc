// Statistics of rows of logits, against a reference in double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reproducible_rows.h"
#include "test/tensor.h"
#include "twopass_debug.h"
#include "twopass_tokens.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Results of some rows, each asked for.
struct Results {
  Results(size_t rows, const std::vector<int64_t>& tokens, size_t top_count)
      : tokens(tokens),
        log_sums(rows, -7.0f),
        entropies(rows, -7.0f),
        argmaxes(rows, -7),
        log_probabilities(tokens.size(), -7.0f),
        ranks(tokens.size(), -7),
        top_tokens(rows * top_count, -7),
        top_log_probabilities(rows * top_count, -7.0f) {
    wanted.log_sums = log_sums.data();
    wanted.entropies = entropies.data();
    wanted.argmaxes = argmaxes.data();
    wanted.tokens = this->tokens.data();
    wanted.tokens_per_row = rows != 0 ? tokens.size() / rows : 0;
    wanted.log_probabilities = log_probabilities.data();
    wanted.ranks = ranks.data();
    wanted.top_count = top_count;
    wanted.top_tokens = top_tokens.data();
    wanted.top_log_probabilities = top_log_probabilities.data();
  }

  void AddTo(Hash* hash) const {
    hash->Add(log_sums);
    hash->Add(entropies);
    hash->Add(argmaxes);
    hash->Add(log_probabilities);
    hash->Add(ranks);
    hash->Add(top_tokens);
    hash->Add(top_log_probabilities);
  }

  std::vector<int64_t> tokens;
  std::vector<float> log_sums, entropies;
  std::vector<int64_t> argmaxes;
  std::vector<float> log_probabilities;
  std::vector<int64_t> ranks;
  std::vector<int64_t> top_tokens;
  std::vector<float> top_log_probabilities;
  twopass_statistics wanted = {};
};

struct Reference {
  explicit Reference(const std::vector<float>& x) : x(x), order(x.size()) {
    std::iota(order.begin(), order.end(), int64_t{0});
    std::sort(order.begin(), order.end(),
              [&x](int64_t a, int64_t b) { return x[a] > x[b] || (x[a] == x[b] && a < b); });
    max = x[order[0]];
    double rest = 0, moment = 0;
    for (size_t i = x.size(); i-- > 1;) {
      const double distance = static_cast<double>(x[order[i]]) - max, e = std::exp(distance);
      rest += e;
      if (e != 0) moment += distance * e;
    }
    log_rest = std::log1p(rest);
    entropy = log_rest - moment / (1 + rest);
  }
  double LogProbability(int64_t token) const { return static_cast<double>(x[token]) - max - log_rest; }
  int64_t Rank(int64_t token) const { return std::find(order.begin(), order.end(), token) - order.begin(); }

  std::vector<float> x;
  std::vector<int64_t> order;  // the tokens by their logits
  double max, log_rest, entropy;
};

constexpr double kUlp = 0x1p-23;
constexpr double kLeftOut = 64 * 0x1p-64;  // what a logit adds to an entropy at most that counts as 0

class StatisticsTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!twopass_isa_is_available(GetParam().c_str())) GTEST_SKIP() << "this machine lacks " << GetParam();
    ASSERT_EQ(twopass_pin_isa(GetParam().c_str()), TWOPASS_OK);
  }
  void TearDown() override { twopass_pin_isa(nullptr); }

  // Statistics of one row of a type, as its last element lies before a guard page.
  static void Compute(const std::vector<float>& x, Results* results, const twopass_options* options = nullptr,
                      uint32_t type = TWOPASS_F32) {
    const twopass_shape shape = {1, x.size(), 1};
    Tensor tensor(type, shape, {});
    tensor.SetRow(0, x);
    ASSERT_EQ(twopass_compute_statistics(&shape, &tensor.argument(), &results->wanted, options), TWOPASS_OK);
  }

  static void ExpectLogProbability(float result, double expected) {
    if (std::isinf(expected)) {
      EXPECT_EQ(result, expected);
    } else {
      EXPECT_NEAR(result, expected, 2 * kUlp * std::fabs(expected) + 1e-7);
    }
  }

  static void ExpectRight(const Results& results, const Reference& expected) {
    const double log_sum = expected.max + expected.log_rest;
    EXPECT_NEAR(results.log_sums[0], log_sum, 2 * kUlp * std::max(1.0, std::fabs(log_sum)));
    EXPECT_NEAR(results.entropies[0], expected.entropy, 1e-6 * expected.entropy + kLeftOut * expected.x.size());
    EXPECT_EQ(results.argmaxes[0], expected.order[0]);
    for (size_t i = 0; i < results.tokens.size(); i++) {
      const double log_probability = expected.LogProbability(results.tokens[i]);
      ExpectLogProbability(results.log_probabilities[i], log_probability);
      EXPECT_EQ(results.ranks[i], expected.Rank(results.tokens[i]));
    }
    for (size_t i = 0; i < results.top_tokens.size(); i++) {
      const bool is_there = i < expected.x.size() && expected.x[expected.order[i]] != -kInfinity;
      ASSERT_EQ(results.top_tokens[i], is_there ? expected.order[i] : -1) << i;
      if (is_there) {
        const double log_probability = expected.LogProbability(results.top_tokens[i]);
        ExpectLogProbability(results.top_log_probabilities[i], log_probability);
      } else {
        EXPECT_EQ(results.top_log_probabilities[i], -kInfinity);
      }
    }
  }
};

INSTANTIATE_TEST_SUITE_P(All, StatisticsTest, testing::ValuesIn(Isas()),
                         [](const testing::TestParamInfo<std::string>& info) { return info.param + "__"; });

TEST_P(StatisticsTest, AreRight) {
  for (size_t count : {1, 2, 15, 16, 17, 31, 33, 100, 255, 257, 2047, 2048, 2049, 5000}) {
    for (const Input& input : Inputs(count)) {
      SCOPED_TRACE(input.name + " " + std::to_string(count));
      if (!std::any_of(input.x.begin(), input.x.end(), [](float x) { return x != -kInfinity; })) continue;
      const int64_t last = static_cast<int64_t>(count) - 1;
      Results results(1, {0, last, last / 2}, std::min<size_t>(count + 2, 20));
      Compute(input.x, &results);
      ExpectRight(results, Reference(input.x));
    }
  }
}

TEST_P(StatisticsTest, AreRightInEveryOrder) {
  std::vector<float> x = NormalLogits(10000, 3);
  for (int order = 0; order < 3; order++) {
    if (order == 1) std::sort(x.begin(), x.end());
    if (order == 2) std::reverse(x.begin(), x.end());
    Results results(1, {17, 9999}, TWOPASS_MAX_TOP);
    Compute(x, &results);
    ExpectRight(results, Reference(x));
  }
}

TEST_P(StatisticsTest, GoByIndexAmongEqualLogits) {
  std::vector<float> x(5000, 1.5f);
  for (size_t i = 0; i < x.size(); i += 3) x[i] = 1.0f;
  Results results(1, {0, 1, 2, 2500, 4999, 3}, TWOPASS_MAX_TOP);
  Compute(x, &results);
  ExpectRight(results, Reference(x));
}

TEST_P(StatisticsTest, KeepTheDigitsOfASmallEntropy) {
  for (float distance : {5.0f, 10.0f, 17.0f, 20.0f, 30.0f}) {
    std::vector<float> x = NormalLogits(3000, 0.1f, -distance);
    x[1234] = 0;
    Results results(1, {1234, 0}, 3);
    Compute(x, &results);
    ExpectRight(results, Reference(x));
    EXPECT_GT(results.entropies[0], 0);
  }
}

TEST_P(StatisticsTest, OfTypes) {
  for (uint32_t type : {TWOPASS_F16, TWOPASS_BF16}) {
    const std::vector<float> logits = NormalLogits(3333, 4);
    const twopass_shape shape = {1, logits.size(), 1};
    Tensor tensor(type, shape, {});
    tensor.SetRow(0, logits);
    Results results(1, {5, 3332}, 20);
    ASSERT_EQ(twopass_compute_statistics(&shape, &tensor.argument(), &results.wanted, nullptr), TWOPASS_OK);
    ExpectRight(results, Reference(tensor.Row(0, type)));
  }
}

TEST_P(StatisticsTest, OfScaledAndMaskedRows) {
  const size_t rows = 3, columns = 2500;
  const std::vector<float> x = NormalLogits(rows * columns, 4);
  const std::vector<float> scales = {1, 0.5f, 2};
  std::vector<unsigned char> keep(columns, 1);
  for (size_t i = 0; i < columns; i += 5) keep[i] = 0;
  const std::vector<int64_t> lengths = {2500, 2100, 7};
  twopass_logits logits = {};
  logits.scale = scales.data();
  logits.scale_row_stride = 1;
  logits.keep = keep.data();
  logits.lengths = lengths.data();
  twopass_options options = {};
  options.logits = &logits;
  Results results(rows, {1, 5, 2400, 1, 5, 2400, 1, 5, 2400}, 10);
  ASSERT_EQ(twopass_compute_statistics_f32(rows, columns, x.data(), columns, &results.wanted, &options), TWOPASS_OK);
  for (size_t row = 0; row < rows; row++) {
    std::vector<float> logits_of_row(x.begin() + row * columns, x.begin() + row * columns + lengths[row]);
    for (size_t i = 0; i < logits_of_row.size(); i++)
      logits_of_row[i] = keep[i] != 0 ? logits_of_row[i] * scales[row] : -kInfinity;
    const Reference expected(logits_of_row);
    EXPECT_NEAR(results.log_sums[row], expected.max + expected.log_rest, 1e-5);
    EXPECT_EQ(results.argmaxes[row], expected.order[0]);
    EXPECT_NEAR(results.log_probabilities[row * 3], expected.LogProbability(1), 1e-5);
    EXPECT_EQ(results.ranks[row * 3], expected.Rank(1));
    EXPECT_EQ(results.log_probabilities[row * 3 + 1], -kInfinity);  // is masked
    if (lengths[row] > 2400) {
      EXPECT_EQ(results.ranks[row * 3 + 2], expected.Rank(2400));
    } else {
      EXPECT_TRUE(std::isnan(results.log_probabilities[row * 3 + 2]));
      EXPECT_EQ(results.ranks[row * 3 + 2], -1);
    }
    for (size_t i = 0; i < 10; i++) {
      const bool is_there = i < expected.order.size() && logits_of_row[expected.order[i]] != -kInfinity;
      EXPECT_EQ(results.top_tokens[row * 10 + i], is_there ? expected.order[i] : -1);
    }
  }
}

TEST_P(StatisticsTest, OfSpecialValues) {
  for (float special : {kNaN, -kNaN, kInfinity}) {
    for (size_t position : {0, 1, 300, 2999}) {
      std::vector<float> x = NormalLogits(3000, 3);
      x[position] = special;
      Results results(1, {1, -1}, 2);
      Compute(x, &results);
      EXPECT_TRUE(std::isnan(results.log_sums[0]));
      EXPECT_TRUE(std::isnan(results.entropies[0]));
      EXPECT_EQ(results.argmaxes[0], -1);
      EXPECT_TRUE(std::isnan(results.log_probabilities[0]));
      EXPECT_EQ(results.ranks, (std::vector<int64_t>{-1, -1}));
      EXPECT_EQ(results.top_tokens, (std::vector<int64_t>{-1, -1}));
      EXPECT_TRUE(std::isnan(results.top_log_probabilities[0]));
    }
  }
  for (size_t count : {0, 1, 3000}) {
    for (uint32_t flags : {0u, uint32_t{TWOPASS_FLAG_MASKED_ROW_ZERO}}) {
      twopass_options options = {};
      options.flags = flags;
      Results results(1, count != 0 ? std::vector<int64_t>{0} : std::vector<int64_t>{-1}, 1);
      const std::vector<float> x(count + 1, -kInfinity);
      ASSERT_EQ(twopass_compute_statistics_f32(1, count, x.data(), count, &results.wanted, &options), TWOPASS_OK);
      EXPECT_EQ(results.log_sums[0], -kInfinity);
      EXPECT_EQ(results.argmaxes[0], -1);
      EXPECT_EQ(results.ranks[0], -1);
      EXPECT_EQ(results.top_tokens[0], -1);
      EXPECT_EQ(results.top_log_probabilities[0], -kInfinity);
      if (flags != 0) {
        EXPECT_EQ(results.entropies[0], 0);
        EXPECT_TRUE(count == 0 || results.log_probabilities[0] == -kInfinity);
      } else {
        EXPECT_TRUE(std::isnan(results.entropies[0]));
        EXPECT_TRUE(std::isnan(results.log_probabilities[0]));
      }
    }
  }
}

TEST_P(StatisticsTest, ComputeWhatIsAskedForAlone) {
  const std::vector<float> x = NormalLogits(3000, 3);
  Results all(1, {7}, 4);
  Compute(x, &all);
  float log_sum;
  twopass_statistics wanted = {};
  wanted.log_sums = &log_sum;
  ASSERT_EQ(twopass_compute_statistics_f32(1, x.size(), x.data(), x.size(), &wanted, nullptr), TWOPASS_OK);
  EXPECT_EQ(log_sum, all.log_sums[0]);
  wanted = {};
  ASSERT_EQ(twopass_compute_statistics_f32(1, x.size(), x.data(), x.size(), &wanted, nullptr), TWOPASS_OK);
}

TEST_P(StatisticsTest, ErrorsWriteNothing) {
  const std::vector<float> x = NormalLogits(30, 3);
  const auto status_of = [&](const Results& results, size_t columns = 30) {
    return twopass_compute_statistics_f32(1, columns, x.data(), 30, &results.wanted, nullptr);
  };
  Results results(1, {30}, 2);
  EXPECT_EQ(status_of(results), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(status_of(Results(1, {0}, 2), 0), TWOPASS_INVALID_ARGUMENT);
  Results without_tokens(1, {0}, 2);
  without_tokens.wanted.tokens = nullptr;
  EXPECT_EQ(status_of(without_tokens), TWOPASS_INVALID_ARGUMENT);
  Results with_too_many(1, {0}, TWOPASS_MAX_TOP + 1);
  EXPECT_EQ(status_of(with_too_many), TWOPASS_INVALID_ARGUMENT);
  Results with_reserved(1, {0}, 2);
  with_reserved.wanted.reserved[3] = 1;
  EXPECT_EQ(status_of(with_reserved), TWOPASS_INVALID_ARGUMENT);
  Results misaligned(1, {0}, 2);
  alignas(int64_t) char bytes[16] = {};
  misaligned.wanted.ranks = reinterpret_cast<int64_t*>(bytes + 1);
  EXPECT_EQ(status_of(misaligned), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass_compute_statistics_f32(1, 30, x.data(), 30, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass_compute_statistics_f32(1, 30, nullptr, 30, &without_tokens.wanted, nullptr),
            TWOPASS_INVALID_ARGUMENT);
  const twopass_statistics nothing = {};
  const float sink = 0;
  twopass_logits logits = {};
  logits.sink = &sink;
  twopass_options options = {};
  options.logits = &logits;
  EXPECT_EQ(twopass_compute_statistics_f32(1, 30, x.data(), 30, &nothing, &options), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(results.log_sums[0], -7);
  EXPECT_EQ(results.top_tokens[0], -7);
}

// The same bits on every machine: so they are written here.
TEST_P(StatisticsTest, HaveTheSameBitsOnEveryIsa) {
  Hash hash;
  for (uint32_t type : {TWOPASS_F32, TWOPASS_F16, TWOPASS_BF16}) {
    for (size_t count : {1, 31, 32, 33, 1000, 6000}) {
      const std::vector<float> x = ReproducibleRow(count, static_cast<uint32_t>(count), 3);
      const std::vector<float> bias = ReproducibleRow(count, 1, 0.3f);
      const float scale = 0.7f, slope = 1.3f;
      twopass_logits logits = {};
      logits.scale = &scale;
      logits.bias = bias.data();
      logits.slope = &slope;
      for (float softcap : {0.0f, 20.0f}) {
        logits.softcap = softcap;
        twopass_options options = {};
        options.logits = &logits;
        Results results(1, {0, static_cast<int64_t>(count) / 2}, std::min<size_t>(count, 10));
        Compute(x, &results, &options, type);
        results.AddTo(&hash);
      }
    }
  }
  EXPECT_EQ(hash.value(), 0xb5af5ad19ced14c7u) << std::hex << hash.value();
}

}  // namespace
}  // namespace twopass_test
