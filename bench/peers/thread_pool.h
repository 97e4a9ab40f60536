// The threads of ours and of XNNPACK.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PEERS_THREAD_POOL_H_
#define TWOPASS_BENCH_PEERS_THREAD_POOL_H_

#include <map>
#include <memory>

#include "twopass_pthreadpool.h"

namespace twopass_bench {

// NULL, the calling thread alone, for 1.
inline pthreadpool_t thread_pool(int threads) {
  if (threads == 1) return nullptr;
  using Pool = std::unique_ptr<pthreadpool, decltype(&pthreadpool_destroy)>;
  static std::map<int, Pool> pools;
  const auto found = pools.find(threads);
  if (found != pools.end()) return found->second.get();
  return pools.emplace(threads, Pool(pthreadpool_create(threads), pthreadpool_destroy)).first->second.get();
}

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PEERS_THREAD_POOL_H_
