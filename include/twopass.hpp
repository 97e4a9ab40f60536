// twopass for C++20: the calls of twopass.h over std::span.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
//
//     std::vector<float> logits = ..., probabilities(logits.size());
//     if (twopass::softmax(logits, probabilities) != TWOPASS_OK) ...
//
// Every function is inline and adds to the call of twopass.h no more than the comparison of sizes. Nothing throws:
// errors are statuses, and nothing is written then. Special values, aliasing and accuracy are as twopass.h says.
#ifndef TWOPASS_HPP_
#define TWOPASS_HPP_

#if !defined(__cplusplus) || (__cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L))
#error "twopass.hpp needs C++20 for std::span; twopass.h serves C and older C++"
#endif

#include <cstddef>
#include <span>

#include "twopass.h"

namespace twopass {

// What a call returns: TWOPASS_OK, or what was wrong.
using status = ::twopass_status;

// How to compute; `options{}` holds the defaults.
using options = ::twopass_options;

// A sum of exponentials; `extexp{}` is 0.
using extexp = ::twopass_extexp;

// Computes the softmax of one row. An output of another size than the input is TWOPASS_INVALID_ARGUMENT.
[[nodiscard]] inline status softmax(std::span<const float> input, std::span<float> output,
                                    const options& how = {}) noexcept {
  if (input.size() != output.size()) return TWOPASS_INVALID_ARGUMENT;
  return twopass_softmax_f32(1, input.size(), input.data(), input.size(), output.data(), output.size(), &how);
}

// Whether a span of `size` elements holds a matrix: all of its rows, the last of them without what follows it.
[[nodiscard]] constexpr bool holds_matrix(std::size_t size, std::size_t rows, std::size_t columns,
                                          std::size_t stride) noexcept {
  if (rows == 0 || columns == 0) return true;
  if (size < columns) return false;
  if (rows == 1) return true;
  // Division instead of (rows - 1) * stride + columns, which may overflow.
  return stride >= columns && rows - 1 <= (size - columns) / stride;
}

// Computes the softmax of each row of a matrix. Row r begins at element r * stride of its span; strides count elements,
// are at least `columns`, and are ignored where rows is 1. A span that ends before its last row does is
// TWOPASS_INVALID_ARGUMENT; one that goes on behind it is fine.
[[nodiscard]] inline status softmax(std::size_t rows, std::size_t columns, std::span<const float> input,
                                    std::size_t input_stride, std::span<float> output, std::size_t output_stride,
                                    const options& how = {}) noexcept {
  if (!holds_matrix(input.size(), rows, columns, input_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!holds_matrix(output.size(), rows, columns, output_stride)) return TWOPASS_INVALID_ARGUMENT;
  return twopass_softmax_f32(rows, columns, input.data(), input_stride, output.data(), output_stride, &how);
}

// A row in shards, as twopass.h describes it: the sum of exp(x) over a shard, ...
[[nodiscard]] inline status reduce(std::span<const float> shard, extexp& sum, const options& how = {}) noexcept {
  return twopass_reduce_extexp_f32(1, shard.size(), shard.data(), shard.size(), &sum, &how);
}

// ... the sum of two such sums, ...
[[nodiscard]] inline extexp merge(const extexp& a, const extexp& b) noexcept { return twopass_merge_extexp(a, b); }

// ... its natural logarithm, ...
[[nodiscard]] inline double log(const extexp& value) noexcept { return twopass_log_extexp(value); }

// ... and the outputs of a shard, given the total of all. An output of another size than the shard is
// TWOPASS_INVALID_ARGUMENT.
[[nodiscard]] inline status finish(std::span<const float> shard, std::span<float> output, const extexp& total,
                                   const options& how = {}) noexcept {
  if (shard.size() != output.size()) return TWOPASS_INVALID_ARGUMENT;
  return twopass_finish_extexp_f32(1, shard.size(), shard.data(), shard.size(), output.data(), output.size(), &total,
                                   &how);
}

}  // namespace twopass

#endif  // TWOPASS_HPP_
