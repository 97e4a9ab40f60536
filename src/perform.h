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

// What a call is told of an operation on tensors. Each pointer may be NULL where the kind has no such thing.
struct Call {
  const Kind* kind;
  const struct twopass_tensor* input;
  const struct twopass_tensor* weights = nullptr;
  const struct twopass_tensor* output = nullptr;
  float* results = nullptr;
  const void* details = nullptr;
};

// Checks the call and the options, and carries it out.
twopass_status perform(const Call& call, const struct twopass_shape* shape, const struct twopass_options* options);

twopass_status perform(const Operation& operation, const struct twopass_options* options);

// The same for softmaxes, which may be of a few elements. It is inline, and takes the operation by value: then the
// operation of such a call, which needs no plan, stays in registers.
__attribute__((always_inline)) inline twopass_status perform_inline(Operation operation,
                                                                    const struct twopass_options* options) {
  if (options != nullptr && !take_options(*options, &operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.rows == 0) return TWOPASS_OK;
  if (!is_aligned(operation.totals) || !is_aligned(operation.results)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.columns == 0) {
    const size_t totals = operation.reduces && operation.totals != nullptr ? operation.rows : 0;
    const size_t results = operation.results != nullptr ? operation.rows : 0;
    for (size_t row = 0; row < totals; row++) operation.totals[row] = {0.0, 0.0};
    for (size_t row = 0; row < results; row++) operation.results[row] = operation.kind->of_nothing;
    return TWOPASS_OK;
  }
  if (!are_operands_valid(operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.rows == 1) operation.input.outer_stride = operation.output.outer_stride = 0;  // they may be anything

  const Isa* isa;
  const twopass_status status = active_isa(&isa);
  if (status != TWOPASS_OK) return status;
  if (operation.kind == &kSoftmax && operation.algorithm == nullptr && operation.columns < kMinLongColumns &&
      operation.rows * operation.columns < kMinPlannedElements) {
    if (twopass_rows_fn* const vsoftmax = vsoftmax_of(operation, *isa, false)) {
      const DefaultEnvironment environment;  // nothing is computed here, but by the kernel
      run_short_rows(operation, vsoftmax, true, 0, operation.rows);
      return TWOPASS_OK;
    }
  }
  const Operation planned = operation;
  in_default_environment([&planned, isa] { run(make_plan(planned, *isa)); });
  return TWOPASS_OK;
}

}  // namespace twopass

#endif  // TWOPASS_SRC_PERFORM_H_
