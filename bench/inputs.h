// Buffers that benchmarks read and write.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_INPUTS_H_
#define TWOPASS_BENCH_INPUTS_H_

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>

namespace twopass_bench {

constexpr float kLogitsDeviation = 10.0f;

struct Free {
  void operator()(float* memory) const { std::free(memory); }
};

// XNNPACK may read that many elements past the end of its input.
constexpr size_t kPadding = 16;

// At least n floats and the padding, aligned to a page so that no result depends on where the allocator happens to put
// a buffer.
using Buffer = std::unique_ptr<float[], Free>;

inline Buffer uninitialized_buffer(size_t n) {
  constexpr size_t kPage = 4096;
  const size_t bytes = ((n + kPadding) * sizeof(float) + kPage - 1) / kPage * kPage;
  float* memory = static_cast<float*>(std::aligned_alloc(kPage, bytes));
  if (memory == nullptr) throw std::bad_alloc();
  return Buffer(memory);
}

// The same in every run.
template <class Distribution>
Buffer random_logits(size_t n, Distribution distribution) {
  Buffer logits = uninitialized_buffer(n);
  std::mt19937 random;
  for (size_t i = 0; i < n; i++) logits[i] = distribution(random);
  return logits;
}

// Logits as a network gives them.
inline Buffer normal_logits(size_t n) {
  return random_logits(n, std::normal_distribution<float>(0.0f, kLogitsDeviation));
}

// An output whose pages are there already: the first write to a page costs more than the pass that makes it.
inline Buffer touched_output(size_t n) {
  Buffer output = uninitialized_buffer(n);
  for (size_t i = 0; i < n; i++) output[i] = 0.0f;
  return output;
}

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_INPUTS_H_
