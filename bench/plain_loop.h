// The peer that everybody has: softmax in three plain loops, left to the compiler.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PLAIN_LOOP_H_
#define TWOPASS_BENCH_PLAIN_LOOP_H_

#include <cstddef>

namespace twopass_bench {

void plain_loop(size_t n, const float* x, float* y);

// The compiler of plain_loop and its version.
const char* plain_loop_compiler();

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PLAIN_LOOP_H_
