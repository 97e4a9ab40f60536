// A pass over the scores of a query, which a softmax is to follow.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_ATTENTION_PASS_H_
#define TWOPASS_EXAMPLES_ATTENTION_PASS_H_

#include <cstddef>

namespace attention {

// y[i] = x[i] * scale + slope * bias[i] for i below `length`, and -infinity from there to n. Without a bias it is NULL.
void scale_bias_and_mask(std::size_t n, std::size_t length, float scale, float slope, const float* bias, const float* x,
                         float* y);

}  // namespace attention

#endif  // TWOPASS_EXAMPLES_ATTENTION_PASS_H_
