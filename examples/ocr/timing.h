// A fair race between two ways to do the same.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_OCR_TIMING_H_
#define TWOPASS_EXAMPLES_OCR_TIMING_H_

#include <functional>

namespace ocr {

struct Medians {
  double first;  // in seconds
  double second;
};

// Runs each once untimed, then both in turn, each going first every other time.
Medians race(const std::function<void()>& first, const std::function<void()>& second);

}  // namespace ocr

#endif  // TWOPASS_EXAMPLES_OCR_TIMING_H_
