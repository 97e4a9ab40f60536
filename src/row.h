// The softmax of one row, whole or in its two steps.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ROW_H_
#define TWOPASS_SRC_ROW_H_

#include "extexp.h"
#include "plan.h"

namespace twopass {

// Computes the softmax of x[0, plan.columns) to y. The blocks of the row go to the threads of the pool, which may be NULL; the
// result has the same bits for every pool.
void softmax_row(const Plan& plan, const float* x, float* y, pthreadpool_t pool);

// The steps of an algorithm without a maximum. The sum of exp(x), normalised; it may not be accurate.
Total sum_row(const Plan& plan, const float* x, pthreadpool_t pool);

// y = exp(x) / total, for an accurate and normalised total that x is part of. y may be x.
void finish_row(const Plan& plan, const float* x, float* y, const Total& total, pthreadpool_t pool);

}  // namespace twopass

#endif  // TWOPASS_SRC_ROW_H_
