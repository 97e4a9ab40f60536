// What the tests compare with: softmax in more digits than a float has, and the rules that every result is held to.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_REFERENCE_H_
#define TWOPASS_TEST_REFERENCE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "test/inventory.h"
#include "twopass_debug.h"

namespace twopass_test {

// The accuracy bounds are given in units of 2^-23, the distance from 1 to the next float.
constexpr double kEpsilon = 0x1p-23;
// What errors of the operator stay below where nobody searches for the largest; twopass.h promises what PromisedError
// tells. Totals:
constexpr double kOrdinaryError = 4 * kEpsilon;
// Outputs: where the ln 2 of the kernels is too large, those near FLT_MIN are too large by 2 units, and they are what
// is left to see: 5.47 units in 4 million elements, of which those above 2^-60 had 4.5.
constexpr double OrdinaryErrorOfOutput(bool has_excess) { return (has_excess ? 5.5 : 4) * kEpsilon; }
constexpr double kLn2 = 0.693147180559945309417232121458176568;

// The largest |x| for which the algorithms of two passes promise their accuracy.
constexpr float kTwoPassLimit = 0x1p16f;

// The bits of a float, and back.
inline uint32_t BitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline float FloatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// FNV-1a of the bits of floats, continued from the hash of what came before.
constexpr uint64_t kHashOfNothing = 0xCBF29CE484222325;
inline uint64_t HashOf(uint64_t hash, const std::vector<float>& values) {
  for (float value : values) {
    for (int byte = 0; byte < 4; byte++) hash = (hash ^ (BitsOf(value) >> (8 * byte) & 0xFF)) * 0x100000001B3;
  }
  return hash;
}

// Whether a result is what every contract asks for: within the relative error `bound` of the exact value, which is not
// negative; NaN where that is NaN; +0 where it lies below FLT_MIN, so never a denormal number and never -0.
bool IsWithin(float actual, double exact, double bound);

// How many ULP, units in the last place of a float of the magnitude of the exact value, make 1.
double UlpsInOne(double exact);

// How far a result is from the exact value in ULP.
double UlpError(float actual, double exact);

// One row as the contract of twopass.h has it: the exact results and the relative error allowed for each, which is
// `bound` and, in an algorithm that subtracts the maximum, what rounds then.
struct SoftmaxReference {
  std::vector<double> exact;
  std::vector<double> bound;
};
SoftmaxReference ReferenceSoftmax(const std::vector<float>& x, uint32_t algorithm, uint32_t flags = 0,
                                  double bound = OrdinaryErrorOfOutput(HasExcess()));

// An empty string where y[0, x.size()) is as the reference wants it, otherwise the first difference in words.
std::string Difference(const SoftmaxReference& reference, const std::vector<float>& x, const float* y);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_REFERENCE_H_
