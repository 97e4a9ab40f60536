// A multiplication and an addition of floats that are rounded once, on every machine.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_FUSED_H_
#define TWOPASS_TEST_FUSED_H_

#include <cmath>
#include <cstdint>
#include <cstring>

namespace twopass_test {

// a * b + c. Not every C library's fma rounds once: so the sum in double is rounded to odd first.
inline float Fused(float a, float b, float c) {
  const double product = static_cast<double>(a) * b, sum = product + c;
  const double of_c = sum - product, lost = (product - (sum - of_c)) + (c - of_c);
  uint64_t bits;
  std::memcpy(&bits, &sum, sizeof(bits));
  if (!std::isfinite(sum) || lost == 0 || (bits & 1) != 0) return static_cast<float>(sum);
  return static_cast<float>(std::nextafter(sum, lost > 0 ? HUGE_VAL : -HUGE_VAL));
}

}  // namespace twopass_test

#endif  // TWOPASS_TEST_FUSED_H_
