// One FamilyKernel for each row of the generated lists, and the contracts in double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/family_kernels.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <iterator>
#include <limits>
#include <type_traits>

#include "test/fused.h"
#include "test/inputs.h"
#include "test/kernel_table.h"
#include "test/reference.h"

namespace twopass_test {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

constexpr double kBound = 4 * kEpsilon;  // of all sums and differences

// Smaller terms may count as 0.
constexpr double kLeastTerm = 0x1p-64 * (1 + 0x1p-10);
constexpr double kLeastExp = 1.04 * FLT_MIN;  // exp(-87.3)
constexpr double kLeastProduct = FLT_MIN * (1 + kEpsilon);

constexpr double kBoundOfDivergence = 12 * kEpsilon;

bool IsDenormal(double value) { return value != 0 && std::fabs(value) < FLT_MIN; }

// Relative errors of single elements.
constexpr double kBoundOfSoftcap = 3 * kEpsilon;
constexpr double kBoundOfSigmoid = 3 * kEpsilon;
constexpr double kBoundOfSoftplus = 4 * kEpsilon;
constexpr double kBoundOfLowSoftplus = 3 * kEpsilon;  // for x below -20

// A float next to the boundary may be rounded to either side.
bool IsZeroOrNormal(float y) { return y == 0 || std::fabs(y) >= FLT_MIN || std::isnan(y); }

double Exp(const FamilyKernel& kernel, float x) { return std::exp(x * (1 - Ln2ExcessOf(kernel.name) / kLn2)); }

// An exact sum, and by how much a result may differ from it.
struct Sum {
  double value = 0;
  double magnitude = 0;
  double left_out = 0;  // of which a kernel need not take notice

  void Add(double term, bool may_be_left_out) {
    value += term;
    magnitude += std::fabs(term);
    if (may_be_left_out) left_out += std::fabs(term);
  }

  AssertionResult Check(const char* what, float actual) const {
    // What a float cannot hold, also on the way, may come out as NaN.
    const bool is_beyond_float = !std::isnan(value) && magnitude > FLT_MAX;
    if (std::isnan(value) || is_beyond_float) {
      if (std::isnan(actual) || (is_beyond_float && std::isinf(actual))) return AssertionSuccess();
    }
    const double error = std::fabs(actual - value);
    if (error <= kBound * magnitude + left_out) return AssertionSuccess();
    return AssertionFailure() << what << " is " << actual << ", not " << value << ": off by "
                              << error / magnitude / kEpsilon << " * 2^-23 of what was summed";
  }
};

AssertionResult CheckRowByMaximum(const FamilyKernel& kernel, const Rows& rows, size_t count,
                                  const twopass_max_sum& actual) {
  const float* const x = rows.x.data();
  if (std::any_of(x, x + count, [](float value) { return std::isnan(value); })) {
    if (std::isnan(actual.rest)) return AssertionSuccess();
    return AssertionFailure() << "rest is " << actual.rest << ", not NaN";
  }
  const float* const max = std::max_element(x, x + count);
  if (actual.max != *max && !(IsDenormal(*max) && actual.max == 0)) {
    return AssertionFailure() << "max is " << actual.max << ", not " << *max;
  }
  if (*max == -kInfinity) {
    if (actual.rest == -1) return AssertionSuccess();
    return AssertionFailure() << "rest of nothing is " << actual.rest;
  }
  Sum rest;
  for (const float* other = x; other != x + count; other++) {
    const double term = Exp(kernel, *other - *max);
    if (other != max || std::isnan(term)) rest.Add(term, term < kLeastRest);
    rest.left_out += FLT_MIN;
  }
  return rest.Check("rest", actual.rest);
}

AssertionResult CheckSum(const FamilyKernel& kernel, const Rows& rows, size_t count, const twopass_reduction& actual) {
  Sum sum;
  sum.left_out = FLT_MIN;  // the sum itself, where it is denormal
  for (size_t i = 0; i < count; i++) {
    const double x = rows.x[i], w = kernel.ReadsW() ? rows.w[i] : 1;
    sum.Add(x * w, IsDenormal(x) || IsDenormal(w) || std::fabs(x * w) < kLeastProduct);
  }
  if (actual.exponent != 0) return AssertionFailure() << "exponent is " << actual.exponent;
  return sum.Check("sum", actual.value);
}

AssertionResult CheckMoment(const FamilyKernel& kernel, const Rows& rows, size_t count,
                            const twopass_reduction& actual) {
  Sum sum, moment;
  for (size_t i = 0; i < count; i++) {
    const float x = rows.x[i] - rows.params.offset;
    const double term = Exp(kernel, x);
    if (term == 0) continue;
    sum.Add(term, term < kLeastTerm);
    moment.Add(x * term, term < kLeastTerm || IsDenormal(x));
  }
  if (actual.exponent != 0) return AssertionFailure() << "exponent is " << actual.exponent;
  const AssertionResult result = sum.Check("sum", actual.value);
  return result ? moment.Check("moment", actual.moment) : result;
}

// Where x and w are as the contract wants them. Terms around the bound below which p and q count as 0 may be either.
AssertionResult CheckDivergence(const FamilyKernel& kernel, const Rows& rows, size_t count,
                                const twopass_reduction& actual) {
  const twopass_params& params = rows.params;
  const bool is_jensen_shannon = kernel.family == "rjensenshannon";
  double value = 0, moment = 0, magnitude = 0, left_out = 0;
  if (!std::isfinite(params.offset) || !std::isfinite(params.offset_of_w)) return AssertionSuccess();
  for (size_t i = 0; i < count; i++) {
    if (!(rows.x[i] <= params.offset && rows.w[i] <= params.offset_of_w)) return AssertionSuccess();
    const double of_x = static_cast<double>(rows.x[i]) - params.offset;
    const double of_w = static_cast<double>(rows.w[i]) - params.offset_of_w;
    const auto exponential = [&](double of) {
      const double exact = std::exp(of * (1 - Ln2ExcessOf(kernel.name) / kLn2));
      if (exact < kLeastTerm) left_out += exact * (1 + params.ratio);
      return exact < 0x1p-64 ? 0 : exact;
    };
    const double p = exponential(of_x), q = exponential(of_w) * params.ratio;
    const double n = of_w - of_x + params.log_ratio;
    // Then by the first terms of their series: nothing would be left of exp(n) but the last bits of the C library.
    const bool is_tiny = std::fabs(n) < 0x1p-20;
    double term;
    if (is_jensen_shannon) {
      const double half = std::log1p(std::expm1(n) / 2);  // log((p + q) / 2) - log p
      if (p == 0 || q == 0) {
        term = (p + q) / 2 * kLn2;
      } else if (is_tiny) {
        term = p * n * n / 8 * (1 + n / 2);
      } else {
        // Where n is small, what this loses is for q as p * exp(n).
        term = (std::fabs(n) < 0.5 ? p * std::exp(n) * (n - half) - p * half : q * (n - half) - p * half) / 2;
      }
    } else if (p == 0) {
      term = q;
    } else {
      const double rest = is_tiny ? n * n / 2 * (1 + n / 3) : std::expm1(n) - n;
      term = std::fabs(n) < 0.5 ? p * rest : q - p - p * n;
      moment += p * n;
      magnitude += p * std::fabs(n);
    }
    value += term;
    if (std::fabs(term) < FLT_MIN) left_out += std::fabs(term);
  }
  if (!(magnitude <= FLT_MAX)) {
    if (!(std::fabs(actual.value) <= FLT_MAX) && !(std::fabs(actual.moment) <= FLT_MAX)) return AssertionSuccess();
    return AssertionFailure() << "value " << actual.value << " and moment " << actual.moment << " are finite";
  }
  left_out *= 64;  // by which its logarithm may multiply it
  if (actual.exponent != 0) return AssertionFailure() << "exponent is " << actual.exponent;
  if (!(std::fabs(actual.value - value) <= kBoundOfDivergence * value + left_out))
    return AssertionFailure() << "value is " << actual.value << ", not " << value << ": off by "
                              << (actual.value / value - 1) / kEpsilon << " * 2^-23";
  if (!is_jensen_shannon && !(std::fabs(actual.moment - moment) <= kBoundOfDivergence * magnitude + left_out))
    return AssertionFailure() << "moment is " << actual.moment << ", not " << moment;
  return AssertionSuccess();
}

AssertionResult IsEqual(float actual, float expected, bool may_be_zero) {
  if (std::isnan(expected) ? std::isnan(actual) : actual == expected) return AssertionSuccess();
  if (may_be_zero && actual == 0) return AssertionSuccess();
  return AssertionFailure() << "is " << actual << ", not " << expected;
}

AssertionResult CheckDifferences(const Rows& rows, size_t i, float y) {
  const float difference = rows.x[i] - rows.params.offset;
  const float expected = difference - rows.params.log_sum;
  if (IsDenormal(rows.x[i]) || IsDenormal(rows.params.offset) || IsDenormal(difference)) {
    return IsEqual(y, expected, std::fabs(expected) < 2 * FLT_MIN);
  }
  return IsEqual(y, expected, IsDenormal(expected));
}

AssertionResult CheckSoftmaxGradient(const Rows& rows, size_t i, float y) {
  const float difference = rows.w[i] - rows.params.offset;
  const float expected = rows.x[i] * difference;
  const double magnitude = std::fabs(static_cast<double>(rows.x[i]) * difference);
  if (!IsZeroOrNormal(y)) return AssertionFailure() << "is denormal: " << y;
  if (magnitude < FLT_MIN * (1 - kEpsilon)) return IsEqual(y, 0, true);
  return IsEqual(y, expected, magnitude < kLeastProduct);
}

AssertionResult CheckLogSoftmaxGradient(const FamilyKernel& kernel, const Rows& rows, size_t i, float y) {
  const double w = rows.w[i], exponential = Exp(kernel, rows.x[i]);
  const bool may_be_left_out = std::fmin(exponential, std::fabs(exponential * rows.params.scale)) < kLeastExp;
  const double product = exponential == 0 ? 0 : exponential * rows.params.scale;
  if (!IsZeroOrNormal(y)) return AssertionFailure() << "is denormal: " << y;
  if (product == 0) return IsEqual(y, rows.w[i], IsDenormal(w));
  const double exact = w - product, error = std::fabs(y - exact);
  const double left_out = (IsDenormal(w) ? std::fabs(w) : 0) + (may_be_left_out ? std::fabs(product) : 0);
  if (std::isnan(exact) ? std::isnan(y) : y == exact) return AssertionSuccess();  // infinite, too
  if (error <= kBound * std::fmax(std::fabs(w), std::fabs(product)) + left_out + FLT_MIN) return AssertionSuccess();
  return AssertionFailure() << "is " << y << ", not " << exact;
}

AssertionResult CheckScaled(const Rows& rows, size_t i, float y) {
  const float x = rows.x[i], scale = rows.params.scale;
  const bool may_be_zero = IsDenormal(x) || IsDenormal(scale) || std::fabs(x * scale) < kLeastProduct;
  return IsEqual(y, x * scale, may_be_zero);
}

AssertionResult CheckScaledAndBiased(const Rows& rows, size_t i, float y) {
  const float x = rows.x[i], w = rows.w[i], scale = rows.params.scale, slope = rows.params.slope;
  const float product = x * scale, bias = w * slope;
  if (y == Fused(x, scale, bias)) return AssertionSuccess();
  const bool is_product_left_out = IsDenormal(x) || IsDenormal(scale) || std::fabs(product) < kLeastProduct;
  const bool is_bias_left_out = IsDenormal(w) || IsDenormal(slope) || std::fabs(bias) < kLeastProduct;
  if ((is_product_left_out && IsEqual(y, bias, true)) || (is_bias_left_out && IsEqual(y, product, true))) {
    return AssertionSuccess();
  }
  const float sum = product + bias;
  return IsEqual(y, sum, (is_product_left_out && is_bias_left_out) || IsDenormal(sum));
}

AssertionResult CheckSoftcap(const Rows& rows, size_t i, float y) {
  const double product = static_cast<double>(rows.x[i]) * rows.params.scale;
  const double exact = rows.params.cap * std::tanh(product);
  if (std::isnan(exact) && std::isnan(y)) return AssertionSuccess();
  if (std::isinf(rows.x[i])) return IsEqual(y, static_cast<float>(exact), false);
  const double error = std::fabs(y - exact);
  if (error <= kBoundOfSoftcap * std::fabs(exact)) return AssertionSuccess();
  const bool is_denormal = IsDenormal(rows.x[i]) || IsDenormal(product) || std::fabs(exact) < kLeastProduct;
  if (is_denormal && (y == 0 || error <= 0x1p-149 * (1 + rows.params.cap))) return AssertionSuccess();
  return AssertionFailure() << "is " << y << ", not " << exact << ": off by " << error / std::fabs(exact) / kEpsilon
                            << " * 2^-23 of it";
}

// Of something like exp(x), times the scale.
AssertionResult CheckScaledExponential(double value, float scale, double bound, float y) {
  const double exact = value * scale;
  const bool is_positive_zero = y == 0 && !std::signbit(y);
  if (is_positive_zero && (value < kLeastExp || exact < kLeastExp)) return AssertionSuccess();
  if (exact > FLT_MAX && y == static_cast<float>(exact)) return AssertionSuccess();  // infinite
  if (!(value < FLT_MIN) && IsWithin(y, exact, bound)) return AssertionSuccess();
  return AssertionFailure() << "is " << y << ", not " << exact << ": off by " << std::fabs(y / exact - 1) / kEpsilon
                            << " * 2^-23 of it";
}

AssertionResult CheckSigmoid(const Rows& rows, size_t i, float y) {
  const double sigmoid = 1 / (1 + std::exp(-static_cast<double>(rows.x[i])));
  if (std::isinf(rows.x[i])) return IsEqual(y, static_cast<float>(sigmoid * rows.params.scale), false);
  return CheckScaledExponential(sigmoid, rows.params.scale, kBoundOfSigmoid, y);
}

AssertionResult CheckSoftplus(const Rows& rows, size_t i, float y) {
  const double x = rows.x[i];
  const double softplus = x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
  return CheckScaledExponential(softplus, rows.params.scale, x < -20 ? kBoundOfLowSoftplus : kBoundOfSoftplus, y);
}

AssertionResult CheckSigmoidGradient(const Rows& rows, size_t i, float y) {
  const float complement = 1 - rows.x[i];
  const float derivative = rows.x[i] * complement;
  const float expected = derivative * rows.w[i];
  const double magnitude = std::fabs(static_cast<double>(derivative) * rows.w[i]);
  if (!IsZeroOrNormal(y)) return AssertionFailure() << "is denormal: " << y;
  if (magnitude < FLT_MIN * (1 - kEpsilon)) return IsEqual(y, 0, true);
  return IsEqual(y, expected, magnitude < kLeastProduct);
}

AssertionResult CheckOutput(const FamilyKernel& kernel, const Rows& rows, size_t i, float y) {
  if (kernel.family == "vsubc") return CheckDifferences(rows, i, y);
  if (kernel.family == "vsoftmaxgrad") return CheckSoftmaxGradient(rows, i, y);
  if (kernel.family == "vscale") return CheckScaled(rows, i, y);
  if (kernel.family == "vscalebias") return CheckScaledAndBiased(rows, i, y);
  if (kernel.family == "vsoftcap") return CheckSoftcap(rows, i, y);
  if (kernel.family == "vsigmoid") return CheckSigmoid(rows, i, y);
  if (kernel.family == "vsoftplus") return CheckSoftplus(rows, i, y);
  if (kernel.family == "vsigmoidgrad") return CheckSigmoidGradient(rows, i, y);
  return CheckLogSoftmaxGradient(kernel, rows, i, y);
}

template <class Function>
void Add(std::vector<FamilyKernel>* kernels, const char* family, const char* isa, const char* label,
         size_t (*elements)(), Function* function) {
  if constexpr (std::is_constructible_v<decltype(FamilyKernel::function), Function*>) {
    if (IsInFamilyKernels(family)) kernels->push_back({family, isa, label, elements, function});
  }
}

}  // namespace

bool FamilyKernel::ReadsW() const {
  return std::holds_alternative<twopass_reduce2_fn*>(function) || std::holds_alternative<twopass_map2_fn*>(function);
}

bool FamilyKernel::Stores() const {
  return std::holds_alternative<twopass_map_fn*>(function) || std::holds_alternative<twopass_map2_fn*>(function);
}

bool FamilyKernel::IsGradient() const { return family.size() > 4 && family.substr(family.size() - 4) == "grad"; }

bool FamilyKernel::IsOfLogits() const { return Stores() && !IsGradient() && family != "vsubc"; }

Results FamilyKernel::operator()(size_t count, const float* x, const float* w, float* y,
                                 const twopass_params& params) const {
  Results results = {};
  if (const auto* reduce = std::get_if<twopass_reduce_fn*>(&function)) {
    (*reduce)(count, x, y, &params, &results.reduction);
  } else if (const auto* reduce2 = std::get_if<twopass_reduce2_fn*>(&function)) {
    (*reduce2)(count, x, w, &params, &results.reduction);
  } else if (const auto* reduce_rows = std::get_if<twopass_reduce_rows_fn*>(&function)) {
    (*reduce_rows)(1, count, x, count, &params, &results.max_sum);
  } else if (const auto* map = std::get_if<twopass_map_fn*>(&function)) {
    (*map)(count, x, y, &params);
  } else {
    std::get<twopass_map2_fn*>(function)(count, x, w, y, &params);
  }
  return results;
}

const std::vector<FamilyKernel>& FamilyKernels() {
  static const std::vector<FamilyKernel> kernels = [] {
    std::vector<FamilyKernel> all;
#define TWOPASS_KERNEL(shape, x, y, family, isa, symbol, label, elements) \
  Add(                                                                    \
      &all, #family, #isa, label, []() -> size_t { return elements; }, symbol);
#include "src/gen/kernels.inc"
#if TWOPASS_BUILD_CANDIDATES
#include "gen/candidates.inc"
#endif
#undef TWOPASS_KERNEL
    return all;
  }();
  return kernels;
}

std::vector<FamilyKernel> FamilyKernelsWhere(bool (*holds)(const FamilyKernel&)) {
  std::vector<FamilyKernel> kernels;
  std::copy_if(FamilyKernels().begin(), FamilyKernels().end(), std::back_inserter(kernels), holds);
  return kernels;
}

Rows RowsFor(const FamilyKernel& kernel, const std::vector<float>& logits) {
  const size_t count = logits.size();
  Rows rows{logits, NormalLogits(count, 1), kNeutralParams};
  float max = -kInfinity;
  for (float logit : logits) max = std::fmax(max, logit);
  double sum = 0;
  for (float logit : logits) sum += std::exp(static_cast<double>(logit) - max);
  rows.params.offset = std::isinf(max) && max < 0 ? 0 : max;
  rows.params.log_sum = static_cast<float>(std::log(sum));

  for (size_t i = 0; i < count; i++) {
    const float logit = logits[count - 1 - i];
    if (!std::isfinite(logit) || std::fabs(logit) < 1e-30f || std::fabs(logit) > 1e20f) rows.w[i] = logit;
  }
  if (kernel.IsOfLogits()) {
    rows.params.scale = kernel.family == "vsoftcap" ? 0.07f : 1.7f;
    rows.params.slope = 0.3f;
    rows.params.cap = 12.3f;
    return rows;
  }
  if (kernel.family == "rdivergence" || kernel.family == "rjensenshannon") {
    // A second row of all distances from the first, with its maximum.
    rows.params.offset_of_w = rows.params.offset;
    for (size_t i = 0; i < count; i++) {
      const float distance = static_cast<float>(std::ldexp(1, -static_cast<int>(i % 25))) * rows.w[i];
      rows.w[i] = i % 7 == 3 ? rows.w[i] : std::fmin(logits[i] + distance, max);
      if (rows.w[i] <= FLT_MAX) rows.params.offset_of_w = std::fmax(rows.params.offset_of_w, rows.w[i]);
    }
    if (count % 2 == 0) {
      rows.params.ratio = 1.25f;
      rows.params.log_ratio = static_cast<float>(std::log(1.25));
    }
    return rows;
  }
  if (!kernel.IsGradient()) return rows;

  for (size_t i = 0; i < count; i++) {
    const double difference = static_cast<double>(logits[i]) - max;
    if (kernel.family == "vsigmoidgrad") {
      const double sigmoid = 1 / (1 + std::exp(-static_cast<double>(logits[i])));
      rows.x[i] = sigmoid < FLT_MIN ? 0 : static_cast<float>(sigmoid);
    } else if (kernel.family == "vlogsoftmaxgrad") {
      rows.x[i] = static_cast<float>(difference - std::log(sum));
    } else {
      const double softmax = std::exp(difference) / sum;
      rows.x[i] = softmax < FLT_MIN ? 0 : static_cast<float>(softmax);
    }
  }
  rows.params.offset = 0.3f;
  rows.params.scale = -1.7f;
  return rows;
}

AssertionResult Check(const FamilyKernel& kernel, const Rows& rows, size_t count, const Results& results,
                      const float* y) {
  AssertionResult result = AssertionSuccess();
  if (kernel.family == "rmaxaddexp") result = CheckRowByMaximum(kernel, rows, count, results.max_sum);
  if (kernel.family == "radd" || kernel.family == "rdot") result = CheckSum(kernel, rows, count, results.reduction);
  if (kernel.family == "raddxexp") result = CheckMoment(kernel, rows, count, results.reduction);
  if (kernel.family == "rdivergence" || kernel.family == "rjensenshannon")
    result = CheckDivergence(kernel, rows, count, results.reduction);
  if (!result) return result << " of " << count;
  for (size_t i = 0; kernel.Stores() && i < count; i++) {
    result = CheckOutput(kernel, rows, i, y[i]);
    if (!result) return result << " at " << i << " of " << count << ", x " << rows.x[i] << ", w " << rows.w[i];
  }
  return result;
}

void PrintTo(const FamilyKernel& kernel, std::ostream* stream) { *stream << kernel.name; }

}  // namespace twopass_test
