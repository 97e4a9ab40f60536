// Every kernel of the build that this machine can run, at counts from the first-level cache to memory.
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

// What the kernels of one softmax pass to each other.
struct Row {
  size_t n;
  Buffer logits;
  Buffer exponentials;  // exp(x - max)
  Buffer output;
  float max;
  float scale;           // 1 / sum of the exponentials
  float exponent;        // round(max * log2(e))
  float exponent_scale;  // 1 / (sum of exp(x) * 2^-exponent)
};

Row make_row(size_t n) {
  Row row = {};
  row.n = n;
  row.logits = normal_logits(n);
  row.exponentials = touched_output(n);
  row.output = touched_output(n);
  row.max = *std::max_element(row.logits.get(), row.logits.get() + n);
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) {
    const float e = static_cast<float>(std::exp(static_cast<double>(row.logits[i]) - row.max));
    row.exponentials[i] = e < FLT_MIN ? 0.0f : e;
    sum += row.exponentials[i];
  }
  row.scale = static_cast<float>(1.0 / sum);
  row.exponent = static_cast<float>(std::round(row.max * M_LOG2E));
  row.exponent_scale = static_cast<float>(1.0 / (sum * std::exp(row.max - row.exponent * M_LN2)));
  return row;
}

const Row& row_of(size_t n) {
  static std::map<size_t, Row> rows;
  Row& row = rows[n];
  if (row.n == 0) row = make_row(n);
  return row;
}

// Of each family: the floats that an element costs, and a call on a row.

struct rmax {
  static constexpr size_t kFloats = 1;
  static void call(twopass_f32_rmax_fn* kernel, const Row& row) {
    float max;
    kernel(row.n, row.logits.get(), &max);
  }
};

struct raddexpminusmax {
  static constexpr size_t kFloats = 1;
  static void call(twopass_f32_raddexpminusmax_fn* kernel, const Row& row) {
    float sum;
    kernel(row.n, row.logits.get(), row.max, &sum);
  }
};

struct raddstoreexpminusmax {
  static constexpr size_t kFloats = 2;
  static void call(twopass_f32_raddstoreexpminusmax_fn* kernel, const Row& row) {
    float sum;
    kernel(row.n, row.logits.get(), row.output.get(), row.max, &sum);
  }
};

struct vscaleexpminusmax {
  static constexpr size_t kFloats = 2;
  static void call(twopass_f32_vscaleexpminusmax_fn* kernel, const Row& row) {
    kernel(row.n, row.logits.get(), row.output.get(), row.max, row.scale);
  }
};

struct raddexpanchor {
  static constexpr size_t kFloats = 1;
  static void call(twopass_f32_raddexpanchor_fn* kernel, const Row& row) {
    float sum;
    kernel(row.n, row.logits.get(), row.exponent, &sum);
  }
};

struct raddstoreexpanchor {
  static constexpr size_t kFloats = 2;
  static void call(twopass_f32_raddstoreexpanchor_fn* kernel, const Row& row) {
    float sum;
    kernel(row.n, row.logits.get(), row.output.get(), row.exponent, &sum);
  }
};

struct vmulc {
  static constexpr size_t kFloats = 2;
  static void call(twopass_f32_vmulc_fn* kernel, const Row& row) {
    kernel(row.n, row.exponentials.get(), row.output.get(), row.scale);
  }
};

struct raddextexp {
  static constexpr size_t kFloats = 1;
  static void call(twopass_f32_raddextexp_fn* kernel, const Row& row) {
    twopass_extexp sum;
    kernel(row.n, row.logits.get(), &sum);
  }
};

struct vscaleextexp {
  static constexpr size_t kFloats = 2;
  static void call(twopass_f32_vscaleextexp_fn* kernel, const Row& row) {
    kernel(row.n, row.logits.get(), row.output.get(), row.exponent_scale, row.exponent);
  }
};

struct vsoftmax {
  static constexpr size_t kFloats = 2;
  static void call(twopass_f32_vsoftmax_fn* kernel, const Row& row) {
    kernel(1, row.n, row.logits.get(), row.n, row.output.get(), row.n, 0.0f);
  }
};

// Says so, once, where it is not.
bool is_available(const std::string& isa) {
  static std::map<std::string, bool> known;
  const auto [entry, is_new] = known.emplace(isa, twopass_isa_is_available(isa.c_str()));
  if (is_new && !entry->second) std::cerr << "skipped: the kernels of " << isa << ", which this machine cannot run\n";
  return entry->second;
}

template <class Family, class Kernel>
void register_kernel(const std::string& isa, const std::string& name, Kernel* kernel) {
  if (!is_available(isa)) return;
  for (size_t n : kCounts) {
    benchmark::RegisterBenchmark((name + "/" + std::to_string(n)).c_str(), [=](benchmark::State& state) {
      const Row& row = row_of(n);
      for (auto _ : state) Family::call(kernel, row);
      count_elements(state, n);
      state.SetBytesProcessed(state.iterations() * n * Family::kFloats * sizeof(float));
    });
  }
}

void register_kernels() {
#define TWOPASS_KERNEL(family, isa, variant, tile) \
  register_kernel<family>(#isa, "f32_" #family "/" #isa "_" #variant, twopass_f32_##family##__##isa##_##variant);
#include "src/gen/kernels.inc"
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
