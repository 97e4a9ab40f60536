// A sparse sweep of every kernel's exponential; exp_sweep tries every float.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/sweep.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "test/inputs.h"
#include "test/kernel_table.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr uint32_t kStride = 9973;  // a prime, so that all mantissas have their turn

class SweepTest : public testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    if (!twopass_isa_is_available(GetParam().isa)) GTEST_SKIP() << "this machine has no " << GetParam().isa;
  }
};

class OutputSweepTest : public SweepTest {};
class TermSweepTest : public SweepTest {};

TEST_P(OutputSweepTest, IsWithinTheBound) {
  const SweepResult result = Sweep({GetParam()}, kStride)[0];
  EXPECT_GT(result.floats, 100000u);
  EXPECT_EQ(result.failures, 0u) << result.failure;
  EXPECT_LE(result.max_ulp, MaxUlp(GetParam())) << result.worst;
  EXPECT_LE(result.max_relative, MaxRelative(GetParam()));
}

// A sum of one term shows the term.
TEST_P(TermSweepTest, IsWithinTheBound) {
  const Kernel& kernel = GetParam();
  const Family& family = *kernel.family;
  const bool is_pair = family.reduces == Reduces::kToPair;
  const bool takes_any = is_pair || family.MayOverflow();
  const std::vector<float> signs = takes_any ? std::vector<float>{-1, 1} : std::vector<float>{-1};
  for (float sign : signs) {
    const float step = IsSparse() ? 1.002f : 1.0003f;
    for (float magnitude = 0x1p-20f; magnitude <= (takes_any ? kTwoPassLimit : 87.0f); magnitude *= step) {
      const float x = sign * magnitude;
      twopass_params params = kNeutralParams;
      if (family.takes_anchor) params.anchor = static_cast<float>(std::round(x / kLn2));
      if (!is_pair && family.ExactY(x, params, kernel.Ln2Excess()) < family.least_y) continue;  // it need not show
      float y = 0;
      const twopass_reduction sum = kernel(1, &x, &y, params);
      const double excess = kernel.Ln2Excess();
      const double exact = is_pair ? std::exp(x - sum.exponent * (kLn2 + excess)) : family.ExactY(x, params, excess);
      ASSERT_LE(UlpError(sum.value, exact), MaxUlp(kernel)) << x;
      ASSERT_EQ(y, family.stores ? sum.value : 0) << x;
    }
  }
}

std::string NameOf(const testing::TestParamInfo<Kernel>& info) { return TestName(info.param); }

bool ScalesExponentials(const Family& family) { return family.Scales() && !family.takes_exponentials; }

INSTANTIATE_TEST_SUITE_P(All, OutputSweepTest, testing::ValuesIn(KernelsWhere(ScalesExponentials)), NameOf);
INSTANTIATE_TEST_SUITE_P(All, TermSweepTest, testing::ValuesIn(KernelsWhere(&Family::Sums)), NameOf);

}  // namespace
}  // namespace twopass_test
