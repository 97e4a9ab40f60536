// Each bound is one loop over vectors, compiled for every width of vector that the processor family has.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/bounds.h"

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE inline __attribute__((always_inline))

namespace bench {
namespace {

// One core keeps more of memory busy with several streams far apart than with one, as each has a prefetcher of its own, and
// with a hint some lines ahead of these. Where n fits the nearer caches the hints would only take the place of loads.
constexpr size_t kStreams = 4;
constexpr size_t kPrefetchAhead = 512;  // bytes
constexpr size_t kPrefetchFrom = size_t{1} << 18;  // elements: 1 MiB

struct V128 { typedef uint32_t type __attribute__((vector_size(16), may_alias)); };
struct V256 { typedef uint32_t type __attribute__((vector_size(32), may_alias)); };
struct V512 { typedef uint32_t type __attribute__((vector_size(64), may_alias)); };
