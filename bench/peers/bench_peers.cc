// Ours beside other libraries, on the same logits, in elapsed time.
//
//   peers/<peer>/<rows>x<columns>/<threads>
//
// A peer that has no threads is measured on one. A peer whose calls are slow is also measured on 1x1, which tells what
// a call costs. TWOPASS_ISA=avx2 in the environment pins our ISA.
//
// The peers read one input and write one output, apart from each other (ONNX Runtime, in its own process, has its own).
// Their pages are touched before; for the rest, a call finds in the caches what the call before has left there. Before
// each measurement the output is compared with a softmax in double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/harness.h"
#include "bench/inputs.h"
#include "bench/peers/exact.h"
#include "bench/peers/peers.h"
#include "bench/peers/peers_table.h"

namespace twopass_bench {
namespace {

struct Size {
  size_t rows;
  size_t columns;
};

std::vector<Size> sizes() {
  std::vector<Size> sizes;
  for (size_t n = 16; n <= size_t{1} << 26; n *= 4) sizes.push_back({1, n});
  sizes.insert(sizes.end(), {{1000, 10}, {128, 17}});  // short rows
  sizes.insert(sizes.end(),
               {{128, 1024}, {512, 2048}, {1024, 1000}, {64, 32000}, {8, 128256}, {1, 151936}});  // of language models
  return sizes;
}

struct Buffers {
  Buffer logits;
  Buffer output;
};

const Buffers& buffers_of(size_t elements) {
  static std::map<size_t, Buffers> all_buffers;
  Buffers& buffers = all_buffers[elements];
  if (buffers.logits == nullptr) {
    buffers = {normal_logits(elements + kPadding), touched_output(elements + kPadding)};
  }
  return buffers;
}

// The threads of the benchmark before spin for some milliseconds before they sleep, as do those that a peer has just
// started. They would take the processors of the next one.
void let_threads_fall_asleep() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

void time_peer(benchmark::State& state, const Peer& peer, const Size& size, int threads) {
  const Buffers& buffers = buffers_of(size.rows * size.columns);
  const Problem problem = {size.rows, size.columns, threads, buffers.logits.get(), buffers.output.get()};
  std::fill(problem.y, problem.y + problem.elements(), NAN);  // so that nobody passes by the output of another
  Runs runs;
  try {
    runs = peer.prepare(problem);
    if (!is_right(problem)) throw std::runtime_error("the output is not the softmax");
    let_threads_fall_asleep();
    runs(1);

    // Some calls at a time, as reading the clock takes longer than a call for a short row.
    const int64_t calls = 1 + (int64_t{1} << 16) / problem.elements();
    while (state.KeepRunningBatch(calls)) state.SetIterationTime(runs(calls) * 1e-9);
  } catch (const std::exception& error) {
    const std::string where = peers_benchmark(peer.name, size.rows, size.columns, threads);
    return fail(state, (where + ": " + error.what()).c_str());
  }
  count_elements(state, problem.elements());
}

void add(const Peer& peer, const Size& size, int threads) {
  const std::string name = peers_benchmark(peer.name, size.rows, size.columns, threads);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    time_peer(state, peer, size, threads);
  })->UseManualTime();
}

}  // namespace
}  // namespace twopass_bench

int main(int argc, char** argv) {
  using namespace twopass_bench;
  const std::vector<Peer> all_peers = peers();
  const int processors = static_cast<int>(std::thread::hardware_concurrency());
  if (processors < 2) std::cerr << "skipped: two threads, as this machine has one processor\n";
  for (const Peer& peer : all_peers) {
    benchmark::AddCustomContext(peer.name, peer.version);
    for (int threads = 1; threads <= std::min(processors, peer.has_threads ? 2 : 1); threads++) {
      if (peer.has_slow_call) add(peer, {1, 1}, threads);
      for (const Size& size : sizes()) add(peer, size, threads);
    }
  }
  const Results results = run(argc, argv,
                              {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=5",
                               "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.1"});
  std::cout << peers_table(all_peers, results.measurements);
  return results.exit_status;
}
