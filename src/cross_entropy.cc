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
  double share_of_class;  // of a loss, where labels are smoothed
  double sum_of_weights;  // likewise, of the classes

  bool is_ignored(size_t row) const {
    return labels[row] < 0 || (how.ignored_label != nullptr && labels[row] == *how.ignored_label);
  }
  double weight(size_t column) const { return how.class_weights != nullptr ? how.class_weights[column] : 1.0; }
  double share_of_label() const { return 1.0 - how.label_smoothing; }
  size_t label(size_t row) const { return static_cast<size_t>(labels[row]); }
};

const CrossEntropy& details_of(const Operation& operation) {
  return *static_cast<const CrossEntropy*>(operation.details);
}
const CrossEntropy& details_of(const Row& row) { return details_of(*row.plan.operation); }

// What comes of a row. The gradient by x[c] is p[c] * (weight + smooth) - weight at the label - share * w[c].
struct Outcome {
  double loss;
  double log_p;            // of the label
  double weight_of_class;  // likewise
  double weight;
  double smooth;
  double share;

  double factor() const { return weight + smooth; }
  // At the label, of p and p - 1, as the rest would cancel out.
  double gradient_at_label(double p, double p_less_1) const {
    return weight * p_less_1 + (smooth == 0.0 ? 0.0 : smooth * p) - share * weight_of_class;
  }
};

// sum_of_logits: with smoothing, the sum of weight * (x - log_sum.offset) over the classes.
Outcome outcome_of(const Operation& operation, size_t row, float logit, const LogSum& log_sum, double sum_of_logits) {
  const CrossEntropy& cross_entropy = details_of(operation);
  const double log_p = static_cast<double>(logit) - log_sum.offset - log_sum.rest;
  const double lse = log_sum.offset + log_sum.rest, z_loss = cross_entropy.how.z_loss;
  const double weight_of_class = cross_entropy.weight(cross_entropy.label(row));
  const double weight = cross_entropy.share_of_label() * weight_of_class;
  const double share = cross_entropy.share_of_class;
  double loss = weight == 0.0 ? 0.0 : -weight * log_p;
  if (share != 0.0) loss += share * (cross_entropy.sum_of_weights * log_sum.rest - sum_of_logits);
  if (z_loss != 0.0) loss += z_loss * lse * lse;
  return {loss, log_p, weight_of_class, weight, share * cross_entropy.sum_of_weights + 2.0 * z_loss * lse, share};
}

// The sum of weight * (x - offset) over some classes, where x are floats. A class without weight does not count, even
// if its x is -infinity. (Not inline: whoever calls another kernel after it should not have the buffer on the stack.)
TWOPASS_NOINLINE double weighted_sum(const CrossEntropy& cross_entropy, const Kernels& kernels, const float* x,
                                     size_t first_class, size_t count, float offset) {
  double sum = 0.0;
  alignas(64) float differences[kMaxCopied];
  struct twopass_params params = {};
  params.offset = offset;
  for_each_piece(0, count, kMaxCopied, [&](size_t begin, size_t some) {
    struct twopass_reduction result;
    kernels.vsubc(some, x + begin, differences, &params);
    if (cross_entropy.how.class_weights != nullptr) {
      kernels.rdot(some, differences, cross_entropy.how.class_weights + first_class + begin, nullptr, &result);
    } else {
      kernels.radd(some, differences, nullptr, nullptr, &result);
    }
    if (isfinite(result.value)) {
      sum += result.value;
      return;
    }
    for (size_t i = begin; i < begin + some; i++) {
      const double weight = cross_entropy.weight(first_class + i);
      if (weight != 0.0) sum += weight * (static_cast<double>(x[i]) - offset);
    }
  });
  return sum;
}

// y = y * factor - share * w[c], for some classes; y is from 0 to 1. A product below FLT_MIN in magnitude becomes 0.
void make_gradients(const CrossEntropy& cross_entropy, const Kernels& kernels, double factor, double share,
                    size_t first_class, size_t count, float* y) {
  struct twopass_params params = {};
  const auto multiply = [&](float scale) {
    params.scale = scale;
    kernels.vscale(count, y, y, &params);
  };
  // In steps where a float cannot hold it, unless a weight is infinite.
  for (; fabs(factor) > FLT_MAX && fabs(factor) <= DBL_MAX; factor *= 0x1p-100) multiply(0x1p+100f);
  float scale = normal_float(factor);
  const float magnitude = fabsf(scale);
  if (magnitude >= FLT_MIN && magnitude < 1.0f) {
    params.scale = magnitude;
    kernels.vmulc(count, y, y, &params);
    scale = scale < 0.0f ? -1.0f : 1.0f;
  }
  if (scale != 1.0f) multiply(scale);
  if (share == 0.0) return;
  if (cross_entropy.how.class_weights == nullptr) {
    params.offset = static_cast<float>(share);
    return kernels.vsubc(count, y, y, &params);
  }
  params.scale = 1.0f;
  params.slope = static_cast<float>(-share);
  kernels.vscalebias(count, y, cross_entropy.how.class_weights + first_class, y, &params);
}

// ---- The steps of a row

// What a row keeps in its details.
enum { kLogitOfLabel, kGradientOfLabel, kSign };

void set_result(const Row& row, double loss) {
  float* const losses = row.plan.operation->results;
  if (losses != nullptr) losses[row.index] = normal_float(loss);
}

// Loss and outputs of a row, the same.
void set_all(const Row& row, float value) {
  set_result(row, value);
  if (row.plan.operation->finishes) fill(row, value);
}

bool begin(Row& row) {
  const CrossEntropy& cross_entropy = details_of(row);
  if (cross_entropy.is_ignored(row.index)) {
    set_all(row, 0.0f);
    return false;
  }
  const Matrix& input = row.plan.operation->input;
  row.details[kLogitOfLabel] = element_of(row.plan, input, row.index, cross_entropy.label(row.index));
  return true;
}

// Likewise not inline.
TWOPASS_NOINLINE double weighted_sum_of(const Row& row, float offset) {
  const Operation& operation = *row.plan.operation;
  double sum = 0.0;
  float buffer[kMaxCopied];
  for_each_piece(0, operation.columns, kMaxCopied, [&](size_t start, size_t count) {
    const float* const x = load(row.plan, operation.input, row.index, start, count, buffer);
    sum += weighted_sum(details_of(row), row.plan.isa->kernels_of_floats(), x, start, count, offset);
  });
  return sum;
}

// Outputs that are not softmax * factor with a positive factor: the others change their sign, and lose what smoothing
// gives to each class.
void finish(const Row& row, size_t start, size_t count, float* y) {
  const CrossEntropy& cross_entropy = details_of(row);
  const double share = cross_entropy.share_of_class * cross_entropy.how.gradient_scale;
  make_gradients(cross_entropy, row.plan.isa->kernels_of_floats(), row.details[kSign], share, start, count, y);
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
  const float logit = static_cast<float>(row.details[kLogitOfLabel]);
  const double sum_of_logits = cross_entropy.how.label_smoothing != 0.0f ? weighted_sum_of(row, log_sum.offset) : 0.0;
  const Outcome outcome = outcome_of(operation, row.index, logit, log_sum, sum_of_logits);
  set_result(row, outcome.loss);
  if (!operation.finishes) return false;

  const double scale = cross_entropy.how.gradient_scale, factor = scale * outcome.factor();
  row.details[kGradientOfLabel] = scale * outcome.gradient_at_label(exp(outcome.log_p), expm1(outcome.log_p));
  row.details[kSign] = factor < 0.0 ? -1.0 : 1.0;
  if (outcome.share != 0.0 || factor < 0.0) row.finish = finish;
  row.factor = fmax(fabs(factor), kLeastFactor);
  return conclude_softmax(row);
}

// At the label the outputs would cancel out.
void end(Row& row) {
  const Operation& operation = *row.plan.operation;
  if (!operation.finishes) return;
  store_element(row.plan, operation.output, row.index, details_of(row).label(row.index),
                normal_float(row.details[kGradientOfLabel]));
}

// ---- Many short rows at once

bool takes_rows_at_once(const Operation& operation, const Isa&) { return takes_short_rows(operation); }

// p - 1. That cancels out only where p is more than a half, so that the logit is the maximum (which is 0 where the
// kernel takes a denormal one for that).
double less_1(double p, float logit, const struct twopass_max_sum& sum) {
  const double rest = sum.rest;
  return logit == sum.max || p > 0.5 ? -rest / (1.0 + rest) : p - 1.0;
}

void cross_entropies_of_short_rows(const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  const CrossEntropy& cross_entropy = details_of(operation);
  const struct twopass_cross_entropy_options& how = cross_entropy.how;
  const Kernels& kernels = plan.isa->kernels_of_floats();
  const size_t columns = operation.columns;
  const double scale = how.gradient_scale;
  const bool is_smoothed = how.label_smoothing != 0.0f;
  struct twopass_params params = params_of_short_rows(empty_of(operation), true);
  const bool is_same_factor = how.class_weights == nullptr && how.z_loss == 0.0f && scale >= kMinFactor && scale <= 1.0;
  if (is_same_factor) params.factor = how.gradient_scale;
  // What is read again stays in cache.
  twopass_rows_fn* const vsoftmax =
      is_same_factor && !is_smoothed ? kernel_of_floats(kSoftmaxOfRows, plan) : kernels.vsoftmax;
  for_short_rows(plan, begin, end, [&](const ShortRows& rows, const struct twopass_max_sum* sums) {
    float logits[kMaxRowsAtOnce];  // of the labels, as outputs may take the place of inputs
    double log_sums[kMaxRowsAtOnce];
    for (size_t i = 0; i < rows.end - rows.begin; i++) log_sums[i] = twopass_log1p(sums[i].rest);
    for (size_t row = rows.begin; row < rows.end; row++) {
      const size_t i = row - rows.begin;
      const bool is_ignored = cross_entropy.is_ignored(row);
      const float* const x = rows.x_of(row);
      logits[i] = is_ignored ? 0.0f : x[cross_entropy.label(row)];
      if (operation.results == nullptr) continue;
      double loss;
      if (is_ignored) {
        loss = 0.0;
      } else if (sums[i].rest >= 0.0f) {
        const double sum = is_smoothed ? weighted_sum(cross_entropy, kernels, x, 0, columns, sums[i].max) : 0.0;
        loss = outcome_of(operation, row, logits[i], {sums[i].max, log_sums[i]}, sum).loss;
      } else {
        loss = sums[i].rest == -1.0f ? empty_of(operation) : NAN;
      }
      operation.results[row] = normal_float(loss);
    }
    if (!operation.finishes) return;
    vsoftmax(rows.end - rows.begin, columns, rows.x, rows.x_stride, rows.y, rows.y_stride, &params);
    for (size_t row = rows.begin; row < rows.end; row++) {
      const size_t i = row - rows.begin;
      float* const y = rows.y_of(row);
      if (cross_entropy.is_ignored(row)) {
        memset(y, 0, columns * sizeof(float));
        continue;
      }
      if (!(sums[i].rest >= 0.0f)) continue;  // all outputs are the same
      const Outcome outcome = outcome_of(operation, row, logits[i], {sums[i].max, log_sums[i]}, 0.0);
      float* const y_of_label = y + cross_entropy.label(row);
      const double p = *y_of_label / static_cast<double>(params.factor);
      const double factor = is_same_factor ? 1.0 : scale * outcome.factor();
      if (factor != 1.0 || is_smoothed)
        make_gradients(cross_entropy, kernels, factor, scale * outcome.share, 0, columns, y);
      *y_of_label = normal_float(scale * outcome.gradient_at_label(p, less_1(p, logits[i], sums[i])));
    }
  });
}

// ---- Longer rows

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
  twopass::CrossEntropy cross_entropy = {labels, {}, 0.0, 0.0};
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
      cross_entropy.share_of_class = cross_entropy.how.label_smoothing / static_cast<double>(shape->columns);
      for (size_t c = 0; c < shape->columns; c++) cross_entropy.sum_of_weights += cross_entropy.weight(c);
    });
  }
  return twopass::perform({&twopass::kCrossEntropy, logits, nullptr, gradient, losses, &cross_entropy}, shape, options);
}
