// Every kernel of the table against the contract of its family: memory, special values, accuracy.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "src/kernels.h"
#include "test/exception_flags.h"
#include "test/expectation.h"
#include "test/guarded_buffer.h"
#include "test/inputs.h"
#include "test/kernel_table.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

class KernelTest : public testing::TestWithParam<Kernel> {
 protected:
  // Where in a buffer the elements of a call are to lie.
  using Place = float* (*)(GuardedBuffer& buffer, size_t count);

  void SetUp() override {
    if (!twopass_isa_is_available(kernel().isa)) GTEST_SKIP() << "this machine has no " << kernel().isa;
  }

  const Kernel& kernel() const { return GetParam(); }
  const Family& family() const { return *kernel().family; }

  // Whole tiles, single vectors and a tail.
  size_t LongestCount() const { return 3 * kernel().elements() + 1; }

  // Every count from 1 on, with x and y placed in buffers between guard pages.
  void TestEveryCount(Place place) {
    const std::vector<float> x = ElementsFor(family(), NormalLogits(LongestCount(), 10));
    const twopass_params params = ParamsFor(family(), x);
    const Expectation expectation(kernel(), x, params);
    GuardedBuffer input(x.size()), output(x.size());
    for (size_t count : Numbers(1, x.size())) {
      input.Fill(kAroundInput);
      output.Fill(kAroundOutput);
      float* const x_begin = place(input, count);
      float* const y = place(output, count);
      std::copy_n(x.begin(), count, x_begin);
      const twopass_reduction reduction = kernel()(count, x_begin, y, params);
      ASSERT_TRUE(expectation.Check(count, reduction, y));
      ASSERT_TRUE(IsFilledWith(kAroundOutput, output.begin(), y)) << count;
      ASSERT_TRUE(IsFilledWith(kAroundOutput, family().stores ? y + count : y, output.end())) << count;
      ASSERT_EQ(std::memcmp(x_begin, x.data(), count * sizeof(float)), 0) << count;
    }
  }

  // One call on the whole of x.
  testing::AssertionResult Call(const std::vector<float>& x, const twopass_params& params) {
    std::vector<float> y(x.size(), kAroundOutput);
    const twopass_reduction reduction = kernel()(x.size(), x.data(), y.data(), params);
    return Expectation(kernel(), x, params).Check(x.size(), reduction, y.data());
  }
};

class StoringKernelTest : public KernelTest {};
class ScalingKernelTest : public KernelTest {};
class SummingKernelTest : public KernelTest {};
class OverflowingKernelTest : public KernelTest {};
class RowsKernelTest : public KernelTest {};
class SoftmaxKernelTest : public KernelTest {};
class BiasedRowsKernelTest : public KernelTest {};

TEST_P(KernelTest, EveryCountBeforeAGuardPage) {
  TestEveryCount([](GuardedBuffer& buffer, size_t count) { return buffer.end() - count; });
}

TEST_P(KernelTest, EveryCountAfterAGuardPage) {
  TestEveryCount([](GuardedBuffer& buffer, size_t) { return buffer.begin(); });
}

TEST_P(KernelTest, EveryCountAndOffset) {
  const std::vector<float> x = ElementsFor(family(), NormalLogits(LongestCount(), 10));
  const twopass_params params = ParamsFor(family(), x);
  const Expectation expectation(kernel(), x, params);
  std::vector<float> input(kMaxOffset + x.size() + kMaxOffset), output(input.size());
  for (size_t x_offset : Numbers(0, kMaxOffset)) {
    const size_t y_offset = (5 * x_offset + 3) % (kMaxOffset + 1);
    for (size_t count : Numbers(1, x.size())) {
      input.assign(input.size(), kAroundInput);
      output.assign(output.size(), kAroundOutput);
      std::copy_n(x.begin(), count, &input[x_offset]);
      const twopass_reduction reduction = kernel()(count, &input[x_offset], &output[y_offset], params);
      ASSERT_TRUE(expectation.Check(count, reduction, &output[y_offset])) << "offsets " << x_offset << ", " << y_offset;
      const float* const end = output.data() + output.size();
      ASSERT_TRUE(IsFilledWith(kAroundOutput, output.data(), &output[y_offset])) << count;
      ASSERT_TRUE(IsFilledWith(kAroundOutput, &output[y_offset + (family().stores ? count : 0)], end)) << count;
    }
  }
}

// What a tail makes of the lanes past its end shows nowhere, not even where any other element would be the largest.
TEST_P(KernelTest, EveryCountOfLowElements) {
  const std::vector<float> x = ElementsFor(family(), NormalLogits(LongestCount(), 10, -1000));
  for (size_t count : Numbers(1, x.size())) {
    const std::vector<float> low(x.begin(), x.begin() + count);
    ASSERT_TRUE(Call(low, ParamsFor(family(), low))) << count;
  }
}

TEST_P(StoringKernelTest, InPlace) {
  const std::vector<float> x = ElementsFor(family(), NormalLogits(LongestCount(), 10));
  const twopass_params params = ParamsFor(family(), x);
  const Expectation expectation(kernel(), x, params);
  GuardedBuffer buffer(x.size());
  for (size_t count : Numbers(1, x.size())) {
    buffer.Fill(kAroundOutput);
    float* const y = buffer.end() - count;
    std::copy_n(x.begin(), count, y);
    const twopass_reduction reduction = kernel()(count, y, y, params);
    ASSERT_TRUE(expectation.Check(count, reduction, y));
    ASSERT_TRUE(IsFilledWith(kAroundOutput, buffer.begin(), y)) << count;
  }
}

TEST_P(KernelTest, Ranges) {
  const size_t tile = kernel().elements();
  for (size_t count : {size_t{1}, tile + 1, 2 * tile - 1, 7 * tile + tile / 2 + 3}) {
    for (const Input& input : Inputs(count)) {
      const std::vector<float> x = ElementsFor(family(), input.x);
      EXPECT_TRUE(Call(x, ParamsFor(family(), x))) << input.name;
    }
  }
}

// Beside ordinary logits, in every lane of a tile, of the single vectors and of the tail that follow it.
TEST_P(KernelTest, SpecialValueAtEveryPosition) {
  const std::vector<float> logits = NormalLogits(2 * kernel().elements() - 1, 10);
  for (float special : SpecialValues()) {
    for (size_t position : Numbers(0, logits.size() - 1)) {
      std::vector<float> x = logits;
      x[position] = special;
      x = ElementsFor(family(), x);
      ASSERT_TRUE(Call(x, ParamsFor(family(), x))) << special << " at " << position;
    }
  }
}

// A NaN is not forgotten when values come, or came, beside which the sum so far is nothing.
TEST_P(KernelTest, NaNAmongFarLargerValues) {
  const size_t count = LongestCount();
  for (float step : {100.0f, -100.0f}) {
    for (size_t position : Numbers(0, count - 1)) {
      std::vector<float> x(count);
      for (size_t i = 0; i < count; i++) x[i] = step * static_cast<float>(i);
      x[position] = kNaN;
      x = ElementsFor(family(), x);
      ASSERT_TRUE(Call(x, ParamsFor(family(), x))) << "step " << step << ", NaN at " << position;
    }
  }
}

TEST_P(KernelTest, NothingButNegativeInfinity) {
  const std::vector<float> x(LongestCount(), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(Call(ElementsFor(family(), x), ParamsFor(family(), x)));
}

// A NaN of the reduction reaches every output through the scale.
TEST_P(ScalingKernelTest, NaNScaleMakesEveryOutputNaN) {
  for (const Input& input : Inputs(LongestCount())) {
    const std::vector<float> x = ElementsFor(family(), input.x);
    twopass_params params = ParamsFor(family(), x);
    params.scale = kNaN;
    EXPECT_TRUE(Call(x, params)) << input.name;
  }
}

// Results around FLT_MIN, where they turn to +0, for scales from the contract's smallest to its largest.
TEST_P(StoringKernelTest, ResultsAroundTheSmallestNormal) {
  for (float scale : {FLT_MIN * kStoredPower, 0x1p-30f, 0x1.234567p-20f, 0.001f, 0.7f, 1.0f, 1.5f}) {
    if (scale < 0x1p-30f && !family().takes_exponentials) continue;
    if (scale > 1 && family().takes_exponentials) continue;
    const float boundary = std::log(FLT_MIN / scale);
    std::vector<float> x = {0};
    for (int step = -2000; step <= 2000; step++) x.push_back(boundary + static_cast<float>(step) * 0x1p-15f);
    x = ElementsFor(family(), x);
    twopass_params params = ParamsFor(family(), x);
    params.scale = family().takes_exponentials ? scale / kStoredPower : scale;
    EXPECT_TRUE(Call(x, params)) << "scale " << scale;
  }
}

// The same where x is so large that its neighbours differ by a percent and more.
TEST_P(StoringKernelTest, SmallestNormalResultsOfLargeElements) {
  for (float max : {1e3f, -1e3f, 0x1.d06c6ap+15f, -0x1.dad74ep+15f, 0x1p16f, -0x1.fe8p+15f}) {
    std::vector<float> x = {max};
    for (int step = -200; step <= 200; step++) {
      const float logit = max - 87.5f + static_cast<float>(step) * 0x1p-8f;
      x.push_back(logit);
    }
    x = ElementsFor(family(), x);
    EXPECT_TRUE(Call(x, ParamsFor(family(), x))) << max;
  }
}

// Neither an output nor anything on the way to it may underflow: that is what would slow the loop down.
TEST_P(KernelTest, NothingUnderflows) {
  TWOPASS_SKIP_WITHOUT_EXCEPTION_FLAGS();
  std::vector<float> x = {0};
  const float step = family().TakesRows() ? 300.0f / kMaxShortColumns : 0.01f;
  for (float value = 0; value > -299; value -= step) x.push_back(value);
  x = ElementsFor(family(), x);
  const twopass_params params = ParamsFor(family(), x);
  std::vector<float> y(x.size());
  std::feclearexcept(FE_ALL_EXCEPT);
  kernel()(x.size(), x.data(), y.data(), params);
  EXPECT_EQ(std::fetestexcept(kAllButInexact), 0);
}

// As many equal terms as the contract speaks of are as accurate as one. Dividing by their number is exact.
TEST_P(SummingKernelTest, LongSum) {
  const size_t count = size_t{1} << 16;
  for (float value : {1.7f, 0.1f, -3.3f, 12.34f}) {
    std::vector<float> x(count, value);
    twopass_params params = kNeutralParams;
    params.offset = family().subtracts_offset ? 13 : 0;
    const twopass_reduction term = kernel()(1, &value, x.data(), params);
    x[0] = value;
    const twopass_reduction sum = kernel()(count, x.data(), x.data(), params);
    const float mean = sum.value / static_cast<float>(count);
    EXPECT_NEAR(mean, term.value, 0x1p-23 * term.value) << value;
    EXPECT_EQ(sum.exponent, term.exponent) << value;
  }
}

// Terms that are nothing beside the first, but not all of them together, are not lost.
TEST_P(SummingKernelTest, ManySmallTerms) {
  std::vector<float> x(16384, -18.5f);
  x[0] = 0;
  EXPECT_TRUE(Call(x, ParamsFor(family(), x)));
}

// The anchor need not be near the largest element: below it terms grow until the sum overflows, above it they shrink
// until nothing shows.
TEST_P(OverflowingKernelTest, AnchorsFarFromTheElements) {
  for (float mean : {0.0f, 1e3f, -1e3f, 6.5e4f, -6.5e4f, 65700.0f, -65700.0f}) {
    const std::vector<float> x = NormalLogits(LongestCount(), 10, mean);
    twopass_params params = ParamsFor(family(), x);
    std::vector<float> anchors = {kMaxAnchorOfSum, -kMaxAnchorOfSum};
    for (float distance :
         {1, 30, 62, 64, 90, 94, 96, 98, 120, 125, 126, 127, 128, 129, 130, 160, 255, 256, 300, 100000}) {
      anchors.push_back(params.anchor + distance);
      anchors.push_back(params.anchor - distance);
    }
    for (float anchor : anchors) {
      if (std::fabs(anchor) > kMaxAnchorOfSum) continue;  // out of the contract
      params.anchor = anchor;
      ASSERT_TRUE(Call(x, params)) << "mean " << mean << ", anchor " << anchor;
    }
  }
}

// One term beyond the range of float, wherever it stands, shows in the sum.
TEST_P(OverflowingKernelTest, OneHugeElement) {
  const size_t count = LongestCount();
  for (float huge : {88.8f, 90.0f, 100.0f, 1e3f, 1e5f, 1.4e5f, 1e6f, 4e6f, 1e7f, 1e10f, 1e20f, 1e30f, FLT_MAX}) {
    for (size_t position : Numbers(0, count - 1)) {
      std::vector<float> x(count);
      x[position] = huge;
      ASSERT_TRUE(Call(x, kNeutralParams)) << huge << " at " << position;
    }
  }
}

TEST_P(SoftmaxKernelTest, ResultsJustAboveTheSmallestNormal) {
  for (const std::vector<float>& x : RowsWithTheSmallestNormal()) EXPECT_TRUE(Call(x, kNeutralParams)) << x[0];
}

// Rows of their own lengths: what lies behind them is not read, and its outputs are 0.
TEST_P(SoftmaxKernelTest, Lengths) {
  const size_t columns = LongestCount();
  const std::vector<float> logits = Inputs(columns)[0].x;
  std::vector<int64_t> lengths;
  for (size_t length = 1; length <= columns; length += 1 + length / 8) lengths.push_back(static_cast<int64_t>(length));
  for (size_t length = columns; length > 1; length /= 2) lengths.push_back(static_cast<int64_t>(length));
  GuardedBuffer input(lengths.size() * columns), output(lengths.size() * columns);
  input.Fill(kNaN);
  output.Fill(kAroundOutput);
  float* const x = input.end() - lengths.size() * columns;
  float* const y = output.end() - lengths.size() * columns;
  for (size_t row = 0; row < lengths.size(); row++)
    std::copy_n(logits.begin(), static_cast<size_t>(lengths[row]), x + row * columns);

  twopass_params params = kNeutralParams;
  params.lengths = lengths.data();
  kernel().CallRows(lengths.size(), columns, x, columns, y, columns, params);
  for (size_t row = 0; row < lengths.size(); row++) {
    const size_t length = static_cast<size_t>(lengths[row]);
    const std::vector<float> counted(logits.begin(), logits.begin() + length);
    const float* const begin = y + row * columns;
    ASSERT_TRUE(Expectation(kernel(), counted, kNeutralParams).Check(length, {}, begin)) << length;
    ASSERT_TRUE(IsFilledWith(0.0f, begin + length, begin + columns)) << length;
  }
}

// Outputs are those of the softmax times the factor, or 0 where that is below FLT_MIN, which is where most logits are
// here; also where no sample is near the maximum, and the sum is large.
TEST_P(SoftmaxKernelTest, Factors) {
  std::vector<float> factors = {kMinFactor, 0.003f, 1.0f};
  for (float factor = 0.2f; factor < 1; factor += 0.0123f) factors.push_back(factor);
  for (size_t columns : {kernel().elements() - 1, kernel().elements(), LongestCount(), size_t{600}}) {
    if (columns < 4) continue;
    for (float high : {0.0f, 40.0f}) {
      for (float factor : factors) {
        const float half = static_cast<float>(columns / 2) * 0x1p-17f;
        const float lowest = std::log(2 + std::exp(high) + std::exp(high - 0.7f)) + std::log(FLT_MIN / factor) - half;
        std::vector<float> x(columns);
        for (size_t i = 1; i + 1 < columns; i++) x[i] = lowest + static_cast<float>(i) * 0x1p-17f;
        x[columns / 2] = high;
        x[columns / 2 + 1] = high - 0.7f;
        std::vector<float> y(columns), multiplied(columns);
        twopass_params params = kNeutralParams;
        kernel()(columns, x.data(), y.data(), params);
        params.factor = factor;
        kernel()(columns, x.data(), multiplied.data(), params);
        for (size_t i = 0; i < columns; i++) {
          const double exact = static_cast<double>(y[i]) * factor;
          const bool is_flushed = multiplied[i] == 0 && exact < FLT_MIN * (1 + 4 * kEpsilon);
          const bool is_near = std::fabs(multiplied[i] - exact) <= 2.5 * kEpsilon * exact;
          ASSERT_TRUE(is_flushed || (is_near && multiplied[i] >= FLT_MIN))
              << multiplied[i] << " at " << i << " of " << columns << ", not " << exact << ", factor " << factor;
        }
      }
    }
  }
}

// A second row is added before all else, and both are scaled.
TEST_P(BiasedRowsKernelTest, SecondRows) {
  const size_t columns = LongestCount(), rows = 3, stride = columns + 5;
  std::vector<float> x(rows * columns), w(rows * stride), y(rows * columns);
  for (size_t i = 0; i < x.size(); i++) x[i] = 0.25f * static_cast<float>(i % 37);
  for (size_t i = 0; i < w.size(); i++) w[i] = static_cast<float>(i % 11);
  twopass_params params = kNeutralParams;
  params.scale = -0.5f;
  params.slope = 0.25f;
  GuardedBuffer second(rows * stride - 5);
  float* const w_begin = second.end() - (rows * stride - 5);
  std::copy_n(w.begin(), rows * stride - 5, w_begin);
  params.w = w_begin;
  params.w_stride = stride;
  std::get<twopass_rows_fn*>(kernel().function)(rows, columns, x.data(), columns, y.data(), columns, &params);
  for (size_t row = 0; row < rows; row++) {
    std::vector<float> z(columns);  // exact
    for (size_t i = 0; i < columns; i++) z[i] = x[row * columns + i] * -0.5f + w[row * stride + i] * 0.25f;
    EXPECT_TRUE(Expectation(kernel(), z, kNeutralParams).Check(columns, {}, y.data() + row * columns)) << row;
  }
}

// Rows in strides, each as if it were alone; what lies between them stays.
TEST_P(RowsKernelTest, Strides) {
  const std::vector<Input> inputs = Inputs(LongestCount());
  for (size_t columns : {size_t{1}, size_t{3}, kernel().elements(), kernel().elements() + 1, LongestCount()}) {
    std::vector<std::vector<float>> rows = {std::vector<float>(columns, -std::numeric_limits<float>::infinity())};
    for (const Input& input : inputs) rows.emplace_back(input.x.begin(), input.x.begin() + columns);
    rows.emplace_back(columns, kNaN);
    for (const auto& [x_gap, y_gap, is_in_place] :
         {std::tuple<size_t, size_t, bool>{0, 0, false}, {0, 5, false}, {7, 0, false}, {0, 0, true}, {3, 3, true}}) {
      const size_t x_stride = columns + x_gap, x_elements = rows.size() * x_stride - x_gap;
      const size_t y_stride = columns + y_gap, y_elements = rows.size() * y_stride - y_gap;
      GuardedBuffer input(x_elements), output(y_elements);
      float* const x = input.end() - x_elements;
      float* const y = is_in_place ? x : output.end() - y_elements;
      input.Fill(is_in_place ? kAroundOutput : kAroundInput);
      output.Fill(kAroundOutput);
      for (size_t row = 0; row < rows.size(); row++) std::copy(rows[row].begin(), rows[row].end(), x + row * x_stride);

      twopass_params params = kNeutralParams;
      params.empty = is_in_place ? 0 : kNaN;
      params.log_sum = params.empty;
      params.prefetches = is_in_place;
      kernel().CallRows(rows.size(), columns, x, x_stride, y, y_stride, params);
      for (size_t row = 0; row < rows.size(); row++) {
        const float* const begin = y + row * y_stride;
        ASSERT_TRUE(Expectation(kernel(), rows[row], params).Check(columns, {}, begin)) << row;
        const float* const next = begin + (row + 1 < rows.size() ? y_stride : columns);
        ASSERT_TRUE(IsFilledWith(kAroundOutput, begin + columns, next)) << row;
      }
    }
  }
}

std::string NameOf(const testing::TestParamInfo<Kernel>& info) { return TestName(info.param); }

INSTANTIATE_TEST_SUITE_P(All, KernelTest, testing::ValuesIn(Kernels()), NameOf);
INSTANTIATE_TEST_SUITE_P(All, StoringKernelTest, testing::ValuesIn(KernelsWhere(&Family::stores)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, ScalingKernelTest, testing::ValuesIn(KernelsWhere(&Family::Scales)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, SummingKernelTest, testing::ValuesIn(KernelsWhere(&Family::Sums)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, OverflowingKernelTest, testing::ValuesIn(KernelsWhere(&Family::MayOverflow)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, RowsKernelTest, testing::ValuesIn(KernelsWhere(&Family::TakesRows)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, SoftmaxKernelTest, testing::ValuesIn(KernelsWhere(&Family::is_softmax)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, BiasedRowsKernelTest, testing::ValuesIn(KernelsOfFamily("vsoftmaxbiased")), NameOf);

}  // namespace
}  // namespace twopass_test
