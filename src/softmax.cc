// The public calls of a softmax of whole rows.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "perform.h"
#include "twopass.h"
#include "twopass_debug.h"

using twopass::Operation;

twopass_status twopass_softmax_f32(size_t rows, size_t columns, const float* input, size_t input_stride, float* output,
                                   size_t output_stride, const struct twopass_options* options) {
  Operation softmax(true, true, rows, columns, {const_cast<float*>(input), input_stride}, {output, output_stride},
                    nullptr);
  return twopass::perform(softmax, options);
}

uint32_t twopass_choose_algorithm_f32(size_t rows, size_t columns, int in_place,
                                      const struct twopass_options* options) {
  float input, output;
  Operation softmax(true, true, rows, columns, {&input, columns}, {in_place != 0 ? &input : &output, columns}, nullptr);
  size_t bytes;
  if (options != nullptr && !twopass::take_options(*options, &softmax)) return TWOPASS_ALGORITHM_AUTO;
  if (rows == 0 || columns == 0) return TWOPASS_ALGORITHM_AUTO;
  if (__builtin_mul_overflow(rows, columns, &bytes) || bytes > PTRDIFF_MAX / sizeof(float))
    return TWOPASS_ALGORITHM_AUTO;
  return twopass::make_plan(softmax, {}).algorithm->id;
}

const char* twopass_algorithm_name(uint32_t algorithm) {
  if (algorithm == TWOPASS_ALGORITHM_AUTO) return "auto";
  const twopass::Algorithm* found = twopass::find_algorithm(algorithm);
  return found != nullptr ? found->name : nullptr;
}

const char* twopass_status_string(twopass_status status) {
  switch (status) {
    case TWOPASS_OK:
      return "success";
    case TWOPASS_INVALID_ARGUMENT:
      return "invalid argument";
    case TWOPASS_UNSUPPORTED_ISA:
      return "ISA not in this build or not supported by this machine";
  }
  return "unknown status";
}

uint32_t twopass_version(void) { return TWOPASS_VERSION; }
