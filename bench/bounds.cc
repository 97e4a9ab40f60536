// One core keeps more of the memory busy with streams that lie far apart, as each gets a hardware prefetcher of its
// own: so the row is cut in four parts, and each step takes a piece of every part.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/bounds.h"

#include <cstdint>

#if TWOPASS_BENCH_HAS_COPY_NT
#include <emmintrin.h>
#endif

#define ALWAYS_INLINE inline __attribute__((always_inline))

namespace twopass_bench {
namespace {

// Hints help the prefetchers where a row comes from the outer caches or from memory. In the inner ones they would only
// take the place of loads.
constexpr size_t kPrefetchAhead = 128;                // elements
constexpr size_t kPrefetchFromRow = size_t{1} << 20;  // elements

// Loads are folded by exclusive or: a cycle each, in any order.
template <size_t vector_bytes, bool prefetch>
ALWAYS_INLINE void read_streams(size_t n, const float* x) {
  typedef uint32_t Vector __attribute__((vector_size(vector_bytes), may_alias));
  const size_t vectors = n * sizeof(float) / vector_bytes / 4;
  const Vector* part0 = reinterpret_cast<const Vector*>(x);
  const Vector* part1 = part0 + vectors;
  const Vector* part2 = part1 + vectors;
  const Vector* part3 = part2 + vectors;
  constexpr size_t kVectorsAhead = kPrefetchAhead * sizeof(float) / vector_bytes;
  Vector fold0 = {}, fold1 = {}, fold2 = {}, fold3 = {};
  for (size_t i = 0; i < vectors; i++) {
    if (prefetch) {
      __builtin_prefetch(part0 + i + kVectorsAhead);
      __builtin_prefetch(part1 + i + kVectorsAhead);
      __builtin_prefetch(part2 + i + kVectorsAhead);
      __builtin_prefetch(part3 + i + kVectorsAhead);
    }
    fold0 ^= part0[i];
    fold1 ^= part1[i];
    fold2 ^= part2[i];
    fold3 ^= part3[i];
  }
  fold0 ^= fold1 ^ fold2 ^ fold3;
  __asm__ volatile("" : : "m"(fold0));
}

template <size_t vector_bytes>
ALWAYS_INLINE void read(size_t n, const float* x) {
  if (n < kPrefetchFromRow) {
    read_streams<vector_bytes, false>(n, x);
  } else {
    read_streams<vector_bytes, true>(n, x);
  }
}

// In one stream: plain stores read the line that they write, and several streams of them are slower.
template <size_t vector_bytes>
ALWAYS_INLINE void copy(size_t n, const float* x, float* y) {
  typedef uint32_t Vector __attribute__((vector_size(vector_bytes), may_alias));
  const size_t vectors = n * sizeof(float) / vector_bytes;
  const Vector* from = reinterpret_cast<const Vector*>(x);
  Vector* to = reinterpret_cast<Vector*>(y);
  for (size_t i = 0; i < vectors; i += 4) {
    const Vector v0 = from[i + 0];
    const Vector v1 = from[i + 1];
    const Vector v2 = from[i + 2];
    const Vector v3 = from[i + 3];
    // Keeps the compiler from making memcpy of the loop, which uses non-temporal stores from some size on.
    __asm__ volatile("" : : : "memory");
    to[i + 0] = v0;
    to[i + 1] = v1;
    to[i + 2] = v2;
    to[i + 3] = v3;
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void read_avx2(size_t n, const float* x) { read<32>(n, x); }
__attribute__((target("avx512f"))) void read_avx512f(size_t n, const float* x) { read<64>(n, x); }
__attribute__((target("avx2"))) void copy_avx2(size_t n, const float* x, float* y) { copy<32>(n, x, y); }
__attribute__((target("avx512f"))) void copy_avx512f(size_t n, const float* x, float* y) { copy<64>(n, x, y); }
#endif

}  // namespace

void bound_read(size_t n, const float* x) {
#if defined(__x86_64__)
  if (n >= 64 && __builtin_cpu_supports("avx512f")) return read_avx512f(n, x);
  if (n >= 32 && __builtin_cpu_supports("avx2")) return read_avx2(n, x);
#endif
  read<16>(n, x);
}

void bound_copy(size_t n, const float* x, float* y) {
#if defined(__x86_64__)
  if (n >= 64 && __builtin_cpu_supports("avx512f")) return copy_avx512f(n, x, y);
  if (n >= 32 && __builtin_cpu_supports("avx2")) return copy_avx2(n, x, y);
#endif
  copy<16>(n, x, y);
}

#if TWOPASS_BENCH_HAS_COPY_NT
// The processor collects the stores to a line before it writes it, so their width makes no difference.
void bound_copy_nt(size_t n, const float* x, float* y) {
  constexpr size_t kLine = 16;  // elements
  const size_t streams = n < 4 * kLine ? 1 : 4;
  const size_t part = n / streams;
  for (size_t i = 0; i < part; i += kLine) {
    for (size_t at = i; at < n; at += part) {
      const __m128 v0 = _mm_load_ps(x + at + 0);
      const __m128 v1 = _mm_load_ps(x + at + 4);
      const __m128 v2 = _mm_load_ps(x + at + 8);
      const __m128 v3 = _mm_load_ps(x + at + 12);
      _mm_stream_ps(y + at + 0, v0);
      _mm_stream_ps(y + at + 4, v1);
      _mm_stream_ps(y + at + 8, v2);
      _mm_stream_ps(y + at + 12, v3);
    }
  }
  _mm_sfence();
}
#endif

}  // namespace twopass_bench
