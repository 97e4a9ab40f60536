/* twopass: merges the parts of attention that was computed in parts, each over some of the keys.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
 *
 * A part is, for each row (a query of a head), the sum of values weighted by the softmax over its keys, and the
 * log-sum-exp of its scores, which twopass_softmax_f32 gives by options->log_sums. Over all keys:
 *
 *   log_sum = log(sum of exp(log_sum of part))
 *   output  = sum of exp(log_sum of part - log_sum) * output of part
 *
 * FlashInfer knows this as merge_state and merge_states, vLLM as merge_attn_states. The parts may be those of a split
 * of long sequences over threads or machines, or a prefix that requests share and what is their own.
 *
 *     struct twopass_attention_part parts[2] = {{{prefix, TWOPASS_F32, size, 1}, prefix_log_sums},
 *                                               {{suffix, TWOPASS_F32, size, 1}, suffix_log_sums}};
 *     struct twopass_tensor output = {prefix, TWOPASS_F32, size, 1};
 *     struct twopass_shape shape = {rows, size, 1};
 *     if (twopass_merge_attention(&shape, parts, 2, &output, prefix_log_sums, NULL, NULL) != TWOPASS_OK) ...
 *
 * Bits: the same on every ISA and machine, whatever the other rows, the strides and the threads. */
#ifndef TWOPASS_MERGE_H_
#define TWOPASS_MERGE_H_

#include "twopass.h"

#ifdef __cplusplus
extern "C" {
#endif

struct twopass_attention_part {
  struct twopass_tensor output; /* its weighted values; unused where no output is wanted */
  const float* log_sums;        /* one for each row */
};

/* Merges parts, row by row.
 *
 *   shape        rows, which are outer * inner, and the size of a head for columns.
 *   parts, part_count   at least one. Their types and strides may differ.
 *   output       of the shape, and may be the output of any part with the same type and strides; NULL where it is not
 *                wanted.
 *   log_sums     one for each row, and may be those of a part; NULL where they are not wanted.
 *   weights      part_count for each row, exp(log_sum of part - log_sum); NULL where they are not wanted.
 *   options      NULL for the defaults. Logits or log_sums are an error.
 *
 * Special values: a part with a log-sum of -infinity has a weight of 0. What has a weight of 0 (below FLT_MIN) adds
 * nothing, whatever its output holds, which is not read. Where all log-sums are -infinity, output and weights are 0 and
 * the log-sum is -infinity; where one is NaN or +infinity, all are NaN.
 *
 * Accuracy: a weight is within 2^-23, a log-sum is the float next to the exact one or its neighbour, and an output is
 * within (part_count + 2) * 2^-24 of the sum of magnitudes of what it is the sum of, and FLT_MIN.
 *
 * Errors: as for twopass_softmax; for no part, and for a part without log_sums. Where nothing is wanted, nothing
 * happens. */
TWOPASS_API twopass_status twopass_merge_attention(const struct twopass_shape* shape,
                                                   const struct twopass_attention_part* parts, size_t part_count,
                                                   const struct twopass_tensor* output, float* log_sums, float* weights,
                                                   const struct twopass_options* options);

/* The same for parts that lie a stride apart: row r of part i is the `columns` elements from outputs + i * part_stride
 * + r * row_stride, and its log-sum is part_log_sums[i * part_log_sums_stride + r]. */
TWOPASS_API twopass_status twopass_merge_attention_f32(size_t part_count, size_t rows, size_t columns,
                                                       const float* outputs, size_t part_stride, size_t row_stride,
                                                       const float* part_log_sums, size_t part_log_sums_stride,
                                                       float* output, size_t output_stride, float* log_sums,
                                                       float* weights, const struct twopass_options* options);
TWOPASS_API twopass_status twopass_merge_attention_f16(size_t part_count, size_t rows, size_t columns,
                                                       const twopass_f16* outputs, size_t part_stride,
                                                       size_t row_stride, const float* part_log_sums,
                                                       size_t part_log_sums_stride, twopass_f16* output,
                                                       size_t output_stride, float* log_sums, float* weights,
                                                       const struct twopass_options* options);
TWOPASS_API twopass_status twopass_merge_attention_bf16(size_t part_count, size_t rows, size_t columns,
                                                        const twopass_bf16* outputs, size_t part_stride,
                                                        size_t row_stride, const float* part_log_sums,
                                                        size_t part_log_sums_stride, twopass_bf16* output,
                                                        size_t output_stride, float* log_sums, float* weights,
                                                        const struct twopass_options* options);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TWOPASS_MERGE_H_ */
