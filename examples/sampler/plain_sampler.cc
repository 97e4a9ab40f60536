// Plain loops and the sorts of the standard library, compiled with the flags of the rest of the program.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/sampler/plain_sampler.h"

#include <algorithm>
#include <cmath>

namespace sampler {

void PlainSampler::set_probabilities(float temperature) {
  float max = candidates_[0].logit;
  for (const Candidate& it : candidates_) max = std::max(max, it.logit);
  double sum = 0.0;
  for (Candidate& it : candidates_) sum += it.probability = std::exp((it.logit - max) / temperature);
  for (Candidate& it : candidates_) it.probability = static_cast<float>(it.probability / sum);
}

twopass_sample PlainSampler::sample(std::size_t vocabulary, const float* logits, const twopass_sampler& sampler) {
  if (sampler.temperature == 0) return {std::max_element(logits, logits + vocabulary) - logits, 1, 0.0f};

  candidates_.resize(vocabulary);
  for (std::size_t i = 0; i < vocabulary; i++) candidates_[i] = {logits[i], 0.0f, static_cast<int>(i)};
  if (sampler.top_k != 0 && sampler.top_k < vocabulary) {
    const auto end = candidates_.begin() + static_cast<std::ptrdiff_t>(sampler.top_k);
    std::partial_sort(candidates_.begin(), end, candidates_.end(), comes_before);
    candidates_.erase(end, candidates_.end());
  } else if (sampler.top_p < 1) {
    std::sort(candidates_.begin(), candidates_.end(), comes_before);
  }

  if (sampler.top_p < 1 || sampler.min_p > 0) {
    set_probabilities(1.0f);
    if (sampler.top_p < 1) {
      double sum = 0.0;
      std::size_t left = 0;
      while (left < candidates_.size() && (left == 0 || sum < sampler.top_p)) sum += candidates_[left++].probability;
      candidates_.resize(left);
    }
    float largest = 0.0f;
    for (const Candidate& it : candidates_) largest = std::max(largest, it.probability);
    candidates_.erase(std::remove_if(candidates_.begin(), candidates_.end(),
                                     [&](const Candidate& it) { return it.probability < sampler.min_p * largest; }),
                      candidates_.end());
  }

  set_probabilities(sampler.temperature);
  double left = std::uniform_real_distribution<double>()(random_);
  const Candidate* drawn = &candidates_.front();
  for (const Candidate& it : candidates_) {
    drawn = &it;
    if ((left -= it.probability) < 0) break;
  }
  return {drawn->token, candidates_.size(), std::log(drawn->probability)};
}

}  // namespace sampler
