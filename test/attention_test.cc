// The example of attention: that what becomes of its scores is what it says, and that the ways to its weights agree.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "examples/attention/causal.h"
#include "examples/attention/measures.h"
#include "examples/attention/others.h"

namespace {

using attention::Causal;
using attention::Shape;
using attention::Weights;

// Two heads, whose slopes are 1/16 and 1/256, of two positions.
const Shape kShape = {2, 2};
const std::vector<float> kScores = {0.5f, 9.0f, -1.0f, 2.0f, 0.25f, 9.0f, 3.0f, -2.0f};

// The weights with all of it, from the definition; the sinks have a logit of 1.
std::vector<double> ByHand(double scale) {
  std::vector<double> weights;
  for (std::size_t head = 0; head < 2; head++) {
    const double slope = head == 0 ? 1.0 / 16 : 1.0 / 256;
    const float* x = &kScores[4 * head];
    const double only = std::exp(x[0] * scale);
    const double before = std::exp(x[2] * scale - slope), itself = std::exp(x[3] * scale), sink = std::exp(1.0);
    weights.push_back(only / (only + sink));
    weights.push_back(0.0);
    weights.push_back(before / (before + itself + sink));
    weights.push_back(itself / (before + itself + sink));
  }
  return weights;
}

TEST(AttentionTest, IsCausalAndForgets) {
  const Causal causal({2, 3});
  EXPECT_EQ(causal.lengths, (std::vector<std::int64_t>{1, 2, 3, 1, 2, 3}));
  EXPECT_EQ(causal.distances, (std::vector<float>{0, 1, 2, -1, 0, 1, -2, -1, 0}));
  EXPECT_EQ(causal.slopes, (std::vector<float>{1.0f / 16, 1.0f / 256}));
}

TEST(AttentionTest, EveryWayIsTheDefinition) {
  const Causal causal(kShape);
  const twopass_logits logits = attention::logits_of(causal);
  const std::vector<double> expected = ByHand(causal.scale);

  std::vector<double> exact(8);
  attention::plain_loop(kShape, logits, kScores.data(), exact.data());
  Weights one_call = {std::vector<float>(8), std::vector<float>(4)};
  ASSERT_EQ(weigh(kShape, logits, kScores.data(), one_call.elements.data(), one_call.log_sums.data()), TWOPASS_OK);
  attention::SeparatePasses passes(kShape);
  ASSERT_EQ(passes.weigh(logits, kScores.data()), TWOPASS_OK);
  for (std::size_t i = 0; i < 8; i++) {
    EXPECT_NEAR(exact[i], expected[i], 1e-15) << i;
    EXPECT_NEAR(one_call.elements[i], expected[i], 1e-6) << i;
    EXPECT_NEAR(passes.weights()[i / 2 * 3 + i % 2], expected[i], 1e-6) << i;
  }
  for (std::size_t row = 0; row < 4; row++) {
    const double keys = expected[2 * row] + expected[2 * row + 1];
    EXPECT_NEAR(share_of_sink(kShape, logits, one_call, row), 1 - keys, 1e-6) << row;
  }
}

TEST(AttentionTest, EveryStepIsTheSameInEveryWay) {
  const Causal causal(kShape);
  for (const attention::Step& step : attention::steps_of(causal)) {
    SCOPED_TRACE(step.name);
    std::vector<double> exact(8);
    attention::plain_loop(kShape, step.logits, kScores.data(), exact.data());
    Weights one_call = {std::vector<float>(8), {}}, plain = one_call, two_passes = one_call;
    ASSERT_EQ(weigh(kShape, step.logits, kScores.data(), one_call.elements.data(), nullptr), TWOPASS_OK);
    attention::plain_loop(kShape, step.logits, kScores.data(), plain.elements.data());
    attention::SeparatePasses passes(kShape);
    ASSERT_EQ(passes.weigh(step.logits, kScores.data()), TWOPASS_OK);
    const std::size_t columns = step.logits.sink ? 3 : 2;
    for (std::size_t i = 0; i < 8; i++) two_passes.elements[i] = passes.weights()[i / 2 * columns + i % 2];
    for (const Weights& weights : {one_call, plain, two_passes}) EXPECT_LE(largest_error(weights, exact), 3e-6);
  }
}

TEST(AttentionTest, Measures) {
  const Weights weights = {{1.0f, 0.0f, 0.25f, 0.75f, 1.0f, 0.0f, 0.5f, 0.5f}, {}};
  EXPECT_DOUBLE_EQ(mean_distance(kShape, weights), 0.75 / 4);
  EXPECT_EQ(mean_share_of_sink(kShape, twopass_logits{}, weights), 0.0);

  std::vector<double> exact(weights.elements.begin(), weights.elements.end());
  EXPECT_EQ(largest_error(weights, exact), 0.0);
  exact[1] = 1e-38;  // 0 to a float
  exact[2] = 0.2;
  EXPECT_DOUBLE_EQ(largest_error(weights, exact), 0.25);
  exact[7] = 0.0;  // is not
  EXPECT_EQ(largest_error(weights, exact), INFINITY);
}

}  // namespace
