// twopass.hpp: it does what twopass.h does, and refuses spans whose sizes do not agree. Needs C++20.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "twopass.hpp"

namespace {

constexpr float kUntouched = -1.25f;

TEST(HppTest, SoftmaxOfARow) {
  const std::vector<float> logits = {0.0f, 1.0f, 2.0f};
  std::vector<float> output(3), expected(3);
  ASSERT_EQ(twopass_softmax_f32(1, 3, logits.data(), 3, expected.data(), 3, nullptr), TWOPASS_OK);
  ASSERT_EQ(twopass::softmax(logits, output), TWOPASS_OK);
  EXPECT_EQ(output, expected);

  std::vector<float> in_place = logits;
  ASSERT_EQ(twopass::softmax(in_place, in_place), TWOPASS_OK);
  EXPECT_EQ(in_place, expected);
}

TEST(HppTest, SoftmaxOfAMatrix) {
  // Two rows of two, in strides of three and four.
  const std::vector<float> logits = {0.0f, 1.0f, 9.0f, 1.0f, 1.0f};
  std::vector<float> output(6, kUntouched);
  ASSERT_EQ(twopass::softmax(2, 2, logits, 3, output, 4), TWOPASS_OK);
  EXPECT_NEAR(output[0], 1 / (1 + std::exp(1.0)), 1e-6);
  EXPECT_NEAR(output[1], 1 / (1 + std::exp(-1.0)), 1e-6);
  EXPECT_EQ(output[2], kUntouched);
  EXPECT_EQ(output[3], kUntouched);
  EXPECT_EQ(output[4], 0.5f);
  EXPECT_EQ(output[5], 0.5f);
}

TEST(HppTest, OptionsArePassedOn) {
  const std::vector<float> masked(4, -INFINITY);
  std::vector<float> output(4, kUntouched);
  twopass::options options{};
  ASSERT_EQ(twopass::softmax(masked, output, options), TWOPASS_OK);
  EXPECT_TRUE(std::isnan(output[0]));

  options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO;
  ASSERT_EQ(twopass::softmax(masked, output, options), TWOPASS_OK);
  EXPECT_EQ(output, std::vector<float>(4, 0.0f));
  std::fill(output.begin(), output.end(), kUntouched);
  ASSERT_EQ(twopass::softmax(1, 4, masked, 4, output, 4, options), TWOPASS_OK);
  EXPECT_EQ(output, std::vector<float>(4, 0.0f));

  options.algorithm = 99;
  EXPECT_EQ(twopass::softmax(masked, output, options), TWOPASS_INVALID_ARGUMENT);
}

TEST(HppTest, ShardsOfARow) {
  const std::vector<float> logits = {0.0f, 1.0f, 2.0f, -3.0f};
  std::vector<float> output(4), expected(4);
  ASSERT_EQ(twopass::softmax(logits, expected), TWOPASS_OK);
  twopass::extexp total{}, sum;
  const std::span<const float> row(logits);
  for (const auto shard : {row.first(1), row.subspan(1)}) {
    ASSERT_EQ(twopass::reduce(shard, sum), TWOPASS_OK);
    total = twopass::merge(total, sum);
  }
  EXPECT_NEAR(twopass::log(total), std::log(1 + std::exp(1.0) + std::exp(2.0) + std::exp(-3.0)), 1e-6);
  ASSERT_EQ(twopass::finish(row.first(1), std::span(output).first(1), total), TWOPASS_OK);
  ASSERT_EQ(twopass::finish(row.subspan(1), std::span(output).subspan(1), total), TWOPASS_OK);
  for (size_t i = 0; i < logits.size(); i++) EXPECT_NEAR(output[i], expected[i], 1e-6) << i;
  EXPECT_EQ(twopass::finish(row, std::span(output).first(3), total), TWOPASS_INVALID_ARGUMENT);
}

TEST(HppTest, NothingToDoIsFine) {
  EXPECT_EQ(twopass::softmax(std::span<const float>(), std::span<float>()), TWOPASS_OK);
  EXPECT_EQ(twopass::softmax(0, 5, {}, 0, {}, 0), TWOPASS_OK);
  EXPECT_EQ(twopass::softmax(5, 0, {}, 0, {}, 0), TWOPASS_OK);
}

TEST(HppTest, RowsOfDifferentSizesAreRefused) {
  const std::vector<float> logits(4, 1.0f);
  std::vector<float> output(5, kUntouched);
  EXPECT_EQ(twopass::softmax(logits, output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax(logits, std::span(output).first(3)), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(output, std::vector<float>(5, kUntouched));
}

TEST(HppTest, SpansThatDoNotHoldTheMatrixAreRefused) {
  // Three rows of four in strides of five end at element 14.
  const std::vector<float> logits(20, 1.0f);
  std::vector<float> output(20, kUntouched);
  const std::span<const float> input(logits);
  const std::span<float> out(output);
  EXPECT_EQ(twopass::softmax(3, 4, input.first(13), 5, out, 5), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax(3, 4, input, 5, out.first(13), 5), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax(3, 4, input, 3, out, 5), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax(3, 4, input, 0, out, 5), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax(1, 21, input, 21, out, 21), TWOPASS_INVALID_ARGUMENT);
  // (rows - 1) * stride + columns wraps to something small.
  EXPECT_EQ(twopass::softmax(3, 4, input, SIZE_MAX / 2 + 1, out, 5), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax(SIZE_MAX, 4, input, 4, out, 4), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(output, std::vector<float>(20, kUntouched));

  EXPECT_EQ(twopass::softmax(3, 4, input.first(14), 5, out.first(14), 5), TWOPASS_OK);
  EXPECT_EQ(output[13], 0.25f);
  EXPECT_EQ(output[14], kUntouched);
  EXPECT_EQ(twopass::softmax(1, 4, input.first(4), 0, out.first(4), 0), TWOPASS_OK);  // one row needs no stride
}

}  // namespace
