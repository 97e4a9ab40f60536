// A program that was compiled with an earlier twopass.h, which the build puts before today's.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/abi/caller.h"

#include <twopass.h>

static const float kLogits[4] = {1.0f, 1.0f, 1.0f, 1.0f};

struct abi_layout abi_layout_of_caller(void) {
  const struct abi_layout layout = {
      .options = sizeof(struct twopass_options),
      .algorithm = offsetof(struct twopass_options, algorithm),
      .flags = offsetof(struct twopass_options, flags),
      .runner = offsetof(struct twopass_options, runner),
      .runner_struct = sizeof(struct twopass_runner),
      .run = offsetof(struct twopass_runner, run),
      .threads = offsetof(struct twopass_runner, threads),
      .thread_count = offsetof(struct twopass_runner, thread_count),
      .extexp = sizeof(struct twopass_extexp),
      .mantissa = offsetof(struct twopass_extexp, mantissa),
      .exponent = offsetof(struct twopass_extexp, exponent),
      .status = sizeof(twopass_status),
  };
  return layout;
}

int abi_softmax(void) {
  const struct twopass_options options = {.flags = TWOPASS_FLAG_MASKED_ROW_ZERO};
  float y[4] = {0};
  if (twopass_initialize() != TWOPASS_OK) return 1;
  if (twopass_softmax_f32(1, 4, kLogits, 4, y, 4, &options) != TWOPASS_OK) return 2;
  if (y[0] != 0.25f || y[3] != 0.25f) return 3;
  if (twopass_softmax_f32(1, 4, NULL, 4, y, 4, NULL) != TWOPASS_INVALID_ARGUMENT) return 4;
  if (twopass_status_string(TWOPASS_UNSUPPORTED_ISA) == NULL) return 5;
  return 0;
}

static void run(void* threads, void (*task)(void* context, size_t i), void* context, size_t count) {
  ++*(int*)threads;
  for (size_t i = 0; i < count; i++) task(context, i);
}

int abi_runner(void) {
  enum { kRows = 1 << 10, kColumns = 1 << 10 };
  static float matrix[kRows * kColumns];
  int calls = 0;
  const struct twopass_runner runner = {.run = run, .threads = &calls, .thread_count = 4};
  const struct twopass_options options = {.runner = &runner};
  if (twopass_softmax_f32(kRows, kColumns, matrix, kColumns, matrix, kColumns, &options) != TWOPASS_OK) return 1;
  if (calls == 0) return 2;
  if (matrix[kRows * kColumns - 1] != 1.0f / kColumns) return 3;
  return 0;
}

int abi_shards(void) {
  struct twopass_extexp total = {0}, sum;
  float y[4] = {0};
  for (size_t i = 0; i < 4; i += 2) {
    if (twopass_reduce_extexp_f32(1, 2, kLogits + i, 2, &sum, NULL) != TWOPASS_OK) return 1;
    total = twopass_merge_extexp(total, sum);
  }
  if (twopass_finish_extexp_f32(1, 4, kLogits, 4, y, 4, &total, NULL) != TWOPASS_OK) return 2;
  if (y[0] != 0.25f || y[3] != 0.25f) return 3;
  const double error = twopass_log_extexp(total) - 2.386294361119891;  // 1 + log 4
  return error > 1e-6 || error < -1e-6 ? 4 : 0;
}

int32_t abi_reserved(size_t index) {
  struct twopass_options options = {0};
  float y[4];
  options.reserved[index] = 1;
  return twopass_softmax_f32(1, 4, kLogits, 4, y, 4, &options);
}

size_t abi_reserved_count(void) { return sizeof((struct twopass_options*)NULL)->reserved / sizeof(size_t); }
