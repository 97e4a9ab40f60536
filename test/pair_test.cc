// Kernels in pairs: each that sums, with each of its ISA that makes outputs of such a sum, gives a softmax within the
// bound of twopass.h.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "test/expectation.h"
#include "test/inputs.h"
#include "test/kernel_table.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using Passes = std::pair<Kernel, Kernel>;

std::vector<Passes> AllPasses() {
  std::vector<Passes> passes;
  for (const auto& [first, second] : {std::pair<const char*, const char*>{"raddextexp", "vscaleextexp"},
                                      {"raddexpanchor", "vscaleextexp"},
                                      {"raddstoreexpanchor", "vmulc"}}) {
    for (const Kernel& sum : KernelsOfFamily(first)) {
      for (const Kernel& scale : KernelsOfFamily(second)) {
        const bool agree = scale.family->takes_exponentials || sum.Ln2Excess() == scale.Ln2Excess();
        if (std::string(sum.isa) == scale.isa && agree) passes.push_back({sum, scale});
      }
    }
  }
  return passes;
}

class PairTest : public testing::TestWithParam<Passes> {
 protected:
  void SetUp() override {
    const char* const isa = GetParam().first.isa;
    if (!twopass_isa_is_available(isa)) GTEST_SKIP() << "this machine has no " << isa;
  }

  // An empty string where the two kernels give a softmax within its bound, otherwise the first difference.
  std::string DifferenceOfSoftmax(const std::vector<float>& x) {
    const auto& [sum, scale] = GetParam();
    std::vector<float> y(x.size());
    twopass_params params = ParamsFor(*sum.family, x);
    const twopass_reduction total = sum(x.size(), x.data(), y.data(), params);
    params.scale = 1 / total.value;
    params.anchor = total.exponent;
    scale(x.size(), sum.family->stores ? y.data() : x.data(), y.data(), params);
    const double bound = OrdinaryErrorOfOutput(sum.Ln2Excess() != 0);
    return Difference(ReferenceSoftmax(x, TWOPASS_ALGORITHM_TWO_PASS, 0, bound), x, y.data());
  }
};

TEST_P(PairTest, GivesASoftmax) {
  const auto& [sum, scale] = GetParam();
  for (const Input& input : Inputs(2 * sum.elements() + scale.elements() + 1)) {
    const float max = *std::max_element(input.x.begin(), input.x.end());
    if (std::fabs(max) > kTwoPassLimit) continue;  // the operator takes another algorithm
    EXPECT_EQ(DifferenceOfSoftmax(input.x), "") << input.name;
  }
}

TEST_P(PairTest, GivesResultsJustAboveTheSmallestNormal) {
  for (const std::vector<float>& x : RowsWithTheSmallestNormal()) EXPECT_EQ(DifferenceOfSoftmax(x), "") << x[0];
}

INSTANTIATE_TEST_SUITE_P(All, PairTest, testing::ValuesIn(AllPasses()), [](const testing::TestParamInfo<Passes>& info) {
  return TestName(info.param.first) + "__with__" + TestName(info.param.second);
});

}  // namespace
}  // namespace twopass_test
