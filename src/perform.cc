// The body of the public calls that compute.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "perform.h"

#include "arguments.h"
#include "environment.h"
#include "logits.h"
#include "plan.h"

namespace twopass {

twopass_status perform(Operation operation, const struct twopass_options* options) {
  if (options != nullptr && !take_options(*options, &operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.rows == 0) return TWOPASS_OK;
  if (!is_aligned(operation.totals) || !is_aligned(operation.results)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.logits != nullptr && !are_logits_valid(operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.columns == 0) {
    const size_t totals = operation.reduces && operation.totals != nullptr ? operation.rows : 0;
    const size_t results = operation.results != nullptr ? operation.rows : 0;
    for (size_t row = 0; row < totals; row++) operation.totals[row] = {0.0, 0.0};
    for (size_t row = 0; row < results; row++) operation.results[row] = result_of_nothing(operation, row);
    return TWOPASS_OK;
  }
  if (!are_operands_valid(operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.rows == 1)  // strides may be anything
    operation.input.outer_stride = operation.weights.outer_stride = operation.output.outer_stride = 0;

  const Isa* isa;
  const twopass_status status = active_isa(&isa);
  if (status != TWOPASS_OK) return status;
  if (operation.in_fixed_order) isa = &in_fixed_order(*isa);
  in_default_environment([&operation, isa] { run(make_plan(operation, *isa)); });
  return TWOPASS_OK;
}

twopass_status perform(const Call& call, const struct twopass_shape* shape, const struct twopass_options* options) {
  size_t rows;
  if (!get_rows(shape, &rows)) return TWOPASS_INVALID_ARGUMENT;
  const bool has_results = call.results != nullptr || call.kind->in_fixed_order;
  if (rows != 0 && call.output == nullptr && !has_results) return TWOPASS_INVALID_ARGUMENT;
  const bool reduces = call.kind->in_cache->reduce != nullptr;
  Operation operation(call.kind, reduces, call.output != nullptr, rows, shape->columns, {nullptr, 0}, {nullptr, 0});
  operation.results = call.results;
  operation.details = call.details;
  operation.in_fixed_order = call.kind->in_fixed_order;
  if (rows != 0 && shape->columns != 0) {
    if (!get_matrix(*shape, call.input, &operation.input)) return TWOPASS_INVALID_ARGUMENT;
    if (call.weights != nullptr && (!get_matrix(*shape, call.weights, &operation.weights) || !operation.has_weights()))
      return TWOPASS_INVALID_ARGUMENT;
    if (call.output != nullptr && !get_matrix(*shape, call.output, &operation.output)) return TWOPASS_INVALID_ARGUMENT;
  }
  return perform(operation, options);
}

twopass_status perform_gradient(const Kind& kind, const struct twopass_shape* shape, const struct twopass_tensor* y,
                                const struct twopass_tensor* dy, const struct twopass_tensor* dx,
                                const struct twopass_options* options) {
  static const struct twopass_tensor none = {};
  return perform({&kind, y, dy != nullptr ? dy : &none, dx}, shape, options);
}

}  // namespace twopass
