// The public calls of a softmax of whole rows.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <string.h>

#include "arguments.h"
#include "block.h"
#include "columns.h"
#include "environment.h"
#include "logits.h"
#include "perform.h"
#include "row.h"
#include "twopass.h"
#include "twopass_debug.h"

namespace twopass {
namespace {

bool conclude(Row& row) {
  const Operation& operation = *row.plan.operation;
  if (operation.results != nullptr) operation.results[row.index] = log_sum_exp_of(row);
  return conclude_softmax(row);
}

// ---- Short rows

// Whether a row, with its sink behind it, fits into a buffer, or else into its output, to become floats first.
bool has_place_for_floats(const Operation& operation) {
  if (operation.has_sink()) return operation.columns < kMaxCopied;
  return operation.columns <= kMaxCopied || operation.output.is_of_dense_floats();
}

// Some rows that become floats first: in a buffer, as many as it holds, or in their output. Rows of their own lengths
// go one by one. A sink is one more column, whose output stays in the buffer. (Not inline: whoever calls a kernel
// without the buffer should not have it on the stack.)
TWOPASS_NOINLINE void run_short_rows_as_floats(const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  const Matrix& output = operation.output;
  const bool has_sink = operation.has_sink(), are_in_output = operation.columns + has_sink > kMaxCopied;
  const size_t stride = operation.columns + has_sink;
  const size_t rows_of_buffer = operation.has_lengths() || are_in_output ? 1 : kMaxCopied / stride;
  const bool stores_at_once = output.is_of_dense_floats() && !has_sink;
  twopass_rows_fn* const vsoftmax = plan.isa->kernels_of_floats().vsoftmax;
  const struct twopass_params params = params_of_short_rows(empty_of(operation), true);
  float buffer[kMaxCopied];
  for (size_t first = begin, next; first < end; first = next) {
    next = end - first < rows_of_buffer ? end : first + rows_of_buffer;
    const size_t columns = operation.columns_of(first);
    float* const x = are_in_output ? static_cast<float*>(address(output, first, 0)) : buffer;
    for (size_t row = first; row < next; row++) {
      float* const of_row = x + (row - first) * stride;
      copy(plan, operation.input, row, 0, columns, of_row);
      if (has_sink) of_row[columns] = sink_of(operation, row);
    }
    float* const y = stores_at_once ? static_cast<float*>(address(output, first, 0)) : x;
    if (columns + has_sink != 0)
      vsoftmax(next - first, columns + has_sink, x, stride, y, stores_at_once ? output.outer_stride : stride, &params);
    for (size_t row = first; row < next && !stores_at_once; row++) {
      const float* const of_row = x + (row - first) * stride;
      if (output.is_of_dense_floats()) {
        memcpy(address(output, row, 0), of_row, columns * sizeof(float));
      } else {
        store(plan, output, row, 0, columns, of_row);
      }
    }
    fill_beyond(plan, first);
  }
}

// The kernel that takes the rows of an operation as they are; NULL where there is none.
twopass_rows_fn* kernel_of_short_rows(const Operation& operation, const Isa& isa, bool stores_past_caches) {
  const struct twopass_logits* const logits = operation.input.logits;
  if (operation.has_sink()) return nullptr;
  if (logits == nullptr) return kernel_of_rows(kSoftmaxOfRows, operation, isa, stores_past_caches);
  Operation changed = operation;
  changed.input.logits = nullptr;
  const bool are_floats = changed.input.is_of_dense_floats() && operation.output.is_of_dense_floats();
  if (!are_floats || !are_scaled_and_biased(*logits)) return nullptr;
  constexpr StoringFamily<twopass_rows_fn> kBiasedSoftmax = {&Kernels::vsoftmaxbiased, &Kernels::vsoftmaxbiased_nt};
  return kBiasedSoftmax.of(isa.kernels_of_floats(), stores_past_caches);
}

bool takes_rows_at_once(const Operation& operation, const Isa& isa) {
  if (operation.input.inner != 1 || operation.results != nullptr || operation.columns >= kMinLongColumns) return false;
  return kernel_of_short_rows(operation, isa, false) != nullptr || has_place_for_floats(operation);
}

void softmax_of_short_rows(const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  twopass_rows_fn* const kernel = kernel_of_short_rows(operation, *plan.isa, plan.stores_past_caches);
  if (kernel == nullptr) return run_short_rows_as_floats(plan, begin, end);
  const struct twopass_logits* const logits = operation.input.logits;
  struct twopass_params params = params_of_short_rows(empty_of(operation), plan.is_cached);
  for (size_t row = begin, next; row < end; row = next) {
    next = logits != nullptr ? set_scale_and_bias(operation, row, end, &params) : end;
    if (operation.has_lengths()) next = set_lengths(operation, row, next, &params);
    if (operation.columns_of(row) != 0) {
      run_short_rows(operation, kernel, params, row, next);
    } else {
      fill_beyond(plan, row);
    }
  }
}

// ---- Rows side by side

constexpr MapColumnsFamily kSoftmaxOfColumns = {&Kernels::csoftmax, &Kernels::csoftmax_nt};

bool takes_columns(const Operation& operation, const Isa& isa) {
  return operation.algorithm == nullptr && !operation.in_fixed_order && operation.finishes &&
         operation.results == nullptr && takes_strips(operation, isa, kSoftmaxOfColumns.plain);
}

void softmax_of_strip(const Plan& plan, const Strip& strip) {
  alignas(64) float max[kMaxStrip], scale[kMaxStrip];
  reduce_strip(plan, strip, max, scale);
  const float empty = empty_of(*plan.operation);
  for (size_t i = 0; i < strip.count; i++) {
    const float rest = scale[i];
    max[i] = rest >= 0.0f ? max[i] : 0.0f;
    scale[i] = rest == -1.0f ? empty : 1.0f / (1.0f + rest);
  }
  map_strip(kSoftmaxOfColumns, plan, strip, max, scale);
}

// ---- Few elements

// They are in the cache of one core, and too few for threads.
constexpr size_t kMaxFewElements = 8192;

// A softmax of a few elements, done with before an operation and a plan of it could be made. False where it is another
// call, or has a mistake; then nothing was done.
inline bool is_done_as_few(Element element, size_t rows, size_t columns, const void* input, size_t input_stride,
                           void* output, size_t output_stride, const struct twopass_options* options) {
  if (rows == 0 || columns == 0 || columns > kMaxFewElements || rows > kMaxFewElements / columns) return false;
  if (options != nullptr) {
    const bool is_plain = options->algorithm == TWOPASS_ALGORITHM_AUTO && options->flags == 0 &&
                          options->runner == nullptr && options->logits == nullptr && options->log_sums == nullptr;
    if (!is_plain || !are_zero(options->reserved)) return false;
  }
  const uintptr_t x = reinterpret_cast<uintptr_t>(input), y = reinterpret_cast<uintptr_t>(output);
  const size_t size = size_of(element);
  if (input == nullptr || output == nullptr || (x | y) % size != 0) return false;
  if (rows == 1) input_stride = output_stride = columns;  // they may be anything
  // Where rows are far apart, their addresses may overflow.
  constexpr size_t kMaxStride = kMaxFewElements;
  if (input_stride != output_stride || input_stride < columns || input_stride > kMaxStride) return false;
  const size_t bytes = ((rows - 1) * input_stride + columns) * size;
  const bool are_apart = y - x >= bytes && x - y >= bytes;
  if (!are_apart && x != y) return false;

  const Isa* isa;
  if (active_isa(&isa) != TWOPASS_OK) return false;
  twopass_rows_fn* const vsoftmax = isa->kernels_of(element, element).vsoftmax;
  if (vsoftmax == nullptr) return false;
  const struct twopass_params params = params_of_short_rows(NAN, true);
  const DefaultEnvironment environment;  // nothing is computed here, but by the kernel
  vsoftmax(rows, columns, input, input_stride, output, output_stride, &params);
  return true;
}

// Likewise, of rows of one type.
bool is_done_as_few(const struct twopass_shape* shape, const struct twopass_tensor* input,
                    const struct twopass_tensor* output, const struct twopass_options* options) {
  if (shape == nullptr || input == nullptr || output == nullptr || shape->inner != 1) return false;
  if (input->column_stride != 1 || output->column_stride != 1) return false;
  if (input->type != output->type || input->type >= kElements) return false;
  return is_done_as_few(static_cast<Element>(input->type), shape->outer, shape->columns, input->data,
                        input->outer_stride, output->data, output->outer_stride, options);
}

}  // namespace

const Kind kSoftmax = {
    kAnchoredReload,       kAnchoredRecompute, kBlock,           -INFINITY, 0.0f,
    LogitsOfKind::kAll,    conclude,           nullptr,          nullptr,   takes_rows_at_once,
    softmax_of_short_rows, takes_columns,      softmax_of_strip,
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
    constexpr Element kElement = Element::element;                                                              \
    if (twopass::is_done_as_few(kElement, rows, columns, input, input_stride, output, output_stride, options))  \
      return TWOPASS_OK;                                                                                        \
    const Matrix x(const_cast<type*>(input), input_stride, kElement), y(output, output_stride, kElement);       \
    return twopass::perform({&kSoftmax, true, true, rows, columns, x, y}, options);                             \
  }
TWOPASS_FOR_EACH_ELEMENT(TWOPASS_DEFINE)
#undef TWOPASS_DEFINE

twopass_status twopass_softmax(const struct twopass_shape* shape, const struct twopass_tensor* input,
                               const struct twopass_tensor* output, const struct twopass_options* options) {
  if (twopass::is_done_as_few(shape, input, output, options)) return TWOPASS_OK;
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
  if (TWOPASS_MUL_OVERFLOWS(rows, columns, &bytes) || bytes > PTRDIFF_MAX / sizeof(float))
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
