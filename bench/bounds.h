// The limits that memory and caches set: the fastest read and copies that we know to write.
//
// n is a multiple of 16, x and y are aligned to 64 bytes. Each uses the widest vectors of the machine, whatever ISA is pinned.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_BOUNDS_H_
#define TWOPASS_BENCH_BOUNDS_H_

#include <cstddef>

namespace bench {

void bound_read(size_t n, const float* x);

void bound_copy(size_t n, const float* x, float* y);

// Non-temporal stores write whole lines without reading them first, and past the caches. Only x86 has them.
#if defined(__x86_64__)
#define TWOPASS_BENCH_HAS_COPY_NT 1
void bound_copy_nt(size_t n, const float* x, float* y);
#else
#define TWOPASS_BENCH_HAS_COPY_NT 0
#endif

}  // namespace bench

#endif  // TWOPASS_BENCH_BOUNDS_H_
