// The public calls of the entropy of softmaxes.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <math.h>

#include "block.h"
#include "perform.h"
#include "twopass.h"

namespace twopass {
namespace {

// With d = x - max, e = exp(d), and sums over the row: -(sum of p * log p) = log(sum of e) - (sum of d * e) / sum of e.
// A term of a large d is next to nothing, so nothing cancels out.

Extexp reduce_moments(const Block& block) {
  const struct twopass_params params = {block.row.offset, 0.0f, 1.0f, 0.0f, 0.0f, false};
  return reduce_by(&Kernels::raddxexp, block, params, &block.group().moment);
}

bool conclude(Row& row) {
  const Operation& operation = *row.plan.operation;
  double entropy;
  if (is_positive(row.total)) {
    double moment = 0.0;
    for (size_t group = 0; group < row.plan.groups; group++) moment += row.groups[group].moment;
    entropy = log_of(row.total) - moment / value_of(row.total);
  } else {
    entropy = row.total.mantissa == 0.0 ? empty_of(operation) : NAN;
  }
  operation.results[row.index] = normal_float(entropy);
  return false;
}

constexpr Algorithm kMoments = {0, "", true, false, reduce_moments, nullptr};
const Kind kEntropy = {&kMoments, &kMoments, kBlock, 0.0f, 0.0f, LogitsOfKind::kAllButSink, conclude};

}  // namespace
}  // namespace twopass

twopass_status twopass_entropy(const struct twopass_shape* shape, const struct twopass_tensor* input, float* entropies,
                               const struct twopass_options* options) {
  return twopass::perform({&twopass::kEntropy, input, nullptr, nullptr, entropies}, shape, options);
}
