// Medians, since what disturbs a measurement only ever makes it longer, and now and then.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/ocr/timing.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace ocr {
namespace {

constexpr int kRepetitions = 21;

double seconds_of(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Medians race(const std::function<void()>& first, const std::function<void()>& second) {
  first();
  second();
  std::vector<double> first_seconds, second_seconds;
  for (int repetition = 0; repetition < kRepetitions; repetition++) {
    if (repetition % 2 == 0) {
      first_seconds.push_back(seconds_of(first));
      second_seconds.push_back(seconds_of(second));
    } else {
      second_seconds.push_back(seconds_of(second));
      first_seconds.push_back(seconds_of(first));
    }
  }
  return {median(first_seconds), median(second_seconds)};
}

}  // namespace ocr
