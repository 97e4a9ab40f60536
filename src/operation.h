// A call of the public API as a value: what is wanted, of what, and how.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_OPERATION_H_
#define TWOPASS_SRC_OPERATION_H_

#include <stddef.h>
#include <stdint.h>

#include "element.h"
#include "twopass.h"

namespace twopass {

struct Algorithm;
struct Kind;

// Rows of elements. A row is what a softmax sums over; `inner` of them lie side by side, so that row r begins at
// element r / inner * outer_stride + r % inner, and its columns are column_stride apart. With an inner of 1 they are
// the rows of a matrix. Strides count elements.
struct Matrix {
  Matrix(void* data, size_t row_stride, Element element = Element::f32)
      : data(data), outer_stride(row_stride), element(element) {}

  // What kernels take as it is: the columns of a row side by side, and elements that are not to become others first.
  bool is_dense() const { return column_stride == 1 && logits == nullptr; }
  bool is_of_dense_floats() const { return is_dense() && element == Element::f32; }

  void* data;
  size_t outer_stride;
  size_t column_stride = 1;
  size_t inner = 1;
  Element element;
  const struct twopass_logits* logits = nullptr;  // what becomes of the elements, where something does
};

// The address of an element.
inline void* address(const Matrix& matrix, size_t row, size_t column) {
  const size_t outer = matrix.inner == 1 ? row : row / matrix.inner;
  const size_t first = outer * matrix.outer_stride + (row - outer * matrix.inner);
  return static_cast<char*>(matrix.data) + (first + column * matrix.column_stride) * size_of(matrix.element);
}

// An operation reduces each row to a total, finishes it with that total, or both. A softmax does both; a row in shards
// takes either step in a call of its own.
struct Operation {
  // Field by field, as in run_short_rows.
  Operation(const Kind* kind, bool reduces, bool finishes, size_t rows, size_t columns, const Matrix& input,
            const Matrix& output)
      : kind(kind),
        reduces(reduces),
        finishes(finishes),
        rows(rows),
        columns(columns),
        input(input),
        weights(nullptr, 0),
        output(output) {}

  const Kind* kind;  // what is done with a row beside its reduction
  bool reduces;      // computes the total of each row; otherwise it is handed in
  bool finishes;     // computes the output; otherwise what comes of the totals is what is wanted
  size_t rows;
  size_t columns;
  Matrix input;
  Matrix weights;                           // a second input, of the same shape; of gradients, that of the outputs
  Matrix output;                            // where it finishes
  struct twopass_extexp* totals = nullptr;  // one for each row, of a row in shards
  float* results = nullptr;                 // one for each row, of an operation that has such
  const void* details = nullptr;            // what the kind alone knows
  const Algorithm* algorithm = nullptr;     // NULL: for a softmax, that of the options, or what suits best
  // From the options:
  uint32_t flags = 0;
  bool in_fixed_order = false;  // the same bits on every ISA
  const struct twopass_runner* runner = nullptr;
  const struct twopass_logits* logits = nullptr;

  bool has_weights() const { return weights.data != nullptr; }
  bool is_in_place() const { return finishes && (input.data == output.data || weights.data == output.data); }
  bool writes_elsewhere() const { return finishes && !is_in_place(); }
  bool has_lengths() const { return logits != nullptr && logits->lengths != nullptr; }
  bool has_sink() const { return logits != nullptr && logits->sink != nullptr; }
  // How many columns of a row count.
  size_t columns_of(size_t row) const { return has_lengths() ? static_cast<size_t>(logits->lengths[row]) : columns; }
};

}  // namespace twopass

#endif  // TWOPASS_SRC_OPERATION_H_
