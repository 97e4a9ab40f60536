// A block of a row, and how kernels get at it: where it stands, or as a copy in floats.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_BLOCK_H_
#define TWOPASS_SRC_BLOCK_H_

#include <stddef.h>

#include "extexp.h"
#include "row.h"

namespace twopass {

struct Block {
  Block(Row& row, size_t index)
      : row(row),
        index(index),
        start(index * row.plan.block),
        count(index + 1 < row.blocks ? row.plan.block : row.columns - start) {}

  const Operation& operation() const { return *row.plan.operation; }
  Group& group() const { return row.groups[index / row.plan.blocks_of_group]; }

  Row& row;
  const size_t index;
  const size_t start;
  const size_t count;
};

// Kernels, named as members of Kernels: that of the matrices' elements takes the block where it stands. Where there is
// none, or columns lie apart, the kernel of floats takes copies of some elements at a time. All expect the environment
// that they are called in.

// The kernel of the family, on the input: value and exponent as it says, and the moment where it has one.
Extexp reduce_by(twopass_reduce_fn* Kernels::*family, const Block& block, const struct twopass_params& params,
                 double* moment = nullptr);
// On the weights alone, and on input and weights.
Extexp reduce_weights_by(twopass_reduce_fn* Kernels::*family, const Block& block, const struct twopass_params& params);
Extexp reduce_by(twopass_reduce2_fn* Kernels::*family, const Block& block, const struct twopass_params& params);

// The same for a kernel that stores into the output, which is of dense floats.
Extexp reduce_and_store_by(twopass_reduce_fn* Kernels::*family, const Block& block,
                           const struct twopass_params& params);

float max_of(const Block& block);
MaxSum max_sum_of(const Block& block);

// From input to output, and from input and weights to output.
using MapFamily = StoringFamily<twopass_map_fn>;
using Map2Family = StoringFamily<twopass_map2_fn>;
void map_by(const MapFamily& family, const Block& block, const struct twopass_params& params, Finish finish);

void map_by(const Map2Family& family, const Block& block, const struct twopass_params& params);

// Some elements of a row as floats, from column `start` on, with all that becomes of them: where they are if they are
// dense floats, otherwise in the buffer.
constexpr size_t kMaxCopied = 2048;
const float* load(const Plan& plan, const Matrix& matrix, size_t row, size_t start, size_t count, float* buffer);
// The same, into the buffer in any case.
void copy(const Plan& plan, const Matrix& matrix, size_t row, size_t start, size_t count, float* buffer);
// And back, unless they are there.
void store(const Plan& plan, const Matrix& matrix, size_t row, size_t start, size_t count, const float* buffer);

// Where outputs are computed as floats, to be stored from: their place if they are dense floats, otherwise the buffer.
inline float* place_of(const Matrix& output, size_t row, size_t start, float* buffer) {
  return output.is_of_dense_floats() ? static_cast<float*>(address(output, row, start)) : buffer;
}

// The kernel of floats that stores in such places.
template <class Function>
Function* kernel_of_floats(const StoringFamily<Function>& family, const Plan& plan) {
  return family.of(plan.isa->kernels_of_floats(),
                   plan.stores_past_caches && plan.operation->output.is_of_dense_floats());
}

// Calls piece(start, count) for parts of [begin, end) of at most so many elements.
template <class Piece>
void for_each_piece(size_t begin, size_t end, size_t most, const Piece& piece) {
  for (size_t start = begin; start < end; start += most) piece(start, end - start < most ? end - start : most);
}

inline float element_of(const Plan& plan, const Matrix& matrix, size_t row, size_t column) {
  float value;
  return *load(plan, matrix, row, column, 1, &value);
}

void store_element(const Plan& plan, const Matrix& matrix, size_t row, size_t column, float value);

// Some outputs of a row the same: from one column to before another, and those of all columns that count.
void fill(const Plan& plan, size_t row, size_t begin, size_t end, float value);
inline void fill(const Row& row, float value) { fill(row.plan, row.index, 0, row.columns, value); }

// The outputs of the columns that do not count.
void fill_beyond(const Plan& plan, size_t row);

}  // namespace twopass

#endif  // TWOPASS_SRC_BLOCK_H_
