// Softmax in Eigen expressions.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PEERS_EIGEN_H_
#define TWOPASS_BENCH_PEERS_EIGEN_H_

#include <cstddef>
#include <string>

namespace twopass_bench {

void eigen_softmax(size_t n, const float* x, float* y);

std::string eigen_version();

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PEERS_EIGEN_H_
