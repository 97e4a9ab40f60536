// Checks of the arguments of public calls.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "arguments.h"

#include <stdint.h>

namespace twopass {
namespace {

constexpr struct twopass_options kDefaults = {};
constexpr uint32_t kFlags = TWOPASS_FLAG_MASKED_ROW_ZERO;

// A matrix as bytes: first to last byte of what is touched, and the bytes from row to row.
struct Extent {
  uintptr_t begin;
  uintptr_t end;
  size_t stride;
};

// Whether the matrix fits into the address space; then *extent is it.
bool get_extent(const float* data, size_t rows, size_t columns, size_t stride, Extent* extent) {
  if (rows == 1) stride = columns;
  size_t elements, bytes;
  if (data == nullptr || stride < columns) return false;
  if (__builtin_mul_overflow(rows - 1, stride, &elements)) return false;
  if (__builtin_add_overflow(elements, columns, &elements)) return false;
  if (__builtin_mul_overflow(elements, sizeof(float), &bytes) || bytes > PTRDIFF_MAX) return false;
  extent->begin = reinterpret_cast<uintptr_t>(data);
  extent->stride = stride * sizeof(float);
  return !__builtin_add_overflow(extent->begin, bytes, &extent->end);
}

}  // namespace

const struct twopass_options* checked_options(const struct twopass_options* options) {
  if (options == nullptr) return &kDefaults;
  if (twopass_algorithm_name(options->algorithm) == nullptr || (options->flags & ~kFlags) != 0) return nullptr;
#if !TWOPASS_USE_PTHREADPOOL
  if (options->threadpool != nullptr) return nullptr;
#endif
  return options;
}

bool is_matrix(const float* data, size_t rows, size_t columns, size_t stride) {
  Extent extent;
  return get_extent(data, rows, columns, stride, &extent);
}

bool are_matrices(
    size_t rows, size_t columns, const float* input, size_t input_stride, const float* output, size_t output_stride) {
  Extent in, out;
  if (!get_extent(input, rows, columns, input_stride, &in)) return false;
  if (!get_extent(output, rows, columns, output_stride, &out)) return false;
  if (in.end <= out.begin || out.end <= in.begin) return true;
  if (in.begin == out.begin) return in.stride == out.stride;
  if (in.stride != out.stride) return false;
  // Interleaved: a row begins `offset` after some row of the other matrix, and must end before the next of its rows.
  const uintptr_t distance = in.begin < out.begin ? out.begin - in.begin : in.begin - out.begin;
  const size_t offset = distance % in.stride;
  const size_t row_bytes = columns * sizeof(float);
  return row_bytes <= offset && offset + row_bytes <= in.stride;
}

}  // namespace twopass
