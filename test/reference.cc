// Softmax in double, whose error is 2^-29 of what is measured here; and the bounds that its contract sets.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/reference.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>

namespace twopass_test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// The relative error that rounding x - max to a float adds to its exponential. Down to -1 the bound that holds
// everywhere covers it; from -104 on the exponential is far below FLT_MIN.
double ErrorOfRoundedDifference(float x, float max) {
  const double difference = static_cast<double>(x) - max;
  if (difference >= -1 || difference < -104) return 0;
  const double rounded = static_cast<float>(difference);
  return std::expm1(std::fabs(rounded - difference));
}

}  // namespace

bool IsWithin(float actual, double exact, double bound) {
  if (std::isnan(exact)) return std::isnan(actual);
  const bool is_positive_zero = actual == 0 && !std::signbit(actual);
  if (is_positive_zero) return exact < FLT_MIN * (1 + bound);
  return actual >= FLT_MIN && std::fabs(actual - exact) <= bound * exact;
}

double UlpsInOne(double exact) { return std::exp2(FLT_MANT_DIG - 1 - std::ilogb(exact)); }

double UlpError(float actual, double exact) { return std::fabs(actual - exact) * UlpsInOne(exact); }

SoftmaxReference ReferenceSoftmax(const std::vector<float>& x, uint32_t algorithm, uint32_t flags, double bound) {
  const size_t n = x.size();
  SoftmaxReference reference{std::vector<double>(n), std::vector<double>(n, bound)};
  const float max = *std::max_element(x.begin(), x.end());
  const bool has_nan = std::any_of(x.begin(), x.end(), [](float v) { return std::isnan(v); });
  if (has_nan || std::isinf(max)) {
    const bool is_masked = !has_nan && max < 0;
    const bool gives_zero = is_masked && (flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0;
    std::fill(reference.exact.begin(), reference.exact.end(), gives_zero ? 0 : kNaN);
    return reference;
  }

  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    reference.exact[i] = std::exp(static_cast<double>(x[i]) - max);
    sum += reference.exact[i];
  }
  for (double& exact : reference.exact) exact /= sum;

  if (algorithm == TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE || algorithm == TWOPASS_ALGORITHM_THREE_PASS_RELOAD) {
    double error_of_sum = 0;
    for (size_t i = 0; i < n; i++) error_of_sum += reference.exact[i] * ErrorOfRoundedDifference(x[i], max);
    for (size_t i = 0; i < n; i++) reference.bound[i] += ErrorOfRoundedDifference(x[i], max) + error_of_sum;
  }
  return reference;
}

std::string Difference(const SoftmaxReference& reference, const std::vector<float>& x, const float* y) {
  for (size_t i = 0; i < x.size(); i++) {
    if (IsWithin(y[i], reference.exact[i], reference.bound[i])) continue;
    std::ostringstream message;
    message.precision(9);
    message << "softmax(" << x[i] << ") at " << i << " of " << x.size() << " is " << y[i] << ", not "
            << reference.exact[i] << ": off by " << std::fabs(y[i] / reference.exact[i] - 1) / kEpsilon
            << " * 2^-23, allowed are " << reference.bound[i] / kEpsilon;
    return message.str();
  }
  return "";
}

}  // namespace twopass_test
