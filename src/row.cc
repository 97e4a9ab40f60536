// The steps of a row: a maximum where it needs one, the total, the outputs. Between them the results of its blocks are
// merged, always in the same order.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "row.h"

#include <float.h>

#include "block.h"
#include "logits.h"
#include "tasks.h"

namespace twopass {
namespace {

// The exponent of any sum of up to 2^32 terms with |x| <= kMaxAccurate.
constexpr double kMaxAccurateExponent = kMaxAccurate * kLog2E + 32.0;

template <class Step>
void for_each_group(Row& row, const struct twopass_runner* runner, const Step& step) {
  for_each_task(runner, row.plan.groups,
                [&](size_t group) { step(row.groups[group], row.begin_of_group(group), row.end_of_group(group)); });
}

// ---- The maximum

float find_max(Row& row, const struct twopass_runner* runner) {
  for_each_group(row, runner, [&row](Group& group, size_t begin, size_t end) {
    group.max = -INFINITY;
    for (size_t index = begin; index < end; index++) {
      const float max = max_of(Block(row, index));
      if (max > group.max) group.max = max;
    }
  });
  float max = -INFINITY;
  for (size_t group = 0; group < row.plan.groups; group++) {
    if (row.groups[group].max > max) max = row.groups[group].max;
  }
  return max;
}

void subtract(Row& row, float offset) {
  row.subtracts = true;
  row.offset = offset;
}

void use_max(Row& row, float max) {
  if (isinf(max)) {  // NaN may be among the others: no algorithm that relies on a maximum
    row.algorithm = find_algorithm(TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE);
    return;
  }
  row.has_anchor = true;
  if (row.algorithm->subtracts_max || fabsf(max) > kMaxAccurate) {
    subtract(row, max);
    if (!row.algorithm->subtracts_max) row.algorithm = find_algorithm(TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE);
  } else {
    row.anchor = exponent_of(max);
  }
}

// ---- The total

void reduce(Row& row, const struct twopass_runner* runner) {
  if (row.plan.finds_max) use_max(row, find_max(row, runner));
  for_each_group(row, runner, [&row](Group& group, size_t begin, size_t end) {
    group.total = {0.0, 0.0};
    group.moment = 0.0;
    group.max_sum = kEmptySum;
    for (size_t index = begin; index < end; index++) {
      group.total = sum(group.total, row.algorithm->reduce(Block(row, index)));
    }
  });
  row.total = {0.0, 0.0};
  for (size_t group = 0; group < row.plan.groups; group++) {
    row.total = sum(row.total, row.groups[group].total);
  }
  row.total = normalised(sum(row.total, exp_of_sink(*row.plan.operation, row.index, row.offset)));
}

// ---- The outputs

// Where the total is beyond the accurate range, what is recomputed is divided by one of exp(x - offset), with the float
// next to its logarithm for the offset: no x is larger, as exp(x) is part of the total.
void bring_into_range(Row& row) {
  const double logarithm = log_of(row.total);
  subtract(row, static_cast<float>(fabs(logarithm) < FLT_MAX ? logarithm : copysign(FLT_MAX, logarithm)));
  const Extexp unit = exp_of(row.offset);
  row.divisor = normalised({row.total.mantissa / unit.mantissa, row.total.exponent - unit.exponent});
}

bool is_in_range(const Extexp& total) { return fabs(total.exponent) <= kMaxAccurateExponent; }

void finish(Row& row, const struct twopass_runner* runner) {
  const auto finish_block = [&row](size_t index) { row.algorithm->finish(Block(row, index)); };
  // In the cache of one core, backwards: what was read last is the nearest. Otherwise forwards: out of cache each block
  // was prefetched from the one before it, and a thread gets the blocks that it had in the first pass.
  if (row.plan.is_cached && runner == nullptr) {
    for (size_t index = row.blocks; index-- != 0;) finish_block(index);
  } else {
    for_each_group(row, runner, [&](Group&, size_t begin, size_t end) {
      for (size_t index = begin; index < end; index++) finish_block(index);
    });
  }
}

}  // namespace

float log_sum_exp_of(const Row& row) {
  const bool is_sum = row.total.mantissa == 0.0 || is_positive(row.total);
  return is_sum ? normal_float(log_of(row.total) + row.offset) : NAN;
}

bool conclude_softmax(Row& row) {
  const Operation& operation = *row.plan.operation;
  if (!operation.finishes) return false;
  if (!is_positive(row.total)) {
    fill(row, row.total.mantissa == 0.0 ? empty_of(operation) : NAN);
    return false;
  }
  row.divisor = row.total;
  if (!row.subtracts && !is_in_range(row.total)) bring_into_range(row);
  if (!is_in_range(row.divisor)) {  // every x is far below the total
    fill(row, 0.0f);
    return false;
  }
  return true;
}

void run_row(const Plan& plan, size_t index, const struct twopass_runner* runner) {
  const Operation& operation = *plan.operation;
  const Kind& kind = *operation.kind;
  Row row(plan, index);
  if (kind.begin != nullptr && !kind.begin(row)) return;
  if (operation.reduces) {
    reduce(row, runner);
    if (operation.totals != nullptr) operation.totals[index] = row.total;
  } else if (operation.totals != nullptr) {
    row.total = checked(operation.totals[index]);
  }
  if (kind.conclude(row)) finish(row, runner);
  if (operation.finishes) fill_beyond(plan, index);
  if (kind.end != nullptr) kind.end(row);
}

}  // namespace twopass
