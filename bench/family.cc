// The operations beside softmax, the other types of elements, and other axes.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/family.h"

#include <cmath>
#include <set>

#include "bench/bounds.h"
#include "bench/format.h"
#include "bench/problem.h"
#if TWOPASS_BENCH_PLAIN_LOOP
#include "bench/plain_loop.h"
#endif

namespace twopass_bench {
namespace {

constexpr size_t kLongRow = size_t{1} << 26;

constexpr struct {
  Operation operation;
  uint32_t type;
  twopass_shape shape;
} kFamily[] = {
    {Operation::kSoftmax, TWOPASS_F32, {128, 768, 1}},
    {Operation::kSoftmax, TWOPASS_BF16, {128, 768, 1}},
    {Operation::kSoftmax, TWOPASS_F16, {128, 768, 1}},
    {Operation::kSoftmax, TWOPASS_F32, {4096, 1536, 1}},
    {Operation::kSoftmax, TWOPASS_BF16, {4096, 1536, 1}},
    {Operation::kSoftmax, TWOPASS_F16, {4096, 1536, 1}},
    {Operation::kSoftmax, TWOPASS_F32, {1, kLongRow, 1}},
    {Operation::kSoftmax, TWOPASS_BF16, {1, kLongRow, 1}},
    {Operation::kSoftmax, TWOPASS_F16, {1, kLongRow, 1}},
    {Operation::kLogSoftmax, TWOPASS_F32, {128, 768, 1}},
    {Operation::kLogSoftmax, TWOPASS_F32, {4096, 1536, 1}},
    {Operation::kLogSoftmax, TWOPASS_F32, {1, kLongRow, 1}},
    {Operation::kLogSumExp, TWOPASS_F32, {4096, 1536, 1}},
    {Operation::kLogSumExp, TWOPASS_F32, {1, kLongRow, 1}},
    {Operation::kSoftmaxBackward, TWOPASS_F32, {4096, 1536, 1}},
    {Operation::kLogSoftmaxBackward, TWOPASS_F32, {4096, 1536, 1}},
    {Operation::kSoftmax, TWOPASS_F32, {512, 32000, 1}},
    {Operation::kCrossEntropy, TWOPASS_F32, {512, 32000, 1}},
    // Over another axis, beside as many elements in rows that lie as they are computed.
    {Operation::kSoftmax, TWOPASS_F32, {64, 21, 224 * 224}},
    {Operation::kSoftmax, TWOPASS_F32, {8, 3072, 1024}},
    {Operation::kSoftmax, TWOPASS_F32, {8192, 3072, 1}},
};

template <class Function>
void time_problem(benchmark::State& state, const Problem& problem, Function function) {
  for (auto _ : state) function();
  count_elements(state, elements_of(problem.shape));
}

// The same, having seen once in this process that the outputs are right.
template <class Function>
void time_right(benchmark::State& state, const std::string& name, const Problem& problem, Function function) {
  static std::set<std::string> seen;
  if (seen.count(name) == 0) {
    spoil_outputs(problem);
    function();
    if (!is_right(problem)) return fail(state, (name + ": the output is wrong").c_str());
    seen.insert(name);
  }
  time_problem(state, problem, function);
}

void read_and_write(const Problem& problem, void (*copy)(size_t n, const float* x, float* y)) {
  const size_t n = elements_of(problem.shape) * size_of(problem.type) / sizeof(float);
  const float* const x = static_cast<const float*>(problem.x);
  if (problem.y == nullptr) return bound_read(n, x);
  if (problem.dy != nullptr) bound_read(n, static_cast<const float*>(problem.dy));
  copy(n, x, static_cast<float*>(problem.y));
}

std::string benchmark_of(Operation operation, uint32_t type, const twopass_shape& shape) {
  return operation_name(operation, type) + "/" + shape_name(shape);
}

std::string line(Operation operation, uint32_t type, const twopass_shape& shape, const FamilyTimes& times) {
  const std::string benchmark = benchmark_of(operation, type, shape);
  const double ours = times.of("twopass", benchmark);
  if (std::isnan(ours)) return "";
  const double plain = times.of("plain_loop", benchmark), bound = times.bound(benchmark);
  return text_on_left(operation_name(operation, type), 22) + text(shape_name(shape), 13) + number(ours, 10, 4) +
         number(plain, 10, 4) + number(bound, 10, 4) + number(plain / ours, 9, 2) + number(bound / ours, 9, 2) + "\n";
}

constexpr char kHead[] = R"(
Other operations, types of elements and axes in one thread: ns per element, median, and how many times as fast twopass
is as the others:

                                                     plain   read and    ----- against
operation                     shape   twopass      loop     write    plain  read and
                                                                     loop     write
)";

constexpr char kLegend[] = R"(
shape            rows x columns; of a softmax over another axis than the last: those before x it x those behind it
_bf16, _f16      inputs and outputs of 16 bits an element; the others are floats
*_backward       the gradient by the logits, from outputs and the gradient by them
cross_entropy    losses, and the gradient by the logits
plain loop       the usual loops, which the compiler may vectorise for this processor; 16 bits become floats and back
read and write   reading all inputs once, and writing all outputs, as fast as can be; what no cache holds and has to be
                 looked at before it is written, such as one long row, is read twice, and cannot be as fast
)";

}  // namespace

void add_family() {
  for (const auto& [operation, type, shape] : kFamily) {
    const auto add = [&, operation = operation, type = type, shape = shape](const char* who, auto time) {
      const std::string name = std::string("family/") + who + "/" + benchmark_of(operation, type, shape);
      benchmark::RegisterBenchmark(
          name.c_str(), [=](benchmark::State& state) { time(state, name, problem_of(operation, type, shape)); });
    };
    add("twopass", [](benchmark::State& state, const std::string& name, const Problem& problem) {
      time_right(state, name, problem, [&] { compute(problem, nullptr); });
    });
#if TWOPASS_BENCH_PLAIN_LOOP
    if (has_plain_loop(operation, type, shape)) {
      add("plain_loop", [](benchmark::State& state, const std::string& name, const Problem& problem) {
        time_right(state, name, problem, [&] { plain_loop(problem); });
      });
    }
#endif
    add("read_write", [](benchmark::State& state, const std::string&, const Problem& problem) {
      time_problem(state, problem, [&] { read_and_write(problem, bound_copy); });
    });
#if TWOPASS_BENCH_HAS_COPY_NT
    add("read_write_nt", [](benchmark::State& state, const std::string&, const Problem& problem) {
      time_problem(state, problem, [&] { read_and_write(problem, bound_copy_nt); });
    });
#endif
  }
}

std::string family_table(const std::vector<Measurement>& measurements) {
  const SoftmaxTimes times(measurements);
  std::string lines;
  for (const auto& [operation, type, shape] : kFamily) lines += line(operation, type, shape, FamilyTimes(times));
  return lines.empty() ? "" : kHead + lines + kLegend;
}

}  // namespace twopass_bench
