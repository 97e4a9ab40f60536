// Sampling as anybody would write it: sort, filter, draw.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_SAMPLER_PLAIN_SAMPLER_H_
#define TWOPASS_EXAMPLES_SAMPLER_PLAIN_SAMPLER_H_

#include <cstddef>
#include <random>
#include <vector>

#include "twopass_tokens.h"

namespace sampler {

class PlainSampler {
 public:
  // Draws a token by the rules of twopass_tokens.h, with a random number of its own. Sorts no more than it has to: the
  // top_k largest where there are as many, everything for top_p, and nothing for a temperature alone.
  twopass_sample sample(std::size_t vocabulary, const float* logits, const twopass_sampler& sampler);

 private:
  struct Candidate {
    float logit;
    float probability;
    int token;
  };

  static bool comes_before(const Candidate& a, const Candidate& b) { return a.logit > b.logit; }

  // Makes them exp(x / temperature) / sum.
  void set_probabilities(float temperature);

  std::vector<Candidate> candidates_;
  std::mt19937_64 random_;
};

}  // namespace sampler

#endif  // TWOPASS_EXAMPLES_SAMPLER_PLAIN_SAMPLER_H_
