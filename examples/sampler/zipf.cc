// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/sampler/zipf.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace sampler {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr double kFirstExponent = 1.1, kLastExponent = 2.5;

// std::shuffle does not say which order it makes; this one is the same everywhere.
void shuffle(float* values, std::size_t count, std::mt19937_64* random) {
  for (std::size_t i = count; i > 1; i--) std::swap(values[i - 1], values[(*random)() % i]);
}

}  // namespace

example::Array zipf_logits(std::size_t rows, std::size_t vocabulary) {
  example::Array logits = {{rows, vocabulary}, std::vector<float>(rows * vocabulary)};
  std::mt19937_64 random(kSeed);
  for (std::size_t row = 0; row < rows; row++) {
    const double share = rows > 1 ? static_cast<double>(row) / static_cast<double>(rows - 1) : 0.0;
    const double exponent = kFirstExponent + share * (kLastExponent - kFirstExponent);
    for (std::size_t i = 0; i < vocabulary; i++) {
      logits.row(row)[i] = static_cast<float>(-exponent * std::log(static_cast<double>(i + 1)));
    }
    shuffle(logits.row(row), vocabulary, &random);
  }
  return logits;
}

}  // namespace sampler
