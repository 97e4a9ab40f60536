// Sums of (mantissa, exponent) pairs in double precision.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_EXTEXP_H_
#define TWOPASS_SRC_EXTEXP_H_

#include <math.h>
#include <stdint.h>
#include <string.h>

namespace twopass {

// The exponent of any sum of up to 2^32 terms with |x| <= 2^17. Past it some |x| is above that, where x * log2(e) is rounded too
// coarsely for the range reduction to stay accurate.
constexpr float kMaxAccurateExponent = 0x1p+17f * 0x1.715476p+0f + 32.0f;

inline uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// 2^exponent for an integral exponent of at most 1023; 0 below the normal numbers, and for NaN.
inline double power_of_two(float exponent) {
  if (!(exponent >= -1022.0f)) return 0.0;
  const uint64_t bits = static_cast<uint64_t>(static_cast<int64_t>(exponent) + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof(power));
  return power;
}

// The value mantissa * 2^exponent. Zero may have any exponent.
struct Total {
  double mantissa = 0.0;
  float exponent = 0.0f;

  // Adds a value. The larger exponent stays, and the scaling to it is exact.
  void add(double other_mantissa, float other_exponent) {
    if (other_mantissa == 0.0) return;
    if (mantissa == 0.0) {
      mantissa = other_mantissa;
      exponent = other_exponent;
      return;
    }
    const float larger = exponent > other_exponent ? exponent : other_exponent;
    mantissa *= power_of_two(exponent - larger);
    mantissa += other_mantissa * power_of_two(other_exponent - larger);
    exponent = larger;
  }

  // Brings the mantissa into [1, 2), so that the exponent is that of the value; or as near to it as a float is to that exponent.
  // Sums of floats are normal doubles.
  void normalise() {
    if (!(mantissa > 0.0) || isinf(mantissa)) return;
    const float normal = exponent + static_cast<float>(static_cast<int64_t>(bits_of(mantissa) >> 52) - 1023);
    mantissa *= power_of_two(exponent - normal);
    exponent = normal;
  }

  // Whether float arithmetic on the terms was accurate. Otherwise the row must be summed in another way.
  bool is_accurate() const {
    return mantissa > 0.0 && !isinf(mantissa) && fabsf(exponent) <= kMaxAccurateExponent;
  }
};

}  // namespace twopass

#endif  // TWOPASS_SRC_EXTEXP_H_
