// The contracts of the microkernels. Generated kernels include this file and intrinsics, nothing else: an inline
// function of a standard header, compiled with the flags of an ISA and merged by the linker, would crash older
// machines.
//
// A kernel has one of three shapes, each with one signature: it reduces a row to a value, maps a row to another, or
// computes whole rows. Its family says what it computes, its prologue what happens to x before that: nothing, or
// "minus", x - params->offset. The elements of input and output are of the types in the kernel's name; what is between
// is float.
//
// Common to all:
//   - counts and strides are in elements; a count is at least 1; input and output are aligned to their element;
//   - exactly x[0, count) is read and y[0, count) written; y may be x itself, but not overlap it otherwise;
//   - a kernel allocates nothing, keeps no state, and is safe in any thread; it expects rounding to nearest;
//   - sums are compensated: the error does not grow with the count, up to 2^16 terms (for 2^16 equal ones it is the
//     error of a term and at most 2^-23 more);
//   - a NaN in x becomes a NaN in the sum, and a NaN sum (or its reciprocal) makes every output NaN;
//   - an output below FLT_MIN is +0.
//
// "exp" is that of the ISA's methods. Where they have one float for ln 2, which is larger, it is exp(x) * e^(-x *
// log2(e) * excess), with the excess that TWOPASS_ISA tells (src/gen/isas.inc): a relative error of x of 2.75e-9.
// vsoftmax makes up for it by factors that are rounded down (docs/algorithm.md, "ln 2 as one float"). What it means to
// the sums and the outputs of the others is up to the caller.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_KERNELS_H_
#define TWOPASS_SRC_KERNELS_H_

#include <stddef.h>

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0) || \
    defined(__ASSOCIATIVE_MATH__)
#error "twopass computes what its source says, NaN included: compile it without -ffast-math and what that stands for"
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#error "twopass needs float arithmetic that rounds to float: on 32-bit x86 compile it with -msse2 -mfpmath=sse"
#endif

extern "C" {

// What a kernel needs to know beside the row. Each family reads some of it.
struct twopass_params {
  float offset;     // subtracted from x by the prologue "minus"; at least as large as every x
  float anchor;     // an integer: exponentials are counted in units of 2^anchor
  float scale;      // what an output is multiplied by
  float empty;      // the outputs of a row of nothing but -infinity
  bool prefetches;  // for vsoftmax: x is not in cache, and worth prefetching also with plain stores
};

// value * 2^exponent, or where a family says so the value alone.
struct twopass_reduction {
  float value;
  float exponent;
};

// The columns that a kernel of rows takes; their exponentials wait for their sum on the stack, in 36 KiB and a vector.
constexpr size_t kMaxShortColumns = 8192;

typedef void twopass_reduce_fn(size_t count, const void* x, void* y, const struct twopass_params* params,
                               struct twopass_reduction* result);

typedef void twopass_map_fn(size_t count, const void* x, void* y, const struct twopass_params* params);

typedef void twopass_rows_fn(size_t rows, size_t columns, const void* input, size_t input_stride, void* output,
                             size_t output_stride, const struct twopass_params* params);

// ---- Families that reduce
//
// rmax: value = the largest x. Elements that are NaN may or may not show in it; a denormal one may count as 0. y is not
// used.
//
// raddexpanchor: the sum of exp(x), as value * 2^exponent with exponent = anchor, for an integral anchor of magnitude
// below 2^16 * log2(e) + 512. A term below 2^-99 of 2^anchor counts as some number up to that. Where a float cannot
// hold a term or the sum, the value is infinite or NaN; it may be so from 2^104 on. y is not used.
//
// raddstoreexpanchor: the same, and y = exp(x) * 2^-exponent, with exponent = anchor - 32. A term below 0.51 * FLT_MIN
// of 2^anchor counts as some number up to that; divided by a sum of at least 2^-0.5 of 2^anchor it is below FLT_MIN,
// and vmulc makes it 0.
//
//   With the prologue "minus" and an anchor of 0 they are called raddexpminusmax and raddstoreexpminusmax: exp(x -
//   offset).
//
// raddextexp: the sum of exp(x), whatever x. The exponent is that of the largest term, max x * log2(e) rounded or, by
// some methods, rounded down; the value lies in [0.7, 2 * count]. The relative error of a term stays below 3 * 2^-23 up
// to |x| = 2^16, that is an exponent of up to 2^16 * log2(e). Beyond, float holds x * log2(e) too coarsely: the
// exponent tells the caller, and the value is not to be trusted and may be NaN. A term less than 2^-64 of the largest
// counts as 0. So does -infinity, and every x below -2^22 * ln 2; with nothing else the result is 0 * 2^(-2^22). y is
// not used.

// ---- Families that map
//
// vmulc: y = x * scale, for x >= 0, or NaN, and FLT_MIN <= scale <= 1.
//
// vscaleextexp: y = exp(x) * 2^-anchor * scale, for 2^-30 <= scale <= 1.5 and an anchor of at least floor(x * log2(e))
// for every x, of magnitude below 2^16 * log2(e) + 32.
//
//   With the prologue "minus" and an anchor of 0 it is called vscaleexpminusmax.

// ---- Families of rows
//
// vsoftmax: the softmax of each row, for up to kMaxShortColumns columns. Row r is the `columns` elements from input + r
// * input_stride, and likewise for the output, which may be the input itself. A row of nothing but -infinity gives
// params->empty. params->prefetches asks for a prefetch of x also with plain stores, for rows in place that no cache
// holds.

// One declaration for each kernel: those that an ISA uses, and where the build has them the other candidates of the
// table.
#define TWOPASS_KERNEL(shape, family, isa, symbol, label, elements) twopass_##shape##_fn symbol;
#include "gen/kernels.inc"
#if TWOPASS_BUILD_CANDIDATES
#include "gen/candidates.inc"
#endif
#undef TWOPASS_KERNEL

#include "gen/lanes.inc"

}  // extern "C"

#endif  // TWOPASS_SRC_KERNELS_H_
