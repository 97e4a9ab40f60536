// The public calls of a cross-entropy and its gradient.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <float.h>
#include <math.h>
#include <string.h>

#include "arguments.h"
#include "block.h"
#include "environment.h"
#include "logarithm.h"
#include "perform.h"
#include "short_rows.h"
#include "twopass.h"

namespace twopass {
namespace {

struct CrossEntropy {
  const int64_t* labels;
  struct twopass_cross_entropy_options how;
  double sum_of_weights;  // of the classes, where labels are smoothed

  bool is_ignored(size_t row) const {
    return labels[row] < 0 || (how.ignored_label != nullptr && labels[row] == *how.ignored_label);
  }
  double weight(size_t column) const { return how.class_weights != nullptr ? how.class_weights[column] : 1.0; }
  double share_of_label() const { return 1.0 - how.label_smoothing; }
  double share_of_class(const Row& row) const {
    return how.label_smoothing / static_cast<double>(row.plan.operation->columns);
  }
};

const CrossEntropy& details_of(const Operation& operation) {
  return *static_cast<const CrossEntropy*>(operation.details);
}
const CrossEntropy& details_of(const Row& row) { return details_of(*row.plan.operation); }

size_t label_of(const Row& row) { return static_cast<size_t>(details_of(row).labels[row.index]); }

// What a row keeps in its details.
enum { kLogitOfLabel, kGradientOfLabel, kSign, kSumOfLogits };

void set_result(const Row& row, double loss) {
  float* const losses = row.plan.operation->results;
  if (losses != nullptr) losses[row.index] = normal_float(loss);
}

// Loss and outputs of a row, the same.
void set_all(const Row& row, float value) {
  set_result(row, value);
  if (row.plan.operation->finishes) fill(row, value);
}

// The sum of weight * x over the classes.
double weighted_sum_of(const Row& row) {
  const Operation& operation = *row.plan.operation;
  const CrossEntropy& cross_entropy = details_of(row);
  float buffer[kMaxCopied];
  double sum = 0.0;
  for_each_piece(0, operation.columns, kMaxCopied, [&](size_t start, size_t count) {
    const float* const x = load(row.plan, operation.input, row.index, start, count, buffer);
    for (size_t i = 0; i < count; i++) {
      const double weight = cross_entropy.weight(start + i);
      if (weight != 0.0) sum += weight * x[i];
    }
  });
  return sum;
}

bool begin(Row& row) {
  const CrossEntropy& cross_entropy = details_of(row);
  if (cross_entropy.is_ignored(row.index)) {
    set_all(row, 0.0f);
    return false;
  }
  row.details[kLogitOfLabel] = element_of(row.plan, row.plan.operation->input, row.index, label_of(row));
  if (cross_entropy.how.label_smoothing != 0.0f) row.details[kSumOfLogits] = weighted_sum_of(row);
  return true;
}

// Outputs that are not softmax * factor with a positive factor: the others change their sign, and lose what smoothing
// gives to each class.
void finish(const Row& row, size_t start, size_t count, float* y) {
  const CrossEntropy& cross_entropy = details_of(row);
  const double scale = cross_entropy.how.gradient_scale;
  const float sign = static_cast<float>(row.details[kSign]);
  const double share = cross_entropy.share_of_class(row) * scale;
  for (size_t i = 0; i < count; i++) y[i] = static_cast<float>(sign * y[i] - share * cross_entropy.weight(start + i));
}

// A factor of 0, as of a label without weight, has no exponent. By this one all outputs are below FLT_MIN, so 0 too.
constexpr double kLeastFactor = 0x1p-300;

bool conclude(Row& row) {
  const Operation& operation = *row.plan.operation;
  const CrossEntropy& cross_entropy = details_of(row);
  if (!is_positive(row.total)) {
    const float value = row.total.mantissa == 0.0 ? empty_of(operation) : NAN;
    set_all(row, value);
    row.details[kGradientOfLabel] = value;
    return false;
  }
  const LogSum log_sum = log_sum_of(row);
  const double lse = log_sum.offset + log_sum.rest;
  const double log_p = row.details[kLogitOfLabel] - log_sum.offset - log_sum.rest;
  const double weight = cross_entropy.share_of_label() * cross_entropy.weight(label_of(row));
  const double share = cross_entropy.share_of_class(row), z_loss = cross_entropy.how.z_loss;
  double loss = weight == 0.0 ? 0.0 : -weight * log_p;
  if (share != 0.0) loss += share * (cross_entropy.sum_of_weights * lse - row.details[kSumOfLogits]);
  if (z_loss != 0.0) loss += z_loss * lse * lse;
  set_result(row, loss);
  if (!operation.finishes) return false;

  // The gradient by x[c] is p[c] * (weight + smooth) - weight at the label - share * w[c].
  const double scale = cross_entropy.how.gradient_scale;
  const double smooth = share * cross_entropy.sum_of_weights + 2.0 * z_loss * lse;
  const double factor = scale * (weight + smooth);
  row.details[kGradientOfLabel] = scale * (weight * expm1(log_p) + (smooth == 0.0 ? 0.0 : smooth * exp(log_p)) -
                                           share * cross_entropy.weight(label_of(row)));
  row.details[kSign] = factor < 0.0 ? -1.0 : 1.0;
  if (share != 0.0 || factor < 0.0) row.finish = finish;
  row.factor = fmax(fabs(factor), kLeastFactor);
  return conclude_softmax(row);
}

// At the label the outputs would cancel out.
void end(Row& row) {
  const Operation& operation = *row.plan.operation;
  if (!operation.finishes) return;
  store_element(row.plan, operation.output, row.index, label_of(row), normal_float(row.details[kGradientOfLabel]));
}

// ---- Many short rows at once

// Without other options, outputs are a softmax but at the label, times a factor that a kernel takes.
bool takes_rows_at_once(const Operation& operation, const Isa&) {
  const struct twopass_cross_entropy_options& how = details_of(operation).how;
  return how.class_weights == nullptr && how.label_smoothing == 0.0f && how.z_loss == 0.0f &&
         how.gradient_scale >= FLT_MIN && how.gradient_scale <= 1.0f && takes_short_rows(operation);
}

double loss_of(float logit, const struct twopass_max_sum& sum, const Operation& operation) {
  if (isnan(sum.rest)) return NAN;
  if (sum.rest == -1.0f) return empty_of(operation);  // -infinity alone
  return sum.max - static_cast<double>(logit) + twopass_log1p(sum.rest);
}

// The gradient at the label, p - 1. That cancels out only where p is more than a half, so that the logit is the maximum
// (which is 0 where the kernel takes a denormal one for that).
double gradient_at_label(float logit, float p, const struct twopass_max_sum& sum, const Operation& operation) {
  if (sum.rest == -1.0f) return empty_of(operation);
  const double rest = sum.rest;
  return logit == sum.max || p > 0.5f ? -rest / (1.0 + rest) : p - 1.0;
}

// From here on outputs that no cache holds are better stored past the caches, which the steps of a row do.
constexpr size_t kMinColumnsOneByOne = 1280;

void cross_entropies_of_short_rows(const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  if (operation.finishes && plan.stores_past_caches && operation.columns >= kMinColumnsOneByOne) {
    for (size_t row = begin; row < end; row++) run_row(plan, row, nullptr);
    return;
  }
  const CrossEntropy& cross_entropy = details_of(operation);
  const Kernels& kernels = plan.isa->kernels_of_floats();
  const size_t columns = operation.columns;
  const float scale = cross_entropy.how.gradient_scale;
  const struct twopass_params of_softmax = params_of_short_rows(empty_of(operation), true);
  struct twopass_params of_product = of_softmax;
  of_product.scale = scale;
  for_short_rows(plan, begin, end, [&](const ShortRows& rows, const struct twopass_max_sum* sums) {
    float logits[kMaxRowsAtOnce];  // of the labels, as outputs may take the place of inputs
    for (size_t row = rows.begin; row < rows.end; row++) {
      const size_t index = row - rows.begin;
      const bool is_ignored = cross_entropy.is_ignored(row);
      logits[index] = is_ignored ? 0.0f : rows.x_of(row)[cross_entropy.labels[row]];
      if (operation.results == nullptr) continue;
      operation.results[row] = is_ignored ? 0.0f : normal_float(loss_of(logits[index], sums[index], operation));
    }
    if (!operation.finishes) return;
    kernels.vsoftmax(rows.end - rows.begin, columns, rows.x, rows.x_stride, rows.y, rows.y_stride, &of_softmax);
    for (size_t row = rows.begin; row < rows.end; row++) {
      const size_t index = row - rows.begin;
      float* const y = rows.y_of(row);
      if (cross_entropy.is_ignored(row)) {
        memset(y, 0, columns * sizeof(float));
        continue;
      }
      float* const y_of_label = y + cross_entropy.labels[row];
      const double gradient = gradient_at_label(logits[index], *y_of_label, sums[index], operation);
      if (scale != 1.0f) kernels.vmulc(columns, y, y, &of_product);
      *y_of_label = normal_float(gradient * scale);
    }
  });
}

// ---- Longer rows, and other options

Extexp reduce(const Block& block) { return block.row.blocks == 1 ? reduce_by_max_sum(block) : reduce_anchored(block); }

constexpr Algorithm kStored = {0, "", false, true, reduce_anchored, finish_by_reload};
constexpr Algorithm kRecomputed = {0, "", false, false, reduce, finish_by_recompute};

const Kind kCrossEntropy = {&kStored,
                            &kRecomputed,
                            kBlockOfLogSums,
                            0.0f,
                            0.0f,
                            LogitsOfKind::kNone,
                            conclude,
                            begin,
                            end,
                            takes_rows_at_once,
                            cross_entropies_of_short_rows,
                            nullptr,
                            nullptr,
                            true};

bool are_valid(const struct twopass_cross_entropy_options& how) {
  return are_zero(how.reserved) && how.label_smoothing >= 0.0f && how.label_smoothing <= 1.0f && how.z_loss >= 0.0f &&
         how.z_loss <= FLT_MAX && fabsf(how.gradient_scale) <= FLT_MAX && is_aligned(how.class_weights) &&
         is_aligned(how.ignored_label);
}

}  // namespace
}  // namespace twopass

twopass_status twopass_cross_entropy(const struct twopass_shape* shape, const struct twopass_tensor* logits,
                                     const int64_t* labels, float* losses, const struct twopass_tensor* gradient,
                                     const struct twopass_cross_entropy_options* how,
                                     const struct twopass_options* options) {
  twopass::CrossEntropy cross_entropy = {labels, {}, 0.0};
  if (how != nullptr) cross_entropy.how = *how;
  size_t rows;
  if (!twopass::are_valid(cross_entropy.how) || !twopass::get_rows(shape, &rows)) return TWOPASS_INVALID_ARGUMENT;
  if (rows != 0 && (labels == nullptr || !twopass::is_aligned(labels))) return TWOPASS_INVALID_ARGUMENT;
  for (size_t row = 0; row < rows; row++) {
    const bool is_beyond = labels[row] >= 0 && static_cast<uint64_t>(labels[row]) >= shape->columns;
    if (is_beyond && !cross_entropy.is_ignored(row)) return TWOPASS_INVALID_ARGUMENT;
  }
  if (cross_entropy.how.gradient_scale == 0.0f) cross_entropy.how.gradient_scale = 1.0f;
  if (cross_entropy.how.label_smoothing != 0.0f) {
    twopass::in_default_environment([&] {
      for (size_t c = 0; c < shape->columns; c++) cross_entropy.sum_of_weights += cross_entropy.weight(c);
    });
  }
  return twopass::perform({&twopass::kCrossEntropy, logits, nullptr, gradient, losses, &cross_entropy}, shape, options);
}
