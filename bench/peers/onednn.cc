// oneDNN's primitives of softmax and log-softmax, and their gradients.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <omp.h>

#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>

#include "bench/peers/peers.h"

namespace twopass_bench {
namespace {

std::string version() {
  const dnnl_version_t* version = dnnl_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch);
}

const dnnl::engine& engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

constexpr int kAxis = 1;

dnnl::memory::desc description(uint32_t type, const twopass_shape& shape) {
  using Memory = dnnl::memory;
  const Memory::data_type data_type = type == TWOPASS_F32   ? Memory::data_type::f32
                                      : type == TWOPASS_F16 ? Memory::data_type::f16
                                                            : Memory::data_type::bf16;
  const Memory::dim outer = shape.outer, columns = shape.columns, inner = shape.inner;
  if (inner == 1) return {{outer, columns}, data_type, Memory::format_tag::ab};
  return {{outer, columns, inner}, data_type, Memory::format_tag::abc};
}

// The primitive, or an empty one where this version does not have it.
template <class Forward, class Backward>
dnnl::primitive make_primitive(const dnnl::memory::desc& tensor, bool is_backward) {
  constexpr bool kAllowEmpty = true;
  const auto kind = is_backward ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
  const typename Forward::primitive_desc forward({kind, tensor, kAxis}, engine(), kAllowEmpty);
  if (forward.get(kAllowEmpty) == nullptr) return {};
  if (!is_backward) return Forward(forward);
  const typename Backward::primitive_desc backward({tensor, tensor, kAxis}, engine(), forward, kAllowEmpty);
  if (backward.get(kAllowEmpty) == nullptr) return {};
  return Backward(backward);
}

dnnl::primitive primitive_for(Operation operation, uint32_t type, const twopass_shape& shape) {
  const dnnl::memory::desc tensor = description(type, shape);
  switch (operation) {
    case Operation::kSoftmax:
    case Operation::kSoftmaxBackward:
      return make_primitive<dnnl::softmax_forward, dnnl::softmax_backward>(tensor,
                                                                           operation == Operation::kSoftmaxBackward);
    case Operation::kLogSoftmax:
    case Operation::kLogSoftmaxBackward:
      return make_primitive<dnnl::logsoftmax_forward, dnnl::logsoftmax_backward>(
          tensor, operation == Operation::kLogSoftmaxBackward);
    default:
      return {};
  }
}

bool computes(Operation operation, uint32_t type, const twopass_shape& shape) {
  return primitive_for(operation, type, shape).get(/*allow_empty=*/true) != nullptr;
}

Runs prepare(const Problem& problem) {
  omp_set_num_threads(problem.threads);
  dnnl::stream stream(engine());
  const auto memory = [&](const void* data) {
    return dnnl::memory(description(problem.type, problem.shape), engine(), const_cast<void*>(data));
  };
  const dnnl::primitive primitive = primitive_for(problem.operation, problem.type, problem.shape);
  const std::unordered_map<int, dnnl::memory> arguments =
      problem.dy == nullptr
          ? std::unordered_map<int, dnnl::memory>{{DNNL_ARG_SRC, memory(problem.x)}, {DNNL_ARG_DST, memory(problem.y)}}
          : std::unordered_map<int, dnnl::memory>{{DNNL_ARG_DST, memory(problem.x)},
                                                  {DNNL_ARG_DIFF_DST, memory(problem.dy)},
                                                  {DNNL_ARG_DIFF_SRC, memory(problem.y)}};
  return repeat([=]() mutable {
    primitive.execute(stream, arguments);
    stream.wait();
  });
}

}  // namespace

Peer onednn() { return {"onednn", version(), /*has_threads=*/true, /*has_slow_call=*/false, computes, prepare}; }

}  // namespace twopass_bench
