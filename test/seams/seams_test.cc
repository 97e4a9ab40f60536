// Kernels with a made-up element and a made-up prologue (table.py, isa/scalar16.py) against exp in double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "kernels.h"

namespace {

constexpr double kEpsilon = 0x1p-23;
constexpr size_t kCount = 100;

using Function = std::variant<twopass_reduce_fn*, twopass_map_fn*, twopass_rows_fn*>;

// The one kernel in use of that name.
Function KernelCalled(const std::string& name) {
#define TWOPASS_KERNEL(shape, family, isa, symbol, label, elements) \
  if (std::string(label).rfind(name + "/scalar16_", 0) == 0) return symbol;
#include "gen/kernels.inc"
#undef TWOPASS_KERNEL
  ADD_FAILURE() << "there is no kernel " << name;
  return {};
}

double ValueOf(uint16_t u) { return (u - 32768) / 1024.0; }

// From -20 to 20 or so.
std::vector<uint16_t> FixedPointLogits() {
  std::vector<uint16_t> x(kCount);
  for (size_t i = 0; i < kCount; i++) x[i] = static_cast<uint16_t>(12288 + 409 * i);
  return x;
}

const twopass_params kParams = {0, 29, 0.7f, 0, false};  // 29 is round(20 * log2(e))

TEST(ElementTest, Sum) {
  const std::vector<uint16_t> x = FixedPointLogits();
  twopass_reduction sum = {};
  std::get<twopass_reduce_fn*>(KernelCalled("q16_f32_raddexpanchor"))(kCount, x.data(), nullptr, &kParams, &sum);
  double exact = 0;
  for (uint16_t u : x) exact += std::exp(ValueOf(u)) * 0x1p-29;
  EXPECT_NEAR(sum.value, exact, 3.5 * kEpsilon * exact);
  EXPECT_EQ(sum.exponent, 29);
}

TEST(ElementTest, OutputOfFloats) {
  const std::vector<uint16_t> x = FixedPointLogits();
  std::vector<float> y(kCount);
  std::get<twopass_map_fn*>(KernelCalled("q16_f32_vscaleextexp"))(kCount, x.data(), y.data(), &kParams);
  for (size_t i = 0; i < kCount; i++) {
    const double exact = std::exp(ValueOf(x[i])) * 0x1p-29 * kParams.scale;
    EXPECT_NEAR(y[i], exact, 3.5 * kEpsilon * exact) << ValueOf(x[i]);
  }
}

TEST(ElementTest, OutputOfTheSame) {
  const std::vector<uint16_t> x = FixedPointLogits();
  std::vector<uint16_t> y(kCount);
  std::get<twopass_map_fn*>(KernelCalled("q16_vscaleextexp"))(kCount, x.data(), y.data(), &kParams);
  for (size_t i = 0; i < kCount; i++) {
    const double exact = std::exp(ValueOf(x[i])) * 0x1p-29 * kParams.scale;
    EXPECT_NEAR(ValueOf(y[i]), exact, 0.501 / 1024) << ValueOf(x[i]);
  }
}

TEST(PrologueTest, Sum) {
  std::vector<float> x(kCount);
  for (size_t i = 0; i < kCount; i++) x[i] = -10 + 0.201f * static_cast<float>(i);
  twopass_reduction sum = {};
  std::get<twopass_reduce_fn*>(KernelCalled("f32_raddexptwice"))(kCount, x.data(), nullptr, &kParams, &sum);
  double exact = 0;
  for (float value : x) exact += std::exp(2 * static_cast<double>(value)) * 0x1p-29;
  EXPECT_NEAR(sum.value, exact, 3.5 * kEpsilon * exact);
}

}  // namespace
