// The decoder of the OCR example: the labels, and what is kept of a path of classes.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "examples/ocr/ctc.h"

namespace {

using Labels = std::vector<std::string>;

// Frames of four classes, each given by its likeliest class and that one's probability; the others share the rest.
example::Array Frames(const std::vector<std::pair<std::size_t, float>>& path) {
  example::Array frames = {{path.size(), 4}, {}};
  for (const auto& [label, probability] : path) {
    for (std::size_t i = 0; i < 4; i++) frames.elements.push_back(i == label ? probability : (1 - probability) / 3);
  }
  return frames;
}

const Labels kLabels = {"<blank>", "a", "b", " "};

TEST(LabelsTest, AreLines) {
  EXPECT_EQ(ocr::parse_labels("<blank>\na\n\xe7\xbb\x9a\n"), (Labels{"<blank>", "a", "\xe7\xbb\x9a"}));
  EXPECT_EQ(ocr::parse_labels(""), Labels{});
}

TEST(LabelsTest, KeepTheLastWithAndWithoutANewline) {
  EXPECT_EQ(ocr::parse_labels("x\ny"), (Labels{"x", "y"}));
  EXPECT_EQ(ocr::parse_labels("x\ny\n"), (Labels{"x", "y"}));
  EXPECT_EQ(ocr::parse_labels("x\ny\n\n"), (Labels{"x", "y", ""}));
}

TEST(LabelsTest, KeepSpaces) {
  EXPECT_EQ(ocr::parse_labels("x\n \n y \n"), (Labels{"x", " ", " y "}));
  EXPECT_EQ(ocr::parse_labels("x\n<space>\n"), (Labels{"x", " "}));
}

TEST(DecodeTest, DropsBlanksAndRepeats) {
  EXPECT_EQ(
      ocr::decode_greedily(Frames({{0, 1}, {1, 1}, {1, 1}, {0, 1}, {2, 1}, {3, 1}, {3, 1}, {1, 1}}), kLabels).text,
      "ab a");
}

TEST(DecodeTest, ABlankKeepsEqualLettersApart) {
  EXPECT_EQ(ocr::decode_greedily(Frames({{1, 1}, {0, 1}, {1, 1}}), kLabels).text, "aa");
}

TEST(DecodeTest, ConfidenceIsTheMeanOfTheFramesKept) {
  // Kept are the first a, of 0.5, and the b, of 0.75: neither the repeat nor the blank counts.
  const ocr::Decoded decoded = ocr::decode_greedily(Frames({{1, 0.5f}, {1, 1}, {0, 0.9f}, {2, 0.75f}}), kLabels);
  EXPECT_DOUBLE_EQ(decoded.confidence, 0.625);
}

TEST(DecodeTest, DropsSpacesAtTheEnd) {
  const ocr::Decoded decoded = ocr::decode_greedily(Frames({{1, 1}, {3, 0.5f}, {0, 1}, {3, 0.75f}}), kLabels);
  EXPECT_EQ(decoded.text, "a");
  EXPECT_DOUBLE_EQ(decoded.confidence, 0.75);
  EXPECT_EQ(ocr::decode_greedily(Frames({{3, 1}}), kLabels).text, "");
}

TEST(DecodeTest, OnlyBlanksGiveNothing) {
  const ocr::Decoded decoded = ocr::decode_greedily(Frames({{0, 1}, {0, 1}}), kLabels);
  EXPECT_EQ(decoded.text, "");
  EXPECT_EQ(decoded.confidence, 0.0);
}

TEST(DecodeTest, RefusesNaN) {
  example::Array frames = Frames({{1, 1}, {1, 1}});
  for (std::size_t i = 0; i < frames.columns(); i++) frames.row(1)[i] = NAN;
  EXPECT_THROW(ocr::decode_greedily(frames, kLabels), std::runtime_error);
}

}  // namespace
