// Plans, and the thresholds that they are made by; docs/performance.md says where those come from.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "plan.h"

#include "columns.h"

namespace twopass {
namespace {

// Less work is not worth the threads: fork and join cost what thousands of exponentials do.
constexpr size_t kMinParallelElements = 32768;
// The fixed cost of a row, in elements.
constexpr size_t kElementsOfRow = 64;
// To cut a row into blocks costs more, as threads meet after each pass and then find in the caches of others what they
// need. Where there is a row for each thread, the more rows there are, the less there is to gain.
constexpr size_t kMinCutColumns = 98304;

// In the fixed order, the columns whose exponentials are stored.
constexpr size_t kMaxStoredInFixedOrder = size_t{1} << 20;

// Fewer elements at once are stored past the caches at no gain.
constexpr size_t kMinColumnsPastCaches = 256;

size_t quotient_up(size_t a, size_t b) { return a / b + (a % b != 0); }

// Whether all that is read and written stays in cache.
bool fits_cache(const Operation& operation) {
  size_t bytes_of_row_of_one = size_of(operation.input.element);
  if (operation.has_weights()) bytes_of_row_of_one += size_of(operation.weights.element);
  if (operation.logits != nullptr && operation.logits->bias != nullptr)
    bytes_of_row_of_one += size_of(static_cast<Element>(operation.logits->bias_type));
  if (operation.writes_elsewhere()) bytes_of_row_of_one += size_of(operation.output.element);
  return operation.columns <= cache_bytes() / (operation.rows * bytes_of_row_of_one);
}

const Algorithm* choose_algorithm(const Operation& operation, bool is_cached) {
  const Kind& kind = *operation.kind;
  const Algorithm* algorithm = operation.algorithm;
  if (operation.in_fixed_order && &kind == &kSoftmax) {  // by nothing that differs between machines
    algorithm = find_algorithm(operation.columns <= kMaxStoredInFixedOrder ? TWOPASS_ALGORITHM_ANCHORED_RELOAD
                                                                           : TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE);
  }
  // In cache the algorithm with the fewest exponentials wins; out of it, the one that moves the least. What short rows
  // store and reload stays in cache, however many there are, but not what is read again, too. Logits that take work of
  // their own are not made twice.
  if (algorithm == nullptr) {
    const bool is_short = kind.rows_at_once != nullptr && !kind.reads_again && operation.columns < kMinLongColumns;
    const bool is_in_cache = is_cached || is_short || operation.input.logits != nullptr;
    algorithm = is_in_cache ? kind.in_cache : kind.out_of_cache;
  }
  if (!algorithm->stores) return algorithm;
  const bool has_room = operation.finishes && operation.output.is_of_dense_floats();
  if (has_room && !(kind.reads_again && operation.is_in_place())) return algorithm;
  return algorithm->subtracts_max ? find_algorithm(TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE) : kind.out_of_cache;
}

void choose_blocks(const Operation& operation, Plan* plan) {
  plan->block = operation.kind->block;
  plan->blocks = plan->blocks_of(operation.columns);
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
  } else if (columns < kMinLongColumns) {
    plan->rows_of_task = quotient_up(rows, 4 * threads);
  } else {
    // Many rows go to the threads whole; of a few long ones, each is cut into its groups.
    // Nor is one of a kind that does all in its beginning.
    const bool is_cut = operation.kind->conclude != nullptr && rows < 4 * threads &&
                        columns / (rows < threads ? 1 : rows) >= kMinCutColumns;
    plan->rows_of_task = is_cut ? 0 : 1;
  }
}

}  // namespace

Plan make_plan(const Operation& operation, const Isa& isa) {
  const Kind& kind = *operation.kind;
  Plan plan;
  plan.operation = &operation;
  plan.isa = &isa;
  choose_tasks(operation, &plan);
  plan.is_cached = fits_cache(operation);
  choose_blocks(operation, &plan);
  plan.algorithm = choose_algorithm(operation, plan.is_cached);
  plan.takes_rows_at_once = operation.algorithm == nullptr && plan.rows_of_task != 0 && kind.rows_at_once != nullptr &&
                            kind.takes_rows_at_once(operation, isa);
  // There is no place for the anchors of very many blocks.
  plan.finds_max = plan.algorithm->subtracts_max || (plan.algorithm->stores && plan.blocks > kMaxStoredBlocks);
  // Stores past the caches save reading memory before it is written. They pay where the output would not stay in cache
  // anyway, and only in another place than the input, which is in cache when it is written.
  plan.rows_of_strip = kind.strip != nullptr && kind.takes_strips(operation, isa) ? rows_of_strip(operation) : 0;
  const size_t written_at_once = plan.rows_of_strip != 0 ? plan.rows_of_strip : operation.columns;
  plan.stores_past_caches = operation.writes_elsewhere() && !plan.is_cached && written_at_once >= kMinColumnsPastCaches;
  return plan;
}

}  // namespace twopass
