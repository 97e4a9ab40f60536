// A sparse sweep of every kernel's exponential; exp_sweep tries every float.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/expectation.h"
#include "test/kernel_table.h"
#include "test/reference.h"
#include "test/sweep.h"
#include "twopass.h"

namespace twopass_test {
namespace {

constexpr uint32_t kStride = 9973;  // a prime, so that all mantissas have their turn

std::vector<Kernel> KernelsOf(std::initializer_list<const char*> families) {
  std::vector<Kernel> kernels;
  for (const char* family : families) {
    for (const Kernel& kernel : KernelsOfFamily(family)) kernels.push_back(kernel);
  }
  return kernels;
}

class SweepTest : public testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    if (!twopass_isa_is_available(GetParam().isa)) GTEST_SKIP() << "this machine has no " << GetParam().isa;
  }
};

using OutputSweepTest = SweepTest;
using TermSweepTest = SweepTest;

TEST_P(OutputSweepTest, IsWithinTheBound) {
  const SweepResult result = Sweep({GetParam()}, kStride)[0];
  EXPECT_GT(result.floats, 100000u);
  EXPECT_EQ(result.failures, 0u) << result.failure;
  EXPECT_LE(result.max_ulp, kMaxUlp) << result.worst;
}

// A sum of one term shows the term.
TEST_P(TermSweepTest, IsWithinTheBound) {
  const Kernel& kernel = GetParam();
  const bool is_pair = kernel.family->reduces == Reduces::kToPair;
  for (float sign : {-1.0f, 1.0f}) {
    if (!is_pair && sign > 0) continue;  // x - max is never positive
    for (float magnitude = 0x1p-20f; magnitude <= (is_pair ? kTwoPassLimit : 87.0f); magnitude *= 1.0003f) {
      const float x = sign * magnitude;
      float y;
      const Reduction reduction = kernel(1, &x, &y, Arguments{});
      ASSERT_TRUE(Expectation(*kernel.family, {x}, Arguments{}).Check(1, reduction, &y)) << x;
    }
  }
}

std::string NameOf(const testing::TestParamInfo<Kernel>& info) { return TestName(info.param); }

INSTANTIATE_TEST_SUITE_P(All, OutputSweepTest, testing::ValuesIn(KernelsOf({"vscaleexpminusmax", "vscaleextexp"})), NameOf);
INSTANTIATE_TEST_SUITE_P(All, TermSweepTest, testing::ValuesIn(KernelsOf({"raddexpminusmax", "raddstoreexpminusmax", "raddextexp"})), NameOf);

}  // namespace
}  // namespace twopass_test
