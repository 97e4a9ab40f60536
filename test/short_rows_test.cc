// Short rows of every length, which AUTO hands to a kernel of their own, and the lengths around its end: ordinary
// logits, far from 0 too, masks and huge values, one kind in each row of a matrix.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "src/plan.h"
#include "test/exception_flags.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using Row = std::vector<float>;

using twopass::kMinLongColumns;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Row Ascending(size_t columns, float step) {
  Row x(columns);
  for (size_t i = 0; i < columns; i++) x[i] = step * static_cast<float>(i);
  return x;
}

// Every other element, or all but one, is the mask.
Row Masked(size_t columns, float mask, bool is_sparse) {
  Row x = NormalLogits(columns, 10);
  for (size_t i = 0; i < columns; i++) {
    if (is_sparse ? i % 2 == 1 : i != columns / 3) x[i] = mask;
  }
  return x;
}

Row WithValue(size_t columns, size_t position, float value) {
  Row x = NormalLogits(columns, 3);
  x[position] = value;
  return x;
}

std::vector<Row> RowsOf(size_t columns) {
  const size_t last = columns - 1;
  return {
      NormalLogits(columns, 1),
      NormalLogits(columns, 30),
      NormalLogits(columns, 1, 1e6f),
      NormalLogits(columns, 1, -1e6f),
      NormalLogits(columns, 10, 6e4f),
      NormalLogits(columns, 1, 0x1p16f),
      Ascending(columns, 0.3f),
      Ascending(columns, -300.0f),
      Row(columns, 1e30f),
      Row(columns, -FLT_MAX),
      Row(columns, -kInfinity),
      Masked(columns, -kInfinity, true),
      Masked(columns, -FLT_MAX, false),
      Masked(columns, -1e4f, true),
      WithValue(columns, last, 1e3f),
      WithValue(columns, last, 1e6f),
      WithValue(columns, last / 2, FLT_MAX),
      WithValue(columns, 0, -FLT_MAX),
      WithValue(columns, last, kInfinity),
      WithValue(columns, last, std::numeric_limits<float>::quiet_NaN()),
  };
}

// All of them at first, then some, and those on either side of the end.
std::vector<size_t> Lengths() {
  std::vector<size_t> lengths = Numbers(1, 800);
  for (size_t length = 839; length < kMinLongColumns - 40; length += 39) lengths.push_back(length);
  for (size_t length : Numbers(kMinLongColumns - 40, kMinLongColumns + 40)) lengths.push_back(length);
  return lengths;
}

class ShortRowsTest : public SoftmaxTest {};

TEST_P(ShortRowsTest, EveryLength) {
  for (size_t columns : Lengths()) {
    const std::vector<Row> rows = RowsOf(columns);
    const uint32_t flags = columns % 3 == 0 ? TWOPASS_FLAG_MASKED_ROW_ZERO : 0;
    const twopass_options options = Options(flags);
    Matrix input(rows.size(), columns, columns + columns % 4);
    Matrix output(rows.size(), columns, columns + columns % 5);
    for (size_t row = 0; row < rows.size(); row++) input.SetRow(row, rows[row]);

    ASSERT_EQ(twopass_softmax_f32(rows.size(), columns, input.data, input.stride, output.data, output.stride, &options),
              TWOPASS_OK);
    for (size_t row = 0; row < rows.size(); row++) {
      ASSERT_EQ(std::memcmp(input.Row(row), rows[row].data(), columns * sizeof(float)), 0) << columns;
    }
    ASSERT_EQ(twopass_softmax_f32(rows.size(), columns, input.data, input.stride, input.data, input.stride, &options),
              TWOPASS_OK);

    for (size_t row = 0; row < rows.size(); row++) {
      const SoftmaxReference reference = Reference(rows[row], false, flags);
      ASSERT_EQ(Difference(reference, rows[row], output.Row(row)), "") << "row " << row;
      ASSERT_EQ(Difference(reference, rows[row], input.Row(row)), "") << "row " << row << ", in place";
    }
    ASSERT_TRUE(input.IsUntouchedAroundRows() && output.IsUntouchedAroundRows()) << columns;
  }
}

// A row that is done again, or has no total, changes nothing of the rows around it, nor do they of it.
TEST_P(ShortRowsTest, EveryRowOfABatchIsAsIfAlone) {
  for (size_t columns : {1, 2, 10, 16, 17, 64, 100, 129, 1000, 4000, 8192}) {
    const Row plain = NormalLogits(columns, 10);
    std::vector<Row> rows = {plain};
    for (const Row& row : RowsOf(columns)) {
      rows.push_back(row);
      rows.push_back(plain);
    }
    const twopass_options options = Options();
    Matrix input(rows.size(), columns, columns), output(rows.size(), columns, columns);
    for (size_t row = 0; row < rows.size(); row++) input.SetRow(row, rows[row]);
    ASSERT_EQ(twopass_softmax_f32(rows.size(), columns, input.data, columns, output.data, columns, &options),
              TWOPASS_OK);
    ASSERT_EQ(twopass_softmax_f32(rows.size(), columns, input.data, columns, input.data, columns, &options),
              TWOPASS_OK);
    for (size_t row = 0; row < rows.size(); row++) {
      Row alone(columns);
      ASSERT_EQ(twopass_softmax_f32(1, columns, rows[row].data(), columns, alone.data(), columns, &options),
                TWOPASS_OK);
      const size_t bytes = columns * sizeof(float);
      ASSERT_EQ(std::memcmp(output.Row(row), alone.data(), bytes), 0) << columns << " columns, row " << row;
      ASSERT_EQ(std::memcmp(input.Row(row), alone.data(), bytes), 0) << columns << " columns, in place, row " << row;
    }
  }
}

// Neither -infinity nor what lies far below the maximum makes denormal numbers.
TEST_P(ShortRowsTest, NothingUnderflows) {
  TWOPASS_SKIP_WITHOUT_EXCEPTION_FLAGS();
  for (size_t columns : {size_t{1}, size_t{7}, size_t{16}, size_t{33}, size_t{64}, size_t{500}, kMinLongColumns - 1}) {
    for (const Row& row : RowsOf(columns)) {
      const bool is_finite = std::all_of(row.begin(), row.end(), [](float x) { return x < kInfinity; });
      if (is_finite) {
        ASSERT_EQ(DifferenceInRow(row), "") << columns;
      }
    }
  }
}

// Many rows in one call.
TEST_P(ShortRowsTest, ManyRows) {
  const twopass_options options = Options();
  for (size_t columns : {1, 10, 17, 64}) {
    const std::vector<Row> kinds = RowsOf(columns);
    Matrix matrix(1000, columns, columns + 1);
    for (size_t row = 0; row < matrix.rows; row++) matrix.SetRow(row, kinds[row * row % kinds.size()]);
    ASSERT_EQ(
        twopass_softmax_f32(matrix.rows, columns, matrix.data, matrix.stride, matrix.data, matrix.stride, &options),
        TWOPASS_OK);
    for (size_t row = 0; row < matrix.rows; row++) {
      const Row& kind = kinds[row * row % kinds.size()];
      ASSERT_EQ(Difference(Reference(kind), kind, matrix.Row(row)), "") << "row " << row;
    }
    ASSERT_TRUE(matrix.IsUntouchedAroundRows());
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(ShortRowsTest, std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO});

}  // namespace
}  // namespace twopass_test
