// Threads of the module's own, which are lent to calls of the library.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_THREADS_H_
#define TWOPASS_PYTHON_SRC_THREADS_H_

#include <cstddef>

#include "twopass.h"

namespace twopass_python {

// The processors that this process may use.
std::size_t available_processors();

// Lends that many threads, with the calling one. Any threads may use any runners at once, and so may a forked child.
twopass_runner runner_of(std::size_t thread_count);

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_THREADS_H_
