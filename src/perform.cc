// The body of the public calls on tensors.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "perform.h"

namespace twopass {

twopass_status perform(const Operation& operation, const struct twopass_options* options) {
  return perform_inline(operation, options);
}

twopass_status perform(const Call& call, const struct twopass_shape* shape, const struct twopass_options* options) {
  size_t rows;
  if (!get_rows(shape, &rows)) return TWOPASS_INVALID_ARGUMENT;
  if (rows != 0 && call.output == nullptr && call.results == nullptr) return TWOPASS_INVALID_ARGUMENT;
  Operation operation(call.kind, true, call.output != nullptr, rows, shape->columns, {nullptr, 0}, {nullptr, 0});
  operation.results = call.results;
  operation.details = call.details;
  if (rows != 0 && shape->columns != 0) {
    if (!get_matrix(*shape, call.input, &operation.input)) return TWOPASS_INVALID_ARGUMENT;
    if (call.weights != nullptr && (!get_matrix(*shape, call.weights, &operation.weights) || !operation.has_weights()))
      return TWOPASS_INVALID_ARGUMENT;
    if (call.output != nullptr && !get_matrix(*shape, call.output, &operation.output)) return TWOPASS_INVALID_ARGUMENT;
  }
  return perform(operation, options);
}

}  // namespace twopass
