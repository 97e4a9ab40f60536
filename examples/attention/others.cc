// What a twopass_logits says, in plain words: row by row, for as much of it as the example needs.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/attention/others.h"

#include <algorithm>
#include <cmath>

#include "examples/attention/pass.h"

namespace attention {
namespace {

struct Row {
  std::size_t length;
  float scale;
  float slope;
  const float* bias;  // NULL for none
  float sink;         // -infinity for none
};

Row row_of(const Shape& shape, const twopass_logits& logits, std::size_t row) {
  const std::size_t head = row / shape.positions, query = row % shape.positions;
  const float* bias = static_cast<const float*>(logits.bias);
  return {
      logits.lengths ? static_cast<std::size_t>(logits.lengths[row]) : shape.positions,
      logits.scale ? *logits.scale : 1.0f,
      logits.slope ? logits.slope[head] : 1.0f,
      bias ? bias + query * logits.bias_row_stride : nullptr,
      logits.sink ? logits.sink[head] : -INFINITY,
  };
}

}  // namespace

template <class Real>
void plain_loop(const Shape& shape, const twopass_logits& logits, const float* scores, Real* weights) {
  const std::size_t keys = shape.positions;
  for (std::size_t r = 0; r < shape.rows(); r++) {
    const Row row = row_of(shape, logits, r);
    const float* x = scores + r * keys;
    Real* y = weights + r * keys;

    Real max = row.sink;
    for (std::size_t i = 0; i < row.length; i++) {
      y[i] = Real(x[i]) * row.scale;
      if (row.bias) y[i] += Real(row.slope) * row.bias[i];
      max = std::max(max, y[i]);
    }
    Real sum = std::exp(row.sink - max);
    for (std::size_t i = 0; i < row.length; i++) {
      y[i] = std::exp(y[i] - max);
      sum += y[i];
    }
    for (std::size_t i = 0; i < row.length; i++) y[i] /= sum;
    std::fill(y + row.length, y + keys, Real(0));
  }
}

template void plain_loop(const Shape&, const twopass_logits&, const float*, float*);
template void plain_loop(const Shape&, const twopass_logits&, const float*, double*);

twopass_status SeparatePasses::weigh(const twopass_logits& logits, const float* scores) {
  const std::size_t keys = shape_.positions;
  if (!logits.scale && !logits.lengths && !logits.bias && !logits.sink) {
    return twopass_softmax_f32(shape_.rows(), keys, scores, keys, weights_.data(), keys, nullptr);
  }
  const std::size_t columns = logits.sink ? keys + 1 : keys;
  for (std::size_t r = 0; r < shape_.rows(); r++) {
    const Row row = row_of(shape_, logits, r);
    float* y = &weights_[r * columns];
    scale_bias_and_mask(keys, row.length, row.scale, row.slope, row.bias, scores + r * keys, y);
    if (logits.sink) y[keys] = row.sink;
  }
  return twopass_softmax_f32(shape_.rows(), columns, weights_.data(), columns, weights_.data(), columns, nullptr);
}

}  // namespace attention
