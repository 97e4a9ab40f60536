// Softmax in three plain loops. This file, and no other, is compiled with -O3 -march=native -ffast-math: gcc then calls
// the vectorised expf of libmvec. The flags belong to the compilation only: at the link, -ffast-math would make all of
// the process flush denormals to zero.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/plain_loop.h"

#include <math.h>

#ifndef __FAST_MATH__
#error "compile this file with -O3 -march=native -ffast-math"
#endif

namespace twopass_bench {

void plain_loop(size_t n, const float* x, float* y) {
  float max = x[0];
  for (size_t i = 0; i < n; i++) {
    max = x[i] > max ? x[i] : max;
  }

  float sum = 0.0f;
  for (size_t i = 0; i < n; i++) {
    y[i] = expf(x[i] - max);
    sum += y[i];
  }

  const float scale = 1.0f / sum;
  for (size_t i = 0; i < n; i++) {
    y[i] *= scale;
  }
}

const char* plain_loop_compiler() {
#ifdef __clang__
  return __VERSION__;
#else
  return "gcc " __VERSION__;
#endif
}

}  // namespace twopass_bench
