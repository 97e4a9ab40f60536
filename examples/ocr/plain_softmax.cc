// Three plain loops, compiled with the flags of the rest of the program.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/ocr/plain_softmax.h"

#include <algorithm>
#include <cmath>

namespace ocr {

void plain_softmax(std::size_t n, const float* x, float* y) {
  float max = x[0];
  for (std::size_t i = 1; i < n; i++) max = std::max(max, x[i]);

  float sum = 0.0f;
  for (std::size_t i = 0; i < n; i++) {
    y[i] = std::exp(x[i] - max);
    sum += y[i];
  }

  const float scale = 1.0f / sum;
  for (std::size_t i = 0; i < n; i++) y[i] *= scale;
}

}  // namespace ocr
