// Rows that lie side by side, whose columns are apart: vectors run over their positions.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_COLUMNS_H_
#define TWOPASS_SRC_COLUMNS_H_

#include <stddef.h>

#include "plan.h"

namespace twopass {

// Some of the rows of a matrix that lie side by side, from `row` on.
struct Strip {
  size_t row;
  size_t count;
};

// Whether there are such rows, and kernels for them.
bool takes_strips(const Operation& operation, const Isa& isa, twopass_map_columns_fn* Kernels::*family);

// The rows that a kernel takes at once: what it reads twice is to stay in cache.
size_t rows_of_strip(const Operation& operation);

// Of each row the maximum, and the sum of its exponentials without that of the maximum, as cmaxaddexp has them.
void reduce_strip(const Plan& plan, const Strip& strip, float* max, float* rest);

using MapColumnsFamily = StoringFamily<twopass_map_columns_fn>;
void map_strip(const MapColumnsFamily& family, const Plan& plan, const Strip& strip, const float* a, const float* b);

}  // namespace twopass

#endif  // TWOPASS_SRC_COLUMNS_H_
