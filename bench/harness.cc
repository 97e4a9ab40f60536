// What the benchmarks share.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/harness.h"

#include <twopass_debug.h>

#include <iostream>
#include <limits>
#include <map>

#include "bench/core_clock.h"
#include "bench/format.h"
#include "bench/inputs.h"

#if TWOPASS_USE_CPUINFO
#include <cpuinfo.h>
#endif

namespace twopass_bench {
namespace {

using Run = benchmark::BenchmarkReporter::Run;

constexpr char kNanoseconds[] = "ns/element";
constexpr char kCycles[] = "cycles/element";
constexpr char kBytes[] = "bytes_per_second";  // Google Benchmark's name

bool any_failed = false;

double counter(const Run* run, const char* name) {
  if (run != nullptr) {
    const auto found = run->counters.find(name);
    if (found != run->counters.end()) return found->second.value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

// Collects the measurements; the tables come at the end.
class Collector : public benchmark::BenchmarkReporter {
 public:
  explicit Collector(bool shows_head) : shows_head_(shows_head) {}

  bool ReportContext(const Context& context) override {
    if (!shows_head_) return true;
    PrintBasicContext(&GetOutputStream(), context);
    GetOutputStream() << "The repetitions run in random order, so all results come at the end.\n" << std::flush;
    return true;
  }

  void ReportRuns(const std::vector<Run>& runs) override {
    const Run* median = nullptr;
    const Run* variation = nullptr;
    for (const Run& run : runs) {
      if (run.aggregate_name == "median") median = &run;
      if (run.aggregate_name == "cv") variation = &run;
    }
    // There are no aggregates where the command line asks for a single repetition.
    if (median == nullptr) median = &runs.front();
    by_registration_[median->family_index] = {median->run_name.function_name, median->report_label,
                                              counter(median, kNanoseconds),  counter(median, kCycles),
                                              counter(median, kBytes),        counter(variation, kNanoseconds)};
  }

  std::vector<Measurement> measurements() const {
    std::vector<Measurement> result;
    for (const auto& entry : by_registration_) result.push_back(entry.second);
    return result;
  }

 private:
  const bool shows_head_;
  std::map<int64_t, Measurement> by_registration_;
};

std::string processor_name() {
#if TWOPASS_USE_CPUINFO
  if (cpuinfo_initialize() && cpuinfo_get_packages_count() != 0) return cpuinfo_get_package(0)->name;
#endif
  return "unknown";
}

std::string cache_sizes() {
  const twopass_caches caches = twopass_detected_caches();
  if (caches.l1_bytes == 0) return "unknown";
  return "L1d " + binary_size(caches.l1_bytes) + "B, L2 " + binary_size(caches.l2_bytes) + "B, L3 " +
         binary_size(caches.l3_bytes) + "B shared by " + std::to_string(caches.l3_cores) + " cores";
}

std::string kernels_in_use() {
  std::string names;
  for (size_t i = 0; const char* name = twopass_kernel_name(i); i++) {
    names += (i == 0 ? "" : " ") + std::string(name);
  }
  return names;
}

// For the head of the output and for the context of --benchmark_out.
void describe_run() {
  benchmark::AddCustomContext("processor", processor_name());
  benchmark::AddCustomContext("detected_caches", cache_sizes());
  benchmark::AddCustomContext("isa", twopass_active_isa());
  benchmark::AddCustomContext("kernels", kernels_in_use());
  if (const double clock = core_clock()) {
    benchmark::AddCustomContext("core_clock", number(clock * 1e-9, 0, 2) + " GHz, measured");
  }
  benchmark::AddCustomContext("logits", "normal, standard deviation " + number(kLogitsDeviation, 0, 0));
#ifndef NDEBUG
  benchmark::AddCustomContext("warning", "compiled without NDEBUG, so the timings mean nothing");
#endif
}

}  // namespace

void count_elements(benchmark::State& state, size_t elements) {
  using benchmark::Counter;
  // With these flags a counter of c shows seconds / (iterations * c).
  const auto per_iteration = static_cast<Counter::Flags>(Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters[kNanoseconds] = Counter(elements * 1e-9, per_iteration);
  if (const double clock = core_clock()) state.counters[kCycles] = Counter(elements / clock, per_iteration);
}

void fail(benchmark::State& state, const char* reason) {
  any_failed = true;
  std::cerr << "a benchmark failed: " << reason << "\n";
  state.SkipWithError(reason);
}

Results run(int argc, char** argv, const std::vector<std::string>& defaults, bool shows_head) {
  const twopass_status status = twopass_initialize();
  if (status != TWOPASS_OK) {
    std::cerr << argv[0] << ": " << twopass_status_string(status) << "\n";
    return {{}, 1};
  }

  std::vector<char*> arguments = {argv[0]};
  for (const std::string& flag : defaults) arguments.push_back(const_cast<char*>(flag.c_str()));
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return {{}, 1};

  describe_run();
  Collector collector(shows_head);
  const size_t matching = benchmark::RunSpecifiedBenchmarks(&collector);
  benchmark::Shutdown();
  return {collector.measurements(), any_failed || matching == 0};
}

}  // namespace twopass_bench
