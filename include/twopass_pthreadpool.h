/* Lends the threads of a pthreadpool to twopass:
 *
 *   struct twopass_pthreadpool pool = {0};
 *   struct twopass_runner runner;
 *   struct twopass_options options = {0};
 *   pool.threads = pthreadpool_create(0);
 *   runner = twopass_pthreadpool_runner(&pool);
 *   options.runner = &runner;
 *
 * Pool and runner must outlive the calls that use them. twopass itself does not link pthreadpool; whoever includes this
 * header does.
 *
 * Nesting: a pthreadpool waits for ever where one of its own tasks hands it work, and cannot be asked whether it is
 * busy. So where tasks of yours call twopass with the pool that they run on, start them by twopass_pthreadpool_run.
 * While it runs, a call with that pool stays on the thread that makes it, from within a task as from elsewhere.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
 */
#ifndef TWOPASS_PTHREADPOOL_H_
#define TWOPASS_PTHREADPOOL_H_

#include <pthreadpool.h>

#include "twopass.h"

#if defined(__cplusplus) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L)
#define TWOPASS_INLINE static inline
#else
#define TWOPASS_INLINE static __inline
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The all-zero value, but for `threads`, is the one to begin with. */
struct twopass_pthreadpool {
  pthreadpool_t threads; /* NULL for the calling thread alone */
  int is_busy;           /* for twopass_pthreadpool_run */
};

/* Calls task(context, i) once for each i below count, on the threads of the pool, or on the calling one where they are
 * busy. `pool` is a struct twopass_pthreadpool. */
TWOPASS_INLINE void twopass_pthreadpool_run(void* pool, void (*task)(void* context, size_t i), void* context,
                                            size_t count) {
  struct twopass_pthreadpool* const self = (struct twopass_pthreadpool*)pool;
  size_t i;
  if (__sync_lock_test_and_set(&self->is_busy, 1) == 0) {
    pthreadpool_parallelize_1d(self->threads, task, context, count, 0);
    __sync_lock_release(&self->is_busy);
  } else {
    for (i = 0; i < count; i++) task(context, i);
  }
}

/* The runner of a pool. */
TWOPASS_INLINE struct twopass_runner twopass_pthreadpool_runner(struct twopass_pthreadpool* pool) {
  struct twopass_runner runner;
  runner.run = twopass_pthreadpool_run;
  runner.threads = pool;
  runner.thread_count = pool->threads != NULL ? pthreadpool_get_threads_count(pool->threads) : 1;
  return runner;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TWOPASS_PTHREADPOOL_H_ */
