// Inputs for which the library has been wrong once. Seeds of the fuzzer, test/fuzz/corpus/, are made of some of them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "test/inventory.h"
#include "test/reference.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using Row = std::vector<float>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

class PastFaultsTest : public SoftmaxTest {
 protected:
  Row Softmax(const Row& x, size_t stride = 0) const {
    const twopass_options options = Options();
    Row y(x.size());
    EXPECT_EQ(twopass_softmax_f32(1, x.size(), x.data(), stride, y.data(), stride, &options), TWOPASS_OK);
    return y;
  }

  // Against what is promised.
  std::string DifferenceOf(const Row& x, const Row& y) const {
    const uint32_t algorithm = Options().algorithm;
    return Difference(ReferenceSoftmax(x, algorithm, 0, PromisedError(algorithm)), x, y.data());
  }
};

// Some 60 small logits, with two others among them.
Row WithTwoLarge(float largest, float second) {
  Row x(59);
  for (size_t i = 0; i < x.size(); i++) x[i] = 0.05f * static_cast<float>(i * 37 % 59) - 1.5f;
  x[0] = largest;
  x[1] = second;
  return x;
}

// A lower bound of x was itself rounded, and results that are a little more than FLT_MIN became 0.
TEST_P(PastFaultsTest, ResultsJustAboveTheLeastNormalNumber) {
  for (const Row& x : {
           Row{0x1.d06c6ap+16f, 0x1.d01516p+16f},    // without FMA: 1.008 * 2^-126 was 0
           Row{-0x1.dad74ep+15f, -0x1.db85fap+15f},  // avx2, too
           Row{0x1.9dd70cp+16f, 0x1.9d7fb6p+16f}, Row{-0x1.dc746cp+15f, -0x1.dd2318p+15f},
           WithTwoLarge(0x1.ef99a8p+7f, 0x1.40ed5ap+7f),  // without FMA: 1.000012 * 2^-126
           WithTwoLarge(0x1.7861p+7f, 0x1.936962p+6f),    // avx2: 1.0000045 * 2^-126
       }) {
    const Row y = Softmax(x);
    EXPECT_EQ(DifferenceOf(x, y), "");
    EXPECT_GE(y[1], FLT_MIN) << x[0] << " and " << x[1];
  }
}

// Range reduction by an addition that rounds relies on rounding to nearest.
TEST_P(PastFaultsTest, RoundingModesOfTheCaller) {
  for (const Row& x : {Row{0, -100, -200}, Row{-56.27f, -55.87f, 99.73f}}) {
    const Row expected = Softmax(x);
    EXPECT_EQ(DifferenceOf(x, expected), "");
    for (int mode : {
#ifdef FE_DOWNWARD
             FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO,
#endif
             FE_TONEAREST}) {
      std::fesetround(mode);
      const Row y = Softmax(x);
      EXPECT_EQ(std::fegetround(), mode);
      std::fesetround(FE_TONEAREST);
      EXPECT_EQ(y, expected) << mode;
    }
  }
}

// 4.5 units of 2^-23 on avx2, where 4 were promised of any row. Found by a search, as in accuracy_test.
TEST_P(PastFaultsTest, ErrorsThatDoNotCancel) {
  const Row x = {-0x1.2f838cp-1f, -0x1.2b2364p-1f, -0x1.ef17cap+1f, -0x1.ece75cp+1f, -0x1.ee5af4p+1f, -0x1.ee2456p+1f,
                 -0x1.ed7514p+1f, -0x1.2d9d4cp-1f, -0x1.ee2454p+1f, -0x1.ed2102p+1f, -0x1.ed7e12p+1f, -0x1.2edee4p-1f,
                 -0x1.ed6906p+1f, -0x1.2d2346p-1f, -0x1.ed2cccp+1f, -0x1.28b782p-1f, -0x1.edb38ep+1f, -0x1.2cf802p-1f,
                 -0x1.ee3642p+1f, -0x1.2b6ce6p-1f, -0x1.eef412p+1f, -0x1.2e7bdcp-1f, -0x1.2f2fc4p-1f, -0x1.321702p-1f,
                 -0x1.2854aep-1f, -0x1.ee83a6p+1f, -0x1.ec90dep+1f, -0x1.ef206p+1f,  -0x1.ef3674p+1f, -0x1.2cf802p-1f,
                 -0x1.edfa58p+1f, -0x1.ece75ep+1f, -0x1.28b782p-1f};
  EXPECT_EQ(DifferenceOf(x, Softmax(x)), "");
}

// The stride of a single row is ignored; pointers to rows that are not there overflowed.
TEST_P(PastFaultsTest, AnyStrideOfOneRow) {
  const Row x = {1, 2, 3};
  for (size_t stride : {size_t{SIZE_MAX}, size_t{SIZE_MAX / 8}, size_t{1}})
    EXPECT_EQ(DifferenceOf(x, Softmax(x, stride)), "");
}

// ---- Shards, which have one algorithm

// The largest error of the softmax of a row by way of shards of `count` elements.
std::string DifferenceInShards(const Row& x, size_t count) {
  twopass_extexp total = {};
  for (size_t i = 0; i < x.size(); i += count) {
    twopass_extexp sum;
    EXPECT_EQ(twopass_reduce_extexp_f32(1, count, x.data() + i, count, &sum, nullptr), TWOPASS_OK);
    total = twopass_merge_extexp(total, sum);
  }
  Row y(x.size());
  EXPECT_EQ(twopass_finish_extexp_f32(1, x.size(), x.data(), x.size(), y.data(), x.size(), &total, nullptr),
            TWOPASS_OK);
  return Difference(ReferenceSoftmax(x, TWOPASS_ALGORITHM_AUTO, 0, PromisedError(TWOPASS_ALGORITHM_AUTO)), x, y.data());
}

// The exponent of the first, which is 0, was compared with that of the second.
TEST_P(PastFaultsTest, ShardOfNothingBesideAVeryLowOne) {
  EXPECT_EQ(DifferenceInShards({-kInfinity, -1e9f}, 1), "");
  EXPECT_EQ(DifferenceInShards({-1e9f, -kInfinity}, 1), "");
}

// Each merge rounded to float, to the same side where shards are equal.
TEST_P(PastFaultsTest, ManyEqualShards) { EXPECT_EQ(DifferenceInShards(Row(65536, 1.7f), 16), ""); }

// Mantissas overflowed where an exponent has no room for what they gain.
TEST_P(PastFaultsTest, HugeExponents) {
  const twopass_extexp value = {0x1p127, 1e30};
  twopass_extexp total = value;
  for (int i = 0; i < 2000; i++) total = twopass_merge_extexp(total, total);
  EXPECT_TRUE(total.mantissa > 0 && total.mantissa <= DBL_MAX) << total.mantissa;
  EXPECT_EQ(total.exponent, 1e30);
  EXPECT_NEAR(twopass_log_extexp(total) / (1e30 * kLn2), 1, 1e-15);
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(PastFaultsTest, Algorithms());

}  // namespace
}  // namespace twopass_test
