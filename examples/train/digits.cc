// Images of handwritten digits, and which digits they are.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/train/digits.h"

#include <charconv>
#include <stdexcept>
#include <string>

namespace train {
namespace {

// Takes a number up to `most`, and the separator behind it, from the beginning of the text.
int take_number(std::string_view* text, int most, char separator, std::size_t line) {
  int number = -1;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const std::size_t length = end - text->data();
  if (error != std::errc() || number < 0 || number > most || length == text->size() || (*text)[length] != separator) {
    throw std::runtime_error("line " + std::to_string(line) + " is not 64 pixels and a digit");
  }
  text->remove_prefix(length + 1);
  return number;
}

}  // namespace

Digits parse_digits(std::string_view csv) {
  Digits digits;
  while (!csv.empty()) {
    const std::size_t line = digits.count() + 1;
    for (std::size_t i = 0; i < kPixels; i++) digits.inputs.push_back(take_number(&csv, 16, ',', line) / 16.0f);
    digits.inputs.push_back(1.0f);
    digits.labels.push_back(take_number(&csv, kClasses - 1, '\n', line));
  }
  return digits;
}

Digits slice(const Digits& digits, std::size_t begin, std::size_t end) {
  return {{digits.inputs.begin() + begin * kInputs, digits.inputs.begin() + end * kInputs},
          {digits.labels.begin() + begin, digits.labels.begin() + end}};
}

}  // namespace train
