/* twopass for those who look inside: the algorithms, the ISA in use, the kernels, the caches.
 *
 * Nothing here is needed to compute a softmax, and all of it may change from one minor version to the next.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
 */
#ifndef TWOPASS_DEBUG_H_
#define TWOPASS_DEBUG_H_

#include "twopass.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Algorithms ----------------------------------------------------------------------------------------------- */

/* For the `algorithm` of twopass_options, in a softmax; reduce and finish take any and have one of their own. n is the
 * number of columns; what an algorithm moves is loads and stores in elements. */
enum {
  /* The fastest of those below for the machine and the size. */
  TWOPASS_ALGORITHM_AUTO = 0,
  /* Three passes: the maximum; the sum of exp(x - max); exp(x - max) again, scaled. Moves 4n elements. */
  TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE = 1,
  /* Three passes: the maximum; exp(x - max), stored and summed; the stored values scaled. Moves 5n elements, but
   * computes each exponential once. What most runtimes ship. */
  TWOPASS_ALGORITHM_THREE_PASS_RELOAD = 2,
  /* Two passes over (mantissa, exponent) pairs, without a maximum: M. Dukhan and A. Ablavatski, "The Two-Pass Softmax
   * Algorithm", 2020. Moves 3n elements. */
  TWOPASS_ALGORITHM_TWO_PASS = 3,
  /* Two passes: the sum of exp(x) * 2^-anchor for an anchor that is seldom wrong, stored; the stored values scaled.
   * Moves 4n elements and computes each exponential once, so it is the fastest in cache. */
  TWOPASS_ALGORITHM_ANCHORED_RELOAD = 4,
  /* The same sum without storing; exp(x), scaled. Moves 3n elements, so it is the fastest out of cache. */
  TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE = 5
};

/* Accuracy: twopass.h speaks of AUTO, the anchored algorithms and two_pass. The three-pass algorithms have 0.5 * 2^-23
 * more where all |x - max| <= 1; further out the rounding of x - max to float is added, up to 2^-18 of each
 * exponential. */

/* The algorithm's name in lower case, such as "two_pass"; NULL for a value that is not an algorithm. */
TWOPASS_API const char* twopass_algorithm_name(uint32_t algorithm);

/* The algorithm that a softmax of this shape runs, never AUTO; in_place is nonzero where output is input. Rows of up to
 * 8192 columns run anchored_reload in a single kernel for many rows, vsoftmax. AUTO, that is 0, for options or a size
 * that the call refuses, and for a shape without elements. */
TWOPASS_API uint32_t twopass_choose_algorithm_f32(size_t rows, size_t columns, int in_place,
                                                  const struct twopass_options* options);

/* ---- ISAs and kernels ----------------------------------------------------------------------------------------- */

/* Uses the ISA of that name from now on, in all threads and for every user of the library in the process; NULL goes
 * back to what twopass_initialize would choose. Returns TWOPASS_UNSUPPORTED_ISA, and changes nothing, for an ISA that
 * is unknown or that the machine lacks. */
TWOPASS_API twopass_status twopass_pin_isa(const char* name);

/* The name of the ISA in use, such as "avx2"; NULL where twopass_initialize fails. */
TWOPASS_API const char* twopass_active_isa(void);

/* The ISAs of this build, best first: the name at `index`, NULL from the first index past the end. */
TWOPASS_API const char* twopass_isa_name(size_t index);

/* 1 where an ISA of that name is in this build and on this machine, otherwise 0. */
TWOPASS_API int twopass_isa_is_available(const char* name);

/* The kernels in use: the name at `index`, such as "f32_raddextexp/avx512f_lut32_p2_u80", NULL from the first index
 * past the end, and where twopass_initialize fails. The names are those of the files and of the benchmarks. */
TWOPASS_API const char* twopass_kernel_name(size_t index);

/* ---- Caches --------------------------------------------------------------------------------------------------- */

/* Data caches of one core, in bytes; where a level is shared, `l3_bytes` is the whole of it and l3_cores the number of
 * cores that share it. What the machine does not tell is 0. */
struct twopass_caches {
  size_t l1_bytes;
  size_t l2_bytes;
  size_t l3_bytes;
  size_t l3_cores;
};

/* The caches that were detected. */
TWOPASS_API struct twopass_caches twopass_detected_caches(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TWOPASS_DEBUG_H_ */
