// The operator: every algorithm on every ISA gives the same softmax, for every shape and every special value.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <vector>

#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// ---- Shapes

TEST_P(SoftmaxTest, EveryShape) {
  const twopass_options options = Options();
  for (size_t columns : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100, 129, 1000}) {
    for (size_t rows : {1, 2, 5}) {
      std::vector<std::vector<float>> x;
      for (size_t row = 0; row < rows; row++) x.push_back(NormalLogits(columns, 10, static_cast<float>(row) * 50));
      for (size_t input_gap : {0, 1, 13}) {
        for (size_t output_gap : {0, 1, 13}) {
          Matrix input(rows, columns, columns + input_gap), output(rows, columns, columns + output_gap);
          for (size_t row = 0; row < rows; row++) input.SetRow(row, x[row]);
          ASSERT_EQ(twopass_softmax_f32(rows, columns, input.data, input.stride, output.data, output.stride, &options),
                    TWOPASS_OK);
          for (size_t row = 0; row < rows; row++) {
            ASSERT_EQ(Difference(Reference(x[row]), x[row], output.Row(row)), "") << rows << " x " << columns;
            ASSERT_TRUE(std::equal(x[row].begin(), x[row].end(), input.Row(row)));
          }
          ASSERT_TRUE(output.IsUntouchedAroundRows()) << rows << " x " << columns << ", stride " << output.stride;
        }
      }
    }
  }
}

TEST_P(SoftmaxTest, InPlace) {
  const twopass_options options = Options();
  for (size_t columns : {1, 3, 16, 17, 100, 1000}) {
    for (size_t gap : {0, 5}) {
      Matrix matrix(3, columns, columns + gap);
      const std::vector<float> x = NormalLogits(columns, 10);
      for (size_t row = 0; row < matrix.rows; row++) matrix.SetRow(row, x);
      ASSERT_EQ(
          twopass_softmax_f32(matrix.rows, columns, matrix.data, matrix.stride, matrix.data, matrix.stride, &options),
          TWOPASS_OK);
      for (size_t row = 0; row < matrix.rows; row++) {
        ASSERT_EQ(Difference(Reference(x, true), x, matrix.Row(row)), "") << columns;
      }
      ASSERT_TRUE(matrix.IsUntouchedAroundRows());
    }
  }
}

// Input and output rows take turns in one buffer, whichever comes first.
TEST_P(SoftmaxTest, InterleavedRows) {
  const twopass_options options = Options();
  const size_t rows = 4, columns = 37, stride = 2 * columns + 3;
  const std::vector<float> x = NormalLogits(columns, 10);
  for (bool is_input_first : {true, false}) {
    std::vector<float> buffer(rows * stride, kUntouched);
    float* const input = buffer.data() + (is_input_first ? 0 : columns);
    float* const output = buffer.data() + (is_input_first ? columns : 0);
    for (size_t row = 0; row < rows; row++) std::copy(x.begin(), x.end(), input + row * stride);
    ASSERT_EQ(twopass_softmax_f32(rows, columns, input, stride, output, stride, &options), TWOPASS_OK);
    for (size_t row = 0; row < rows; row++) {
      EXPECT_EQ(Difference(Reference(x), x, output + row * stride), "");
      EXPECT_TRUE(std::equal(x.begin(), x.end(), input + row * stride));
    }
  }
}

// ---- Values

TEST_P(SoftmaxTest, Ranges) {
  // More than a block of the operator, too.
  for (size_t columns : {1, 2, 5, 64, 1001, 20000}) {
    for (const Input& input : Inputs(columns)) EXPECT_EQ(DifferenceInRow(input.x), "") << input.name;
  }
}

TEST_P(SoftmaxTest, SpecialValueAtEveryPosition) {
  const std::vector<float> logits = NormalLogits(150, 10);
  for (float special : SpecialValues()) {
    for (size_t position : Numbers(0, logits.size() - 1)) {
      std::vector<float> x = logits;
      x[position] = special;
      ASSERT_EQ(DifferenceInRow(x), "") << special << " at " << position;
    }
  }
}

// One logit among masks of every kind is certain, wherever it stands.
TEST_P(SoftmaxTest, OneUnmaskedElement) {
  for (float mask : {-kInfinity, -FLT_MAX, -1e30f, -1e9f, -1e4f}) {
    for (size_t columns : {2, 33, 150}) {
      for (size_t position : Numbers(0, columns - 1)) {
        std::vector<float> x(columns, mask);
        x[position] = 3;
        ASSERT_EQ(DifferenceInRow(x), "") << mask << " but at " << position;
      }
    }
  }
  // Of every magnitude, and so with every fraction of its exponent.
  for (float value = -9e3f; value < 1.4e5f; value += 97.3f) {
    std::vector<float> x(40, -kInfinity);
    x[20] = value;
    ASSERT_EQ(DifferenceInRow(x), "") << value;
  }
}

TEST_P(SoftmaxTest, MaskedRow) {
  for (size_t columns : {1, 2, 17, 1000, 40000}) {
    std::vector<float> x(columns, -kInfinity);
    EXPECT_EQ(DifferenceInRow(x), "");
    EXPECT_EQ(DifferenceInRow(x, TWOPASS_FLAG_MASKED_ROW_ZERO), "");
    // Very low is not masked.
    std::fill(x.begin(), x.end(), -FLT_MAX);
    EXPECT_EQ(DifferenceInRow(x, TWOPASS_FLAG_MASKED_ROW_ZERO), "");
  }
}

// The flag does not hide a NaN: neither among masks nor among numbers.
TEST_P(SoftmaxTest, NaNInAMaskedRow) {
  const size_t columns = 150;
  for (float special : {kNaN, -kNaN, kInfinity}) {
    for (size_t position : Numbers(0, columns - 1)) {
      std::vector<float> x(columns, -kInfinity);
      x[position] = special;
      ASSERT_EQ(DifferenceInRow(x, TWOPASS_FLAG_MASKED_ROW_ZERO), "") << special << " at " << position;
    }
  }
  EXPECT_EQ(DifferenceInRow(std::vector<float>(columns, kNaN), TWOPASS_FLAG_MASKED_ROW_ZERO), "");
}

// A NaN is not forgotten when values come, or came, beside which the sum so far is nothing.
TEST_P(SoftmaxTest, NaNAmongFarLargerValues) {
  for (float step : {100.0f, -100.0f}) {
    for (size_t position : Numbers(0, 299)) {
      std::vector<float> x(300);
      for (size_t i = 0; i < x.size(); i++) x[i] = step * static_cast<float>(i);
      x[position] = kNaN;
      ASSERT_EQ(DifferenceInRow(x), "") << "step " << step << ", NaN at " << position;
    }
  }
  // In blocks of the operator that are nothing beside others.
  for (size_t position : {0, 20000, 50000, 79999}) {
    std::vector<float> x(80000);
    for (size_t i = 0; i < x.size(); i++) x[i] = static_cast<float>(i);
    x[position] = kNaN;
    EXPECT_EQ(DifferenceInRow(x), "") << position;
    std::reverse(x.begin(), x.end());
    EXPECT_EQ(DifferenceInRow(x), "") << position;
  }
}

// What one row holds does not show in another.
TEST_P(SoftmaxTest, RowsAreIndependent) {
  const size_t columns = 50;
  const std::vector<std::vector<float>> x = {std::vector<float>(columns, kNaN), NormalLogits(columns, 10),
                                             std::vector<float>(columns, -kInfinity), NormalLogits(columns, 1, 1e6f),
                                             std::vector<float>(columns, FLT_MAX)};
  const twopass_options options = Options(TWOPASS_FLAG_MASKED_ROW_ZERO);
  Matrix matrix(x.size(), columns, columns + 1);
  for (size_t row = 0; row < x.size(); row++) matrix.SetRow(row, x[row]);
  ASSERT_EQ(twopass_softmax_f32(x.size(), columns, matrix.data, matrix.stride, matrix.data, matrix.stride, &options),
            TWOPASS_OK);
  for (size_t row = 0; row < x.size(); row++) {
    EXPECT_EQ(Difference(Reference(x[row], true, options.flags), x[row], matrix.Row(row)), "") << row;
  }
}

// ---- Long rows: the error does not grow with the length

TEST_P(SoftmaxTest, SixteenMillionEqualValues) {
  const size_t columns = size_t{1} << 24;
  const twopass_options options = Options();
  std::vector<float> row(columns, 1.7f);
  ASSERT_EQ(twopass_softmax_f32(1, columns, row.data(), columns, row.data(), columns, &options), TWOPASS_OK);
  for (float y : row) ASSERT_TRUE(IsWithin(y, 0x1p-24, 4 * kEpsilon)) << y;
}

// Four million values that are nothing beside the first, but not all of them together.
TEST_P(SoftmaxTest, ManySmallTerms) {
  const size_t columns = size_t{1} << 22;
  const float small = -27.5f;
  const double exact = 1 / (1 + (columns - 1) * std::exp(static_cast<double>(small)));
  ASSERT_LT(exact, 1 - 32 * kEpsilon);
  const twopass_options options = Options();
  std::vector<float> row(columns, small);
  row[0] = 0;
  ASSERT_EQ(twopass_softmax_f32(1, columns, row.data(), columns, row.data(), columns, &options), TWOPASS_OK);
  EXPECT_TRUE(IsWithin(row[0], exact, 4 * kEpsilon)) << row[0];
}

TEST_P(SoftmaxTest, AMillionLogits) {
  static const std::vector<float> x = NormalLogits((size_t{1} << 20) + 77, 3);
  EXPECT_EQ(DifferenceInRow(x), "");
}

// The maximum, and with it the exponent, moves from block to block of a long row.
TEST_P(SoftmaxTest, LongRowsOfRisingAndFallingLogits) {
  std::vector<float> x(100000);
  for (size_t i = 0; i < x.size(); i++) x[i] = static_cast<float>(i) * 0.01f;
  EXPECT_EQ(DifferenceInRow(x), "");
  std::reverse(x.begin(), x.end());
  EXPECT_EQ(DifferenceInRow(x), "");
  std::fill(x.begin(), x.begin() + 50000, -kInfinity);
  EXPECT_EQ(DifferenceInRow(x), "");
  std::reverse(x.begin(), x.end());
  EXPECT_EQ(DifferenceInRow(x), "");
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(SoftmaxTest, Algorithms());

}  // namespace
}  // namespace twopass_test
