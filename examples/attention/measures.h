// What there is to say of the weights of an attention.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_ATTENTION_MEASURES_H_
#define TWOPASS_EXAMPLES_ATTENTION_MEASURES_H_

#include <cstddef>
#include <vector>

#include "examples/attention/causal.h"
#include "twopass.h"

namespace attention {

struct Weights {
  std::vector<float> elements;
  std::vector<float> log_sums;
};

// What the sink has of the attention of a row, by its log-sum-exp; 0 without a sink.
double share_of_sink(const Shape& shape, const twopass_logits& logits, const Weights& weights, std::size_t row);

// The mean of that over all rows.
double mean_share_of_sink(const Shape& shape, const twopass_logits& logits, const Weights& weights);

// The mean distance between a query and its keys, as they are weighed; over all rows.
double mean_distance(const Shape& shape, const Weights& weights);

// The largest of what a weight is off by, relative to the weight in double, where that is 1e-37 or more: twopass writes
// 0 for what is below FLT_MIN, which is about 1.2e-38. For a weight below, it is infinity unless that is below, too.
double largest_error(const Weights& weights, const std::vector<double>& exact);

}  // namespace attention

#endif  // TWOPASS_EXAMPLES_ATTENTION_MEASURES_H_
