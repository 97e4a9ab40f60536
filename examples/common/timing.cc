// Medians, since what disturbs a measurement only ever makes it longer, and now and then.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/timing.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace example {
namespace {

constexpr std::size_t kRepetitions = 21;

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

std::vector<double> race(const std::vector<std::function<void()>>& ways) {
  for (const auto& way : ways) way();
  std::vector<std::vector<double>> seconds(ways.size());
  for (std::size_t repetition = 0; repetition < kRepetitions; repetition++) {
    for (std::size_t turn = 0; turn < ways.size(); turn++) {
      const std::size_t way = (repetition + turn) % ways.size();
      seconds[way].push_back(seconds_of(ways[way]));
    }
  }
  std::vector<double> medians;
  for (const auto& of_way : seconds) medians.push_back(median(of_way));
  return medians;
}

}  // namespace example
