// A loop over independent tasks, on the threads of a runner where there is one.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_TASKS_H_
#define TWOPASS_SRC_TASKS_H_

#include <stddef.h>

#include "environment.h"
#include "twopass.h"

namespace twopass {

// Calls task(i) for each i below count. runner may be NULL: then the calling thread does it all, in order.
template <class Task>
void for_each_task(const struct twopass_runner* runner, size_t count, const Task& task) {
  if (runner == nullptr || count == 1) {
    for (size_t i = 0; i < count; i++) task(i);
    return;
  }
  const auto call = [](void* context, size_t i) {
    in_default_environment([&] { (*static_cast<const Task*>(context))(i); });  // a thread has one of its own
  };
  runner->run(runner->threads, call, const_cast<Task*>(&task), count);
}

}  // namespace twopass

#endif  // TWOPASS_SRC_TASKS_H_
