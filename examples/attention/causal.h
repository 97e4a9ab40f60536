// What becomes of the scores of an attention before their softmax, and the call that does it all.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_ATTENTION_CAUSAL_H_
#define TWOPASS_EXAMPLES_ATTENTION_CAUSAL_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "twopass.h"

namespace attention {

// Heads x positions x positions: each position is a query, and a key to those that come later and to itself.
struct Shape {
  std::size_t heads;
  std::size_t positions;

  std::size_t rows() const { return heads * positions; }
};

// Causal attention with a temperature, ALiBi ("Train Short, Test Long", Press et al., 2021) and a sink for each head.
struct Causal {
  explicit Causal(Shape of);

  Shape shape;
  float scale;                        // 1 / temperature
  std::vector<std::int64_t> lengths;  // one for each row: the query itself, and what came before
  std::vector<float> distances;       // positions x positions: -(how far the key lies back)
  std::vector<float> slopes;          // one for each head: how fast it forgets
  std::vector<float> sinks;           // one for each head: what it attends to where nothing else has a larger score
};

// The same as the library takes it. It refers to the arrays of `causal`.
twopass_logits logits_of(const Causal& causal);

// The weights of the attention from its scores, and the log-sum-exp of each row where that is not NULL.
twopass_status weigh(const Shape& shape, const twopass_logits& logits, const float* scores, float* weights,
                     float* log_sums);

// That, one thing after the other.
struct Step {
  const char* name;
  twopass_logits logits;
};

std::vector<Step> steps_of(const Causal& causal);

}  // namespace attention

#endif  // TWOPASS_EXAMPLES_ATTENTION_CAUSAL_H_
