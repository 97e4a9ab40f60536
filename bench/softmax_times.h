// The times of bench_softmax by what they are of.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_SOFTMAX_TIMES_H_
#define TWOPASS_BENCH_SOFTMAX_TIMES_H_

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "bench/harness.h"

namespace twopass_bench {

// In ns per element. What was not measured is NaN, and passed over where the best is asked for.
class SoftmaxTimes {
 public:
  explicit SoftmaxTimes(const std::vector<Measurement>& measurements) {
    for (const Measurement& measurement : measurements) times_[measurement.name] = measurement.ns_per_element;
  }

  // Of the benchmark of that name.
  double of(const std::string& name) const {
    const auto found = times_.find(name);
    return found == times_.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
  }

  // Of one row of n: `subject` is what its benchmark's name begins with, such as "softmax/auto".
  double of(const std::string& subject, size_t n) const { return of(subject + "/" + std::to_string(n)); }

  double best_three_pass(size_t n) const {
    return std::fmin(of("softmax/three_pass_recompute", n), of("softmax/three_pass_reload", n));
  }

  double best_algorithm(size_t n) const {
    const double anchored = std::fmin(of("softmax/anchored_recompute", n), of("softmax/anchored_reload", n));
    return std::fmin(std::fmin(best_three_pass(n), of("softmax/two_pass", n)), anchored);
  }

  // What a softmax takes that does nothing but move memory: two passes read the row twice and write it once.
  double bound(size_t n) const { return of("bound/read", n) + std::fmin(of("bound/copy", n), of("bound/copy_nt", n)); }

 private:
  std::map<std::string, double> times_;
};

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_SOFTMAX_TIMES_H_
