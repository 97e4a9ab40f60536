// Softmax in Eigen expressions. This file is compiled with -O3 -march=native: Eigen uses the vectors that the
// compiler may use.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/peers/eigen.h"

#include <Eigen/Core>

namespace twopass_bench {

void eigen_softmax(size_t n, const float* x, float* y) {
  const Eigen::Map<const Eigen::ArrayXf> in(x, n);
  Eigen::Map<Eigen::ArrayXf> out(y, n);
  out = (in - in.maxCoeff()).exp();
  out *= 1.0f / out.sum();
}

std::string eigen_version() {
  return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION) + " with " + Eigen::SimdInstructionSetsInUse();
}

}  // namespace twopass_bench
