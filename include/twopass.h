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
 *       keep their exponentials there until their sum is known. (The first call takes more, to detect the machine;
 *       twopass_initialize() does that where you want it.)
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
#else
#define TWOPASS_API __attribute__((visibility("default")))
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
  /* A row that holds nothing but -infinity (a fully masked row of attention scores) gives zeros instead of NaN. */
  TWOPASS_FLAG_MASKED_ROW_ZERO = 1
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
  size_t reserved[6]; /* must be 0 */
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
 *   - a result below FLT_MIN is +0: no denormal is written.
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
