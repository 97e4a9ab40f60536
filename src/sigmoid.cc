// The public calls of the sigmoid and its gradient: attention without a sum.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "block.h"
#include "perform.h"
#include "twopass.h"

namespace twopass {
namespace {

bool conclude(Row&) { return true; }

void finish_sigmoid(const Block& block) {
  constexpr MapFamily kSigmoidFamily = {&Kernels::vsigmoid, &Kernels::vsigmoid};
  map_by(kSigmoidFamily, block, {0.0f, 0.0f, 1.0f, 0.0f, 0.0f, false}, nullptr);
}

// dx = dy * y * (1 - y)
void finish_backward(const Block& block) {
  constexpr Map2Family kGradientFamily = {&Kernels::vsigmoidgrad, &Kernels::vsigmoidgrad};
  map_by(kGradientFamily, block, {});
}

constexpr Algorithm kOutputs = {0, "", false, false, nullptr, finish_sigmoid};
const Kind kSigmoid = {&kOutputs, &kOutputs, kBlock, 0.0f, 0.0f, LogitsOfKind::kAllButSink, conclude};

constexpr Algorithm kGradients = {0, "", false, false, nullptr, finish_backward};
const Kind kSigmoidBackward = {&kGradients, &kGradients, kBlock, 0.0f, 0.0f, LogitsOfKind::kNone, conclude};

}  // namespace
}  // namespace twopass

twopass_status twopass_sigmoid(const struct twopass_shape* shape, const struct twopass_tensor* input,
                               const struct twopass_tensor* output, const struct twopass_options* options) {
  return twopass::perform({&twopass::kSigmoid, input, nullptr, output}, shape, options);
}

twopass_status twopass_sigmoid_backward(const struct twopass_shape* shape, const struct twopass_tensor* y,
                                        const struct twopass_tensor* dy, const struct twopass_tensor* dx,
                                        const struct twopass_options* options) {
  return twopass::perform_gradient(twopass::kSigmoidBackward, shape, y, dy, dx, options);
}
