/* twopass: softmax for CPUs at the speed of memory.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
 *
 * Introduction
 *
 *   softmax(x)[i] = exp(x[i] - max x) / sum_j exp(x[j] - max x)
 *
 *     float logits[1000], probabilities[1000];
 *     ...
 *     if (twopass_softmax_f32(1, 1000, logits, 1000, probabilities, 1000, NULL) != TWOPASS_OK) ...
 *
 *   That is the whole of the simple API. No set-up is needed: the first call finds out what the machine can do. The
 *   library never prints, aborts, throws or allocates, and every call is safe in any thread.
 *
 *   Sizes and strides count elements, never bytes, unless a name says so.
 */
#ifndef TWOPASS_H_
#define TWOPASS_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Statuses ------------------------------------------------------------------------------------------------- */

enum twopass_status {
  TWOPASS_OK = 0,
  /* An argument breaks the rules of the call; nothing was written. */
  TWOPASS_INVALID_ARGUMENT = 1,
  /* An ISA was asked for, by twopass_pin_isa or by TWOPASS_ISA in the environment, that is not in this build or that
   * this machine lacks. */
  TWOPASS_UNSUPPORTED_ISA = 2,
};

/* A short English description of a status, never NULL; the string is static. */
const char* twopass_status_string(enum twopass_status status);

/* ---- Softmax -------------------------------------------------------------------------------------------------- */

enum twopass_algorithm {
  /* The fastest of the algorithms below for the machine and the size. */
  TWOPASS_ALGORITHM_AUTO = 0,
  /* Three passes: the maximum; the sum of exp(x - max); exp(x - max) again, scaled. Moves 4n elements. */
  TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE = 1,
  /* Three passes: the maximum; exp(x - max), stored and summed; the stored values scaled. Moves 5n elements, but
   * computes each exponential once. What most runtimes ship. */
  TWOPASS_ALGORITHM_THREE_PASS_RELOAD = 2,
  /* Two passes over (mantissa, exponent) pairs, without a maximum: M. Dukhan and A. Ablavatski, "The Two-Pass Softmax
   * Algorithm", 2020. Moves 3n elements. */
  TWOPASS_ALGORITHM_TWO_PASS = 3,
  /* Two passes: the sum of exp(x) * 2^-anchor for an anchor that is seldom wrong, stored; the stored values scaled. Moves 4n
   * elements and computes each exponential once, so it is the fastest in cache. */
  TWOPASS_ALGORITHM_ANCHORED_RELOAD = 4,
  /* The same sum without storing; exp(x), scaled. Moves 3n elements, so it is the fastest out of cache. */
  TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE = 5,
};

/* The algorithm's name in lower case, such as "two_pass"; NULL for a value that is not an algorithm. */
const char* twopass_algorithm_name(enum twopass_algorithm algorithm);

enum twopass_flags {
  /* A row that holds nothing but -infinity (a fully masked row of attention scores) gives zeros instead of NaN. */
  TWOPASS_FLAG_MASKED_ROW_ZERO = 1,
};

/* A pool of threads of the pthreadpool library: the type that its header calls pthreadpool_t. */
typedef struct pthreadpool* pthreadpool_t;

/* How to compute a softmax. The all-zero value holds the defaults. */
struct twopass_options {
  enum twopass_algorithm algorithm;
  uint32_t flags; /* the sum of the twopass_flags that are wanted */
  /* The threads to use; NULL for the calling one alone. The result has the same bits for any pool. */
  pthreadpool_t threadpool;
};

/* Computes the softmax of each row of a matrix.
 *
 *   rows, columns   the shape of the matrix. Where either is 0 the call succeeds and touches nothing.
 *   input           row r is the `columns` elements from input + r * input_stride.
 *   output          row r is the `columns` elements from output + r * output_stride.
 *   *_stride        elements from one row to the next, at least `columns`; ignored where rows is 1. Elements between
 *                   the rows are neither read nor written.
 *   options         NULL for the defaults.
 *
 * Aliasing: output may be input itself with the same stride; any other overlap of an output row with an input row is
 * an error. (Rows of input and output may interleave in one buffer where their strides are equal; with different
 * strides the two matrices must lie apart.)
 *
 * Special values, the same for every algorithm, ISA and size:
 *   - a NaN or a +infinity anywhere in a row makes the whole row NaN;
 *   - -infinity, and a finite value however low, gives 0 beside larger values;
 *   - a row of one repeated finite value, however large or small, gives 1/columns;
 *   - a row of nothing but -infinity gives NaN, or zeros with TWOPASS_FLAG_MASKED_ROW_ZERO;
 *   - a result below FLT_MIN is +0: no denormal is written.
 *
 * Accuracy: two_pass and the anchored algorithms: every result of at least FLT_MIN within a relative error of 4 * 2^-23,
 * for any spread of inputs of magnitude up to 2^17 and any number of columns up to 2^28. (A row with its maximum beyond
 * that magnitude is handed to three passes: anchored_reload to reload, the others to recompute.) Three-pass: the same
 * where |x - max| <= 1; further out the rounding of x - max itself to float is added.
 *
 * Errors: TWOPASS_INVALID_ARGUMENT for NULL with work to do, a stride shorter than a row, an overlap as above, a matrix
 * whose size overflows, an unknown algorithm or flag; the statuses of twopass_initialize. Nothing is written then. */
enum twopass_status twopass_softmax_f32(
    size_t rows, size_t columns,
    const float* input, size_t input_stride,
    float* output, size_t output_stride,
    const struct twopass_options* options);

/* ---- Softmax of a row in shards ------------------------------------------------------------------------------- *
 *
 * A row that is cut into shards, streamed in chunks or held by several processes needs one exchange of eight bytes a shard, and
 * no agreement on a maximum:
 *
 *   struct twopass_extexp sum, total = {0};
 *   for each shard:  twopass_reduce_extexp_f32(count, x, &sum, NULL);
 *                    total = twopass_merge_extexp(total, sum);
 *   for each shard:  twopass_finish_extexp_f32(count, x, y, total, NULL);
 *
 * Special values and accuracy are those of twopass_softmax_f32, across all shards; merging rounds once more. */

/* The value mantissa * 2^exponent, with an integral exponent: a sum of exponentials, far past the range of float. Zero, which is
 * what -infinity adds, may have any exponent; the all-zero value is the one to begin with. */
struct twopass_extexp {
  float mantissa;
  float exponent;
};

/* Writes the sum of exp(x[0]), ..., exp(x[count - 1]) to *sum; 0 where count is 0. The mantissa lies in [1, 2), or is 0, or NaN
 * where x holds a NaN or +infinity; beyond an exponent of 2^24, where float has not every integer, it is any positive number.
 * Past |x| = 2.3e38 arguments count as that.
 *
 * Errors: TWOPASS_INVALID_ARGUMENT for NULL (but x where count is 0), a count that overflows, and unknown options; the statuses
 * of twopass_initialize. Of the options only the thread pool matters. */
enum twopass_status twopass_reduce_extexp_f32(
    size_t count, const float* x, struct twopass_extexp* sum, const struct twopass_options* options);

/* The sum of two values. Scaling is exact, so it is associative and commutative up to one rounding to float each; zero of any
 * exponent is its identity; nothing overflows. */
struct twopass_extexp twopass_merge_extexp(struct twopass_extexp a, struct twopass_extexp b);

/* y[i] = exp(x[i]) / total, for a total that x was merged into. y may be x itself, but not overlap it otherwise. A total of 0
 * gives NaN, or zeros with TWOPASS_FLAG_MASKED_ROW_ZERO; one that is NaN gives NaN.
 *
 * Errors: as for twopass_softmax_f32. */
enum twopass_status twopass_finish_extexp_f32(
    size_t count, const float* x, float* y, struct twopass_extexp total, const struct twopass_options* options);

/* The natural logarithm of the value, which is the log-sum-exp of what was reduced; -infinity for 0. */
double twopass_log_extexp(struct twopass_extexp value);

/* ---- Inspection and control ----------------------------------------------------------------------------------- */

/* Detects the processor and chooses the ISA. Every other call does this by itself; calling it early moves the cost (some
 * milliseconds) and shows an error of the environment. Safe to call at any time, from any thread, more than once.
 *
 * The ISA is the best one that the build and the machine share, or the one that the environment variable TWOPASS_ISA
 * names. Returns TWOPASS_UNSUPPORTED_ISA where that name is unknown or the machine lacks it. */
enum twopass_status twopass_initialize(void);

/* Uses the ISA of that name from now on, in all threads; NULL goes back to what twopass_initialize would choose.
 * Returns TWOPASS_UNSUPPORTED_ISA, and changes nothing, for an ISA that is unknown or that the machine lacks. */
enum twopass_status twopass_pin_isa(const char* name);

/* The name of the ISA in use, such as "avx2"; NULL where twopass_initialize fails. */
const char* twopass_active_isa(void);

/* The ISAs of this build, best first: the name at `index`, NULL from the first index past the end. */
const char* twopass_isa_name(size_t index);

/* 1 where an ISA of that name is in this build and on this machine, otherwise 0. */
int twopass_isa_is_available(const char* name);

/* The kernels in use: the name at `index`, such as "f32_raddextexp/avx512f_rr2_p5_u64", NULL from the first index past
 * the end, and where twopass_initialize fails. The names are those of the files and of the benchmarks. */
const char* twopass_kernel_name(size_t index);

/* The algorithm that a softmax of this shape runs: the one in `options`, or the one that AUTO chooses. (For rows of less than 1536
 * columns AUTO runs anchored_reload in a single kernel for many rows, vsoftmax.)
 * in_place: nonzero where output is input. Never AUTO, except for an algorithm that is unknown. */
enum twopass_algorithm twopass_choose_algorithm_f32(
    size_t rows, size_t columns, int in_place, const struct twopass_options* options);

/* Data caches of one core, in bytes; where a level is shared, `l3_bytes` is the whole of it and l3_cores the number of
 * cores that share it. Sizes that the machine does not tell are 0. */
struct twopass_caches {
  size_t l1_bytes;
  size_t l2_bytes;
  size_t l3_bytes;
  size_t l3_cores;
};

/* The caches that were detected. */
struct twopass_caches twopass_detected_caches(void);

#ifdef __cplusplus
}  /* extern "C" */
#endif

#endif  /* TWOPASS_H_ */
