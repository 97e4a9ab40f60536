// A reader of .npy, the array files of numpy: as much of it as arrays of floats need.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_COMMON_NPY_H_
#define TWOPASS_EXAMPLES_COMMON_NPY_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace example {

// An array of one dimension or more. Whatever there are before the last, it is a matrix: rows, one after the other, of
// as many columns as the last one has.
struct Array {
  std::vector<std::size_t> shape;
  std::vector<float> elements;

  std::size_t columns() const { return shape.back(); }
  std::size_t rows() const { return elements.size() / columns(); }
  const float* row(std::size_t index) const { return elements.data() + index * columns(); }
  float* row(std::size_t index) { return elements.data() + index * columns(); }
};

// The array in the bytes of a .npy file of version 1, 2 or 3. It must have `rank` dimensions, 1 or more, and hold
// little-endian floats ('<f4'), row after row, with at least one element, and the file must end with the last of them;
// otherwise std::runtime_error says in one line what is wrong. No byte is trusted: any string may be passed.
Array parse_npy(std::string_view bytes, std::size_t rank);

}  // namespace example

#endif  // TWOPASS_EXAMPLES_COMMON_NPY_H_
