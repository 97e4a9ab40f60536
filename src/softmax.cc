// The public calls of a softmax of whole rows.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "block.h"
#include "columns.h"
#include "perform.h"
#include "row.h"
#include "twopass.h"
#include "twopass_debug.h"

namespace twopass {
namespace {

// Rows whose elements no kernel takes may become floats first, where the output is of floats.
bool takes_short_rows(const Operation& operation, const Isa& isa) {
  if (operation.input.inner != 1) return false;
  return operation.output.is_of_dense_floats() || vsoftmax_of(operation, isa, false) != nullptr;
}

void run_short_rows_as_floats(const Plan& plan, size_t begin, size_t end) {
  const size_t columns = plan.operation->columns;
  Operation operation = *plan.operation;
  const size_t rows_of_cache = kMaxShortColumns / columns;
  for (size_t row = begin, next; row < end; row = next) {
    next = end - row < rows_of_cache ? end : row + rows_of_cache;
    for (size_t r = row; r < next; r++) {
      float* const y = static_cast<float*>(address(operation.output, r, 0));
      load(plan, plan.operation->input, r, 0, columns, y);
    }
    operation.input = operation.output;
    run_short_rows(operation, vsoftmax_of(operation, *plan.isa, false), true, row, next);
  }
}

void softmax_of_short_rows(const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  twopass_rows_fn* const vsoftmax = vsoftmax_of(operation, *plan.isa, plan.stores_past_caches);
  if (vsoftmax == nullptr) return run_short_rows_as_floats(plan, begin, end);
  run_short_rows(operation, vsoftmax, plan.is_cached, begin, end);
}

// ---- Rows side by side

constexpr MapColumnsFamily kSoftmaxOfColumns = {&Kernels::csoftmax, &Kernels::csoftmax_nt};

bool takes_columns(const Operation& operation, const Isa& isa) {
  return operation.algorithm == nullptr && operation.finishes && takes_strips(operation, isa, kSoftmaxOfColumns.plain);
}

void softmax_of_strip(const Plan& plan, const Strip& strip) {
  float max[kMaxStrip], scale[kMaxStrip];
  reduce_strip(plan, strip, max, scale);
  const float empty = empty_of(*plan.operation);
  for (size_t i = 0; i < strip.count; i++) {
    const float rest = scale[i];
    max[i] = rest >= 0.0f ? max[i] : 0.0f;
    scale[i] = rest == -1.0f ? empty : 1.0f / (1.0f + rest);
  }
  map_strip(kSoftmaxOfColumns, plan, strip, max, scale);
}

}  // namespace

const Kind kSoftmax = {
    kAnchoredReload,
    kAnchoredRecompute,
    kBlock,
    0.0f,
    conclude_softmax,
    nullptr,
    nullptr,
    takes_short_rows,
    softmax_of_short_rows,
    takes_columns,
    softmax_of_strip,
};

}  // namespace twopass

using twopass::Element;
using twopass::kSoftmax;
using twopass::Matrix;
using twopass::Operation;

#define TWOPASS_DEFINE(element, type)                                                                           \
  twopass_status twopass_softmax_##element(size_t rows, size_t columns, const type* input, size_t input_stride, \
                                           type* output, size_t output_stride,                                  \
                                           const struct twopass_options* options) {                             \
    const Matrix x(const_cast<type*>(input), input_stride, Element::element);                                   \
    const Matrix y(output, output_stride, Element::element);                                                    \
    return twopass::perform_inline({&kSoftmax, true, true, rows, columns, x, y}, options);                      \
  }
TWOPASS_FOR_EACH_ELEMENT(TWOPASS_DEFINE)
#undef TWOPASS_DEFINE

twopass_status twopass_softmax(const struct twopass_shape* shape, const struct twopass_tensor* input,
                               const struct twopass_tensor* output, const struct twopass_options* options) {
  return twopass::perform({&kSoftmax, input, nullptr, output}, shape, options);
}

uint32_t twopass_choose_algorithm_f32(size_t rows, size_t columns, int in_place,
                                      const struct twopass_options* options) {
  float input, output;
  const Matrix x(&input, columns), y(in_place != 0 ? &input : &output, columns);
  Operation softmax(&kSoftmax, true, true, rows, columns, x, y);
  size_t bytes;
  if (options != nullptr && !twopass::take_options(*options, &softmax)) return TWOPASS_ALGORITHM_AUTO;
  if (rows == 0 || columns == 0) return TWOPASS_ALGORITHM_AUTO;
  if (__builtin_mul_overflow(rows, columns, &bytes) || bytes > PTRDIFF_MAX / sizeof(float))
    return TWOPASS_ALGORITHM_AUTO;
  return twopass::make_plan(softmax, twopass::Isa{}).algorithm->id;
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
