// Kernels on blocks of any element and stride.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "block.h"

#include <math.h>
#include <string.h>

#include "logits.h"

namespace twopass {
namespace {

constexpr Element kFloats = Element::f32;

void* at(const Block& block, const Matrix& matrix, size_t start) { return address(matrix, block.row.index, start); }

const Kernels& kernels_of_floats(const Block& block) { return block.row.plan.isa->kernels_of_floats(); }

// Calls piece(start, count) for the block as a whole, or for parts of it that fit into a buffer.
template <class Piece>
void for_each_piece_of(const Block& block, bool is_whole, const Piece& piece) {
  for_each_piece(block.start, block.start + block.count, is_whole ? block.count : kMaxCopied, piece);
}

// Elements of 16 bits that lie apart come together here first.
constexpr size_t kMaxGathered = 256;

template <class Type>
void gather(const Matrix& matrix, size_t row, size_t start, size_t count, Type* to) {
  const Type* from = static_cast<const Type*>(address(matrix, row, start));
  for (size_t i = 0; i < count; i++) to[i] = from[i * matrix.column_stride];
}

template <class Type>
void scatter(const Matrix& matrix, size_t row, size_t start, size_t count, const Type* from) {
  Type* to = static_cast<Type*>(address(matrix, row, start));
  for (size_t i = 0; i < count; i++) to[i * matrix.column_stride] = from[i];
}

}  // namespace

// ---- Copies

const float* load(const Plan& plan, const Matrix& matrix, size_t row, size_t start, size_t count, float* buffer) {
  if (matrix.is_of_dense_floats()) return static_cast<const float*>(address(matrix, row, start));
  if (matrix.logits != nullptr) return load_logits(plan, matrix, row, start, count, buffer);
  if (matrix.element == kFloats) {
    gather(matrix, row, start, count, buffer);
    return buffer;
  }
  twopass_map_fn* const widen = plan.isa->kernels_of(matrix.element, kFloats).vwiden;
  if (matrix.is_dense()) {
    widen(count, address(matrix, row, start), buffer, nullptr);
    return buffer;
  }
  uint16_t gathered[kMaxGathered];
  for_each_piece(0, count, kMaxGathered, [&](size_t i, size_t some) {
    gather(matrix, row, start + i, some, gathered);
    widen(some, gathered, buffer + i, nullptr);
  });
  return buffer;
}

void copy(const Plan& plan, const Matrix& matrix, size_t row, size_t start, size_t count, float* buffer) {
  if (count == 0) return;
  const float* const floats = load(plan, matrix, row, start, count, buffer);
  if (floats != buffer) memcpy(buffer, floats, count * sizeof(float));
}

void store(const Plan& plan, const Matrix& matrix, size_t row, size_t start, size_t count, const float* buffer) {
  if (matrix.is_of_dense_floats()) return;
  if (matrix.element == kFloats) return scatter(matrix, row, start, count, buffer);
  twopass_map_fn* const narrow = plan.isa->kernels_of(kFloats, matrix.element).vnarrow;
  if (matrix.is_dense()) return narrow(count, buffer, address(matrix, row, start), nullptr);
  uint16_t narrowed[kMaxGathered];
  for_each_piece(0, count, kMaxGathered, [&](size_t i, size_t some) {
    narrow(some, buffer + i, narrowed, nullptr);
    scatter(matrix, row, start + i, some, narrowed);
  });
}

void store_element(const Plan& plan, const Matrix& matrix, size_t row, size_t column, float value) {
  float buffer;
  float* const place = place_of(matrix, row, column, &buffer);
  *place = value;
  store(plan, matrix, row, column, 1, place);
}

void fill(const Plan& plan, size_t row, size_t begin, size_t end, float value) {
  const Matrix& output = plan.operation->output;
  if (value == 0.0f && output.is_dense()) {  // in every type of elements zero is all bits 0
    memset(address(output, row, begin), 0, (end - begin) * size_of(output.element));
    return;
  }
  float buffer[kMaxGathered];
  for_each_piece(begin, end, kMaxGathered, [&](size_t start, size_t count) {
    float* const y = place_of(output, row, start, buffer);
    for (size_t i = 0; i < count; i++) y[i] = value;
    store(plan, output, row, start, count, y);
  });
}

void fill_beyond(const Plan& plan, size_t row) {
  const Operation& operation = *plan.operation;
  const size_t columns = operation.columns_of(row);
  if (columns == operation.columns) return;
  const bool is_empty = columns == 0 && operation.reduces;
  fill(plan, row, columns, operation.columns, is_empty ? empty_of(operation) : operation.kind->of_masked_out);
}

// ---- Reductions

namespace {

// The sum of what a kernel, called as call(count, x, start), makes of pieces of a matrix.
template <class Call>
Extexp sum_of_pieces(const Block& block, const Matrix& matrix, bool is_whole, const Call& call,
                     double* moment = nullptr) {
  const Plan& plan = block.row.plan;
  Extexp total = {0.0, 0.0};
  float buffer[kMaxCopied];
  for_each_piece_of(block, is_whole, [&](size_t start, size_t count) {
    struct twopass_reduction result;
    call(count, load(plan, matrix, block.row.index, start, count, buffer), start, &result);
    // Even a sum of 0 has an exponent, which says how it came about.
    const Extexp of_piece = {result.value, result.exponent};
    total = start == block.start ? of_piece : sum(total, of_piece);
    if (moment != nullptr) *moment += result.moment;
  });
  return total;
}

Extexp reduce_matrix_by(twopass_reduce_fn* Kernels::*family, const Block& block, const Matrix& x,
                        const struct twopass_params& params, double* moment) {
  auto* const kernel = x.is_dense() ? block.row.plan.isa->kernels_of(x.element, kFloats).*family : nullptr;
  if (kernel != nullptr && moment == nullptr) {
    struct twopass_reduction result;
    kernel(block.count, at(block, x, block.start), nullptr, &params, &result);
    return {result.value, result.exponent};
  }
  const auto call = [&](size_t count, const float* x, size_t, struct twopass_reduction* result) {
    (kernels_of_floats(block).*family)(count, x, nullptr, &params, result);
  };
  return sum_of_pieces(block, x, x.is_of_dense_floats(), call, moment);
}

}  // namespace

Extexp reduce_by(twopass_reduce_fn* Kernels::*family, const Block& block, const struct twopass_params& params,
                 double* moment) {
  return reduce_matrix_by(family, block, block.operation().input, params, moment);
}

Extexp reduce_weights_by(twopass_reduce_fn* Kernels::*family, const Block& block, const struct twopass_params& params) {
  return reduce_matrix_by(family, block, block.operation().weights, params, nullptr);
}

Extexp reduce_by(twopass_reduce2_fn* Kernels::*family, const Block& block, const struct twopass_params& params) {
  const Matrix &x = block.operation().input, &w = block.operation().weights;
  float buffer[kMaxCopied];
  const auto call = [&](size_t count, const float* x, size_t start, struct twopass_reduction* result) {
    const float* const weights = load(block.row.plan, w, block.row.index, start, count, buffer);
    (kernels_of_floats(block).*family)(count, x, weights, &params, result);
  };
  return sum_of_pieces(block, x, x.is_of_dense_floats() && w.is_of_dense_floats(), call);
}

Extexp reduce_and_store_by(twopass_reduce_fn* Kernels::*family, const Block& block,
                           const struct twopass_params& params) {
  const Operation& operation = block.operation();
  const auto call = [&](size_t count, const float* x, size_t start, struct twopass_reduction* result) {
    (kernels_of_floats(block).*family)(count, x, at(block, operation.output, start), &params, result);
  };
  return sum_of_pieces(block, operation.input, operation.input.is_of_dense_floats(), call);
}

float max_of(const Block& block) {
  const Matrix& x = block.operation().input;
  float max = -INFINITY, buffer[kMaxCopied];
  for_each_piece_of(block, x.is_of_dense_floats(), [&](size_t start, size_t count) {
    struct twopass_reduction result;
    const float* const floats = load(block.row.plan, x, block.row.index, start, count, buffer);
    kernels_of_floats(block).rmax(count, floats, nullptr, nullptr, &result);
    if (result.value > max) max = result.value;
  });
  return max;
}

MaxSum max_sum_of(const Block& block) {
  const Matrix& x = block.operation().input;
  MaxSum total = kEmptySum;
  float buffer[kMaxCopied];
  for_each_piece_of(block, x.is_of_dense_floats(), [&](size_t start, size_t count) {
    struct twopass_max_sum result;
    const float* const floats = load(block.row.plan, x, block.row.index, start, count, buffer);
    kernels_of_floats(block).rmaxaddexp(1, count, floats, count, nullptr, &result);
    total.add({result.max, result.rest});
  });
  return total;
}

// ---- Outputs

namespace {

// Calls call(count, x, y, start) for pieces of input and output, and what is done to them as floats.
template <class Call>
void map_pieces(const Block& block, bool is_whole, const Call& call, Finish finish) {
  const Row& row = block.row;
  const Matrix &x = block.operation().input, &y = block.operation().output;
  float buffer[kMaxCopied];
  for_each_piece_of(block, is_whole, [&](size_t start, size_t count) {
    const float* const from = load(row.plan, x, row.index, start, count, buffer);
    float* const to = place_of(y, row.index, start, buffer);
    call(count, from, to, start);
    if (finish != nullptr) finish(row, start, count, to);
    store(row.plan, y, row.index, start, count, to);
  });
}

}  // namespace

void map_by(const MapFamily& family, const Block& block, const struct twopass_params& params, Finish finish) {
  const Matrix &x = block.operation().input, &y = block.operation().output;
  if (finish == nullptr && x.is_dense() && y.is_dense()) {
    const Plan& plan = block.row.plan;
    twopass_map_fn* const kernel = family.of(plan.isa->kernels_of(x.element, y.element), plan.stores_past_caches);
    if (kernel != nullptr) return kernel(block.count, at(block, x, block.start), at(block, y, block.start), &params);
  }
  const auto call = [&](size_t count, const float* x, float* y, size_t) {
    (kernels_of_floats(block).*family.plain)(count, x, y, &params);
  };
  map_pieces(block, x.is_of_dense_floats() && y.is_of_dense_floats(), call, finish);
}

void map_by(const Map2Family& family, const Block& block, const struct twopass_params& params) {
  const Matrix &x = block.operation().input, &w = block.operation().weights, &y = block.operation().output;
  const bool are_floats = x.is_of_dense_floats() && w.is_of_dense_floats() && y.is_of_dense_floats();
  twopass_map2_fn* const kernel =
      are_floats ? kernel_of_floats(family, block.row.plan) : kernels_of_floats(block).*family.plain;
  float buffer[kMaxCopied];
  const auto call = [&](size_t count, const float* x, float* y, size_t start) {
    const float* const weights = load(block.row.plan, w, block.row.index, start, count, buffer);
    kernel(count, x, weights, y, &params);
  };
  map_pieces(block, are_floats, call, nullptr);
}

}  // namespace twopass
