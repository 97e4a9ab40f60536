// A tensor of any type.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/tensor.h"

#include <algorithm>
#include <cstring>

#include "test/elements.h"

namespace twopass_test {
namespace {

constexpr char kUntouched = 0x5B;

// The elements from the first to behind the last.
size_t Extent(const twopass_shape& shape, const twopass_tensor& tensor) {
  if (shape.outer == 0 || shape.columns == 0 || shape.inner == 0) return 0;
  return (shape.outer - 1) * tensor.outer_stride + (shape.columns - 1) * tensor.column_stride + shape.inner;
}

twopass_tensor TensorOf(uint32_t type, const twopass_shape& shape, const Gaps& gaps) {
  const size_t column_stride = shape.inner + gaps.columns;
  return {nullptr, type, shape.columns * column_stride + gaps.outer, column_stride};
}

}  // namespace

Tensor::Tensor(uint32_t type, const twopass_shape& shape, const Gaps& gaps)
    : shape_(shape),
      argument_(TensorOf(type, shape, gaps)),
      size_(SizeOfType(type)),
      pages_(Extent(shape, argument_) * size_) {
  std::fill(pages_.begin(), pages_.end(), kUntouched);
  argument_.data = pages_.end() - Extent(shape, argument_) * size_;
}

char* Tensor::Address(size_t row, size_t column) const {
  const size_t outer = row / shape_.inner, inner = row % shape_.inner;
  const size_t element = outer * argument_.outer_stride + column * argument_.column_stride + inner;
  return static_cast<char*>(argument_.data) + element * size_;
}

void Tensor::SetRow(size_t row, const std::vector<float>& values) {
  for (size_t c = 0; c < shape_.columns; c++) WriteElement(argument_.type, Address(row, c), values[c]);
}

std::vector<float> Tensor::Row(size_t row, uint32_t type) const {
  std::vector<float> values(shape_.columns);
  for (size_t c = 0; c < shape_.columns; c++) values[c] = ReadElement(type, Address(row, c));
  return values;
}

void Tensor::Remember() { remembered_.assign(pages_.begin(), pages_.end()); }

bool Tensor::IsAsRemembered() { return std::equal(remembered_.begin(), remembered_.end(), pages_.begin()); }

bool Tensor::IsAsRememberedBetweenElements() {
  std::vector<char> expected = remembered_;
  for (size_t row = 0; row < shape_.outer * shape_.inner; row++) {
    for (size_t c = 0; c < shape_.columns; c++) {
      const char* const element = Address(row, c);
      std::copy(element, element + size_, expected.begin() + (element - pages_.begin()));
    }
  }
  return std::equal(expected.begin(), expected.end(), pages_.begin());
}

}  // namespace twopass_test
