// What a kernel has to make of a row and of each prefix of it.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_EXPECTATION_H_
#define TWOPASS_TEST_EXPECTATION_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "test/kernel_table.h"

namespace twopass_test {

// Parameters that the contract allows for x: its maximum as the offset, and otherwise the anchor nearest to it; a
// scale.
twopass_params ParamsFor(const Family& family, const std::vector<float>& x);

// What a kernel of the family takes for a row of logits: themselves, or what raddstoreexpanchor would have stored.
std::vector<float> ElementsFor(const Family& family, const std::vector<float>& logits);

class Expectation {
 public:
  Expectation(const Kernel& kernel, const std::vector<float>& x, const twopass_params& params);

  // Whether a call on x[0, count) kept the contract. y is not looked at where the family stores nothing.
  testing::AssertionResult Check(size_t count, const twopass_reduction& reduction, const float* y) const;

 private:
  // The sum of exp(x) as sum * exp(max), over the elements that count: max is -infinity where none does.
  struct Pair {
    double max;
    double sum;
  };

  testing::AssertionResult CheckMaximum(size_t count, float max) const;
  testing::AssertionResult CheckSum(size_t count, const twopass_reduction& sum) const;
  testing::AssertionResult CheckPair(size_t count, const twopass_reduction& pair) const;
  testing::AssertionResult CheckOutputs(size_t count, const float* y) const;
  testing::AssertionResult CheckSoftmax(size_t count, const float* y) const;
  testing::AssertionResult CheckLogSoftmax(size_t count, const float* y) const;

  const Family& family_;
  const double ln2_excess_;
  const twopass_params params_;
  const std::vector<float> x_;
  std::vector<double> exact_;  // of each element
  // Of the prefix that ends with each element:
  std::vector<float> max_;  // NaN from the first NaN on
  std::vector<double> sum_;
  std::vector<Pair> pair_;
};

}  // namespace twopass_test

#endif  // TWOPASS_TEST_EXPECTATION_H_
