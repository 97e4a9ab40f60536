// The results of bench_softmax side by side.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_SOFTMAX_TABLE_H_
#define TWOPASS_BENCH_SOFTMAX_TABLE_H_

#include <string>
#include <vector>

#include "bench/harness.h"

namespace twopass_bench {

// A line for each size that was measured; empty where nothing was.
std::string softmax_table(const std::vector<Measurement>& measurements);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_SOFTMAX_TABLE_H_
