// The two passes together: each raddextexp with each vscaleextexp of its ISA gives a softmax within the bound of
// twopass.h.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "test/inputs.h"
#include "test/kernel_table.h"
#include "test/reference.h"
#include "twopass.h"

namespace twopass_test {
namespace {

using Passes = std::pair<Kernel, Kernel>;

std::vector<Passes> AllPasses() {
  std::vector<Passes> passes;
  for (const Kernel& sum : KernelsOfFamily("raddextexp")) {
    for (const Kernel& scale : KernelsOfFamily("vscaleextexp")) {
      if (std::string(sum.isa) == scale.isa) passes.push_back({sum, scale});
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
  const size_t count = 2 * sum.tile + scale.tile + 1;
  for (const Input& input : Inputs(count)) {
    const SoftmaxReference reference = ReferenceSoftmax(input.x, TWOPASS_ALGORITHM_TWO_PASS);
    std::vector<float> y(count);
    const Reduction pair = sum(count, input.x.data(), y.data(), Arguments{});
    const bool is_out_of_range = std::fabs(pair.exponent) * kLn2 > kTwoPassLimit;
    if (is_out_of_range) continue;  // the operator takes another algorithm
    Arguments arguments;
    arguments.scale = 1 / pair.value;
    arguments.exponent = pair.exponent;
    scale(count, input.x.data(), y.data(), arguments);
    EXPECT_EQ(Difference(reference, input.x, y.data()), "") << input.name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, PairTest, testing::ValuesIn(AllPasses()), [](const testing::TestParamInfo<Passes>& info) {
  return TestName(info.param.first) + "__with__" + TestName(info.param.second);
});

}  // namespace
}  // namespace twopass_test
