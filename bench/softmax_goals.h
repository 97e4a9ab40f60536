// What bench_softmax shall show, beside what it shows.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_SOFTMAX_GOALS_H_
#define TWOPASS_BENCH_SOFTMAX_GOALS_H_

#include <string>
#include <vector>

#include "bench/harness.h"

namespace twopass_bench {

// A line for each goal that the measurements tell something of; empty where there is none.
std::string softmax_goals(const std::vector<Measurement>& measurements);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_SOFTMAX_GOALS_H_
