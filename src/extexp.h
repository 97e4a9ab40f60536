// Arithmetic of twopass_extexp: values mantissa * 2^exponent in double precision.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_EXTEXP_H_
#define TWOPASS_SRC_EXTEXP_H_

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "fused.h"
#include "logarithm.h"
#include "twopass.h"

namespace twopass {

using Extexp = struct twopass_extexp;

constexpr double kLog2E = 0x1.71547652b82fep+0;
// ln 2 = hi + lo
constexpr double kLn2Hi = 0x1.62e42fefa39efp-1;
constexpr double kLn2Lo = 0x1.abc9e3b39803fp-56;

// exp and log of this library's own, as those of C differ between machines in their last bit. Both are within 2^-51 of
// themselves, relative.

// 1 / k
struct Reciprocals {
  constexpr Reciprocals() {
    for (int k = 1; k < 26; k++) of[k] = 1.0 / k;
  }
  double of[26] = {};
};
constexpr Reciprocals kReciprocals;

// For |x| <= ln(2) / 2: its Taylor series.
inline double exp_of_small(double x) {
  double sum = 1.0;
  for (int k = 13; k != 0; k--) sum = 1.0 + x * kReciprocals.of[k] * sum;
  return sum;
}

// For 1 <= x < 2: 2 * atanh((x - 1) / (x + 1)), of x or of x / 2 whichever is nearer to 1.
inline double log_of_small(double x) {
  const bool is_large = x > 0x1.6a09e667f3bcdp+0;  // sqrt(2)
  if (is_large) x *= 0.5;
  const double s = (x - 1.0) / (x + 1.0), square = s * s;
  double sum = kReciprocals.of[25];
  for (int k = 23; k > 0; k -= 2) sum = sum * square + kReciprocals.of[k];
  return 2.0 * s * sum + (is_large ? kLn2Hi : 0.0);
}

// 2^exponent for an integral exponent of at most 1023; 0 below the normal numbers, and for NaN.
inline double power_of_two(double exponent) {
  if (!(exponent >= -1022.0)) return 0.0;
  const uint64_t bits = static_cast<uint64_t>(static_cast<int64_t>(exponent) + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof(power));
  return power;
}

inline bool is_positive(const Extexp& value) { return value.mantissa > 0.0 && value.mantissa <= DBL_MAX; }

// A float, but 0 for what would be denormal: some environments make it 0, and so it is to all.
inline float normal_float(double value) { return twopass_normal_float(value); }

// The same value with its mantissa in [1, 2); or as near to it as a double is to the exponent. No mantissa is denormal.
inline Extexp normalised(const Extexp& value) {
  if (!is_positive(value)) return value;
  const uint64_t field = uint64_t{0x7ff} << 52, field_of_one = uint64_t{1023} << 52;
  uint64_t bits;
  memcpy(&bits, &value.mantissa, sizeof(bits));
  const double shift = static_cast<double>(static_cast<int64_t>(bits >> 52) - 1023);
  Extexp normal = {value.mantissa, value.exponent + shift};
  const double taken = normal.exponent - value.exponent;
  if (taken == shift) {
    bits = (bits & ~field) | field_of_one;
    memcpy(&normal.mantissa, &bits, sizeof(bits));
  } else {
    normal.mantissa = ldexp(value.mantissa, -static_cast<int>(taken));
  }
  return normal;
}

// a + b. The larger exponent stays, and the scaling to it is exact.
inline Extexp sum(const Extexp& a, const Extexp& b) {
  if (b.mantissa == 0.0) return a;
  if (a.mantissa == 0.0) return b;
  const double exponent = a.exponent > b.exponent ? a.exponent : b.exponent;
  return {a.mantissa * power_of_two(a.exponent - exponent) + b.mantissa * power_of_two(b.exponent - exponent),
          exponent};
}

// A value that came from outside: normalised, or NaN where it is no sum of exponentials. A denormal mantissa is 0 to
// some environments, and so it is to all.
inline Extexp checked(const Extexp& value) {
  if (fabs(value.mantissa) < DBL_MIN) return {0.0, 0.0};
  if (!is_positive(value) || !isfinite(value.exponent)) return {NAN, 0.0};
  return normalised(value);
}

// The sum of two values that came from outside. Only far beyond 2^53, where exponents do not take up what mantissas
// gain, it may reach the largest double, and stays there.
inline Extexp merged(const Extexp& a, const Extexp& b) {
  Extexp total = normalised(sum(checked(a), checked(b)));
  if (total.mantissa > DBL_MAX) total.mantissa = DBL_MAX;
  return total;
}

// exp(x) for a finite x. From |x| = 2^40 on it is a power of two that depends on x alone: floats are so far apart there
// that the larger one is their sum, whatever the mantissas.
inline Extexp exp_of(double x) {
  const double exponent = rint(x * kLog2E);
  const double rest = fabs(x) < 0x1p+40 ? fused(exponent, -kLn2Lo, fused(exponent, -kLn2Hi, x)) : 0.0;
  return {exp_of_small(rest), exponent};
}

// Of a value that a double can hold, also of none that is a sum of exponentials.
inline double value_of(const Extexp& value) { return ldexp(value.mantissa, static_cast<int>(value.exponent)); }

inline double log_of(const Extexp& value) {
  if (value.mantissa == 0.0) return -HUGE_VAL;
  const Extexp normal = normalised(value);
  if (!is_positive(normal)) return NAN;
  return log_of_small(normal.mantissa) + normal.exponent * kLn2Hi;
}

// The same of doubles: of an x of at most 709, and 0 where the result would not be a normal number; NaN of NaN.
inline double exp_in_double(double x) {
  if (isnan(x)) return x;
  const Extexp value = exp_of(x);
  return value.mantissa * power_of_two(value.exponent);
}

inline double log_in_double(double x) { return log_of({x, 0.0}); }

}  // namespace twopass

#endif  // TWOPASS_SRC_EXTEXP_H_
