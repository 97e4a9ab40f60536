// PyTorch's softmax into an output that is there already, without the records that gradients need.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_softmax.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>
#include <torch/version.h>

#include "bench/peers/peers.h"

namespace twopass_bench {
namespace {

Runs prepare(const Problem& problem) {
  const c10::InferenceMode no_gradients;
  at::set_num_threads(problem.threads);
  const auto matrix = [&](const float* elements) {
    return at::from_blob(const_cast<float*>(elements), {int64_t(problem.rows), int64_t(problem.columns)}, at::kFloat);
  };
  return repeat([x = matrix(problem.x), y = matrix(problem.y)]() mutable {
    const c10::InferenceMode no_gradients;
    at::_softmax_out(y, x, /*dim=*/1, /*half_to_float=*/false);
  });
}

}  // namespace

Peer pytorch() { return {"pytorch", TORCH_VERSION, /*has_threads=*/true, /*has_slow_call=*/false, prepare}; }

}  // namespace twopass_bench
