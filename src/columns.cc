// Kernels on strips of rows that lie side by side.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "columns.h"

namespace twopass {

bool takes_strips(const Operation& operation, const Isa& isa, twopass_map_columns_fn* Kernels::*family) {
  const Matrix &x = operation.input, &y = operation.output;
  if (x.inner == 1 || operation.logits != nullptr || isa.kernels_of(x.element, Element::f32).cmaxaddexp == nullptr)
    return false;
  return !operation.finishes || isa.kernels_of(x.element, y.element).*family != nullptr;
}

size_t rows_of_strip(const Operation& operation) {
  const size_t inner = operation.input.inner;
  return inner < kMaxStrip ? inner : kMaxStrip;
}

void reduce_strip(const Plan& plan, const Strip& strip, float* max, float* rest) {
  const Operation& operation = *plan.operation;
  const Matrix& x = operation.input;
  plan.isa->kernels_of(x.element, Element::f32)
      .cmaxaddexp(operation.columns, strip.count, address(x, strip.row, 0), x.column_stride, max, rest);
}

void map_strip(const MapColumnsFamily& family, const Plan& plan, const Strip& strip, const float* a, const float* b) {
  const Operation& operation = *plan.operation;
  const Matrix &x = operation.input, &y = operation.output;
  twopass_map_columns_fn* const kernel = family.of(plan.isa->kernels_of(x.element, y.element), plan.stores_past_caches);
  kernel(operation.columns, strip.count, address(x, strip.row, 0), x.column_stride, address(y, strip.row, 0),
         y.column_stride, a, b);
}

}  // namespace twopass
