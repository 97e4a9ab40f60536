// Softmax in Eigen expressions. This file is compiled with -O3 -march=native: Eigen uses the vectors that the
// compiler may use.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/peers/eigen.h"

#include <Eigen/Core>

namespace twopass_bench {

void eigen_softmax(const Problem& problem) {
  const size_t n = problem.shape.columns;
  for (size_t row = 0; row < problem.shape.outer; row++) {
    const Eigen::Map<const Eigen::ArrayXf> in(static_cast<const float*>(problem.x) + row * n, n);
    Eigen::Map<Eigen::ArrayXf> out(static_cast<float*>(problem.y) + row * n, n);
    out = (in - in.maxCoeff()).exp();
    out *= 1.0f / out.sum();
  }
}

std::string eigen_version() {
  return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION) + " with " + Eigen::SimdInstructionSetsInUse();
}

}  // namespace twopass_bench
