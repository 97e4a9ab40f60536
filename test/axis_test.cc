// The calls that compute, over another axis than the last, held to what twopass.h promises.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "test/elements.h"
#include "test/family.h"
#include "test/inputs.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

class AxisTest : public SoftmaxTest {
 protected:
  // Every call, and the next of everything else: types, gaps and places have their turns, in cycles of lengths without
  // a common factor.
  void ExpectIn(const twopass_shape& shape, const Rows& logits) {
    for (Call call : kCalls) {
      Problem problem = ProblemOf(call, shape, logits);
      const size_t turn = turn_++;
      problem.input_type = kTypes[turn % 3];
      problem.output_type = kTypes[turn / 3 % 3];
      problem.weights_type = kTypes[turn / 9 % 3];
      problem.input_gaps = {turn % 2 * 3, turn % 5};
      problem.weights_gaps = problem.output_gaps = {turn % 7, turn % 11 / 5};
      EXPECT_EQ(DifferenceIn(problem), "");
      if (!HasOutput(call)) continue;
      problem.weights_type = problem.input_type;
      problem.weights_gaps = problem.output_gaps = problem.input_gaps;
      problem.place = HasWeights(call) && turn % 2 != 0 ? Place::kOverWeights : Place::kOverInput;
      if (problem.input_type == TWOPASS_F32 || problem.output_type == TWOPASS_F32) {
        problem.output_type = problem.input_type;
      }
      EXPECT_EQ(DifferenceIn(problem), "");
    }
  }

 private:
  size_t turn_ = 0;
};

TEST_P(AxisTest, OfEveryShape) {
  std::vector<size_t> inners = Numbers(1, 17);
  inners.insert(inners.end(), {50, 224});
  for (size_t inner : inners) {
    for (size_t columns : {1, 2, 3, 21, 100, 3072}) {
      if (columns * inner > 20000 && IsSparse()) continue;
      const size_t outer = 1 + (inner + columns) % 3;
      ExpectIn({outer, columns, inner}, NormalRows(outer * inner, columns, 5));
    }
  }
}

// The types that problems of vision and of attention have, each in all of its turns.
TEST_P(AxisTest, OfEveryType) {
  for (int i = 0; i < 9; i++) {
    ExpectIn({2, 21, 37}, NormalRows(74, 21, 10));
    ExpectIn({3, 5, 16}, NormalRows(48, 5, 10));
  }
}

TEST_P(AxisTest, OfEveryInput) {
  for (size_t columns : {size_t{3}, size_t{40}}) {
    Rows rows;
    for (const Input& input : Inputs(columns)) rows.push_back(input.x);
    for (Call call : {Call::kSoftmax, Call::kLogSoftmax, Call::kLogSumExp, Call::kEntropy, Call::kCrossEntropy}) {
      EXPECT_EQ(DifferenceIn(ProblemOf(call, {1, columns, rows.size()}, rows)), "");
    }
  }
}

// Each beside ordinary rows, in every lane.
TEST_P(AxisTest, OfSpecialValues) {
  const size_t inner = 35;
  for (size_t columns : {size_t{1}, size_t{2}, size_t{30}}) {
    for (uint32_t type : kTypes) {
      for (uint32_t flags : {uint32_t{0}, uint32_t{TWOPASS_FLAG_MASKED_ROW_ZERO}}) {
        Rows rows = NormalRows(inner, columns, 5);
        for (size_t row = 0; row < inner; row += 3) {
          const float special = row % 4 == 0 ? kNaN : row % 4 == 1 ? kInfinity : -kInfinity;
          rows[row][row % columns] = special;
          if (row % 4 == 3) rows[row].assign(columns, -kInfinity);
        }
        for (Call call : {Call::kSoftmax, Call::kLogSoftmax, Call::kLogSumExp, Call::kEntropy, Call::kCrossEntropy}) {
          Problem problem = ProblemOf(call, {1, columns, inner}, rows, type);
          problem.options.flags = flags;
          EXPECT_EQ(DifferenceIn(problem), "");
        }
      }
    }
  }
}

// More columns than a block has, and than a strip may.
TEST_P(AxisTest, OfLongRows) {
  for (size_t columns : {size_t{9000}, size_t{20000}}) {
    ExpectIn({1, columns, 3}, NormalRows(3, columns, 5));
    if (!IsSparse()) ExpectIn({2, columns, 17}, NormalRows(34, columns, 5));
  }
}

// Columns apart, of a single row in each.
TEST_P(AxisTest, OfColumnsWithGaps) {
  for (Call call : kCalls) {
    for (uint32_t type : kTypes) {
      for (size_t columns : {size_t{1}, size_t{5}, size_t{300}, size_t{5000}, size_t{9000}}) {
        Problem problem = ProblemOf(call, NormalRows(2, columns, 5), type);
        problem.input_gaps = problem.weights_gaps = problem.output_gaps = {2, 3};
        EXPECT_EQ(DifferenceIn(problem), "");
        problem.output_gaps.columns = 0;
        EXPECT_EQ(DifferenceIn(problem), "");
      }
    }
  }
}

// Strides of an axis of one element may be anything.
TEST_P(AxisTest, StridesOfAxesOfOneElementAreIgnored) {
  const std::vector<float> logits = NormalLogits(12, 3);
  std::vector<float> expected(12), y(12);
  const twopass_options options = Options();
  ASSERT_EQ(twopass_softmax_f32(1, 12, logits.data(), 12, expected.data(), 12, &options), TWOPASS_OK);
  const twopass_shape shape = {1, 12, 1};
  for (size_t stride : {size_t{0}, size_t{SIZE_MAX}}) {
    const twopass_tensor input = {const_cast<float*>(logits.data()), TWOPASS_F32, stride, 1};
    const twopass_tensor output = {y.data(), TWOPASS_F32, SIZE_MAX - stride, 1};
    ASSERT_EQ(twopass_softmax(&shape, &input, &output, &options), TWOPASS_OK);
    EXPECT_TRUE(AreSameBits(y, expected));
    const twopass_shape of_one_column = {3, 1, 4};
    const twopass_tensor x = {const_cast<float*>(logits.data()), TWOPASS_F32, 4, stride};
    const twopass_tensor ones = {y.data(), TWOPASS_F32, 4, SIZE_MAX - stride};
    ASSERT_EQ(twopass_softmax(&of_one_column, &x, &ones, &options), TWOPASS_OK);
    for (float one : y) EXPECT_NEAR(one, 1, kOrdinaryError);
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(AxisTest, (std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO}));

}  // namespace
}  // namespace twopass_test
