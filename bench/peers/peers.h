// The peers: ours and the other libraries that this build has found, behind one interface.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PEERS_PEERS_H_
#define TWOPASS_BENCH_PEERS_PEERS_H_

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/problem.h"

namespace twopass_bench {

// Computes a problem that many times, and returns the nanoseconds that this took.
using Runs = std::function<double(int64_t count)>;

struct Peer {
  std::string name;
  std::string version;
  bool has_threads;    // otherwise it computes on one
  bool has_slow_call;  // a call takes microseconds before the softmax begins
  // Whether it has that operation, for that type and shape.
  bool (*computes)(Operation operation, uint32_t type, const twopass_shape& shape);
  // Makes a problem ready and computes it once, so that y holds the result. Throws std::exception where it cannot. The
  // result is for use until the next call.
  std::function<Runs(const Problem&)> prepare;
};

// Ours first.
std::vector<Peer> peers();

// For `prepare`: computes once by `call`, and does so again as often as is asked for.
template <class Call>
Runs repeat(Call call) {
  call();
  return [call](int64_t count) mutable {
    const auto begin = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < count; i++) {
      call();
      benchmark::ClobberMemory();
    }
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
  };
}

// Those that are in the build.
Peer twopass();
Peer onednn();
Peer xnnpack();
Peer pytorch();
Peer onnxruntime();

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PEERS_PEERS_H_
