// Checks of the arguments of public calls.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ARGUMENTS_H_
#define TWOPASS_SRC_ARGUMENTS_H_

#include <stddef.h>

#include "twopass.h"

namespace twopass {

// The options to use, the defaults for NULL; NULL where they hold what this build does not know.
const struct twopass_options* checked_options(const struct twopass_options* options);

// Whether data may be a matrix of so many rows and columns, neither of them 0.
bool is_matrix(const float* data, size_t rows, size_t columns, size_t stride);

// Whether both may be such matrices, and are apart, row by row, or one and the same.
bool are_matrices(
    size_t rows, size_t columns, const float* input, size_t input_stride, const float* output, size_t output_stride);

}  // namespace twopass

#endif  // TWOPASS_SRC_ARGUMENTS_H_
