// The public calls of a softmax of rows in shards.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "environment.h"
#include "extexp.h"
#include "operation.h"
#include "twopass.h"

using twopass::Extexp;
using twopass::Operation;

namespace {

// Not to be inlined into what changes the floating-point environment.
__attribute__((noinline)) Extexp merge(const Extexp& a, const Extexp& b) { return twopass::merged(a, b); }
__attribute__((noinline)) double log_of_any(const Extexp& value) { return twopass::log_of(twopass::checked(value)); }

}  // namespace

twopass_status twopass_reduce_extexp_f32(
    size_t rows, size_t columns, const float* input, size_t input_stride, struct twopass_extexp* totals,
    const struct twopass_options* options) {
  Operation reduce = {true, false, rows, columns, {const_cast<float*>(input), input_stride}, {}, totals};
  return twopass::perform(reduce, options);
}

twopass_status twopass_finish_extexp_f32(
    size_t rows, size_t columns, const float* input, size_t input_stride, float* output, size_t output_stride,
    const struct twopass_extexp* totals, const struct twopass_options* options) {
  Operation finish = {false, true, rows, columns, {const_cast<float*>(input), input_stride}, {output, output_stride},
                      const_cast<struct twopass_extexp*>(totals)};
  return twopass::perform(finish, options);
}

struct twopass_extexp twopass_merge_extexp(struct twopass_extexp a, struct twopass_extexp b) {
  const twopass::DefaultEnvironment environment;
  return merge(a, b);
}

double twopass_log_extexp(struct twopass_extexp value) {
  const twopass::DefaultEnvironment environment;
  return log_of_any(value);
}
