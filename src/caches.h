// The caches of the machine.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_CACHES_H_
#define TWOPASS_SRC_CACHES_H_

#include "twopass_debug.h"

namespace twopass {

// 0 for what cannot be known. Slow; allocates and reads files where the library is built with cpuinfo.
struct twopass_caches detect_caches();

}  // namespace twopass

#endif  // TWOPASS_SRC_CACHES_H_
