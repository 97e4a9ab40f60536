// A function that runs once, whichever thread comes first; the others wait for it. By the operating system, without the
// C++ library, which programs in C do not link.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ONCE_H_
#define TWOPASS_SRC_ONCE_H_

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#define TWOPASS_ONCE INIT_ONCE_STATIC_INIT

namespace twopass {

using Once = INIT_ONCE;

inline void call_once(Once& once, void (*function)()) {
  BOOL is_first;
  if (!InitOnceBeginInitialize(&once, 0, &is_first, nullptr) || !is_first) return;
  function();
  InitOnceComplete(&once, 0, nullptr);
}

}  // namespace twopass
#elif defined(__STDCPP_THREADS__)  // the compiler's word that there are threads; a header may be another system's
#include <pthread.h>

#define TWOPASS_ONCE PTHREAD_ONCE_INIT

namespace twopass {

using Once = pthread_once_t;

inline void call_once(Once& once, void (*function)()) { pthread_once(&once, function); }

}  // namespace twopass
#else  // a system of one thread

#define TWOPASS_ONCE false

namespace twopass {

using Once = bool;

inline void call_once(Once& once, void (*function)()) {
  if (!once) function();
  once = true;
}

}  // namespace twopass
#endif

#endif  // TWOPASS_SRC_ONCE_H_
