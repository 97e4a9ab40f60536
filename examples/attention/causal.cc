// What README.md and docs/attention.md show of a struct twopass_logits.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/attention/causal.h"

#include <cmath>

namespace attention {
namespace {

constexpr float kTemperature = 0.7f;
constexpr float kSink = 1.0f;

}  // namespace

Causal::Causal(Shape of) : shape(of), scale(1.0f / kTemperature), sinks(of.heads, kSink) {
  for (std::size_t row = 0; row < shape.rows(); row++) {
    lengths.push_back(static_cast<std::int64_t>(row % shape.positions + 1));
  }
  for (std::size_t query = 0; query < shape.positions; query++) {
    for (std::size_t key = 0; key < shape.positions; key++) {
      distances.push_back(static_cast<float>(key) - static_cast<float>(query));
    }
  }
  for (std::size_t head = 1; head <= shape.heads; head++) {
    slopes.push_back(std::exp2(-8.0f * static_cast<float>(head) / static_cast<float>(shape.heads)));
  }
}

twopass_logits logits_of(const Causal& causal) {
  twopass_logits logits = {};
  logits.rows_of_head = causal.shape.positions;
  logits.scale = &causal.scale;                     // one for all
  logits.lengths = causal.lengths.data();           // query + 1 for each row
  logits.bias = causal.distances.data();            // key - query: a row for each query
  logits.bias_row_stride = causal.shape.positions;  // shared by the heads, since bias_head_stride is 0
  logits.slope = causal.slopes.data();              // one for each head, which multiplies the bias
  logits.sink = causal.sinks.data();                // one for each head
  return logits;
}

twopass_status weigh(const Shape& shape, const twopass_logits& logits, const float* scores, float* weights,
                     float* log_sums) {
  twopass_options options = {};
  options.logits = &logits;
  options.log_sums = log_sums;
  return twopass_softmax_f32(shape.rows(), shape.positions, scores, shape.positions, weights, shape.positions,
                             &options);
}

std::vector<Step> steps_of(const Causal& causal) {
  const twopass_logits all = logits_of(causal);
  twopass_logits some = {};
  some.rows_of_head = all.rows_of_head;
  std::vector<Step> steps = {{"the scores as they are", some}};
  some.scale = all.scale;
  steps.push_back({"with a temperature", some});
  some.lengths = all.lengths;
  steps.push_back({"and causal", some});
  some.bias = all.bias;
  some.bias_row_stride = all.bias_row_stride;
  some.slope = all.slope;
  steps.push_back({"and with ALiBi", some});
  steps.push_back({"and with a sink", all});
  return steps;
}

}  // namespace attention
