// The public calls on rows of one type of elements, which are calls on tensors.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "element.h"
#include "twopass.h"
#include "twopass_tokens.h"

using twopass::rows_of;

// From input to output, from input to a float for each row, and from two inputs to output.
#define TWOPASS_DEFINE_MAP(name, element, type)                                                                  \
  twopass_status twopass_##name##_##element(size_t rows, size_t columns, const type* input, size_t input_stride, \
                                            type* output, size_t output_stride,                                  \
                                            const struct twopass_options* options) {                             \
    const struct twopass_shape shape = {rows, columns, 1};                                                       \
    const struct twopass_tensor x = rows_of(input, twopass::Element::element, input_stride);                     \
    const struct twopass_tensor y = rows_of(output, twopass::Element::element, output_stride);                   \
    return twopass_##name(&shape, &x, &y, options);                                                              \
  }

#define TWOPASS_DEFINE_REDUCTION(name, element, type)                                                            \
  twopass_status twopass_##name##_##element(size_t rows, size_t columns, const type* input, size_t input_stride, \
                                            float* results, const struct twopass_options* options) {             \
    const struct twopass_shape shape = {rows, columns, 1};                                                       \
    const struct twopass_tensor x = rows_of(input, twopass::Element::element, input_stride);                     \
    return twopass_##name(&shape, &x, results, options);                                                         \
  }

#define TWOPASS_DEFINE_GRADIENT(name, element, type)                                                      \
  twopass_status twopass_##name##_##element(size_t rows, size_t columns, const type* y, size_t y_stride,  \
                                            const type* dy, size_t dy_stride, type* dx, size_t dx_stride, \
                                            const struct twopass_options* options) {                      \
    const struct twopass_shape shape = {rows, columns, 1};                                                \
    const struct twopass_tensor of_y = rows_of(y, twopass::Element::element, y_stride);                   \
    const struct twopass_tensor of_dy = rows_of(dy, twopass::Element::element, dy_stride);                \
    const struct twopass_tensor of_dx = rows_of(dx, twopass::Element::element, dx_stride);                \
    return twopass_##name(&shape, &of_y, &of_dy, &of_dx, options);                                        \
  }

#define TWOPASS_DEFINE(element, type)                                                                              \
  TWOPASS_DEFINE_MAP(log_softmax, element, type)                                                                   \
  TWOPASS_DEFINE_REDUCTION(log_sum_exp, element, type)                                                             \
  TWOPASS_DEFINE_REDUCTION(entropy, element, type)                                                                 \
  TWOPASS_DEFINE_GRADIENT(softmax_backward, element, type)                                                         \
  TWOPASS_DEFINE_MAP(sigmoid, element, type)                                                                       \
  TWOPASS_DEFINE_GRADIENT(sigmoid_backward, element, type)                                                         \
  TWOPASS_DEFINE_MAP(softplus_l1, element, type)                                                                   \
  TWOPASS_DEFINE_GRADIENT(softplus_l1_backward, element, type)                                                     \
  TWOPASS_DEFINE_GRADIENT(log_softmax_backward, element, type)                                                     \
  twopass_status twopass_cross_entropy_##element(                                                                  \
      size_t rows, size_t columns, const type* logits, size_t logits_stride, const int64_t* labels, float* losses, \
      type* gradient, size_t gradient_stride, const struct twopass_cross_entropy_options* how,                     \
      const struct twopass_options* options) {                                                                     \
    const struct twopass_shape shape = {rows, columns, 1};                                                         \
    const struct twopass_tensor x = rows_of(logits, twopass::Element::element, logits_stride);                     \
    const struct twopass_tensor dx = rows_of(gradient, twopass::Element::element, gradient_stride);                \
    return twopass_cross_entropy(&shape, &x, labels, losses, gradient != nullptr ? &dx : nullptr, how, options);   \
  }

TWOPASS_FOR_EACH_ELEMENT(TWOPASS_DEFINE)

#define TWOPASS_DEFINE_TOKENS(element, type)                                                                          \
  twopass_status twopass_compute_statistics_##element(size_t rows, size_t columns, const type* logits, size_t stride, \
                                                      const struct twopass_statistics* statistics,                    \
                                                      const struct twopass_options* options) {                        \
    const struct twopass_shape shape = {rows, columns, 1};                                                            \
    const struct twopass_tensor x = rows_of(logits, twopass::Element::element, stride);                               \
    return twopass_compute_statistics(&shape, &x, statistics, options);                                               \
  }                                                                                                                   \
  twopass_status twopass_sample_tokens_##element(                                                                     \
      size_t rows, size_t columns, const type* logits, size_t stride, const struct twopass_sampler* samplers,         \
      struct twopass_sample* samples, const struct twopass_options* options) {                                        \
    const struct twopass_shape shape = {rows, columns, 1};                                                            \
    const struct twopass_tensor x = rows_of(logits, twopass::Element::element, stride);                               \
    return twopass_sample_tokens(&shape, &x, samplers, samples, options);                                             \
  }

TWOPASS_FOR_EACH_ELEMENT(TWOPASS_DEFINE_TOKENS)
