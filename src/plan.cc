// The thresholds of AUTO.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "plan.h"

#include <stdint.h>

namespace twopass {
namespace {

// ---- The thresholds, and where they come from: docs/performance.md

// Shorter rows go through a kernel that takes many of them.
constexpr size_t kMinLongColumns = 1536;

// Whether all that is read and written stays in cache.
bool fits_cache(size_t rows, size_t columns, bool is_in_place) {
  return rows * columns * sizeof(float) * (is_in_place ? 1 : 2) <= cache_bytes();
}

}  // namespace

enum twopass_algorithm choose_algorithm(size_t rows, size_t columns, bool is_in_place) {
  // In cache the algorithm with the fewest exponentials wins; out of it, the one that moves the least.
  return fits_cache(rows, columns, is_in_place) ? TWOPASS_ALGORITHM_ANCHORED_RELOAD
                                                : TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE;
}

bool are_short_rows(size_t columns, const struct twopass_options& options) {
  return options.algorithm == TWOPASS_ALGORITHM_AUTO && columns < kMinLongColumns;
}

Plan make_plan(
    const Kernels& kernels, size_t rows, size_t columns, const float* input, const float* output,
    const struct twopass_options& options) {
  Plan plan;
  plan.kernels = &kernels;
  plan.columns = columns;
  plan.masked_row_is_zero = (options.flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0;
  plan.is_in_place = input == output;
  plan.is_cached = fits_cache(rows, columns, plan.is_in_place);
  plan.algorithm = options.algorithm != TWOPASS_ALGORITHM_AUTO ? options.algorithm
                                                               : choose_algorithm(rows, columns, plan.is_in_place);
  plan.block = columns <= kBlock * kMaxBlocks ? kBlock : (columns + kMaxBlocks - 1) / kMaxBlocks;
  plan.blocks = columns <= kBlock ? 1 : (columns + plan.block - 1) / plan.block;
  plan.vscaleexpminusmax = kernels.vscaleexpminusmax;
  plan.vscaleextexp = kernels.vscaleextexp;
  // Stores past the caches save reading memory before it is written. They pay where the output would not stay in cache anyway, and
  // only in another place than the input, which is in cache when it is written. They ask for whole elements in memory.
  if (!plan.is_cached && !plan.is_in_place && reinterpret_cast<uintptr_t>(output) % sizeof(float) == 0) {
    if (kernels.vscaleexpminusmax_nt != nullptr) plan.vscaleexpminusmax = kernels.vscaleexpminusmax_nt;
    if (kernels.vscaleextexp_nt != nullptr) plan.vscaleextexp = kernels.vscaleextexp_nt;
  }
  return plan;
}

}  // namespace twopass
