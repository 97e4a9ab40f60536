// The peer that everybody has: the family in plain loops, left to the compiler.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PLAIN_LOOP_H_
#define TWOPASS_BENCH_PLAIN_LOOP_H_

#include <cstddef>

#include "bench/problem.h"

namespace twopass_bench {

void plain_loop(size_t n, const float* x, float* y);

// Whether there is a loop for such problems: other axes have one for softmax, and not every compiler has f16.
bool has_plain_loop(Operation operation, uint32_t type, const twopass_shape& shape);

void plain_loop(const Problem& problem);

// The compiler of plain_loop and its version.
const char* plain_loop_compiler();

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PLAIN_LOOP_H_
