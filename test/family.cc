// The calls of the family: how they are made, and their contracts in double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/family.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <sstream>

#include "test/elements.h"
#include "test/guarded_buffer.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr float kUntouched = -1.25f;

// Gradients whose input is not logits, but what came of them.
bool IsOfOutputs(Call call) {
  return call == Call::kSoftmaxBackward || call == Call::kLogSoftmaxBackward || call == Call::kSigmoidBackward;
}

}  // namespace

std::string NameOf(Call call) {
  static const char* const names[] = {"softmax",          "log_softmax",          "log_sum_exp",         "entropy",
                                      "softmax_backward", "log_softmax_backward", "cross_entropy",       "sigmoid",
                                      "sigmoid_backward", "softplus_l1",          "softplus_l1_backward"};
  return names[static_cast<size_t>(call)];
}

bool HasOutput(Call call) { return call != Call::kLogSumExp && call != Call::kEntropy; }
bool HasResults(Call call) { return !HasOutput(call) || call == Call::kCrossEntropy; }
bool HasWeights(Call call) { return IsOfOutputs(call) || call == Call::kSoftplusBackward; }

bool TakesLogits(Call call) { return !IsOfOutputs(call) && call != Call::kCrossEntropy; }
bool TakesSink(Call call) { return call == Call::kSoftmax || call == Call::kLogSoftmax || call == Call::kLogSumExp; }
bool GivesLogSums(Call call) { return call == Call::kSoftmax || call == Call::kLogSoftmax; }

std::string Problem::Name() const {
  std::ostringstream name;
  name << NameOf(call) << " of " << shape.outer << " x " << shape.columns << " x " << shape.inner << ", "
       << NameOfType(input_type);
  if (HasWeights(call)) name << " and " << NameOfType(weights_type);
  if (HasOutput(call)) name << " to " << NameOfType(output_type);
  if (IsInPlace()) name << (place == Place::kOverInput ? ", over the input" : ", over the weights");
  if (is_by_name) name << ", by name";
  if (logits) {
    name << ", of logits with";
    if (!logits->scale.values.empty()) name << " scale";
    if (logits->softcap != 0) name << " softcap";
    if (!logits->bias.values.empty()) name << " bias in " << NameOfType(logits->bias_type);
    if (!logits->slope.empty()) name << " slope";
    if (!logits->keep.values.empty()) name << " keep";
    if (!logits->lengths.empty()) name << " lengths";
    if (!logits->sink.empty()) name << " sink";
  }
  if (wants_log_sums) name << ", and log_sums";
  return name.str();
}

// ---- Problems

namespace {

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double Softplus(double x) { return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x))); }

// What comes of a row of logits, as the operand of a gradient.
std::vector<float> OutputsOf(Call gradient, std::vector<float> logits) {
  if (gradient == Call::kSigmoidBackward) {
    for (float& x : logits) x = static_cast<float>(Sigmoid(x));
    return logits;
  }
  const float max = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (float x : logits) sum += std::exp(static_cast<double>(x) - max);
  std::vector<float> y(logits.size());
  for (size_t i = 0; i < y.size(); i++) {
    const double logarithm = static_cast<double>(logits[i]) - max - std::log(sum);
    y[i] = static_cast<float>(gradient == Call::kLogSoftmaxBackward ? logarithm : std::exp(logarithm));
  }
  return y;
}

}  // namespace

Problem ProblemOf(Call call, const twopass_shape& shape, const Rows& logits, uint32_t type) {
  Problem problem;
  problem.call = call;
  problem.shape = shape;
  problem.input = logits;
  problem.SetTypes(type);
  if (IsOfOutputs(call)) {
    for (std::vector<float>& row : problem.input) row = OutputsOf(call, row);
  }
  if (HasWeights(call)) {
    problem.weights = NormalRows(problem.RowCount(), shape.columns, 1);
    std::reverse(problem.weights.begin(), problem.weights.end());
  }
  for (size_t row = 0; row < problem.RowCount(); row++) {
    problem.labels.push_back(static_cast<int64_t>(shape.columns != 0 ? row * 7 % shape.columns : 0));
  }
  return problem;
}

Problem ProblemOf(Call call, const Rows& logits, uint32_t type) {
  return ProblemOf(call, {logits.size(), logits[0].size(), 1}, logits, type);
}

Rows NormalRows(size_t rows, size_t columns, float standard_deviation) {
  const std::vector<float> numbers = NormalLogits(rows * columns, standard_deviation);
  Rows result;
  for (size_t row = 0; row < rows; row++) {
    result.emplace_back(numbers.begin() + row * columns, numbers.begin() + (row + 1) * columns);
  }
  return result;
}

// ---- Calls

twopass_status CallByTensors(const Problem& problem, const twopass_tensor& x, const twopass_tensor* w,
                             const twopass_tensor* y, float* results) {
  const twopass_shape* const shape = &problem.shape;
  const twopass_options* const options = &problem.options;
  switch (problem.call) {
    case Call::kSoftmax:
      return twopass_softmax(shape, &x, y, options);
    case Call::kLogSoftmax:
      return twopass_log_softmax(shape, &x, y, options);
    case Call::kLogSumExp:
      return twopass_log_sum_exp(shape, &x, results, options);
    case Call::kEntropy:
      return twopass_entropy(shape, &x, results, options);
    case Call::kSoftmaxBackward:
      return twopass_softmax_backward(shape, &x, w, y, options);
    case Call::kLogSoftmaxBackward:
      return twopass_log_softmax_backward(shape, &x, w, y, options);
    case Call::kCrossEntropy:
      return twopass_cross_entropy(shape, &x, problem.labels.data(), results, y, &problem.how, options);
    case Call::kSigmoid:
      return twopass_sigmoid(shape, &x, y, options);
    case Call::kSigmoidBackward:
      return twopass_sigmoid_backward(shape, &x, w, y, options);
    case Call::kSoftplus:
      return twopass_softplus_l1(shape, &x, y, options);
    case Call::kSoftplusBackward:
      return twopass_softplus_l1_backward(shape, &x, w, y, options);
  }
  return TWOPASS_INVALID_ARGUMENT;
}

namespace {

#define TWOPASS_TEST_DEFINE_CALL_BY_NAME(name, type)                                                                 \
  twopass_status CallByName_##name(const Problem& problem, const twopass_tensor& x, const twopass_tensor* w,         \
                                   const twopass_tensor* y, float* results) {                                        \
    const size_t rows = problem.shape.outer, columns = problem.shape.columns;                                        \
    const twopass_options* const options = &problem.options;                                                         \
    const type* const x_data = static_cast<const type*>(x.data);                                                     \
    const type* const w_data = w != nullptr ? static_cast<const type*>(w->data) : nullptr;                           \
    type* const y_data = y != nullptr ? static_cast<type*>(y->data) : nullptr;                                       \
    const size_t x_stride = x.outer_stride, w_stride = w != nullptr ? w->outer_stride : 0;                           \
    const size_t y_stride = y != nullptr ? y->outer_stride : 0;                                                      \
    switch (problem.call) {                                                                                          \
      case Call::kSoftmax:                                                                                           \
        return twopass_softmax_##name(rows, columns, x_data, x_stride, y_data, y_stride, options);                   \
      case Call::kLogSoftmax:                                                                                        \
        return twopass_log_softmax_##name(rows, columns, x_data, x_stride, y_data, y_stride, options);               \
      case Call::kLogSumExp:                                                                                         \
        return twopass_log_sum_exp_##name(rows, columns, x_data, x_stride, results, options);                        \
      case Call::kEntropy:                                                                                           \
        return twopass_entropy_##name(rows, columns, x_data, x_stride, results, options);                            \
      case Call::kSoftmaxBackward:                                                                                   \
        return twopass_softmax_backward_##name(rows, columns, x_data, x_stride, w_data, w_stride, y_data, y_stride,  \
                                               options);                                                             \
      case Call::kLogSoftmaxBackward:                                                                                \
        return twopass_log_softmax_backward_##name(rows, columns, x_data, x_stride, w_data, w_stride, y_data,        \
                                                   y_stride, options);                                               \
      case Call::kCrossEntropy:                                                                                      \
        return twopass_cross_entropy_##name(rows, columns, x_data, x_stride, problem.labels.data(), results, y_data, \
                                            y_stride, &problem.how, options);                                        \
      case Call::kSigmoid:                                                                                           \
        return twopass_sigmoid_##name(rows, columns, x_data, x_stride, y_data, y_stride, options);                   \
      case Call::kSigmoidBackward:                                                                                   \
        return twopass_sigmoid_backward_##name(rows, columns, x_data, x_stride, w_data, w_stride, y_data, y_stride,  \
                                               options);                                                             \
      case Call::kSoftplus:                                                                                          \
        return twopass_softplus_l1_##name(rows, columns, x_data, x_stride, y_data, y_stride, options);               \
      case Call::kSoftplusBackward:                                                                                  \
        return twopass_softplus_l1_backward_##name(rows, columns, x_data, x_stride, w_data, w_stride, y_data,        \
                                                   y_stride, options);                                               \
    }                                                                                                                \
    return TWOPASS_INVALID_ARGUMENT;                                                                                 \
  }
TWOPASS_TEST_DEFINE_CALL_BY_NAME(f32, float)
TWOPASS_TEST_DEFINE_CALL_BY_NAME(f16, twopass_f16)
TWOPASS_TEST_DEFINE_CALL_BY_NAME(bf16, twopass_bf16)
#undef TWOPASS_TEST_DEFINE_CALL_BY_NAME

using CallFunction = twopass_status(const Problem&, const twopass_tensor&, const twopass_tensor*, const twopass_tensor*,
                                    float*);

CallFunction* FunctionOf(const Problem& problem) {
  if (!problem.is_by_name) return CallByTensors;
  if (problem.input_type == TWOPASS_F16) return CallByName_f16;
  return problem.input_type == TWOPASS_BF16 ? CallByName_bf16 : CallByName_f32;
}

void SetRows(Tensor* tensor, const Rows& rows) {
  for (size_t row = 0; row < rows.size(); row++) tensor->SetRow(row, rows[row]);
}

}  // namespace

Outcome Perform(Problem problem, const Around& around) {
  if (!problem.class_weights.empty()) problem.how.class_weights = problem.class_weights.data();
  if (!problem.ignored_label.empty()) problem.how.ignored_label = problem.ignored_label.data();
  const bool has_output = problem.wants_output && HasOutput(problem.call);
  const bool has_results = problem.GivesResults();
  std::optional<LogitsInMemory> logits;
  if (problem.logits) {
    logits.emplace(*problem.logits);
    problem.options.logits = logits->argument();
  }

  Tensor x(problem.input_type, problem.shape, problem.input_gaps);
  SetRows(&x, problem.input);
  std::optional<Tensor> w, apart;
  if (HasWeights(problem.call)) {
    w.emplace(problem.weights_type, problem.shape, problem.weights_gaps);
    SetRows(&*w, problem.weights);
    w->Remember();
  }
  if (has_output && problem.place == Place::kApart) {
    apart.emplace(problem.output_type, problem.shape, problem.output_gaps);
    apart->Remember();
  }
  x.Remember();
  Tensor* const output = !has_output ? nullptr : apart ? &*apart : problem.place == Place::kOverInput ? &x : &*w;
  twopass_tensor y = {};
  if (has_output) {
    y = output->argument();
    y.type = problem.output_type;
  }

  // Results end at a guard page.
  Outcome outcome;
  const size_t result_count = has_results ? problem.RowCount() : 0;
  GuardedBuffer results_in_memory(result_count + 1);
  results_in_memory.Fill(kUntouched);
  float* const results = has_results ? results_in_memory.end() - result_count : nullptr;
  if (problem.wants_log_sums) problem.options.log_sums = results;
  CallFunction* const function = FunctionOf(problem);
  const twopass_tensor* const weights = w ? &w->argument() : nullptr;
  const auto call = [&] {
    outcome.status = function(problem, x.argument(), weights, has_output ? &y : nullptr, results);
  };
  around != nullptr ? around(call) : call();
  if (has_results) {
    EXPECT_EQ(results[-1], kUntouched) << problem.Name();
    outcome.results.assign(results, results + result_count);
  }
  EXPECT_TRUE(!logits || logits->AreAsBefore()) << problem.Name();
  EXPECT_TRUE(output == &x || x.IsAsRemembered()) << problem.Name();
  EXPECT_TRUE(!w || output == &*w || w->IsAsRemembered()) << problem.Name();
  if (has_output) {
    EXPECT_TRUE(output->IsAsRememberedBetweenElements()) << problem.Name();
    for (size_t row = 0; row < problem.RowCount(); row++) outcome.outputs.push_back(output->Row(row, y.type));
  }
  return outcome;
}

bool Outcome::HasSameBits(const Outcome& other) const {
  const auto are_same = [](const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
  };
  return status == other.status && are_same(results, other.results) && outputs.size() == other.outputs.size() &&
         std::equal(outputs.begin(), outputs.end(), other.outputs.begin(), are_same);
}

// ---- Contracts

namespace {

// What became of the logits of a row that count, and how far off that may be.
struct LogitsOfRow {
  std::vector<double> z;
  std::vector<double> errors;
  double sink = -kInfinity;

  bool IsExact() const {
    return std::all_of(errors.begin(), errors.end(), [](double error) { return error == 0; });
  }
};

LogitsOfRow LogitsOf(const Problem& problem, size_t row) {
  const std::vector<float> x = Rounded(problem.input_type, problem.input[row]);
  LogitsOfRow logits;
  if (!problem.logits) {
    logits.z.assign(x.begin(), x.end());
    logits.errors.assign(x.size(), 0);
    return logits;
  }
  for (size_t c = 0; c < problem.logits->ColumnsOf(row, x.size()); c++) {
    const Z z = ZOf(*problem.logits, row, c, x[c]);
    logits.z.push_back(z.value);
    logits.errors.push_back(z.error);
  }
  if (!problem.logits->sink.empty()) logits.sink = problem.logits->sink[problem.logits->HeadOf(row)];
  return logits;
}

// log(sum of exp(z + sign * error)), for a sum that is neither 0 nor infinite.
double LogSumExp(const LogitsOfRow& logits, double sign) {
  double max = logits.sink, sum = 0;
  for (size_t i = 0; i < logits.z.size(); i++) max = std::max(max, logits.z[i] + sign * logits.errors[i]);
  for (size_t i = 0; i < logits.z.size(); i++) sum += std::exp(logits.z[i] + sign * logits.errors[i] - max);
  return max + std::log(sum + std::exp(logits.sink - max));
}

// What softmax, its logarithm and what is made of them have in common: sums by the maximum, in which nothing cancels.
struct Sums {
  explicit Sums(const LogitsOfRow& logits) {
    std::vector<double> x = logits.z;
    x.push_back(logits.sink);
    for (double value : x) {
      if (std::isnan(value) || value == kInfinity) is_nan = true;
      max = std::max(max, value);
    }
    is_empty = !is_nan && max == -kInfinity;
    if (is_nan || is_empty) return;
    const bool is_exact = logits.IsExact();
    bool is_first = true;
    for (double value : x) {
      if (value == max && is_first) {
        is_first = false;
        continue;
      }
      const double term = std::exp(value - max);
      rest += term;
      if (term < kLeastTerm) lost += term;
      if (term != 0) rounded += term * RoundingOf(value - max, is_exact);
    }
    log_sum = std::log1p(rest);
    if (is_exact) return;
    error = std::max(LogSumExp(logits, 1) - log_sum_exp(), log_sum_exp() - LogSumExp(logits, -1));
  }

  // What rounding to float changes; of a number that is not exactly known, what it may change.
  static double RoundingOf(double difference, bool is_exact) {
    return is_exact ? std::fabs(static_cast<float>(difference) - difference) : 0.5 * kEpsilon * std::fabs(difference);
  }

  double log_p(double x) const { return (x - max) - log_sum; }
  double p(double x) const { return std::exp(x - max) / (1 + rest); }
  double log_sum_exp() const { return max + log_sum; }
  // How far off log_p may be.
  double bound_of_log_p(double x) const {
    return 3 * kEpsilon * std::max(max - x, log_sum) + lost + rounded / (1 + rest) + error;
  }

  // A term of less counts as 0.
  static constexpr double kLeastTerm = 0x1p-64 * (1 + 4 * kEpsilon);

  double max = -kInfinity;
  double rest = 0;  // the sum of exp(x - max), but for the 1 of the maximum
  double lost = 0;
  double rounded = 0;  // what of it is off, because differences from the maximum are rounded
  double log_sum = 0;
  double error = 0;  // of log_sum_exp, because the logits are not exactly known
  bool is_nan = false;
  bool is_empty = false;
};

bool MaskedRowsAreZero(const Problem& problem) { return (problem.options.flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0; }

// The outputs of the columns that count.
void SetOutputs(ExactRow* row, size_t count, double output) { std::fill_n(row->outputs.begin(), count, output); }

bool SubtractsMaximum(uint32_t algorithm) {
  return algorithm == TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE || algorithm == TWOPASS_ALGORITHM_THREE_PASS_RELOAD;
}

void SetSoftmax(const Problem& problem, const LogitsOfRow& x, const Sums& sums, ExactRow* row) {
  const double promised = PromisedError(problem.options.algorithm);
  const bool rounds = SubtractsMaximum(problem.options.algorithm) && !x.IsExact();
  for (size_t i = 0; i < x.z.size(); i++) {
    const double p = sums.p(x.z[i]);
    const double rounding = rounds ? Sums::RoundingOf(x.z[i] - sums.max, false) + sums.rounded / (1 + sums.rest) : 0;
    const double error = x.errors[i] + sums.error + rounding;
    // Where that is large, p is at most 1.
    row->outputs[i] = p;
    row->output_bounds[i] = error == 0 ? promised * p : std::fmin(p * std::exp(error), 1) * (1 + promised) - p;
  }
}

void SetLogSoftmax(const LogitsOfRow& x, const Sums& sums, ExactRow* row) {
  for (size_t i = 0; i < x.z.size(); i++) {
    row->outputs[i] = sums.log_p(x.z[i]);
    row->output_bounds[i] = sums.bound_of_log_p(x.z[i]) + x.errors[i];
  }
}

void SetLogSumExp(const Sums& sums, ExactRow* row) {
  row->result = sums.log_sum_exp();
  row->result_bound = 4 * kEpsilon * std::max(1.0, std::fabs(row->result)) + sums.error;
}

// An error e of a logit changes the entropy H by p * (log p + H) * e; what depends on squares of errors is far below.
void SetEntropy(const LogitsOfRow& x, const Sums& sums, ExactRow* row) {
  for (double value : x.z) {
    const double p = sums.p(value);
    if (p != 0) row->result -= p * sums.log_p(value);
  }
  row->result_bound = 6 * kEpsilon * std::max(1.0, row->result);
  for (size_t i = 0; i < x.z.size(); i++) {
    const double p = sums.p(x.z[i]);
    if (p != 0) row->result_bound += p * std::fabs(sums.log_p(x.z[i]) + row->result) * x.errors[i];
  }
}

// What is below FLT_MIN is 0, and what is near it may be.
double BoundNearZero(double exact, double bound) { return exact < 1.04 * FLT_MIN ? std::max(bound, exact) : bound; }

void SetSigmoid(const LogitsOfRow& x, ExactRow* row) {
  for (size_t i = 0; i < x.z.size(); i++) {
    const double y = Sigmoid(x.z[i]), high = Sigmoid(x.z[i] + x.errors[i]);
    row->outputs[i] = y;
    row->output_bounds[i] = BoundNearZero(y, 6 * kEpsilon * high + (high - y));
  }
}

void SetSigmoidBackward(const std::vector<float>& y, const std::vector<float>& dy, ExactRow* row) {
  for (size_t i = 0; i < y.size(); i++) {
    row->outputs[i] = static_cast<double>(dy[i]) * y[i] * (1 - static_cast<double>(y[i]));
    row->output_bounds[i] = 3 * kEpsilon * std::fabs(row->outputs[i]);
  }
}

// The sum of s = log(1 + exp(z)) over a row, with what is made of it.
struct Softpluses {
  explicit Softpluses(const LogitsOfRow& x) {
    double change = 0;
    for (size_t i = 0; i < x.z.size(); i++) {
      if (std::isnan(x.z[i]) || x.z[i] == kInfinity) is_nan = true;
      sum += ValueOf(x.z[i]);
      change += ErrorOf(x, i) + LostOf(x.z[i]);
    }
    is_nan = is_nan || sum > 0x1p126;
    is_empty = !is_nan && sum < FLT_MIN;
    error = change / sum;
  }

  // How far off that of a logit may be, as the slope of a softplus is the sigmoid.
  static double ErrorOf(const LogitsOfRow& x, size_t i) { return Sigmoid(x.z[i]) * x.errors[i]; }
  // What is below FLT_MIN counts as 0 before it is divided by the sum, and what is near it may.
  static double ValueOf(double z) { return Softplus(z) < FLT_MIN ? 0 : Softplus(z); }
  static double LostOf(double z) { return Softplus(z) < 1.04 * FLT_MIN ? ValueOf(z) : 0; }

  double sum = 0;
  double error = 0;  // of the sum, relative
  bool is_nan = false;
  bool is_empty = false;
};

void SetSoftplus(const LogitsOfRow& x, const Softpluses& s, ExactRow* row) {
  for (size_t i = 0; i < x.z.size(); i++) {
    const double y = Softpluses::ValueOf(x.z[i]) / s.sum;
    row->outputs[i] = y;
    row->output_bounds[i] = BoundNearZero(
        y, 12 * kEpsilon * y + Softpluses::ErrorOf(x, i) / s.sum + y * s.error + Softpluses::LostOf(x.z[i]) / s.sum);
  }
}

// An error e of a logit z changes sigmoid(z) by less than sigmoid(z) * e, and the sum of y * dy by sigmoid(z) / (sum of
// s) * (dy - sum of y * dy) * e.
void SetSoftplusBackward(const LogitsOfRow& x, const std::vector<float>& dy, const Softpluses& s, ExactRow* row) {
  double moment = 0, magnitude = 0, error_of_moment = 0;
  for (size_t i = 0; i < x.z.size(); i++) {
    const double product = Softpluses::ValueOf(x.z[i]) / s.sum * dy[i];
    moment += product;
    magnitude += std::fabs(product);
  }
  for (size_t i = 0; i < x.z.size(); i++) {
    const double change = Softpluses::ErrorOf(x, i) + Softpluses::LostOf(x.z[i]);
    error_of_moment += change / s.sum * std::fabs(dy[i] - moment);
  }
  for (size_t i = 0; i < x.z.size(); i++) {
    const double slope = Sigmoid(x.z[i]) / s.sum;
    row->outputs[i] = slope * (dy[i] - moment);
    if (std::min(Sigmoid(x.z[i]), slope) < 1.04 * FLT_MIN) {  // which may count as 0
      row->output_bounds[i] = std::fabs(row->outputs[i]);
      continue;
    }
    row->output_bounds[i] = 20 * kEpsilon * (std::fabs(dy[i]) + magnitude) * slope + slope * error_of_moment +
                            std::fabs(row->outputs[i]) * s.error +
                            Softpluses::ErrorOf(x, i) / s.sum * std::fabs(dy[i] - moment);
  }
}

void SetSoftmaxBackward(const std::vector<float>& y, const std::vector<float>& dy, ExactRow* row) {
  double sum = 0, sum_of_magnitudes = 0;
  for (size_t i = 0; i < y.size(); i++) {
    const double product = static_cast<double>(y[i]) * dy[i];
    sum += product;
    sum_of_magnitudes += std::fabs(product);
  }
  for (size_t i = 0; i < y.size(); i++) {
    row->outputs[i] = y[i] * (dy[i] - sum);
    row->output_bounds[i] = 6 * kEpsilon * (std::fabs(static_cast<double>(y[i]) * dy[i]) + y[i] * sum_of_magnitudes);
  }
}

void SetLogSoftmaxBackward(const std::vector<float>& y, const std::vector<float>& dy, ExactRow* row) {
  double sum = 0, sum_of_magnitudes = 0;
  for (float value : dy) {
    sum += value;
    sum_of_magnitudes += std::fabs(value);
  }
  for (size_t i = 0; i < y.size(); i++) {
    const double p = std::exp(static_cast<double>(y[i]));
    row->outputs[i] = dy[i] - p * sum;
    row->output_bounds[i] = 6 * kEpsilon * (std::fabs(dy[i]) + p * sum_of_magnitudes);
    // An exponential below FLT_MIN counts as 0.
    if (p < FLT_MIN * (1 + 4 * kEpsilon)) row->output_bounds[i] += p * sum_of_magnitudes;
  }
}

void SetCrossEntropy(const Problem& problem, size_t label, const std::vector<double>& x, const Sums& sums,
                     ExactRow* row) {
  const size_t n = x.size();
  const twopass_cross_entropy_options& how = problem.how;
  const double smoothing = how.label_smoothing, share = smoothing / static_cast<double>(n);
  const double scale = how.gradient_scale != 0 ? how.gradient_scale : 1;
  const double lse = sums.log_sum_exp(), bound_of_lse = 4 * kEpsilon * std::max(1.0, std::fabs(lse));
  const auto class_weight = [&](size_t c) { return problem.class_weights.empty() ? 1.0 : problem.class_weights[c]; };
  const double weight = (1 - smoothing) * class_weight(label);
  const double log_p = sums.log_p(x[label]);

  row->result = weight == 0 ? 0 : weight * -log_p;
  row->result_bound = weight == 0 ? 0 : weight * sums.bound_of_log_p(x[label]);
  double weights = 0;
  for (size_t c = 0; share != 0 && c < n; c++) {
    weights += class_weight(c);
    if (class_weight(c) == 0) continue;
    row->result += share * class_weight(c) * -sums.log_p(x[c]);
    row->result_bound += share * class_weight(c) * sums.bound_of_log_p(x[c]);
  }
  row->result += how.z_loss * lse * lse;
  row->result_bound += how.z_loss * (2 * std::fabs(lse) * bound_of_lse + kEpsilon * lse * lse);

  const double smooth = share * weights + 2 * how.z_loss * lse;
  const double error_of_p = PromisedError(TWOPASS_ALGORITHM_AUTO);
  for (size_t c = 0; c < n; c++) {
    const double p = sums.p(x[c]), from_class = share * class_weight(c);
    double exact = p * (weight + smooth) - from_class;
    double bound = error_of_p * p * (weight + std::fabs(smooth));
    // What the label and the class are subtracted from is 0 below FLT_MIN.
    if (std::fabs(scale * p * (weight + smooth)) < FLT_MIN) bound += p * std::fabs(weight + smooth);
    if (c == label) {
      exact = weight * std::expm1(log_p) + smooth * p - from_class;
      bound = error_of_p * p * std::fabs(smooth) + (std::isinf(log_p) ? 0 : p * weight * sums.bound_of_log_p(x[c]));
      bound += weight * kEpsilon * std::fabs(std::expm1(log_p)) + 2 * weight * sums.lost;
    }
    bound += 2 * how.z_loss * bound_of_lse * p + kEpsilon * (from_class + std::fabs(exact));
    row->outputs[c] = scale * exact;
    row->output_bounds[c] = std::fabs(scale) * bound;
  }
}

// Those that write no denormal numbers, but 0.
bool Flushes(Call call) { return call != Call::kLogSoftmax; }

}  // namespace

ExactRow ExactRowOf(const Problem& problem, size_t row) {
  const Call call = problem.call;
  ExactRow exact;
  exact.outputs.resize(problem.shape.columns);
  exact.output_bounds.resize(problem.shape.columns);
  const std::vector<float> w =
      HasWeights(call) ? Rounded(problem.weights_type, problem.weights[row]) : std::vector<float>();
  if (IsOfOutputs(call)) {
    const std::vector<float> y = Rounded(problem.input_type, problem.input[row]);
    if (call == Call::kSoftmaxBackward) SetSoftmaxBackward(y, w, &exact);
    if (call == Call::kLogSoftmaxBackward) SetLogSoftmaxBackward(y, w, &exact);
    if (call == Call::kSigmoidBackward) SetSigmoidBackward(y, w, &exact);
    return exact;
  }
  const int64_t label = call == Call::kCrossEntropy ? problem.labels[row] : 0;
  if (label < 0 || (!problem.ignored_label.empty() && label == problem.ignored_label[0])) return exact;

  // Columns beyond the length are masked out; of a row without others, that is left to what becomes of empty rows.
  const LogitsOfRow x = LogitsOf(problem, row);
  const double masked = call == Call::kLogSoftmax ? -kInfinity : 0;
  const bool has_sink = problem.logits && !problem.logits->sink.empty();
  const double empty = MaskedRowsAreZero(problem) || has_sink ? masked : kNaN;
  std::fill(exact.outputs.begin(), exact.outputs.end(), x.z.empty() ? empty : masked);

  if (call == Call::kSigmoid) {
    SetOutputs(&exact, exact.outputs.size(), 0);
    SetSigmoid(x, &exact);
    return exact;
  }
  if (call == Call::kSoftplus || call == Call::kSoftplusBackward) {
    const Softpluses s(x);
    if (s.is_nan || s.is_empty) {
      SetOutputs(&exact, x.z.size(), s.is_nan ? kNaN : empty);
    } else {
      call == Call::kSoftplus ? SetSoftplus(x, s, &exact) : SetSoftplusBackward(x, w, s, &exact);
    }
    return exact;
  }

  const Sums sums(x);
  if (sums.is_nan || sums.is_empty) {
    SetOutputs(&exact, x.z.size(), sums.is_nan ? kNaN : empty);
    exact.result = sums.is_nan ? kNaN : -kInfinity;
    if (sums.is_empty && (call == Call::kEntropy || call == Call::kCrossEntropy)) exact.result = empty;
    return exact;
  }
  if (call == Call::kLogSumExp || problem.wants_log_sums) SetLogSumExp(sums, &exact);
  if (call == Call::kSoftmax) SetSoftmax(problem, x, sums, &exact);
  if (call == Call::kLogSoftmax) SetLogSoftmax(x, sums, &exact);
  if (call == Call::kEntropy) SetEntropy(x, sums, &exact);
  if (call == Call::kCrossEntropy) SetCrossEntropy(problem, static_cast<size_t>(label), x.z, sums, &exact);
  return exact;
}

namespace {

// Whether `actual` is what a float within `bound` of the exact value becomes in the type.
bool IsWithin(uint32_t type, float actual, double exact, double bound, bool flushes) {
  if (std::isnan(exact)) return std::isnan(actual);
  if (std::isinf(exact)) return actual == exact;
  double low = exact - bound, high = exact + bound;
  if (flushes && type != TWOPASS_F16 && actual != 0 && std::fabs(actual) < FLT_MIN) return false;
  if (flushes && low > 0 && low < FLT_MIN) low = 0;
  if (flushes && high < 0 && high > -FLT_MIN) high = 0;
  if (type == TWOPASS_F32 && std::isfinite(actual)) return low <= actual && actual <= high;
  return Rounded(type, static_cast<float>(low)) <= actual && actual <= Rounded(type, static_cast<float>(high));
}

void Note(float actual, double exact, double bound, Worst* worst) {
  if (worst == nullptr || !std::isfinite(exact) || bound == 0 || std::fabs(exact) < FLT_MIN) return;
  if (actual == 0 && bound >= std::fabs(exact)) return;  // it counts as 0
  worst->share = std::max(worst->share, std::fabs(actual - exact) / bound);
  worst->ulps = std::max(worst->ulps, UlpError(actual, exact));
}

std::string DifferenceInNumber(const std::string& what, float actual, double exact, double bound) {
  std::ostringstream message;
  message.precision(9);
  message << what << " is " << actual << ", not " << exact << ": off by " << std::fabs(actual - exact)
          << ", allowed are " << bound;
  return message.str();
}

}  // namespace

std::string Difference(const Problem& problem, const Outcome& outcome, Worst* worst) {
  if (outcome.status != TWOPASS_OK) return problem.Name() + ": status " + std::to_string(outcome.status);
  const uint32_t type = problem.output_type;
  for (size_t row = 0; row < problem.RowCount(); row++) {
    const ExactRow exact = ExactRowOf(problem, row);
    const std::string name = problem.Name() + ": row " + std::to_string(row);
    for (size_t c = 0; c < (outcome.outputs.empty() ? 0 : problem.shape.columns); c++) {
      const float actual = outcome.outputs[row][c];
      if (!IsWithin(type, actual, exact.outputs[c], exact.output_bounds[c], Flushes(problem.call)))
        return DifferenceInNumber(name + ", column " + std::to_string(c), actual, exact.outputs[c],
                                  exact.output_bounds[c]);
      if (type == TWOPASS_F32) Note(actual, exact.outputs[c], exact.output_bounds[c], worst);
    }
    if (outcome.results.empty()) continue;
    if (!IsWithin(TWOPASS_F32, outcome.results[row], exact.result, exact.result_bound, false))
      return DifferenceInNumber(name + ", result", outcome.results[row], exact.result, exact.result_bound);
    Note(outcome.results[row], exact.result, exact.result_bound, worst);
  }
  return "";
}

std::string DifferenceIn(const Problem& problem, Worst* worst) { return Difference(problem, Perform(problem), worst); }

}  // namespace twopass_test
