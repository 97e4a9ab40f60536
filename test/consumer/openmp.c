/* OpenMP's threads as a runner. A long row is cut into tasks for them, and has the same bits as with one thread.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twopass.h>

static int calls;

static void run(void* threads, void (*task)(void* context, size_t i), void* context, size_t count) {
  (void)threads;
  calls++;
#pragma omp parallel for
  for (size_t i = 0; i < count; i++) task(context, i);
}

int main(void) {
  enum { kColumns = 1 << 20 };
  float* const x = malloc(kColumns * sizeof *x);
  float* const alone = malloc(kColumns * sizeof *alone);
  float* const together = malloc(kColumns * sizeof *together);
  const struct twopass_runner runner = {run, NULL, 4};
  const struct twopass_options options = {.runner = &runner};
  omp_set_num_threads(4);
  for (size_t i = 0; i < kColumns; i++) x[i] = (float)(i % 1000) * 0.01f;
  if (twopass_softmax_f32(1, kColumns, x, kColumns, alone, kColumns, NULL) != TWOPASS_OK) return 1;
  if (twopass_softmax_f32(1, kColumns, x, kColumns, together, kColumns, &options) != TWOPASS_OK) return 2;
  if (calls == 0) return fprintf(stderr, "the runner was not called\n"), 3;
  if (memcmp(alone, together, kColumns * sizeof *alone) != 0) return fprintf(stderr, "other bits\n"), 4;
  return 0;
}
