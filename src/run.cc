// Carries out a plan: gives its rows to the threads.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "columns.h"
#include "environment.h"
#include "row.h"
#include "tasks.h"

namespace twopass {
namespace {

void run_rows(const Plan& plan, size_t begin, size_t end) {
  if (plan.takes_rows_at_once) return plan.operation->kind->rows_at_once(plan, begin, end);
  for (size_t row = begin; row < end; row++) run_row(plan, row, nullptr);
}

void run_strips(const Plan& plan) {
  const Operation& operation = *plan.operation;
  const size_t inner = operation.input.inner, size = plan.rows_of_strip, strips = (inner - 1) / size + 1;
  for_each_task(plan.runner, operation.rows / inner * strips, [&](size_t task) {
    const size_t begin = task % strips * size;
    const size_t count = inner - begin < size ? inner - begin : size;
    operation.kind->strip(plan, {task / strips * inner + begin, count});
  });
}

}  // namespace

void run(const Plan& plan) {
  if (plan.rows_of_strip != 0) return run_strips(plan);
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

}  // namespace twopass
