// A row on its way through the steps of an algorithm.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ROW_H_
#define TWOPASS_SRC_ROW_H_

#include <math.h>
#include <stddef.h>

#include "algorithms.h"
#include "extexp.h"
#include "plan.h"

namespace twopass {

// Beyond, float arithmetic on x itself is too coarse for an accurate exp.
constexpr float kMaxAccurate = 0x1p+16f;

// The exponent of exp(x), for |x| up to there and somewhat beyond.
inline float exponent_of(float x) {
  const float magic = 0x1.8p+23f;
  return x * static_cast<float>(kLog2E) + magic - magic;
}

// What the blocks of a group add up to.
struct Group {
  Extexp total;
  float max;
};

struct Row {
  // Leaves the rest for the steps to fill in.
  Row(const Plan& plan, size_t index) : plan(plan), index(index), algorithm(plan.algorithm) {}

  const Plan& plan;
  const size_t index;
  const Algorithm* algorithm;  // the plan's, unless the row needs another

  bool subtracts = false;   // exp is taken of x - offset
  float offset = 0.0f;      // at least as large as every x
  bool has_anchor = false;  // one for all blocks
  float anchor = 0.0f;
  Extexp total;    // of exp(x), or of exp(x - offset) where the reduction subtracts, normalised
  Extexp divisor;  // of what is recomputed: the same, but of exp(x - offset) where the outputs alone subtract
  Group groups[kMaxGroups];
  // Of each block without the common anchor that an algorithm stores: exp(x) = y * 2^exponent, where the exponent is
  // -infinity for 0, whatever y is, and NaN for a block that could not be stored.
  float exponents[kMaxStoredBlocks];
};

struct Block {
  Block(Row& row, size_t index)
      : row(row),
        index(index),
        start(index * kBlock),
        count(index + 1 < row.plan.blocks ? kBlock : row.plan.operation->columns - start) {}

  Row& row;
  const size_t index;
  const size_t start;
  const size_t count;

  const Kernels& kernels() const { return *row.plan.kernels; }
  const void* x() const { return at(row.plan.operation->input); }
  void* y() const { return at(row.plan.operation->output); }

 private:
  void* at(const Matrix& matrix) const { return address(matrix, row.index, start); }
};

// What a kernel makes of a block.
inline struct twopass_reduction reduce_by(twopass_reduce_fn* kernel, const Block& block,
                                          const struct twopass_params& params, void* y = nullptr) {
  struct twopass_reduction result;
  kernel(block.count, block.x(), y, &params, &result);
  return result;
}

inline float max_of(const Block& block) { return reduce_by(block.kernels().rmax, block, {}).value; }

// Computes the row: its total, its output, or both. Threads of the runner, which may be NULL, share the groups; the
// result has the same bits for every runner.
void run_row(const Plan& plan, size_t index, const struct twopass_runner* runner);

}  // namespace twopass

#endif  // TWOPASS_SRC_ROW_H_
