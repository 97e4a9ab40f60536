// Greedy decoding of connectionist temporal classification (CTC): from the class probabilities of frames to text.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_OCR_CTC_H_
#define TWOPASS_EXAMPLES_OCR_CTC_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "examples/common/npy.h"

namespace ocr {

// The classes by number, from the text of a file that names one a line. The first is the blank; "<space>" stands for "
// ". Any other line is its class's text as it stands, spaces included.
std::vector<std::string> parse_labels(std::string_view text);

// The text of a path, which has a class for each frame: blanks and what repeats the frame before are dropped, so that a
// blank between them keeps two equal letters apart; so are spaces at the end. Every class must have a label.
std::string text_of(const std::vector<std::size_t>& path, const std::vector<std::string>& labels);

struct Decoded {
  std::string text;
  double confidence;  // the mean probability of the frames that gave the text; 0 where none did
};

// The path of the likeliest class of each frame (a row). Spaces at the end count for the confidence. There must be one
// label per column. A frame of NaN is a std::runtime_error.
Decoded decode_greedily(const example::Array& probabilities, const std::vector<std::string>& labels);

}  // namespace ocr

#endif  // TWOPASS_EXAMPLES_OCR_CTC_H_
