// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/compare/turns.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <random>

namespace twopass_bench {
namespace {

// Nanoseconds. Shorter than what the operating system gives a process at a time, so that on a machine that has other
// things to do, too, the median is of turns that were not interrupted.
constexpr double kTurn = 1e6;
constexpr double kWarmUpShare = 1.0 / 8;  // of a turn, and one call at least

double nanoseconds(const Calls& function, size_t calls) {
  const auto start = std::chrono::steady_clock::now();
  function(calls);
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

// An interruption makes a time longer, nothing makes it shorter.
double least_nanoseconds(const Calls& function, size_t calls) {
  constexpr int kAttempts = 3;
  double least = nanoseconds(function, calls);
  for (int i = 1; i < kAttempts; i++) least = std::min(least, nanoseconds(function, calls));
  return least;
}

size_t calls_in_a_turn(const Calls& function) {
  size_t calls = 1;
  double time = least_nanoseconds(function, calls);
  for (; time < kTurn / 4; time = least_nanoseconds(function, calls)) calls *= 2;
  return std::max<size_t>(1, std::lround(calls * kTurn / time));
}

// The value below which that share of the sorted values lies.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * (sorted.size() - 1);
  const size_t below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

}  // namespace

std::vector<std::vector<double>> time_in_turns(const std::vector<Calls>& functions, size_t repetitions) {
  std::vector<size_t> calls;
  for (const Calls& function : functions) calls.push_back(calls_in_a_turn(function));

  std::vector<std::vector<double>> times(functions.size());
  std::vector<size_t> order(functions.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::mt19937 random;
  for (size_t repetition = 0; repetition < repetitions; repetition++) {
    std::shuffle(order.begin(), order.end(), random);
    for (size_t i : order) {
      functions[i](std::max<size_t>(1, calls[i] * kWarmUpShare));
      times[i].push_back(nanoseconds(functions[i], calls[i]) / calls[i]);
    }
  }
  return times;
}

Quartiles quartiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)};
}

}  // namespace twopass_bench
