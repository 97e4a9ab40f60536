// The family in plain loops. This file, and no other, is compiled with -O3 -march=native -ffast-math: gcc then calls
// the vectorised expf of libmvec. The flags belong to the compilation only: at the link, -ffast-math would make all of
// the process flush denormals to zero.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/plain_loop.h"

#include <math.h>
#include <string.h>

#include <vector>

#ifndef __FAST_MATH__
#error "compile this file with -O3 -march=native -ffast-math"
#endif

namespace twopass_bench {

void plain_loop(size_t n, const float* x, float* y) {
  float max = x[0];
  for (size_t i = 0; i < n; i++) {
    max = x[i] > max ? x[i] : max;
  }

  float sum = 0.0f;
  for (size_t i = 0; i < n; i++) {
    y[i] = expf(x[i] - max);
    sum += y[i];
  }

  const float scale = 1.0f / sum;
  for (size_t i = 0; i < n; i++) {
    y[i] *= scale;
  }
}

namespace {

// ---- A row of floats

float log_sum_exp(size_t n, const float* x) {
  float max = x[0];
  for (size_t i = 0; i < n; i++) max = x[i] > max ? x[i] : max;
  float sum = 0.0f;
  for (size_t i = 0; i < n; i++) sum += expf(x[i] - max);
  return max + logf(sum);
}

void log_softmax(size_t n, const float* x, float* y) {
  const float log_sum = log_sum_exp(n, x);
  for (size_t i = 0; i < n; i++) y[i] = x[i] - log_sum;
}

void softmax_backward(size_t n, const float* y, const float* dy, float* dx) {
  float sum = 0.0f;
  for (size_t i = 0; i < n; i++) sum += y[i] * dy[i];
  for (size_t i = 0; i < n; i++) dx[i] = y[i] * (dy[i] - sum);
}

void log_softmax_backward(size_t n, const float* y, const float* dy, float* dx) {
  float sum = 0.0f;
  for (size_t i = 0; i < n; i++) sum += dy[i];
  for (size_t i = 0; i < n; i++) dx[i] = dy[i] - expf(y[i]) * sum;
}

float cross_entropy(size_t n, const float* x, size_t label, float* dx) {
  const float log_sum = log_sum_exp(n, x);
  const float loss = log_sum - x[label];
  for (size_t i = 0; i < n; i++) dx[i] = expf(x[i] - log_sum);
  dx[label] -= 1.0f;
  return loss;
}

// ---- Rows of any type, which become floats and are made of them again

#if defined(__FLT16_MANT_DIG__) && !defined(__clang__)
#define HAS_F16 1
typedef _Float16 F16;
#else
#define HAS_F16 0
#endif

struct BF16 {
  uint16_t bits;

  BF16() = default;
  explicit BF16(float value) {  // rounded to nearest
    uint32_t of_float;
    memcpy(&of_float, &value, sizeof value);
    bits = (of_float + 0x7FFF + (of_float >> 16 & 1)) >> 16;
  }
  explicit operator float() const {
    const uint32_t of_float = static_cast<uint32_t>(bits) << 16;
    float value;
    memcpy(&value, &of_float, sizeof value);
    return value;
  }
};

void compute_row(const Problem& problem, size_t row, const float* x, const float* dy, float* y) {
  const size_t n = problem.shape.columns;
  switch (problem.operation) {
    case Operation::kSoftmax:
      return plain_loop(n, x, y);
    case Operation::kLogSoftmax:
      return log_softmax(n, x, y);
    case Operation::kLogSumExp:
      problem.results[row] = log_sum_exp(n, x);
      return;
    case Operation::kSoftmaxBackward:
      return softmax_backward(n, x, dy, y);
    case Operation::kLogSoftmaxBackward:
      return log_softmax_backward(n, x, dy, y);
    case Operation::kCrossEntropy:
      problem.results[row] = cross_entropy(n, x, problem.labels[row], y);
      return;
  }
}

template <class Element>
void compute_rows(const Problem& problem) {
  const size_t n = problem.shape.columns;
  static std::vector<float> x, dy, y;  // which stay: the pages of fresh memory would cost more than the loops
  if (y.size() < n) y.resize(n);
  const auto widen = [&](const void* data, size_t row, std::vector<float>& floats) {
    if (floats.size() < n) floats.resize(n);
    const Element* elements = static_cast<const Element*>(data) + row * n;
    for (size_t i = 0; i < n; i++) floats[i] = static_cast<float>(elements[i]);
  };
  for (size_t row = 0; row < problem.shape.outer; row++) {
    widen(problem.x, row, x);
    if (problem.dy != nullptr) widen(problem.dy, row, dy);
    compute_row(problem, row, x.data(), dy.data(), y.data());
    if (problem.y == nullptr) continue;
    Element* out = static_cast<Element*>(problem.y) + row * n;
    for (size_t i = 0; i < n; i++) out[i] = static_cast<Element>(y[i]);
  }
}

template <>
void compute_rows<float>(const Problem& problem) {
  const size_t n = problem.shape.columns;
  const float* const x = static_cast<const float*>(problem.x);
  const float* const dy = static_cast<const float*>(problem.dy);
  float* const y = static_cast<float*>(problem.y);
  for (size_t row = 0; row < problem.shape.outer; row++) {
    const size_t at = row * n;
    compute_row(problem, row, x + at, dy != nullptr ? dy + at : nullptr, y != nullptr ? y + at : nullptr);
  }
}

// ---- The softmax of floats over another axis than the last, in the order in which they lie

void softmax_over_axis(const twopass_shape& shape, const float* x, float* y) {
  const size_t columns = shape.columns, inner = shape.inner;
  std::vector<float> max(inner), sum(inner);
  for (size_t o = 0; o < shape.outer; o++, x += columns * inner, y += columns * inner) {
    for (size_t i = 0; i < inner; i++) {
      max[i] = x[i];
      sum[i] = 0.0f;
    }
    for (size_t c = 0; c < columns; c++) {
      for (size_t i = 0; i < inner; i++) max[i] = x[c * inner + i] > max[i] ? x[c * inner + i] : max[i];
    }
    for (size_t c = 0; c < columns; c++) {
      for (size_t i = 0; i < inner; i++) sum[i] += y[c * inner + i] = expf(x[c * inner + i] - max[i]);
    }
    for (size_t i = 0; i < inner; i++) sum[i] = 1.0f / sum[i];
    for (size_t c = 0; c < columns; c++) {
      for (size_t i = 0; i < inner; i++) y[c * inner + i] *= sum[i];
    }
  }
}

}  // namespace

bool has_plain_loop(Operation operation, uint32_t type, const twopass_shape& shape) {
  if (shape.inner != 1) return operation == Operation::kSoftmax && type == TWOPASS_F32;
  return type != TWOPASS_F16 || HAS_F16;
}

void plain_loop(const Problem& problem) {
  if (problem.shape.inner != 1) {
    softmax_over_axis(problem.shape, static_cast<const float*>(problem.x), static_cast<float*>(problem.y));
  } else if (problem.type == TWOPASS_F32) {
    compute_rows<float>(problem);
  } else if (problem.type == TWOPASS_BF16) {
    compute_rows<BF16>(problem);
  } else {
#if HAS_F16
    compute_rows<F16>(problem);
#endif
  }
}

const char* plain_loop_compiler() {
#ifdef __clang__
  return __VERSION__;
#else
  return "gcc " __VERSION__;
#endif
}

}  // namespace twopass_bench
