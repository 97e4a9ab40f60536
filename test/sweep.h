// The exponential of a kernel over every float, or every so many-th, of the range in which it is defined.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_SWEEP_H_
#define TWOPASS_TEST_SWEEP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "test/kernel_table.h"

namespace twopass_test {

// The largest errors that the exponential of a kernel may have: in ULP, and relative. scripts/error_bound.py builds
// upon the second.
double MaxUlp(const Kernel& kernel);
double MaxRelative(const Kernel& kernel);

struct SweepResult {
  uint64_t floats = 0;  // how many were tried
  double max_ulp = 0;
  float worst = 0;          // the argument of max_ulp
  double max_relative = 0;  // the largest relative error
  uint64_t failures = 0;    // results of the wrong kind: NaN, denormal, or not +0 where exp is below FLT_MIN
  float failure = 0;        // the argument of one of them
};

// Runs kernels of one family side by side on the same arguments, on all processors:
//   vscaleexpminusmax   every stride-th float from -0 to -104, and fewer from there to -infinity; the maximum is 0
//   vscaleextexp        every stride-th float of magnitude up to 2^16 and somewhat beyond, as blocks may have them
//                       beside others, with exponents that make every result normal
// The results are in the order of the kernels.
std::vector<SweepResult> Sweep(const std::vector<Kernel>& kernels, uint32_t stride);

// The kernels of a family that this machine can run, one for each method: the others differ from it in their tiles
// only.
std::vector<Kernel> OneKernelOfEachMethod(const std::string& family);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_SWEEP_H_
