// What becomes of logits before their exponentials, and which columns of a row count.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_LOGITS_H_
#define TWOPASS_SRC_LOGITS_H_

#include <stddef.h>

#include "extexp.h"
#include "operation.h"
#include "plan.h"

namespace twopass {

// Whether the logits of an operation with elements are described as twopass.h asks for.
bool are_logits_valid(const Operation& operation);

// Whether they become others. Otherwise kernels may take them as they stand.
inline bool changes(const struct twopass_logits& logits) {
  return logits.scale != nullptr || logits.bias != nullptr || logits.keep != nullptr || logits.softcap != 0.0f;
}

// Whether a scale, and a bias in floats, is all that becomes of them.
inline bool are_scaled_and_biased(const struct twopass_logits& logits) {
  return logits.softcap == 0.0f && logits.keep == nullptr &&
         (logits.bias == nullptr || logits.bias_type == TWOPASS_F32);
}

// For kernels of rows that take them so: tells the kernel of scale and bias from a row on, and returns the row before
// which they change, `end` at most.
size_t set_scale_and_bias(const Operation& operation, size_t row, size_t end, struct twopass_params* params);

// Likewise of lengths, up to before a row without columns; if that is the first, up to behind it.
size_t set_lengths(const Operation& operation, size_t row, size_t end, struct twopass_params* params);

// Some logits of a row, from column `start` on: what comes of the elements of a matrix that has them, in the buffer.
const float* load_logits(const Plan& plan, const Matrix& matrix, size_t row, size_t start, size_t count, float* buffer);

// The result of a row without columns.
float result_of_nothing(const Operation& operation, size_t row);

// exp(sink - offset), which the sink of a row adds to its sum; 0 where there is none.
Extexp exp_of_sink(const Operation& operation, size_t row, double offset);

// The sink of a row, where there are sinks.
float sink_of(const Operation& operation, size_t row);

}  // namespace twopass

#endif  // TWOPASS_SRC_LOGITS_H_
