// Plans, and the thresholds that they are made by; docs/performance.md says where those come from.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "plan.h"

namespace twopass {
namespace {

// Less work is not worth the threads: fork and join cost what thousands of exponentials do.
constexpr size_t kMinParallelElements = 32768;
// The fixed cost of a row, in elements.
constexpr size_t kElementsOfRow = 64;
// To cut a row into blocks costs more, as threads meet after each pass and then find in the caches of others what they
// need. Where there is a row for each thread, the more rows there are, the less there is to gain.
constexpr size_t kMinCutColumns = 98304;

// Rows of fewer columns are stored past the caches at no gain.
constexpr size_t kMinColumnsPastCaches = 256;

size_t quotient_up(size_t a, size_t b) { return a / b + (a % b != 0); }

// Whether all that is read and written stays in cache.
bool fits_cache(const Operation& operation) {
  const size_t matrices = operation.writes_elsewhere() ? 2 : 1;
  const size_t bytes_of_column = operation.rows * matrices * size_of(operation.input.element);
  return operation.columns <= cache_bytes() / bytes_of_column;
}

const Algorithm* choose_algorithm(const Operation& operation, bool is_cached) {
  if (operation.algorithm != nullptr) return operation.algorithm;
  // In cache the algorithm with the fewest exponentials wins; out of it, the one that moves the least. What short rows
  // store and reload stays in cache, however many there are.
  return find_algorithm(is_cached || are_short_rows(operation) ? TWOPASS_ALGORITHM_ANCHORED_RELOAD
                                                               : TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE);
}

void choose_blocks(size_t columns, Plan* plan) {
  plan->blocks = quotient_up(columns, kBlock);
  plan->blocks_of_group = quotient_up(plan->blocks, kMaxGroups);
  plan->groups = quotient_up(plan->blocks, plan->blocks_of_group);
}

void choose_tasks(const Operation& operation, Plan* plan) {
  const size_t rows = operation.rows, columns = operation.columns;
  plan->runner = operation.runner;
  plan->rows_of_task = rows;
  if (plan->runner == nullptr) return;
  const size_t threads = plan->runner->thread_count;
  if (threads <= 1 || rows <= (kMinParallelElements - 1) / (columns + kElementsOfRow)) {
    plan->runner = nullptr;
  } else if (are_short_rows(operation)) {
    plan->rows_of_task = quotient_up(rows, 4 * threads);
  } else {
    // Many rows go to the threads whole; of a few long ones, each is cut into its groups.
    const bool is_cut = rows < 4 * threads && columns / (rows < threads ? 1 : rows) >= kMinCutColumns;
    plan->rows_of_task = is_cut ? 0 : 1;
  }
}

}  // namespace

Plan make_plan(const Operation& operation, const Kernels& kernels) {
  Plan plan;
  plan.operation = &operation;
  plan.kernels = &kernels;
  choose_tasks(operation, &plan);
  plan.is_cached = fits_cache(operation);
  choose_blocks(operation.columns, &plan);
  plan.algorithm = choose_algorithm(operation, plan.is_cached);
  // There is no place for the anchors of very many blocks.
  plan.finds_max = plan.algorithm->subtracts_max || (plan.algorithm->stores && plan.blocks > kMaxStoredBlocks);
  // Stores past the caches save reading memory before it is written. They pay where the output would not stay in cache
  // anyway, and only in another place than the input, which is in cache when it is written.
  const bool is_stored_past = operation.writes_elsewhere() && !plan.is_cached;
  const auto choose = [is_stored_past](auto* plain, auto* non_temporal) {
    return is_stored_past && non_temporal != nullptr ? non_temporal : plain;
  };
  plan.vsoftmax =
      operation.columns < kMinColumnsPastCaches ? kernels.vsoftmax : choose(kernels.vsoftmax, kernels.vsoftmax_nt);
  plan.vscaleexpminusmax = choose(kernels.vscaleexpminusmax, kernels.vscaleexpminusmax_nt);
  plan.vscaleextexp = choose(kernels.vscaleextexp, kernels.vscaleextexp_nt);
  return plan;
}

}  // namespace twopass
