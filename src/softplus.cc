// The public calls of a softplus with l1 normalisation, and of its gradient.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <float.h>
#include <math.h>

#include "block.h"
#include "perform.h"
#include "twopass.h"

namespace twopass {
namespace {

// With s = log(1 + exp(x)) of each logit, and S the sum of s over the row:
//
//   y = s / S
//   dx = sigmoid(x) / S * (dy - sum of y * dy)

// What a row keeps in its details: 1 / S, and the sum of y * dy.
enum { kFactor, kSumOfProducts };

struct twopass_params params_of(double factor) {
  return {0.0f, 0.0f, static_cast<float>(factor), 0.0f, 0.0f, false};
}

// Calls piece(start, count, x), with some elements of the block in turn.
template <class Piece>
void for_each_loaded(const Block& block, float* buffer, const Piece& piece) {
  for_each_piece(block.start, block.start + block.count, kMaxCopied, [&](size_t start, size_t count) {
    piece(start, count, load(block.row.plan, block.operation().input, block.row.index, start, count, buffer));
  });
}

const float* load_weights(const Block& block, size_t start, size_t count, float* buffer) {
  return load(block.row.plan, block.operation().weights, block.row.index, start, count, buffer);
}

// S, and for a gradient the sum of s * dy.
Extexp reduce(const Block& block) {
  const Kernels& kernels = block.row.plan.isa->kernels_of_floats();
  float s[kMaxCopied], weights[kMaxCopied];
  const struct twopass_params params = params_of(1.0);
  double total = 0.0;
  for_each_loaded(block, s, [&](size_t start, size_t count, const float* x) {
    struct twopass_reduction sum;
    kernels.vsoftplus(count, x, s, &params);
    kernels.radd(count, s, nullptr, nullptr, &sum);
    total += sum.value;
    if (!block.operation().has_weights()) return;
    kernels.rdot(count, s, load_weights(block, start, count, weights), nullptr, &sum);
    block.group().moment += sum.value;
  });
  return {total, 0.0};
}

bool conclude(Row& row) {
  const Operation& operation = *row.plan.operation;
  const double sum = value_of(row.total);
  if (!(sum >= FLT_MIN && sum <= 1.0 / FLT_MIN)) {
    fill(row, sum < FLT_MIN ? empty_of(operation) : NAN);
    return false;
  }
  row.details[kFactor] = 1.0 / sum;
  if (operation.has_weights()) {
    double moment = 0.0;
    for (size_t group = 0; group < row.plan.groups; group++) moment += row.groups[group].moment;
    row.details[kSumOfProducts] = moment / sum;
  }
  return true;
}

void finish_softplus(const Block& block) {
  constexpr MapFamily kSoftplusFamily = {&Kernels::vsoftplus, &Kernels::vsoftplus};
  map_by(kSoftplusFamily, block, params_of(block.row.details[kFactor]), nullptr);
}

void finish_backward(const Block& block) {
  const Kernels& kernels = block.row.plan.isa->kernels_of_floats();
  const Matrix& output = block.operation().output;
  float slopes[kMaxCopied], weights[kMaxCopied];
  const struct twopass_params params_of_slopes = params_of(block.row.details[kFactor]);
  struct twopass_params params = params_of(1.0);
  params.offset = static_cast<float>(block.row.details[kSumOfProducts]);
  for_each_loaded(block, slopes, [&](size_t start, size_t count, const float* x) {
    kernels.vsigmoid(count, x, slopes, &params_of_slopes);
    const float* const w = load_weights(block, start, count, weights);
    float* const y = place_of(output, block.row.index, start, slopes);
    kernels.vsoftmaxgrad(count, slopes, w, y, &params);
    store(block.row.plan, output, block.row.index, start, count, y);
  });
}

constexpr Algorithm kOutputs = {0, "", false, false, reduce, finish_softplus};
const Kind kSoftplus = {&kOutputs, &kOutputs, kBlock, 0.0f, 0.0f, LogitsOfKind::kAllButSink, conclude};

constexpr Algorithm kGradients = {0, "", false, false, reduce, finish_backward};
const Kind kSoftplusBackward = {&kGradients, &kGradients, kBlock, 0.0f, 0.0f, LogitsOfKind::kAllButSink, conclude};

}  // namespace
}  // namespace twopass

twopass_status twopass_softplus_l1(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                   const struct twopass_tensor* output, const struct twopass_options* options) {
  return twopass::perform({&twopass::kSoftplus, input, nullptr, output}, shape, options);
}

twopass_status twopass_softplus_l1_backward(const struct twopass_shape* shape, const struct twopass_tensor* x,
                                            const struct twopass_tensor* dy, const struct twopass_tensor* dx,
                                            const struct twopass_options* options) {
  return twopass::perform_gradient(twopass::kSoftplusBackward, shape, x, dy, dx, options);
}
