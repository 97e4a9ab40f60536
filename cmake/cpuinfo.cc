// Links only where programs can use cpuinfo; for cpuinfo.cmake.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cpuinfo.h>

int main() { return cpuinfo_initialize() ? 0 : 1; }
