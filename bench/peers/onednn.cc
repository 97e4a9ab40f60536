// oneDNN's softmax primitive.
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

Runs prepare(const Problem& problem) {
  omp_set_num_threads(problem.threads);
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const dnnl::memory::dims shape = {int64_t(problem.rows), int64_t(problem.columns)};
  const dnnl::memory::desc matrix(shape, dnnl::memory::data_type::f32, dnnl::memory::format_tag::ab);
  const dnnl::memory x(matrix, engine, const_cast<float*>(problem.x));
  const dnnl::memory y(matrix, engine, problem.y);
  const dnnl::softmax_forward::desc description(dnnl::prop_kind::forward_inference, matrix, /*axis=*/1);
  const dnnl::softmax_forward softmax({description, engine});
  const std::unordered_map<int, dnnl::memory> arguments = {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, y}};
  return repeat([=]() mutable {
    softmax.execute(stream, arguments);
    stream.wait();
  });
}

}  // namespace

Peer onednn() { return {"onednn", version(), /*has_threads=*/true, /*has_slow_call=*/false, prepare}; }

}  // namespace twopass_bench
