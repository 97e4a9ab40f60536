// Softmax as anybody would write it, to compare with.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_OCR_PLAIN_SOFTMAX_H_
#define TWOPASS_EXAMPLES_OCR_PLAIN_SOFTMAX_H_

#include <cstddef>

namespace ocr {

void plain_softmax(std::size_t n, const float* x, float* y);

}  // namespace ocr

#endif  // TWOPASS_EXAMPLES_OCR_PLAIN_SOFTMAX_H_
