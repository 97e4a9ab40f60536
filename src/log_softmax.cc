// The public calls of a log-softmax and of its log-sum-exp.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <math.h>

#include "block.h"
#include "columns.h"
#include "perform.h"
#include "twopass.h"

namespace twopass {
namespace {

// Of a row of one or two blocks the sum by the maximum is wanted anyway, for outputs.
Extexp reduce_for_logarithm(const Block& block) {
  return block.row.blocks <= 2 && block.operation().finishes ? reduce_by_max_sum(block) : reduce_anchored(block);
}

constexpr MapFamily kLogarithms = {&Kernels::vlogsoftmax, &Kernels::vlogsoftmax_nt};

// y = x - offset - log_sum
void finish_logarithms(const Block& block) {
  const Row& row = block.row;
  const struct twopass_params params = {row.offset, 0.0f, 1.0f, 0.0f, row.log_sum, false};
  map_by(kLogarithms, block, params, nullptr);
}

bool conclude(Row& row) {
  const Operation& operation = *row.plan.operation;
  if (operation.results != nullptr) operation.results[row.index] = log_sum_exp_of(row);
  if (!operation.finishes) return false;
  if (!is_positive(row.total)) {
    fill(row, row.total.mantissa == 0.0 ? empty_of(operation) : NAN);
    return false;
  }
  const LogSum log_sum = log_sum_of(row);
  row.offset = log_sum.offset;
  row.log_sum = normal_float(log_sum.rest);
  return true;
}

// ---- Many rows at once

// Of a row: y = x - offset - log_sum, and the logarithm of the sum.
struct Logarithm {
  float offset;
  float log_sum;
  float result;
};

Logarithm logarithm_of(const struct twopass_max_sum& sum, const Operation& operation) {
  if (sum.rest == -1.0f) {  // -infinity alone, less 0 or NaN
    const float empty = empty_of(operation);
    return {0.0f, isnan(empty) ? empty : 0.0f, -INFINITY};
  }
  if (isnan(sum.rest)) return {0.0f, NAN, NAN};
  const double log_sum = log1p(static_cast<double>(sum.rest));
  return {sum.max, normal_float(log_sum), normal_float(sum.max + log_sum)};
}

// ---- Short rows

bool are_of_dense_floats(const Operation& operation) {
  return operation.input.is_of_dense_floats() && (!operation.finishes || operation.output.is_of_dense_floats());
}

// Of longer rows the sum alone is had in one pass, without the maximum.
constexpr size_t kMaxColumnsOfSums = 1024;

bool takes_rows_at_once(const Operation& operation, const Isa&) {
  if (operation.has_sink() || operation.has_lengths() || operation.columns >= kMinLongColumns) return false;
  if (!operation.finishes && operation.columns > kMaxColumnsOfSums) return false;
  return are_of_dense_floats(operation) ? operation.input.inner == 1 : operation.columns <= kMaxCopied;
}

constexpr size_t kRowsAtOnce = 32;

void logarithms_of_short_rows(const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  const Matrix &input = operation.input, &output = operation.output;
  const size_t columns = operation.columns;
  twopass_reduce_rows_fn* const rmaxaddexp = plan.isa->kernels_of_floats().rmaxaddexp;
  twopass_map_fn* const vlogsoftmax = kernel_of_floats(kLogarithms, plan);
  // What is read twice is to stay in the nearest cache, and copies in their buffer.
  const size_t rows_of_cache = columns < kMaxCopied ? kMaxCopied / columns : 1;
  const size_t rows_at_once = rows_of_cache < kRowsAtOnce ? rows_of_cache : kRowsAtOnce;
  float copies[kMaxCopied];
  for (size_t first = begin, next; first < end; first = next) {
    next = end - first < rows_at_once ? end : first + rows_at_once;
    const float* x = copies;
    size_t stride = columns;
    if (input.is_of_dense_floats()) {
      x = static_cast<const float*>(address(input, first, 0));
      stride = input.outer_stride;
    } else {
      for (size_t row = first; row < next; row++) load(plan, input, row, 0, columns, copies + (row - first) * columns);
    }
    struct twopass_max_sum sums[kRowsAtOnce];
    rmaxaddexp(next - first, columns, x, stride, nullptr, sums);
    for (size_t row = first; row < next; row++) {
      const size_t index = row - first;
      const Logarithm logarithm = logarithm_of(sums[index], operation);
      if (operation.results != nullptr) operation.results[row] = logarithm.result;
      if (!operation.finishes) continue;
      const struct twopass_params params = {logarithm.offset, 0.0f, 1.0f, 0.0f, logarithm.log_sum, false};
      float* const y = place_of(output, row, 0, copies + index * columns);
      vlogsoftmax(columns, x + index * stride, y, &params);
      store(plan, output, row, 0, columns, y);
    }
  }
}

// ---- Rows side by side

constexpr MapColumnsFamily kLogarithmsOfColumns = {&Kernels::clogsoftmax, &Kernels::clogsoftmax_nt};

bool takes_columns(const Operation& operation, const Isa& isa) {
  return takes_strips(operation, isa, kLogarithmsOfColumns.plain);
}

void logarithms_of_strip(const Plan& plan, const Strip& strip) {
  const Operation& operation = *plan.operation;
  float max[kMaxStrip], log_sum[kMaxStrip];
  reduce_strip(plan, strip, max, log_sum);
  for (size_t i = 0; i < strip.count; i++) {
    const Logarithm logarithm = logarithm_of({max[i], log_sum[i]}, operation);
    if (operation.results != nullptr) operation.results[strip.row + i] = logarithm.result;
    max[i] = logarithm.offset;
    log_sum[i] = logarithm.log_sum;
  }
  if (operation.finishes) map_strip(kLogarithmsOfColumns, plan, strip, max, log_sum);
}

constexpr Algorithm kLogarithm = {0, "", false, false, reduce_for_logarithm, finish_logarithms};

}  // namespace

const Kind kLogSoftmax = {
    &kLogarithm,
    &kLogarithm,
    kBlockOfLogSums,
    -INFINITY,
    -INFINITY,
    LogitsOfKind::kAll,
    conclude,
    nullptr,
    nullptr,
    takes_rows_at_once,
    logarithms_of_short_rows,
    takes_columns,
    logarithms_of_strip,
};

}  // namespace twopass

using twopass::kLogSoftmax;

twopass_status twopass_log_softmax(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                   const struct twopass_tensor* output, const struct twopass_options* options) {
  return twopass::perform({&kLogSoftmax, input, nullptr, output}, shape, options);
}

twopass_status twopass_log_sum_exp(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                   float* log_sums, const struct twopass_options* options) {
  return twopass::perform({&kLogSoftmax, input, nullptr, nullptr, log_sums}, shape, options);
}
