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
 *   That is the whole of the simple API. No set-up is needed: the first call finds out what the machine can do.
 *
 *   Sizes and strides count elements, never bytes, unless a name says so. Pointers are aligned to what they point to.
 *
 *   What every call keeps to:
 *     - It never prints, aborts or throws, and reads and writes nothing but what it is told to. An error is a status,
 *       and then nothing was written.
 *     - It never allocates. (The first call of a process detects the machine. Where the library was built with cpuinfo,
 *       that library allocates then.)
 *     - It is safe in any thread, and after fork(). It takes at most 40 KiB of stack, as rows of up to 8192 columns
 *       keep their exponentials there until their sum is known; 8 KiB more where something is done to logits first,
 *       where elements of a softmax or a cross-entropy become floats first (of types that differ, of 16 bits, columns
 *       that lie apart), and where the bits are to be the same on every ISA.
 *       (The first call takes more, to detect the machine; twopass_initialize() does that where you want it.)
 *     - It computes the same in any floating-point environment. Rounding is to nearest whatever the mode, flushing of
 *       denormal numbers (FTZ, DAZ) changes nothing, and on x86 the exceptions that feenableexcept has enabled do not
 *       trap. Mode and traps are put back before the call returns; it may raise flags.
 */
#ifndef TWOPASS_H_
#define TWOPASS_H_

#include <stddef.h>
#include <stdint.h>

#define TWOPASS_VERSION_MAJOR 0
#define TWOPASS_VERSION_MINOR 2
#define TWOPASS_VERSION_PATCH 0
#define TWOPASS_VERSION (TWOPASS_VERSION_MAJOR * 10000 + TWOPASS_VERSION_MINOR * 100 + TWOPASS_VERSION_PATCH)

/* What is exported. TWOPASS_SHARED is defined where the library is a shared one; whoever links it through CMake or
 * pkg-config has it defined. TWOPASS_BUILDING_LIBRARY is for the library's own sources. */
#if !defined(TWOPASS_SHARED)
#define TWOPASS_API
#elif defined(_WIN32) && defined(TWOPASS_BUILDING_LIBRARY)
#define TWOPASS_API __declspec(dllexport)
#elif defined(_WIN32)
#define TWOPASS_API __declspec(dllimport)
#elif defined(__GNUC__) /* and clang */
#define TWOPASS_API __attribute__((visibility("default")))
#else
#define TWOPASS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that was linked, which may be another than that of this header: as TWOPASS_VERSION. */
TWOPASS_API uint32_t twopass_version(void);

/* ---- Statuses ------------------------------------------------------------------------------------------------- */

typedef int32_t twopass_status;
enum {
  TWOPASS_OK = 0,
  /* An argument breaks the rules of the call; nothing was written. */
  TWOPASS_INVALID_ARGUMENT = 1,
  /* An ISA was asked for, by TWOPASS_ISA in the environment or by twopass_pin_isa, that is not in this build or that
   * this machine lacks. */
  TWOPASS_UNSUPPORTED_ISA = 2
};

/* A short English description of a status, never NULL; the string is static. */
TWOPASS_API const char* twopass_status_string(twopass_status status);

/* ---- Options -------------------------------------------------------------------------------------------------- */

/* For `flags`: the sum of those that are wanted. */
enum {
  /* A row that holds nothing but -infinity (a fully masked row of attention scores), or of which no column counts,
   * gives zeros instead of NaN. */
  TWOPASS_FLAG_MASKED_ROW_ZERO = 1,
  /* The same bits on every ISA and machine, whatever the size of the call; for softmax alone, whose algorithm is then
   * left to the library. Rows of hundreds of columns and more take up to a third more time on ISAs with a fused
   * multiply-add and vectors of a known length (AVX2, AVX-512, 64-bit NEON, VSX, IBM Z), shorter ones up to three times
   * as long; elsewhere it is computed without vectors, which takes many times as long.
   * What twopass_tokens.h computes is so in any case. */
  TWOPASS_FLAG_REPRODUCIBLE = 2
};

/* Threads that are lent to a call, of whatever kind. */
struct twopass_runner {
  /* Calls task(context, i) once for each i below count, on any threads and in any order, and returns when all have
   * returned. It gets `threads` as its first argument. It must not save and restore the rounding mode by fegetround and
   * fesetround, which on x86 may not see the mode that the call has set; fegetenv and fesetenv see it. */
  void (*run)(void* threads, void (*task)(void* context, size_t i), void* context, size_t count);
  void* threads;
  /* How many tasks may run at once, with the calling thread; how the work is cut depends on it, but no result does. */
  size_t thread_count;
};

/* How to compute. The all-zero value holds the defaults, and so does NULL in its place.
 *
 * Growth: a later version names fields where this one has reserved space; size and offsets stay. So a program that was
 * compiled with this header works with any later library of the same major version, and one that was compiled with a
 * later header is told TWOPASS_INVALID_ARGUMENT by an earlier library where it asks for what that does not know. */
struct twopass_options {
  uint32_t algorithm; /* 0 for the fastest; twopass_debug.h has the others */
  uint32_t flags;
  /* The threads to use; NULL for the calling one alone. The result has the same bits for any number and kind of them.
   * twopass_pthreadpool.h makes one of a pthreadpool; OpenMP, TBB and others take a function of a few lines
   * (README.md). A task may itself call this library, with the same runner only where its threads allow for nesting. */
  const struct twopass_runner* runner;
  /* What becomes of logits first: scale, bias, masks (below); NULL for nothing. It is for softmax, log-softmax,
   * log-sum-exp, entropy, sigmoid and softplus, and an error elsewhere. */
  const struct twopass_logits* logits;
  /* For softmax and log-softmax, and an error elsewhere: also writes the log-sum-exp of each row, as
   * twopass_log_sum_exp_f32 has it, by which parts of a row are merged; NULL where it is not wanted. */
  float* log_sums;
  size_t reserved[4]; /* must be 0 */
};

/* ---- Elements -------------------------------------------------------------------------------------------------- */

/* Elements of 16 bits, by their bits: IEEE 754 binary16, and the upper half of a float ("bfloat16"). Each call below
 * has a name for each type of elements, as twopass_softmax_f16; what it says of one holds for all. Whatever the type,
 * everything is computed in float, with the accuracy that is promised for float; an output of 16 bits is that result,
 * rounded to nearest, ties to even. So it is the exact result correctly rounded, unless that lies within the error of
 * the float from the middle between two neighbours. Denormal numbers of f16 are read and written; NaN stays NaN. */
typedef uint16_t twopass_f16;
typedef uint16_t twopass_bf16;

/* ---- What becomes of logits ------------------------------------------------------------------------------------ *
 *
 * What attention does to its scores before their softmax, in the same pass. For causal attention with ALiBi:
 *
 *   struct twopass_logits logits = {0};
 *   logits.rows_of_head = queries;
 *   logits.scale = &scale;                                           1 / sqrt(size of a head), the same for all
 *   logits.bias = distances;     logits.bias_row_stride = keys;      a row for each query, shared by the heads
 *   logits.slope = slopes;                                           one for each head
 *   logits.lengths = lengths;                                        query + 1 for each row
 *   struct twopass_options options = {0};
 *   options.logits = &logits;
 *   if (twopass_softmax_f32(heads * queries, keys, scores, keys, weights, keys, &options) != TWOPASS_OK) ...
 */

/* The all-zero value leaves logits as they are. What is not there costs nothing. In this order, x becomes:
 *
 *   z = x * scale
 *   z = softcap * tanh(z / softcap)
 *   z = z + slope * bias
 *   z = -infinity where it is masked out
 *
 * Each step is rounded to float, a product and its sum once or twice; tanh is within 4 * 2^-23 of itself. The rest is
 * as if z had been the input: a bias of -infinity masks, and so does any that is far below the others, as -FLT_MAX,
 * -1e30, or the -65504 of f16. Infinities and NaN go the way of that arithmetic (0 * infinity is NaN).
 *
 * Rows are those of heads, one head after the other, and each head has as many (rows of another number are an error):
 * row r is row r % rows_of_head of head r / rows_of_head. Of what has two strides, that for head h and its row q begins
 * at h * head_stride + q * row_stride. So a stride of 0 shares one for all; (0, columns) is a bias for each query that
 * the heads share, (columns, 0) one for each head, (rows_of_head * columns, columns) one for each row. Strides count
 * elements.
 *
 * Arrays are aligned to their elements, and do not overlap the output, or the call is an error. Elements that no row
 * refers to are not read. */
struct twopass_logits {
  size_t rows_of_head; /* 0 where all rows are of one head */
  const float* scale;  /* such as 1 / sqrt(size of a head), or 1 / temperature: any number; NULL for 1 */
  size_t scale_head_stride;
  size_t scale_row_stride;
  const void* bias; /* `columns` elements of bias_type for a row; NULL for 0 */
  size_t bias_head_stride;
  size_t bias_row_stride;
  const float* slope; /* one for each head, which its bias is multiplied by; NULL for 1 */
  /* `columns` bytes for a row: a logit with a 0 is masked out, even if it is NaN; NULL where all are kept. (A boolean
   * mask of PyTorch's scaled_dot_product_attention and of ONNX's Attention has the same sense.) */
  const unsigned char* keep;
  size_t keep_head_stride;
  size_t keep_row_stride;
  /* One for each row, from 0 to `columns`: how many of its columns count. Logits beyond are not read, nor is their
   * bias; outputs beyond are 0, or -infinity for a log-softmax, and cost next to nothing. A row of length 0 is a row
   * that is masked out. NULL where all columns count. */
  const int64_t* lengths;
  /* One for each head: a logit that counts in the sum, but has no output. A row that is masked out gives zeros then. It
   * is for softmax, log-softmax and log-sum-exp. It is not scaled; NULL for none. */
  const float* sink;
  float softcap;      /* not negative; 0 for none */
  uint32_t bias_type; /* TWOPASS_F32 (which is 0), TWOPASS_F16 or TWOPASS_BF16 */
  size_t reserved[4]; /* must be 0 */
};

/* ---- Softmax -------------------------------------------------------------------------------------------------- */

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
 * Special values, the same for every ISA and size:
 *   - a NaN or a +infinity anywhere in a row makes the whole row NaN;
 *   - -infinity, and a finite value however low, gives 0 beside larger values;
 *   - a row of one repeated finite value, however large or small, gives 1/columns;
 *   - a row of nothing but -infinity gives NaN, or zeros with TWOPASS_FLAG_MASKED_ROW_ZERO;
 *   - a result below FLT_MIN is +0: no denormal float is written.
 * Such rows take at most twice as long as others; with values above 2^16 it may be three times.
 *
 * Accuracy: every result of at least FLT_MIN is within a relative error of 10.5 * 2^-23 on AVX-512, 9.5 * 2^-23 on
 * other ISAs with a fused multiply-add (0.5 more for each doubling of a vector beyond 256 bits) and 8.5 * 2^-23 on the
 * rest. docs/algorithm.md proves it, for any finite inputs and any number of columns; errors that were seen are about
 * half of it, and near FLT_MIN. Where the exact value is within that error of FLT_MIN, on either side, 0 and FLT_MIN
 * are results too.
 *
 * Bits: a row has the same ones whatever the other rows, the strides and the threads, and in place. But for columns
 * from 8193 on, the algorithm depends on the size of the whole call, and the last bit may depend on the algorithm.
 *
 * Errors: TWOPASS_INVALID_ARGUMENT for unknown options; and, with work to do, for a pointer that is NULL or not
 * aligned, a stride shorter than a row, an overlap as above, a matrix whose size overflows; the statuses of
 * twopass_initialize. */
TWOPASS_API twopass_status twopass_softmax_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                               float* output, size_t output_stride,
                                               const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softmax_f16(size_t rows, size_t columns, const twopass_f16* input,
                                               size_t input_stride, twopass_f16* output, size_t output_stride,
                                               const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softmax_bf16(size_t rows, size_t columns, const twopass_bf16* input,
                                                size_t input_stride, twopass_bf16* output, size_t output_stride,
                                                const struct twopass_options* options);

/* ---- Log-softmax and log-sum-exp ------------------------------------------------------------------------------- */

/* y = x - log(sum of exp(x) over the row), for each x of each row: the logarithm of the softmax, without its underflow.
 * Shape, aliasing, errors and bits as for twopass_softmax_f32.
 *
 * Special values: -infinity gives -infinity; a NaN or a +infinity anywhere in a row makes the whole row NaN; a row of
 * nothing but -infinity gives NaN, or -infinity with TWOPASS_FLAG_MASKED_ROW_ZERO.
 *
 * Accuracy: within 3 * 2^-23 of the larger of |x - max| and log(sum of exp(x - max)), relative; also where x is large,
 * and where a logit dominates the row and the result is near 0. What comes on top there: x - max is rounded to a float,
 * which changes exp(x - max) by up to 2^-24 * |x - max|, relative; and what is below 2^-64 counts as 0. */
TWOPASS_API twopass_status twopass_log_softmax_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                                   float* output, size_t output_stride,
                                                   const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_softmax_f16(size_t rows, size_t columns, const twopass_f16* input,
                                                   size_t input_stride, twopass_f16* output, size_t output_stride,
                                                   const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_softmax_bf16(size_t rows, size_t columns, const twopass_bf16* input,
                                                    size_t input_stride, twopass_bf16* output, size_t output_stride,
                                                    const struct twopass_options* options);

/* log_sums[row] = log(sum of exp(x) over the row), in one read of the input. The results are floats, whatever the
 * elements.
 *
 * Special values: a NaN or a +infinity in a row gives NaN; a row of nothing but -infinity, or of no columns, gives
 * -infinity.
 *
 * Accuracy: within 4 * 2^-23 of the larger of 1 and the result. Errors as for twopass_softmax_f32; log_sums is NULL
 * only where rows is 0, and overlaps nothing. */
TWOPASS_API twopass_status twopass_log_sum_exp_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                                   float* log_sums, const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_sum_exp_f16(size_t rows, size_t columns, const twopass_f16* input,
                                                   size_t input_stride, float* log_sums,
                                                   const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_sum_exp_bf16(size_t rows, size_t columns, const twopass_bf16* input,
                                                    size_t input_stride, float* log_sums,
                                                    const struct twopass_options* options);

/* ---- Entropy --------------------------------------------------------------------------------------------------- */

/* entropies[row] = -(sum of p * log(p) over the row), p being its softmax, in nats; what has a p of 0 adds 0. Special
 * values: a NaN or a +infinity in a row gives NaN; so does a row of nothing but -infinity, or 0 with
 * TWOPASS_FLAG_MASKED_ROW_ZERO. A row of no columns has 0. Accuracy: within 6 * 2^-23 of the larger of 1 and the
 * result. Otherwise as twopass_log_sum_exp_f32. */
TWOPASS_API twopass_status twopass_entropy_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                               float* entropies, const struct twopass_options* options);
TWOPASS_API twopass_status twopass_entropy_f16(size_t rows, size_t columns, const twopass_f16* input,
                                               size_t input_stride, float* entropies,
                                               const struct twopass_options* options);
TWOPASS_API twopass_status twopass_entropy_bf16(size_t rows, size_t columns, const twopass_bf16* input,
                                                size_t input_stride, float* entropies,
                                                const struct twopass_options* options);

/* ---- Gradients ------------------------------------------------------------------------------------------------- */

/* The gradient of a loss by the logits, from the softmax y of the logits and the gradient dy of the loss by y:
 *
 *   dx = y * (dy - sum of y * dy over the row)
 *
 * All three are matrices of the same shape, with strides as for twopass_softmax_f32. dx may be y or dy itself, with the
 * same stride; any other overlap is an error. What is not finite goes the way of that formula, so that a NaN anywhere
 * in a row makes its gradient NaN; a masked logit, which has a y of 0, gets 0 as long as dy is finite. A result below
 * FLT_MIN in magnitude is 0.
 *
 * Accuracy: within 6 * 2^-23 * (|y * dy| + y * sum of |y * dy|) of the exact result for these y and dy. */
TWOPASS_API twopass_status twopass_softmax_backward_f32(size_t rows, size_t columns, const float* y, size_t y_stride,
                                                        const float* dy, size_t dy_stride, float* dx, size_t dx_stride,
                                                        const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softmax_backward_f16(size_t rows, size_t columns, const twopass_f16* y,
                                                        size_t y_stride, const twopass_f16* dy, size_t dy_stride,
                                                        twopass_f16* dx, size_t dx_stride,
                                                        const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softmax_backward_bf16(size_t rows, size_t columns, const twopass_bf16* y,
                                                         size_t y_stride, const twopass_bf16* dy, size_t dy_stride,
                                                         twopass_bf16* dx, size_t dx_stride,
                                                         const struct twopass_options* options);

/* The same from the log-softmax y and the gradient dy of the loss by it: dx = dy - exp(y) * sum of dy over the row.
 *
 * Accuracy: within 6 * 2^-23 * (|dy| + exp(y) * sum of |dy|) of the exact result for these y and dy. An exp(y) below
 * FLT_MIN counts as 0. */
TWOPASS_API twopass_status twopass_log_softmax_backward_f32(size_t rows, size_t columns, const float* y,
                                                            size_t y_stride, const float* dy, size_t dy_stride,
                                                            float* dx, size_t dx_stride,
                                                            const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_softmax_backward_f16(size_t rows, size_t columns, const twopass_f16* y,
                                                            size_t y_stride, const twopass_f16* dy, size_t dy_stride,
                                                            twopass_f16* dx, size_t dx_stride,
                                                            const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_softmax_backward_bf16(size_t rows, size_t columns, const twopass_bf16* y,
                                                             size_t y_stride, const twopass_bf16* dy, size_t dy_stride,
                                                             twopass_bf16* dx, size_t dx_stride,
                                                             const struct twopass_options* options);

/* ---- Cross-entropy --------------------------------------------------------------------------------------------- */

/* How to compute a cross-entropy. The all-zero value holds the defaults, and so does NULL in its place. */
struct twopass_cross_entropy_options {
  /* A loss is multiplied by the weight of its label: `columns` floats, none negative; NULL for 1. */
  const float* class_weights;
  /* Rows with this label are ignored, as all are whose label is negative (PyTorch's is -100); NULL for no other. */
  const int64_t* ignored_label;
  /* From 0 to 1: the share of each loss that is spread evenly over all classes. */
  float label_smoothing;
  /* Not negative: adds z_loss * log_sum_exp^2 to each loss, which keeps logits near 0. */
  float z_loss;
  /* What gradients, not losses, are multiplied by, such as 1 / rows for the gradient of a mean; 0 for 1. */
  float gradient_scale;
  uint32_t reserved[3]; /* must be 0 */
};

/* Computes the cross-entropy of each row with the class that is its label, and the gradient of the sum of losses by the
 * logits, in one call:
 *
 *   losses[row]  = log_sum_exp(row) - logits[row][label]
 *   gradient     = softmax(row), less 1 at the label
 *
 * With weights w and label smoothing s over C classes (PyTorch's definition), where log p is the log-softmax:
 *
 *   losses[row]  = (1 - s) * w[label] * -log p[label] + s / C * sum of w[c] * -log p[c] + z_loss * log_sum_exp(row)^2
 *
 *   labels       one for each row, below `columns`, or negative: then loss and gradient of the row are 0.
 *   losses       one for each row; NULL where they are not wanted. Their sum or mean is up to the caller.
 *   gradient     of the shape of the logits, and may be them, with the same stride; NULL where it is not wanted.
 *   how          NULL for the defaults.
 *
 * Special values: a NaN or a +infinity in a row makes loss and gradient NaN; so does a row of nothing but -infinity, or
 * with TWOPASS_FLAG_MASKED_ROW_ZERO it has 0 for both. A label whose logit is -infinity has a loss of +infinity.
 *
 * Accuracy: that of twopass_log_softmax_f32 for a loss without smoothing, and that of twopass_softmax_f32 for the
 * gradient, relative to the softmax; where the softmax of the label is more than a half, so that softmax - 1 cancels,
 * the gradient there is as accurate as the loss.
 *
 * Errors: as for twopass_softmax_f32, and for a label of `columns` or more, with nothing written; for a smoothing,
 * z_loss or gradient_scale out of its range. Weights are not looked at before. */
TWOPASS_API twopass_status twopass_cross_entropy_f32(size_t rows, size_t columns, const float* logits,
                                                     size_t logits_stride, const int64_t* labels, float* losses,
                                                     float* gradient, size_t gradient_stride,
                                                     const struct twopass_cross_entropy_options* how,
                                                     const struct twopass_options* options);
TWOPASS_API twopass_status twopass_cross_entropy_f16(size_t rows, size_t columns, const twopass_f16* logits,
                                                     size_t logits_stride, const int64_t* labels, float* losses,
                                                     twopass_f16* gradient, size_t gradient_stride,
                                                     const struct twopass_cross_entropy_options* how,
                                                     const struct twopass_options* options);
TWOPASS_API twopass_status twopass_cross_entropy_bf16(size_t rows, size_t columns, const twopass_bf16* logits,
                                                      size_t logits_stride, const int64_t* labels, float* losses,
                                                      twopass_bf16* gradient, size_t gradient_stride,
                                                      const struct twopass_cross_entropy_options* how,
                                                      const struct twopass_options* options);

/* ---- In place of a softmax ------------------------------------------------------------------------------------- *
 *
 * What papers weigh attention by instead. Both take what becomes of logits, but for a sink. */

/* y = 1 / (1 + exp(-x)): sigmoid attention, whose weights need no sum. ("Theory, Analysis, and Best Practices for
 * Sigmoid Self-Attention", Ramapuram et al., 2024, adds a bias of -log(columns).) -infinity gives 0, +infinity 1, NaN
 * itself; a masked logit gives 0, whatever the flags. A result below 1.04 * FLT_MIN may be 0, one below FLT_MIN is.
 * Accuracy: within 6 * 2^-23, relative. Shape, aliasing and errors as for twopass_softmax_f32. */
TWOPASS_API twopass_status twopass_sigmoid_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                               float* output, size_t output_stride,
                                               const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sigmoid_f16(size_t rows, size_t columns, const twopass_f16* input,
                                               size_t input_stride, twopass_f16* output, size_t output_stride,
                                               const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sigmoid_bf16(size_t rows, size_t columns, const twopass_bf16* input,
                                                size_t input_stride, twopass_bf16* output, size_t output_stride,
                                                const struct twopass_options* options);

/* The gradient by x, from the sigmoid y and the gradient dy by it: dx = dy * y * (1 - y). Accuracy: within 3 * 2^-23
 * of that for these y and dy, relative. Otherwise as twopass_softmax_backward_f32. */
TWOPASS_API twopass_status twopass_sigmoid_backward_f32(size_t rows, size_t columns, const float* y, size_t y_stride,
                                                        const float* dy, size_t dy_stride, float* dx, size_t dx_stride,
                                                        const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sigmoid_backward_f16(size_t rows, size_t columns, const twopass_f16* y,
                                                        size_t y_stride, const twopass_f16* dy, size_t dy_stride,
                                                        twopass_f16* dx, size_t dx_stride,
                                                        const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sigmoid_backward_bf16(size_t rows, size_t columns, const twopass_bf16* y,
                                                         size_t y_stride, const twopass_bf16* dy, size_t dy_stride,
                                                         twopass_bf16* dx, size_t dx_stride,
                                                         const struct twopass_options* options);

/* y = s / (sum of s over the row), with s = log(1 + exp(x)): a softplus with l1 normalisation. -infinity gives 0; a NaN
 * or a +infinity anywhere in a row makes the whole row NaN, and so does a sum beyond 2^126; one below FLT_MIN, as of a
 * masked row, gives NaN, or zeros with TWOPASS_FLAG_MASKED_ROW_ZERO. An s or a result below 1.04 * FLT_MIN may count as
 * 0 (an x below -87.3), one below FLT_MIN does. Accuracy: within 12 * 2^-23, relative. Shape, aliasing and errors as
 * for twopass_softmax_f32. */
TWOPASS_API twopass_status twopass_softplus_l1_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                                   float* output, size_t output_stride,
                                                   const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softplus_l1_f16(size_t rows, size_t columns, const twopass_f16* input,
                                                   size_t input_stride, twopass_f16* output, size_t output_stride,
                                                   const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softplus_l1_bf16(size_t rows, size_t columns, const twopass_bf16* input,
                                                    size_t input_stride, twopass_bf16* output, size_t output_stride,
                                                    const struct twopass_options* options);

/* The gradient by z from the logits x, of which z are made as options->logits says (where that is NULL, z is x), and
 * the gradient dy by y:
 *
 *   dx = sigmoid(z) / (sum of s over the row) * (dy - sum of y * dy over the row)
 *
 * It is 0 where a logit is masked; sigmoid(z), and its quotient by the sum, may count as 0 below 1.04 * FLT_MIN. So may
 * s * dy below FLT_MIN, which shows where the sum of s is below 2^-98.
 * Accuracy: within 20 * 2^-23 * (|dy| + sum of |y * dy|) * sigmoid(z) / (sum of s).
 * dx may be x or dy itself, with the same stride. Otherwise as twopass_softplus_l1_f32. */
TWOPASS_API twopass_status twopass_softplus_l1_backward_f32(size_t rows, size_t columns, const float* x,
                                                            size_t x_stride, const float* dy, size_t dy_stride,
                                                            float* dx, size_t dx_stride,
                                                            const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softplus_l1_backward_f16(size_t rows, size_t columns, const twopass_f16* x,
                                                            size_t x_stride, const twopass_f16* dy, size_t dy_stride,
                                                            twopass_f16* dx, size_t dx_stride,
                                                            const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softplus_l1_backward_bf16(size_t rows, size_t columns, const twopass_bf16* x,
                                                             size_t x_stride, const twopass_bf16* dy, size_t dy_stride,
                                                             twopass_bf16* dx, size_t dx_stride,
                                                             const struct twopass_options* options);

/* ---- Any axis, any types --------------------------------------------------------------------------------------- *
 *
 * The calls above, for tensors whose softmax goes over another axis than the last, or whose input and output differ in
 * their type: such as probabilities in float from logits in bf16, or the softmax over the channels of an image:
 *
 *   struct twopass_shape shape = {batch, channels, height * width};
 *   struct twopass_tensor logits = {x, TWOPASS_F16, channels * height * width, height * width};
 *   struct twopass_tensor probabilities = {y, TWOPASS_F32, channels * height * width, height * width};
 *   if (twopass_softmax(&shape, &logits, &probabilities, NULL) != TWOPASS_OK) ... */

/* The axes before, of, and behind the softmax. A row has `columns` elements; outer * inner rows there are, and what has
 * a value for each of them (labels, log_sums, ...) has that of (o, i) at o * inner + i. */
struct twopass_shape {
  size_t outer;
  size_t columns;
  size_t inner;
};

enum { TWOPASS_F32 = 0, TWOPASS_F16 = 1, TWOPASS_BF16 = 2 };

/* Element (o, c, i) of a tensor is at data + o * outer_stride + c * column_stride + i. Strides count elements; they may
 * be anything where their axis has one element, otherwise column_stride is at least inner, and outer_stride at least
 * what the columns take. An input is only read. */
struct twopass_tensor {
  void* data;
  uint32_t type; /* TWOPASS_F32, TWOPASS_F16 or TWOPASS_BF16 */
  size_t outer_stride;
  size_t column_stride;
};

/* Each is the call of that name above for each row: what it says of values, accuracy, aliasing and errors holds here.
 * Output and input may be one and the same where their types are as wide as each other and their strides the same. An
 * unknown type is an error. */
TWOPASS_API twopass_status twopass_softmax(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                           const struct twopass_tensor* output, const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_softmax(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                               const struct twopass_tensor* output,
                                               const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_sum_exp(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                               float* log_sums, const struct twopass_options* options);
TWOPASS_API twopass_status twopass_entropy(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                           float* entropies, const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softmax_backward(const struct twopass_shape* shape, const struct twopass_tensor* y,
                                                    const struct twopass_tensor* dy, const struct twopass_tensor* dx,
                                                    const struct twopass_options* options);
TWOPASS_API twopass_status twopass_log_softmax_backward(const struct twopass_shape* shape,
                                                        const struct twopass_tensor* y, const struct twopass_tensor* dy,
                                                        const struct twopass_tensor* dx,
                                                        const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sigmoid(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                           const struct twopass_tensor* output, const struct twopass_options* options);
TWOPASS_API twopass_status twopass_sigmoid_backward(const struct twopass_shape* shape, const struct twopass_tensor* y,
                                                    const struct twopass_tensor* dy, const struct twopass_tensor* dx,
                                                    const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softplus_l1(const struct twopass_shape* shape, const struct twopass_tensor* input,
                                               const struct twopass_tensor* output,
                                               const struct twopass_options* options);
TWOPASS_API twopass_status twopass_softplus_l1_backward(const struct twopass_shape* shape,
                                                        const struct twopass_tensor* x, const struct twopass_tensor* dy,
                                                        const struct twopass_tensor* dx,
                                                        const struct twopass_options* options);
/* gradient is NULL where it is not wanted. */
TWOPASS_API twopass_status twopass_cross_entropy(const struct twopass_shape* shape, const struct twopass_tensor* logits,
                                                 const int64_t* labels, float* losses,
                                                 const struct twopass_tensor* gradient,
                                                 const struct twopass_cross_entropy_options* how,
                                                 const struct twopass_options* options);

/* ---- Softmax of rows in shards --------------------------------------------------------------------------------- *
 *
 * A row that is cut into shards, streamed in chunks or held by several processes needs one exchange of 16 bytes a
 * shard, and no agreement on a maximum:
 *
 *   struct twopass_extexp sum, total = {0};
 *   for each shard:  twopass_reduce_extexp_f32(1, count, x, count, &sum, NULL);
 *                    total = twopass_merge_extexp(total, sum);
 *   for each shard:  twopass_finish_extexp_f32(1, count, x, count, y, count, &total, NULL);
 *
 * Special values and accuracy are those of twopass_softmax_f32, across all shards and for any number of them. */

/* The value mantissa * 2^exponent with an integral exponent: a sum of exponentials, far past the range of double. The
 * mantissa lies in [1, 2), or is 0, or NaN where there was a NaN or +infinity. Zero, which is what -infinity adds, may
 * have any exponent; the all-zero value is the one to begin with. (From an exponent of 2^53 on, where double has not
 * every integer, the value is rounded to a power of two that it has; floats so large are so far apart that the larger
 * one is the sum.) */
struct twopass_extexp {
  double mantissa;
  double exponent;
};

/* Writes the sum of exp(x) over each row to totals[row]; 0 where columns is 0. Shape and errors as for
 * twopass_softmax_f32; totals is NULL only where rows is 0. */
TWOPASS_API twopass_status twopass_reduce_extexp_f32(size_t rows, size_t columns, const float* input,
                                                     size_t input_stride, struct twopass_extexp* totals,
                                                     const struct twopass_options* options);

/* The sum of two values. Scaling is exact, so it is commutative, and associative up to one rounding to double each;
 * zero of any exponent is its identity; nothing overflows. A mantissa that is negative, infinite or NaN makes the sum
 * NaN; a denormal one counts as 0, here and in the calls below. */
TWOPASS_API struct twopass_extexp twopass_merge_extexp(struct twopass_extexp a, struct twopass_extexp b);

/* y = exp(x) / totals[row] for each x of a row, for totals that the rows were merged into. A total of 0 gives NaN, or
 * zeros with TWOPASS_FLAG_MASKED_ROW_ZERO; one that is NaN, infinite or negative gives NaN. Shape, aliasing and errors
 * as for twopass_softmax_f32. */
TWOPASS_API twopass_status twopass_finish_extexp_f32(size_t rows, size_t columns, const float* input,
                                                     size_t input_stride, float* output, size_t output_stride,
                                                     const struct twopass_extexp* totals,
                                                     const struct twopass_options* options);

/* The natural logarithm of the value, which is the log-sum-exp of what was reduced; -infinity for 0, NaN for a mantissa
 * that is negative, infinite or NaN. Its absolute error is the relative error of the value, and rounding to double. */
TWOPASS_API double twopass_log_extexp(struct twopass_extexp value);

/* ---- Set-up ---------------------------------------------------------------------------------------------------- */

/* Detects the processor and chooses the ISA. Every other call does this by itself; calling it early moves the cost
 * (some milliseconds) and shows an error of the environment. Safe to call at any time, from any thread, more than once.
 *
 * The ISA is the best one that the build and the machine share, or the one that the environment variable TWOPASS_ISA
 * names. Returns TWOPASS_UNSUPPORTED_ISA where that name is unknown or the machine lacks it. */
TWOPASS_API twopass_status twopass_initialize(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TWOPASS_H_ */
