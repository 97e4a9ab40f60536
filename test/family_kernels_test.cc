// Every kernel of what is around a softmax against its contract: memory, special values, accuracy.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/family_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "src/kernels.h"
#include "test/exception_flags.h"
#include "test/guarded_buffer.h"
#include "test/inputs.h"
#include "test/kernel_table.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

class FamilyKernelTest : public testing::TestWithParam<FamilyKernel> {
 protected:
  // Where in a buffer the elements of a call are to lie.
  using Place = float* (*)(GuardedBuffer& buffer, size_t count);

  void SetUp() override {
    if (!twopass_isa_is_available(kernel().isa)) GTEST_SKIP() << "this machine has no " << kernel().isa;
  }

  const FamilyKernel& kernel() const { return GetParam(); }

  // Whole tiles, single vectors and a tail.
  size_t LongestCount() const { return 3 * kernel().elements() + 1; }

  // Every count from 1 on, with x, w and y placed in buffers between guard pages.
  void TestEveryCount(Place place) {
    const Rows rows = RowsFor(kernel(), NormalLogits(LongestCount(), 10));
    GuardedBuffer first(rows.x.size()), second(rows.x.size()), output(rows.x.size());
    for (size_t count : Numbers(1, rows.x.size())) {
      first.Fill(kAroundInput);
      second.Fill(kAroundInput);
      output.Fill(kAroundOutput);
      float* const x = place(first, count);
      float* const w = place(second, count);
      float* const y = place(output, count);
      std::copy_n(rows.x.begin(), count, x);
      std::copy_n(rows.w.begin(), count, w);
      const Results results = kernel()(count, x, w, y, rows.params);
      ASSERT_TRUE(Check(kernel(), rows, count, results, y));
      ASSERT_TRUE(IsFilledWith(kAroundOutput, output.begin(), y)) << count;
      ASSERT_TRUE(IsFilledWith(kAroundOutput, kernel().Stores() ? y + count : y, output.end())) << count;
      ASSERT_EQ(std::memcmp(x, rows.x.data(), count * sizeof(float)), 0) << count;
      ASSERT_EQ(std::memcmp(w, rows.w.data(), count * sizeof(float)), 0) << count;
    }
  }

  testing::AssertionResult Call(const Rows& rows) {
    std::vector<float> y(rows.x.size(), kAroundOutput);
    const Results results = kernel()(y.size(), rows.x.data(), rows.w.data(), y.data(), rows.params);
    return Check(kernel(), rows, y.size(), results, y.data());
  }

  testing::AssertionResult Call(const std::vector<float>& logits) { return Call(RowsFor(kernel(), logits)); }
};

class ReducingFamilyTest : public FamilyKernelTest {};
class StoringFamilyTest : public FamilyKernelTest {};
class GradientTest : public FamilyKernelTest {};
class LogitsTest : public FamilyKernelTest {};
class RowsByMaximumTest : public FamilyKernelTest {};

TEST_P(FamilyKernelTest, EveryCountBeforeAGuardPage) {
  TestEveryCount([](GuardedBuffer& buffer, size_t count) { return buffer.end() - count; });
}

TEST_P(FamilyKernelTest, EveryCountAfterAGuardPage) {
  TestEveryCount([](GuardedBuffer& buffer, size_t) { return buffer.begin(); });
}

TEST_P(FamilyKernelTest, EveryCountAndOffset) {
  const Rows rows = RowsFor(kernel(), NormalLogits(LongestCount(), 10));
  std::vector<float> first(kMaxOffset + rows.x.size() + kMaxOffset), second(first.size()), output(first.size());
  for (size_t x_offset : Numbers(0, kMaxOffset)) {
    const size_t y_offset = (5 * x_offset + 3) % (kMaxOffset + 1), w_offset = (3 * x_offset + 7) % (kMaxOffset + 1);
    for (size_t count : Numbers(1, rows.x.size())) {
      first.assign(first.size(), kAroundInput);
      second.assign(second.size(), kAroundInput);
      output.assign(output.size(), kAroundOutput);
      std::copy_n(rows.x.begin(), count, &first[x_offset]);
      std::copy_n(rows.w.begin(), count, &second[w_offset]);
      float* const y = &output[y_offset];
      const Results results = kernel()(count, &first[x_offset], &second[w_offset], y, rows.params);
      ASSERT_TRUE(Check(kernel(), rows, count, results, y)) << "offsets " << x_offset << ", " << y_offset;
      ASSERT_TRUE(IsFilledWith(kAroundOutput, output.data(), y)) << count;
      ASSERT_TRUE(IsFilledWith(kAroundOutput, kernel().Stores() ? y + count : y, output.data() + output.size()));
    }
  }
}

// What a tail makes of the lanes past its end shows nowhere, not even where any other element would be the largest.
TEST_P(FamilyKernelTest, EveryCountOfLowElements) {
  const std::vector<float> logits = NormalLogits(LongestCount(), 10, -1000);
  for (size_t count : Numbers(1, logits.size())) ASSERT_TRUE(Call({logits.begin(), logits.begin() + count})) << count;
}

TEST_P(StoringFamilyTest, InPlace) {
  const Rows rows = RowsFor(kernel(), NormalLogits(LongestCount(), 10));
  GuardedBuffer first(rows.x.size()), second(rows.x.size());
  for (bool is_in_w : {false, true}) {
    if (is_in_w && !kernel().ReadsW()) continue;
    for (size_t count : Numbers(1, rows.x.size())) {
      first.Fill(kAroundOutput);
      second.Fill(kAroundOutput);
      float* const x = first.end() - count;
      float* const w = second.end() - count;
      std::copy_n(rows.x.begin(), count, x);
      std::copy_n(rows.w.begin(), count, w);
      const Results results = kernel()(count, x, w, is_in_w ? w : x, rows.params);
      ASSERT_TRUE(Check(kernel(), rows, count, results, is_in_w ? w : x)) << is_in_w;
      ASSERT_TRUE(IsFilledWith(kAroundOutput, first.begin(), x)) << count;
      ASSERT_TRUE(IsFilledWith(kAroundOutput, second.begin(), w)) << count;
    }
  }
}

TEST_P(FamilyKernelTest, Ranges) {
  const size_t tile = kernel().elements();
  for (size_t count : {size_t{1}, size_t{2}, size_t{10}, tile + 1, 2 * tile - 1, 7 * tile + tile / 2 + 3}) {
    for (const Input& input : Inputs(count)) EXPECT_TRUE(Call(input.x)) << input.name;
  }
}

// Beside ordinary logits, in every lane of a tile, of the single vectors and of the tail that follow it.
TEST_P(FamilyKernelTest, SpecialValueAtEveryPosition) {
  for (size_t count : {size_t{2}, size_t{3}, kernel().elements(), 2 * kernel().elements() - 1}) {
    const std::vector<float> logits = NormalLogits(count, 10);
    for (float special : SpecialValues()) {
      for (size_t position : Numbers(0, count - 1)) {
        std::vector<float> x = logits;
        x[position] = special;
        ASSERT_TRUE(Call(x)) << special << " at " << position;
      }
    }
  }
}

// A NaN is not forgotten when values come, or came, beside which the sum so far is nothing.
TEST_P(FamilyKernelTest, NaNAmongOthers) {
  const size_t count = LongestCount();
  for (float step : {100.0f, -100.0f, 0.0f, -kInfinity}) {
    for (size_t position : Numbers(0, count - 1)) {
      std::vector<float> x(count);
      for (size_t i = 0; i < count; i++) x[i] = std::isinf(step) ? step : step * static_cast<float>(i);
      x[position] = kNaN;
      ASSERT_TRUE(Call(x)) << "step " << step << ", NaN at " << position;
    }
  }
}

TEST_P(FamilyKernelTest, NothingButNegativeInfinity) {
  for (size_t count : Numbers(1, LongestCount())) EXPECT_TRUE(Call(std::vector<float>(count, -kInfinity)));
}

// As long as the contract speaks of: many equal terms, and many that are nothing beside the first or the last.
TEST_P(ReducingFamilyTest, LongRows) {
  const size_t count = size_t{1} << 16;
  for (float value : {1.7f, 0.1f, -3.3f, 12.34f}) {
    Rows rows = RowsFor(kernel(), std::vector<float>(count, value));
    rows.w.assign(count, 0.7f);
    EXPECT_TRUE(Call(rows)) << value;
  }
  for (float low : {-1.7f, -18.5f, -23.4f}) {
    for (size_t position : {size_t{0}, count / 2 + 5, count - 1}) {
      std::vector<float> x(count, low);
      x[position] = 0.01f;
      EXPECT_TRUE(Call(x)) << low << " beside the one at " << position;
    }
  }
}

// Nothing on the way to a result may underflow: that is what would slow the loop down.
TEST_P(FamilyKernelTest, NothingUnderflows) {
  TWOPASS_SKIP_WITHOUT_EXCEPTION_FLAGS();
  TWOPASS_SKIP_WHERE_CLANG_MAKES_VECTORS(kernel().isa);
  std::vector<float> logits = {0};
  for (float value = 0; value > -299; value -= 0.01f) logits.push_back(value);
  const Rows rows = RowsFor(kernel(), logits);
  std::vector<float> y(logits.size());
  std::feclearexcept(FE_ALL_EXCEPT);
  kernel()(y.size(), rows.x.data(), rows.w.data(), y.data(), rows.params);
  EXPECT_EQ(std::fetestexcept(kAllButInexact), 0);
}

// Gradients around FLT_MIN, of both signs, where they turn to 0.
TEST_P(GradientTest, ResultsAroundTheSmallestNormal) {
  Rows rows = RowsFor(kernel(), std::vector<float>(4001));
  for (float factor : {1e-9f, -1e-9f, 0.037f, -0.037f, 1.0f, -1.0f, 33.3f}) {
    rows.params.offset = factor;
    rows.params.scale = factor;
    for (size_t i = 0; i < rows.x.size(); i++) {
      const float near = 1 + (static_cast<float>(i) - 2000) * 0x1p-12f;
      if (kernel().family == "vlogsoftmaxgrad") {
        rows.x[i] = std::fmin(0.0f, std::log(FLT_MIN * near / std::fabs(factor)));
        rows.w[i] = i % 3 == 0 ? FLT_MIN * near : i % 3 == 1 ? 0x1p-100f * near : 0;
      } else {
        rows.x[i] = std::fmax(FLT_MIN, std::fabs(FLT_MIN * near / factor));
        rows.w[i] = kernel().family == "vsoftmaxgrad" ? 0 : factor;
      }
    }
    ASSERT_TRUE(Call(rows)) << factor;
  }
}

// Floats of every magnitude and of both signs, powers of two and their neighbours, and many more where the results are
// neither 0 nor what x is.
std::vector<float> LogitsOfEveryMagnitude() {
  const int step = IsSparse() ? 7 : 1;
  std::vector<float> logits;
  for (uint32_t bits = 0; bits < 0x7F800000; bits += step * 65521) logits.push_back(FloatOf(bits));
  for (float power = FLT_MIN; power < kInfinity; power *= 2) {
    for (int neighbour : {-1, 0, 1}) logits.push_back(FloatOf(BitsOf(power) + neighbour));
  }
  for (float value = 0; value < 104; value += step * 0x1.1p-10f) logits.push_back(value);
  for (size_t i = logits.size(); i-- != 0;) logits.push_back(-logits[i]);
  return logits;
}

TEST_P(LogitsTest, EveryMagnitude) {
  Rows rows = RowsFor(kernel(), LogitsOfEveryMagnitude());
  struct Parameters {
    float scale, cap;
  };
  for (Parameters parameters : {Parameters{1, 1}, {0.03125f, 32}, {0.7f, 0.1f}, {1e-20f, 1e20f}, {1e20f, 1e-20f}}) {
    rows.params.scale = parameters.scale;
    rows.params.cap = parameters.cap;
    ASSERT_TRUE(Call(rows)) << parameters.scale << ", " << parameters.cap;
  }
}

// Of small logits and large ones, positive ones too.
TEST_P(LogitsTest, NothingUnderflowsOrOverflows) {
  TWOPASS_SKIP_WITHOUT_EXCEPTION_FLAGS();
  TWOPASS_SKIP_WHERE_CLANG_MAKES_VECTORS(kernel().isa);
  std::vector<float> logits;
  for (float magnitude = 0x1p-80f; magnitude < 0x1p+80f; magnitude *= 1.7f) logits.push_back(magnitude);
  for (float magnitude = 0; magnitude < 150; magnitude += 0.01f) logits.push_back(magnitude);
  for (size_t i = logits.size(); i-- != 0;) logits.push_back(-logits[i]);
  Rows rows = RowsFor(kernel(), logits);
  std::vector<float> y(logits.size());
  for (float scale : {1.0f, 1e-7f, 1e7f}) {
    rows.params.scale = scale;
    std::feclearexcept(FE_ALL_EXCEPT);
    kernel()(y.size(), rows.x.data(), rows.w.data(), y.data(), rows.params);
    ASSERT_EQ(std::fetestexcept(kAllButInexact), 0) << scale;
  }
}

// One element outweighs the others, which are summed as if it were not there; or two are the largest.
TEST_P(RowsByMaximumTest, Dominated) {
  const size_t tile = kernel().elements();
  for (size_t count : {size_t{2}, size_t{4}, tile / 2 + 1, tile, tile + 1, 3 * tile + 1, size_t{1001}}) {
    const std::vector<size_t> some = {0, 1, count / 2, count - 1};
    for (size_t position : count <= tile ? Numbers(0, count - 1) : some) {
      for (float low : {-0.1f, -1.0f, -10.0f, -20.0f, -25.0f, -44.0f, -44.6f, -80.0f, -300.0f, -1e30f, -kInfinity}) {
        std::vector<float> x(count, 20 + low);
        x[position] = 20;
        ASSERT_TRUE(Call(x)) << low << " at " << position;
        x[count - 1 - position] = 20;
        ASSERT_TRUE(Call(x)) << low << " at " << position << ", and the same from behind";
      }
    }
  }
}

// A sum of just below two, from which on the others are summed with the largest, or just above.
TEST_P(RowsByMaximumTest, SumsNearTwo) {
  for (size_t count : {size_t{2}, size_t{7}, kernel().elements(), LongestCount()}) {
    for (int step = -200; step <= 200; step++) {
      const float low = -std::log(static_cast<float>(count - 1)) + static_cast<float>(step) * 0x1p-22f;
      std::vector<float> x(count, low);
      x[count / 2] = 0;
      ASSERT_TRUE(Call(x)) << low;
    }
  }
}

// Rows in strides, each as if it were alone; what lies between them is not read.
TEST_P(RowsByMaximumTest, Strides) {
  const auto function = std::get<twopass_reduce_rows_fn*>(kernel().function);
  const std::vector<Input> inputs = Inputs(LongestCount());
  for (size_t columns : Numbers(1, LongestCount())) {
    std::vector<std::vector<float>> rows = {std::vector<float>(columns, -kInfinity)};
    for (const Input& input : inputs) rows.emplace_back(input.x.begin(), input.x.begin() + columns);
    rows.emplace_back(columns, kNaN);
    for (size_t gap : {0, 5}) {
      const size_t stride = columns + gap, elements = rows.size() * stride - gap;
      GuardedBuffer input(elements);
      input.Fill(kAroundInput);
      float* const x = input.end() - elements;
      for (size_t row = 0; row < rows.size(); row++) std::copy(rows[row].begin(), rows[row].end(), x + row * stride);
      const twopass_max_sum untouched = {-1.25f, -1.25f};
      std::vector<twopass_max_sum> results(rows.size() + 1, untouched);
      function(rows.size(), columns, x, stride, nullptr, results.data());
      for (size_t row = 0; row < rows.size(); row++) {
        const Results of_row = {{}, results[row]};
        ASSERT_TRUE(Check(kernel(), RowsFor(kernel(), rows[row]), columns, of_row, nullptr)) << row;
      }
      ASSERT_EQ(std::memcmp(&results.back(), &untouched, sizeof untouched), 0);
    }
  }
}

std::string NameOf(const testing::TestParamInfo<FamilyKernel>& info) { return TestNameOf(info.param.name); }

bool Reduces(const FamilyKernel& kernel) { return !kernel.Stores(); }
bool StoresOutputs(const FamilyKernel& kernel) { return kernel.Stores(); }
bool IsGradient(const FamilyKernel& kernel) { return kernel.IsGradient(); }
bool IsOfLogits(const FamilyKernel& kernel) { return kernel.IsOfLogits(); }
bool ReducesRows(const FamilyKernel& kernel) { return kernel.family == "rmaxaddexp"; }

INSTANTIATE_TEST_SUITE_P(All, FamilyKernelTest, testing::ValuesIn(FamilyKernels()), NameOf);
INSTANTIATE_TEST_SUITE_P(All, ReducingFamilyTest, testing::ValuesIn(FamilyKernelsWhere(Reduces)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, StoringFamilyTest, testing::ValuesIn(FamilyKernelsWhere(StoresOutputs)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, GradientTest, testing::ValuesIn(FamilyKernelsWhere(IsGradient)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, LogitsTest, testing::ValuesIn(FamilyKernelsWhere(IsOfLogits)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, RowsByMaximumTest, testing::ValuesIn(FamilyKernelsWhere(ReducesRows)), NameOf);

}  // namespace
}  // namespace twopass_test
