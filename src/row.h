// A row on its way through the steps of an operation.
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

// The sum of exp(x) as (1 + rest) * exp(max), where the 1 is that of one x that is the maximum. So a rest that is
// nothing beside 1 keeps its digits.
struct MaxSum {
  double max;
  double rest;

  void add(const MaxSum& other);
  Extexp total() const;
};

constexpr MaxSum kEmptySum = {-HUGE_VAL, -1.0};

// What the blocks of a group add up to.
struct Group {
  Extexp total;
  float max;
  double moment;   // for an entropy
  MaxSum max_sum;  // not empty where the total was made of it
};

struct Row;

// What is done to outputs while they are floats: to `count` of them from column `start` on.
using Finish = void (*)(const Row& row, size_t start, size_t count, float* y);

struct Row {
  // Leaves the rest for the steps to fill in.
  Row(const Plan& plan, size_t index)
      : plan(plan),
        index(index),
        columns(plan.operation->columns_of(index)),
        blocks(plan.blocks_of(columns)),
        algorithm(plan.algorithm) {}

  // The blocks of a group.
  size_t begin_of_group(size_t group) const { return group * plan.blocks_of_group; }
  size_t end_of_group(size_t group) const {
    const size_t end = begin_of_group(group + 1);
    return end < blocks ? end : blocks;
  }

  const Plan& plan;
  const size_t index;
  const size_t columns;        // that count
  const size_t blocks;         // of these
  const Algorithm* algorithm;  // the plan's, unless the row needs another

  bool subtracts = false;   // exp is taken of x - offset
  float offset = 0.0f;      // at least as large as every x
  bool has_anchor = false;  // one for all blocks
  float anchor = 0.0f;
  Extexp total;         // of exp(x) and the sink, or of exp(x - offset) where the reduction subtracts, normalised
  Extexp divisor;       // of what is recomputed: the same, but of exp(x - offset) where the outputs alone subtract
  double factor = 1.0;  // of the outputs, not negative
  Finish finish = nullptr;
  float log_sum = 0.0f;    // the logarithm of the sum of exp(x - offset), for the outputs that need it
  double details[4] = {};  // what the kind alone knows
  Group groups[kMaxGroups];
  // Of each block without the common anchor that an algorithm stores: exp(x) = y * 2^exponent, where the exponent is
  // -infinity for 0, whatever y is, and NaN for a block that could not be stored.
  float exponents[kMaxStoredBlocks];
};

// The logarithm of the sum of exp(x) in two parts, x - offset - rest being exact where it is near 0.
struct LogSum {
  float offset;
  double rest;
};
LogSum log_sum_of(Row& row);

// A small block makes it rare that one has so much of the sum that it has to be summed again for its logarithm.
constexpr size_t kBlockOfLogSums = 4096;

// For an Algorithm: the sum of a block, which leaves its MaxSum with the group.
Extexp reduce_by_max_sum(const Block& block);

// The logarithm of the total of a row, as a result.
float log_sum_exp_of(const Row& row);

// What a softmax does between total and outputs.
bool conclude_softmax(Row& row);

// Computes the row: its total, its output, or both. Threads of the runner, which may be NULL, share the groups; the
// result has the same bits for every runner.
void run_row(const Plan& plan, size_t index, const struct twopass_runner* runner);

}  // namespace twopass

#endif  // TWOPASS_SRC_ROW_H_
