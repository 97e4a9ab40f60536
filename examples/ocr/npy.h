// A reader of .npy, the array files of numpy: as much of it as a matrix of floats needs.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_OCR_NPY_H_
#define TWOPASS_EXAMPLES_OCR_NPY_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace ocr {

struct Matrix {
  std::size_t rows;
  std::size_t columns;
  std::vector<float> elements;  // row after row

  const float* row(std::size_t index) const { return elements.data() + index * columns; }
  float* row(std::size_t index) { return elements.data() + index * columns; }
};

// The matrix in the bytes of a .npy file of version 1, 2 or 3. It must be of little-endian floats ('<f4'), row after
// row, with at least one element, and the file must end with the last of them; otherwise std::runtime_error says in one
// line what is wrong. No byte is trusted: any string may be passed.
Matrix parse_npy(std::string_view bytes);

}  // namespace ocr

#endif  // TWOPASS_EXAMPLES_OCR_NPY_H_
