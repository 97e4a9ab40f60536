// The body of every public call that computes.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_PERFORM_H_
#define TWOPASS_SRC_PERFORM_H_

#include "arguments.h"
#include "environment.h"
#include "plan.h"

namespace twopass {

// Fewer elements are in the cache of one core, and too few for threads.
constexpr size_t kMinPlannedElements = 8192;

// Checks the operation and the options, and carries it out. It is inline, and takes the operation by value: then the
// operation of a call with a few elements, which needs no plan, stays in registers.
__attribute__((always_inline)) inline twopass_status perform(Operation operation,
                                                             const struct twopass_options* options) {
  if (options != nullptr && !take_options(*options, &operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.rows == 0) return TWOPASS_OK;
  if (operation.needs_totals() && !are_totals_valid(operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.columns == 0) {
    for (size_t row = 0; operation.reduces && operation.totals != nullptr && row < operation.rows; row++)
      operation.totals[row] = {0.0, 0.0};
    return TWOPASS_OK;
  }
  if (!are_operands_valid(operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.rows == 1) operation.input.row_stride = operation.output.row_stride = 0;  // they may be anything

  const Isa* isa;
  const twopass_status status = active_isa(&isa);
  if (status != TWOPASS_OK) return status;
  if (are_short_rows(operation) && operation.rows * operation.columns < kMinPlannedElements) {
    const DefaultEnvironment environment;  // nothing is computed here, but by the kernel
    run_short_rows(operation, isa->kernels.vsoftmax, true, 0, operation.rows);
  } else {
    const Operation planned = operation;
    in_default_environment([&planned, isa] { run(make_plan(planned, isa->kernels)); });
  }
  return TWOPASS_OK;
}

}  // namespace twopass

#endif  // TWOPASS_SRC_PERFORM_H_
