// The softmax operator: arguments are checked, a plan is made, and the rows go to the threads.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdint.h>

#include "arguments.h"
#include "dispatch.h"
#include "parallel.h"
#include "plan.h"
#include "row.h"
#include "twopass.h"

namespace {

using twopass::Isa;
using twopass::Plan;

// ---- Rows

// Fewer elements are not worth the threads: fork and join cost what thousands of exponentials do.
constexpr size_t kMinParallelElements = 32768;

void softmax_rows(
    const Plan& plan, size_t rows, const float* input, size_t input_stride, float* output, size_t output_stride,
    pthreadpool_t pool) {
  if (rows * plan.columns < kMinParallelElements) pool = nullptr;
  // Many rows go to the threads whole; of a few long ones, each is cut into blocks.
  const bool by_rows = rows >= 4 * twopass::count_threads(pool) || plan.blocks == 1;
  twopass::parallel_for(by_rows ? pool : nullptr, rows, [&](size_t row) {
    twopass::softmax_row(plan, input + row * input_stride, output + row * output_stride, by_rows ? nullptr : pool);
  });
}

void softmax_short_rows(
    const Plan& plan, size_t rows, const float* input, size_t input_stride, float* output, size_t output_stride,
    pthreadpool_t pool) {
  const float empty = plan.masked_row_is_zero ? 0.0f : NAN;
  if (pool == nullptr || rows * plan.columns < kMinParallelElements) {
    plan.kernels->vsoftmax(rows, plan.columns, input, input_stride, output, output_stride, empty);
    return;
  }
  const size_t tasks = 4 * twopass::count_threads(pool);
  const size_t rows_of_task = (rows + tasks - 1) / tasks;
  twopass::parallel_for(pool, tasks, [&](size_t task) {
    const size_t begin = task * rows_of_task;
    if (begin >= rows) return;
    const size_t count = rows - begin < rows_of_task ? rows - begin : rows_of_task;
    plan.kernels->vsoftmax(
        count, plan.columns, input + begin * input_stride, input_stride, output + begin * output_stride, output_stride,
        empty);
  });
}

}  // namespace

enum twopass_status twopass_softmax_f32(
    size_t rows, size_t columns, const float* input, size_t input_stride, float* output, size_t output_stride,
    const struct twopass_options* options) {
  if (rows == 0 || columns == 0) return TWOPASS_OK;

  options = twopass::checked_options(options);
  if (options == nullptr) return TWOPASS_INVALID_ARGUMENT;
  if (!twopass::are_matrices(rows, columns, input, input_stride, output, output_stride)) {
    return TWOPASS_INVALID_ARGUMENT;
  }

  const Isa* isa;
  const enum twopass_status status = twopass::active_isa(&isa);
  if (status != TWOPASS_OK) return status;

  if (rows == 1) input_stride = output_stride = columns;  // what was handed in may be anything
  const Plan plan = twopass::make_plan(isa->kernels, rows, columns, input, output, *options);
  if (plan.is_short) {
    softmax_short_rows(plan, rows, input, input_stride, output, output_stride, options->threadpool);
  } else {
    softmax_rows(plan, rows, input, input_stride, output, output_stride, options->threadpool);
  }
  return TWOPASS_OK;
}

enum twopass_algorithm twopass_choose_algorithm_f32(
    size_t rows, size_t columns, int in_place, const struct twopass_options* options) {
  if (options != nullptr && options->algorithm != TWOPASS_ALGORITHM_AUTO) return options->algorithm;
  return twopass::choose_algorithm(rows, columns, in_place != 0);
}

const char* twopass_algorithm_name(enum twopass_algorithm algorithm) {
  switch (algorithm) {
    case TWOPASS_ALGORITHM_AUTO: return "auto";
    case TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE: return "three_pass_recompute";
    case TWOPASS_ALGORITHM_THREE_PASS_RELOAD: return "three_pass_reload";
    case TWOPASS_ALGORITHM_TWO_PASS: return "two_pass";
    case TWOPASS_ALGORITHM_ANCHORED_RELOAD: return "anchored_reload";
    case TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE: return "anchored_recompute";
  }
  return nullptr;
}

const char* twopass_status_string(enum twopass_status status) {
  switch (status) {
    case TWOPASS_OK: return "success";
    case TWOPASS_INVALID_ARGUMENT: return "invalid argument";
    case TWOPASS_UNSUPPORTED_ISA: return "ISA not in this build or not supported by this machine";
  }
  return "unknown status";
}
