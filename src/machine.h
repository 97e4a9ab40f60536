// What the machine is like, for the dispatch: cpuinfo tells where it knows the architecture (x86 and Arm), the operating system
// elsewhere.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_MACHINE_H_
#define TWOPASS_SRC_MACHINE_H_

#include "twopass_debug.h"

#if TWOPASS_USE_CPUINFO
#include <cpuinfo.h>
#endif

namespace twopass {

// The caches; 0 where nothing is known. To be called once, before cpuinfo's predicates: where cpuinfo fails, they stay false.
struct twopass_caches detect_caches();

// Whether the kernel of the operating system reports a feature: a bit of AT_HWCAP, numbered from 0. False where there is no such
// report.
bool has_hwcap(unsigned bit);

}  // namespace twopass

#endif  // TWOPASS_SRC_MACHINE_H_
