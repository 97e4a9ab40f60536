// Checks of the arguments of public calls.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "arguments.h"

#include <float.h>

#include "algorithms.h"
#include "kind.h"
#include "logits.h"

namespace twopass {

bool get_extent(const Matrix& matrix, size_t rows, size_t columns, Extent* extent) {
  const size_t size = size_of(matrix.element), max_elements = PTRDIFF_MAX / size;
  extent->begin = reinterpret_cast<uintptr_t>(matrix.data);
  if (matrix.data == nullptr || extent->begin % size != 0) return false;
  size_t before_last_column = columns - 1, before_last_row;
  if (columns != 1 && matrix.column_stride < matrix.inner) return false;
  if (TWOPASS_MUL_OVERFLOWS(columns - 1, matrix.column_stride, &before_last_column)) return false;
  if (before_last_column >= max_elements || matrix.inner > max_elements - before_last_column) return false;
  size_t elements = before_last_column + matrix.inner;
  if (rows != matrix.inner) {
    if (matrix.outer_stride < elements) return false;
    if (TWOPASS_MUL_OVERFLOWS(rows / matrix.inner - 1, matrix.outer_stride, &before_last_row)) return false;
    if (before_last_row > max_elements - elements) return false;
    elements += before_last_row;
  }
  extent->end = extent->begin + elements * size;
  return extent->end > extent->begin;
}

bool get_rows(const struct twopass_shape* shape, size_t* rows) {
  return shape != nullptr && !TWOPASS_MUL_OVERFLOWS(shape->outer, shape->inner, rows);
}

bool get_matrix(const struct twopass_shape& shape, const struct twopass_tensor* tensor, Matrix* matrix) {
  if (tensor == nullptr || tensor->type >= kElements) return false;
  *matrix = Matrix(tensor->data, tensor->outer_stride, static_cast<Element>(tensor->type));
  matrix->column_stride = shape.columns > 1 ? tensor->column_stride : shape.inner;
  if (shape.inner > 1) matrix->inner = shape.inner;
  return true;
}

// ---- Options

namespace {

constexpr uint32_t kFlags = TWOPASS_FLAG_MASKED_ROW_ZERO | TWOPASS_FLAG_REPRODUCIBLE;

// The same bits on every ISA. False where the operation has no such kernels, or there is no choice of algorithm left.
bool take_reproducible(const struct twopass_options& options, Operation* operation) {
  if ((options.flags & TWOPASS_FLAG_REPRODUCIBLE) == 0) return true;
  const bool is_softmax = operation->kind == &kSoftmax;
  if (is_softmax && operation->totals == nullptr && operation->algorithm == nullptr) operation->in_fixed_order = true;
  return operation->in_fixed_order;
}

// What becomes of logits, and the log-sum-exp of rows. False where the operation has no use for it.
bool take_logits(const struct twopass_options& options, Operation* operation) {
  const struct twopass_logits* const logits = options.logits;
  if (logits == nullptr) return true;
  const LogitsOfKind of_kind = operation->kind->logits;
  if (of_kind == LogitsOfKind::kNone || operation->totals != nullptr || !is_aligned(logits)) return false;
  if (of_kind == LogitsOfKind::kAllButSink && logits->sink != nullptr) return false;
  if (!are_zero(logits->reserved)) return false;
  if (!(logits->softcap >= 0.0f && logits->softcap <= FLT_MAX) || logits->bias_type >= kElements) return false;
  if (changes(*logits)) operation->input.logits = logits;
  if (changes(*logits) || logits->lengths != nullptr || logits->sink != nullptr) operation->logits = logits;
  return true;
}

bool take_log_sums(const struct twopass_options& options, Operation* operation) {
  if (options.log_sums == nullptr) return true;
  const bool has_log_sums = operation->kind == &kSoftmax || operation->kind == &kLogSoftmax;
  if (!has_log_sums || operation->totals != nullptr || operation->results != nullptr) return false;
  operation->results = options.log_sums;
  return true;
}

}  // namespace

bool take_options(const struct twopass_options& options, Operation* operation) {
  const Algorithm* algorithm = nullptr;
  if (options.algorithm != TWOPASS_ALGORITHM_AUTO && (algorithm = find_algorithm(options.algorithm)) == nullptr)
    return false;
  if (!are_zero(options.reserved) || (options.flags & ~kFlags) != 0) return false;
  if (options.runner != nullptr && options.runner->run == nullptr) return false;
  if (operation->kind == &kSoftmax && operation->algorithm == nullptr) operation->algorithm = algorithm;
  operation->flags = options.flags;
  operation->runner = options.runner;
  return take_reproducible(options, operation) && take_logits(options, operation) && take_log_sums(options, operation);
}

// ---- Operands

namespace {

// Whether no row of one overlaps a row of the other, or the two are the same, for extents that overlap.
bool are_interleaved_or_same(const Extent& a, const Extent& b, const Operation& operation, const Matrix& input,
                             const Matrix& output) {
  const size_t size = size_of(input.element);
  if (size != size_of(output.element) || input.column_stride != output.column_stride) return false;
  const size_t row = ((operation.columns - 1) * input.column_stride + input.inner) * size;
  if (operation.rows == input.inner) return a.begin == b.begin && a.end == b.end;
  if (input.outer_stride != output.outer_stride || a.end - a.begin != b.end - b.begin) return false;
  if (a.begin == b.begin) return true;
  // A row begins `offset` after some row of the other matrix, and must end before the next of its rows.
  const size_t stride = input.outer_stride * size;
  const uintptr_t distance = a.begin < b.begin ? b.begin - a.begin : a.begin - b.begin;
  const size_t offset = distance % stride;
  return row <= offset && offset + row <= stride;
}

}  // namespace

bool are_operands_valid(const Operation& operation) {
  const size_t rows = operation.rows, columns = operation.columns;
  Extent output;
  if (operation.finishes && !get_extent(operation.output, rows, columns, &output)) return false;
  const auto is_valid_input = [&](const Matrix& matrix) {
    Extent input;
    if (!get_extent(matrix, rows, columns, &input)) return false;
    return !operation.finishes || input.end <= output.begin || output.end <= input.begin ||
           are_interleaved_or_same(input, output, operation, matrix, operation.output);
  };
  return is_valid_input(operation.input) && (!operation.has_weights() || is_valid_input(operation.weights));
}

}  // namespace twopass
