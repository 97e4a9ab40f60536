// The seam of operations. A third one, log-softmax, is here: an algorithm whose finish step writes x - log(total). What
// else it takes is that of the library: the checks, the plan, blocks, threads, special values, and totals of shards.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "src/operation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "src/algorithms.h"
#include "src/extexp.h"
#include "src/perform.h"
#include "src/row.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using twopass::kBlock;
using twopass::kMinLongColumns;
using twopass::Operation;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// ---- The operation

void FinishLogSoftmax(const twopass::Block& block) {
  const twopass::Row& row = block.row;
  const double log_of_total = row.offset + twopass::log_of(row.divisor);
  const float* const x = static_cast<const float*>(block.x());
  for (size_t i = 0; i < block.count; i++) {
    void* const y = address(row.plan.operation->output, row.index, block.start + i);
    *static_cast<float*>(y) = static_cast<float>(x[i] - log_of_total);
  }
}

const twopass::Algorithm kLogSoftmax = {0,
                                        "log_softmax",
                                        false,
                                        false,
                                        twopass::find_algorithm(TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE)->reduce,
                                        FinishLogSoftmax};

twopass_status LogSoftmax(size_t rows, size_t columns, const twopass::Matrix& input, const twopass::Matrix& output,
                          const twopass_options& options) {
  Operation operation(true, true, rows, columns, input, output, nullptr, &kLogSoftmax);
  return perform(operation, &options);
}

// ---- What it is compared with

// The logarithm of the total has the error of the total, and the output is rounded.
bool IsWithinLog(float actual, double exact) {
  if (std::isnan(exact)) return std::isnan(actual);
  if (std::isinf(exact)) return actual == exact;
  return std::fabs(actual - exact) <= kOrdinaryError + std::fabs(exact) * kEpsilon / 2;
}

double LogOfTotal(const std::vector<float>& x) {
  const float max = *std::max_element(x.begin(), x.end());
  if (std::isinf(max) || std::any_of(x.begin(), x.end(), [](float v) { return std::isnan(v); })) return kNaN;
  double total = 0;
  for (float value : x) total += std::exp(static_cast<double>(value) - max);
  return max + std::log(total);
}

// An empty string where y is the log-softmax of x, otherwise the first difference.
std::string LogDifference(const std::vector<float>& x, double log_of_total, const float* y, size_t column_stride = 1) {
  for (size_t i = 0; i < x.size(); i++) {
    const float actual = y[i * column_stride];
    const double exact = x[i] - log_of_total;
    if (!IsWithinLog(actual, exact)) {
      return "y[" + std::to_string(i) + "] is " + std::to_string(actual) + ", not " + std::to_string(exact);
    }
  }
  return "";
}

// ---- Rows and threads

// Short rows, and rows of one block and of several.
constexpr size_t kColumns[] = {1, 17, kMinLongColumns, 3 * kBlock + 77};

std::vector<Input> Rows(size_t columns) {
  std::vector<Input> rows = Inputs(columns);
  rows.push_back({"nothing but -infinity", std::vector<float>(columns, -kInfinity)});
  for (float special : {kNaN, kInfinity}) {
    rows.push_back({std::to_string(special) + " last", NormalLogits(columns, 10)});
    rows.back().x.back() = special;
  }
  return rows;
}

// Tasks in an order that no plan expects.
void RunBackwards(void*, void (*task)(void* context, size_t i), void* context, size_t count) {
  for (size_t i = count; i-- != 0;) task(context, i);
}
constexpr twopass_runner kRunner = {RunBackwards, nullptr, 4};

// ---- The tests

class OperationTest : public SoftmaxTest {};

TEST_P(OperationTest, OfRowsWithStrides) {
  for (size_t columns : kColumns) {
    const std::vector<Input> rows = Rows(columns);
    Matrix x(rows.size(), columns, columns + 3);
    std::vector<double> logs;
    for (size_t row = 0; row < rows.size(); row++) {
      x.SetRow(row, rows[row].x);
      logs.push_back(LogOfTotal(rows[row].x));
    }
    for (const twopass_runner* runner : {static_cast<const twopass_runner*>(nullptr), &kRunner}) {
      twopass_options options = Options();
      options.runner = runner;
      Matrix y(rows.size(), columns, columns + 5);
      ASSERT_EQ(LogSoftmax(rows.size(), columns, {x.data, x.stride}, {y.data, y.stride}, options), TWOPASS_OK);
      for (size_t row = 0; row < rows.size(); row++) {
        EXPECT_EQ(LogDifference(rows[row].x, logs[row], y.Row(row)), "") << rows[row].name;
      }
      EXPECT_TRUE(y.IsUntouchedAroundRows());
    }
  }
}

// One long row for several threads.
TEST_P(OperationTest, InPlace) {
  twopass_options options = Options();
  options.runner = &kRunner;
  const size_t columns = 8 * kBlock + 77;
  for (float deviation : {10.0f, 1e6f}) {
    const std::vector<float> x = NormalLogits(columns, deviation);
    std::vector<float> y = x;
    ASSERT_EQ(LogSoftmax(1, columns, {y.data(), columns}, {y.data(), columns}, options), TWOPASS_OK);
    EXPECT_EQ(LogDifference(x, LogOfTotal(x), y.data()), "") << deviation;
  }
}

TEST_P(OperationTest, OfAMaskedRow) {
  const twopass_options options = Options(TWOPASS_FLAG_MASKED_ROW_ZERO);
  for (size_t columns : kColumns) {
    std::vector<float> x(columns, -kInfinity), y(columns, kUntouched);
    ASSERT_EQ(LogSoftmax(1, columns, {x.data(), columns}, {y.data(), columns}, options), TWOPASS_OK);
    EXPECT_TRUE(std::all_of(y.begin(), y.end(), [](float value) { return value == 0; }));
  }
}

// Outputs that lie apart: a finish step that goes by address() may write them; kernels cannot.
TEST_P(OperationTest, OfOutputsWithAStride) {
  const size_t rows = 3, columns = 2 * kBlock + 77, stride = 2;
  const std::vector<float> row = NormalLogits(columns, 10);
  Matrix x(rows, columns, columns), y(rows, stride * columns, stride * columns);
  for (size_t r = 0; r < rows; r++) x.SetRow(r, row);
  twopass::Matrix output(y.data, y.stride);
  output.column_stride = stride;
  ASSERT_EQ(LogSoftmax(rows, columns, {x.data, x.stride}, output, Options()), TWOPASS_OK);
  for (size_t r = 0; r < rows; r++) {
    EXPECT_EQ(LogDifference(row, LogOfTotal(row), y.Row(r), stride), "");
    for (size_t i = 1; i < y.columns; i += stride) ASSERT_EQ(y.Row(r)[i], kUntouched) << i;
  }
  output.row_stride = columns;
  EXPECT_EQ(LogSoftmax(rows, columns, {x.data, x.stride}, output, Options()), TWOPASS_INVALID_ARGUMENT);
}

// The other half of the operation, with a total that two calls of the library have made.
TEST_P(OperationTest, OfARowInShards) {
  for (float mean : {0.0f, 1e4f, -1e6f}) {
    const size_t columns = 3 * kBlock + 77, first = kBlock + 5;
    const std::vector<float> x = NormalLogits(columns, 10, mean);
    std::vector<float> y(columns);
    twopass_extexp total, sum;
    ASSERT_EQ(twopass_reduce_extexp_f32(1, first, x.data(), first, &total, nullptr), TWOPASS_OK);
    ASSERT_EQ(twopass_reduce_extexp_f32(1, columns - first, x.data() + first, columns, &sum, nullptr), TWOPASS_OK);
    total = twopass_merge_extexp(total, sum);
    for (size_t begin : {size_t{0}, first}) {
      const size_t count = begin == 0 ? first : columns - first;
      Operation finish(false, true, 1, count, {const_cast<float*>(x.data()) + begin, count}, {y.data() + begin, count},
                       &total, &kLogSoftmax);
      ASSERT_EQ(perform(finish, nullptr), TWOPASS_OK);
    }
    EXPECT_EQ(LogDifference(x, LogOfTotal(x), y.data()), "") << mean;
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(OperationTest, (std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO}));

}  // namespace
}  // namespace twopass_test
