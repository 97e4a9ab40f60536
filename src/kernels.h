// The contracts of the microkernels. Generated kernels include this file, intrinsics and logarithm.h, whose functions
// are static, nothing else: an inline function of a standard header, compiled with the flags of an ISA and merged by
// the linker, would crash older machines.
//
// A kernel has one of a few shapes, each with one signature: it reduces a row to a value, maps a row to another, or
// computes whole rows or columns; some take a second row beside. Its family says what it computes, its prologue what
// happens to x before that: nothing, or "minus", x - params->offset. The elements of input and output are of the types
// in the kernel's name; what is between is float. A kernel of other elements than floats computes what that of floats
// computes of the same numbers, and rounds it once, to nearest, ties to even: f16 (IEEE binary16) and bf16, whose
// elements are unsigned short here, with their subnormal numbers.
//
// Common to all:
//   - counts and strides are in elements; a count is at least 1; input and output are aligned to their element;
//   - exactly x[0, count) is read and y[0, count) written; y may be x itself where their elements are of one type, but
//     not overlap it otherwise;
//   - a kernel allocates nothing, keeps no state, and is safe in any thread; it expects rounding to nearest;
//   - sums are compensated: the error does not grow with the count, up to 2^16 terms (for 2^16 equal ones it is the
//     error of a term and at most 2^-23 more);
//   - a NaN in x becomes a NaN in the sum, and a NaN sum (or its reciprocal) makes every output NaN;
//   - an output below FLT_MIN is +0, where the family says nothing else.
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
#include <stdint.h>

#include "compiler.h"

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
  float offset;        // subtracted from x by the prologue "minus"; at least as large as every x
  float anchor;        // an integer: exponentials are counted in units of 2^anchor
  float scale;         // what an output is multiplied by
  float empty;         // the outputs of a row of nothing but -infinity
  float log_sum;       // the logarithm of the sum of exp(x - offset)
  bool prefetches;     // for vsoftmax: x is not in cache, and worth prefetching also with plain stores
  float slope = 1.0f;  // what an element of the second row is multiplied by
  float cap = 0.0f;    // what no output of vsoftcap exceeds in magnitude
  // Of kernels of rows:
  float factor = 1.0f;               // what outputs of vsoftmax are multiplied by
  const void* w = nullptr;           // the first of the second rows
  size_t w_stride = 0;               // elements from one to the next
  const int64_t* lengths = nullptr;  // NULL, or how many columns each row has, from 1 on
  // Of rdivergence and rjensenshannon:
  float offset_of_w = 0.0f;  // at least as large as every w
  float ratio = 1.0f;        // the sum of exp(x - offset) by that of exp(w - offset_of_w)
  float log_ratio = 0.0f;    // its logarithm
};

// value * 2^exponent, or where a family says so the value alone.
struct twopass_reduction {
  float value;
  float exponent;
  float moment;  // a second value, of the families that say so
};

// A row by its maximum: the sum of exp(x) is (1 + rest) * exp(max), where the 1 is exp(max - max), of one x. So a rest
// that is nothing beside 1 keeps its digits.
struct twopass_max_sum {
  float max;
  float rest;
};

// The columns that a kernel of rows takes; their exponentials wait for their sum on the stack, in 36 KiB and a vector.
constexpr size_t kMaxShortColumns = 8192;

// The least factor of the outputs of vsoftmax: by a sum, which stays below 2^96, it is a normal number.
constexpr float kMinFactor = 0x1p-30f;

// The positions that a kernel of columns takes; what a kernel knows of them lies on the stack, in 21 KiB.
constexpr size_t kMaxStrip = 1024;

typedef void twopass_reduce_fn(size_t count, const void* x, void* y, const struct twopass_params* params,
                               struct twopass_reduction* result);

typedef void twopass_map_fn(size_t count, const void* x, void* y, const struct twopass_params* params);

typedef void twopass_reduce2_fn(size_t count, const void* x, const void* w, const struct twopass_params* params,
                                struct twopass_reduction* result);

typedef void twopass_map2_fn(size_t count, const void* x, const void* w, void* y, const struct twopass_params* params);

typedef void twopass_reduce_rows_fn(size_t rows, size_t columns, const void* input, size_t input_stride,
                                    const struct twopass_params* params, struct twopass_max_sum* results);

typedef void twopass_rows_fn(size_t rows, size_t columns, const void* input, size_t input_stride, void* output,
                             size_t output_stride, const struct twopass_params* params);

typedef void twopass_rows2_fn(size_t rows, size_t columns, const void* input, size_t input_stride, const void* second,
                              size_t second_stride, void* output, size_t output_stride);

// Of columns: element (c, i) is x[c * x_stride + i], for i < count <= kMaxStrip.
typedef void twopass_reduce_columns_fn(size_t columns, size_t count, const void* x, size_t x_stride, float* max,
                                       float* rest);

typedef void twopass_map_columns_fn(size_t columns, size_t count, const void* x, size_t x_stride, void* y,
                                    size_t y_stride, const float* a, const float* b);

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
//
// radd: value = the sum of x, within 4 * 2^-23 of the sum of |x|; exponent = 0. An infinite sum may come out as NaN. A
// denormal x may count as 0. y is not used.
//
// rdot: value = the sum of x * w, with w of a second row, within 4 * 2^-23 of the sum of |x * w|; exponent = 0. An
// infinite sum may come out as NaN. A denormal element or product may count as 0.
//
// raddxexp: value = the sum of exp(x - offset), and moment = the sum of (x - offset) * exp(x - offset), within 4 *
// 2^-23 of what they are for x - offset as a float; exponent = 0. A term below 2^-64 counts as 0 in both, and so does
// -infinity; a denormal x - offset may count as 0. A NaN shows in both. y is not used.
//
// rdivergence: with p = exp(x - offset), q = exp(w - offset_of_w) * ratio, and n = (w - offset_of_w) - (x - offset) +
// log_ratio, which is log(q / p): value = the sum of p * (exp(n) - 1 - n), none of which is negative, and moment = the
// sum of p * n, each within 12 * 2^-23 of the sum of magnitudes, where ratio and log_ratio agree; exponent = 0. All
// offsets are finite, and all x and w finite or -infinity. What p, or q before the ratio, has below 2^-64 counts as 0:
// a term of p = 0 is q, and 0 in the moment. A term below FLT_MIN may count as 0. Where w is -infinity and p is not 0,
// both are infinite or NaN. In the fixed order only.
//
// rjensenshannon: with these p, q and n, value = the sum of (p * log(2 * p / (p + q)) + q * log(2 * q / (p + q))) / 2,
// within 12 * 2^-23 of it; exponent = 0. A p or q of 0 adds 0. A term below FLT_MIN may count as 0. In the fixed
// order only.

// ---- Families that reduce rows
//
// rmaxaddexp: of each row max = the largest x, and rest = the sum of exp(x - max), without the 1 of the largest x. The
// error of the rest stays below 4 * 2^-23 of it for x - max as a float, also where it is nothing beside 1, and FLT_MIN
// for each term. A term below exp(-86.4) counts as 0, and so does -infinity: a row of nothing else has max = -infinity
// and rest = -1, a sum of 0. NaN or +infinity makes the rest NaN; with NaN, max may be any number. A denormal x may
// count as 0. Row r is the `columns` elements, up to 2^16, from input + r * input_stride. params is not used.

// ---- Families that map
//
// vmulc: y = x * scale, for x >= 0, or NaN, and FLT_MIN <= scale <= 1.
//
// vscaleextexp: y = exp(x) * 2^-anchor * scale, for 2^-30 <= scale <= 1.5 and an anchor of at least floor(x * log2(e))
// for every x, of magnitude below 2^16 * log2(e) + 32.
//
//   With the prologue "minus" and an anchor of 0 it is called vscaleexpminusmax.
//
// vsubc: y = (x - offset) - log_sum, each difference rounded; -infinity stays what it is. Where log_sum is 0 and
// x next to the offset, y may be a denormal number.
//
// vwiden: y = x, an f16 or bf16, as a float, which is exact.
//
// vnarrow: y = x, any float, as the nearest f16 or bf16, and of two the even one; past the largest number infinity.
//
//   Both keep signs, zeros, subnormal numbers, infinities and NaN (its bits are any that are NaN), also where the
//   processor takes denormal floats for 0. They read no params.
//
// vscale: y = x * scale, rounded; any x and scale. A denormal x, scale or product may count as 0, or y is denormal.
//
// vsoftcap: y = cap * tanh(x * scale), for a normal number cap above 0, within 3 * 2^-23 of it. Infinity gives
// cap, and -infinity -cap. Where x, x * scale or y is denormal it may count as 0, or y is denormal.
//
// vsigmoid: y = scale / (1 + exp(-x)), for scale > 0, within 3 * 2^-23 of it. Infinity gives the scale, and -infinity
// 0.
//
// vsoftplus: y = log(1 + exp(x)) * scale, for scale > 0, within 4 * 2^-23 of it, and for x below -20, where it is
// exp(x)
// * scale, within 3 * 2^-23. Infinity gives infinity, and -infinity 0.
//
//   The error of these three is relative, for every x: where it would show, exp has an ln 2 without excess. NaN gives
//   NaN. An output of the last two is +0 below FLT_MIN, and may be up to 1.04 * FLT_MIN; the same holds of what they
//   multiply the scale by, that is for x below -87.3.
//
// With a second row, w, which y may be as well:
//
// vscalebias: y = x * scale + w * slope, with three roundings, or two where the ISA has a fused multiply-add; any of
// the four. A denormal number or product may count as 0, or y is denormal.
//
// vsoftmaxgrad: y = x * (w - offset), difference and product rounded, for x <= 1 that is 0 or at least FLT_MIN. Where
// that is below FLT_MIN in magnitude, y is 0 of either sign.
//
// vlogsoftmaxgrad: y = w - exp(x) * scale, for x <= 1, within 4 * 2^-23 of the larger of |w| and |exp(x) * scale|.
// exp(x) counts as 0 for x below -87.3, so that -infinity gives w, and exp(x) * scale below 1.04 * FLT_MIN. Where the
// result is below FLT_MIN in magnitude, y is 0 of either sign.
//
// vsigmoidgrad: y = x * (1 - x) * w, difference and products rounded, for x <= 1 that is 0 or at least FLT_MIN. Where
// that is below FLT_MIN in magnitude, y is 0 of either sign. params is not used.

// ---- Families of rows
//
// vsoftmax: the softmax of each row, for up to kMaxShortColumns columns, times params->factor, from kMinFactor to 1.
// Row r is the `columns` elements from input + r * input_stride, and likewise for the output, which may be the input
// itself. A row of nothing but -infinity gives params->empty. params->prefetches asks for a prefetch of x also with
// plain stores, for rows in place that no cache holds. Where params->lengths is not NULL, it has the columns of each
// row that count, at most `columns`: the others are not read, and their outputs are 0.
//
//   With the prologue "biased" it is called vsoftmaxbiased: the softmax of x * scale + w * slope, as vscalebias has it,
//   where row r of w is the elements from params->w + r * params->w_stride.

// vlogsoftmax: of each row max and rest as of rmaxaddexp, and y = (x - max) - log(1 + rest), each difference rounded. A
// row of nothing but -infinity gives -infinity less params->log_sum, which is 0 or NaN. y may be denormal where that of
// vsubc may be.

// With a second row, w, beside each, which the output may be as well; up to 2^16 columns:
//
// vsoftmaxbackward: y = x * (w - sum), where sum is that of x * w over the row: rdot, and vsoftmaxgrad with it.
//
// vlogsoftmaxbackward: y = w - exp(x) * sum, where sum is that of w over the row: radd, and vlogsoftmaxgrad with it.

// ---- Families of columns
//
// x is a strip of a matrix: element (c, i) of column c and position i is x[c * x_stride + i], for i < count and count
// <= kMaxStrip. Each position is a row of its own, over all columns. y is likewise, and may be x itself. Results and
// parameters are arrays of count floats.
//
// cmaxaddexp: max[i] = the largest x of the position; rest[i] = the sum of exp(x - max[i]) over all x of the position
// but one that is the maximum, with a relative error below 7.5 * 2^-23. A term below 2^-63 may count as 0. Where there
// is nothing but -infinity, whose sum is 0, max is -infinity and rest -1. A NaN or +infinity makes rest NaN, and max
// anything.
//
// csoftmax: y = exp(x - a[i]) * b[i], for x <= a[i], with a relative error below 6.5 * 2^-23: a is the maximum, b = 1 /
// (1 + rest). a is finite; b is at least 2^-30, 0 or NaN, which makes outputs 0 or NaN. So a position of no sum, whose
// rest is NaN or -1, is told by a = 0 and b.
//
// clogsoftmax: y = (x - a[i]) - b[i]: a is the maximum, b = log(1 + rest). a is finite, and b = NaN makes outputs NaN.
// Of nothing but -infinity a = 0 and b = 0 make -infinity.

// One declaration for each kernel: those that an ISA uses, and where the build has them the other candidates of the
// table.
#define TWOPASS_KERNEL(shape, x, y, family, isa, symbol, label, elements) twopass_##shape##_fn symbol;
#include "gen/kernels.inc"
#if TWOPASS_BUILD_CANDIDATES
#include "gen/candidates.inc"
#endif
#undef TWOPASS_KERNEL

#include "gen/lanes.inc"

}  // extern "C"

#endif  // TWOPASS_SRC_KERNELS_H_
