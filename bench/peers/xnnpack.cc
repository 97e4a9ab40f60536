// XNNPACK's softmax operator.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <xnnpack.h>

#include <memory>
#include <stdexcept>

#include "bench/peers/peers.h"
#include "bench/peers/thread_pool.h"

namespace twopass_bench {
namespace {

static_assert(kPadding * sizeof(float) >= XNN_EXTRA_BYTES);

void check(xnn_status status, const char* call) {
  if (status != xnn_status_success) throw std::runtime_error(std::string(call) + " failed");
}

Runs prepare(const Problem& problem) {
  check(xnn_initialize(/*allocator=*/nullptr), "xnn_initialize");
  const size_t columns = problem.shape.columns;
  xnn_operator_t created;
  check(xnn_create_softmax_nc_f32(columns, columns, columns, /*flags=*/0, &created), "xnn_create_softmax_nc_f32");
  const std::shared_ptr<xnn_operator> softmax(created, xnn_delete_operator);
  const pthreadpool_t threads = thread_pool(problem.threads);
  check(xnn_setup_softmax_nc_f32(softmax.get(), problem.shape.outer, static_cast<const float*>(problem.x),
                                 static_cast<float*>(problem.y), threads),
        "xnn_setup_softmax_nc_f32");
  return repeat([=] { xnn_run_operator(softmax.get(), threads); });
}

}  // namespace

Peer xnnpack() {
  return {"xnnpack", TWOPASS_BENCH_XNNPACK_VERSION, /*has_threads=*/true, /*has_slow_call=*/false, is_plain_softmax,
          prepare};
}

}  // namespace twopass_bench
