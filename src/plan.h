// How to carry out an operation: the algorithm, the stores, the blocks and the tasks that suit it and the machine.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_PLAN_H_
#define TWOPASS_SRC_PLAN_H_

#include <math.h>
#include <stddef.h>

#include "algorithms.h"
#include "dispatch.h"
#include "kind.h"
#include "operation.h"

namespace twopass {

// A row is cut into blocks at the same places for every number of threads. The sums of a block are kept in float, by
// the kernels, and across blocks in double. A block and its output fit into a second-level cache.
constexpr size_t kBlock = 16384;

// Consecutive blocks make a group, the task of a thread. What a row keeps for each of its groups, and for each block
// whose exponentials it stores, is on the stack.
constexpr size_t kMaxGroups = 64;
constexpr size_t kMaxStoredBlocks = 512;

// Rows of fewer columns are short: they go through a kernel that takes many of them, if their kind has such.
constexpr size_t kMinLongColumns = kMaxShortColumns + 1;

struct Plan {
  const Operation* operation;
  const Isa* isa;
  const Algorithm* algorithm;
  bool takes_rows_at_once;  // by the kind
  bool finds_max;           // a pass over the row for its maximum comes first
  bool is_cached;           // what is read and written stays in cache
  bool stores_past_caches;  // by the kernels that can

  size_t block;   // the columns of a block
  size_t blocks;  // of a row all of whose columns count
  size_t blocks_of_group;
  size_t groups;
  size_t blocks_of(size_t columns) const { return columns / block + (columns % block != 0); }

  const struct twopass_runner* runner;  // NULL where threads do not pay
  size_t rows_of_task;                  // 0 where the threads share each row
  size_t rows_of_strip;                 // not 0 where rows lie side by side and their kind takes so many at once
};

Plan make_plan(const Operation& operation, const Isa& isa);

// The kernel for rows as they are; NULL where there is none.
using RowsFamily = StoringFamily<twopass_rows_fn>;
constexpr RowsFamily kSoftmaxOfRows = {&Kernels::vsoftmax, &Kernels::vsoftmax_nt};
inline twopass_rows_fn* kernel_of_rows(const RowsFamily& family, const Operation& operation, const Isa& isa,
                                       bool stores_past_caches) {
  const Matrix &x = operation.input, &y = operation.output;
  if (!x.is_dense() || !y.is_dense() || x.inner != 1) return nullptr;
  return family.of(isa.kernels_of(x.element, y.element), stores_past_caches);
}

// The outputs of a row whose total is 0.
inline float empty_of(const Operation& operation) {
  const bool is_masked_out = (operation.flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0 || operation.has_sink();
  return is_masked_out ? operation.kind->of_masked_out : NAN;
}

inline struct twopass_params params_of_short_rows(float empty, bool is_cached) {
  // Field by field: compilers clear a struct by an instruction that takes as long as a short row.
  struct twopass_params params;
  params.offset = 0.0f;
  params.anchor = 0.0f;
  params.scale = 1.0f;
  params.empty = empty;
  params.log_sum = 0.0f;
  params.prefetches = !is_cached;
  return params;
}

// Some rows.
inline void run_short_rows(const Operation& operation, twopass_rows_fn* kernel, const struct twopass_params& params,
                           size_t begin, size_t end) {
  kernel(end - begin, operation.columns, address(operation.input, begin, 0), operation.input.outer_stride,
         address(operation.output, begin, 0), operation.output.outer_stride, &params);
}

// Carries out an operation that has elements, in the default floating-point environment.
void run(const Plan& plan);

}  // namespace twopass

#endif  // TWOPASS_SRC_PLAN_H_
