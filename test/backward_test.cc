// Every kernel of the gradients of rows against the contract of its family: memory, special values, accuracy.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "src/kernels.h"
#include "test/elements.h"
#include "test/guarded_buffer.h"
#include "test/inputs.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
// The relative errors that the contracts allow: of a sum, and of an output for a sum.
constexpr double kBoundOfSum = 4 * kEpsilon;
constexpr double kBoundOfOutput = 4 * kEpsilon;
// Below this exp(x) may count as 0.
constexpr float kLeastLogarithm = -87.3f;

struct Kernel {
  std::string x, family, isa, name;  // x: what all elements are
  size_t (*elements)();              // of a tile; to be called where the machine has the ISA
  twopass_rows2_fn* function;

  bool IsOfLogarithms() const { return family == "vlogsoftmaxbackward"; }
};

void PrintTo(const Kernel& kernel, std::ostream* stream) { *stream << kernel.name; }

template <class Function>
void Add(std::vector<Kernel>* kernels, const char* x, const char* family, const char* isa, const char* name,
         size_t (*elements)(), Function* function) {
  if constexpr (std::is_same_v<Function, twopass_rows2_fn>) {
    kernels->push_back({x, family, isa, name, elements, function});
  }
}

const std::vector<Kernel>& Kernels() {
  static const std::vector<Kernel> kernels = [] {
    std::vector<Kernel> all;
#define TWOPASS_KERNEL(shape, x, y, family, isa, symbol, label, elements) \
  Add(                                                                    \
      &all, #x, #family, #isa, label, []() -> size_t { return elements; }, symbol);
#include "src/gen/kernels.inc"
#if TWOPASS_BUILD_CANDIDATES
#include "gen/candidates.inc"
#endif
#undef TWOPASS_KERNEL
    return all;
  }();
  return kernels;
}

// Rows of one length, in memory that ends where they do, or begins there, with a gap behind each but the last.
template <class T>
class Rows {
 public:
  Rows(size_t columns, size_t gap, const std::vector<std::vector<T>>& rows, T around, bool is_at_end)
      : columns_(columns), stride_(columns + gap), around_(around), buffer_((rows.size() - 1) * stride_ + columns) {
    buffer_.Fill(around);
    const size_t size = (rows.size() - 1) * stride_ + columns;
    data_ = is_at_end ? buffer_.end() - size : buffer_.begin();
    end_ = data_ + size;
    for (size_t row = 0; row < rows.size(); row++) std::copy(rows[row].begin(), rows[row].end(), at(row));
  }

  size_t stride() const { return stride_; }
  T* at(size_t row) { return data_ + row * stride_; }
  std::vector<T> Row(size_t row) { return {at(row), at(row) + columns_}; }

  bool IsUntouchedAround() {
    const auto is_untouched = [&](const T* begin, const T* end) {
      return std::all_of(begin, end, [&](const T& a) { return std::memcmp(&a, &around_, sizeof(T)) == 0; });
    };
    if (!is_untouched(buffer_.begin(), data_) || !is_untouched(end_, buffer_.end())) return false;
    for (T* row = data_; row + columns_ < end_; row += stride_) {
      if (!is_untouched(row + columns_, row + stride_)) return false;
    }
    return true;
  }

 private:
  size_t columns_, stride_;
  T around_;
  GuardedBufferOf<T> buffer_;
  T *data_, *end_;
};

enum class Place { kApart, kOverX, kOverW };

class BackwardTest : public testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    if (!twopass_isa_is_available(kernel().isa.c_str())) GTEST_SKIP() << "this machine has no " << kernel().isa;
  }

  const Kernel& kernel() const { return GetParam(); }

  // What a softmax or log-softmax gives.
  std::vector<float> OutputsOf(const std::vector<float>& logits) const {
    std::vector<float> y;
    double sum = 0;
    for (float x : logits) sum += std::exp(static_cast<double>(x));
    for (float x : logits) {
      const float p = static_cast<float>(std::exp(static_cast<double>(x)) / sum);
      const float log_p = static_cast<float>(static_cast<double>(x) - std::log(sum));
      y.push_back(kernel().IsOfLogarithms() ? log_p : p < FLT_MIN ? 0 : p);
    }
    return y;
  }

  testing::AssertionResult Check(const std::vector<float>& x, const std::vector<float>& w,
                                 const std::vector<float>& y) const {
    double sum = 0, magnitude = 0;
    for (size_t i = 0; i < x.size(); i++) {
      const double term = kernel().IsOfLogarithms() ? w[i] : static_cast<double>(x[i]) * w[i];
      sum += term;
      magnitude += std::fabs(term);
    }
    for (size_t i = 0; i < x.size(); i++) {
      const bool counts = kernel().IsOfLogarithms() ? !(x[i] < kLeastLogarithm) : x[i] != 0;
      double exact, bound;
      if (kernel().IsOfLogarithms()) {
        const double p = std::exp(static_cast<double>(x[i])), product = counts ? p * sum : 0;
        exact = w[i] - product;
        bound = kBoundOfOutput * std::fmax(std::fabs(w[i]), std::fabs(product)) + p * kBoundOfSum * magnitude;
      } else {
        exact = x[i] * (w[i] - sum);
        bound = kBoundOfOutput * std::fabs(exact) + x[i] * kBoundOfSum * magnitude;
      }
      if (std::isinf(sum) || std::isnan(sum)) {
        if (counts ? !std::isfinite(y[i]) : true) continue;
      } else if (std::isnan(exact) ? std::isnan(y[i]) : y[i] == exact || std::fabs(y[i] - exact) <= bound + FLT_MIN) {
        if (y[i] == 0 || !(std::fabs(y[i]) < FLT_MIN)) continue;
      }
      return testing::AssertionFailure() << y[i] << " at " << i << " of " << x.size() << ", not " << exact;
    }
    return testing::AssertionSuccess();
  }

  // Calls the kernel on the rows, with each of the places for its output, and has is_right(row, y) look at them.
  template <class T, class IsRight>
  void Test(size_t columns, const std::vector<std::vector<T>>& x, const std::vector<std::vector<T>>& w,
            const IsRight& is_right) {
    const T around = 77;
    for (bool is_at_end : {false, true}) {
      for (Place place : {Place::kApart, Place::kOverX, Place::kOverW}) {
        Rows<T> input(columns, 1, x, around, is_at_end), second(columns, 2, w, around, is_at_end);
        Rows<T> apart(columns, 5, std::vector<std::vector<T>>(x.size(), std::vector<T>(columns, around)), around,
                      is_at_end);
        Rows<T>& output = place == Place::kApart ? apart : place == Place::kOverX ? input : second;
        kernel().function(x.size(), columns, input.at(0), input.stride(), second.at(0), second.stride(), output.at(0),
                          output.stride());
        for (size_t row = 0; row < x.size(); row++) {
          ASSERT_TRUE(is_right(row, output.Row(row))) << "row " << row << (place == Place::kApart ? "" : ", in place");
          if (place != Place::kOverX) {
            ASSERT_TRUE(AreSame(input.Row(row), x[row]));
          }
          if (place != Place::kOverW) {
            ASSERT_TRUE(AreSame(second.Row(row), w[row]));
          }
        }
        for (Rows<T>* rows : {&input, &second, &apart}) ASSERT_TRUE(rows->IsUntouchedAround()) << columns;
      }
    }
  }

  // Of 16 bits, a kernel has to give what that of floats gives of the same numbers, rounded.
  void TestRows(size_t columns, const std::vector<std::vector<float>>& x, const std::vector<std::vector<float>>& w) {
    if (kernel().x == "f32") {
      return Test(columns, x, w, [&](size_t row, const std::vector<float>& y) { return Check(x[row], w[row], y); });
    }
    const Format& format = kernel().x == "f16" ? kFormats[0] : kFormats[1];
    twopass_rows2_fn* const of_floats = OfFloats();
    std::vector<std::vector<uint16_t>> halves_of_x, halves_of_w;
    std::vector<std::vector<float>> expected;
    for (size_t row = 0; row < x.size(); row++) {
      halves_of_x.push_back(Narrowed(format, x[row]));
      halves_of_w.push_back(Narrowed(format, w[row]));
      const std::vector<float> widened_x = Widened(format, halves_of_x.back());
      const std::vector<float> widened_w = Widened(format, halves_of_w.back());
      std::vector<float> y(columns);
      of_floats(1, columns, widened_x.data(), columns, widened_w.data(), columns, y.data(), columns);
      expected.push_back(Widened(format, Narrowed(format, y)));
    }
    Test(columns, halves_of_x, halves_of_w, [&](size_t row, const std::vector<uint16_t>& halves) {
      return CheckSame(Widened(format, halves), expected[row]);
    });
  }

 private:
  // The kernel that computes the same of floats, and stores likewise.
  twopass_rows2_fn* OfFloats() const {
    const std::string name = "f32" + kernel().name.substr(kernel().x.size());
    for (const Kernel& other : Kernels()) {
      if (other.name == name) return other.function;
    }
    return nullptr;
  }

  template <class T>
  static bool AreSame(const std::vector<T>& a, const std::vector<T>& b) {
    return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
  }

  static testing::AssertionResult CheckSame(const std::vector<float>& y, const std::vector<float>& expected) {
    for (size_t i = 0; i < y.size(); i++) {
      if (std::isnan(expected[i]) ? std::isnan(y[i]) : std::memcmp(&y[i], &expected[i], sizeof(float)) == 0) continue;
      return testing::AssertionFailure() << y[i] << " at " << i << ", not " << expected[i];
    }
    return testing::AssertionSuccess();
  }
};

TEST_P(BackwardTest, EveryCount) {
  for (size_t columns : Numbers(1, 3 * kernel().elements() + 1)) {
    std::vector<std::vector<float>> x, w;
    for (float deviation : {1.0f, 30.0f, 0.0f}) {
      x.push_back(OutputsOf(NormalLogits(columns, deviation)));
      w.push_back(NormalLogits(columns, 2, deviation));
    }
    TestRows(columns, x, w);
  }
}

// A row that has one does not touch the others.
TEST_P(BackwardTest, SpecialValues) {
  for (size_t columns : {size_t{3}, kernel().elements(), 2 * kernel().elements() + 3}) {
    const std::vector<float> plain = OutputsOf(NormalLogits(columns, 3)), around_zero = NormalLogits(columns, 1);
    for (float value : {kNaN, kInfinity, -kInfinity, 0.0f, -0.0f, 1e30f, FLT_MIN, 1e-30f}) {
      for (size_t position : {size_t{0}, columns / 2, columns - 1}) {
        std::vector<float> x = plain, w = around_zero;
        w[position] = value;
        if (std::isnan(value) || value == 0 || (kernel().IsOfLogarithms() && value == -kInfinity)) {
          x[columns - 1 - position] = value;
        }
        TestRows(columns, {plain, x, plain}, {around_zero, w, around_zero});
      }
    }
  }
}

// The error does not grow with the count.
TEST_P(BackwardTest, LongRows) {
  for (size_t columns : {size_t{9000}, size_t{65536}}) {
    const std::vector<float> equal = OutputsOf(std::vector<float>(columns, 0.5f));
    const std::vector<float> different = OutputsOf(NormalLogits(columns, 2));
    TestRows(columns, {equal, different}, {std::vector<float>(columns, 1), NormalLogits(columns, 1, 1)});
  }
}

INSTANTIATE_TEST_SUITE_P(All, BackwardTest, testing::ValuesIn(Kernels()), [](const auto& info) {
  std::string name = info.param.name;
  return name.replace(name.find('/'), 1, "__");
});

}  // namespace
}  // namespace twopass_test
