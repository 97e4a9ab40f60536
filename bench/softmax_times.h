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

// The size in the name of a benchmark: the columns of a row, or the rows x columns of a batch.
inline std::string size_name(size_t rows, size_t columns) {
  return rows == 1 ? std::to_string(columns) : std::to_string(rows) + "x" + std::to_string(columns);
}

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

  // Of a size: `subject` is what its benchmark's name begins with, such as "softmax/auto".
  double of(const std::string& subject, const std::string& size) const { return of(subject + "/" + size); }

  double best_three_pass(const std::string& size) const {
    return std::fmin(of("softmax/three_pass_recompute", size), of("softmax/three_pass_reload", size));
  }

  double best_algorithm(const std::string& size) const {
    const double anchored = std::fmin(of("softmax/anchored_recompute", size), of("softmax/anchored_reload", size));
    return std::fmin(std::fmin(best_three_pass(size), of("softmax/two_pass", size)), anchored);
  }

  // What a softmax takes that does nothing but move memory: two passes read a matrix twice and write it once.
  // For a batch that is no bound where its rows stay in cache between the passes.
  double bound(const std::string& size) const {
    return of("bound/read", size) + std::fmin(of("bound/copy", size), of("bound/copy_nt", size));
  }

 private:
  std::map<std::string, double> times_;
};

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_SOFTMAX_TIMES_H_
