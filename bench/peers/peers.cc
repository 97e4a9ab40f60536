// The list of the peers, and those of them that are a function of one row.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/peers/peers.h"

#if TWOPASS_BENCH_EIGEN
#include "bench/peers/eigen.h"
#endif
#if TWOPASS_BENCH_PLAIN_LOOP
#include "bench/plain_loop.h"
#endif

namespace twopass_bench {
namespace {

#if TWOPASS_BENCH_EIGEN || TWOPASS_BENCH_PLAIN_LOOP
Peer row_by_row(const char* name, const std::string& version, void (*softmax)(size_t n, const float* x, float* y)) {
  return {name, version, /*has_threads=*/false, /*has_slow_call=*/false, [softmax](const Problem& problem) {
            return repeat([=] {
              for (size_t i = 0; i < problem.elements(); i += problem.columns) {
                softmax(problem.columns, problem.x + i, problem.y + i);
              }
            });
          }};
}
#endif

}  // namespace

std::vector<Peer> peers() {
  return {
    twopass(),
#if TWOPASS_BENCH_ONEDNN
        onednn(),
#endif
#if TWOPASS_BENCH_XNNPACK
        xnnpack(),
#endif
#if TWOPASS_BENCH_PYTORCH
        pytorch(),
#endif
#if TWOPASS_BENCH_EIGEN
        row_by_row("eigen", eigen_version(), eigen_softmax),
#endif
#if TWOPASS_BENCH_PLAIN_LOOP
        row_by_row("plain_loop", plain_loop_compiler(), plain_loop),
#endif
#if TWOPASS_BENCH_ONNXRUNTIME
        onnxruntime(),
#endif
  };
}

}  // namespace twopass_bench
