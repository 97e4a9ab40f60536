// Softmax in Eigen expressions.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PEERS_EIGEN_H_
#define TWOPASS_BENCH_PEERS_EIGEN_H_

#include <string>

#include "bench/problem.h"

namespace twopass_bench {

// Of rows of floats.
void eigen_softmax(const Problem& problem);

std::string eigen_version();

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PEERS_EIGEN_H_
