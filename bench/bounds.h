// The limits that memory and caches set: the fastest read and copies that we know to write.
//
// n is a power of two from 16 on, or a multiple of 64; x and y are aligned to 64 bytes. They use the widest vectors of
// the machine, whatever ISA is pinned.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_BOUNDS_H_
#define TWOPASS_BENCH_BOUNDS_H_

#include <cstddef>

// Non-temporal stores write whole lines past the caches, without reading them first. Only x86 has them.
#if defined(__x86_64__)
#define TWOPASS_BENCH_HAS_COPY_NT 1
#else
#define TWOPASS_BENCH_HAS_COPY_NT 0
#endif

namespace twopass_bench {

void bound_read(size_t n, const float* x);

void bound_copy(size_t n, const float* x, float* y);

#if TWOPASS_BENCH_HAS_COPY_NT
void bound_copy_nt(size_t n, const float* x, float* y);
#endif

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_BOUNDS_H_
