// The public calls of the divergences of two rows of logits, and their gradient.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <float.h>
#include <math.h>

#include "arguments.h"
#include "block.h"
#include "perform.h"
#include "twopass_divergence.h"

namespace twopass {
namespace {

// What the calls know beside the matrices: one of the two.
struct Divergence {
  const struct twopass_divergences* results;
  const float* d;
};

const Divergence& details_of(const Row& row) { return *static_cast<const Divergence*>(row.plan.operation->details); }

const Kernels& kernels_of(const Row& row) { return row.plan.isa->kernels_of_floats(); }

// ---- The first read

// The softmax of a row, exp(x - max) / sum.
struct Softmax {
  float max = -HUGE_VALF;
  double sum = 0.0;     // of exp(x - max)
  double moment = 0.0;  // of (x - max) * exp(x - max)
  size_t piece = 0;     // where the one begins that has the first of the largest

  // False for a row with a NaN or an infinity, which shows in the sum, and for one of nothing but -infinity.
  bool exists() const { return sum > 0.0 && sum <= DBL_MAX; }
  bool is_masked_out() const { return sum == 0.0; }

  void scale_to(float new_max) {
    if (sum > 0.0) {
      const double distance = static_cast<double>(max) - new_max, factor = exp_in_double(distance);
      moment = factor * (moment + distance * sum);
      sum *= factor;
    }
    max = new_max;
  }

  void add(const Softmax& other) {
    sum += other.sum;
    moment += other.moment;
  }
};

Softmax softmax_of(const Row& row, const Matrix& matrix) {
  Softmax softmax;
  float buffer[kMaxCopied];
  for_each_piece(0, row.columns, kMaxCopied, [&](size_t start, size_t count) {
    const float* const x = load(row.plan, matrix, row.index, start, count, buffer);
    struct twopass_reduction result;
    kernels_of(row).rmax(count, x, nullptr, nullptr, &result);
    const bool is_larger = result.value > softmax.max;
    // Of nothing but -infinity a number, so that their differences are -infinity, and that of a NaN is NaN.
    const float max = result.value == -HUGE_VALF ? -FLT_MAX : result.value;
    const struct twopass_params params = {max, 0.0f, 1.0f, 0.0f, 0.0f, false};
    kernels_of(row).raddxexp(count, x, nullptr, &params, &result);
    Softmax of_piece = {max, result.value, result.moment, start};
    if (is_larger) {
      softmax.scale_to(max);
      softmax.piece = start;
    } else {
      of_piece.scale_to(softmax.max);
    }
    softmax.add(of_piece);
  });
  return softmax;
}

size_t column_of_max(const Row& row, const Matrix& matrix, const Softmax& softmax) {
  float buffer[kMaxCopied];
  const size_t left = row.columns - softmax.piece, count = left < kMaxCopied ? left : kMaxCopied;
  const float* const x = load(row.plan, matrix, row.index, softmax.piece, count, buffer);
  size_t i = 0;
  while (i + 1 < count && x[i] < softmax.max) i++;
  return softmax.piece + i;
}

// ---- The second

// Calls piece(count, x, y) for pieces of both rows.
template <class Piece>
void for_each_pair(const Row& row, const Matrix& x, const Matrix& y, const Piece& piece) {
  float of_x[kMaxCopied], of_y[kMaxCopied];
  for_each_piece(0, row.columns, kMaxCopied, [&](size_t start, size_t count) {
    piece(count, load(row.plan, x, row.index, start, count, of_x), load(row.plan, y, row.index, start, count, of_y));
  });
}

// What a kernel makes of both rows, summed, in units of the sum of p.
struct Sums {
  double value, moment;
};

Sums sums_of(twopass_reduce2_fn* kernel, const Row& row, const Matrix& x, const Softmax& p, const Matrix& y,
             const Softmax& q) {
  struct twopass_params params = {p.max, 0.0f, 1.0f, 0.0f, 0.0f, false};
  params.offset_of_w = q.max;
  params.ratio = static_cast<float>(p.sum / q.sum);
  params.log_ratio = static_cast<float>(log_in_double(p.sum) - log_in_double(q.sum));
  Sums sums = {0.0, 0.0};
  for_each_pair(row, x, y, [&](size_t count, const float* of_x, const float* of_y) {
    struct twopass_reduction result = {};
    kernel(count, of_x, of_y, &params, &result);
    sums.value += result.value;
    sums.moment += result.moment;
  });
  return {sums.value / p.sum, sums.moment / p.sum};
}

// KL(p || q). With n = log q - log p off by e, the same for all, the sum of p * n is off by that, and the sum of p *
// (exp(n) - 1), which is to be 0, is an excess of exp(e) - 1. So -(sum of p * n) + e is what is wanted, or the sum of p
// * (exp(n) - 1 - n) less excess - log(1 + excess), for an excess that is next to nothing.
struct KullbackLeibler {
  double kl;
  double excess;
};

KullbackLeibler kl_of(const Row& row, const Matrix& x, const Softmax& p, const Matrix& y, const Softmax& q) {
  const Sums sums = sums_of(kernels_of(row).rdivergence_fixed, row, x, p, y, q);
  const double excess = sums.value + sums.moment;
  const double kl = sums.value - excess * excess * (0.5 - excess / 3.0);
  if (!(kl <= DBL_MAX)) return {HUGE_VAL, 0.0};  // q is 0 where p is not
  return {kl > 0.0 ? kl : 0.0, excess};
}

// The Jensen-Shannon divergence, which is a quarter of that where p and q are nearly the same, and so is what e adds.
double jensen_shannon_of(const Row& row, const Matrix& x, const Softmax& p, const Matrix& y, const Softmax& q,
                         double excess) {
  const double value = sums_of(kernels_of(row).rjensenshannon_fixed, row, x, p, y, q).value;
  const double divergence = value - 0.125 * excess * excess;
  return divergence > 0.0 ? divergence : 0.0;
}

// ---- The results

void set(float* results, const Row& row, double value) {
  if (results != nullptr) results[row.index] = normal_float(value);
}

// All that is wanted of a row the same.
void set_all(const struct twopass_divergences& results, size_t row, float value) {
  float* const of_floats[] = {results.kl, results.reverse_kl, results.jensen_shannon, results.cross_entropy};
  for (float* const each : of_floats) {
    if (each != nullptr) each[row] = value;
  }
  if (results.agrees != nullptr) results.agrees[row] = 0;
}

// Of a row whose softmax, or that of the other, does not exist.
float value_of_none(const Row& row, const Softmax& p, const Softmax& q) {
  const bool is_number = (p.exists() || p.is_masked_out()) && (q.exists() || q.is_masked_out());
  return is_number ? empty_of(*row.plan.operation) : NAN;
}

bool set_divergences(Row& row) {
  const struct twopass_divergences& results = *details_of(row).results;
  const Matrix &x = row.plan.operation->input, &y = row.plan.operation->weights;
  const Softmax p = softmax_of(row, x), q = softmax_of(row, y);
  if (!p.exists() || !q.exists()) {
    set_all(results, row.index, value_of_none(row, p, q));
    return false;
  }
  if (results.kl != nullptr || results.cross_entropy != nullptr || results.jensen_shannon != nullptr) {
    const KullbackLeibler of_p = kl_of(row, x, p, y, q);
    set(results.kl, row, of_p.kl);
    set(results.cross_entropy, row, of_p.kl + (log_in_double(p.sum) - p.moment / p.sum));
    if (results.jensen_shannon != nullptr)
      set(results.jensen_shannon, row, jensen_shannon_of(row, x, p, y, q, of_p.excess));
  }
  if (results.reverse_kl != nullptr) set(results.reverse_kl, row, kl_of(row, y, q, x, p).kl);
  if (results.agrees != nullptr)
    results.agrees[row.index] = column_of_max(row, x, p) == column_of_max(row, y, q) ? 1 : 0;
  return false;
}

// ---- The gradient

bool set_gradient(Row& row) {
  const Matrix &x = row.plan.operation->input, &y = row.plan.operation->weights, &dy = row.plan.operation->output;
  const Softmax p = softmax_of(row, x), q = softmax_of(row, y);
  if (!p.exists() || !q.exists()) {
    fill(row, value_of_none(row, p, q));
    return false;
  }
  const float* const gradients = details_of(row).d;
  const float d = gradients != nullptr ? gradients[row.index] : 1.0f;
  const float scale_of_p = static_cast<float>(1.0 / p.sum), scale_of_q = static_cast<float>(1.0 / q.sum);
  const struct twopass_params params_of_p = {p.max, 0.0f, 1.0f, 0.0f, 0.0f, false};
  const struct twopass_params params_of_q = {q.max, 0.0f, 1.0f, 0.0f, 0.0f, false};
  float of_p[kMaxCopied], of_q[kMaxCopied];
  for_each_piece(0, row.columns, kMaxCopied, [&](size_t start, size_t count) {
    const float* const of_x = load(row.plan, x, row.index, start, count, of_p);
    const float* const of_y = load(row.plan, y, row.index, start, count, of_q);
    kernels_of(row).vscaleexpminusmax(count, of_x, of_p, &params_of_p);
    kernels_of(row).vscaleexpminusmax(count, of_y, of_q, &params_of_q);
    float* const to = place_of(dy, row.index, start, of_p);
    for (size_t i = 0; i < count; i++) {
      const float gradient = (of_q[i] * scale_of_q - of_p[i] * scale_of_p) * d;
      to[i] = fabsf(gradient) < FLT_MIN ? 0.0f : gradient;
    }
    store(row.plan, dy, row.index, start, count, to);
  });
  return false;
}

// ---- The calls

const Kind kDivergence = kind_in_fixed_order(set_divergences);
const Kind kDivergenceBackward = kind_in_fixed_order(set_gradient);

bool are_valid(const struct twopass_divergences* results) {
  if (results == nullptr) return false;
  bool is_any_wanted = results->agrees != nullptr;
  float* const of_floats[] = {results->kl, results->reverse_kl, results->jensen_shannon, results->cross_entropy};
  for (float* const each : of_floats) {
    if (!is_aligned(each)) return false;
    is_any_wanted = is_any_wanted || each != nullptr;
  }
  return are_zero(results->reserved) && is_any_wanted;
}

constexpr struct twopass_tensor kNoTensor = {};

const struct twopass_tensor* tensor_or_none(const struct twopass_tensor* tensor) {
  return tensor != nullptr ? tensor : &kNoTensor;
}

}  // namespace
}  // namespace twopass

twopass_status twopass_divergence(const struct twopass_shape* shape, const struct twopass_tensor* x,
                                  const struct twopass_tensor* y, const struct twopass_divergences* divergences,
                                  const struct twopass_options* options) {
  if (!twopass::are_valid(divergences)) return TWOPASS_INVALID_ARGUMENT;
  const twopass::Divergence divergence = {divergences, nullptr};
  const twopass_status status = twopass::perform(
      {&twopass::kDivergence, x, twopass::tensor_or_none(y), nullptr, nullptr, &divergence}, shape, options);
  const size_t empty_rows = status == TWOPASS_OK && shape->columns == 0 ? shape->outer * shape->inner : 0;
  for (size_t row = 0; row < empty_rows; row++) twopass::set_all(*divergences, row, 0.0f);
  return status;
}

twopass_status twopass_divergence_backward(const struct twopass_shape* shape, const struct twopass_tensor* x,
                                           const struct twopass_tensor* y, const float* d,
                                           const struct twopass_tensor* dy, const struct twopass_options* options) {
  if (!twopass::is_aligned(d)) return TWOPASS_INVALID_ARGUMENT;
  const twopass::Divergence divergence = {nullptr, d};
  return twopass::perform(
      {&twopass::kDivergenceBackward, x, twopass::tensor_or_none(y), twopass::tensor_or_none(dy), nullptr, &divergence},
      shape, options);
}

#define TWOPASS_DEFINE(element, type)                                                                               \
  twopass_status twopass_divergence_##element(                                                                      \
      size_t rows, size_t columns, const type* x, size_t x_stride, const type* y, size_t y_stride,                  \
      const struct twopass_divergences* divergences, const struct twopass_options* options) {                       \
    const struct twopass_shape shape = {rows, columns, 1};                                                          \
    const struct twopass_tensor of_x = twopass::rows_of(x, twopass::Element::element, x_stride);                    \
    const struct twopass_tensor of_y = twopass::rows_of(y, twopass::Element::element, y_stride);                    \
    return twopass_divergence(&shape, &of_x, &of_y, divergences, options);                                          \
  }                                                                                                                 \
  twopass_status twopass_divergence_backward_##element(size_t rows, size_t columns, const type* x, size_t x_stride, \
                                                       const type* y, size_t y_stride, const float* d, type* dy,    \
                                                       size_t dy_stride, const struct twopass_options* options) {   \
    const struct twopass_shape shape = {rows, columns, 1};                                                          \
    const struct twopass_tensor of_x = twopass::rows_of(x, twopass::Element::element, x_stride);                    \
    const struct twopass_tensor of_y = twopass::rows_of(y, twopass::Element::element, y_stride);                    \
    const struct twopass_tensor of_dy = twopass::rows_of(dy, twopass::Element::element, dy_stride);                 \
    return twopass_divergence_backward(&shape, &of_x, &of_y, d, &of_dy, options);                                   \
  }

TWOPASS_FOR_EACH_ELEMENT(TWOPASS_DEFINE)
