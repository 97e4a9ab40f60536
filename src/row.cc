// The passes of the algorithms over a row, block by block: a maximum where the algorithm needs one, a sum, the outputs. Between
// the passes the results of the blocks are merged, always in the same order.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "row.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "extexp.h"
#include "parallel.h"

namespace twopass {
namespace {

struct Partial {
  float value;     // the maximum, the sum or the mantissa of the sum
  float exponent;  // of the sum; the anchor, where there is one
};

struct Row {
  // Leaves the rest for the passes to fill in.
  Row(const Plan& plan, const float* x, float* y) : plan(plan), x(x), y(y) {}

  const Plan& plan;
  const float* x;
  float* y;
  bool has_max = false;
  float max;
  Total total;
  Partial partials[kMaxBlocks];

  size_t start(size_t block) const { return block * plan.block; }
  size_t count(size_t block) const { return block + 1 < plan.blocks ? plan.block : plan.columns - start(block); }
};

// ---- Maxima

void find_max_of_block(Row& row, size_t block) {
  row.plan.kernels->rmax(row.count(block), row.x + row.start(block), &row.partials[block].value);
}

bool is_all_below(size_t count, const float* x, float bound) {
  for (size_t i = 0; i < count; i++) {
    if (!(x[i] < bound)) return false;
  }
  return true;
}

// Whether the row holds -infinity and nothing else. rmax may have passed over a NaN.
bool is_masked(const Row& row) {
  return row.max == -INFINITY && is_all_below(row.plan.columns, row.x, -FLT_MAX);
}

// ---- Sums of exp(x - max): three passes

void sum_block_of_three_pass(Row& row, size_t block) {
  Partial& partial = row.partials[block];
  const size_t count = row.count(block);
  const size_t start = row.start(block);
  if (row.plan.algorithm == TWOPASS_ALGORITHM_THREE_PASS_RELOAD) {
    row.plan.kernels->raddstoreexpminusmax(count, row.x + start, row.y + start, row.max, &partial.value);
  } else {
    row.plan.kernels->raddexpminusmax(count, row.x + start, row.max, &partial.value);
  }
  partial.exponent = 0.0f;
}

void finish_block_of_three_pass(Row& row, size_t block) {
  const size_t count = row.count(block);
  const size_t start = row.start(block);
  const float scale = static_cast<float>(1.0 / row.total.mantissa);
  if (row.plan.algorithm == TWOPASS_ALGORITHM_THREE_PASS_RELOAD) {
    row.plan.kernels->vmulc(count, row.y + start, row.y + start, scale);
  } else {
    row.plan.vscaleexpminusmax(count, row.x + start, row.y + start, row.max, scale);
  }
}

// ---- Sums of exp(x) as a pair: the two passes of the paper

void sum_block_of_two_pass(Row& row, size_t block) {
  struct twopass_extexp sum;
  row.plan.kernels->raddextexp(row.count(block), row.x + row.start(block), &sum);
  row.partials[block] = {sum.mantissa, sum.exponent};
}

void finish_block_by_recompute(Row& row, size_t block) {
  const size_t start = row.start(block);
  const float scale = static_cast<float>(1.0 / row.total.mantissa);
  row.plan.vscaleextexp(row.count(block), row.x + start, row.y + start, scale, row.total.exponent);
}

// ---- Sums of exp(x) * 2^-anchor
//
// The anchor is the exponent of the largest of some x of the block, or of all of it. Terms may exceed 2^anchor
// by far: what the kernel saturates, or a sum that comes near, tells that the anchor is too low. Then it moves to the maximum of
// the block, and the block is done again, once at most. So a row costs at most twice its exponentials and one maximum.

constexpr size_t kMinSampledBlock = 8192;
constexpr size_t kSample = 128;
constexpr float kMaxAnchoredSum = 0x1p+96f;
// Bounds of x for an anchor: within them exp is accurate; below -kMaxAccurate - 256 a term counts as 0 beside every sum that is.
constexpr float kMaxAccurate = 0x1p+17f;
constexpr float kZeroBelow = -kMaxAccurate - 256.0f;

float exponent_of(float x) {
  const float magic = 0x1.8p+23f;
  return x * 0x1.715476p+0f + magic - magic;
}

float larger(float a, float b) { return a > b ? a : b; }

// The largest of some elements at the start of a block, for its anchor. Logits that are far apart want many of them, so that the
// anchor does not break; but a kernel's maximum would cost a short block more time than it saves.
float sampled_max(const Row& row, size_t count, const float* x) {
  if (count < kMinSampledBlock) return larger(larger(x[0], x[count / 8]), larger(x[count / 4], x[count / 2]));
  float max;
  row.plan.kernels->rmax(kSample, x, &max);
  return max;
}

// The sum of a block, and its exponent: what is stored carries a factor of 2^32, and the sum too.
Partial sum_anchored(Row& row, size_t block, float anchor) {
  Partial sum;
  const size_t count = row.count(block);
  const size_t start = row.start(block);
  if (row.plan.algorithm == TWOPASS_ALGORITHM_ANCHORED_RELOAD) {
    row.plan.kernels->raddstoreexpanchor(count, row.x + start, row.y + start, anchor, &sum.value);
    sum.exponent = anchor - 32.0f;
  } else {
    row.plan.kernels->raddexpanchor(count, row.x + start, anchor, &sum.value);
    sum.exponent = anchor;
  }
  return sum;
}

void sum_block_of_anchored(Row& row, size_t block) {
  Partial& partial = row.partials[block];
  const float* x = row.x + row.start(block);
  const size_t count = row.count(block);

  if (row.has_max) {
    partial = sum_anchored(row, block, exponent_of(row.max));
    return;
  }

  float max = sampled_max(row, count, x);
  if (fabsf(max) <= kMaxAccurate) {
    partial = sum_anchored(row, block, exponent_of(max));
    if (partial.value > 0.0f && partial.value < kMaxAnchoredSum) return;
  }

  row.plan.kernels->rmax(count, x, &max);
  if (max >= kZeroBelow && max <= kMaxAccurate) {
    partial = sum_anchored(row, block, exponent_of(max));
  } else if (is_all_below(count, x, kZeroBelow)) {
    partial = {0.0f, -INFINITY};
  } else {
    partial = {NAN, 0.0f};
  }
}

// y = y * 2^(exponent of the block - exponent of the row) / mantissa
void finish_block_by_reload(Row& row, size_t block) {
  const size_t count = row.count(block);
  float* y = row.y + row.start(block);
  const float exponent = row.partials[block].exponent - row.total.exponent;
  if (exponent < -400.0f) {
    memset(y, 0, count * sizeof(float));
    return;
  }
  double scale = power_of_two(exponent) / row.total.mantissa;
  // A factor that is no float goes in steps; what gets lost on the way would be below FLT_MIN at its end.
  const double step = FLT_MIN;
  for (; scale < step; scale /= step) row.plan.kernels->vmulc(count, y, y, static_cast<float>(step));
  row.plan.kernels->vmulc(count, y, y, static_cast<float>(scale));
}

// ---- Algorithms as passes

using Pass = void(Row&, size_t);

struct Passes {
  Pass* sum;
  Pass* finish;
};

constexpr Passes kThreePass = {sum_block_of_three_pass, finish_block_of_three_pass};
constexpr Passes kTwoPass = {sum_block_of_two_pass, finish_block_by_recompute};
constexpr Passes kAnchoredRecompute = {sum_block_of_anchored, finish_block_by_recompute};
constexpr Passes kAnchoredReload = {sum_block_of_anchored, finish_block_by_reload};

const Passes& passes_of(enum twopass_algorithm algorithm) {
  switch (algorithm) {
    case TWOPASS_ALGORITHM_TWO_PASS: return kTwoPass;
    case TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE: return kAnchoredRecompute;
    case TWOPASS_ALGORITHM_ANCHORED_RELOAD: return kAnchoredReload;
    default: return kThreePass;
  }
}

bool is_three_pass(const Plan& plan) {
  return plan.algorithm == TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE ||
         plan.algorithm == TWOPASS_ALGORITHM_THREE_PASS_RELOAD;
}

void for_each_block(Row& row, pthreadpool_t pool, Pass* pass) {
  parallel_for(pool, row.plan.blocks, [&row, pass](size_t block) { pass(row, block); });
}

void find_max(Row& row, pthreadpool_t pool) {
  for_each_block(row, pool, find_max_of_block);
  row.has_max = true;
  row.max = -INFINITY;
  for (size_t block = 0; block < row.plan.blocks; block++) {
    if (row.partials[block].value > row.max) row.max = row.partials[block].value;
  }
}

// What every other algorithm does with a row whose maximum is not a number within its accurate range: x - max has no such range.
void softmax_row_by_three_passes(const Plan& plan, const float* x, float* y, pthreadpool_t pool) {
  Plan three_pass = plan;
  three_pass.algorithm = plan.algorithm == TWOPASS_ALGORITHM_ANCHORED_RELOAD ? TWOPASS_ALGORITHM_THREE_PASS_RELOAD
                                                                             : TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE;
  softmax_row(three_pass, x, y, pool);
}

void sum_blocks(Row& row, pthreadpool_t pool) {
  for_each_block(row, pool, passes_of(row.plan.algorithm).sum);
  for (size_t block = 0; block < row.plan.blocks; block++) {
    row.total.add(row.partials[block].value, row.partials[block].exponent);
  }
  if (row.plan.algorithm == TWOPASS_ALGORITHM_TWO_PASS || row.plan.algorithm == TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE) {
    row.total.normalise();
  }
}

// In the cache of one core, backwards: what was read last is the nearest. Otherwise forwards: out of cache each block was prefetched
// from the one before it, and a thread gets the blocks that it had in the first pass.
void finish_blocks(Row& row, pthreadpool_t pool) {
  const auto finish = passes_of(row.plan.algorithm).finish;
  if (!row.plan.is_cached || pool != nullptr) {
    for_each_block(row, pool, finish);
  } else {
    for (size_t block = row.plan.blocks; block-- != 0;) finish(row, block);
  }
}

}  // namespace

void softmax_row(const Plan& plan, const float* x, float* y, pthreadpool_t pool) {
  Row row(plan, x, y);

  // A stored anchored block takes the place of its input where that is its output too, and could not be done again: so there the
  // anchor is the maximum of the row, which is right at once.
  if (is_three_pass(plan) || (plan.is_in_place && plan.algorithm == TWOPASS_ALGORITHM_ANCHORED_RELOAD)) {
    find_max(row, pool);
  }
  if (is_three_pass(plan)) {
    if (plan.masked_row_is_zero && is_masked(row)) {
      memset(y, 0, plan.columns * sizeof(float));
      return;
    }
  } else if (row.has_max && !(fabsf(row.max) <= kMaxAccurate)) {
    softmax_row_by_three_passes(plan, x, y, pool);
    return;
  }

  sum_blocks(row, pool);
  // With an accurate maximum every term was accurate, however large the total.
  if (!is_three_pass(plan) && !row.has_max && !row.total.is_accurate()) {
    softmax_row_by_three_passes(plan, x, y, pool);
    return;
  }
  finish_blocks(row, pool);
}

Total sum_row(const Plan& plan, const float* x, pthreadpool_t pool) {
  Row row(plan, x, nullptr);
  sum_blocks(row, pool);
  return row.total;
}

void finish_row(const Plan& plan, const float* x, float* y, const Total& total, pthreadpool_t pool) {
  Row row(plan, x, y);
  row.total = total;
  finish_blocks(row, pool);
}

}  // namespace twopass
