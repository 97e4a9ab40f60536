// What the outputs of peers are compared with.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PEERS_EXACT_H_
#define TWOPASS_BENCH_PEERS_EXACT_H_

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>

namespace twopass_bench {

// The softmax of a row in double: NaN for a row with a NaN or a +infinity, and for one of nothing but -infinity.
class ExactSoftmax {
 public:
  ExactSoftmax(size_t n, const float* x) : max_(*std::max_element(x, x + n)) {
    for (size_t i = 0; i < n; i++) sum_ += std::exp(x[i] - max_);
  }

  double operator()(float x) const { return std::exp(x - max_) / sum_; }

 private:
  double max_;
  double sum_ = 0.0;
};

// Whether y is a softmax at all, as opposed to how accurate it is: some peers lose results near FLT_MIN.
inline bool is_right(float y, double exact) {
  if (std::isnan(exact)) return std::isnan(y);
  return std::fabs(y - exact) <= 1e-3 * exact + 4 * FLT_MIN;
}

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PEERS_EXACT_H_
