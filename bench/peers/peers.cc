// The list of the peers, and those of them that are a function for one thread.
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
Peer on_one_thread(const char* name, const std::string& version,
                   bool (*computes)(Operation operation, uint32_t type, const twopass_shape& shape),
                   void (*compute)(const Problem& problem)) {
  return {name, version, /*has_threads=*/false, /*has_slow_call=*/false, computes, [compute](const Problem& problem) {
            return repeat([=] { compute(problem); });
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
        on_one_thread("eigen", eigen_version(), is_plain_softmax, eigen_softmax),
#endif
#if TWOPASS_BENCH_PLAIN_LOOP
        on_one_thread("plain_loop", plain_loop_compiler(), has_plain_loop, plain_loop),
#endif
#if TWOPASS_BENCH_ONNXRUNTIME
        onnxruntime(),
#endif
  };
}

}  // namespace twopass_bench
