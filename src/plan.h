// How to compute a softmax: the algorithm, the kernels and the blocks that suit the matrix and the machine.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_PLAN_H_
#define TWOPASS_SRC_PLAN_H_

#include <stddef.h>

#include "dispatch.h"
#include "twopass.h"

namespace twopass {

// A row is cut into blocks at the same places for every number of threads. The sums of a block are kept in float, by the
// kernels, and across blocks in double. A block and its output fit into a second-level cache.
constexpr size_t kBlock = 16384;
constexpr size_t kMaxBlocks = 4096;  // longer rows get longer blocks

struct Plan {
  const Kernels* kernels;
  size_t columns;
  bool masked_row_is_zero;
  bool is_in_place;
  bool is_cached;  // what is read and written stays in cache
  enum twopass_algorithm algorithm;  // never AUTO
  size_t block;                      // elements in each block but the last
  size_t blocks;
  // With the stores that suit the matrix:
  twopass_f32_vscaleexpminusmax_fn* vscaleexpminusmax;
  twopass_f32_vscaleextexp_fn* vscaleextexp;
};

// Whether the rows are for vsoftmax, which needs no plan: making one would cost a call on a row of a few elements a tenth of its
// time.
bool are_short_rows(size_t columns, const struct twopass_options& options);

Plan make_plan(
    const Kernels& kernels, size_t rows, size_t columns, const float* input, const float* output,
    const struct twopass_options& options);

// What AUTO chooses.
enum twopass_algorithm choose_algorithm(size_t rows, size_t columns, bool is_in_place);

}  // namespace twopass

#endif  // TWOPASS_SRC_PLAN_H_
