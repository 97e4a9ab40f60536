// The two steps from probabilities to text: the names of the classes, and the path through the frames.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/ocr/ctc.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace ocr {
namespace {

constexpr std::size_t kBlank = 0;

// Whether the class of a frame makes text: it is no blank, and no repetition of the frame before.
bool makes_text(const std::vector<std::size_t>& path, std::size_t frame) {
  return path[frame] != kBlank && (frame == 0 || path[frame] != path[frame - 1]);
}

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

std::string text_of(const std::vector<std::size_t>& path, const std::vector<std::string>& labels) {
  std::string text;
  for (std::size_t frame = 0; frame < path.size(); frame++) {
    if (makes_text(path, frame)) text += labels[path[frame]];
  }
  // What the network makes of the margin behind the line.
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

Decoded decode_greedily(const example::Array& probabilities, const std::vector<std::string>& labels) {
  std::vector<std::size_t> path;
  double sum = 0.0;
  std::size_t kept = 0;
  for (std::size_t frame = 0; frame < probabilities.rows(); frame++) {
    const float* row = probabilities.row(frame);
    const float* likeliest = std::max_element(row, row + probabilities.columns());
    if (std::isnan(*likeliest)) throw std::runtime_error("no probabilities in frame " + std::to_string(frame));
    path.push_back(static_cast<std::size_t>(likeliest - row));
    if (!makes_text(path, frame)) continue;
    sum += *likeliest;
    kept++;
  }
  return {text_of(path, labels), kept == 0 ? 0.0 : sum / static_cast<double>(kept)};
}

}  // namespace ocr
