// The contracts of the microkernels. Generated kernels include this file and intrinsics, nothing else: an inline function
// of a standard header, compiled with the flags of an ISA and merged by the linker, would crash older machines.
//
// Common to all:
//   - count is in elements and at least 1; x and y need no alignment;
//   - exactly x[0, count) is read and y[0, count) written; y may be x itself, but not overlap it otherwise;
//   - a kernel allocates nothing, keeps no state, and is safe in any thread;
//   - sums are compensated: the error does not grow with the count, up to 2^16 terms (2^16 equal ones: the error of a term and at
//     most 2^-23 more);
//   - a NaN in x becomes a NaN in the sum, and a NaN sum (or its reciprocal) makes every output NaN;
//   - an output below FLT_MIN is +0, and no denormal is computed on the way to it.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_KERNELS_H_
#define TWOPASS_SRC_KERNELS_H_

#include <stddef.h>

#include "twopass.h"  // for struct twopass_extexp

extern "C" {

// *max = the largest x. Elements that are NaN may or may not show in it; a denormal one may count as 0.
typedef void twopass_f32_rmax_fn(size_t count, const float* x, float* max);

// *sum = sum of exp(x - max), for max >= every x. A term below 2^-99 counts as some number up to that.
typedef void twopass_f32_raddexpminusmax_fn(size_t count, const float* x, float max, float* sum);

// y = exp(x - max) * 2^32 and *sum = sum of y, for max >= every x. The power of two, which the sum has too, keeps y from being
// denormal: what exp(x - max) makes less than FLT_MIN is stored as some number below FLT_MIN * 2^32, and vmulc makes it 0.
typedef void twopass_f32_raddstoreexpminusmax_fn(size_t count, const float* x, float* y, float max, float* sum);

// y = exp(x - max) * scale, for max >= every x and 2^-30 <= scale <= 1.
typedef void twopass_f32_vscaleexpminusmax_fn(size_t count, const float* x, float* y, float max, float scale);

// y = x * scale, for x >= 0 and FLT_MIN <= scale <= 1.
typedef void twopass_f32_vmulc_fn(size_t count, const float* x, float* y, float scale);

// *sum = sum of exp(x), as a pair. The exponent is that of the largest term, max x * log2(e) rounded or, by some methods, rounded
// down; the mantissa lies in [0.7, 2 * count]. The relative error of a term stays below 3 * 2^-23 up to |x| = 2^17, that is an
// exponent of up to 2^17 * log2(e). Beyond, float holds x * log2(e) too coarsely: the exponent tells the caller, and the mantissa is
// not to be trusted and may be NaN. A term less than 2^-64 of the largest counts as 0. So does -infinity, and every x below
// -2^22 * ln 2; with nothing else the pair is 0 * 2^(-2^22).
typedef void twopass_f32_raddextexp_fn(size_t count, const float* x, struct twopass_extexp* sum);

// y = exp(x) * scale * 2^-exponent, for exponent >= floor(x * log2(e)) of every x, |exponent| < 2^17 * log2(e) + 32,
// and 2^-30 <= scale <= 1.5.
typedef void twopass_f32_vscaleextexp_fn(size_t count, const float* x, float* y, float scale, float exponent);

// *sum = sum of exp(x) * 2^-anchor, for an integral anchor of magnitude below 2^17 * log2(e). A term below 2^-99 counts as some
// number up to that. Where a float cannot hold a term or the sum, *sum is infinite or NaN; it may be so from 2^127 on.
typedef void twopass_f32_raddexpanchor_fn(size_t count, const float* x, float anchor, float* sum);

// y = exp(x) * 2^(32 - anchor) and *sum = sum of y, otherwise as raddexpanchor. What exp(x) * 2^-anchor makes less than FLT_MIN
// is stored as some number below FLT_MIN * 2^32, and vmulc makes it 0.
typedef void twopass_f32_raddstoreexpanchor_fn(size_t count, const float* x, float* y, float anchor, float* sum);

// The softmax of each row, for rows so short that passes of their own would cost more than the work. Row r is the `columns`
// elements from input + r * input_stride, and likewise for the output, which may be the input itself. A row of nothing but
// -infinity gives `empty`, 0 or NaN.
typedef void twopass_f32_vsoftmax_fn(
    size_t rows, size_t columns, const float* input, size_t input_stride, float* output, size_t output_stride,
    float empty);

// One declaration for each kernel of the build.
#define TWOPASS_KERNEL(family, isa, variant, tile) twopass_f32_##family##_fn twopass_f32_##family##__##isa##_##variant;
#include "gen/kernels.inc"
#undef TWOPASS_KERNEL

#include "gen/lanes.inc"

}  // extern "C"

#endif  // TWOPASS_SRC_KERNELS_H_
