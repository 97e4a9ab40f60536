// A tensor of any type, whose last element lies before a guard page, with gaps that nobody may touch.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_TENSOR_H_
#define TWOPASS_TEST_TENSOR_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "test/guarded_pages.h"
#include "twopass.h"

namespace twopass_test {

// Elements between what follows each other along an axis.
struct Gaps {
  size_t columns = 0;
  size_t outer = 0;
};

class Tensor {
 public:
  Tensor(uint32_t type, const twopass_shape& shape, const Gaps& gaps);

  // As the public calls take it.
  const twopass_tensor& argument() const { return argument_; }
  void* data() const { return argument_.data; }

  // Row o * inner + i is that of (o, i). It may be read as of another type of that size.
  void SetRow(size_t row, const std::vector<float>& values);
  std::vector<float> Row(size_t row, uint32_t type) const;

  // Takes down what there is, and tells whether that is still so: everywhere, or between the elements.
  void Remember();
  bool IsAsRemembered();
  bool IsAsRememberedBetweenElements();

 private:
  char* Address(size_t row, size_t column) const;

  twopass_shape shape_;
  twopass_tensor argument_;
  size_t size_;  // of an element
  GuardedPages pages_;
  std::vector<char> remembered_;
};

}  // namespace twopass_test

#endif  // TWOPASS_TEST_TENSOR_H_
