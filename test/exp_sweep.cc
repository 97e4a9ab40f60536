// Tries the exponential of each ISA on every float of its range and prints the largest error; exit status 1 where it is
// beyond the bound. Takes a minute or two.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cinttypes>
#include <cstdio>
#include <vector>

#include "test/kernel_table.h"
#include "test/sweep.h"

int main() {
  using twopass_test::Kernel;
  using twopass_test::SweepResult;
  bool is_good = true;
  std::printf("%-48s %12s %18s %9s %9s %9s  %s\n", "kernel", "floats", "relative / 2^-23", "allowed", "max ULP",
              "allowed", "at");
  for (const char* family : {"vscaleexpminusmax", "vscaleextexp"}) {
    const std::vector<Kernel> kernels = twopass_test::OneKernelOfEachMethod(family);
    const std::vector<SweepResult> results = twopass_test::Sweep(kernels, 1);
    for (size_t k = 0; k < kernels.size(); k++) {
      const SweepResult& result = results[k];
      const double max_ulp = twopass_test::MaxUlp(kernels[k]), max_relative = twopass_test::MaxRelative(kernels[k]);
      std::printf("%-48s %12" PRIu64 " %18.4f %9.4f %9.4f %9.4f  %.9g (%a)\n", kernels[k].name.c_str(), result.floats,
                  result.max_relative * 0x1p23, max_relative * 0x1p23, result.max_ulp, max_ulp, result.worst,
                  result.worst);
      if (result.failures != 0) {
        std::printf("  %" PRIu64 " results are NaN, denormal, or not +0 below FLT_MIN, such as that of %.9g (%a)\n",
                    result.failures, result.failure, result.failure);
      }
      is_good = is_good && result.failures == 0 && result.max_ulp <= max_ulp && result.max_relative <= max_relative;
    }
  }
  std::printf("%s\n", is_good ? "every error is within its bound" : "A BOUND IS BROKEN");
  return is_good ? 0 : 1;
}
