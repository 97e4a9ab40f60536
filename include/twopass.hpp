// twopass for C++20: the calls of twopass.h over std::span.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
//
//     std::vector<float> logits = ..., probabilities(logits.size());
//     if (twopass::softmax(logits, probabilities) != TWOPASS_OK) ...
//
// Inputs and outputs are contiguous ranges, such as std::vector, std::array and std::span, of float, of twopass::f16 or
// twopass::bf16, or of std::float16_t or std::bfloat16_t where the compiler has them; all of a call have the same
// elements. (For tensors of other axes and of mixed types there are the calls of twopass.h.)
//
// Every function is inline and adds to the call of twopass.h no more than the comparison of sizes. Nothing throws:
// errors are statuses, and nothing is written then. Special values, aliasing and accuracy are as twopass.h says.
#ifndef TWOPASS_HPP_
#define TWOPASS_HPP_

#if !defined(__cplusplus) || (__cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L))
#error "twopass.hpp needs C++20 for std::span; twopass.h serves C and older C++"
#endif

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
#include <type_traits>
#if __has_include(<stdfloat>)
#include <stdfloat>
#endif

#include "twopass.h"
#include "twopass_divergence.h"
#include "twopass_merge.h"
#include "twopass_tokens.h"

namespace twopass {

// What a call returns: TWOPASS_OK, or what was wrong.
using status = ::twopass_status;

// How to compute; `options{}` holds the defaults.
using options = ::twopass_options;

// What becomes of logits first, by options; `logits{}` leaves them as they are.
using logits = ::twopass_logits;

// How to compute a cross-entropy; `cross_entropy_options{}` holds the defaults.
using cross_entropy_options = ::twopass_cross_entropy_options;

// Where divergences of rows go, one for each; those that are left empty are not wanted.
struct divergences {
  std::span<float> kl = {};
  std::span<float> reverse_kl = {};
  std::span<float> jensen_shannon = {};
  std::span<float> cross_entropy = {};
  std::span<unsigned char> agrees = {};
};

// A sum of exponentials; `extexp{}` is 0.
using extexp = ::twopass_extexp;

// ---- Elements

// IEEE 754 binary16, by its bits.
struct f16 {
  std::uint16_t bits;
};

// The upper half of a float ("bfloat16"), by its bits.
struct bf16 {
  std::uint16_t bits;
};

// The calls of twopass.h for each type of elements, and the type that these calls have for it.
template <class Element>
struct calls;

#define TWOPASS_DEFINE_CALLS(Element, type_of_calls, suffix)                              \
  template <>                                                                             \
  struct calls<Element> {                                                                 \
    using type = type_of_calls;                                                           \
    static constexpr auto softmax = ::twopass_softmax_##suffix;                           \
    static constexpr auto log_softmax = ::twopass_log_softmax_##suffix;                   \
    static constexpr auto log_sum_exp = ::twopass_log_sum_exp_##suffix;                   \
    static constexpr auto entropy = ::twopass_entropy_##suffix;                           \
    static constexpr auto softmax_backward = ::twopass_softmax_backward_##suffix;         \
    static constexpr auto log_softmax_backward = ::twopass_log_softmax_backward_##suffix; \
    static constexpr auto cross_entropy = ::twopass_cross_entropy_##suffix;               \
    static constexpr auto divergence = ::twopass_divergence_##suffix;                     \
    static constexpr auto divergence_backward = ::twopass_divergence_backward_##suffix;   \
    static constexpr auto merge_attention = ::twopass_merge_attention_##suffix;           \
    static constexpr auto statistics = ::twopass_compute_statistics_##suffix;             \
    static constexpr auto sample = ::twopass_sample_tokens_##suffix;                      \
    static constexpr auto sigmoid = ::twopass_sigmoid_##suffix;                           \
    static constexpr auto sigmoid_backward = ::twopass_sigmoid_backward_##suffix;         \
    static constexpr auto softplus_l1 = ::twopass_softplus_l1_##suffix;                   \
    static constexpr auto softplus_l1_backward = ::twopass_softplus_l1_backward_##suffix; \
  };
TWOPASS_DEFINE_CALLS(float, float, f32)
TWOPASS_DEFINE_CALLS(f16, ::twopass_f16, f16)
TWOPASS_DEFINE_CALLS(bf16, ::twopass_bf16, bf16)
#undef TWOPASS_DEFINE_CALLS

#if defined(__STDCPP_FLOAT16_T__)
template <>
struct calls<std::float16_t> : calls<f16> {};
#endif
#if defined(__STDCPP_BFLOAT16_T__)
template <>
struct calls<std::bfloat16_t> : calls<bf16> {};
#endif

// ---- Ranges of elements

template <class Range>
using calls_of = calls<std::ranges::range_value_t<const Range>>;

template <class Range>
concept input_range = std::ranges::contiguous_range<const Range> && std::ranges::sized_range<const Range> && requires {
  typename calls_of<Range>::type;
};

// One that can be written, of the elements of that input, and no temporary container.
template <class Range, class Input>
concept output_range = std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range> &&
                       std::ranges::borrowed_range<Range> && std::same_as < std::ranges::range_reference_t<Range>,
        std::ranges::range_value_t<const Input>
& > ;

// Another input of the elements of that one.
template <class Range, class Input>
concept same_elements = input_range<Range> &&
    std::same_as<std::ranges::range_value_t<const Range>, std::ranges::range_value_t<const Input>>;

// What `{}` stands for in a call.
using no_input = std::span<const float>;
template <class Input>
using no_output = std::span<std::ranges::range_value_t<const Input>>;

// The elements of a range, as a call of twopass.h takes them.
template <input_range Input>
constexpr auto input_of(const Input& range) noexcept {
  return reinterpret_cast<const typename calls_of<Input>::type*>(std::ranges::data(range));
}
template <class Output>
constexpr auto output_of(Output& range) noexcept {
  return reinterpret_cast<typename calls_of<Output>::type*>(std::ranges::data(range));
}

// Whether a range of `size` elements holds a matrix: all of its rows, the last of them without what follows it.
[[nodiscard]] constexpr bool holds_matrix(std::size_t size, std::size_t rows, std::size_t columns,
                                          std::size_t stride) noexcept {
  if (rows == 0 || columns == 0) return true;
  if (size < columns) return false;
  if (rows == 1) return true;
  // Division instead of (rows - 1) * stride + columns, which may overflow.
  return stride >= columns && rows - 1 <= (size - columns) / stride;
}

template <class Range>
constexpr bool holds_matrix_in(const Range& range, std::size_t rows, std::size_t columns, std::size_t stride) noexcept {
  return holds_matrix(std::ranges::size(range), rows, columns, stride);
}

// Whether a range of `size` elements holds that many matrices, which begin a stride apart. Rows of one may lie between
// those of another, so that it is the last matrix that says.
[[nodiscard]] constexpr bool holds_matrices(std::size_t size, std::size_t count, std::size_t matrix_stride,
                                            std::size_t rows, std::size_t columns, std::size_t stride) noexcept {
  if (count == 0 || rows == 0 || columns == 0) return true;
  if (matrix_stride != 0 && count - 1 > size / matrix_stride) return false;
  return holds_matrix(size - (count - 1) * matrix_stride, rows, columns, stride);
}

// ---- What all operations of a kind share
//
// Matrices are `rows` rows of `columns` elements. Row r begins at element r * stride of its range; strides count
// elements, are at least `columns`, and are ignored where rows is 1. A range that ends before its last row does is
// TWOPASS_INVALID_ARGUMENT; one that goes on behind it is fine. Of one row, all sizes must be the same.

namespace detail {

// A span as the calls of twopass.h have it, where NULL stands for what is not wanted, or not there.
template <class Type>
Type* pointer_to(std::span<Type> span) noexcept {
  return span.empty() ? nullptr : span.data();
}

// Whether a span has one for each row, or is not wanted.
template <class Type>
bool has_room(std::span<Type> span, std::size_t rows) noexcept {
  return span.empty() || span.size() >= rows;
}

// From logits to outputs.
template <class Call, class Input, class Output>
status map(Call* call, std::size_t rows, std::size_t columns, const Input& input, std::size_t input_stride,
           Output& output, std::size_t output_stride, const options& how) noexcept {
  if (!holds_matrix_in(input, rows, columns, input_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!holds_matrix_in(output, rows, columns, output_stride)) return TWOPASS_INVALID_ARGUMENT;
  return call(rows, columns, input_of(input), input_stride, output_of(output), output_stride, &how);
}
template <class Call, class Input, class Output>
status map_row(Call* call, const Input& input, Output& output, const options& how) noexcept {
  const std::size_t n = std::ranges::size(input);
  if (std::ranges::size(output) != n) return TWOPASS_INVALID_ARGUMENT;
  return call(1, n, input_of(input), n, output_of(output), n, &how);
}

// From logits to a float for each row.
template <class Call, class Input>
status reduce(Call* call, std::size_t rows, std::size_t columns, const Input& input, std::size_t input_stride,
              std::span<float> results, const options& how) noexcept {
  if (!holds_matrix_in(input, rows, columns, input_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (results.size() < rows) return TWOPASS_INVALID_ARGUMENT;
  return call(rows, columns, input_of(input), input_stride, results.data(), &how);
}

// From outputs and the gradient by them to the gradient by the logits.
template <class Call, class Y, class DY, class DX>
status backward(Call* call, std::size_t rows, std::size_t columns, const Y& y, std::size_t y_stride, const DY& dy,
                std::size_t dy_stride, DX& dx, std::size_t dx_stride, const options& how) noexcept {
  if (!holds_matrix_in(y, rows, columns, y_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!holds_matrix_in(dy, rows, columns, dy_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!holds_matrix_in(dx, rows, columns, dx_stride)) return TWOPASS_INVALID_ARGUMENT;
  return call(rows, columns, input_of(y), y_stride, input_of(dy), dy_stride, output_of(dx), dx_stride, &how);
}
template <class Call, class Y, class DY, class DX>
status backward_row(Call* call, const Y& y, const DY& dy, DX& dx, const options& how) noexcept {
  const std::size_t n = std::ranges::size(y);
  if (std::ranges::size(dy) != n || std::ranges::size(dx) != n) return TWOPASS_INVALID_ARGUMENT;
  return call(1, n, input_of(y), n, input_of(dy), n, output_of(dx), n, &how);
}

}  // namespace detail

// ---- The operations, each of one row and of a matrix, by the names that twopass.h has for them

// From logits to outputs: name(input, output), and name(rows, columns, input, input_stride, output, output_stride).
#define TWOPASS_DEFINE_MAP(name)                                                                                 \
  template <input_range Input = no_input, output_range<Input> Output = no_output<Input>>                         \
  [[nodiscard]] status name(const Input& input, Output&& output, const options& how = {}) noexcept {             \
    return detail::map_row(calls_of<Input>::name, input, output, how);                                           \
  }                                                                                                              \
  template <input_range Input = no_input, output_range<Input> Output = no_output<Input>>                         \
  [[nodiscard]] status name(std::size_t rows, std::size_t columns, const Input& input, std::size_t input_stride, \
                            Output&& output, std::size_t output_stride, const options& how = {}) noexcept {      \
    return detail::map(calls_of<Input>::name, rows, columns, input, input_stride, output, output_stride, how);   \
  }
TWOPASS_DEFINE_MAP(softmax)
TWOPASS_DEFINE_MAP(log_softmax)
TWOPASS_DEFINE_MAP(sigmoid)
TWOPASS_DEFINE_MAP(softplus_l1)
#undef TWOPASS_DEFINE_MAP

// From logits to a float for each row, where there may be room for more: name(input, result), and name(rows, columns,
// input, input_stride, results).
#define TWOPASS_DEFINE_REDUCTION(name)                                                                           \
  template <input_range Input = no_input>                                                                        \
  [[nodiscard]] status name(const Input& input, float& result, const options& how = {}) noexcept {               \
    const std::size_t n = std::ranges::size(input);                                                              \
    return detail::reduce(calls_of<Input>::name, 1, n, input, n, {&result, 1}, how);                             \
  }                                                                                                              \
  template <input_range Input = no_input>                                                                        \
  [[nodiscard]] status name(std::size_t rows, std::size_t columns, const Input& input, std::size_t input_stride, \
                            std::span<float> results, const options& how = {}) noexcept {                        \
    return detail::reduce(calls_of<Input>::name, rows, columns, input, input_stride, results, how);              \
  }
TWOPASS_DEFINE_REDUCTION(log_sum_exp)
TWOPASS_DEFINE_REDUCTION(entropy)
#undef TWOPASS_DEFINE_REDUCTION

// To the gradient by the logits, from y (for softplus_l1 the logits) and the gradient by the outputs: name(y, dy, dx),
// and name(rows, columns, y, y_stride, dy, dy_stride, dx, dx_stride).
#define TWOPASS_DEFINE_GRADIENT(name)                                                                                  \
  template <input_range Y = no_input, same_elements<Y> DY = Y, output_range<Y> DX = no_output<Y>>                      \
  [[nodiscard]] status name(const Y& y, const DY& dy, DX&& dx, const options& how = {}) noexcept {                     \
    return detail::backward_row(calls_of<Y>::name, y, dy, dx, how);                                                    \
  }                                                                                                                    \
  template <input_range Y = no_input, same_elements<Y> DY = Y, output_range<Y> DX = no_output<Y>>                      \
  [[nodiscard]] status name(std::size_t rows, std::size_t columns, const Y& y, std::size_t y_stride, const DY& dy,     \
                            std::size_t dy_stride, DX&& dx, std::size_t dx_stride, const options& how = {}) noexcept { \
    return detail::backward(calls_of<Y>::name, rows, columns, y, y_stride, dy, dy_stride, dx, dx_stride, how);         \
  }
TWOPASS_DEFINE_GRADIENT(softmax_backward)
TWOPASS_DEFINE_GRADIENT(log_softmax_backward)
TWOPASS_DEFINE_GRADIENT(sigmoid_backward)
TWOPASS_DEFINE_GRADIENT(softplus_l1_backward)
#undef TWOPASS_DEFINE_GRADIENT

// A label for each row, and a loss; there may be more. Losses and gradient, when empty, are not wanted.
template <input_range Input = no_input, output_range<Input> Output = no_output<Input>>
[[nodiscard]] status cross_entropy(std::size_t rows, std::size_t columns, const Input& logits,
                                   std::size_t logits_stride, std::span<const std::int64_t> labels,
                                   std::span<float> losses, Output&& gradient = {}, std::size_t gradient_stride = 0,
                                   const cross_entropy_options& loss_options = {}, const options& how = {}) noexcept {
  const bool wants_gradient = !std::ranges::empty(gradient);
  if (!holds_matrix_in(logits, rows, columns, logits_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (labels.size() < rows || !detail::has_room(losses, rows)) return TWOPASS_INVALID_ARGUMENT;
  if (wants_gradient && !holds_matrix_in(gradient, rows, columns, gradient_stride)) return TWOPASS_INVALID_ARGUMENT;
  return calls_of<Input>::cross_entropy(rows, columns, input_of(logits), logits_stride, labels.data(),
                                        detail::pointer_to(losses), wants_gradient ? output_of(gradient) : nullptr,
                                        gradient_stride, &loss_options, &how);
}
template <input_range Input = no_input, output_range<Input> Output = no_output<Input>>
[[nodiscard]] status cross_entropy(const Input& logits, std::int64_t label, float& loss, Output&& gradient = {},
                                   const cross_entropy_options& loss_options = {}, const options& how = {}) noexcept {
  const std::size_t n = std::ranges::size(logits);
  if (!std::ranges::empty(gradient) && std::ranges::size(gradient) != n) return TWOPASS_INVALID_ARGUMENT;
  return cross_entropy(1, n, logits, n, {&label, 1}, {&loss, 1}, gradient, n, loss_options, how);
}

// Of two rows of logits, as twopass_divergence.h describes them.
template <input_range X = no_input, same_elements<X> Y = X>
[[nodiscard]] status divergence(std::size_t rows, std::size_t columns, const X& x, std::size_t x_stride, const Y& y,
                                std::size_t y_stride, const divergences& results, const options& how = {}) noexcept {
  const auto has_room = [rows](const auto& each) { return detail::has_room(each, rows); };
  if (!holds_matrix_in(x, rows, columns, x_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!holds_matrix_in(y, rows, columns, y_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!has_room(results.kl) || !has_room(results.reverse_kl) || !has_room(results.jensen_shannon) ||
      !has_room(results.cross_entropy) || !has_room(results.agrees))
    return TWOPASS_INVALID_ARGUMENT;
  const twopass_divergences pointers = {detail::pointer_to(results.kl),
                                        detail::pointer_to(results.reverse_kl),
                                        detail::pointer_to(results.jensen_shannon),
                                        detail::pointer_to(results.cross_entropy),
                                        detail::pointer_to(results.agrees),
                                        {}};
  return calls_of<X>::divergence(rows, columns, input_of(x), x_stride, input_of(y), y_stride, &pointers, &how);
}
template <input_range X = no_input, same_elements<X> Y = X>
[[nodiscard]] status divergence(const X& x, const Y& y, const divergences& results, const options& how = {}) noexcept {
  const std::size_t n = std::ranges::size(x);
  if (std::ranges::size(y) != n) return TWOPASS_INVALID_ARGUMENT;
  return divergence(1, n, x, n, y, n, results, how);
}

// Their gradient by y. Where d is empty, it is 1 for each row.
template <input_range X = no_input, same_elements<X> Y = X, output_range<X> DY = no_output<X>>
[[nodiscard]] status divergence_backward(std::size_t rows, std::size_t columns, const X& x, std::size_t x_stride,
                                         const Y& y, std::size_t y_stride, std::span<const float> d, DY&& dy,
                                         std::size_t dy_stride, const options& how = {}) noexcept {
  if (!holds_matrix_in(x, rows, columns, x_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!holds_matrix_in(y, rows, columns, y_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!holds_matrix_in(dy, rows, columns, dy_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!detail::has_room(d, rows)) return TWOPASS_INVALID_ARGUMENT;
  return calls_of<X>::divergence_backward(rows, columns, input_of(x), x_stride, input_of(y), y_stride,
                                          detail::pointer_to(d), output_of(dy), dy_stride, &how);
}

// Attention that was computed in parts, as twopass_merge.h describes it. Row r of part i begins at element
// i * part_stride + r * row_stride of outputs, and its log-sum-exp is part_log_sums[i * part_log_sums_stride + r].
// The stride of log-sums is at least rows. Output, log_sums and weights (part_count of them for each row) are not
// wanted when empty; without an output nothing is read of outputs.
template <input_range Input = no_input, output_range<Input> Output = no_output<Input>>
[[nodiscard]] status merge_attention(std::size_t part_count, std::size_t rows, std::size_t columns,
                                     const Input& outputs, std::size_t part_stride, std::size_t row_stride,
                                     std::span<const float> part_log_sums, std::size_t part_log_sums_stride,
                                     Output&& output, std::size_t output_stride, std::span<float> log_sums = {},
                                     std::span<float> weights = {}, const options& how = {}) noexcept {
  const bool wants_output = !std::ranges::empty(output);
  if (wants_output &&
      (!holds_matrices(std::ranges::size(outputs), part_count, part_stride, rows, columns, row_stride) ||
       !holds_matrix_in(output, rows, columns, output_stride)))
    return TWOPASS_INVALID_ARGUMENT;
  if (!holds_matrix_in(part_log_sums, part_count, rows, part_log_sums_stride)) return TWOPASS_INVALID_ARGUMENT;
  if (!detail::has_room(log_sums, rows)) return TWOPASS_INVALID_ARGUMENT;
  if (!weights.empty() && !holds_matrix_in(weights, rows, part_count, part_count)) return TWOPASS_INVALID_ARGUMENT;
  return calls_of<Input>::merge_attention(part_count, rows, columns, input_of(outputs), part_stride, row_stride,
                                          part_log_sums.data(), part_log_sums_stride,
                                          wants_output ? output_of(output) : nullptr, output_stride,
                                          detail::pointer_to(log_sums), detail::pointer_to(weights), &how);
}

// ---- Tokens, as twopass_tokens.h describes them

// What is wanted of each row; what is left empty is not. There may be room for more.
struct row_statistics {
  std::span<float> log_sums = {};
  std::span<float> entropies = {};
  std::span<std::int64_t> argmaxes = {};

  // Those to look up, so many for each row, one row after the other, and results likewise.
  std::size_t tokens_per_row = 1;
  std::span<const std::int64_t> tokens = {};
  std::span<float> log_probabilities = {};
  std::span<std::int64_t> ranks = {};

  std::size_t top_count = 0;
  std::span<std::int64_t> top_tokens = {};
  std::span<float> top_log_probabilities = {};
};

template <input_range Input = no_input>
[[nodiscard]] status statistics(std::size_t rows, std::size_t columns, const Input& logits, std::size_t stride,
                                const row_statistics& results, const options& how = {}) noexcept {
  bool has_room = true;
  const auto pointer = [&](const auto& range, std::size_t count_per_row) {
    has_room = has_room && (range.empty() || count_per_row == 0 || range.size() / count_per_row >= rows);
    return range.empty() ? nullptr : range.data();
  };
  ::twopass_statistics wanted{};
  wanted.log_sums = pointer(results.log_sums, 1);
  wanted.entropies = pointer(results.entropies, 1);
  wanted.argmaxes = pointer(results.argmaxes, 1);
  wanted.tokens_per_row = results.tokens_per_row;
  wanted.tokens = pointer(results.tokens, results.tokens_per_row);
  wanted.log_probabilities = pointer(results.log_probabilities, results.tokens_per_row);
  wanted.ranks = pointer(results.ranks, results.tokens_per_row);
  wanted.top_count = results.top_count;
  wanted.top_tokens = pointer(results.top_tokens, results.top_count);
  wanted.top_log_probabilities = pointer(results.top_log_probabilities, results.top_count);
  if (!has_room || !holds_matrix_in(logits, rows, columns, stride)) return TWOPASS_INVALID_ARGUMENT;
  return calls_of<Input>::statistics(rows, columns, input_of(logits), stride, &wanted, &how);
}
template <input_range Input = no_input>
[[nodiscard]] status statistics(const Input& logits, const row_statistics& results, const options& how = {}) noexcept {
  const std::size_t n = std::ranges::size(logits);
  return statistics(1, n, logits, n, results, how);
}

// How to draw a token; `sampler{}` takes the largest logit.
using sampler = ::twopass_sampler;

// A token that was drawn.
using sampled = ::twopass_sample;

// A sampler for each row, and what it has drawn; there may be more.
template <input_range Input = no_input>
[[nodiscard]] status sample(std::size_t rows, std::size_t columns, const Input& logits, std::size_t stride,
                            std::span<const sampler> samplers, std::span<sampled> results,
                            const options& how = {}) noexcept {
  if (!holds_matrix_in(logits, rows, columns, stride)) return TWOPASS_INVALID_ARGUMENT;
  if (samplers.size() < rows || results.size() < rows) return TWOPASS_INVALID_ARGUMENT;
  return calls_of<Input>::sample(rows, columns, input_of(logits), stride, samplers.data(), results.data(), &how);
}
template <input_range Input = no_input>
[[nodiscard]] status sample(const Input& logits, const sampler& drawing, sampled& result,
                            const options& how = {}) noexcept {
  const std::size_t n = std::ranges::size(logits);
  return sample(1, n, logits, n, {&drawing, 1}, {&result, 1}, how);
}

// ---- Rows in shards, as twopass.h describes them

// The sum of exp(x) over a shard, ...
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
