// A call of the public API as a value: what is wanted, of what, and how.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_OPERATION_H_
#define TWOPASS_SRC_OPERATION_H_

#include <stddef.h>
#include <stdint.h>

#include "twopass.h"

namespace twopass {

struct Algorithm;

// The types of elements.
enum class Element : uint8_t { kF32 };

constexpr size_t size_of(Element) { return sizeof(float); }

// Element (r, c) is at data + r * row_stride + c * column_stride. Strides count elements. Kernels take columns that are
// 1 apart; a finish step that goes by address() takes any.
struct Matrix {
  Matrix(void* data, size_t row_stride) : data(data), row_stride(row_stride) {}

  void* data;
  size_t row_stride;
  size_t column_stride = 1;
  Element element = Element::kF32;
};

// The address of an element.
inline void* address(const Matrix& matrix, size_t row, size_t column) {
  return static_cast<char*>(matrix.data) +
         (row * matrix.row_stride + column * matrix.column_stride) * size_of(matrix.element);
}

// An operation reduces each row to a total, finishes it with that total, or both. A softmax does both; a row in shards
// takes either step in a call of its own.
struct Operation {
  // Field by field, as in run_short_rows.
  Operation(bool reduces, bool finishes, size_t rows, size_t columns, const Matrix& input, const Matrix& output,
            struct twopass_extexp* totals, const Algorithm* algorithm = nullptr)
      : reduces(reduces),
        finishes(finishes),
        rows(rows),
        columns(columns),
        input(input),
        output(output),
        totals(totals),
        algorithm(algorithm) {}

  bool reduces;   // computes the total of each row; otherwise it is handed in
  bool finishes;  // computes the output; otherwise the totals are what is wanted
  size_t rows;
  size_t columns;
  Matrix input;
  Matrix output;                  // where it finishes
  struct twopass_extexp* totals;  // one for each row; NULL where they are neither handed in nor wanted
  const Algorithm* algorithm;     // NULL: for a softmax, that of the options, or what suits best
  // From the options:
  uint32_t flags = 0;
  const struct twopass_runner* runner = nullptr;

  bool needs_totals() const { return !reduces || !finishes; }
  bool is_in_place() const { return finishes && input.data == output.data; }
  bool writes_elsewhere() const { return finishes && input.data != output.data; }
};

}  // namespace twopass

#endif  // TWOPASS_SRC_OPERATION_H_
