/* twopass: how far two rows of logits are from each other.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
 *
 * With p the softmax of a row of x, and q that of the same row of y:
 *
 *     float kl[1];
 *     struct twopass_divergences divergences = {0};
 *     divergences.kl = kl;
 *     ...
 *     if (twopass_divergence_f32(1, 32000, x, 32000, y, 32000, &divergences, NULL) != TWOPASS_OK) ...
 *
 * For distillation, where x are the logits of the teacher and y those of the student, kl or cross_entropy is the loss,
 * and twopass_divergence_backward the gradient of either by y. To compare a model before and after it was quantised, kl
 * and agrees tell what it lost.
 *
 * Bits: the same on every ISA and machine, whatever the other rows, the strides and the threads. On an ISA without a
 * fused multiply-add, or whose vectors have no known length, that takes many times as long as elsewhere.
 *
 * Method: with n = log q - log p, KL(p || q) is the sum of p * (exp(n) - 1 - n), as p and q have the same sum. None of
 * these terms is negative, and an error in the sums of exponentials, which is one in each n, counts only by its square;
 * that much is taken off again, as then the sum of p * exp(n) is not 1. (J. Schulman, "Approximating KL Divergence",
 * 2020, has these terms for samples.) */
#ifndef TWOPASS_DIVERGENCE_H_
#define TWOPASS_DIVERGENCE_H_

#include "twopass.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where results go: of each that is wanted an array of one for each row, the others NULL. One at least is wanted. */
struct twopass_divergences {
  float* kl;             /* KL(p || q) = sum of p * log(p / q), in nats */
  float* reverse_kl;     /* KL(q || p) */
  float* jensen_shannon; /* (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2: from 0 to log(2) */
  float* cross_entropy;  /* of soft labels, -(sum of p * log(q)) */
  unsigned char* agrees; /* 1 where x and y have their largest, or the first of it, in the same column, otherwise 0 */
  size_t reserved[4];    /* must be 0 */
};

/* Computes divergences of each row of x from the same row of y, in two reads of each, the second from cache where that
 * holds the row.
 *
 *   shape, x, y   as for twopass_softmax; x and y have types and strides of their own, and may be the same.
 *   options       NULL for the defaults. Logits or log_sums are an error.
 *
 * Aliasing: results overlap nothing.
 *
 * Special values:
 *   - rows of the same logits, or that differ by a constant, exactly, have 0; nothing is ever negative;
 *   - where y has -infinity and p is not 0, KL(p || q) and the cross-entropy are +infinity, and likewise KL(q || p);
 *     what both have -infinity for adds nothing;
 *   - a NaN or a +infinity in either row gives NaN, and an `agrees` of 0; so does a row of nothing but -infinity, or
 *     with TWOPASS_FLAG_MASKED_ROW_ZERO it gives 0 everywhere;
 *   - a row of no columns has 0 everywhere.
 * A probability below 2^-64 of the largest counts as 0.
 *
 * Accuracy: kl, reverse_kl and jensen_shannon are within a relative error of 1.5e-6, also where rows are nearly equal,
 * and columns * 1e-18 of what counted as 0 (jensen_shannon, where kl is infinite, and 1e-14); the cross-entropy is
 * within 12 * 2^-23 of the larger of 1 and the result. A result below FLT_MIN is 0.
 *
 * Errors: as for twopass_softmax, and for results that are not aligned. */
TWOPASS_API twopass_status twopass_divergence(const struct twopass_shape* shape, const struct twopass_tensor* x,
                                              const struct twopass_tensor* y,
                                              const struct twopass_divergences* divergences,
                                              const struct twopass_options* options);
TWOPASS_API twopass_status twopass_divergence_f32(size_t rows, size_t columns, const float* x, size_t x_stride,
                                                  const float* y, size_t y_stride,
                                                  const struct twopass_divergences* divergences,
                                                  const struct twopass_options* options);
TWOPASS_API twopass_status twopass_divergence_f16(size_t rows, size_t columns, const twopass_f16* x, size_t x_stride,
                                                  const twopass_f16* y, size_t y_stride,
                                                  const struct twopass_divergences* divergences,
                                                  const struct twopass_options* options);
TWOPASS_API twopass_status twopass_divergence_bf16(size_t rows, size_t columns, const twopass_bf16* x, size_t x_stride,
                                                   const twopass_bf16* y, size_t y_stride,
                                                   const struct twopass_divergences* divergences,
                                                   const struct twopass_options* options);

/* The gradient by y of the sum of d[row] * KL(p || q), which is also that of the cross-entropies, as the two differ by
 * the entropy of p: dy = (q - p) * d[row].
 *
 *   d    one for each row, the gradient of a loss by its divergence, such as 1 / rows for a mean; NULL for 1.
 *   dy   of the shape, and may be x or y with the same type and strides; any other overlap is an error.
 *
 * Special values: -infinity gives a p or q of 0; a NaN or a +infinity in either row makes the gradient of the row NaN,
 * and so does a row of nothing but -infinity, or with TWOPASS_FLAG_MASKED_ROW_ZERO it is 0. A result below FLT_MIN in
 * magnitude is 0.
 *
 * Accuracy: within 8 * 2^-23 of the larger of p * |d| and q * |d|. What comes on top for low logits: x - max is rounded
 * to a float, which changes p by up to 2^-24 * |x - max|, relative, and likewise q. Bits and errors as for
 * twopass_divergence. */
TWOPASS_API twopass_status twopass_divergence_backward(const struct twopass_shape* shape,
                                                       const struct twopass_tensor* x, const struct twopass_tensor* y,
                                                       const float* d, const struct twopass_tensor* dy,
                                                       const struct twopass_options* options);
TWOPASS_API twopass_status twopass_divergence_backward_f32(size_t rows, size_t columns, const float* x, size_t x_stride,
                                                           const float* y, size_t y_stride, const float* d, float* dy,
                                                           size_t dy_stride, const struct twopass_options* options);
TWOPASS_API twopass_status twopass_divergence_backward_f16(size_t rows, size_t columns, const twopass_f16* x,
                                                           size_t x_stride, const twopass_f16* y, size_t y_stride,
                                                           const float* d, twopass_f16* dy, size_t dy_stride,
                                                           const struct twopass_options* options);
TWOPASS_API twopass_status twopass_divergence_backward_bf16(size_t rows, size_t columns, const twopass_bf16* x,
                                                            size_t x_stride, const twopass_bf16* y, size_t y_stride,
                                                            const float* d, twopass_bf16* dy, size_t dy_stride,
                                                            const struct twopass_options* options);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TWOPASS_DIVERGENCE_H_ */
