// The steps of the algorithms on one block of a row, and the table of them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "algorithms.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "block.h"

namespace twopass {
namespace {

// The exponents of sums of terms that are accurate as pairs.
constexpr float kMaxPairExponent = kMaxAccurate * static_cast<float>(kLog2E) + 1.0f;

struct twopass_params params_of(const Row& row, float anchor) {
  return {row.offset, anchor, 1.0f, 0.0f, 0.0f, false};
}

// Where exp(x) is about 2^exponent, its ratio to what the kernels compute: e^(exponent * ln2_excess), to 2^-39.
double correction(const Row& row, double exponent) {
  const double error = exponent * row.plan.isa->ln2_excess;  // 2^-12 at most
  return 1.0 + error + 0.5 * error * error;
}

// The factor of what the kernels compute for outputs. One float for ln 2 makes an output of 2^-n too large, by n *
// 1.9e-9, up to 2 * 2^-23; so there the factor is rounded down.
double factor_of_output(const Row& row, const Extexp& total) {
  return row.factor * correction(row, total.exponent) / total.mantissa;
}

float to_float(const Row& row, double factor) {
  float result = static_cast<float>(factor);
  if (row.plan.isa->ln2_excess != 0.0 && result > factor) {
    uint32_t bits;
    memcpy(&bits, &result, sizeof(bits));
    bits--;
    memcpy(&result, &bits, sizeof(bits));
  }
  return result;
}

// A sum of exponentials, from what a kernel computed.
Extexp corrected(const Row& row, const Extexp& sum) {
  Extexp total = normalised(sum);
  if (is_positive(total)) total.mantissa *= correction(row, total.exponent);
  return total;
}

// ---- Sums of exp(x) * 2^-anchor, or of exp(x - offset)

// Accurate for an anchor that is not too low; otherwise the sum is infinite, NaN or far above 2^anchor.
Extexp reduce_at_anchor(const Block& block, float anchor) {
  Row& row = block.row;
  const struct twopass_params params = params_of(row, anchor);
  if (!row.algorithm->stores)
    return corrected(row,
                     reduce_by(row.subtracts ? &Kernels::raddexpminusmax : &Kernels::raddexpanchor, block, params));
  const Extexp sum =
      reduce_and_store_by(row.subtracts ? &Kernels::raddstoreexpminusmax : &Kernels::raddstoreexpanchor, block, params);
  if (!row.has_anchor) row.exponents[block.index] = static_cast<float>(sum.exponent);
  return corrected(row, sum);
}

Extexp reduce_at_common_anchor(const Block& block) { return reduce_at_anchor(block, block.row.anchor); }

// ---- Sums by the maximum of a block: what a block comes to whose sum was not accurate otherwise

constexpr float kZeroBelow =
    -kMaxAccurate - 256.0f;  // there a term is 0 beside every total that is accurate as it stands

Extexp reduce_by_max(const Block& block, float max) {
  Row& row = block.row;
  if (fabsf(max) <= kMaxAccurate) return reduce_at_anchor(block, exponent_of(max));

  // Nothing is stored: the outputs are recomputed. Far below they are 0, unless the whole row is there.
  if (row.algorithm->stores) row.exponents[block.index] = max < kZeroBelow ? -INFINITY : NAN;
  if (max == INFINITY) return {NAN, 0.0};
  if (max == -INFINITY) {  // nothing but -infinity and NaN, and a sum tells whether there is a NaN
    const double sum = reduce_by(&Kernels::raddexpanchor, block, {}).mantissa;
    return {isnan(sum) ? NAN : 0.0, 0.0};
  }
  const struct twopass_params params = {max, 0.0f, 1.0f, 0.0f, 0.0f, false};
  const double sum = reduce_by(&Kernels::raddexpminusmax, block, params).mantissa;
  const Extexp unit = exp_of(max);
  return {sum * unit.mantissa, unit.exponent};
}

// ---- Anchored sums
//
// The anchor is the exponent of the largest of some x of the block. Terms may exceed 2^anchor by far: a saturated or
// nearly saturated sum means that the anchor was too low. Then it moves to the maximum of the block, and the block is
// done again, once at most. So a row costs at most twice its exponentials and one maximum.

constexpr size_t kMinSampledBlock = 8192;
constexpr size_t kSample = 128;
constexpr double kMaxSumDistance = 64.0;
// From an anchor that is no further below the maximum, no sum of numbers comes near that.
constexpr float kMaxAnchorDistance = 40.0f;

float larger(float a, float b) { return a > b ? a : b; }

// The largest of some elements, for an anchor. Logits that are far apart want many of them, so that the anchor does not
// break; but a kernel's maximum would cost a short block more time than it saves. Masks may fill a part of the block.
float sampled_max(const Block& block) {
  const Row& row = block.row;
  const Matrix& input = block.operation().input;
  const size_t first = block.start, last = block.start + block.count - 1;
  if (block.count < kMinSampledBlock) {
    const size_t third = (block.count - 1) / 3;
    const auto x = [&](size_t column) { return element_of(row.plan, input, row.index, column); };
    return larger(larger(x(first), x(first + third)), larger(x(last - third), x(last)));
  }
  float buffer[kSample];
  struct twopass_reduction max;
  const auto sample = [&](size_t start) {
    const float* const x = load(row.plan, input, row.index, start, kSample, buffer);
    row.plan.isa->kernels_of_floats().rmax(kSample, x, nullptr, nullptr, &max);
  };
  sample(first);
  if (max.value < -kMaxAccurate) sample(last + 1 - kSample);
  return max.value;
}

}  // namespace

Extexp reduce_anchored(const Block& block) {
  if (block.row.has_anchor) return reduce_at_common_anchor(block);
  // What is stored in the place of x could not be done again.
  if (block.row.algorithm->stores && block.operation().is_in_place()) return reduce_by_max(block, max_of(block));

  const float sample = sampled_max(block);
  if (!(fabsf(sample) <= kMaxAccurate)) return reduce_by_max(block, max_of(block));
  const float anchor = exponent_of(sample);
  const Extexp sum = reduce_at_anchor(block, anchor);
  if (is_positive(sum) && sum.exponent < anchor + kMaxSumDistance) return sum;

  const float max = max_of(block);
  const bool was_too_low = !(max <= kMaxAccurate) || exponent_of(max) > anchor + kMaxAnchorDistance;
  return was_too_low ? reduce_by_max(block, max) : Extexp{NAN, 0.0};
}

// ---- Sums as pairs: the two passes of the paper

namespace {

Extexp reduce_pairs(const Block& block) {
  const Extexp sum = reduce_by(&Kernels::raddextexp, block, {});
  const bool is_accurate = sum.mantissa <= FLT_MAX && fabs(sum.exponent) <= kMaxPairExponent;
  return is_accurate ? corrected(block.row, sum) : reduce_by_max(block, max_of(block));
}

}  // namespace

// ---- Outputs

constexpr MapFamily kScaledExp = {&Kernels::vscaleextexp, &Kernels::vscaleextexp_nt};
constexpr MapFamily kScaledExpMinusMax = {&Kernels::vscaleexpminusmax, &Kernels::vscaleexpminusmax_nt};

// y = exp(x - offset) / divisor * factor
void finish_by_recompute(const Block& block) {
  const Row& row = block.row;
  // The factor's exponent goes to the anchor, so that the scale is near 1.
  const double factor = factor_of_output(row, row.divisor);
  const int exponent = row.factor == 1.0 ? 0 : ilogb(factor);
  struct twopass_params params = params_of(row, static_cast<float>(row.divisor.exponent - exponent));
  params.scale = to_float(row, ldexp(factor, -exponent));
  map_by(row.subtracts ? kScaledExpMinusMax : kScaledExp, block, params, row.finish);
}

namespace {

float* outputs_of(const Block& block) {
  return static_cast<float*>(address(block.operation().output, block.row.index, block.start));
}

void scale_output(const Block& block, double scale) {
  const struct twopass_params params = {0.0f, 0.0f, to_float(block.row, scale), 0.0f, 0.0f, false};
  float* const y = outputs_of(block);
  block.row.plan.isa->kernels_of_floats().vmulc(block.count, y, y, &params);
}

}  // namespace

// y = y * 2^(exponent of the block - exponent of the total) / mantissa of the total * factor
void finish_by_reload(const Block& block) {
  const Row& row = block.row;
  const double exponent_of_block = row.has_anchor ? row.anchor - 32.0f : row.exponents[block.index];
  const bool is_zero = exponent_of_block == -INFINITY && !row.subtracts;
  if (!is_zero && !isfinite(exponent_of_block)) return finish_by_recompute(block);
  const double exponent = exponent_of_block - row.total.exponent;
  if (exponent < -400.0) {
    memset(outputs_of(block), 0, block.count * sizeof(float));
  } else {
    double scale = power_of_two(exponent) * factor_of_output(row, row.total);
    // A factor that is no float goes in steps; what gets lost on the way would be below FLT_MIN at its end.
    const double step = FLT_MIN;
    for (; scale > 0.0 && scale < step; scale /= step) scale_output(block, step);
    scale_output(block, scale);
  }
  if (row.finish != nullptr) row.finish(row, block.start, block.count, outputs_of(block));
}

// ---- The table

const Algorithm kAlgorithms[] = {
    {TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE, "three_pass_recompute", true, false, reduce_at_common_anchor,
     finish_by_recompute},
    {TWOPASS_ALGORITHM_THREE_PASS_RELOAD, "three_pass_reload", true, true, reduce_at_common_anchor, finish_by_reload},
    {TWOPASS_ALGORITHM_TWO_PASS, "two_pass", false, false, reduce_pairs, finish_by_recompute},
    {TWOPASS_ALGORITHM_ANCHORED_RELOAD, "anchored_reload", false, true, reduce_anchored, finish_by_reload},
    {TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE, "anchored_recompute", false, false, reduce_anchored, finish_by_recompute},
};

const Algorithm* find_algorithm(uint32_t id) {
  const size_t index = id - kAlgorithms[0].id;
  return index < sizeof(kAlgorithms) / sizeof(kAlgorithms[0]) ? &kAlgorithms[index] : nullptr;
}

}  // namespace twopass
