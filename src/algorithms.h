// What each algorithm of a softmax does, as one table.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ALGORITHMS_H_
#define TWOPASS_SRC_ALGORITHMS_H_

#include <stdint.h>

#include "extexp.h"
#include "twopass_debug.h"

namespace twopass {

struct Block;

// One of the table, or that of an operation of another kind.
struct Algorithm {
  uint32_t id;  // of twopass_debug.h
  const char* name;
  bool subtracts_max;  // finds the maximum of the row first, and works on x - max
  bool stores;         // reduce leaves the exponentials in the output, and finish scales them
  // One step for one block of a row.
  Extexp (*reduce)(const Block& block);  // the sum of exp(x), or of exp(x - max); NULL where outputs need none
  void (*finish)(const Block& block);
};

// Sums of the exponentials of a block, by an anchor that is chosen for it.
Extexp reduce_anchored(const Block& block);
// Outputs by recomputing the exponentials, and by scaling those that were stored.
void finish_by_recompute(const Block& block);
void finish_by_reload(const Block& block);

// The table, in the order of the identifiers.
extern const Algorithm kAlgorithms[5];
constexpr const Algorithm* kAnchoredReload = &kAlgorithms[3];
constexpr const Algorithm* kAnchoredRecompute = &kAlgorithms[4];

// The row of the table; NULL for AUTO and for what is not an algorithm.
const Algorithm* find_algorithm(uint32_t id);

}  // namespace twopass

#endif  // TWOPASS_SRC_ALGORITHMS_H_
