// Sums over the weights, in double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/attention/measures.h"

#include <algorithm>
#include <cmath>

namespace attention {

// A softmax gives each logit exp(logit - log-sum-exp).
double share_of_sink(const Shape& shape, const twopass_logits& logits, const Weights& weights, std::size_t row) {
  if (!logits.sink) return 0.0;
  return std::exp(double(logits.sink[row / shape.positions]) - weights.log_sums[row]);
}

double mean_share_of_sink(const Shape& shape, const twopass_logits& logits, const Weights& weights) {
  double sum = 0.0;
  for (std::size_t row = 0; row < shape.rows(); row++) sum += share_of_sink(shape, logits, weights, row);
  return sum / static_cast<double>(shape.rows());
}

double mean_distance(const Shape& shape, const Weights& weights) {
  double sum = 0.0, total = 0.0;
  for (std::size_t row = 0; row < shape.rows(); row++) {
    const double query = static_cast<double>(row % shape.positions);
    for (std::size_t key = 0; key < shape.positions; key++) {
      const double weight = weights.elements[row * shape.positions + key];
      sum += weight * std::fabs(query - static_cast<double>(key));
      total += weight;
    }
  }
  return sum / total;
}

double largest_error(const Weights& weights, const std::vector<double>& exact) {
  constexpr double kSmallest = 1e-37;
  double largest = 0.0;
  for (std::size_t i = 0; i < exact.size(); i++) {
    const double weight = weights.elements[i];
    if (exact[i] >= kSmallest) {
      largest = std::max(largest, std::fabs(weight - exact[i]) / exact[i]);
    } else if (!(weight < 2 * kSmallest)) {
      return INFINITY;
    }
  }
  return largest;
}

}  // namespace attention
