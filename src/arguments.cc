// Checks of the arguments of public calls.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "arguments.h"

#include "algorithms.h"

namespace twopass {
namespace {

constexpr uint32_t kFlags = TWOPASS_FLAG_MASKED_ROW_ZERO;

// The bytes from the first to behind the last that is touched.
struct Extent {
  uintptr_t begin;
  uintptr_t end;
};

size_t elements_of_row(const Matrix& matrix, size_t columns) { return (columns - 1) * matrix.column_stride + 1; }

// Whether the matrix is aligned and fits into the address space; then *extent is it.
bool get_extent(const Matrix& matrix, size_t rows, size_t columns, Extent* extent) {
  const size_t size = size_of(matrix.element);
  extent->begin = reinterpret_cast<uintptr_t>(matrix.data);
  if (matrix.data == nullptr || extent->begin % size != 0) return false;
  size_t row = 0, rows_before = 0, elements;
  if (__builtin_mul_overflow(columns - 1, matrix.column_stride, &row) || row >= PTRDIFF_MAX / size) return false;
  if (rows > 1) {
    if (matrix.row_stride <= row || __builtin_mul_overflow(rows - 1, matrix.row_stride, &rows_before)) return false;
  }
  if (__builtin_add_overflow(rows_before, row + 1, &elements) || elements > PTRDIFF_MAX / size) return false;
  return !__builtin_add_overflow(extent->begin, elements * size, &extent->end);
}

// Whether no row of one overlaps a row of the other, or the two are the same, for extents that overlap.
bool are_interleaved_or_same(const Extent& a, const Extent& b, const Operation& operation) {
  const size_t columns = operation.columns, size = size_of(operation.input.element);
  const size_t row = elements_of_row(operation.input, columns) * size;
  if (operation.rows == 1) return a.begin == b.begin && a.end == b.end;
  if (operation.input.row_stride != operation.output.row_stride || a.end - a.begin != b.end - b.begin) return false;
  if (a.begin == b.begin) return true;
  // A row begins `offset` after some row of the other matrix, and must end before the next of its rows.
  const size_t stride = operation.input.row_stride * size;
  const uintptr_t distance = a.begin < b.begin ? b.begin - a.begin : a.begin - b.begin;
  const size_t offset = distance % stride;
  return row <= offset && offset + row <= stride;
}

}  // namespace

bool take_options(const struct twopass_options* options, Operation* operation) {
  if (options == nullptr) return true;
  size_t reserved = 0;
  for (size_t field : options->reserved) reserved |= field;
  if (reserved != 0 || (options->flags & ~kFlags) != 0 || !is_algorithm(options->algorithm)) return false;
  if (options->runner != nullptr && options->runner->run == nullptr) return false;
  operation->algorithm = options->algorithm;
  operation->flags = options->flags;
  operation->runner = options->runner;
  return true;
}

bool are_totals_valid(const Operation& operation) {
  return operation.totals != nullptr && reinterpret_cast<uintptr_t>(operation.totals) % alignof(struct twopass_extexp) == 0;
}

bool are_operands_valid(const Operation& operation) {
  Extent input, output;
  if (!get_extent(operation.input, operation.rows, operation.columns, &input)) return false;
  if (!operation.finishes) return true;
  if (!get_extent(operation.output, operation.rows, operation.columns, &output)) return false;
  return input.end <= output.begin || output.end <= input.begin || are_interleaved_or_same(input, output, operation);
}

}  // namespace twopass
