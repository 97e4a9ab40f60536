// twopass.hpp: it does what twopass.h does, and refuses spans whose sizes do not agree. Needs C++20.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
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

TEST(HppTest, Divergence) {
  const std::vector<float> x = {0.0f, 1.0f, 2.0f, 9.0f, 3.0f, 1.0f, 0.0f}, y = {1.0f, 1.0f, 0.0f, 0.0f, 0.0f, 1.0f};
  std::vector<float> kl(2), expected(2), dy(6), expected_dy(6);
  std::vector<unsigned char> agrees(2);
  twopass_divergences pointers = {};
  pointers.kl = expected.data();
  ASSERT_EQ(twopass_divergence_f32(2, 3, x.data(), 4, y.data(), 3, &pointers, nullptr), TWOPASS_OK);
  ASSERT_EQ(twopass::divergence(2, 3, x, 4, y, 3, {.kl = kl, .agrees = agrees}), TWOPASS_OK);
  EXPECT_EQ(kl, expected);
  EXPECT_EQ(agrees, (std::vector<unsigned char>{0, 0}));
  const std::span<const float> first_x(x.data(), 3), first_y(y.data(), 3);
  kl[0] = kUntouched;
  ASSERT_EQ(twopass::divergence(first_x, first_y, {.kl = kl}), TWOPASS_OK);
  EXPECT_EQ(kl[0], expected[0]);
  EXPECT_EQ(twopass::divergence(first_x, y, {.kl = kl}), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::divergence(3, 3, x, 4, y, 3, {.agrees = agrees}), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::divergence(2, 3, x, 3, y, 3, {.kl = {kl.data(), 1}}), TWOPASS_INVALID_ARGUMENT);

  const std::vector<float> d = {0.5f, -1.0f};
  ASSERT_EQ(twopass_divergence_backward_f32(2, 3, x.data(), 4, y.data(), 3, d.data(), expected_dy.data(), 3, nullptr),
            TWOPASS_OK);
  ASSERT_EQ(twopass::divergence_backward(2, 3, x, 4, y, 3, d, dy, 3), TWOPASS_OK);
  EXPECT_EQ(dy, expected_dy);
  EXPECT_EQ(twopass::divergence_backward(2, 3, x, 4, y, 3, {d.data(), 1}, dy, 3), TWOPASS_INVALID_ARGUMENT);
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

// ---- The family, and its types

static_assert(sizeof(twopass::f16) == 2 && std::is_trivially_copyable_v<twopass::f16>);
static_assert(sizeof(twopass::bf16) == 2 && std::is_trivially_copyable_v<twopass::bf16>);
static_assert(!std::is_convertible_v<float, twopass::bf16> && !std::is_convertible_v<std::uint16_t, twopass::f16>);

// Ranges that make no call: of no element type, of two of them, an output that is const or gone after the call.
template <class Input, class Output>
concept callable = requires(Input& input, Output&& output) {
  twopass::softmax(input, std::forward<Output>(output));
};
static_assert(callable<std::vector<float>, std::span<float>>);
static_assert(callable<std::array<float, 3>, float (&)[3]>);
static_assert(!callable<std::vector<std::uint16_t>, std::span<std::uint16_t>>);
static_assert(!callable<std::vector<twopass::f16>, std::span<twopass::bf16>>);
static_assert(!callable<std::vector<float>, std::span<const float>>);
static_assert(!callable<std::vector<float>, std::vector<float>>);

// Each type of elements: small integers, what an element is, and how exact it is.
template <class Element>
struct Type;
template <>
struct Type<float> {
  static constexpr float integers[] = {0.0f, 1.0f, 2.0f, 3.0f};
  static constexpr double accuracy = 1e-6;
  static double value(float element) { return element; }
};
template <>
struct Type<twopass::f16> {
  static constexpr twopass::f16 integers[] = {{0x0000}, {0x3C00}, {0x4000}, {0x4200}};
  static constexpr double accuracy = 1.0 / (1 << 11);
  static double value(twopass::f16 element) {  // of what is no denormal number
    const double magnitude = std::ldexp(0x400 + (element.bits & 0x3FF), ((element.bits >> 10) & 31) - 25);
    return (element.bits & 0x7FFF) == 0 ? 0.0 : (element.bits >> 15) != 0 ? -magnitude : magnitude;
  }
};
template <>
struct Type<twopass::bf16> {
  static constexpr twopass::bf16 integers[] = {{0x0000}, {0x3F80}, {0x4000}, {0x4040}};
  static constexpr double accuracy = 1.0 / (1 << 8);
  static double value(twopass::bf16 element) { return std::bit_cast<float>(uint32_t{element.bits} << 16); }
};

// Rows 0 and 1 of each matrix are (1, 3, 2) and (0, 0, 0), in a stride of four.
template <class Element>
class HppFamilyTest : public testing::Test {
 protected:
  static constexpr const Element& zero = Type<Element>::integers[0];
  static constexpr const Element& one = Type<Element>::integers[1];
  static constexpr const Element& two = Type<Element>::integers[2];
  static constexpr const Element& three = Type<Element>::integers[3];

  static void expect_row(const Element* actual, double e0, double e1, double e2) {
    const double expected[] = {e0, e1, e2};
    for (size_t i = 0; i < 3; i++) {
      EXPECT_NEAR(Type<Element>::value(actual[i]), expected[i], Type<Element>::accuracy * std::fabs(expected[i])) << i;
    }
  }

  const std::vector<Element> logits = {one, three, two, two, zero, zero, zero};
  const std::span<const Element> row = std::span(logits).first(3);
  std::vector<Element> output = std::vector<Element>(7, three);
  const std::span<Element> row_of_output = std::span(output).first(3);
  const double sum = std::exp(1.0) + std::exp(3.0) + std::exp(2.0);
  const double log_sum = std::log(sum);
  // Of the softmax.
  const double p[3] = {std::exp(1.0) / sum, std::exp(3.0) / sum, std::exp(2.0) / sum};
};
using ElementTypes = testing::Types<float, twopass::f16, twopass::bf16>;
TYPED_TEST_SUITE(HppFamilyTest, ElementTypes);

TYPED_TEST(HppFamilyTest, Softmax) {
  const auto& p = this->p;
  ASSERT_EQ(twopass::softmax(this->row, this->row_of_output), TWOPASS_OK);
  this->expect_row(&this->output[0], p[0], p[1], p[2]);
  this->output.assign(7, this->three);
  ASSERT_EQ(twopass::softmax(2, 3, this->logits, 4, this->output, 4), TWOPASS_OK);
  this->expect_row(&this->output[0], p[0], p[1], p[2]);
  this->expect_row(&this->output[4], 1.0 / 3, 1.0 / 3, 1.0 / 3);
  this->expect_row(&this->output[3], 3.0, 1.0 / 3, 1.0 / 3);  // between the rows nothing is written
  EXPECT_EQ(twopass::softmax(this->row, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax(2, 3, this->logits, 5, this->output, 4), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, LogSoftmax) {
  ASSERT_EQ(twopass::log_softmax(this->row, this->row_of_output), TWOPASS_OK);
  this->expect_row(&this->output[0], 1 - this->log_sum, 3 - this->log_sum, 2 - this->log_sum);
  this->output.assign(7, this->three);
  ASSERT_EQ(twopass::log_softmax(2, 3, this->logits, 4, this->output, 4), TWOPASS_OK);
  this->expect_row(&this->output[0], 1 - this->log_sum, 3 - this->log_sum, 2 - this->log_sum);
  this->expect_row(&this->output[4], -std::log(3.0), -std::log(3.0), -std::log(3.0));
  EXPECT_EQ(twopass::log_softmax(this->row, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::log_softmax(2, 3, this->logits, 4, this->output, 5), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, LogSumExp) {
  float of_row, of_rows[3] = {kUntouched, kUntouched, kUntouched};
  ASSERT_EQ(twopass::log_sum_exp(this->row, of_row), TWOPASS_OK);
  EXPECT_NEAR(of_row, this->log_sum, 1e-5);
  ASSERT_EQ(twopass::log_sum_exp(2, 3, this->logits, 4, of_rows), TWOPASS_OK);
  EXPECT_NEAR(of_rows[0], this->log_sum, 1e-5);
  EXPECT_NEAR(of_rows[1], std::log(3.0), 1e-5);
  EXPECT_EQ(of_rows[2], kUntouched);
  EXPECT_EQ(twopass::log_sum_exp(2, 3, this->logits, 5, of_rows), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::log_sum_exp(2, 3, this->logits, 4, std::span(of_rows).first(1)), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, Entropy) {
  const auto& p = this->p;
  const double expected = -(p[0] * std::log(p[0]) + p[1] * std::log(p[1]) + p[2] * std::log(p[2]));
  float of_row, of_rows[2];
  ASSERT_EQ(twopass::entropy(this->row, of_row), TWOPASS_OK);
  EXPECT_NEAR(of_row, expected, 1e-5);
  ASSERT_EQ(twopass::entropy(2, 3, this->logits, 4, of_rows), TWOPASS_OK);
  EXPECT_NEAR(of_rows[0], expected, 1e-5);
  EXPECT_NEAR(of_rows[1], std::log(3.0), 1e-5);
  EXPECT_EQ(twopass::entropy(2, 3, this->logits, 5, of_rows), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::entropy(2, 3, this->logits, 4, std::span(of_rows).first(1)), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, SoftmaxBackward) {
  // From y = (1, 3, 2) and dy = (0, 0, 1): the sum of their products is 2.
  const std::vector<TypeParam> dy = {this->zero, this->zero, this->one, this->one, this->one, this->one, this->one};
  const auto row_of_dy = std::span(dy).first(3);
  ASSERT_EQ(twopass::softmax_backward(this->row, row_of_dy, this->row_of_output), TWOPASS_OK);
  this->expect_row(&this->output[0], -2, -6, -2);
  this->output.assign(7, this->three);
  ASSERT_EQ(twopass::softmax_backward(2, 3, this->logits, 4, dy, 4, this->output, 4), TWOPASS_OK);
  this->expect_row(&this->output[0], -2, -6, -2);
  this->expect_row(&this->output[4], 0, 0, 0);
  EXPECT_EQ(twopass::softmax_backward(this->row, dy, this->row_of_output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax_backward(this->row, row_of_dy, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax_backward(2, 3, this->logits, 5, dy, 4, this->output, 4), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax_backward(2, 3, this->logits, 4, dy, 5, this->output, 4), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softmax_backward(2, 3, this->logits, 4, dy, 4, this->output, 5), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, LogSoftmaxBackward) {
  // From y = (0, 0, 0) and dy = (1, 3, 2), whose sum is 6, and the other way round.
  const std::vector<TypeParam> y = {this->zero, this->zero, this->zero, this->zero, this->one, this->three, this->two};
  const auto row_of_y = std::span(y).first(3);
  ASSERT_EQ(twopass::log_softmax_backward(row_of_y, this->row, this->row_of_output), TWOPASS_OK);
  this->expect_row(&this->output[0], -5, -3, -4);
  this->output.assign(7, this->three);
  ASSERT_EQ(twopass::log_softmax_backward(2, 3, y, 4, this->logits, 4, this->output, 4), TWOPASS_OK);
  this->expect_row(&this->output[0], -5, -3, -4);
  this->expect_row(&this->output[4], 0, 0, 0);
  EXPECT_EQ(twopass::log_softmax_backward(row_of_y, this->row, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::log_softmax_backward(2, 3, y, 4, this->logits, 4, this->output, 5), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, Sigmoid) {
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  ASSERT_EQ(twopass::sigmoid(this->row, this->row_of_output), TWOPASS_OK);
  this->expect_row(&this->output[0], sigmoid(1), sigmoid(3), sigmoid(2));
  this->output.assign(7, this->three);
  ASSERT_EQ(twopass::sigmoid(2, 3, this->logits, 4, this->output, 4), TWOPASS_OK);
  this->expect_row(&this->output[0], sigmoid(1), sigmoid(3), sigmoid(2));
  this->expect_row(&this->output[4], 0.5, 0.5, 0.5);
  EXPECT_EQ(twopass::sigmoid(this->row, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::sigmoid(2, 3, this->logits, 4, this->output, 5), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, SigmoidBackward) {
  // From y = (0.5, 0.5, 0.5) and dy = (1, 3, 2).
  std::vector<TypeParam> y(7);
  ASSERT_EQ(twopass::sigmoid(std::vector<TypeParam>(7, this->zero), std::span(y)), TWOPASS_OK);
  const auto row_of_y = std::span<const TypeParam>(y).first(3);
  ASSERT_EQ(twopass::sigmoid_backward(row_of_y, this->row, this->row_of_output), TWOPASS_OK);
  this->expect_row(&this->output[0], 0.25, 0.75, 0.5);
  this->output.assign(7, this->three);
  ASSERT_EQ(twopass::sigmoid_backward(2, 3, y, 4, this->logits, 4, this->output, 4), TWOPASS_OK);
  this->expect_row(&this->output[0], 0.25, 0.75, 0.5);
  this->expect_row(&this->output[4], 0, 0, 0);
  EXPECT_EQ(twopass::sigmoid_backward(row_of_y, this->row, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::sigmoid_backward(2, 3, y, 4, this->logits, 4, this->output, 5), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, SoftplusL1) {
  const double s[] = {std::log1p(std::exp(1.0)), std::log1p(std::exp(3.0)), std::log1p(std::exp(2.0))};
  const double sum = s[0] + s[1] + s[2];
  ASSERT_EQ(twopass::softplus_l1(this->row, this->row_of_output), TWOPASS_OK);
  this->expect_row(&this->output[0], s[0] / sum, s[1] / sum, s[2] / sum);
  this->output.assign(7, this->three);
  ASSERT_EQ(twopass::softplus_l1(2, 3, this->logits, 4, this->output, 4), TWOPASS_OK);
  this->expect_row(&this->output[0], s[0] / sum, s[1] / sum, s[2] / sum);
  this->expect_row(&this->output[4], 1.0 / 3, 1.0 / 3, 1.0 / 3);
  EXPECT_EQ(twopass::softplus_l1(this->row, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softplus_l1(2, 3, this->logits, 5, this->output, 4), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, SoftplusL1Backward) {
  // From x = (0, 0, 0) and dy = (1, 3, 2): y is 1/3, so that the sum of y * dy is 2, and the slope 0.5 / (3 log 2).
  const std::vector<TypeParam> x(7, this->zero);
  const auto row_of_x = std::span(x).first(3);
  const double slope = 0.5 / (3 * std::log(2.0));
  const auto expect_row = [&](const TypeParam* dx) {
    EXPECT_NEAR(Type<TypeParam>::value(dx[0]), -slope, Type<TypeParam>::accuracy);
    EXPECT_NEAR(Type<TypeParam>::value(dx[1]), slope, Type<TypeParam>::accuracy);
    EXPECT_NEAR(Type<TypeParam>::value(dx[2]), 0, 1e-6);
  };
  ASSERT_EQ(twopass::softplus_l1_backward(row_of_x, this->row, this->row_of_output), TWOPASS_OK);
  expect_row(&this->output[0]);
  this->output.assign(7, this->three);
  ASSERT_EQ(twopass::softplus_l1_backward(2, 3, x, 4, this->logits, 4, this->output, 4), TWOPASS_OK);
  expect_row(&this->output[0]);
  EXPECT_EQ(twopass::softplus_l1_backward(row_of_x, this->row, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::softplus_l1_backward(2, 3, x, 4, this->logits, 4, this->output, 5), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, WhatBecomesOfLogits) {
  // Twice (1, 3, 2), of which the second is masked out.
  const float scale = 2;
  const unsigned char keep[] = {1, 0, 1};
  twopass::logits logits{};
  logits.scale = &scale;
  logits.keep = keep;
  float log_sum = kUntouched;
  twopass::options options{};
  options.logits = &logits;
  options.log_sums = &log_sum;
  ASSERT_EQ(twopass::softmax(this->row, this->row_of_output, options), TWOPASS_OK);
  this->expect_row(&this->output[0], 1 / (1 + std::exp(2.0)), 0, 1 / (1 + std::exp(-2.0)));
  EXPECT_NEAR(log_sum, 4 + std::log1p(std::exp(-2.0)), 1e-5);
  ASSERT_EQ(twopass::log_softmax(1, 3, this->logits, 4, this->output, 4, options), TWOPASS_OK);
  EXPECT_NEAR(Type<TypeParam>::value(this->output[0]), -2 - std::log1p(std::exp(-2.0)), 4 * Type<TypeParam>::accuracy);
  options.log_sums = nullptr;
  float of_row = kUntouched;
  ASSERT_EQ(twopass::log_sum_exp(this->row, of_row, options), TWOPASS_OK);
  EXPECT_NEAR(of_row, log_sum, 1e-5);
}

TYPED_TEST(HppFamilyTest, CrossEntropy) {
  const auto& p = this->p;
  float loss = kUntouched;
  ASSERT_EQ(twopass::cross_entropy(this->row, 2, loss), TWOPASS_OK);
  EXPECT_NEAR(loss, this->log_sum - 2, 1e-5);
  ASSERT_EQ(twopass::cross_entropy(this->row, 2, loss, this->row_of_output), TWOPASS_OK);
  EXPECT_NEAR(loss, this->log_sum - 2, 1e-5);
  this->expect_row(&this->output[0], p[0], p[1], p[2] - 1);

  this->output.assign(7, this->three);
  const std::vector<int64_t> labels = {1, 0};
  std::vector<float> losses(2);
  twopass::cross_entropy_options twice{};
  twice.gradient_scale = 2.0f;
  ASSERT_EQ(twopass::cross_entropy(2, 3, this->logits, 4, labels, losses, this->output, 4, twice), TWOPASS_OK);
  EXPECT_NEAR(losses[0], this->log_sum - 3, 1e-5);
  EXPECT_NEAR(losses[1], std::log(3.0), 1e-5);
  this->expect_row(&this->output[0], 2 * p[0], 2 * (p[1] - 1), 2 * p[2]);
  this->expect_row(&this->output[4], -4.0 / 3, 2.0 / 3, 2.0 / 3);

  const auto one_label = std::span(labels).first(1);
  EXPECT_EQ(twopass::cross_entropy(this->row, 2, loss, this->output), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::cross_entropy(2, 3, this->logits, 4, one_label, losses), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::cross_entropy(2, 3, this->logits, 4, labels, {&loss, 1}), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::cross_entropy(2, 3, this->logits, 5, labels, losses), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::cross_entropy(2, 3, this->logits, 4, labels, losses, this->row_of_output, 4),
            TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, MergeAttention) {
  // Two rows, each of two parts side by side. Part 1 weighs three times as much as part 0 in the first row, and a third
  // of it in the second.
  const auto &zero = this->zero, &one = this->one, &two = this->two, &three = this->three;
  const std::vector<TypeParam> outputs = {one, three, two, zero, one, two, three, zero, one, three, zero, one};
  const float log_3 = std::log(3.0f);
  const std::vector<float> part_log_sums = {0.0f, log_3, kUntouched, log_3, 0.0f};
  std::vector<float> log_sums(2), weights(4);
  const auto merge = [&](std::span<const TypeParam> outputs, std::span<const float> part_log_sums) {
    return twopass::merge_attention(2, 2, 3, outputs, 3, 6, part_log_sums, 3, this->output, 4, log_sums, weights);
  };
  ASSERT_EQ(merge(outputs, part_log_sums), TWOPASS_OK);
  this->expect_row(&this->output[0], 0.25, 1.5, 2.0);
  this->expect_row(&this->output[4], 3.0, 0.0, 1.0);
  EXPECT_EQ(Type<TypeParam>::value(this->output[3]), 3);  // between the rows nothing is written
  const double expected_weights[] = {0.25, 0.75, 0.75, 0.25};
  for (size_t i = 0; i < 2; i++) EXPECT_NEAR(log_sums[i], std::log(4.0), 1e-6) << i;
  for (size_t i = 0; i < 4; i++) EXPECT_NEAR(weights[i], expected_weights[i], 1e-6) << i;

  const std::span<const TypeParam> all(outputs);
  const std::span<const float> all_log_sums(part_log_sums);
  EXPECT_EQ(merge(all.first(11), part_log_sums), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(merge(all, all_log_sums.first(4)), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::merge_attention(2, 2, 3, all, SIZE_MAX, 6, all_log_sums, 3, this->output, 4),
            TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::merge_attention(2, 2, 3, all, 3, 6, all_log_sums, 3, this->output, 5), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::merge_attention(2, 2, 3, all, 3, 6, all_log_sums, 3, this->output, 4, {log_sums.data(), 1}),
            TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::merge_attention(2, 2, 3, all, 3, 6, all_log_sums, 3, this->output, 4, {}, {weights.data(), 3}),
            TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::merge_attention(0, 2, 3, all, 3, 6, all_log_sums, 3, this->output, 4), TWOPASS_INVALID_ARGUMENT);

  // Log-sums alone.
  log_sums.assign(2, kUntouched);
  ASSERT_EQ(twopass::merge_attention(2, 2, 3, {}, 3, 6, all_log_sums, 3, {}, 4, log_sums), TWOPASS_OK);
  for (size_t i = 0; i < 2; i++) EXPECT_NEAR(log_sums[i], std::log(4.0), 1e-6) << i;
}

TYPED_TEST(HppFamilyTest, Statistics) {
  float log_sum = kUntouched, log_probability = kUntouched;
  int64_t argmax = -7, token = 2, rank = -7;
  twopass::row_statistics of_row;
  of_row.log_sums = {&log_sum, 1};
  of_row.argmaxes = {&argmax, 1};
  of_row.tokens = {&token, 1};
  of_row.log_probabilities = {&log_probability, 1};
  of_row.ranks = {&rank, 1};
  ASSERT_EQ(twopass::statistics(this->row, of_row), TWOPASS_OK);
  EXPECT_NEAR(log_sum, this->log_sum, 1e-5);
  EXPECT_EQ(argmax, 1);
  EXPECT_NEAR(log_probability, 2 - this->log_sum, 1e-5);
  EXPECT_EQ(rank, 1);

  std::vector<float> entropies(2), top_log_probabilities(4);
  std::vector<int64_t> top_tokens(4);
  twopass::row_statistics of_rows;
  of_rows.entropies = entropies;
  of_rows.top_count = 2;
  of_rows.top_tokens = top_tokens;
  of_rows.top_log_probabilities = top_log_probabilities;
  ASSERT_EQ(twopass::statistics(2, 3, this->logits, 4, of_rows), TWOPASS_OK);
  EXPECT_NEAR(entropies[1], std::log(3.0), 1e-5);
  EXPECT_EQ(top_tokens, (std::vector<int64_t>{1, 2, 0, 1}));
  EXPECT_NEAR(top_log_probabilities[1], 2 - this->log_sum, 1e-5);

  EXPECT_EQ(twopass::statistics(2, 3, this->logits, 5, of_rows), TWOPASS_INVALID_ARGUMENT);
  of_rows.top_tokens = of_rows.top_tokens.first(3);
  EXPECT_EQ(twopass::statistics(2, 3, this->logits, 4, of_rows), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::statistics(2, 3, this->logits, 4, of_row), TWOPASS_INVALID_ARGUMENT);
  of_row.tokens_per_row = 2;
  EXPECT_EQ(twopass::statistics(this->row, of_row), TWOPASS_INVALID_ARGUMENT);
}

TYPED_TEST(HppFamilyTest, Sample) {
  twopass::sampled of_row{};
  ASSERT_EQ(twopass::sample(this->row, {}, of_row), TWOPASS_OK);  // the largest
  EXPECT_EQ(of_row.token, 1);

  std::vector<twopass::sampler> samplers(2);
  for (twopass::sampler& sampler : samplers) sampler.temperature = sampler.top_p = 1;
  samplers[0].top_k = 2;
  samplers[1].seed = 5;
  std::vector<twopass::sampled> of_rows(2);
  ASSERT_EQ(twopass::sample(2, 3, this->logits, 4, samplers, of_rows), TWOPASS_OK);
  EXPECT_EQ(of_rows[0].kept, 2u);
  EXPECT_EQ(of_rows[1].kept, 3u);
  EXPECT_NEAR(of_rows[1].log_probability, -std::log(3.0), 1e-5);

  const auto one = std::span(samplers).first(1);
  EXPECT_EQ(twopass::sample(2, 3, this->logits, 5, samplers, of_rows), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::sample(2, 3, this->logits, 4, one, of_rows), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass::sample(2, 3, this->logits, 4, samplers, {&of_row, 1}), TWOPASS_INVALID_ARGUMENT);
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
