// Ours, as it comes.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <string>

#include "bench/peers/peers.h"
#include "bench/peers/thread_pool.h"
#include "twopass_debug.h"

namespace twopass_bench {

Peer twopass() {
  std::string version = TWOPASS_BENCH_TWOPASS_VERSION;
  if (const char* isa = twopass_active_isa()) version += std::string(" on ") + isa;
  return {"twopass",
          version,
          /*has_threads=*/true,
          /*has_slow_call=*/false,
          [](Operation, uint32_t, const twopass_shape&) { return true; },
          [](const Problem& problem) {
            twopass_options options = {};
            static twopass_pthreadpool pool;
            static twopass_runner runner;
            pool = {thread_pool(problem.threads), 0};
            runner = twopass_pthreadpool_runner(&pool);
            options.runner = &runner;
            // A call that fails writes nothing, which the check of the output finds.
            return repeat([=] { compute(problem, &options); });
          }};
}

}  // namespace twopass_bench
