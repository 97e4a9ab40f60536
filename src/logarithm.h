// The logarithm of a sum, for kernels and for what calls them, without a branch.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_LOGARITHM_H_
#define TWOPASS_SRC_LOGARITHM_H_

#include <float.h>
#include <stdint.h>

#include "compiler.h"

// Static, as what is merged with the copies of other files may have the flags of another ISA.

// log(1 + x) for a float x >= 0, with a relative error below 2^-34; NaN gives NaN. For x = -1 it is some finite number.
static inline double twopass_log1p(double x) {
  // 1 + x = u + lost, and u = 2^k * m, with m in [sqrt(1/2), sqrt(2)).
  const double u = 1.0 + x, lost = x - (u - 1.0);
  const int64_t bits_of_sqrt_half = 0x3FE6A09E667F3BCD;
  const int64_t bits = TWOPASS_BIT_CAST(int64_t, u) - bits_of_sqrt_half;
  const int64_t fraction = bits & 0xFFFFFFFFFFFFF;
  const double k = static_cast<double>(static_cast<int>(bits >> 52));
  const double m = TWOPASS_BIT_CAST(double, fraction + bits_of_sqrt_half);
  // log(m) = 2 * atanh(s), with s = (m - 1) / (m + 1): the first terms of its series, s^2 being 0.0295 at most.
  const double s = (m - 1.0) / (m + 1.0), z = s * s, z2 = z * z;
  const double series = (1.0 + z * (1.0 / 3)) + z2 * ((1.0 / 5 + z * (1.0 / 7)) + z2 * (1.0 / 9 + z * (1.0 / 11)));
  return k * 0x1.62E42FEFA39EFp-1 + (2.0 * s * series + lost);
}

// A double as a float, which is 0 where that would be denormal.
static inline float twopass_normal_float(double x) {
  return x < FLT_MIN && -x < FLT_MIN ? 0.0f : static_cast<float>(x);
}

#endif  // TWOPASS_SRC_LOGARITHM_H_
