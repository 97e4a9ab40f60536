// The operator with each algorithm, beside the limits of the machine and the loop that a compiler makes of plain C++.
//
//   softmax/<algorithm>/<n>   auto, three_pass_recompute, three_pass_reload, two_pass, plain_loop
//   bound/<limit>/<n>         read, copy, copy_nt
//
// TWOPASS_ISA=avx2 in the environment pins the ISA.
//
// All benchmarks of one n share one input and one output, apart from each other. Their pages are touched before; for
// the rest, a call finds in the caches what the call before has left there, whatever n.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include <cmath>
#include <iostream>
#include <map>
#include <string>

#include "bench/bounds.h"
#include "bench/harness.h"
#include "bench/inputs.h"
#include "bench/softmax_table.h"
#include "twopass.h"
#if TWOPASS_BENCH_PLAIN_LOOP
#include "bench/plain_loop.h"
#endif

namespace twopass_bench {
namespace {

constexpr size_t kSmallest = 16;
constexpr size_t kLargest = size_t{1} << 26;
constexpr size_t kStep = 4;

struct Buffers {
  Buffer logits;
  Buffer output;
};

const Buffers& buffers_of(size_t n) {
  static std::map<size_t, Buffers> buffers;
  Buffers& of_n = buffers[n];
  if (of_n.logits == nullptr) of_n = {normal_logits(n), touched_output(n)};
  return of_n;
}

template <class Function>
void time_calls(benchmark::State& state, size_t n, Function function) {
  const float* x = buffers_of(n).logits.get();
  float* y = buffers_of(n).output.get();
  for (auto _ : state) function(n, x, y);
  count_elements(state, n);
}

template <class Function>
void time_softmax(benchmark::State& state, size_t n, Function softmax) {
  time_calls(state, n, softmax);
  float* y = buffers_of(n).output.get();
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) sum += y[i];
  if (!(std::fabs(sum - 1.0) < 1e-3)) fail(state, "the output does not sum to 1");
  y[0] = NAN;  // so that the check of the next benchmark cannot pass by this output
}

template <class Function>
void time_bound(benchmark::State& state, size_t n, size_t floats_per_element, Function bound) {
  time_calls(state, n, bound);
  state.SetBytesProcessed(state.iterations() * n * floats_per_element * sizeof(float));
}

void register_algorithm(enum twopass_algorithm algorithm, size_t n) {
  twopass_options options = {};
  options.algorithm = algorithm;
  const std::string name = std::string("softmax/") + twopass_algorithm_name(algorithm) + "/" + std::to_string(n);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    // A call that fails writes nothing, which the check of the output finds.
    time_softmax(state, n,
                 [&options](size_t n, const float* x, float* y) { twopass_softmax_f32(1, n, x, n, y, n, &options); });
    state.SetLabel(twopass_algorithm_name(twopass_choose_algorithm_f32(1, n, /*in_place=*/false, &options)));
  });
}

void register_benchmarks(size_t n) {
  for (enum twopass_algorithm algorithm : {TWOPASS_ALGORITHM_AUTO, TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE,
                                           TWOPASS_ALGORITHM_THREE_PASS_RELOAD, TWOPASS_ALGORITHM_TWO_PASS}) {
    register_algorithm(algorithm, n);
  }
  const std::string slash_n = "/" + std::to_string(n);
  using benchmark::State;
#if TWOPASS_BENCH_PLAIN_LOOP
  benchmark::RegisterBenchmark(("softmax/plain_loop" + slash_n).c_str(),
                               [=](State& state) { time_softmax(state, n, plain_loop); });
#endif
  benchmark::RegisterBenchmark(("bound/read" + slash_n).c_str(), [=](State& state) {
    time_bound(state, n, 1, [](size_t n, const float* x, float*) { bound_read(n, x); });
  });
  benchmark::RegisterBenchmark(("bound/copy" + slash_n).c_str(),
                               [=](State& state) { time_bound(state, n, 2, bound_copy); });
#if TWOPASS_BENCH_HAS_COPY_NT
  benchmark::RegisterBenchmark(("bound/copy_nt" + slash_n).c_str(),
                               [=](State& state) { time_bound(state, n, 2, bound_copy_nt); });
#endif
}

}  // namespace
}  // namespace twopass_bench

int main(int argc, char** argv) {
  using namespace twopass_bench;
  for (size_t n = kSmallest; n <= kLargest; n *= kStep) register_benchmarks(n);
#if TWOPASS_BENCH_PLAIN_LOOP
  benchmark::AddCustomContext("plain_loop", plain_loop_compiler());
#endif
  const Results results = run(argc, argv,
                              {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=5",
                               "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.1"});
  std::cout << softmax_table(results.measurements);
  return results.exit_status;
}
