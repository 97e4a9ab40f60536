// PyTorch's softmax and its family into outputs that are there already, without the records that gradients need: of
// these the functions are called that it would call itself.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <ATen/Parallel.h>
#include <ATen/core/Reduction.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/_log_softmax_backward_data.h>
#include <ATen/ops/_softmax.h>
#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/nll_loss_backward.h>
#include <ATen/ops/nll_loss_forward.h>
#include <ATen/ops/ones.h>
#include <c10/core/InferenceMode.h>
#include <torch/version.h>

#include "bench/peers/peers.h"

namespace twopass_bench {
namespace {

constexpr int64_t kAxis = 1;

// Version 1.13 has no softmax of f16 on processors. Of bf16 its losses and log-sum-exps are bf16 too.
bool computes(Operation operation, uint32_t type, const twopass_shape& shape) {
  const bool has_results = operation == Operation::kLogSumExp || operation == Operation::kCrossEntropy;
  return type == TWOPASS_F32 ? !has_results || shape.inner == 1 : type == TWOPASS_BF16 && !has_results;
}

// The forward and the backward functions of torch.nn.functional.cross_entropy, by the sum of losses.
Runs prepare_cross_entropy(const Problem& problem, const at::Tensor& x, at::Tensor y) {
  const int64_t rows = problem.shape.outer;
  const at::Tensor labels = at::from_blob(const_cast<int64_t*>(problem.labels), {rows}, at::kLong);
  at::Tensor losses = at::from_blob(problem.results, {rows}, at::kFloat);
  at::Tensor total_weight = at::empty({0}, at::kFloat);
  at::Tensor log_softmax = at::empty_like(x), by_log_softmax = at::empty_like(x);
  const at::Tensor ones = at::ones({rows}, at::kFloat);
  return repeat([=]() mutable {
    const c10::InferenceMode no_gradients;
    constexpr int64_t kIgnored = -100;
    at::_log_softmax_out(log_softmax, x, kAxis, /*half_to_float=*/false);
    at::nll_loss_forward_out(losses, total_weight, log_softmax, labels, {}, at::Reduction::None, kIgnored);
    at::nll_loss_backward_out(by_log_softmax, ones, log_softmax, labels, {}, at::Reduction::None, kIgnored,
                              total_weight);
    at::_log_softmax_backward_data_out(y, by_log_softmax, log_softmax, kAxis, at::kFloat);
  });
}

Runs prepare(const Problem& problem) {
  const c10::InferenceMode no_gradients;
  at::set_num_threads(problem.threads);
  const at::ScalarType type = problem.type == TWOPASS_F32 ? at::kFloat : at::kBFloat16;
  std::vector<int64_t> shape = {int64_t(problem.shape.outer), int64_t(problem.shape.columns)};
  if (problem.shape.inner != 1) shape.push_back(problem.shape.inner);
  const auto tensor = [&](const void* data) { return at::from_blob(const_cast<void*>(data), shape, type); };
  const auto repeated = [](auto call) {
    return repeat([=]() mutable {
      const c10::InferenceMode no_gradients;
      call();
    });
  };
  const at::Tensor x = tensor(problem.x);
  at::Tensor y = problem.y != nullptr ? tensor(problem.y) : at::Tensor();
  const at::Tensor dy = problem.dy != nullptr ? tensor(problem.dy) : at::Tensor();
  switch (problem.operation) {
    case Operation::kSoftmax:
      return repeated([=]() mutable { at::_softmax_out(y, x, kAxis, /*half_to_float=*/false); });
    case Operation::kLogSoftmax:
      return repeated([=]() mutable { at::_log_softmax_out(y, x, kAxis, /*half_to_float=*/false); });
    case Operation::kSoftmaxBackward:
      return repeated([=]() mutable { at::_softmax_backward_data_out(y, dy, x, kAxis, type); });
    case Operation::kLogSoftmaxBackward:
      return repeated([=]() mutable { at::_log_softmax_backward_data_out(y, dy, x, kAxis, type); });
    case Operation::kLogSumExp: {
      at::Tensor results = at::from_blob(problem.results, {shape[0]}, at::kFloat);
      return repeated([=]() mutable { at::logsumexp_out(results, x, {kAxis}); });
    }
    case Operation::kCrossEntropy:
      return prepare_cross_entropy(problem, x, y);
  }
  return {};
}

}  // namespace

Peer pytorch() { return {"pytorch", TORCH_VERSION, /*has_threads=*/true, /*has_slow_call=*/false, computes, prepare}; }

}  // namespace twopass_bench
