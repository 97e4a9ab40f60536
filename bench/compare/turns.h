// Times functions that take turns, so that whatever slows the machine down for a while slows all of them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_COMPARE_TURNS_H_
#define TWOPASS_BENCH_COMPARE_TURNS_H_

#include <cstddef>
#include <functional>
#include <vector>

namespace twopass_bench {

// Makes as many calls as it is told.
using Calls = std::function<void(size_t calls)>;

// Nanoseconds a call: one for each repetition, for each of the functions. In a repetition each has a turn, in random
// order; a turn is some calls to warm up and then a millisecond of calls, or one where that takes longer.
std::vector<std::vector<double>> time_in_turns(const std::vector<Calls>& functions, size_t repetitions);

struct Quartiles {
  double lower;
  double median;
  double upper;
};

Quartiles quartiles(std::vector<double> values);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_COMPARE_TURNS_H_
