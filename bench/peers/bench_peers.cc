// Ours beside other libraries, on the same logits, in elapsed time.
//
//   peers/<peer>/<rows>x<columns>/<threads>                                      softmax of matrices of floats
//   peers/<peer>/<operation>[_<type>]/<rows>x<columns>[x<inner>]/<threads>       the rest of the family
//
// Each peer is measured on what it has. A peer that has no threads is measured on one. A peer whose calls are slow is
// also measured on 1x1, which tells what a call costs. TWOPASS_ISA=avx2 in the environment pins our ISA.
//
// The peers read one input and write one output, apart from each other (ONNX Runtime, in its own process, has its own).
// Their pages are touched before; for the rest, a call finds in the caches what the call before has left there. Before
// each measurement the output is compared with results in double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/harness.h"
#include "bench/peers/peers.h"
#include "bench/peers/peers_table.h"
#include "bench/problem.h"

namespace twopass_bench {
namespace {

std::vector<twopass_shape> softmax_shapes() {
  std::vector<twopass_shape> shapes;
  for (size_t n = 16; n <= size_t{1} << 26; n *= 4) shapes.push_back({1, n, 1});
  shapes.insert(shapes.end(), {{1000, 10, 1}, {128, 17, 1}});  // short rows
  shapes.insert(shapes.end(), {{128, 1024, 1},
                               {512, 2048, 1},
                               {1024, 1000, 1},
                               {64, 32000, 1},
                               {8, 128256, 1},
                               {1, 151936, 1}});  // of language models
  return shapes;
}

// The rest of the family. The shapes are those of classifiers, attention and vocabularies.
const struct {
  std::vector<std::pair<Operation, uint32_t>> operations;
  std::vector<twopass_shape> shapes;
} kFamily[] = {
    {{{Operation::kSoftmax, TWOPASS_BF16},
      {Operation::kSoftmax, TWOPASS_F16},
      {Operation::kLogSoftmax, TWOPASS_F32},
      {Operation::kLogSoftmax, TWOPASS_BF16},
      {Operation::kLogSumExp, TWOPASS_F32},
      {Operation::kSoftmaxBackward, TWOPASS_F32},
      {Operation::kSoftmaxBackward, TWOPASS_BF16},
      {Operation::kLogSoftmaxBackward, TWOPASS_F32}},
     {{128, 17, 1}, {512, 2048, 1}, {4096, 1536, 1}, {64, 32000, 1}}},
    {{{Operation::kCrossEntropy, TWOPASS_F32}}, {{128, 10, 1}, {512, 32000, 1}}},
    // Over the channels of images.
    {{{Operation::kSoftmax, TWOPASS_F32}, {Operation::kLogSoftmax, TWOPASS_F32}, {Operation::kSoftmax, TWOPASS_BF16}},
     {{4, 21, 224 * 224}, {8, 3072, 1024}}},
};

std::vector<PeersCase> cases(int most_threads) {
  std::vector<PeersCase> cases;
  for (int threads = 1; threads <= most_threads; threads++) {
    for (const twopass_shape& shape : softmax_shapes())
      cases.push_back({Operation::kSoftmax, TWOPASS_F32, shape, threads});
  }
  for (const auto& [operations, shapes] : kFamily) {
    for (const auto& [operation, type] : operations) {
      for (int threads = 1; threads <= most_threads; threads++) {
        for (const twopass_shape& shape : shapes) cases.push_back({operation, type, shape, threads});
      }
    }
  }
  return cases;
}

// The threads of the benchmark before spin for some milliseconds before they sleep, as do those that a peer has just
// started. They would take the processors of the next one.
void let_threads_fall_asleep() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

void time_peer(benchmark::State& state, const Peer& peer, const PeersCase& measured) {
  const Problem problem = problem_of(measured.operation, measured.type, measured.shape, measured.threads);
  spoil_outputs(problem);  // so that nobody passes by the output of another
  Runs runs;
  try {
    runs = peer.prepare(problem);
    if (!is_right(problem)) throw std::runtime_error("the output is wrong");
    let_threads_fall_asleep();
    runs(1);

    // Some calls at a time, as reading the clock takes longer than a call for a short row.
    const int64_t calls = 1 + (int64_t{1} << 16) / elements_of(problem.shape);
    while (state.KeepRunningBatch(calls)) state.SetIterationTime(runs(calls) * 1e-9);
  } catch (const std::exception& error) {
    return fail(state, (peers_benchmark(peer.name, measured) + ": " + error.what()).c_str());
  }
  count_elements(state, elements_of(problem.shape));
}

void add(const Peer& peer, const PeersCase& measured) {
  const std::string name = peers_benchmark(peer.name, measured);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    time_peer(state, peer, measured);
  })->UseManualTime();
}

}  // namespace
}  // namespace twopass_bench

int main(int argc, char** argv) {
  using namespace twopass_bench;
  const std::vector<Peer> all_peers = peers();
  const int processors = static_cast<int>(std::thread::hardware_concurrency());
  if (processors < 2) std::cerr << "skipped: two threads, as this machine has one processor\n";
  const std::vector<PeersCase> all_cases = cases(std::min(processors, 2));
  for (const Peer& peer : all_peers) {
    benchmark::AddCustomContext(peer.name, peer.version);
    const int most_threads = peer.has_threads ? 2 : 1;
    for (int threads = 1; peer.has_slow_call && threads <= most_threads; threads++) add(peer, peers_call(threads));
    for (const PeersCase& each : all_cases) {
      if (each.threads <= most_threads && peer.computes(each.operation, each.type, each.shape)) add(peer, each);
    }
  }
  const Results results = run(argc, argv,
                              {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=5",
                               "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.1"});
  std::cout << peers_table(all_peers, all_cases, results.measurements);
  return results.exit_status;
}
