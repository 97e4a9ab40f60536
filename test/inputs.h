// The rows that every kernel and every algorithm is tested with.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_INPUTS_H_
#define TWOPASS_TEST_INPUTS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace twopass_test {

// Whether tests are to try a part of what they try otherwise: the environment has TWOPASS_TEST_SPARSE=1, for slow
// emulators.
bool IsSparse();

// The counts or positions from first to last that a test tries: all of them, or where IsSparse() one of seven, and the
// last. Seven has no factor in common with the lengths of vectors, so every tail has its turn.
std::vector<size_t> Numbers(size_t first, size_t last);

// Logits from a normal distribution; the same numbers on every call.
std::vector<float> NormalLogits(size_t count, float standard_deviation, float mean = 0);

// Logits from a uniform distribution between -limit and limit; the same on every call, but for the limit.
std::vector<float> UniformLogits(size_t count, float limit);

struct Input {
  std::string name;
  std::vector<float> x;
};

// Every range, offset, repeated value and mask that matters. No NaN and no +infinity, and not all of a row -infinity.
std::vector<Input> Inputs(size_t count);

// What attention masks, broken producers and small numbers put beside ordinary logits.
const std::vector<float>& SpecialValues();

// Rows with a result just above FLT_MIN: 2^-127 times something above sqrt(2), divided by a sum below 1 / sqrt(2).
std::vector<std::vector<float>> RowsWithTheSmallestNormal();

}  // namespace twopass_test

#endif  // TWOPASS_TEST_INPUTS_H_
