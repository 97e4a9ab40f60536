/* What servers and trainers compute from the logits of a vocabulary: a few numbers for each row, or a token, without
 * the probabilities.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
 *
 * A row is a distribution over `columns` tokens, which are called by their columns: 0 to columns - 1. Everything here
 * has the same bits on every ISA and machine, for any number of threads, in any batch, and whatever the strides. (But a
 * denormal logit, or one that its scale makes denormal, may count as 0.)
 *
 * Shapes, tensors, statuses and what every call keeps to are those of twopass.h. options->logits changes the logits
 * first: a scale for each row is 1 / temperature, `keep` and a bias of -infinity are masks of tokens; a sink is an
 * error.
 */
#ifndef TWOPASS_TOKENS_H_
#define TWOPASS_TOKENS_H_

#include "twopass.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Statistics ------------------------------------------------------------------------------------------------ */

/* What is wanted of each row: arrays for the results, NULL where one is not. The all-zero value asks for nothing.
 *
 *   float log_sum, entropy;
 *   struct twopass_statistics statistics = {0};
 *   statistics.log_sums = &log_sum;
 *   statistics.entropies = &entropy;
 *   if (twopass_compute_statistics_f32(1, vocabulary, logits, vocabulary, &statistics, NULL) != TWOPASS_OK) ...
 */
struct twopass_statistics {
  float* log_sums;   /* log(sum of exp(x)) */
  float* entropies;  /* -(sum of p * log(p)), in nats */
  int64_t* argmaxes; /* the token of the largest logit, the first of equal ones */

  /* Tokens to look up: tokens_per_row of them for each row, at tokens + row * tokens_per_row, and results likewise. A
   * negative token stands for none; one from `columns` on is an error. */
  const int64_t* tokens;
  size_t tokens_per_row;
  float* log_probabilities; /* x - log_sum; NaN for no token */
  int64_t* ranks; /* how many tokens come before it, larger ones and equal ones of a lower index; -1 for none */

  /* The tokens of the top_count largest logits, in descending order and equal ones by their index, and their
   * log-probabilities: top_count of each for each row, up to TWOPASS_MAX_TOP. Where a row has fewer tokens with a
   * probability, -1 and -infinity follow. */
  size_t top_count;
  int64_t* top_tokens;
  float* top_log_probabilities;

  size_t reserved[4]; /* must be 0 */
};

enum { TWOPASS_MAX_TOP = 64 };

/* Computes statistics of the softmax of each row, in one read of the logits.
 *
 * Special values: a NaN or a +infinity in a row makes its log-sum, entropy and log-probabilities NaN, and its tokens
 * and ranks -1. A row of nothing but -infinity, or of no columns, has a log-sum of -infinity and no tokens either; its
 * entropy is NaN and its log-probabilities are too, or 0 and -infinity with TWOPASS_FLAG_MASKED_ROW_ZERO. Behind the
 * length of a row there are no tokens.
 *
 * Accuracy: log-sums and log-probabilities within 2 * 2^-23 of the larger of 1 and themselves; entropies within 1e-6 of
 * themselves, also where they are near 0. (What is below 2^-64 of the largest counts as 0.)
 *
 * Time: that of an exponential for each logit. A rank adds a comparison; the top adds next to nothing, but where rows
 * are sorted in ascending order.
 *
 * Errors: as for twopass_log_sum_exp_f32; TWOPASS_INVALID_ARGUMENT also for a token from `columns` on, results of
 * tokens without tokens, a top_count beyond TWOPASS_MAX_TOP. Arrays of results overlap nothing. */
TWOPASS_API twopass_status twopass_compute_statistics_f32(size_t rows, size_t columns, const float* logits,
                                                          size_t stride, const struct twopass_statistics* statistics,
                                                          const struct twopass_options* options);
TWOPASS_API twopass_status twopass_compute_statistics_f16(size_t rows, size_t columns, const twopass_f16* logits,
                                                          size_t stride, const struct twopass_statistics* statistics,
                                                          const struct twopass_options* options);
TWOPASS_API twopass_status twopass_compute_statistics_bf16(size_t rows, size_t columns, const twopass_bf16* logits,
                                                           size_t stride, const struct twopass_statistics* statistics,
                                                           const struct twopass_options* options);
TWOPASS_API twopass_status twopass_compute_statistics(const struct twopass_shape* shape,
                                                      const struct twopass_tensor* logits,
                                                      const struct twopass_statistics* statistics,
                                                      const struct twopass_options* options);

/* ---- Sampling -------------------------------------------------------------------------------------------------- */

/* How to draw a token from a row. The steps go in this order, which is that of llama.cpp:
 *
 *   top_k        the top_k largest logits are left; 0 for all
 *   top_p        of those, in descending order, the first ones whose probabilities add up to top_p, and at least one;
 *                the probabilities are those of what top_k has left ("nucleus sampling", Holtzman et al., 2019);
 *                1 for all
 *   min_p        of those, the ones at least min_p times as probable as the largest; 0 for all
 *   temperature  the token is drawn with a probability proportional to exp(x / temperature); 0 takes the largest
 *
 * Equal logits go by their index (logits count as equal where their differences from the largest round to the same
 * float). Where the temperature is to come first, as in vLLM and flashinfer, pass 1 / temperature as a scale in
 * options->logits and 1 here.
 *
 *   struct twopass_sampler sampler = {0};
 *   sampler.temperature = 0.8f;  sampler.top_k = 40;  sampler.top_p = 0.95f;  sampler.min_p = 0.05f;
 *   sampler.seed = 42;           sampler.counter = position;                 the same again is the same token
 *   struct twopass_sample sample;
 *   if (twopass_sample_tokens_f32(1, vocabulary, logits, vocabulary, &sampler, &sample, NULL) != TWOPASS_OK) ...
 */
struct twopass_sampler {
  float temperature; /* at least 0 */
  float top_p;       /* at least 0; from 1 on, all are left */
  float min_p;       /* 0 to 1 */
  uint32_t flags;
  uint64_t top_k;
  /* The random number of a row is a function of these two (Philox 4x32-10, of "Parallel Random Numbers: As Easy as 1,
   * 2, 3", Salmon et al., 2011). Count the tokens of a sequence by the counter, and give sequences seeds of their own.
   */
  uint64_t seed;
  uint64_t counter;
  size_t reserved[2]; /* must be 0 */
};

/* For the flags of a sampler. */
enum {
  /* top_p is of the probabilities of all tokens, and what both leave is left ("joint" in flashinfer). */
  TWOPASS_SAMPLE_JOINT = 1
};

struct twopass_sample {
  int64_t token;         /* -1 where there is none to draw */
  size_t kept;           /* how many tokens it was drawn from */
  float log_probability; /* of the token, among those */
};

/* Draws a token from each row: samplers has one for each row, and so has samples.
 *
 * A row with a NaN or a +infinity, of nothing but -infinity, or of no columns has no token: -1, 0 and NaN.
 *
 * The draw is exact: by probabilities within 1e-6 of themselves, and 53 random bits. Nothing is sorted but what may be
 * the last of the kept tokens. A row is read once where top_k is from 1 to TWOPASS_MAX_SORTED_TOP; otherwise two or
 * three times, five times for a larger top_k and a top_p together, and a part of it once more. (Where thousands of
 * logits lie close to the last one that is kept, there is a read more each time that they take to be told apart.)
 *
 * Errors: as for twopass_log_sum_exp_f32; TWOPASS_INVALID_ARGUMENT also for a sampler out of its ranges. */
TWOPASS_API twopass_status twopass_sample_tokens_f32(size_t rows, size_t columns, const float* logits, size_t stride,
                                                     const struct twopass_sampler* samplers,
                                                     struct twopass_sample* samples,
                                                     const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sample_tokens_f16(size_t rows, size_t columns, const twopass_f16* logits,
                                                     size_t stride, const struct twopass_sampler* samplers,
                                                     struct twopass_sample* samples,
                                                     const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sample_tokens_bf16(size_t rows, size_t columns, const twopass_bf16* logits,
                                                      size_t stride, const struct twopass_sampler* samplers,
                                                      struct twopass_sample* samples,
                                                      const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sample_tokens(const struct twopass_shape* shape, const struct twopass_tensor* logits,
                                                 const struct twopass_sampler* samplers, struct twopass_sample* samples,
                                                 const struct twopass_options* options);

enum { TWOPASS_MAX_SORTED_TOP = 512 };

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TWOPASS_TOKENS_H_ */
