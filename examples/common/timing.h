// A fair race between ways to do the same.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_COMMON_TIMING_H_
#define TWOPASS_EXAMPLES_COMMON_TIMING_H_

#include <functional>
#include <vector>

namespace example {

// The median time of each, in seconds. Runs each once untimed, then all in turn, where another one goes first each
// time.
std::vector<double> race(const std::vector<std::function<void()>>& ways);

}  // namespace example

#endif  // TWOPASS_EXAMPLES_COMMON_TIMING_H_
