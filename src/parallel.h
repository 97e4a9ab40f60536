// A loop over independent tasks, on the threads of a pool where there is one.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_PARALLEL_H_
#define TWOPASS_SRC_PARALLEL_H_

#include <stddef.h>

#include "twopass.h"

#if TWOPASS_USE_PTHREADPOOL
#include <pthreadpool.h>
#endif

namespace twopass {

// Calls task(i) for each i below count. pool may be NULL: then the calling thread does it all, in order.
template <class Task>
void parallel_for(pthreadpool_t pool, size_t count, const Task& task) {
#if TWOPASS_USE_PTHREADPOOL
  if (pool != nullptr && count > 1) {
    const auto call = [](void* context, size_t i) { (*static_cast<const Task*>(context))(i); };
    pthreadpool_parallelize_1d(pool, call, const_cast<Task*>(&task), count, 0);
    return;
  }
#endif
  (void) pool;
  for (size_t i = 0; i < count; i++) task(i);
}

// The threads of a pool, with the calling one.
inline size_t count_threads(pthreadpool_t pool) {
#if TWOPASS_USE_PTHREADPOOL
  if (pool != nullptr) return pthreadpool_get_threads_count(pool);
#endif
  (void) pool;
  return 1;
}

}  // namespace twopass

#endif  // TWOPASS_SRC_PARALLEL_H_
