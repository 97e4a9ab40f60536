// Images of handwritten digits, and which digits they are.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_TRAIN_DIGITS_H_
#define TWOPASS_EXAMPLES_TRAIN_DIGITS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace train {

constexpr std::size_t kClasses = 10;
constexpr std::size_t kPixels = 64;
constexpr std::size_t kInputs = kPixels + 1;  // and a constant 1, whose weights are the biases

struct Digits {
  std::vector<float> inputs;         // kInputs for each digit; pixels from 0 to 1
  std::vector<std::int64_t> labels;  // what it is, from 0 to 9

  std::size_t count() const { return labels.size(); }
};

// From lines of 64 pixels, 0 to 16, and a digit, with commas between them. Anything else is a std::runtime_error.
Digits parse_digits(std::string_view csv);

// Those from `begin` up to `end`.
Digits slice(const Digits& digits, std::size_t begin, std::size_t end);

}  // namespace train

#endif  // TWOPASS_EXAMPLES_TRAIN_DIGITS_H_
