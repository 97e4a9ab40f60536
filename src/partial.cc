// A row in shards: sums of exponentials that can be merged, and the outputs of a shard.
//
// Within the accurate range of the kernels a shard goes through the passes of the anchored algorithm. Beyond it, where no softmax
// of practice is, each x becomes a pair of its own in double precision; only the exponential itself comes from a kernel.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <float.h>
#include <math.h>

#include "arguments.h"
#include "dispatch.h"
#include "extexp.h"
#include "plan.h"
#include "row.h"
#include "twopass.h"

namespace {

using twopass::Kernels;
using twopass::Total;

// ---- Beyond the accurate range

constexpr size_t kChunk = 256;

constexpr double kLog2E = 0x1.71547652b82fep+0;
// ln 2 = hi + lo; the product of hi with a float is exact.
constexpr double kLn2Hi = 0x1.62e42ffp-1;
constexpr double kLn2Lo = -0x1.718432a1b0e26p-35;

// exp(x) for up to kChunk elements, as mantissa * 2^exponent with exponent = x * log2(e) in float. From 2^24 on float has not every
// integer, and what the exponent leaves to the mantissa grows; where the mantissa would overflow, neighbouring x are so far apart
// that it does not matter.
void to_pairs(const Kernels& kernels, size_t count, const float* x, double* mantissa, float* exponent) {
  const double max_rest = 60.0;
  float rest[kChunk], power[kChunk], exponential[kChunk];
  for (size_t i = 0; i < count; i++) {
    const double product = x[i] * kLog2E;
    exponent[i] = static_cast<float>(rint(fabs(product) < FLT_MAX ? product : copysign(FLT_MAX, product)));
    const double difference = x[i] - exponent[i] * kLn2Hi - exponent[i] * kLn2Lo;
    const double bounded = difference > max_rest ? max_rest : difference < -max_rest ? -max_rest : difference;
    power[i] = static_cast<float>(rint(bounded * kLog2E));
    rest[i] = static_cast<float>(bounded - power[i] * kLn2Hi - power[i] * kLn2Lo);
  }
  float sum;
  kernels.raddstoreexpanchor(count, rest, exponential, 0.0f, &sum);
  for (size_t i = 0; i < count; i++) {
    mantissa[i] = exponential[i] * twopass::power_of_two(power[i] - 32.0f);  // stored exponentials carry a factor of 2^32
    if (x[i] == -INFINITY) mantissa[i] = 0.0;
    if (x[i] == INFINITY) mantissa[i] = NAN;
  }
}

template <class Function>
void for_each_pair(const Kernels& kernels, size_t count, const float* x, const Function& function) {
  double mantissa[kChunk];
  float exponent[kChunk];
  for (size_t start = 0; start < count; start += kChunk) {
    const size_t chunk = count - start < kChunk ? count - start : kChunk;
    to_pairs(kernels, chunk, x + start, mantissa, exponent);
    for (size_t i = 0; i < chunk; i++) function(start + i, mantissa[i], exponent[i]);
  }
}

Total sum_pairs(const Kernels& kernels, size_t count, const float* x) {
  Total total;
  for_each_pair(kernels, count, x, [&](size_t, double mantissa, float exponent) { total.add(mantissa, exponent); });
  total.normalise();
  return total;
}

void finish_pairs(const Kernels& kernels, size_t count, const float* x, float* y, const Total& total) {
  for_each_pair(kernels, count, x, [&](size_t i, double mantissa, float exponent) {
    const double value = mantissa * twopass::power_of_two(exponent - total.exponent) / total.mantissa;
    y[i] = value < FLT_MIN ? 0.0f : static_cast<float>(value);
  });
}

// ---- Plans

const struct twopass_options kAnchoredRecompute = {TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE, 0, nullptr};

struct twopass_extexp to_extexp(Total total) {
  total.mantissa = static_cast<float>(total.mantissa);
  total.normalise();  // rounding may have made a 2 of it
  return {static_cast<float>(total.mantissa), total.exponent};
}

Total to_total(struct twopass_extexp value) {
  Total total;
  total.add(value.mantissa, value.exponent);
  total.normalise();
  return total;
}

}  // namespace

enum twopass_status twopass_reduce_extexp_f32(
    size_t count, const float* x, struct twopass_extexp* sum, const struct twopass_options* options) {
  options = twopass::checked_options(options);
  if (options == nullptr || sum == nullptr) return TWOPASS_INVALID_ARGUMENT;
  if (count == 0) {
    *sum = {0.0f, 0.0f};
    return TWOPASS_OK;
  }
  if (!twopass::is_matrix(x, 1, count, count)) return TWOPASS_INVALID_ARGUMENT;

  const twopass::Isa* isa;
  const enum twopass_status status = twopass::active_isa(&isa);
  if (status != TWOPASS_OK) return status;

  const twopass::Plan plan = twopass::make_plan(isa->kernels, 1, count, x, nullptr, kAnchoredRecompute);
  Total total = twopass::sum_row(plan, x, options->threadpool);
  if (!total.is_accurate()) total = sum_pairs(isa->kernels, count, x);
  *sum = to_extexp(total);
  return TWOPASS_OK;
}

struct twopass_extexp twopass_merge_extexp(struct twopass_extexp a, struct twopass_extexp b) {
  Total total = to_total(a);
  total.add(b.mantissa, b.exponent);
  total.normalise();
  return to_extexp(total);
}

enum twopass_status twopass_finish_extexp_f32(
    size_t count, const float* x, float* y, struct twopass_extexp total, const struct twopass_options* options) {
  if (count == 0) return TWOPASS_OK;
  options = twopass::checked_options(options);
  if (options == nullptr) return TWOPASS_INVALID_ARGUMENT;
  if (!twopass::are_matrices(1, count, x, count, y, count)) return TWOPASS_INVALID_ARGUMENT;

  const twopass::Isa* isa;
  const enum twopass_status status = twopass::active_isa(&isa);
  if (status != TWOPASS_OK) return status;

  const Total sum = to_total(total);
  if (sum.is_accurate()) {
    const twopass::Plan plan = twopass::make_plan(isa->kernels, 1, count, x, y, kAnchoredRecompute);
    twopass::finish_row(plan, x, y, sum, options->threadpool);
  } else if (sum.mantissa > 0.0) {
    finish_pairs(isa->kernels, count, x, y, sum);
  } else {
    const bool is_masked = sum.mantissa == 0.0 && (options->flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0;
    for (size_t i = 0; i < count; i++) y[i] = is_masked ? 0.0f : NAN;
  }
  return TWOPASS_OK;
}

double twopass_log_extexp(struct twopass_extexp value) {
  const double ln2 = 0x1.62e42fefa39efp-1;
  return log(static_cast<double>(value.mantissa)) + (value.mantissa != 0.0f ? value.exponent * ln2 : 0.0);
}
