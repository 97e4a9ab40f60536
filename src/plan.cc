// The thresholds of AUTO.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "plan.h"

#include <stdint.h>

namespace twopass {
namespace {

// ---- The thresholds, and where they come from: docs/performance.md

// Shorter rows go through a kernel that takes many of them.
constexpr size_t kMinLongColumns = 768;

size_t matrix_bytes(size_t rows, size_t columns, bool is_in_place) {
  return rows * columns * sizeof(float) * (is_in_place ? 1 : 2);
}

// Whether to store past the caches: then memory is not read before it is written. It pays where the output would not stay in
// cache anyway, and only in another place than the input, which is in cache when it is written. The instructions ask for whole
// elements in memory.
bool choose_non_temporal(size_t rows, size_t columns, const float* input, const float* output) {
  return matrix_bytes(rows, columns, false) > cache_bytes() && input != output &&
         reinterpret_cast<uintptr_t>(output) % sizeof(float) == 0;
}

}  // namespace

enum twopass_algorithm choose_algorithm(size_t rows, size_t columns, bool is_in_place) {
  // Where what is read and written stays in cache, the algorithm with the fewest exponentials wins; where it does not, the one
  // that moves the least.
  return matrix_bytes(rows, columns, is_in_place) <= cache_bytes() ? TWOPASS_ALGORITHM_ANCHORED_RELOAD
                                                                   : TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE;
}

Plan make_plan(
    const Kernels& kernels, size_t rows, size_t columns, const float* input, const float* output,
    const struct twopass_options& options) {
  Plan plan;
  plan.kernels = &kernels;
  plan.columns = columns;
  plan.masked_row_is_zero = (options.flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0;
  plan.is_short = options.algorithm == TWOPASS_ALGORITHM_AUTO && columns < kMinLongColumns;
  if (plan.is_short) return plan;

  plan.is_in_place = input == output;
  plan.algorithm = options.algorithm != TWOPASS_ALGORITHM_AUTO ? options.algorithm
                                                               : choose_algorithm(rows, columns, plan.is_in_place);
  plan.block = columns <= kBlock * kMaxBlocks ? kBlock : (columns + kMaxBlocks - 1) / kMaxBlocks;
  plan.blocks = columns <= kBlock ? 1 : (columns + plan.block - 1) / plan.block;
  plan.vscaleexpminusmax = kernels.vscaleexpminusmax;
  plan.vscaleextexp = kernels.vscaleextexp;
  if (choose_non_temporal(rows, columns, input, output)) {
    if (kernels.vscaleexpminusmax_nt != nullptr) plan.vscaleexpminusmax = kernels.vscaleexpminusmax_nt;
    if (kernels.vscaleextexp_nt != nullptr) plan.vscaleextexp = kernels.vscaleextexp_nt;
  }
  return plan;
}

}  // namespace twopass
