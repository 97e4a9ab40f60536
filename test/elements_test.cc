// The kernels of elements of 16 bits: the conversions of every number of 16 bits, and of the floats around every one,
// against plain ones; and sums and outputs, bit for bit, against those that the kernel of floats makes of the same
// numbers.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/elements.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "src/kernels.h"
#include "test/guarded_buffer.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// ---- Plain conversions

bool IsNaN(const Format& format, uint16_t half) { return (half & 0x7FFF) > format.infinity(); }

// Whether they are the same number, or both NaN.
bool AreSame(float a, float b) { return std::isnan(a) ? std::isnan(b) : BitsOf(a) == BitsOf(b); }

bool AreSame(const Format& format, uint16_t a, uint16_t b) { return IsNaN(format, a) ? IsNaN(format, b) : a == b; }

// ---- Kernels

using Function = std::variant<std::monostate, twopass_reduce_fn*, twopass_map_fn*, twopass_rows_fn*>;

// The tests have none of other shapes.
template <class Kernel>
Function FunctionOf(Kernel* kernel) {
  if constexpr (std::is_constructible_v<Function, Kernel*>) return kernel;
  return {};
}

// The kernel in use for a role, where the ISA has one: "bf16 bf16 vsoftmax".
Function KernelOf(const std::string& isa, const std::string& role, bool is_non_temporal) {
  const std::string suffix = "_nt";
#define TWOPASS_KERNEL(shape, x, y, family, name, symbol, label, elements)                         \
  if (isa == #name && role == #x " " #y " " #family) {                                             \
    const std::string text = label;                                                                \
    const bool has_suffix = text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0; \
    if (has_suffix == is_non_temporal) return FunctionOf(symbol);                                  \
  }
#include "src/gen/kernels.inc"
#undef TWOPASS_KERNEL
  return {};
}

template <class Kernel>
Kernel* KernelOf(const std::string& isa, const std::string& role, bool is_non_temporal = false) {
  const Function function = KernelOf(isa, role, is_non_temporal);
  return std::holds_alternative<Kernel*>(function) ? std::get<Kernel*>(function) : nullptr;
}

// ---- Inputs

std::vector<uint16_t> EveryPattern() {
  std::vector<uint16_t> patterns(65536);
  for (size_t i = 0; i < patterns.size(); i++) patterns[i] = static_cast<uint16_t>(i);
  return patterns;
}

// Floats with every upper half, and lower halves at and around all that may be a tie: a bit with zeros behind it.
std::vector<float> FloatsAroundEveryTie() {
  std::vector<uint32_t> lower = {0};
  for (uint32_t bit = 1; bit <= 0x8000; bit *= 2) {
    if (bit == 1 || bit >= 0x800) {
      for (uint32_t around : {bit - 1, bit, bit + 1, bit | bit * 2, (bit | bit * 2) - 1}) {
        if (around <= 0xFFFF) lower.push_back(around);
      }
    }
  }
  lower.push_back(0xFFFF);
  std::vector<float> floats;
  for (uint32_t upper = 0; upper < 65536; upper += IsSparse() ? 7 : 1) {
    for (uint32_t half : lower) floats.push_back(FloatOf(upper << 16 | half));
  }
  return floats;
}

// Rows of a matrix, one of each kind that takes a way of its own, as far as the format has such numbers.
std::vector<std::vector<uint16_t>> RowsOf(const Format& format, size_t columns) {
  std::vector<std::vector<float>> rows = {
      NormalLogits(columns, 1),
      NormalLogits(columns, 20, -50),
      NormalLogits(columns, 1, 1e4f),
      NormalLogits(columns, 1, 1e6f),
      std::vector<float>(columns, -kInfinity),
      NormalLogits(columns, 3),
      std::vector<float>(columns, 0x1p-24f),
      NormalLogits(columns, 3),
      NormalLogits(columns, 3),
      NormalLogits(columns, 10),
  };
  rows[5][columns / 2] = kNaN;
  rows[7][columns - 1] = 6e4f;
  for (size_t i = 0; i < columns; i += 2) rows[8][i] = -kInfinity;
  std::vector<std::vector<uint16_t>> narrowed;
  for (const std::vector<float>& row : rows) narrowed.push_back(Narrowed(format, row));
  return narrowed;
}

// Every tail of every tile, and some of more tiles.
std::vector<size_t> Counts() {
  std::vector<size_t> counts = Numbers(1, 200);
  for (size_t count : {255, 256, 257, 1000, 4111}) counts.push_back(count);
  return counts;
}

// ---- Tests

class ElementsTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    for (const std::string& isa : AvailableIsas()) {
      if (isa == GetParam()) return;
    }
    GTEST_SKIP() << "this machine has no " << GetParam();
  }

  // That the ISA has a kernel, for an element in the place of $.
  template <class Kernel>
  Kernel* Find(std::string role, const Format& format) {
    while (role.find('$') != std::string::npos) role.replace(role.find('$'), 1, format.name);
    Kernel* kernel = KernelOf<Kernel>(GetParam(), role);
    EXPECT_NE(kernel, nullptr) << role;
    return kernel;
  }
};

const twopass_params kParams = {0, 3, 0.7f, 0.25f, 0, false};

// in_mode(call) makes the call, in a mode of the processor.
template <class Mode>
void TestWidening(twopass_map_fn* widen, const Format& format, const Mode& in_mode) {
  ASSERT_NE(widen, nullptr);
  const std::vector<uint16_t> x = EveryPattern();
  std::vector<float> y(x.size());
  in_mode([&] { widen(x.size(), x.data(), y.data(), &kParams); });
  for (size_t i = 0; i < x.size(); i++) {
    ASSERT_TRUE(AreSame(y[i], Widened(format, x[i]))) << format.name << " " << std::hex << x[i] << ": " << y[i];
  }
}

template <class Mode>
void TestNarrowing(twopass_map_fn* narrow, const Format& format, const Mode& in_mode) {
  ASSERT_NE(narrow, nullptr);
  const std::vector<float> x = FloatsAroundEveryTie();
  const std::vector<uint16_t> expected = Narrowed(format, x);
  std::vector<uint16_t> y(x.size());
  in_mode([&] { narrow(x.size(), x.data(), y.data(), &kParams); });
  for (size_t i = 0; i < x.size(); i++) {
    ASSERT_TRUE(AreSame(format, y[i], expected[i]))
        << format.name << " of " << std::hexfloat << x[i] << " (" << std::hex << BitsOf(x[i]) << "): " << y[i]
        << ", not " << expected[i];
  }
}

constexpr auto kAsItIs = [](const auto& call) { call(); };

TEST_P(ElementsTest, WidensEveryPattern) {
  for (const Format& format : kFormats) TestWidening(Find<twopass_map_fn>("$ f32 vwiden", format), format, kAsItIs);
}

TEST_P(ElementsTest, NarrowsTheFloatsAroundEveryTie) {
  for (const Format& format : kFormats) TestNarrowing(Find<twopass_map_fn>("f32 $ vnarrow", format), format, kAsItIs);
}

#ifdef __SSE2__

constexpr auto kWithoutDenormalFloats = [](const auto& call) {
  const unsigned flush_to_zero_and_denormals_are_zeros = 0x8040;
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | flush_to_zero_and_denormals_are_zeros);
  call();
  _mm_setcsr(before);
};

TEST_P(ElementsTest, WidensWithoutDenormalFloats) {
  for (const Format& format : kFormats) {
    TestWidening(Find<twopass_map_fn>("$ f32 vwiden", format), format, kWithoutDenormalFloats);
  }
}

TEST_P(ElementsTest, NarrowsWithoutDenormalFloats) {
  for (const Format& format : kFormats) {
    TestNarrowing(Find<twopass_map_fn>("f32 $ vnarrow", format), format, kWithoutDenormalFloats);
  }
}

#endif

// What a number becomes does not depend on its place.
TEST_P(ElementsTest, ConvertsEveryCount) {
  const std::vector<uint16_t> patterns = EveryPattern();
  for (const Format& format : kFormats) {
    auto* widen = Find<twopass_map_fn>("$ f32 vwiden", format);
    auto* narrow = Find<twopass_map_fn>("f32 $ vnarrow", format);
    ASSERT_TRUE(widen != nullptr && narrow != nullptr);
    GuardedBufferOf<uint16_t> halves(8192), halves_again(8192);
    GuardedBufferOf<float> floats(8192);
    for (size_t count : Counts()) {
      for (bool is_at_end : {false, true}) {
        const auto place = [&](auto& buffer) { return is_at_end ? buffer.end() - count : buffer.begin(); };
        uint16_t* const x = place(halves);
        float* const y = place(floats);
        uint16_t* const again = place(halves_again);
        for (size_t i = 0; i < count; i++) x[i] = patterns[(i * 7919 + 40503 * count) % 65536];
        floats.Fill(-1.25f);
        halves_again.Fill(0x5A5A);
        widen(count, x, y, &kParams);
        narrow(count, y, again, &kParams);
        for (size_t i = 0; i < count; i++) {
          ASSERT_TRUE(AreSame(y[i], Widened(format, x[i]))) << format.name << ", " << count << " at " << i;
          ASSERT_TRUE(AreSame(format, again[i], x[i])) << format.name << ", " << count << " at " << i;
        }
        for (const float* p = floats.begin(); p != floats.end(); p++) {
          if (p == y) p += count;
          if (p == floats.end()) break;
          ASSERT_EQ(*p, -1.25f) << count;
        }
        for (const uint16_t* p = halves_again.begin(); p != halves_again.end(); p++) {
          if (p == again) p += count;
          if (p == halves_again.end()) break;
          ASSERT_EQ(*p, 0x5A5A) << count;
        }
      }
    }
  }
}

TEST_P(ElementsTest, SumsAreThoseOfFloats) {
  auto* of_floats = KernelOf<twopass_reduce_fn>(GetParam(), "f32 f32 raddexpanchor");
  for (const Format& format : kFormats) {
    auto* sum = Find<twopass_reduce_fn>("$ f32 raddexpanchor", format);
    ASSERT_NE(sum, nullptr);
    GuardedBufferOf<uint16_t> buffer(8192);
    for (size_t count : Counts()) {
      for (const std::vector<uint16_t>& row : RowsOf(format, count)) {
        const std::vector<float> widened = Widened(format, row);
        for (uint16_t* x : {buffer.begin(), buffer.end() - count}) {
          std::copy(row.begin(), row.end(), x);
          twopass_reduction expected = {}, result = {};
          of_floats(count, widened.data(), nullptr, &kParams, &expected);
          sum(count, x, nullptr, &kParams, &result);
          ASSERT_TRUE(AreSame(result.value, expected.value)) << format.name << ", " << count;
          ASSERT_EQ(result.exponent, expected.exponent);
        }
      }
    }
  }
}

TEST_P(ElementsTest, OutputsAreThoseOfFloats) {
  auto* of_floats = KernelOf<twopass_map_fn>(GetParam(), "f32 f32 vscaleextexp");
  for (const Format& format : kFormats) {
    const std::string role = format.name + " " + format.name + " vscaleextexp";
    for (bool is_non_temporal : {false, true}) {
      auto* scale = KernelOf<twopass_map_fn>(GetParam(), role, is_non_temporal);
      if (is_non_temporal && scale == nullptr) continue;  // where the ISA has none of floats either
      ASSERT_NE(scale, nullptr);
      GuardedBufferOf<uint16_t> input(8192), output(8192);
      for (size_t count : Counts()) {
        const std::vector<uint16_t> row = Narrowed(format, NormalLogits(count, 20, -60));
        const std::vector<float> widened = Widened(format, row);
        std::vector<float> y(count);
        of_floats(count, widened.data(), y.data(), &kParams);
        const std::vector<uint16_t> expected = Narrowed(format, y);
        for (bool is_at_end : {false, true}) {
          for (bool is_in_place : {false, true}) {
            GuardedBufferOf<uint16_t>& y_buffer = is_in_place ? input : output;
            input.Fill(0x5A5A);
            output.Fill(0x5A5A);
            uint16_t* const from = is_at_end ? input.end() - count : input.begin();
            uint16_t* const to = is_at_end ? y_buffer.end() - count : y_buffer.begin();
            std::copy(row.begin(), row.end(), from);
            scale(count, from, to, &kParams);
            for (size_t i = 0; i < count; i++) {
              ASSERT_TRUE(AreSame(format, to[i], expected[i])) << format.name << ", " << count << " at " << i;
            }
            const uint16_t beside = is_at_end ? to[-1] : to[count];
            ASSERT_EQ(beside, 0x5A5A) << count;
          }
        }
      }
    }
  }
}

void TestRowsOf(const std::string& isa, const std::string& family) {
  std::vector<size_t> lengths = Numbers(1, 140);
  for (size_t columns : {192, 193, 255, 256, 257, 768, 1000, 1025, 4096, 8191, 8192}) lengths.push_back(columns);
  for (const Format& format : kFormats) {
    for (bool is_non_temporal : {false, true}) {
      const std::string role = format.name + " " + format.name + " " + family;
      auto* of_halves = KernelOf<twopass_rows_fn>(isa, role, is_non_temporal);
      auto* of_floats = KernelOf<twopass_rows_fn>(isa, "f32 f32 " + family, is_non_temporal);
      ASSERT_EQ(of_halves == nullptr, of_floats == nullptr);
      if (of_halves == nullptr) {
        ASSERT_TRUE(is_non_temporal);
        continue;
      }
      for (size_t columns : lengths) {
        const std::vector<std::vector<uint16_t>> rows = RowsOf(format, columns);
        const size_t input_stride = columns + columns % 4, output_stride = columns + columns % 3;
        for (size_t first : {size_t{0}, rows.size() - 1}) {  // all rows, or the last alone
          const size_t count = rows.size() - first;
          const size_t x_size = (count - 1) * input_stride + columns, y_size = (count - 1) * output_stride + columns;
          std::vector<float> widened(x_size, kNaN), y(y_size);
          std::vector<uint16_t> x(x_size, 0x5A5A);
          for (size_t row = 0; row < count; row++) {
            std::copy(rows[first + row].begin(), rows[first + row].end(), &x[row * input_stride]);
            for (size_t i = 0; i < columns; i++) {
              widened[row * input_stride + i] = Widened(format, rows[first + row][i]);
            }
          }
          of_floats(count, columns, widened.data(), input_stride, y.data(), output_stride, &kParams);
          const std::vector<uint16_t> expected = Narrowed(format, y);

          GuardedBufferOf<uint16_t> input(x_size), output(std::max(x_size, y_size));
          for (bool is_in_place : {false, true}) {
            for (bool is_at_end : {false, true}) {
              const size_t stride = is_in_place ? input_stride : output_stride;
              const size_t size = is_in_place ? x_size : y_size;
              uint16_t* const from = is_at_end ? input.end() - x_size : input.begin();
              uint16_t* const to = is_in_place ? from : is_at_end ? output.end() - y_size : output.begin();
              std::copy(x.begin(), x.end(), from);
              output.Fill(0x5A5A);
              of_halves(count, columns, from, input_stride, to, stride, &kParams);
              for (size_t i = 0; i < size; i++) {
                const size_t row = i / stride, column = i % stride;
                const bool is_between = column >= columns;
                const uint16_t wanted = is_between ? uint16_t{0x5A5A} : expected[row * output_stride + column];
                ASSERT_TRUE(AreSame(format, to[i], wanted))
                    << format.name << ", " << columns << " columns, row " << first + row << " at " << column
                    << (is_in_place ? ", in place" : "") << (is_non_temporal ? ", past the caches" : "");
              }
              if (!is_in_place) {
                ASSERT_EQ(std::memcmp(from, x.data(), x_size * sizeof(uint16_t)), 0);
              }
            }
          }
        }
      }
    }
  }
}

TEST_P(ElementsTest, RowsOfSoftmaxAreThoseOfFloats) { TestRowsOf(GetParam(), "vsoftmax"); }

TEST_P(ElementsTest, RowsOfLogSoftmaxAreThoseOfFloats) { TestRowsOf(GetParam(), "vlogsoftmax"); }

// Hundreds of thousands of outputs, for ties and what lies at either end of a power of two.
TEST_P(ElementsTest, RowsOfTwoAreThoseOfFloats) {
  for (const Format& format : kFormats) {
    auto* softmax = Find<twopass_rows_fn>("$ $ vsoftmax", format);
    auto* of_floats = KernelOf<twopass_rows_fn>(GetParam(), "f32 f32 vsoftmax");
    ASSERT_NE(softmax, nullptr);
    for (float other : {0.0f, 1.5f, -0.375f}) {
      std::vector<uint16_t> x;
      for (uint32_t half = 0; half < 65536; half += IsSparse() ? 7 : 1) {
        x.push_back(Narrowed(format, other));
        x.push_back(static_cast<uint16_t>(half));
      }
      const std::vector<float> widened = Widened(format, x);
      std::vector<float> y(x.size());
      std::vector<uint16_t> narrowed(x.size());
      of_floats(x.size() / 2, 2, widened.data(), 2, y.data(), 2, &kParams);
      softmax(x.size() / 2, 2, x.data(), 2, narrowed.data(), 2, &kParams);
      for (size_t i = 0; i < x.size(); i++) {
        ASSERT_TRUE(AreSame(format, narrowed[i], Narrowed(format, y[i])))
            << format.name << ", " << widened[i] << " beside " << other << ": " << std::hexfloat << y[i];
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ElementsTest, testing::ValuesIn(Isas()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace twopass_test
