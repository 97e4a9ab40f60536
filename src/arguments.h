// Checks of the arguments of public calls. In a header, as a call of a few elements takes no longer than they do.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ARGUMENTS_H_
#define TWOPASS_SRC_ARGUMENTS_H_

#include "algorithms.h"
#include "operation.h"
#include "twopass.h"

namespace twopass {

constexpr uint32_t kFlags = TWOPASS_FLAG_MASKED_ROW_ZERO;

// The bytes from the first to behind the last that is touched.
struct Extent {
  uintptr_t begin;
  uintptr_t end;
};

// Whether the matrix is aligned and fits into the address space; then *extent is it.
inline bool get_extent(const Matrix& matrix, size_t rows, size_t columns, Extent* extent) {
  const size_t size = size_of(matrix.element), max_elements = PTRDIFF_MAX / size;
  extent->begin = reinterpret_cast<uintptr_t>(matrix.data);
  if (matrix.data == nullptr || extent->begin % size != 0) return false;
  size_t before_last_column = columns - 1, before_last_row;
  if (matrix.column_stride != 1 && __builtin_mul_overflow(columns - 1, matrix.column_stride, &before_last_column))
    return false;
  if (before_last_column >= max_elements) return false;
  size_t elements = before_last_column + 1;
  if (rows != 1) {
    if (matrix.row_stride < elements) return false;
    if (__builtin_mul_overflow(rows - 1, matrix.row_stride, &before_last_row)) return false;
    if (before_last_row > max_elements - elements) return false;
    elements += before_last_row;
  }
  extent->end = extent->begin + elements * size;
  return extent->end > extent->begin;
}

// Whether no row of one overlaps a row of the other, or the two are the same, for extents that overlap.
inline bool are_interleaved_or_same(const Extent& a, const Extent& b, const Operation& operation) {
  const size_t size = size_of(operation.input.element);
  const size_t row = ((operation.columns - 1) * operation.input.column_stride + 1) * size;
  if (operation.rows == 1) return a.begin == b.begin && a.end == b.end;
  if (operation.input.row_stride != operation.output.row_stride || a.end - a.begin != b.end - b.begin) return false;
  if (a.begin == b.begin) return true;
  // A row begins `offset` after some row of the other matrix, and must end before the next of its rows.
  const size_t stride = operation.input.row_stride * size;
  const uintptr_t distance = a.begin < b.begin ? b.begin - a.begin : a.begin - b.begin;
  const size_t offset = distance % stride;
  return row <= offset && offset + row <= stride;
}

// Takes over what the options say. False where they hold what this build does not know.
inline bool take_options(const struct twopass_options& options, Operation* operation) {
  size_t reserved = 0;
  for (size_t field : options.reserved) reserved |= field;
  const Algorithm* algorithm = nullptr;
  if (options.algorithm != TWOPASS_ALGORITHM_AUTO && (algorithm = find_algorithm(options.algorithm)) == nullptr)
    return false;
  if (reserved != 0 || (options.flags & ~kFlags) != 0) return false;
  if (options.runner != nullptr && options.runner->run == nullptr) return false;
  if (operation->algorithm == nullptr) operation->algorithm = algorithm;
  operation->flags = options.flags;
  operation->runner = options.runner;
  return true;
}

// Whether the totals of an operation with rows are there and aligned.
inline bool are_totals_valid(const Operation& operation) {
  return operation.totals != nullptr &&
         reinterpret_cast<uintptr_t>(operation.totals) % alignof(struct twopass_extexp) == 0;
}

// Whether the matrices of an operation with elements are there, aligned and in range, and apart or one and the same.
inline bool are_operands_valid(const Operation& operation) {
  Extent input, output;
  if (!get_extent(operation.input, operation.rows, operation.columns, &input)) return false;
  if (!operation.finishes) return true;
  if (!get_extent(operation.output, operation.rows, operation.columns, &output)) return false;
  return input.end <= output.begin || output.end <= input.begin || are_interleaved_or_same(input, output, operation);
}

}  // namespace twopass

#endif  // TWOPASS_SRC_ARGUMENTS_H_
