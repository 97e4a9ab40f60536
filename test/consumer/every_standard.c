/* A program in what all versions of C and C++ have in common. With WITH_PTHREADPOOL it uses the threads of one;
 * THEIRS_FIRST includes pthreadpool's header before twopass's instead of after it.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause */
#if defined(WITH_PTHREADPOOL) && defined(THEIRS_FIRST)
#include <pthreadpool.h>
#include <twopass_pthreadpool.h>
#elif defined(WITH_PTHREADPOOL)
#include <pthreadpool.h>
#include <twopass_pthreadpool.h>
#endif
#include <stdio.h>
#include <twopass.h>
#include <twopass_debug.h>
#include <twopass_divergence.h>
#include <twopass_merge.h>
#include <twopass_tokens.h>

int main(void) {
  static const float logits[2][3] = {{1.0f, 2.0f, 3.0f}, {3.0f, 2.0f, 1.0f}};
  static struct twopass_options options; /* static: zeros in a way that no compiler of any language warns of */
  float probabilities[2][3];
  twopass_status status;
  int i;

#ifdef WITH_PTHREADPOOL
  static struct twopass_pthreadpool pool;
  struct twopass_runner runner;
  pool.threads = pthreadpool_create(2);
  runner = twopass_pthreadpool_runner(&pool);
  options.runner = &runner;
#endif

  if (twopass_version() != TWOPASS_VERSION) return 1;
  options.algorithm = TWOPASS_ALGORITHM_TWO_PASS;
  options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO;
  status = twopass_softmax_f32(2, 3, &logits[0][0], 3, &probabilities[0][0], 3, &options);
  if (status != TWOPASS_OK) return 2;
  for (i = 0; i < 3; i++) {
    if (probabilities[0][i] != probabilities[1][2 - i]) return 3;
    printf("%.4f\n", probabilities[0][i]);
  }
#ifdef WITH_PTHREADPOOL
  pthreadpool_destroy(pool.threads);
#endif
  return 0;
}
