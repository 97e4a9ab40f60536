// The two steps from probabilities to text: the names of the classes, and the path through the frames.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/ocr/ctc.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace ocr {
namespace {

constexpr std::size_t kBlank = 0;

}  // namespace

std::vector<std::string> parse_labels(std::string_view text) {
  std::vector<std::string> labels;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, length);
    labels.emplace_back(line == "<space>" ? " " : line);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return labels;
}

Decoded decode_greedily(const example::Array& probabilities, const std::vector<std::string>& labels) {
  Decoded decoded = {"", 0.0};
  std::size_t kept = 0;
  std::size_t previous = kBlank;
  for (std::size_t frame = 0; frame < probabilities.rows(); frame++) {
    const float* row = probabilities.row(frame);
    const float* likeliest = std::max_element(row, row + probabilities.columns());
    if (std::isnan(*likeliest)) throw std::runtime_error("no probabilities in frame " + std::to_string(frame));
    const std::size_t label = static_cast<std::size_t>(likeliest - row);
    if (label != kBlank && label != previous) {
      decoded.text += labels[label];
      decoded.confidence += *likeliest;
      kept++;
    }
    previous = label;
  }
  if (kept != 0) decoded.confidence /= static_cast<double>(kept);
  // What the network makes of the margin behind the line.
  decoded.text.erase(decoded.text.find_last_not_of(' ') + 1);
  return decoded;
}

}  // namespace ocr
