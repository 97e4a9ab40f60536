// What there is to test: the ISAs and the algorithms, as the public API lists them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_INVENTORY_H_
#define TWOPASS_TEST_INVENTORY_H_

#include <string>
#include <vector>

#include "twopass_debug.h"

namespace twopass_test {

// The ISAs of the build, best first, and those of them that this machine can run.
std::vector<std::string> Isas();
std::vector<std::string> AvailableIsas();

// The one that the library is to take unasked: the first that the machine can run and that its ISA file prefers there.
std::string BestIsa();

// AUTO and every algorithm that it may choose from.
std::vector<uint32_t> Algorithms();

// The defaults but for the algorithm and the flags.
twopass_options OptionsOf(uint32_t algorithm, uint32_t flags = 0);

// Whether the ln 2 of the kernels in use is one float, which is larger.
bool HasExcess();

// The relative error that twopass.h and twopass_debug.h promise of the results of an algorithm, on the ISA in use.
double PromisedError(uint32_t algorithm);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_INVENTORY_H_
