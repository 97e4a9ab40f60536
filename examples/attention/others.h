// Other ways to the weights of an attention, to compare with.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_ATTENTION_OTHERS_H_
#define TWOPASS_EXAMPLES_ATTENTION_OTHERS_H_

#include <cstddef>
#include <vector>

#include "examples/attention/causal.h"
#include "twopass.h"

namespace attention {

// By definition, in loops as anybody would write them, in float or in double.
template <class Real>
void plain_loop(const Shape& shape, const twopass_logits& logits, const float* scores, Real* weights);

// In two passes: the first writes what becomes of the scores, the second is a softmax. A sink is a column more.
class SeparatePasses {
 public:
  explicit SeparatePasses(const Shape& shape) : shape_(shape), weights_(shape.rows() * (shape.positions + 1)) {}

  twopass_status weigh(const twopass_logits& logits, const float* scores);

  // That of the last call; its rows are `positions` apart, or one more with a sink.
  const std::vector<float>& weights() const { return weights_; }

 private:
  Shape shape_;
  std::vector<float> weights_;
};

}  // namespace attention

#endif  // TWOPASS_EXAMPLES_ATTENTION_OTHERS_H_
