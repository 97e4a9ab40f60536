// The sum of exponentials by their maximum, and its logarithm.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <math.h>

#include "block.h"
#include "logits.h"

namespace twopass {
namespace {

// A term of at least this share of its sum has a logarithm near that of the sum, so that their difference has to be
// computed from the rest, and not from the sum.
constexpr double kDominatingShare = 0.36;  // 1 / e

// From here on the logarithm of a sum is too large for a double to tell its maximum from its rest.
constexpr double kMaxLogarithm = 0x1p26;

double quotient(const Extexp& a, const Extexp& b) {
  return a.mantissa / b.mantissa * power_of_two(fmin(a.exponent - b.exponent, 1000.0));
}

LogSum log_sum_of(const MaxSum& sum) { return {static_cast<float>(sum.max), log1p(sum.rest)}; }

}  // namespace

void MaxSum::add(const MaxSum& other) {
  if (isnan(rest) || isnan(other.rest)) {
    rest = NAN;
  } else if (max < other.max) {
    rest = other.rest + (rest == kEmptySum.rest ? 0.0 : (1.0 + rest) * exp(max - other.max));
    max = other.max;
  } else if (other.rest != kEmptySum.rest) {
    rest += (1.0 + other.rest) * exp(other.max - max);
  }
}

Extexp MaxSum::total() const {
  if (rest == kEmptySum.rest) return {0.0, 0.0};
  if (isnan(rest)) return {NAN, 0.0};
  const Extexp unit = exp_of(static_cast<float>(max));
  return normalised({(1.0 + rest) * unit.mantissa, unit.exponent});
}

Extexp reduce_by_max_sum(const Block& block) {
  const MaxSum sum = max_sum_of(block);
  block.group().max_sum.add(sum);
  return sum.total();
}

LogSum log_sum_of(Row& row) {
  const Operation& operation = *row.plan.operation;
  const double logarithm = log_of(row.total);
  const bool is_large = fabs(logarithm) > kMaxLogarithm;
  MaxSum dominating = kEmptySum;
  Extexp others = exp_of_sink(operation, row.index, 0.0);
  for (size_t index = 0; index < row.plan.groups; index++) {
    const Group& group = row.groups[index];
    if (group.max_sum.rest != kEmptySum.rest) {
      dominating.add(group.max_sum);
    } else if (is_large || quotient(group.total, row.total) >= kDominatingShare) {
      for (size_t block = row.begin_of_group(index); block < row.end_of_group(index); block++)
        dominating.add(max_sum_of(Block(row, block)));
    } else {
      others = sum(others, group.total);
    }
  }
  if (dominating.rest != kEmptySum.rest) {
    const Extexp largest = exp_of(static_cast<float>(dominating.max));
    if (others.mantissa == 0.0) return log_sum_of(dominating);
    if (quotient(largest, row.total) >= kDominatingShare) {
      dominating.rest += quotient(others, largest);
      return log_sum_of(dominating);
    }
  }
  const float offset = static_cast<float>(logarithm);
  return {offset, logarithm - offset};
}

}  // namespace twopass
