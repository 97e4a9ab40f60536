// The public calls of statistics of rows.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <math.h>

#include "arguments.h"
#include "perform.h"
#include "tokens.h"
#include "twopass_tokens.h"

namespace twopass {
namespace {

using Statistics = struct twopass_statistics;

const Statistics& details_of(const Row& row) { return *static_cast<const Statistics*>(row.plan.operation->details); }

// ---- Tokens to look up

bool is_token(const Row& row, int64_t token) { return token >= 0 && static_cast<uint64_t>(token) < row.columns; }

// Calls function(token, index of its results) for the tokens of a row.
template <class Function>
void for_each_token(const Row& row, const Function& function) {
  const Statistics& statistics = details_of(row);
  if (statistics.tokens == nullptr) return;
  const size_t begin = row.index * statistics.tokens_per_row;
  for (size_t i = begin; i < begin + statistics.tokens_per_row; i++) function(statistics.tokens[i], i);
}

float logit_of(const Row& row, int64_t token) {
  return element_of(row.plan, row.plan.operation->input, row.index, static_cast<size_t>(token));
}

// How many of some floats are larger than x, and how many are as large at least.
int64_t count_larger(const float* values, size_t count, float x) {
  int32_t larger = 0;
  for (size_t i = 0; i < count; i++) larger += values[i] > x;
  return larger;
}
int64_t count_as_large(const float* values, size_t count, float x) {
  int32_t as_large = 0;
  for (size_t i = 0; i < count; i++) as_large += values[i] >= x;
  return as_large;
}

// Those of a block that come before each token.
void add_to_ranks(const Row& row, size_t start, size_t count, const float* x) {
  int64_t* const ranks = details_of(row).ranks;
  for_each_token(row, [&](int64_t token, size_t index) {
    if (!is_token(row, token)) return;
    const size_t column = static_cast<size_t>(token), end = start + count;
    const size_t before = column <= start ? 0 : (column < end ? column : end) - start;
    const float logit = logit_of(row, token);
    ranks[index] += count_as_large(x, before, logit) + count_larger(x + before, count - before, logit);
  });
}

// ---- Results

template <class Type>
void set(Type* results, size_t index, Type value) {
  if (results != nullptr) results[index] = value;
}

// Those of a row that has no numbers: that has a NaN, or nothing but -infinity.
void set_none(const Statistics& statistics, size_t row, float log_sum, float entropy, float log_probability) {
  set(statistics.log_sums, row, log_sum);
  set(statistics.entropies, row, entropy);
  set(statistics.argmaxes, row, int64_t{-1});
  for (size_t i = 0; statistics.tokens != nullptr && i < statistics.tokens_per_row; i++) {
    const size_t index = row * statistics.tokens_per_row + i;
    set(statistics.log_probabilities, index, statistics.tokens[index] < 0 ? NAN : log_probability);
    set(statistics.ranks, index, int64_t{-1});
  }
  for (size_t i = 0; i < statistics.top_count; i++) {
    const size_t index = row * statistics.top_count + i;
    set(statistics.top_tokens, index, int64_t{-1});
    set(statistics.top_log_probabilities, index, isnan(log_sum) ? NAN : -HUGE_VALF);
  }
}

void set_nothing(const Statistics& statistics, size_t row, bool is_zero) {
  set_none(statistics, row, -HUGE_VALF, is_zero ? 0.0f : NAN, is_zero ? -HUGE_VALF : NAN);
}

bool begin(Row& row) {
  const Statistics& statistics = details_of(row);
  const Plan& plan = row.plan;
  const bool has_ranks = statistics.ranks != nullptr;
  if (has_ranks) for_each_token(row, [&](int64_t, size_t index) { statistics.ranks[index] = 0; });

  SumsByMax sums;
  Largest<TWOPASS_MAX_TOP> largest(statistics.top_count);
  for_each_block(row, [&](size_t start, size_t count, const float* x) {
    const float max = max_of(plan, x, count);
    sums.add(plan, start, count, x, max);
    if (statistics.top_count != 0 && max > largest.bound()) largest.add(plan, start, count, x);
    if (has_ranks) add_to_ranks(row, start, count, x);
  });

  if (!sums.is_number()) {
    set_none(statistics, row.index, NAN, NAN, NAN);
    return false;
  }
  if (sums.is_empty()) {
    set_nothing(statistics, row.index, (plan.operation->flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0);
    return false;
  }
  const double log_sum = sums.log_sum();
  const auto log_probability_of = [&](float x) { return normal_float(static_cast<double>(x) - sums.max() - log_sum); };
  set(statistics.log_sums, row.index, normal_float(sums.max() + log_sum));
  set(statistics.entropies, row.index, normal_float(sums.entropy()));
  set(statistics.argmaxes, row.index, sums.argmax());
  for_each_token(row, [&](int64_t token, size_t index) {
    const bool is_there = is_token(row, token);
    if (statistics.log_probabilities != nullptr)
      statistics.log_probabilities[index] = is_there ? log_probability_of(logit_of(row, token)) : NAN;
    if (has_ranks && !is_there) statistics.ranks[index] = -1;
  });
  largest.sort();
  for (size_t i = 0; i < statistics.top_count; i++) {
    const size_t index = row.index * statistics.top_count + i;
    const bool is_there = i < largest.count();
    set(statistics.top_tokens, index, is_there ? largest[i].token : -1);
    set(statistics.top_log_probabilities, index, is_there ? log_probability_of(largest[i].x) : -HUGE_VALF);
  }
  return false;
}

const Kind kStatistics = kind_in_fixed_order(begin, LogitsOfKind::kAllButSink);

bool are_valid(const struct twopass_shape& shape, const Statistics& statistics) {
  size_t rows, tokens, top;
  if (!are_zero(statistics.reserved) || statistics.top_count > TWOPASS_MAX_TOP || !get_rows(&shape, &rows))
    return false;
  if (TWOPASS_MUL_OVERFLOWS(rows, statistics.tokens_per_row, &tokens) || tokens > PTRDIFF_MAX / sizeof(int64_t))
    return false;
  if (TWOPASS_MUL_OVERFLOWS(rows, statistics.top_count, &top) || top > PTRDIFF_MAX / sizeof(int64_t)) return false;
  const bool has_results_of_tokens = statistics.log_probabilities != nullptr || statistics.ranks != nullptr;
  if (has_results_of_tokens && tokens != 0 && statistics.tokens == nullptr) return false;
  if (!is_aligned(statistics.log_sums) || !is_aligned(statistics.entropies) || !is_aligned(statistics.argmaxes) ||
      !is_aligned(statistics.tokens) || !is_aligned(statistics.log_probabilities) || !is_aligned(statistics.ranks) ||
      !is_aligned(statistics.top_tokens) || !is_aligned(statistics.top_log_probabilities))
    return false;
  for (size_t i = 0; statistics.tokens != nullptr && i < tokens; i++) {
    const int64_t token = statistics.tokens[i];
    if (token >= 0 && static_cast<uint64_t>(token) >= shape.columns) return false;
  }
  return true;
}

}  // namespace
}  // namespace twopass

twopass_status twopass_compute_statistics(const struct twopass_shape* shape, const struct twopass_tensor* logits,
                                          const struct twopass_statistics* statistics,
                                          const struct twopass_options* options) {
  if (shape == nullptr || statistics == nullptr || !twopass::is_aligned(statistics)) return TWOPASS_INVALID_ARGUMENT;
  if (!twopass::are_valid(*shape, *statistics)) return TWOPASS_INVALID_ARGUMENT;
  const twopass_status status =
      twopass::perform({&twopass::kStatistics, logits, nullptr, nullptr, nullptr, statistics}, shape, options);
  if (status == TWOPASS_OK && shape->columns == 0) {
    const bool is_zero = options != nullptr && (options->flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0;
    for (size_t row = 0; row < shape->outer * shape->inner; row++) twopass::set_nothing(*statistics, row, is_zero);
  }
  return status;
}
