// Softmax regression.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/train/regression.h"

#include <twopass.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace train {

Evaluation Regression::evaluate(const Digits& digits) const {
  const std::size_t count = digits.count();
  std::vector<float> logits(count * kClasses);
  for (std::size_t i = 0; i < count; i++) {
    for (std::size_t j = 0; j < kInputs; j++) {
      const float input = digits.inputs[i * kInputs + j];
      for (std::size_t c = 0; c < kClasses; c++) logits[i * kClasses + c] += input * weights_[j * kClasses + c];
    }
  }
  std::size_t right = 0;
  for (std::size_t i = 0; i < count; i++) {
    const float* row = &logits[i * kClasses];
    right += std::max_element(row, row + kClasses) - row == digits.labels[i];
  }

  // The losses, and in the place of the logits the gradient of their mean.
  std::vector<float> losses(count);
  twopass_cross_entropy_options mean = {};
  mean.gradient_scale = 1.0f / static_cast<float>(count);
  const twopass_status status =
      twopass_cross_entropy_f32(count, kClasses, logits.data(), kClasses, digits.labels.data(), losses.data(),
                                /*gradient=*/logits.data(), kClasses, &mean, nullptr);
  if (status != TWOPASS_OK) throw std::runtime_error(twopass_status_string(status));
  const double loss = std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(count);
  return {loss, right, std::move(logits)};
}

void Regression::descend(const Digits& digits, const Evaluation& evaluation, float rate) {
  std::vector<float> gradient(weights_.size());  // by the weights
  for (std::size_t i = 0; i < digits.count(); i++) {
    for (std::size_t j = 0; j < kInputs; j++) {
      const float input = digits.inputs[i * kInputs + j];
      for (std::size_t c = 0; c < kClasses; c++) {
        gradient[j * kClasses + c] += input * evaluation.gradient[i * kClasses + c];
      }
    }
  }
  for (std::size_t k = 0; k < weights_.size(); k++) weights_[k] -= rate * gradient[k];
}

}  // namespace train
