// Checks of the arguments of public calls.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ARGUMENTS_H_
#define TWOPASS_SRC_ARGUMENTS_H_

#include "operation.h"
#include "twopass.h"

namespace twopass {

// Takes over what the options say, False where they hold what this build does not know.
bool take_options(const struct twopass_options& options, Operation* operation);

// Whether the totals of an operation with rows are there and aligned.
bool are_totals_valid(const Operation& operation);

// Whether the matrices of an operation with elements are there, aligned and in range, and apart or one and the same.
bool are_operands_valid(const Operation& operation);

}  // namespace twopass

#endif  // TWOPASS_SRC_ARGUMENTS_H_
