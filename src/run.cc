// Carries out an operation: checks it, makes a plan, and gives its rows to the threads.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "arguments.h"
#include "environment.h"
#include "row.h"
#include "tasks.h"

namespace twopass {
namespace {

void run_short_rows(const Operation& operation, const Kernels& kernels, size_t begin, size_t end) {
  const struct twopass_params params = {0.0f, 0.0f, 1.0f, empty_of(operation)};
  kernels.vsoftmax(end - begin, operation.columns, address(operation.input, begin, 0), operation.input.row_stride,
                   address(operation.output, begin, 0), operation.output.row_stride, &params);
}

void run_rows(const Plan& plan, size_t begin, size_t end) {
  if (are_short_rows(*plan.operation)) return run_short_rows(*plan.operation, *plan.kernels, begin, end);
  for (size_t row = begin; row < end; row++) run_row(plan, row, nullptr);
}

}  // namespace

void run(const Plan& plan) {
  const size_t rows = plan.operation->rows;
  const size_t rows_of_task = plan.rows_of_task;
  if (rows_of_task == 0) {
    for (size_t row = 0; row < rows; row++) run_row(plan, row, plan.runner);
    return;
  }
  if (plan.runner == nullptr) return run_rows(plan, 0, rows);
  for_each_task(plan.runner, (rows - 1) / rows_of_task + 1, [&plan, rows, rows_of_task](size_t task) {
    const size_t begin = task * rows_of_task;
    run_rows(plan, begin, rows - begin < rows_of_task ? rows : begin + rows_of_task);
  });
}

twopass_status perform(Operation& operation, const struct twopass_options* options) {
  if (options != nullptr && !take_options(*options, &operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.rows == 0) return TWOPASS_OK;
  if (!operation.is_softmax() && !are_totals_valid(operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.columns == 0) {
    for (size_t row = 0; operation.reduces && operation.totals != nullptr && row < operation.rows; row++)
      operation.totals[row] = {0.0, 0.0};
    return TWOPASS_OK;
  }
  if (!are_operands_valid(operation)) return TWOPASS_INVALID_ARGUMENT;
  if (operation.rows == 1) operation.input.row_stride = operation.output.row_stride = 0;  // they may be anything

  const Isa* isa;
  const twopass_status status = active_isa(&isa);
  if (status != TWOPASS_OK) return status;
  if (are_short_rows(operation) && operation.runner == nullptr) {
    // A plan would take as long as a row of a few elements. Nothing is computed here, but by the kernel.
    const DefaultEnvironment environment;
    run_short_rows(operation, isa->kernels, 0, operation.rows);
  } else {
    in_default_environment([&operation, isa] { run(make_plan(operation, isa->kernels)); });
  }
  return TWOPASS_OK;
}

}  // namespace twopass
