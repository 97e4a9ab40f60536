// The public calls of a log-softmax and of its log-sum-exp.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <math.h>

#include "block.h"
#include "columns.h"
#include "logarithm.h"
#include "perform.h"
#include "short_rows.h"
#include "twopass.h"

namespace twopass {
namespace {

// Of a row of one or two blocks the sum by the maximum is wanted anyway, for outputs.
Extexp reduce_for_logarithm(const Block& block) {
  return block.row.blocks <= 2 && block.operation().finishes ? reduce_by_max_sum(block) : reduce_anchored(block);
}

constexpr MapFamily kLogarithms = {&Kernels::vsubc, &Kernels::vsubc_nt};

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
  const double log_sum = twopass_log1p(sum.rest);
  return {sum.max, normal_float(log_sum), normal_float(sum.max + log_sum)};
}

// ---- Short rows

// The kernel that takes rows as they are; NULL where there is none, or where they are so short that it would wait for
// the logarithm of one before it got on with the next.
constexpr size_t kMinColumnsOfRows = 65;
constexpr RowsFamily kLogSoftmaxOfRows = {&Kernels::vlogsoftmax, &Kernels::vlogsoftmax_nt};

twopass_rows_fn* vlogsoftmax_of(const Operation& operation, const Isa& isa, bool stores_past_caches) {
  const bool is_softmax_alone = operation.finishes && operation.results == nullptr;
  if (!is_softmax_alone || !are_short_and_whole(operation) || operation.columns < kMinColumnsOfRows) return nullptr;
  return kernel_of_rows(kLogSoftmaxOfRows, operation, isa, stores_past_caches);
}

// Of longer rows the sum alone is had in one pass, without the maximum.
constexpr size_t kMaxColumnsOfSums = 1024;

bool takes_rows_at_once(const Operation& operation, const Isa& isa) {
  if (vlogsoftmax_of(operation, isa, false) != nullptr) return true;
  return takes_short_rows(operation) && (operation.finishes || operation.columns <= kMaxColumnsOfSums);
}

void logarithms_of_short_rows(const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  twopass_rows_fn* const kernel = vlogsoftmax_of(operation, *plan.isa, plan.stores_past_caches);
  if (kernel != nullptr) {
    struct twopass_params params = params_of_short_rows(empty_of(operation), plan.is_cached);
    params.log_sum = isnan(params.empty) ? NAN : 0.0f;
    return run_short_rows(operation, kernel, params, begin, end);
  }
  twopass_map_fn* const vsubc = kernel_of_floats(kLogarithms, plan);
  for_short_rows(plan, begin, end, [&](const ShortRows& rows, const struct twopass_max_sum* sums) {
    const size_t count = rows.end - rows.begin;
    Logarithm logarithms[kMaxRowsAtOnce];
    for (size_t i = 0; i < count; i++) logarithms[i] = logarithm_of(sums[i], operation);
    for (size_t i = 0; i < count && operation.results != nullptr; i++)
      operation.results[rows.begin + i] = logarithms[i].result;
    for (size_t i = 0; i < count && operation.finishes; i++) {
      const struct twopass_params params = {logarithms[i].offset, 0.0f, 1.0f, 0.0f, logarithms[i].log_sum, false};
      vsubc(operation.columns, rows.x_of(rows.begin + i), rows.y_of(rows.begin + i), &params);
    }
  });
}

// ---- Rows side by side

constexpr MapColumnsFamily kLogarithmsOfColumns = {&Kernels::clogsoftmax, &Kernels::clogsoftmax_nt};

bool takes_columns(const Operation& operation, const Isa& isa) {
  return takes_strips(operation, isa, kLogarithmsOfColumns.plain);
}

void logarithms_of_strip(const Plan& plan, const Strip& strip) {
  const Operation& operation = *plan.operation;
  alignas(64) float max[kMaxStrip], log_sum[kMaxStrip];
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
