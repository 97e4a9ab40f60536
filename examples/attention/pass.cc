// Loops for the compiler to vectorise, which is told to do so for this processor. It includes nothing whose functions
// other files might share, since these would need that processor too.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/attention/pass.h"

#include <math.h>

namespace attention {

void scale_bias_and_mask(std::size_t n, std::size_t length, float scale, float slope, const float* __restrict bias,
                         const float* __restrict x, float* __restrict y) {
  if (bias == nullptr) {
    for (std::size_t i = 0; i < length; i++) y[i] = x[i] * scale;
  } else {
    for (std::size_t i = 0; i < length; i++) y[i] = x[i] * scale + slope * bias[i];
  }
  for (std::size_t i = length; i < n; i++) y[i] = -INFINITY;
}

}  // namespace attention
