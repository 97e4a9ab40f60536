// Softmax regression (multinomial logistic regression): logits are sums of the inputs by weights, and the loss is the
// cross-entropy of their softmax with the label.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_TRAIN_REGRESSION_H_
#define TWOPASS_EXAMPLES_TRAIN_REGRESSION_H_

#include <cstddef>
#include <vector>

#include "examples/train/digits.h"

namespace train {

struct Evaluation {
  double loss;                  // the mean over the digits
  std::size_t right;            // digits whose largest logit is that of their label
  std::vector<float> gradient;  // of the mean loss by the logits, kClasses for each digit
};

class Regression {
 public:
  // Forward, and backward as far as the logits. Throws std::runtime_error where twopass reports an error.
  Evaluation evaluate(const Digits& digits) const;

  // The rest of the way back, and a step of that size down the gradient.
  void descend(const Digits& digits, const Evaluation& evaluation, float rate);

 private:
  std::vector<float> weights_ = std::vector<float>(kInputs * kClasses);  // kClasses for each input; 0 at first
};

}  // namespace train

#endif  // TWOPASS_EXAMPLES_TRAIN_REGRESSION_H_
