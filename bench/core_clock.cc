// Measures the core clock by a chain of additions, each of which waits for the one before. The time-stamp counter and
// the frequency that the operating system shows are no help: on most machines both are constants.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/core_clock.h"

#include <algorithm>
#include <chrono>

namespace twopass_bench {

#if defined(__x86_64__) || defined(__aarch64__)

double core_clock() {
  constexpr int kAttempts = 3;
  constexpr int kIterations = 2000;
  constexpr int kAdditions = 64;  // an iteration; each takes one cycle

  double frequency = 0.0;
  for (int attempt = 0; attempt < kAttempts; attempt++) {
    long sum = 0;
    const long addend = 1;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kIterations; i++) {
#if defined(__x86_64__)
      // Between registers: some cores do additions of constants in no time at all.
      __asm__ volatile(".rept 64\n add %1, %0\n .endr" : "+r"(sum) : "r"(addend));
#else
      __asm__ volatile(".rept 64\n add %0, %0, %1\n .endr" : "+r"(sum) : "r"(addend));
#endif
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    // An interruption makes an attempt slower, nothing makes it faster.
    frequency = std::max(frequency, kIterations * kAdditions / elapsed.count());
  }
  return frequency;
}

#else

double core_clock() { return 0.0; }

#endif

}  // namespace twopass_bench
