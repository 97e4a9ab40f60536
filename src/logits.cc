// What becomes of logits before their exponentials, and which columns of a row count.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "logits.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "arguments.h"
#include "block.h"

namespace twopass {
namespace {

using Logits = struct twopass_logits;

size_t rows_of_head(const Operation& operation) {
  const size_t rows = operation.logits->rows_of_head;
  return rows != 0 ? rows : operation.rows;
}

// A row as one of a head.
struct RowOfHead {
  RowOfHead(const Operation& operation, size_t row)
      : head(row / rows_of_head(operation)), index(row - head * rows_of_head(operation)) {}

  size_t offset(size_t head_stride, size_t row_stride) const { return head * head_stride + index * row_stride; }

  const size_t head;
  const size_t index;
};

float scale_of(const Logits& logits, const RowOfHead& row) {
  return logits.scale != nullptr ? logits.scale[row.offset(logits.scale_head_stride, logits.scale_row_stride)] : 1.0f;
}

Matrix bias_of(const Logits& logits, const RowOfHead& row) {
  const Element element = static_cast<Element>(logits.bias_type);
  const size_t offset = row.offset(logits.bias_head_stride, logits.bias_row_stride) * size_of(element);
  return Matrix(static_cast<char*>(const_cast<void*>(logits.bias)) + offset, 0, element);
}

// By bits, which compilers make vectors of, for any processor.
void mask_out(size_t count, const unsigned char* keep, float* z) {
  constexpr uint32_t kBitsOfMinusInfinity = 0xFF800000;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, z + i, sizeof(bits));
    const uint32_t is_kept = -static_cast<uint32_t>(keep[i] != 0);
    bits = (bits & is_kept) | (kBitsOfMinusInfinity & ~is_kept);
    memcpy(z + i, &bits, sizeof(bits));
  }
}

}  // namespace

const float* load_logits(const Plan& plan, const Matrix& matrix, size_t row, size_t start, size_t count,
                         float* buffer) {
  const Kernels& kernels = plan.isa->kernels_of_floats();
  const Logits& logits = *matrix.logits;
  const RowOfHead row_of_head(*plan.operation, row);
  Matrix elements = matrix;
  elements.logits = nullptr;
  const float* x = load(plan, elements, row, start, count, buffer);

  struct twopass_params params = {0.0f, 0.0f, scale_of(logits, row_of_head), 0.0f, 0.0f, false};
  if (logits.softcap != 0.0f) {
    params.scale /= logits.softcap;
    params.cap = logits.softcap;
    kernels.vsoftcap(count, x, buffer, &params);
    params.scale = 1.0f;
    x = buffer;
  }
  if (logits.bias != nullptr) {
    if (plan.operation->in_fixed_order && params.scale != 1.0f) {  // a product that is not fused with its sum
      kernels.vscale(count, x, buffer, &params);
      params.scale = 1.0f;
      x = buffer;
    }
    if (logits.slope != nullptr) params.slope = logits.slope[row_of_head.head];
    const Matrix bias = bias_of(logits, row_of_head);
    constexpr size_t kMaxBiases = 512;
    float biases[kMaxBiases];
    for_each_piece(0, count, bias.is_of_dense_floats() ? count : kMaxBiases, [&](size_t i, size_t some) {
      kernels.vscalebias(some, x + i, load(plan, bias, 0, start + i, some, biases), buffer + i, &params);
    });
  } else if (x != buffer || params.scale != 1.0f) {
    kernels.vscale(count, x, buffer, &params);
  }
  if (logits.keep != nullptr) {
    const size_t offset = row_of_head.offset(logits.keep_head_stride, logits.keep_row_stride);
    mask_out(count, logits.keep + offset + start, buffer);
  }
  return buffer;
}

float sink_of(const Operation& operation, size_t row) { return operation.logits->sink[RowOfHead(operation, row).head]; }

Extexp exp_of_sink(const Operation& operation, size_t row, double offset) {
  if (!operation.has_sink()) return {0.0, 0.0};
  const float sink = sink_of(operation, row);
  if (!(sink <= FLT_MAX)) return {NAN, 0.0};
  return sink < -FLT_MAX ? Extexp{0.0, 0.0} : exp_of(sink - offset);
}

size_t set_scale_and_bias(const Operation& operation, size_t row, size_t end, struct twopass_params* params) {
  static const float no_bias[kMaxShortColumns] = {};
  const Logits& logits = *operation.logits;
  const RowOfHead row_of_head(operation, row);
  params->scale = scale_of(logits, row_of_head);
  params->slope = logits.bias != nullptr && logits.slope != nullptr ? logits.slope[row_of_head.head] : 1.0f;
  params->w = logits.bias != nullptr ? bias_of(logits, row_of_head).data : no_bias;
  params->w_stride = logits.bias != nullptr ? logits.bias_row_stride : 0;
  if (logits.scale != nullptr && logits.scale_row_stride != 0) return row + 1;
  const size_t left_of_head = rows_of_head(operation) - row_of_head.index;
  return end - row < left_of_head ? end : row + left_of_head;
}

size_t set_lengths(const Operation& operation, size_t row, size_t end, struct twopass_params* params) {
  params->lengths = operation.logits->lengths + row;
  size_t next = row;
  while (next < end && operation.columns_of(next) != 0) next++;
  return next == row ? row + 1 : next;
}

float result_of_nothing(const Operation& operation, size_t row) {
  if (!operation.has_sink()) return operation.kind->of_nothing;
  const Extexp sink = exp_of_sink(operation, row, 0.0);
  return isnan(sink.mantissa) ? NAN : normal_float(log_of(sink));
}

// ---- Checks

namespace {

// Whether an array of heads and rows, of so many elements each, is aligned and in range, and apart from the output.
bool is_valid_array(const Operation& operation, const void* data, size_t size, size_t head_stride, size_t row_stride,
                    size_t elements) {
  if (data == nullptr) return true;
  const uintptr_t begin = reinterpret_cast<uintptr_t>(data);
  if (begin % size != 0) return false;
  const size_t rows = rows_of_head(operation), heads = operation.rows / rows;
  size_t of_heads, of_rows, count, bytes;
  if (TWOPASS_MUL_OVERFLOWS(heads - 1, head_stride, &of_heads)) return false;
  if (TWOPASS_MUL_OVERFLOWS(rows - 1, row_stride, &of_rows)) return false;
  if (TWOPASS_ADD_OVERFLOWS(of_heads, of_rows, &count) || TWOPASS_ADD_OVERFLOWS(count, elements, &count)) return false;
  if (TWOPASS_MUL_OVERFLOWS(count, size, &bytes) || bytes > PTRDIFF_MAX || begin + bytes < begin) return false;
  Extent output;
  if (!operation.finishes || !get_extent(operation.output, operation.rows, operation.columns, &output)) return true;
  return begin + bytes <= output.begin || output.end <= begin;
}

bool are_lengths_valid(const Operation& operation) {
  const int64_t* const lengths = operation.logits->lengths;
  if (lengths == nullptr) return true;
  for (size_t row = 0; row < operation.rows; row++) {
    if (lengths[row] < 0 || static_cast<uint64_t>(lengths[row]) > operation.columns) return false;
  }
  return true;
}

}  // namespace

bool are_logits_valid(const Operation& operation) {
  const Logits& logits = *operation.logits;
  if (logits.rows_of_head != 0 && operation.rows % logits.rows_of_head != 0) return false;
  const size_t size_of_bias = size_of(static_cast<Element>(logits.bias_type));
  const auto is_valid = [&](const void* data, size_t size, size_t head_stride, size_t row_stride, size_t elements) {
    return is_valid_array(operation, data, size, head_stride, row_stride, elements);
  };
  return is_valid(logits.scale, sizeof(float), logits.scale_head_stride, logits.scale_row_stride, 1) &&
         is_valid(logits.bias, size_of_bias, logits.bias_head_stride, logits.bias_row_stride, operation.columns) &&
         is_valid(logits.slope, sizeof(float), 1, 0, 1) &&
         is_valid(logits.keep, 1, logits.keep_head_stride, logits.keep_row_stride, operation.columns) &&
         is_valid(logits.sink, sizeof(float), 1, 0, 1) &&
         is_valid(logits.lengths, sizeof(int64_t), rows_of_head(operation), 1, 1) && are_lengths_valid(operation);
}

}  // namespace twopass
