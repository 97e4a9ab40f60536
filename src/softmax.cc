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
using twopass::Kernels;
using twopass::Plan;

// ---- Rows

// Less work is not worth the threads: fork and join cost what thousands of exponentials do. A row costs as much as so many elements
// more.
constexpr size_t kMinParallelElements = 32768;
constexpr size_t kElementsOfRow = 64;

bool is_worth_threads(size_t rows, size_t columns) {
  return rows * (columns + kElementsOfRow) >= kMinParallelElements;
}

// To cut a row into blocks costs more, as threads meet after each pass and then find in the caches of others what they need. Where
// there is a row for each thread, the more rows there are, the less there is to gain.
constexpr size_t kMinCutColumns = 98304;

void softmax_rows(
    const Plan& plan, size_t rows, const float* input, size_t input_stride, float* output, size_t output_stride,
    pthreadpool_t pool) {
  if (!is_worth_threads(rows, plan.columns)) pool = nullptr;
  // Many rows go to the threads whole; of a few long ones, each is cut into blocks.
  const size_t threads = twopass::count_threads(pool);
  const bool by_rows = rows >= 4 * threads || plan.columns / (rows < threads ? 1 : rows) < kMinCutColumns;
  twopass::parallel_for(by_rows ? pool : nullptr, rows, [&](size_t row) {
    twopass::softmax_row(plan, input + row * input_stride, output + row * output_stride, by_rows ? nullptr : pool);
  });
}

void softmax_short_rows(
    const Kernels& kernels, size_t rows, size_t columns, const float* input, size_t input_stride, float* output,
    size_t output_stride, const struct twopass_options& options) {
  const float empty = (options.flags & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0 ? 0.0f : NAN;
  if (options.threadpool == nullptr || !is_worth_threads(rows, columns)) {
    kernels.vsoftmax(rows, columns, input, input_stride, output, output_stride, empty);
    return;
  }
  const size_t tasks = 4 * twopass::count_threads(options.threadpool);
  const size_t rows_of_task = (rows + tasks - 1) / tasks;
  twopass::parallel_for(options.threadpool, tasks, [&](size_t task) {
    const size_t begin = task * rows_of_task;
    if (begin >= rows) return;
    const size_t count = rows - begin < rows_of_task ? rows - begin : rows_of_task;
    kernels.vsoftmax(
        count, columns, input + begin * input_stride, input_stride, output + begin * output_stride, output_stride, empty);
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
  if (twopass::are_short_rows(columns, *options)) {
    softmax_short_rows(isa->kernels, rows, columns, input, input_stride, output, output_stride, *options);
  } else {
    const Plan plan = twopass::make_plan(isa->kernels, rows, columns, input, output, *options);
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
