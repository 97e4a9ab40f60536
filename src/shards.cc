// The public calls of a softmax of rows in shards.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "algorithms.h"
#include "environment.h"
#include "extexp.h"
#include "perform.h"
#include "twopass.h"

using twopass::Extexp;

namespace {

// Either of the two steps of a softmax.
twopass_status step(bool reduces, size_t rows, size_t columns, const float* input, size_t input_stride, float* output,
                    size_t output_stride, struct twopass_extexp* totals, const struct twopass_options* options) {
  twopass::Operation operation(&twopass::kSoftmax, reduces, !reduces, rows, columns,
                               {const_cast<float*>(input), input_stride}, {output, output_stride});
  operation.totals = totals;
  // It stores nothing that would have to be there in another call.
  operation.algorithm = twopass::kAnchoredRecompute;
  if (rows != 0 && totals == nullptr) return TWOPASS_INVALID_ARGUMENT;
  return twopass::perform(operation, options);
}

}  // namespace

twopass_status twopass_reduce_extexp_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                         struct twopass_extexp* totals, const struct twopass_options* options) {
  return step(true, rows, columns, input, input_stride, nullptr, 0, totals, options);
}

twopass_status twopass_finish_extexp_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                         float* output, size_t output_stride, const struct twopass_extexp* totals,
                                         const struct twopass_options* options) {
  return step(false, rows, columns, input, input_stride, output, output_stride,
              const_cast<struct twopass_extexp*>(totals), options);
}

struct twopass_extexp twopass_merge_extexp(struct twopass_extexp a, struct twopass_extexp b) {
  Extexp total;
  twopass::in_default_environment([&] { total = twopass::merged(a, b); });
  return total;
}

double twopass_log_extexp(struct twopass_extexp value) {
  double logarithm;
  twopass::in_default_environment([&] { logarithm = twopass::log_of(twopass::checked(value)); });
  return logarithm;
}
