// The contracts of src/kernels.h, checked result by result.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/expectation.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <string>

#include "test/reference.h"

namespace twopass_test {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// raddextexp takes exp of anything below this for 0.
constexpr double kLowestTerm = -0x1p22 * kLn2;
// Exponents of pairs beyond this are out of the range in which mantissas mean anything.
constexpr double kMaxExponent = kTwoPassLimit / kLn2;

// The relative error of the rest beside the maximum.
constexpr double kBoundOfRest = 4 * kEpsilon;

// From here on a sum that may overflow may be infinite or NaN.
constexpr double kMayOverflow = 0x1p104;

float MaxWithoutNaN(const std::vector<float>& x) {
  float max = static_cast<float>(-kInfinity);
  for (float value : x) max = value > max ? value : max;
  return max;
}

double Units(double actual, double exact) { return std::fabs(actual / exact - 1) / kEpsilon; }

}  // namespace

twopass_params ParamsFor(const Family& family, const std::vector<float>& x) {
  twopass_params params = kNeutralParams;
  const float max = MaxWithoutNaN(x);
  params.scale = family.takes_exponentials ? 0.7f / kStoredPower : 0.7f;
  if (family.subtracts_offset) params.offset = max;
  // In floats, as the kernels do it: near a tie that decides which results are the least.
  if (family.takes_anchor) params.anchor = std::round(max * static_cast<float>(1 / kLn2));
  if (family.MayOverflow()) params.anchor = std::clamp(params.anchor, -kMaxAnchorOfSum, kMaxAnchorOfSum);
  return params;
}

std::vector<float> ElementsFor(const Family& family, const std::vector<float>& logits) {
  if (!family.takes_exponentials) return logits;
  const float max = MaxWithoutNaN(logits);
  std::vector<float> x(logits.size());
  std::transform(logits.begin(), logits.end(), x.begin(), [max](float logit) {
    // What would be less than FLT_MIN / 2 is stored as some number up to that, times kStoredPower. NaN stays NaN.
    const float difference = logit - max;
    return std::exp(difference < -88 ? -88 : difference) * kStoredPower;
  });
  return x;
}

Expectation::Expectation(const Kernel& kernel, const std::vector<float>& x, const twopass_params& params)
    : family_(*kernel.family), ln2_excess_(kernel.Ln2Excess()), params_(params), x_(x) {
  float max = x[0];
  double sum = 0;
  Pair pair{-kInfinity, 0};
  for (float value : x) {
    if (family_.HasExactY()) {
      exact_.push_back(family_.ExactY(value, params, ln2_excess_));
      sum += exact_.back();
      sum_.push_back(sum);
    }
    if (family_.reduces == Reduces::kToMaximum) {
      max = std::isnan(max) || value <= max ? max : value;
      max_.push_back(max);
    }
    if (family_.reduces == Reduces::kToPair) {
      if (value > pair.max && value >= kLowestTerm) pair = {value, pair.sum * std::exp(pair.max - value)};
      if (!(value < kLowestTerm)) pair.sum += value == pair.max ? 1 : std::exp(value - pair.max);
      pair_.push_back(pair);
    }
  }
}

AssertionResult Expectation::Check(size_t count, const twopass_reduction& reduction, const float* y) const {
  AssertionResult result = AssertionSuccess();
  switch (family_.reduces) {
    case Reduces::kToNothing:
      break;
    case Reduces::kToMaximum:
      result = CheckMaximum(count, reduction.value);
      break;
    case Reduces::kToSum:
      result = CheckSum(count, reduction);
      break;
    case Reduces::kToPair:
      result = CheckPair(count, reduction);
      break;
  }
  if (result && family_.stores) result = CheckOutputs(count, y);
  return result;
}

AssertionResult Expectation::CheckMaximum(size_t count, float max) const {
  const float expected = max_[count - 1];
  if (std::isnan(expected) || max == expected) return AssertionSuccess();  // a NaN may or may not show
  if (max == 0 && std::fabs(expected) < FLT_MIN) return AssertionSuccess();
  return AssertionFailure() << "the maximum of " << count << " is " << max << ", not " << expected;
}

AssertionResult Expectation::CheckSum(size_t count, const twopass_reduction& sum) const {
  const double exact = sum_[count - 1];
  if (sum.exponent != family_.ExponentOfSum(params_)) {
    return AssertionFailure() << "the exponent is " << sum.exponent << ", not " << family_.ExponentOfSum(params_);
  }
  if (std::isnan(exact) && std::isnan(sum.value)) return AssertionSuccess();
  if (family_.MayOverflow() && exact > kMayOverflow && !std::isfinite(sum.value)) return AssertionSuccess();
  // A term that need not show may count as any number up to the least one.
  const double allowed = family_.bound_of_sum * exact + count * static_cast<double>(family_.least_y);
  if (std::fabs(sum.value - exact) <= allowed) return AssertionSuccess();
  return AssertionFailure() << "the sum of " << count << " is " << sum.value << ", not " << exact << ": off by "
                            << Units(sum.value, exact) << " * 2^-23";
}

AssertionResult Expectation::CheckPair(size_t count, const twopass_reduction& pair) const {
  const auto failure = [&] {
    return AssertionFailure() << "the pair for " << count << " is " << pair.value << " * 2^" << pair.exponent << ": ";
  };
  const auto [max, exact] = pair_[count - 1];
  if (std::isnan(exact)) return std::isnan(pair.value) ? AssertionSuccess() : failure() << "the mantissa is not NaN";
  if (max == -kInfinity) {
    return pair.value == 0 && pair.exponent == -0x1p22f ? AssertionSuccess() : failure() << "that is not 0 * 2^(-2^22)";
  }
  const double exponent = max / kLn2;
  if (std::fabs(max) > kTwoPassLimit) {
    const bool tells = std::signbit(pair.exponent) == std::signbit(max) && std::fabs(pair.exponent) >= kMaxExponent - 1;
    return tells ? AssertionSuccess() : failure() << "that does not tell that it stands for 2^" << exponent;
  }
  // The product max * log2(e) carries the rounding of log2(e) to a float.
  const double rounding = std::fabs(exponent) * kEpsilon;
  if (pair.exponent != std::round(pair.exponent) || !(pair.exponent >= exponent - 1 - rounding) ||
      !(pair.exponent <= exponent + 0.5 + rounding)) {
    return failure() << "the exponent is neither round(" << exponent << ") nor its floor";
  }
  if (!(pair.value >= 0.7f && pair.value <= 2.0f * count)) return failure() << "the mantissa is out of its range";
  const double actual = pair.value * std::exp(pair.exponent * (kLn2 + ln2_excess_) - max);
  if (std::fabs(actual - exact) <= family_.bound_of_sum * exact) return AssertionSuccess();
  return failure() << "off by " << Units(actual, exact) << " * 2^-23";
}

AssertionResult Expectation::CheckOutputs(size_t count, const float* y) const {
  if (family_.is_softmax) return CheckSoftmax(count, y);
  if (family_.is_log_softmax) return CheckLogSoftmax(count, y);
  // No promise is made for other anchors.
  if (family_.Scales() && !(std::fabs(params_.anchor) < kMaxExponent + 32)) return AssertionSuccess();
  for (size_t i = 0; i < count; i++) {
    if (family_.MayOverflow() && exact_[i] > kMayOverflow) continue;
    const bool has_to_show = !(exact_[i] < family_.least_y) || family_.least_y == FLT_MIN;
    const bool is_right = has_to_show ? IsWithin(y[i], exact_[i], family_.bound_of_y)
                                      : y[i] == 0 || (y[i] >= FLT_MIN && y[i] <= family_.least_y);
    if (is_right) continue;
    return AssertionFailure() << "y[" << i << "] for " << x_[i] << " and a count of " << count << " is " << y[i]
                              << ", not " << exact_[i] << ": off by " << Units(y[i], exact_[i]) << " * 2^-23";
  }
  return AssertionSuccess();
}

AssertionResult Expectation::CheckSoftmax(size_t count, const float* y) const {
  const std::vector<float> x(x_.begin(), x_.begin() + count);
  const uint32_t flags = params_.empty == 0 ? TWOPASS_FLAG_MASKED_ROW_ZERO : 0;
  const SoftmaxReference reference =
      ReferenceSoftmax(x, TWOPASS_ALGORITHM_ANCHORED_RELOAD, flags, OrdinaryErrorOfOutput(ln2_excess_ != 0));
  const std::string difference = Difference(reference, x, y);
  return difference.empty() ? AssertionSuccess() : AssertionFailure() << difference;
}

AssertionResult Expectation::CheckLogSoftmax(size_t count, const float* y) const {
  const std::vector<float> x(x_.begin(), x_.begin() + count);
  const float max = MaxWithoutNaN(x);
  const bool is_empty = max == static_cast<float>(-kInfinity);
  double rest = 0, left_out = 0;
  size_t maxima = 0;
  for (float value : x) {
    const double term = is_empty && !std::isnan(value) ? 0 : std::exp((value - max) * (1 - ln2_excess_ / kLn2));
    if (value == max && std::isfinite(max) && maxima++ == 0) continue;
    rest += term;
    left_out += FLT_MIN + (term < kLeastRest ? term : 0);
  }
  const double log_sum = is_empty && rest == 0 ? params_.log_sum : std::log1p(rest);
  for (size_t i = 0; i < count; i++) {
    const double difference = is_empty ? x[i] : static_cast<double>(x[i]) - max, exact = difference - log_sum;
    // Of the two differences, of the logarithm, and of the sum.
    const double roundings = (std::fabs(difference) + log_sum + std::fabs(exact)) * kEpsilon / 2;
    const double allowed = roundings + (kBoundOfRest * rest + left_out) / (1 + rest) + 2 * FLT_MIN;
    const bool is_right = std::isnan(exact)   ? std::isnan(y[i])
                          : std::isinf(exact) ? y[i] == exact
                                              : std::fabs(y[i] - exact) <= allowed;
    if (is_right) continue;
    return AssertionFailure() << "y[" << i << "] for " << x[i] << " and a count of " << count << " is " << y[i]
                              << ", not " << exact << ": off by " << (y[i] - exact) / kEpsilon << " * 2^-23";
  }
  return AssertionSuccess();
}

}  // namespace twopass_test
