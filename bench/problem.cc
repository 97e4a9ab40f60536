// What a benchmark has computed, and whether it is right.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/problem.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

namespace twopass_bench {
namespace {

// ---- Elements

float float_of(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

uint32_t bits_of(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

double value_of(uint32_t type, const void* data, size_t i) {
  if (type == TWOPASS_F32) return static_cast<const float*>(data)[i];
  const uint32_t bits = static_cast<const uint16_t*>(data)[i];
  if (type == TWOPASS_BF16) return float_of(bits << 16);
  const int exponent = bits >> 10 & 31;
  const int significand = bits & 0x3FF;
  const double magnitude = exponent == 31  ? (significand == 0 ? INFINITY : NAN)
                           : exponent == 0 ? std::ldexp(significand, -24)
                                           : std::ldexp(significand + 0x400, exponent - 25);
  return (bits >> 15) != 0 ? -magnitude : magnitude;
}

// Rounded towards zero, which does for an input. Of f16 it takes what is normal, and makes 0 of what is less.
uint16_t narrow(uint32_t type, float value) {
  const uint32_t bits = bits_of(value);
  if (type == TWOPASS_BF16) return bits >> 16;
  const uint32_t sign = bits >> 31 << 15;
  const int exponent = static_cast<int>(bits >> 23 & 0xFF) - 127 + 15;
  return exponent <= 0 ? sign : sign | exponent << 10 | (bits >> 13 & 0x3FF);
}

void* shared_inputs(uint32_t type, MakeLogits* make_logits, size_t n) {
  if (type == TWOPASS_F32) return shared_logits(make_logits, n);
  static std::map<std::tuple<uint32_t, MakeLogits*, size_t>, Buffer> all;
  Buffer& inputs = all[{type, make_logits, n}];
  if (inputs == nullptr) {
    const Buffer floats = make_logits(n);
    inputs = uninitialized_buffer((n + 1) / 2);
    uint16_t* const elements = reinterpret_cast<uint16_t*>(inputs.get());
    for (size_t i = 0; i < n; i++) elements[i] = narrow(type, floats[i]);
  }
  return inputs.get();
}

int64_t* shared_labels(size_t rows, size_t columns) {
  static std::map<std::pair<size_t, size_t>, std::vector<int64_t>> all;
  std::vector<int64_t>& labels = all[{rows, columns}];
  std::mt19937 random;
  while (labels.size() < rows) labels.push_back(random() % columns);
  return labels.data();
}

// ---- The exact results

class Row {
 public:
  Row(const Problem& problem, size_t index) : problem_(problem), index_(index) {
    const size_t columns = problem.shape.columns, inner = problem.shape.inner;
    first_ = index / inner * columns * inner + index % inner;
  }

  size_t columns() const { return problem_.shape.columns; }
  double x(size_t i) const { return value(problem_.x, i); }
  double dy(size_t i) const { return value(problem_.dy, i); }
  double y(size_t i) const { return value(problem_.y, i); }
  double result() const { return problem_.results[index_]; }
  size_t label() const { return problem_.labels[index_]; }

 private:
  double value(const void* data, size_t i) const {
    return value_of(problem_.type, data, first_ + i * problem_.shape.inner);
  }

  const Problem& problem_;
  size_t index_;
  size_t first_;
};

// An output beside what it should be, and what its error is to be compared with.
struct Output {
  uint32_t type;
  double y;
  double exact;
  double scale;
  bool is_logarithm;
};

// The sums of w over the row, and of its magnitudes.
template <class Function>
std::pair<double, double> sums(const Row& row, Function w) {
  double sum = 0.0, magnitudes = 0.0;
  for (size_t i = 0; i < row.columns(); i++) {
    sum += w(i);
    magnitudes += std::fabs(w(i));
  }
  return {sum, magnitudes};
}

// Calls see(output) for each output of the row.
template <class Function>
void visit(const Problem& problem, const Row& row, Function see) {
  // With function(i) for the exact value and the scale.
  const bool has_logarithms = problem.operation == Operation::kLogSoftmax;
  const auto see_all = [&](auto function) {
    for (size_t i = 0; i < row.columns(); i++) {
      const std::pair<double, double> exact = function(i);
      see(Output{problem.type, row.y(i), exact.first, exact.second, has_logarithms});
    }
  };
  if (problem.operation == Operation::kSoftmaxBackward) {
    const auto [sum, magnitudes] = sums(row, [&](size_t i) { return row.x(i) * row.dy(i); });
    return see_all([&, s = sum, m = magnitudes](size_t i) {
      const double y = row.x(i), dy = row.dy(i);
      return std::pair(y * (dy - s), std::fabs(y * dy) + std::fabs(y) * m);
    });
  }
  if (problem.operation == Operation::kLogSoftmaxBackward) {
    const auto [sum, magnitudes] = sums(row, [&](size_t i) { return row.dy(i); });
    return see_all([&, s = sum, m = magnitudes](size_t i) {
      const double softmax = std::exp(row.x(i)), dy = row.dy(i);
      return std::pair(dy - softmax * s, std::fabs(dy) + softmax * m);
    });
  }

  double max = row.x(0);
  for (size_t i = 1; i < row.columns(); i++) max = row.x(i) > max ? row.x(i) : max;
  const double sum = sums(row, [&](size_t i) { return std::exp(row.x(i) - max); }).first;
  const double log_sum = std::log(sum);
  if (problem.operation == Operation::kLogSumExp) {
    return see(Output{TWOPASS_F32, row.result(), max + log_sum, std::max(1.0, std::fabs(max + log_sum)), true});
  }
  if (problem.operation == Operation::kLogSoftmax) {
    return see_all([&](size_t i) {
      const double exact = row.x(i) - max - log_sum;
      return std::pair(exact, std::max(-exact, log_sum));
    });
  }
  const bool has_label = problem.operation == Operation::kCrossEntropy;
  const size_t label = has_label ? row.label() : 0;
  if (has_label) {
    const double loss = log_sum + max - row.x(label);
    see(Output{TWOPASS_F32, row.result(), loss, std::max(loss, log_sum), true});
  }
  see_all([&](size_t i) {
    const double softmax = std::exp(row.x(i) - max) / sum;
    return has_label && i == label ? std::pair(softmax - 1.0, 1.0) : std::pair(softmax, softmax);
  });
}

double epsilon_of(uint32_t type) { return type == TWOPASS_F32 ? 0x1p-23 : type == TWOPASS_F16 ? 0x1p-10 : 0x1p-7; }

double least_normal_of(uint32_t type) { return type == TWOPASS_F16 ? 0x1p-14 : FLT_MIN; }

bool is_right(const Output& output) {
  const auto& [type, y, exact, scale, is_logarithm] = output;
  if (std::isnan(exact)) return std::isnan(y);
  const double share = type == TWOPASS_F32 ? 1e-3 : 2 * epsilon_of(type);
  return std::fabs(y - exact) <= share * (is_logarithm ? std::max(1.0, scale) : scale) + 4 * least_normal_of(type);
}

}  // namespace

std::string operation_name(Operation operation, uint32_t type) {
  constexpr const char* kOperations[] = {"softmax",          "log_softmax",          "log_sum_exp",
                                         "softmax_backward", "log_softmax_backward", "cross_entropy"};
  constexpr const char* kTypes[] = {"", "_f16", "_bf16"};
  return std::string(kOperations[static_cast<int>(operation)]) + kTypes[type];
}

std::string shape_name(const twopass_shape& shape) {
  const std::string matrix = std::to_string(shape.outer) + "x" + std::to_string(shape.columns);
  return shape.inner == 1 ? matrix : matrix + "x" + std::to_string(shape.inner);
}

Buffer normal_logits_of_deviation_1(size_t n) { return random_logits(n, std::normal_distribution<float>(0.0f, 1.0f)); }

float* shared_logits(MakeLogits* make_logits, size_t n) {
  static std::map<std::pair<MakeLogits*, size_t>, Buffer> all;
  Buffer& logits = all[{make_logits, n}];
  if (logits == nullptr) logits = make_logits(n);
  return logits.get();
}

float* shared_output(size_t n) {
  static std::map<size_t, Buffer> all;
  Buffer& output = all[n];
  if (output == nullptr) output = touched_output(n);
  return output.get();
}

Problem problem_of(Operation operation, uint32_t type, const twopass_shape& shape, int threads) {
  const size_t n = elements_of(shape), rows = rows_of(shape);
  const bool is_backward = operation == Operation::kSoftmaxBackward || operation == Operation::kLogSoftmaxBackward;
  const bool is_cross_entropy = operation == Operation::kCrossEntropy;
  const bool has_results = operation == Operation::kLogSumExp || is_cross_entropy;
  static std::vector<float> results;
  if (has_results && results.size() < rows) results.resize(rows);
  Problem problem = {operation, type, shape, nullptr, nullptr, nullptr, nullptr, nullptr, threads};
  problem.x = shared_inputs(type, is_backward ? normal_logits_of_deviation_1 : normal_logits, n);
  if (is_backward) problem.dy = shared_inputs(type, normal_logits, n);
  if (is_cross_entropy) problem.labels = shared_labels(rows, shape.columns);
  if (operation != Operation::kLogSumExp) problem.y = shared_output((n * size_of(type) + 3) / sizeof(float));
  if (has_results) problem.results = results.data();
  return problem;
}

twopass_status compute(const Problem& problem, const twopass_options* options) {
  const twopass_shape& shape = problem.shape;
  const auto tensor = [&](const void* data) {
    return twopass_tensor{const_cast<void*>(data), problem.type, shape.columns * shape.inner, shape.inner};
  };
  const twopass_tensor x = tensor(problem.x), dy = tensor(problem.dy), y = tensor(problem.y);
  switch (problem.operation) {
    case Operation::kSoftmax:
      if (is_plain_softmax(problem.operation, problem.type, shape)) {  // the shortest way to a few elements
        return twopass_softmax_f32(shape.outer, shape.columns, static_cast<const float*>(problem.x), shape.columns,
                                   static_cast<float*>(problem.y), shape.columns, options);
      }
      return twopass_softmax(&shape, &x, &y, options);
    case Operation::kLogSoftmax:
      return twopass_log_softmax(&shape, &x, &y, options);
    case Operation::kLogSumExp:
      return twopass_log_sum_exp(&shape, &x, problem.results, options);
    case Operation::kSoftmaxBackward:
      return twopass_softmax_backward(&shape, &x, &dy, &y, options);
    case Operation::kLogSoftmaxBackward:
      return twopass_log_softmax_backward(&shape, &x, &dy, &y, options);
    case Operation::kCrossEntropy:
      return twopass_cross_entropy(&shape, &x, problem.labels, problem.results, &y, nullptr, options);
  }
  return TWOPASS_INVALID_ARGUMENT;
}

void spoil_outputs(const Problem& problem) {
  // Bits of 1 make a NaN of every type.
  if (problem.y != nullptr) std::memset(problem.y, 0xFF, elements_of(problem.shape) * size_of(problem.type));
  if (problem.results != nullptr) std::fill_n(problem.results, rows_of(problem.shape), NAN);
}

bool is_right(const Problem& problem) {
  bool all = true;
  for (size_t row = 0; row < rows_of(problem.shape) && all; row++) {
    visit(problem, Row(problem, row), [&](const Output& output) { all = all && is_right(output); });
  }
  return all;
}

double largest_error(const Problem& problem) {
  double largest = 0.0;
  for (size_t row = 0; row < rows_of(problem.shape); row++) {
    visit(problem, Row(problem, row), [&](const Output& output) {
      if (output.scale < least_normal_of(output.type)) return;
      const double error = std::fabs(output.y - output.exact) / (output.scale * epsilon_of(output.type));
      largest = std::isnan(error) ? INFINITY : std::max(largest, error);
    });
  }
  return largest;
}

}  // namespace twopass_bench
