// What the benchmarks share: flags, the description of the machine, and medians per element.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_HARNESS_H_
#define TWOPASS_BENCH_HARNESS_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

namespace twopass_bench {

// To be called after the loop of a benchmark, each iteration of which processed that many elements.
void count_elements(benchmark::State& state, size_t elements);

// Marks a benchmark as failed: it has no measurement, and the exit status will be 1.
void fail(benchmark::State& state, const char* reason);

// The medians of one benchmark. What was not measured is NaN.
struct Measurement {
  std::string name;  // as registered
  std::string label;
  double ns_per_element;
  double cycles_per_element;
  double bytes_per_second;
  double variation;  // of ns_per_element between repetitions: standard deviation / mean
};

struct Results {
  std::vector<Measurement> measurements;  // in the order of registration
  int exit_status;                        // 1 where anything failed or nothing ran
};

// Runs those of the registered benchmarks that the command line selects. The flags of Google Benchmark in `defaults`
// hold unless the command line says otherwise. The head describes the machine.
Results run(int argc, char** argv, const std::vector<std::string>& defaults, bool shows_head = true);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_HARNESS_H_
