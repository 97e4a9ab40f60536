// Checks of the arguments of public calls.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "arguments.h"

#include "algorithms.h"

namespace twopass {
namespace {

constexpr uint32_t kFlags = TWOPASS_FLAG_MASKED_ROW_ZERO;

// A matrix as bytes: those from the first to behind the last that is touched, those from row to row, and those of a row.
struct Extent {
  uintptr_t begin;
  uintptr_t end;
  size_t stride;
  size_t row;
};

// Whether the matrix is aligned and fits into the address space; then *extent is it.
bool get_extent(const Matrix& matrix, size_t rows, size_t columns, Extent* extent) {
  const size_t size = size_of(matrix.element);
  extent->begin = reinterpret_cast<uintptr_t>(matrix.data);
  if (matrix.data == nullptr || extent->begin % size != 0) return false;
  size_t row, stride, bytes;
  if (__builtin_mul_overflow(columns - 1, matrix.column_stride, &row) || __builtin_add_overflow(row, 1, &row)) return false;
  if (__builtin_mul_overflow(row, size, &extent->row)) return false;
  stride = rows == 1 ? row : matrix.row_stride;
  if (stride < row || __builtin_mul_overflow(stride, size, &extent->stride)) return false;
  if (__builtin_mul_overflow(rows - 1, extent->stride, &bytes) || __builtin_add_overflow(bytes, extent->row, &bytes)) return false;
  return bytes <= PTRDIFF_MAX && !__builtin_add_overflow(extent->begin, bytes, &extent->end);
}

// Whether no row of one overlaps a row of the other, or the two are the same.
bool are_apart_or_same(const Extent& a, const Extent& b) {
  if (a.end <= b.begin || b.end <= a.begin) return true;
  if (a.stride != b.stride) return false;
  if (a.begin == b.begin) return true;
  // Interleaved: a row begins `offset` after some row of the other matrix, and must end before the next of its rows.
  const uintptr_t distance = a.begin < b.begin ? b.begin - a.begin : a.begin - b.begin;
  const size_t offset = distance % a.stride;
  return a.row <= offset && offset + a.row <= a.stride;
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
  return get_extent(operation.output, operation.rows, operation.columns, &output) && are_apart_or_same(input, output);
}

}  // namespace twopass
