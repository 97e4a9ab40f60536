// What bench_softmax shows to whoever sees the library for the first time.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/softmax_demo.h"

#include <twopass_debug.h>

#include "bench/format.h"
#include "bench/softmax_times.h"

namespace twopass_bench {
namespace {

// Each is one of the sizes that bench_softmax measures.
constexpr struct {
  const char* what;
  size_t rows;
  size_t columns;
} kExamples[] = {
    {"10 classes, 1,000 at once", 1000, 10},
    {"attention, 128 x 768", 128, 768},
    {"attention, 512 x 2048", 512, 2048},
    {"a vocabulary of 32,000, 64 sequences", 64, 32000},
    {"a vocabulary of 151,936, 32 sequences", 32, 151936},
    {"one row of a thousand", 1, size_t{1} << 10},
    {"one row of a million", 1, size_t{1} << 20},
    {"one row of 16 million", 1, size_t{1} << 24},
};

constexpr char kHead[] = R"(                                            time per row
                                            twopass   plain loop   times as fast
)";

constexpr char kLegend[] = R"(
Plain loop: the usual three passes with expf, which the compiler may vectorise
for this processor, at the price of accuracy (-O3 -march=native -ffast-math).
)";

}  // namespace

std::string softmax_demo_filter() {
  std::string sizes;
  for (const auto& example : kExamples) {
    sizes += (sizes.empty() ? "" : "|") + size_name(example.rows, example.columns);
  }
  return "^softmax/(auto|plain_loop)/(" + sizes + ")$";
}

std::string softmax_demo(const std::vector<Measurement>& measurements) {
  if (measurements.empty()) return "";
  const SoftmaxTimes times(measurements);
  std::string table = kHead;
  for (const auto& example : kExamples) {
    const std::string size = size_name(example.rows, example.columns);
    const double ours = times.of("softmax/auto", size) * example.columns;
    const double plain = times.of("softmax/plain_loop", size) * example.columns;
    table +=
        text_on_left(example.what, 38) + duration(ours, 13) + duration(plain, 13) + number(plain / ours, 16, 1) + "\n";
  }
  return table + kLegend + "\nThe library chose its " + twopass_active_isa() +
         " kernels for this machine. How to use it: README.md.\n"
         "What limits its speed, and how that was measured: docs/performance.md.\n";
}

}  // namespace twopass_bench
