// What bench_softmax shows to whoever sees the library for the first time.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_SOFTMAX_DEMO_H_
#define TWOPASS_BENCH_SOFTMAX_DEMO_H_

#include <string>
#include <vector>

#include "bench/harness.h"

namespace twopass_bench {

// Selects the benchmarks that the table needs.
std::string softmax_demo_filter();

// Sizes in the words of those who use them, and the time of a row; empty where nothing was measured.
std::string softmax_demo(const std::vector<Measurement>& measurements);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_SOFTMAX_DEMO_H_
