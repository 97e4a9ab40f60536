// How to carry out an operation: the algorithm, the kernels, the blocks and the tasks that suit it and the machine.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_PLAN_H_
#define TWOPASS_SRC_PLAN_H_

#include <stddef.h>

#include "algorithms.h"
#include "dispatch.h"
#include "operation.h"

namespace twopass {

// Rows of fewer columns are short: they go through a kernel that takes many of them.
constexpr size_t kMinLongColumns = 1536;

// A row is cut into blocks at the same places for every number of threads. The sums of a block are kept in float, by
// the kernels, and across blocks in double. A block and its output fit into a second-level cache.
constexpr size_t kBlock = 16384;

// Consecutive blocks make a group, the task of a thread. What a row keeps for each of its groups, and for each block
// whose exponentials it stores, is on the stack.
constexpr size_t kMaxGroups = 64;
constexpr size_t kMaxStoredBlocks = 512;

struct Plan {
  const Operation* operation;
  const Kernels* kernels;
  const Algorithm* algorithm;
  bool finds_max;  // a pass over the row for its maximum comes first
  bool is_cached;  // what is read and written stays in cache

  size_t blocks;  // of a row
  size_t blocks_of_group;
  size_t groups;

  const struct twopass_runner* runner;  // NULL where threads do not pay
  size_t rows_of_task;                  // 0 where the threads share each row
  // With the stores that suit the matrix:
  twopass_map_fn* vscaleexpminusmax;
  twopass_map_fn* vscaleextexp;
};

Plan make_plan(const Operation& operation, const Kernels& kernels);

// Whether rows are for the kernel that takes many of them.
inline bool are_short_rows(const Operation& operation) {
  return operation.is_softmax() && operation.algorithm == TWOPASS_ALGORITHM_AUTO && operation.columns < kMinLongColumns;
}

// The outputs of a row whose total is 0.
inline float empty_of(const Operation& operation) {
  return (operation.flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0 ? 0.0f : __builtin_nanf("");
}

// Carries out an operation that has elements, in the default floating-point environment.
void run(const Plan& plan);

}  // namespace twopass

#endif  // TWOPASS_SRC_PLAN_H_
