// The operations beside softmax, the other types of elements, and other axes: benchmarks, and a table of them.
//
//   family/<who>/<operation>[_<type>]/<rows>x<columns>[x<inner>]
//
// <who> is twopass, plain_loop, or the bounds read_write and read_write_nt: reading each input and writing each output
// once.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_FAMILY_H_
#define TWOPASS_BENCH_FAMILY_H_

#include <cmath>
#include <string>
#include <vector>

#include "bench/harness.h"
#include "bench/softmax_times.h"

namespace twopass_bench {

void add_family();

// The times of its benchmarks, which are named by operation, type and shape: "softmax_bf16/128x768".
class FamilyTimes {
 public:
  explicit FamilyTimes(const SoftmaxTimes& times) : times_(times) {}

  double of(const std::string& who, const std::string& benchmark) const {
    return times_.of("family/" + who + "/" + benchmark);
  }

  double bound(const std::string& benchmark) const {
    return std::fmin(of("read_write", benchmark), of("read_write_nt", benchmark));
  }

 private:
  const SoftmaxTimes& times_;
};

// A line for each operation, type and shape; empty where none was measured.
std::string family_table(const std::vector<Measurement>& measurements);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_FAMILY_H_
