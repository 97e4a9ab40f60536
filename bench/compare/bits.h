// Whether both sides compute the same bits.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_COMPARE_BITS_H_
#define TWOPASS_BENCH_COMPARE_BITS_H_

#include "bench/compare/request.h"
#include "bench/compare/sides.h"

namespace twopass_bench {

// Prints what differs, and returns whether nothing does.
bool print_bits(const Request& request, const Sides& sides);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_COMPARE_BITS_H_
