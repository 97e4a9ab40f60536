// The results of bench_peers side by side.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PEERS_PEERS_TABLE_H_
#define TWOPASS_BENCH_PEERS_PEERS_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "bench/harness.h"
#include "bench/peers/peers.h"

namespace twopass_bench {

// What all peers that have it are measured on.
struct PeersCase {
  Operation operation;
  uint32_t type;
  twopass_shape shape;
  int threads;
};

// The name of a benchmark, by which the table finds its measurement.
std::string peers_benchmark(const std::string& peer, const PeersCase& measured);

// The case that shows what a call costs: a single element.
PeersCase peers_call(int threads);

// For each operation and number of threads a table with a line for each of its cases that was measured; then how often
// a peer is ahead of ours, and the worst line. Empty where nothing was measured.
std::string peers_table(const std::vector<Peer>& peers, const std::vector<PeersCase>& cases,
                        const std::vector<Measurement>& measurements);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PEERS_PEERS_TABLE_H_
