// The times of both sides, as a table.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_COMPARE_TIMES_H_
#define TWOPASS_BENCH_COMPARE_TIMES_H_

#include "bench/compare/request.h"
#include "bench/compare/sides.h"

namespace twopass_bench {

void print_times(const Request& request, const Sides& sides);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_COMPARE_TIMES_H_
