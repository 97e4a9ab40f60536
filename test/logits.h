// What becomes of logits, as a value: what it means in double, and its arrays as a call takes them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_LOGITS_H_
#define TWOPASS_TEST_LOGITS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "test/guarded_pages.h"
#include "twopass.h"

namespace twopass_test {

// The fields of twopass_logits; an array that is empty is absent.
struct Logits {
  template <class T>
  struct Strided {
    std::vector<T> values;
    size_t head_stride = 0;
    size_t row_stride = 0;
  };

  size_t rows_of_head = 0;
  Strided<float> scale;
  Strided<float> bias;  // that are numbers of bias_type
  uint32_t bias_type = TWOPASS_F32;
  std::vector<float> slope;
  Strided<unsigned char> keep;
  std::vector<int64_t> lengths;
  std::vector<float> sink;
  float softcap = 0;

  size_t HeadOf(size_t row) const { return rows_of_head != 0 ? row / rows_of_head : 0; }
  // That for a column of a row.
  template <class T>
  const T& At(const Strided<T>& array, size_t row, size_t column) const {
    const size_t head = HeadOf(row), row_of_head = row - head * rows_of_head;
    return array.values[head * array.head_stride + row_of_head * array.row_stride + column];
  }
  size_t ColumnsOf(size_t row, size_t columns) const {
    return lengths.empty() ? columns : static_cast<size_t>(lengths[row]);
  }
};

// What becomes of a logit, and how far off twopass.h allows a float to be, as each step is rounded.
struct Z {
  double value = 0;
  double error = 0;
};
Z ZOf(const Logits& logits, size_t row, size_t column, float x);

// The arrays, each before a guard page.
class LogitsInMemory {
 public:
  explicit LogitsInMemory(const Logits& logits);

  const twopass_logits* argument() const { return &argument_; }
  // Whether nobody has written to them.
  bool AreAsBefore() const;

 private:
  template <class T>
  const T* Place(const std::vector<T>& values);
  const void* PlaceBytes(const void* bytes, size_t count);

  struct Array {
    GuardedPages pages;
    std::vector<char> before;
  };

  twopass_logits argument_ = {};
  std::vector<std::unique_ptr<Array>> arrays_;
};

}  // namespace twopass_test

#endif  // TWOPASS_TEST_LOGITS_H_
