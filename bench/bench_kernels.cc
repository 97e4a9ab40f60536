// Every kernel of floats of the build that this machine can run, at counts from the first-level cache to memory.
//
//   f32_<family>/<isa>_<variant>/<n>
//
// Bytes per second count what the contract of the kernel has it read and write.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <iostream>
#include <map>
#include <string>

#include "bench/format.h"
#include "bench/harness.h"
#include "bench/inputs.h"
#include "src/kernels.h"
#include "twopass_debug.h"

namespace twopass_bench {
namespace {

constexpr size_t kCounts[] = {size_t{1} << 10, size_t{1} << 12, size_t{1} << 16,
                              size_t{1} << 20, size_t{1} << 24, size_t{1} << 26};

// The last of the counts takes as long as all others together, so it is run where a filter asks for it.
constexpr char kDefaultFilter[] = "--benchmark_filter=-/67108864$";

// A row, and what the kernels of one softmax pass to each other.
struct Row {
  size_t n;
  Buffer logits;
  Buffer exponentials;  // exp(x - max)
  Buffer output;
  twopass_params of_maximum;  // for kernels that subtract the maximum, or multiply the exponentials
  twopass_params of_anchor;   // for the others
};

Row make_row(size_t n) {
  Row row = {};
  row.n = n;
  row.logits = normal_logits(n);
  row.exponentials = touched_output(n);
  row.output = touched_output(n);
  const float max = *std::max_element(row.logits.get(), row.logits.get() + n);
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) {
    const float e = static_cast<float>(std::exp(static_cast<double>(row.logits[i]) - max));
    row.exponentials[i] = e < FLT_MIN ? 0.0f : e;
    sum += row.exponentials[i];
  }
  row.of_maximum.offset = max;
  row.of_maximum.scale = static_cast<float>(1.0 / sum);
  row.of_anchor.anchor = static_cast<float>(std::round(max * M_LOG2E));
  row.of_anchor.scale = static_cast<float>(1.0 / (sum * std::exp(max - row.of_anchor.anchor * M_LN2)));
  return row;
}

const Row& row_of(size_t n) {
  static std::map<size_t, Row> rows;
  Row& row = rows[n];
  if (row.n == 0) row = make_row(n);
  return row;
}

// ---- A call of each shape

void call(twopass_reduce_fn* kernel, const Row& row, const float* x, const twopass_params& params) {
  twopass_reduction result;
  kernel(row.n, x, row.output.get(), &params, &result);
}

void call(twopass_map_fn* kernel, const Row& row, const float* x, const twopass_params& params) {
  kernel(row.n, x, row.output.get(), &params);
}

void call(twopass_reduce2_fn* kernel, const Row& row, const float* x, const twopass_params& params) {
  twopass_reduction result;
  kernel(row.n, x, row.exponentials.get(), &params, &result);
}

void call(twopass_map2_fn* kernel, const Row& row, const float* x, const twopass_params& params) {
  kernel(row.n, x, row.exponentials.get(), row.output.get(), &params);
}

void call(twopass_reduce_rows_fn* kernel, const Row& row, const float* x, const twopass_params& params) {
  twopass_max_sum result;
  kernel(1, row.n, x, row.n, &params, &result);
}

void call(twopass_rows_fn* kernel, const Row& row, const float* x, const twopass_params& params) {
  twopass_params with_second_row = params;
  with_second_row.scale = 1.0f;
  with_second_row.w = row.exponentials.get();
  kernel(1, row.n, x, row.n, row.output.get(), row.n, &with_second_row);
}

void call(twopass_rows2_fn* kernel, const Row& row, const float* x, const twopass_params&) {
  kernel(1, row.n, x, row.n, row.exponentials.get(), row.n, row.output.get(), row.n);
}

// n elements as a matrix of so many columns, strip by strip.
constexpr size_t kColumns = 16;

template <class Call>
void for_each_strip(size_t n, const Call& call_of_strip) {
  for (size_t begin = 0; begin < n / kColumns; begin += kMaxStrip) {
    call_of_strip(begin, std::min(kMaxStrip, n / kColumns - begin));
  }
}

void call(twopass_reduce_columns_fn* kernel, const Row& row, const float* x, const twopass_params&) {
  float max[kMaxStrip], rest[kMaxStrip];
  for_each_strip(row.n,
                 [&](size_t begin, size_t count) { kernel(kColumns, count, x + begin, row.n / kColumns, max, rest); });
}

void call(twopass_map_columns_fn* kernel, const Row& row, const float* x, const twopass_params&) {
  float max[kMaxStrip], scale[kMaxStrip];
  std::fill_n(max, kMaxStrip, row.of_maximum.offset);
  std::fill_n(scale, kMaxStrip, row.of_maximum.scale);
  for_each_strip(row.n, [&](size_t begin, size_t count) {
    const size_t stride = row.n / kColumns;
    kernel(kColumns, count, x + begin, stride, row.output.get() + begin, stride, max, scale);
  });
}

// The floats that an element costs.
size_t floats_of(twopass_reduce_fn*, const std::string& family) {
  return family.find("store") != std::string::npos ? 2 : 1;
}
size_t floats_of(twopass_reduce2_fn*, const std::string&) { return 2; }
size_t floats_of(twopass_reduce_rows_fn*, const std::string&) { return 1; }
size_t floats_of(twopass_map_fn*, const std::string&) { return 2; }
size_t floats_of(twopass_map2_fn*, const std::string&) { return 3; }
size_t floats_of(twopass_rows_fn*, const std::string& family) { return family == "vsoftmaxbiased" ? 3 : 2; }
size_t floats_of(twopass_rows2_fn*, const std::string&) { return 3; }
size_t floats_of(twopass_reduce_columns_fn*, const std::string&) { return 1; }
size_t floats_of(twopass_map_columns_fn*, const std::string&) { return 2; }

// Says so, once, where it is not.
bool is_available(const std::string& isa) {
  static std::map<std::string, bool> known;
  const auto [entry, is_new] = known.emplace(isa, twopass_isa_is_available(isa.c_str()));
  if (is_new && !entry->second) std::cerr << "skipped: the kernels of " << isa << ", which this machine cannot run\n";
  return entry->second;
}

template <class Kernel>
void register_kernel(const std::string& elements, const std::string& family, const std::string& isa,
                     const std::string& label, Kernel* kernel) {
  if (elements != "f32 f32" || !is_available(isa)) return;
  const bool takes_exponentials =
      family == "vmulc" || family == "vsoftmaxgrad" || family == "vsigmoidgrad" || family == "vsoftmaxbackward";
  const bool takes_maximum = takes_exponentials || family.find("minusmax") != std::string::npos ||
                             family == "raddxexp" || family == "rdivergence" || family == "rjensenshannon" ||
                             family == "vsubc";
  const size_t floats = floats_of(kernel, family);
  for (size_t n : kCounts) {
    benchmark::RegisterBenchmark((label + "/" + std::to_string(n)).c_str(), [=](benchmark::State& state) {
      const Row& row = row_of(n);
      const float* x = (takes_exponentials ? row.exponentials : row.logits).get();
      const twopass_params& params = takes_maximum ? row.of_maximum : row.of_anchor;
      for (auto _ : state) call(kernel, row, x, params);
      count_elements(state, n);
      state.SetBytesProcessed(state.iterations() * n * floats * sizeof(float));
    });
  }
}

void register_kernels() {
#define TWOPASS_KERNEL(shape, x, y, family, isa, symbol, label, elements) \
  register_kernel(#x " " #y, #family, #isa, label, symbol);
#include "src/gen/kernels.inc"
#if TWOPASS_BUILD_CANDIDATES
#include "gen/candidates.inc"
#endif
#undef TWOPASS_KERNEL
}

void print(const std::vector<Measurement>& measurements) {
  if (measurements.empty()) return;
  std::cout << "\nMedians, and the standard deviation between repetitions.\n\n"
            << "  ns/element   +- %   cycles/element     GB/s   kernel/n\n";
  for (const Measurement& measurement : measurements) {
    std::cout << number(measurement.ns_per_element, 12, 4) << number(measurement.variation * 100.0, 7, 1)
              << number(measurement.cycles_per_element, 17, 3) << number(measurement.bytes_per_second * 1e-9, 9, 1)
              << "   " << measurement.name << "\n";
  }
}

}  // namespace
}  // namespace twopass_bench

int main(int argc, char** argv) {
  using namespace twopass_bench;
  register_kernels();
  const Results results = run(argc, argv,
                              {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=3",
                               "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.02", kDefaultFilter});
  print(results.measurements);
  return results.exit_status;
}
