// The public calls of a softmax of rows in shards.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "algorithms.h"
#include "environment.h"
#include "extexp.h"
#include "perform.h"
#include "twopass.h"

using twopass::Extexp;
using twopass::Operation;

namespace {

// It stores nothing that would have to be there in another call.
const twopass::Algorithm* algorithm_of_steps() { return twopass::find_algorithm(TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE); }

}  // namespace

twopass_status twopass_reduce_extexp_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                         struct twopass_extexp* totals, const struct twopass_options* options) {
  Operation reduce(true, false, rows, columns, {const_cast<float*>(input), input_stride}, {nullptr, 0}, totals,
                   algorithm_of_steps());
  return twopass::perform(reduce, options);
}

twopass_status twopass_finish_extexp_f32(size_t rows, size_t columns, const float* input, size_t input_stride,
                                         float* output, size_t output_stride, const struct twopass_extexp* totals,
                                         const struct twopass_options* options) {
  Operation finish(false, true, rows, columns, {const_cast<float*>(input), input_stride}, {output, output_stride},
                   const_cast<struct twopass_extexp*>(totals), algorithm_of_steps());
  return twopass::perform(finish, options);
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
