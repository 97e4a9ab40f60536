// The operator with each algorithm, beside the bounds of the machine and the loop that a compiler makes of plain C++.
//
//   softmax/<algorithm>/<size>                   <size> is n for one row, or <rows>x<columns> for a batch of them;
//                                                <algorithm> is one of the library's, or plain_loop
//   softmax_threads/<threads>/<n>                one row by AUTO, in elapsed time; the others are in processor time
//   softmax_range/<logits>/<n>                   one row by AUTO; <logits>: normal_1 (deviation), uniform_1000 (+-)
//   softmax_masked/<mask>/<n>                    one row by AUTO, a part of it -infinity: none, causal (the
//                                                second half), padded (all but the first eighth), random (half), all
//   softmax_shards/<shards>/<n>                  one row, reduced in shards, merged, and finished
//   bound/<bound>/<size>                         read, copy, copy_nt: of as many bytes
//   family/...                                   other operations, types of elements and axes: see family.h
//
// Flags, beside those of Google Benchmark:
//
//   --demo    only a few sizes that users know, and a table of them in their words
//   --goals   what the results ought to be, below them
//
// TWOPASS_ISA=avx2 in the environment pins the ISA.
//
// All benchmarks of one size and kind of logits share one input and one output, apart from each other. Their pages are
// touched before; for the rest, a call finds in the caches what the call before has left there, whatever the size.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iostream>
#include <random>
#include <string>

#include "bench/bounds.h"
#include "bench/family.h"
#include "bench/harness.h"
#include "bench/inputs.h"
#include "bench/problem.h"
#include "bench/softmax_demo.h"
#include "bench/softmax_goals.h"
#include "bench/softmax_table.h"
#include "bench/softmax_times.h"
#include "twopass_debug.h"
#if TWOPASS_BENCH_PLAIN_LOOP
#include "bench/plain_loop.h"
#endif
#if TWOPASS_BENCH_PTHREADPOOL
#include <thread>

#include "twopass_pthreadpool.h"
#endif

namespace twopass_bench {
namespace {

using benchmark::State;

constexpr size_t kSmallest = 16;
constexpr size_t kLargest = size_t{1} << 26;
constexpr size_t kStep = 4;

// Of classifiers, of attention, and of the vocabularies of language models.
constexpr struct {
  size_t rows;
  size_t columns;
} kBatches[] = {
    {1000, 10},   {128, 17},    {128, 96},   {128, 384},  {128, 768},   {512, 2048}, {128, 6144},  {1024, 1536},
    {4096, 1536}, {8192, 2048}, {16, 32000}, {64, 32000}, {512, 32000}, {8, 128256}, {32, 151936},
};

constexpr uint32_t kAlgorithms[] = {
    TWOPASS_ALGORITHM_AUTO,     TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE, TWOPASS_ALGORITHM_THREE_PASS_RELOAD,
    TWOPASS_ALGORITHM_TWO_PASS, TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE,   TWOPASS_ALGORITHM_ANCHORED_RELOAD,
};

// ---- What is measured

Buffer uniform_logits_within_1000(size_t n) {
  return random_logits(n, std::uniform_real_distribution<float>(-1000.0f, 1000.0f));
}

constexpr float kMask = -INFINITY;

Buffer causally_masked_logits(size_t n) {
  Buffer logits = normal_logits(n);
  std::fill(&logits[n / 2], &logits[n], kMask);
  return logits;
}

Buffer padded_logits(size_t n) {
  Buffer logits = normal_logits(n);
  std::fill(&logits[n / 8], &logits[n], kMask);
  return logits;
}

Buffer randomly_masked_logits(size_t n) {
  Buffer logits = normal_logits(n);
  std::mt19937 random(1);
  for (size_t i = 0; i < n; i++) {
    if (random() % 2 == 0) logits[i] = kMask;
  }
  return logits;
}

Buffer masks(size_t n) {
  Buffer logits = uninitialized_buffer(n);
  std::fill(&logits[0], &logits[n], kMask);
  return logits;
}

struct Matrix {
  size_t rows;
  size_t columns;
  MakeLogits* make_logits = normal_logits;
  double sum_of_row = 1.0;  // of the outputs

  size_t elements() const { return rows * columns; }
};

template <class Function>
void time_calls(State& state, const Matrix& matrix, Function function) {
  const float* x = shared_logits(matrix.make_logits, matrix.elements());
  float* y = shared_output(matrix.elements());
  for (auto _ : state) function(x, y);
  count_elements(state, matrix.elements());
}

template <class Function>
void time_softmax(State& state, const Matrix& matrix, Function softmax) {
  time_calls(state, matrix, softmax);
  float* y = shared_output(matrix.elements());
  for (size_t row = 0; row < matrix.rows; row++) {
    float* y_of_row = y + row * matrix.columns;
    double sum = 0.0;
    for (size_t i = 0; i < matrix.columns; i++) sum += y_of_row[i];
    if (!(std::fabs(sum - matrix.sum_of_row) < 1e-3)) {
      fail(state, "the output has another sum");
      break;
    }
    y_of_row[0] = NAN;  // so that the check of the next benchmark cannot pass by this output
  }
}

void time_operator(State& state, const Matrix& matrix, const twopass_options& options) {
  // A call that fails writes nothing, which the check of the output finds.
  time_softmax(state, matrix, [&](const float* x, float* y) {
    twopass_softmax_f32(matrix.rows, matrix.columns, x, matrix.columns, y, matrix.columns, &options);
  });
  state.SetLabel(
      twopass_algorithm_name(twopass_choose_algorithm_f32(matrix.rows, matrix.columns, /*in_place=*/false, &options)));
}

template <class Function>
void time_bound(State& state, size_t n, size_t floats_per_element, Function bound) {
  time_calls(state, {1, n}, bound);
  state.SetBytesProcessed(state.iterations() * n * floats_per_element * sizeof(float));
}

// ---- Under what names

template <class Function>
benchmark::internal::Benchmark* add(const std::string& name, Function function) {
  return benchmark::RegisterBenchmark(name.c_str(), function);
}

void add_operator(const std::string& name, const Matrix& matrix, uint32_t algorithm) {
  twopass_options options = {};
  options.algorithm = algorithm;
  add(name, [=](State& state) { time_operator(state, matrix, options); });
}

void add_softmax(size_t rows, size_t columns) {
  const std::string slash_size = "/" + size_name(rows, columns);
  for (uint32_t algorithm : kAlgorithms) {
    add_operator("softmax/" + std::string(twopass_algorithm_name(algorithm)) + slash_size, {rows, columns}, algorithm);
  }
#if TWOPASS_BENCH_PLAIN_LOOP
  add("softmax/plain_loop" + slash_size, [=](State& state) {
    time_softmax(state, {rows, columns}, [=](const float* x, float* y) {
      for (size_t row = 0; row < rows; row++) plain_loop(columns, x + row * columns, y + row * columns);
    });
  });
#endif
  // The bounds take multiples of 64 from there on. What that leaves out does not change a time per element.
  const size_t n = rows * columns < 64 ? rows * columns : rows * columns / 64 * 64;
  add("bound/read" + slash_size,
      [=](State& state) { time_bound(state, n, 1, [=](const float* x, float*) { bound_read(n, x); }); });
  add("bound/copy" + slash_size,
      [=](State& state) { time_bound(state, n, 2, [=](const float* x, float* y) { bound_copy(n, x, y); }); });
#if TWOPASS_BENCH_HAS_COPY_NT
  add("bound/copy_nt" + slash_size,
      [=](State& state) { time_bound(state, n, 2, [=](const float* x, float* y) { bound_copy_nt(n, x, y); }); });
#endif
}

void add_range(size_t n) {
  const std::string slash_n = "/" + std::to_string(n);
  add_operator("softmax_range/normal_1" + slash_n, {1, n, normal_logits_of_deviation_1}, TWOPASS_ALGORITHM_AUTO);
  add_operator("softmax_range/uniform_1000" + slash_n, {1, n, uniform_logits_within_1000}, TWOPASS_ALGORITHM_AUTO);
}

void add_masked(size_t n) {
  twopass_options options = {};
  options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO;
  const auto add_mask = [&](const std::string& mask, const Matrix& matrix) {
    add("softmax_masked/" + mask + "/" + std::to_string(n),
        [=](State& state) { time_operator(state, matrix, options); });
  };
  add_mask("none", {1, n});
  add_mask("causal", {1, n, causally_masked_logits});
  add_mask("padded", {1, n, padded_logits});
  add_mask("random", {1, n, randomly_masked_logits});
  add_mask("all", {1, n, masks, 0.0});
}

void add_shards(size_t shards, size_t n) {
  add("softmax_shards/" + std::to_string(shards) + "/" + std::to_string(n), [=](State& state) {
    const size_t count = n / shards;
    time_softmax(state, {1, n}, [=](const float* x, float* y) {
      twopass_extexp total = {};
      for (size_t begin = 0; begin < n; begin += count) {
        twopass_extexp sum;
        twopass_reduce_extexp_f32(1, count, x + begin, count, &sum, nullptr);
        total = twopass_merge_extexp(total, sum);
      }
      for (size_t begin = 0; begin < n; begin += count) {
        twopass_finish_extexp_f32(1, count, x + begin, count, y + begin, count, &total, nullptr);
      }
    });
  });
}

#if TWOPASS_BENCH_PTHREADPOOL
void add_threads(size_t n) {
  const size_t most = std::max(2u, std::thread::hardware_concurrency());
  for (size_t threads = 1; threads <= most; threads *= 2) {
    const auto time_threads = [=](State& state) {
      twopass_options options = {};
      // Not kept for the next benchmark: idle threads of a pool spin for a while.
      twopass_pthreadpool pool = {threads > 1 ? pthreadpool_create(threads) : nullptr, 0};
      const twopass_runner runner = twopass_pthreadpool_runner(&pool);
      options.runner = &runner;
      time_operator(state, {1, n}, options);
      if (threads > 1) pthreadpool_destroy(pool.threads);
    };
    add("softmax_threads/" + std::to_string(threads) + "/" + std::to_string(n), time_threads)->UseRealTime();
  }
}
#endif

// Takes a flag from the command line, and says whether it was there.
bool take_flag(const char* flag, int* argc, char** argv) {
  char** end = argv + *argc;
  char** kept = std::remove_if(argv + 1, end, [=](const char* given) { return std::strcmp(given, flag) == 0; });
  *argc = static_cast<int>(kept - argv);
  return kept != end;
}

}  // namespace
}  // namespace twopass_bench

int main(int argc, char** argv) {
  using namespace twopass_bench;
  for (size_t n = kSmallest; n <= kLargest; n *= kStep) add_softmax(1, n);
  for (const auto& batch : kBatches) add_softmax(batch.rows, batch.columns);
#if TWOPASS_BENCH_PTHREADPOOL
  for (size_t n = size_t{1} << 12; n <= kLargest; n *= kStep) add_threads(n);
#endif
  add_range(65536);
  for (size_t n : {size_t{1} << 10, size_t{1} << 16, size_t{1} << 20}) {
    add_masked(n);
    for (size_t shards : {1, 8, 64}) add_shards(shards, n);
  }
  add_family();
#if TWOPASS_BENCH_PLAIN_LOOP
  benchmark::AddCustomContext("plain_loop", plain_loop_compiler());
#endif
  const bool is_demo = take_flag("--demo", &argc, argv);
  const bool shows_goals = take_flag("--goals", &argc, argv);
  std::vector<std::string> defaults = {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=9",
                                       "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.05"};
  if (is_demo) defaults.push_back("--benchmark_filter=" + softmax_demo_filter());
  const Results results = run(argc, argv, defaults, /*shows_head=*/!is_demo);
  std::cout << (is_demo ? softmax_demo : softmax_table)(results.measurements);
  if (!is_demo) std::cout << family_table(results.measurements);
  if (shows_goals) std::cout << softmax_goals(results.measurements);
  return results.exit_status;
}
