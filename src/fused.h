// A multiplication and an addition in double that are rounded once, on every machine.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_FUSED_H_
#define TWOPASS_SRC_FUSED_H_

#include <math.h>
#include <stdint.h>
#include <string.h>

namespace twopass {

#ifdef __MINGW32__

// The fma of mingw-w64 computes a long double, and rounds that a second time. What follows is exact up to its last
// addition (S. Boldo and G. Melquiond, "Emulation of a FMA and Correctly Rounded Sums: Proved Algorithms Using Rounding
// to Odd", 2008).

// Two doubles: a value, and what rounding it has lost.
struct DoubleAndRest {
  double value, rest;
};

// By D. E. Knuth.
inline DoubleAndRest exact_sum(double a, double b) {
  const double sum = a + b;
  const double of_b = sum - a;
  return {sum, (a - (sum - of_b)) + (b - of_b)};
}

// The upper half of the bits of a, and the others. By G. W. Veltkamp, like the product by T. J. Dekker.
inline DoubleAndRest halves(double a) {
  const double multiple = 0x1.000002p+27 * a;
  const double upper = multiple - (multiple - a);
  return {upper, a - upper};
}

inline DoubleAndRest exact_product(double a, double b) {
  const double product = a * b;
  const DoubleAndRest of_a = halves(a), of_b = halves(b);
  const double rest =
      ((of_a.value * of_b.value - product) + of_a.value * of_b.rest + of_a.rest * of_b.value) + of_a.rest * of_b.rest;
  return {product, rest};
}

// a + b, where it has to be rounded to the neighbour whose last bit is set.
inline double sum_rounded_to_odd(double a, double b) {
  const DoubleAndRest sum = exact_sum(a, b);
  uint64_t bits;
  memcpy(&bits, &sum.value, sizeof(bits));
  if (sum.rest != 0.0 && (bits & 1) == 0) bits += (sum.rest > 0.0) == (sum.value > 0.0) ? 1 : -1;
  double rounded;
  memcpy(&rounded, &bits, sizeof(rounded));
  return rounded;
}

// a * b + c, where nothing of it overflows or is denormal.
inline double fused(double a, double b, double c) {
  const DoubleAndRest product = exact_product(a, b);
  const DoubleAndRest lower = exact_sum(c, product.rest);
  const DoubleAndRest upper = exact_sum(product.value, lower.value);
  return upper.value + sum_rounded_to_odd(lower.rest, upper.rest);
}

#else

// a * b + c, where nothing of it overflows or is denormal.
inline double fused(double a, double b, double c) { return fma(a, b, c); }

#endif

}  // namespace twopass

#endif  // TWOPASS_SRC_FUSED_H_
