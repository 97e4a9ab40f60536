// Kernels in pairs: each that sums, with each of its ISA that makes outputs of such a sum, gives a softmax within the bound of
// twopass.h.
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
        if (std::string(sum.isa) == scale.isa) passes.push_back({sum, scale});
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
};

TEST_P(PairTest, GivesASoftmax) {
  const auto& [sum, scale] = GetParam();
  const size_t count = 2 * sum.tile() + scale.tile() + 1;
  for (const Input& input : Inputs(count)) {
    const float max = *std::max_element(input.x.begin(), input.x.end());
    if (std::fabs(max) > kTwoPassLimit) continue;  // the operator takes another algorithm
    const SoftmaxReference reference = ReferenceSoftmax(input.x, TWOPASS_ALGORITHM_TWO_PASS);
    std::vector<float> y(count);
    Arguments arguments = ArgumentsFor(*sum.family, input.x);
    const Reduction result = sum(count, input.x.data(), y.data(), arguments);
    arguments.scale = 1 / result.value;
    arguments.exponent = sum.family->reduces == Reduces::kToPair ? result.exponent : arguments.anchor;
    scale(count, sum.family->stores ? y.data() : input.x.data(), y.data(), arguments);
    EXPECT_EQ(Difference(reference, input.x, y.data()), "") << input.name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, PairTest, testing::ValuesIn(AllPasses()), [](const testing::TestParamInfo<Passes>& info) {
  return TestName(info.param.first) + "__with__" + TestName(info.param.second);
});

}  // namespace
}  // namespace twopass_test
