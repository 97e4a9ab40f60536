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

// The name of a benchmark, by which the table finds its measurement.
std::string peers_benchmark(const std::string& peer, size_t rows, size_t columns, int threads);

// For each number of threads a table with a line for each size that was measured; then the sizes at which a peer is
// ahead of ours, and the worst line. Empty where nothing was measured.
std::string peers_table(const std::vector<Peer>& peers, const std::vector<Measurement>& measurements);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PEERS_PEERS_TABLE_H_
