// Kernels with an element and a prologue that the project does not have (table.py, isa/scalar8.py) against exp in
// double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "kernels.h"

namespace {

constexpr double kEpsilon = 0x1p-23;
constexpr size_t kCount = 100;

using Function = std::variant<std::monostate, twopass_reduce_fn*, twopass_map_fn*, twopass_rows_fn*>;

// Nothing for a kernel of another shape.
template <class Kernel>
Function FunctionOf(Kernel* kernel) {
  if constexpr (std::is_constructible_v<Function, Kernel*>) {
    return kernel;
  } else {
    return std::monostate();
  }
}

// The one kernel in use of that name.
Function KernelCalled(const std::string& name) {
#define TWOPASS_KERNEL(shape, x, y, family, isa, symbol, label, elements) \
  if (std::string(label).rfind(name + "/scalar8_", 0) == 0) return FunctionOf(symbol);
#include "gen/kernels.inc"
#undef TWOPASS_KERNEL
  ADD_FAILURE() << "there is no kernel " << name;
  return {};
}

double ValueOf(uint8_t u) {
  const int field = u >> 3 & 15, fraction = u & 7;
  if ((u & 0x7F) == 0x7F) return std::numeric_limits<double>::quiet_NaN();
  const double magnitude = field != 0 ? std::ldexp(8 + fraction, field - 10) : std::ldexp(fraction, -9);
  return u >= 0x80 ? -magnitude : magnitude;
}

// From -15 to 15, all that there are, and repeated.
std::vector<uint8_t> Logits() {
  std::vector<uint8_t> x;
  for (int u = 0; x.size() < kCount; u++) {
    if (std::fabs(ValueOf(static_cast<uint8_t>(u))) <= 15) x.push_back(static_cast<uint8_t>(u));
  }
  return x;
}

// Whether no other number is nearer to the exact one than y, but for the rounding of a float.
testing::AssertionResult IsNearest(uint8_t y, double exact) {
  const double distance = std::fabs(ValueOf(y) - exact);
  for (int u = 0; u < 256; u++) {
    if (std::fabs(ValueOf(static_cast<uint8_t>(u)) - exact) < distance - 8 * kEpsilon * std::fabs(exact)) {
      return testing::AssertionFailure() << ValueOf(y) << " for " << exact;
    }
  }
  return testing::AssertionSuccess();
}

const twopass_params kParams = {0, 22, 0.7f, 0, 0, false};  // 22 is round(15 * log2(e))

TEST(ElementTest, EveryNumberAsAFloat) {
  std::vector<uint8_t> x(256);
  std::vector<float> y(x.size());
  for (size_t i = 0; i < x.size(); i++) x[i] = static_cast<uint8_t>(i);
  std::get<twopass_map_fn*>(KernelCalled("e4m3_f32_vwiden"))(x.size(), x.data(), y.data(), &kParams);
  for (size_t i = 0; i < x.size(); i++) {
    if (std::isnan(ValueOf(x[i]))) {
      EXPECT_TRUE(std::isnan(y[i])) << i;
    } else {
      EXPECT_EQ(y[i], ValueOf(x[i])) << i;
    }
  }
}

TEST(ElementTest, FloatsToTheNearest) {
  std::vector<float> x = {464.1f, -1e30f, std::numeric_limits<float>::quiet_NaN()};
  const size_t kBeyond = x.size();
  for (float a = 0x1p-12f; a <= 464; a *= 1.0078125f) x.insert(x.end(), {a, -a});
  std::vector<uint8_t> y(x.size());
  std::get<twopass_map_fn*>(KernelCalled("f32_e4m3_vnarrow"))(x.size(), x.data(), y.data(), &kParams);
  for (size_t i = 0; i < x.size(); i++) {
    if (i < kBeyond) {
      EXPECT_TRUE(std::isnan(ValueOf(y[i]))) << x[i];
    } else {
      EXPECT_TRUE(IsNearest(y[i], x[i]));
    }
  }
}

TEST(ElementTest, Sum) {
  const std::vector<uint8_t> x = Logits();
  twopass_reduction sum = {};
  std::get<twopass_reduce_fn*>(KernelCalled("e4m3_f32_raddexpanchor"))(kCount, x.data(), nullptr, &kParams, &sum);
  double exact = 0;
  for (uint8_t u : x) exact += std::exp(ValueOf(u)) * 0x1p-22;
  EXPECT_NEAR(sum.value, exact, 3.5 * kEpsilon * exact);
  EXPECT_EQ(sum.exponent, 22);
}

TEST(ElementTest, OutputOfFloats) {
  const std::vector<uint8_t> x = Logits();
  std::vector<float> y(kCount);
  std::get<twopass_map_fn*>(KernelCalled("e4m3_f32_vscaleextexp"))(kCount, x.data(), y.data(), &kParams);
  for (size_t i = 0; i < kCount; i++) {
    const double exact = std::exp(ValueOf(x[i])) * 0x1p-22 * kParams.scale;
    EXPECT_NEAR(y[i], exact, 3.5 * kEpsilon * exact) << ValueOf(x[i]);
  }
}

TEST(ElementTest, OutputOfTheSame) {
  const std::vector<uint8_t> x = Logits();
  std::vector<uint8_t> y(kCount);
  std::get<twopass_map_fn*>(KernelCalled("e4m3_vscaleextexp"))(kCount, x.data(), y.data(), &kParams);
  for (size_t i = 0; i < kCount; i++) {
    EXPECT_TRUE(IsNearest(y[i], std::exp(ValueOf(x[i])) * 0x1p-22 * kParams.scale)) << ValueOf(x[i]);
  }
}

// Rows of fewer elements than a tile, of as many, and of more.
TEST(ElementTest, Softmax) {
  const std::vector<uint8_t> logits = Logits();
  for (size_t columns : {1, 2, 3, 4, 8, 9, 33}) {
    const size_t rows = kCount / columns;
    std::vector<uint8_t> y(kCount);
    std::get<twopass_rows_fn*>(KernelCalled("e4m3_vsoftmax"))(rows, columns, logits.data(), columns, y.data(), columns,
                                                              &kParams);
    for (size_t row = 0; row < rows; row++) {
      const uint8_t* const x = &logits[row * columns];
      double sum = 0;
      for (size_t i = 0; i < columns; i++) sum += std::exp(ValueOf(x[i]));
      for (size_t i = 0; i < columns; i++) {
        EXPECT_TRUE(IsNearest(y[row * columns + i], std::exp(ValueOf(x[i])) / sum)) << columns << " columns, " << row;
      }
    }
  }
}

TEST(PrologueTest, Sum) {
  std::vector<float> x(kCount);
  for (size_t i = 0; i < kCount; i++) x[i] = -10 + 0.201f * static_cast<float>(i);
  const twopass_params params = {0, 29, 0.7f, 0, 0, false};  // 29 is round(20 * log2(e))
  twopass_reduction sum = {};
  std::get<twopass_reduce_fn*>(KernelCalled("f32_raddexptwice"))(kCount, x.data(), nullptr, &params, &sum);
  double exact = 0;
  for (float value : x) exact += std::exp(2 * static_cast<double>(value)) * 0x1p-29;
  EXPECT_NEAR(sum.value, exact, 3.5 * kEpsilon * exact);
}

}  // namespace
