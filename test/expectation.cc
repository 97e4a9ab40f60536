// The contracts of src/kernels.h, checked result by result.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/expectation.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "test/reference.h"

namespace twopass_test {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

// raddextexp and vscaleextexp take elements beyond this for this.
constexpr float kSaturation = 0x1p21f;

float Saturated(float x) { return std::isnan(x) ? x : std::clamp(x, -kSaturation, kSaturation); }

float MaxWithoutNaN(const std::vector<float>& x) {
  float max = -std::numeric_limits<float>::infinity();
  for (float value : x) max = value > max ? value : max;
  return max;
}

long double Units(long double actual, long double exact) { return std::fabs(actual / exact - 1) / kEpsilon; }

}  // namespace

Arguments ArgumentsFor(const std::vector<float>& x) {
  Arguments arguments;
  arguments.max = MaxWithoutNaN(x);
  arguments.scale = 0.7f;
  arguments.exponent = static_cast<float>(std::round(Saturated(arguments.max) / kLn2));
  return arguments;
}

std::vector<float> ElementsFor(const Family& family, const std::vector<float>& logits) {
  if (!family.takes_exponentials) return logits;
  const float max = MaxWithoutNaN(logits);
  std::vector<float> x(logits.size());
  std::transform(logits.begin(), logits.end(), x.begin(), [max](float logit) {
    const float exponential = std::exp(logit - max);
    return exponential < FLT_MIN ? 0.0f : exponential;
  });
  return x;
}

Expectation::Expectation(const Family& family, const std::vector<float>& x, const Arguments& arguments)
    : family_(family), x_(x) {
  float max = x[0];
  long double sum = 0;
  Pair pair{Saturated(x[0]), 0};
  for (float value : x) {
    if (family.exact != nullptr) {
      exact_.push_back(family.exact(value, arguments));
      sum += exact_.back();
      sum_.push_back(sum);
    }
    if (family.reduces == Reduces::kToMaximum) {
      max = std::isnan(max) || value <= max ? max : value;
      max_.push_back(max);
    }
    if (family.reduces == Reduces::kToPair) {
      const long double saturated = Saturated(value);
      if (saturated > pair.max) pair = {saturated, pair.sum * std::exp(pair.max - saturated)};
      pair.sum += std::exp(saturated - pair.max);
      pair_.push_back(pair);
    }
  }
}

AssertionResult Expectation::Check(size_t count, const Reduction& reduction, const float* y) const {
  AssertionResult result = AssertionSuccess();
  switch (family_.reduces) {
    case Reduces::kToNothing: break;
    case Reduces::kToMaximum: result = CheckMaximum(count, reduction.value); break;
    case Reduces::kToSum: result = CheckSum(count, reduction.value); break;
    case Reduces::kToPair: result = CheckPair(count, reduction); break;
  }
  if (result && family_.stores) result = CheckOutputs(count, y);
  return result;
}

AssertionResult Expectation::CheckMaximum(size_t count, float max) const {
  const float expected = max_[count - 1];
  if (std::isnan(expected) || max == expected) return AssertionSuccess();  // a NaN may or may not show
  return AssertionFailure() << "the maximum of " << count << " is " << max << ", not " << expected;
}

AssertionResult Expectation::CheckSum(size_t count, float sum) const {
  const long double exact = sum_[count - 1];
  if (std::isnan(exact) && std::isnan(sum)) return AssertionSuccess();
  // A term below FLT_MIN may count as 0 or as FLT_MIN.
  const long double allowed = family_.bound_of_sum * exact + count * static_cast<long double>(FLT_MIN);
  if (std::fabs(sum - exact) <= allowed) return AssertionSuccess();
  return AssertionFailure() << "the sum of " << count << " is " << sum << ", not " << exact << ": off by "
                            << Units(sum, exact) << " * 2^-23";
}

AssertionResult Expectation::CheckPair(size_t count, const Reduction& pair) const {
  const auto [max, exact] = pair_[count - 1];
  if (std::isnan(exact)) {
    if (std::isnan(pair.value)) return AssertionSuccess();
    return AssertionFailure() << "the mantissa for " << count << " is " << pair.value << ", not NaN";
  }
  const auto failure = [&, max = max] {
    return AssertionFailure() << "the pair for " << count << " is " << pair.value << " * 2^" << pair.exponent
                              << " with a maximum of " << max << ": ";
  };
  if (!(pair.value >= 0.7f && pair.value <= 1.5f * count)) return failure() << "the mantissa is out of its range";
  // round(max * log2(e)), where the product carries the rounding of log2(e) to a float
  const long double exponent = max / kLn2;
  if (pair.exponent != std::round(pair.exponent) ||
      !(std::fabs(pair.exponent - exponent) <= 0.5L + std::fabs(exponent) * kEpsilon)) {
    return failure() << "the exponent is not round(" << exponent << ")";
  }
  if (std::fabs(max) == kSaturation && std::fabs(pair.exponent) < kSaturation / kLn2 - 1) {
    return failure() << "the exponent does not show that the maximum is out of range";
  }
  if (std::fabs(max) > kTwoPassLimit) return AssertionSuccess();
  const long double actual = pair.value * std::exp(pair.exponent * kLn2 - max);
  if (std::fabs(actual - exact) <= family_.bound_of_sum * exact) return AssertionSuccess();
  return failure() << "off by " << Units(actual, exact) << " * 2^-23";
}

AssertionResult Expectation::CheckOutputs(size_t count, const float* y) const {
  for (size_t i = 0; i < count; i++) {
    if (IsWithin(y[i], exact_[i], family_.bound_of_y)) continue;
    return AssertionFailure() << "y[" << i << "] for " << x_[i] << " and a count of " << count << " is " << y[i] << ", not "
                              << exact_[i] << ": off by " << Units(y[i], exact_[i]) << " * 2^-23";
  }
  return AssertionSuccess();
}

}  // namespace twopass_test
