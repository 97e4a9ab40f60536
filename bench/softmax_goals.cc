// What bench_softmax shall show, beside what it shows.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/softmax_goals.h"

#include <twopass_debug.h>

#include <cmath>
#include <limits>

#include "bench/family.h"
#include "bench/format.h"
#include "bench/softmax_times.h"

namespace twopass_bench {
namespace {

constexpr char kHead[] = R"(
How many times as fast ("faster") or as long ("over") by the medians of this run:

                                                                       n      required  measured   met
)";

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

enum class Limit { kAtLeast, kAtMost };

struct Ratio {
  double value;  // NaN where it was not measured
  std::string where;
};

struct Goal {
  const char* what;
  Limit limit;
  // Where it lies by ISA; kNone for no goal.
  double on_avx512f;
  double on_avx2;
  Ratio measured;
};

// Of the family: the time of one of its benchmarks against that of another, or where there is none against its bound.
constexpr struct {
  const char* what;
  Limit limit;
  double on_avx512f;
  const char* benchmark;
  const char* other;
} kFamilyGoals[] = {
    {"softmax of bf16 faster than of f32", Limit::kAtLeast, 1.60, "softmax_bf16/1x67108864", "softmax/1x67108864"},
    {"softmax of f16 faster than of f32", Limit::kAtLeast, 1.60, "softmax_f16/1x67108864", "softmax/1x67108864"},
    {"softmax of bf16 faster than of f32", Limit::kAtLeast, 1.60, "softmax_bf16/4096x1536", "softmax/4096x1536"},
    {"softmax of f16 faster than of f32", Limit::kAtLeast, 1.60, "softmax_f16/4096x1536", "softmax/4096x1536"},
    {"softmax of bf16 over that of f32", Limit::kAtMost, 1.10, "softmax_bf16/128x768", "softmax/128x768"},
    {"softmax of f16 over that of f32", Limit::kAtMost, 1.10, "softmax_f16/128x768", "softmax/128x768"},
    {"log_softmax over softmax", Limit::kAtMost, 1.00, "log_softmax/128x768", "softmax/128x768"},
    {"log_softmax over softmax", Limit::kAtMost, 1.00, "log_softmax/4096x1536", "softmax/4096x1536"},
    {"log_softmax over softmax", Limit::kAtMost, 1.00, "log_softmax/1x67108864", "softmax/1x67108864"},
    {"log_sum_exp over a read", Limit::kAtMost, 1.10, "log_sum_exp/1x67108864", nullptr},
    {"cross_entropy with gradient over softmax", Limit::kAtMost, 1.15, "cross_entropy/512x32000", "softmax/512x32000"},
    {"softmax_backward over two reads and a write", Limit::kAtMost, 1.20, "softmax_backward/4096x1536", nullptr},
    {"softmax over another axis over a row of 64 Mi", Limit::kAtMost, 1.30, "softmax/64x21x50176",
     "softmax/1x67108864"},
    {"softmax over another axis over 8192x3072", Limit::kAtMost, 1.30, "softmax/8x3072x1024", "softmax/8192x3072"},
};

// The worst of what was measured for rows of powers of two from `first` to `last`.
template <class Function>
Ratio worst(Limit limit, size_t first, size_t last, Function ratio) {
  Ratio result = {kNone, ""};
  for (size_t n = first; n <= last; n *= 2) {
    const double value = ratio(size_name(1, n));
    const bool is_worse = limit == Limit::kAtMost ? value > result.value : value < result.value;
    if (is_worse || std::isnan(result.value)) result = {value, binary_size(n)};
  }
  return result;
}

std::vector<Goal> goals_of(const SoftmaxTimes& times) {
  constexpr size_t kLongest = size_t{1} << 26;
  const std::string row = size_name(1, kLongest);
  const double time = times.of("softmax/auto", row);

  const auto auto_over_best = [&](const std::string& size) {
    return times.of("softmax/auto", size) / times.best_algorithm(size);
  };
  const auto reload_over_auto = [&](const std::string& size) {
    return times.of("softmax/three_pass_reload", size) / times.of("softmax/auto", size);
  };
  const auto reload_over_auto_in_batch = [&](const std::string& size) { return Ratio{reload_over_auto(size), size}; };
  const double one_thread = times.of("softmax_threads/1", size_name(1, size_t{1} << 20));
  const double two_threads = times.of("softmax_threads/2", size_name(1, size_t{1} << 20));
  const FamilyTimes family(times);
  const double normal = times.of("softmax_range/normal_1", size_name(1, 65536));
  const double uniform = times.of("softmax_range/uniform_1000", size_name(1, 65536));

  constexpr Limit kAtLeast = Limit::kAtLeast;
  constexpr Limit kAtMost = Limit::kAtMost;
  std::vector<Goal> goals = {
      {"AUTO over the memory bound", kAtMost, 1.06, kNone, {time / times.bound(row), "64 Mi"}},
      {"AUTO faster than the best three-pass", kAtLeast, 1.50, 1.30, {times.best_three_pass(row) / time, "64 Mi"}},
      {"AUTO faster than two_pass", kAtLeast, 1.12, kNone, {times.of("softmax/two_pass", row) / time, "64 Mi"}},
      {"AUTO faster than three_pass_reload, worst of 4 Ki to 1 Mi", kAtLeast, 1.12, kNone,
       worst(kAtLeast, size_t{1} << 12, size_t{1} << 20, reload_over_auto)},
      {"AUTO faster than three_pass_reload, batch", kAtLeast, 1.30, kNone, reload_over_auto_in_batch("32x151936")},
      {"AUTO faster than three_pass_reload, batch", kAtLeast, 1.30, kNone, reload_over_auto_in_batch("512x32000")},
      {"AUTO over the best algorithm, worst of 16 to 64 Mi", kAtMost, 1.05, kNone,
       worst(kAtMost, 16, kLongest, auto_over_best)},
      {"AUTO faster on 2 threads than on 1", kAtLeast, 1.70, kNone, {one_thread / two_threads, "1 Mi"}},
      {"AUTO on logits in +-1000 over logits of std 1", kAtMost, 1.15, kNone, {uniform / normal, "64 Ki"}},
  };
  for (const auto& goal : kFamilyGoals) {
    const double ours = family.of("twopass", goal.benchmark);
    const double other = goal.other != nullptr ? family.of("twopass", goal.other) : family.bound(goal.benchmark);
    const std::string name = goal.benchmark;
    goals.push_back({goal.what,
                     goal.limit,
                     goal.on_avx512f,
                     kNone,
                     {goal.limit == kAtMost ? ours / other : other / ours, name.substr(name.rfind('/') + 1)}});
  }
  return goals;
}

std::string line(const Goal& goal, double limit) {
  const double measured = goal.measured.value;
  const bool is_at_most = goal.limit == Limit::kAtMost;
  const bool is_met = is_at_most ? measured <= limit : measured >= limit;
  return text_on_left(goal.what, 57) + text(goal.measured.where, 11) + (is_at_most ? "   at most  " : "   at least ") +
         number(limit, 4, 2) + number(measured, 10, 3) + (is_met ? "   yes\n" : "   NO\n");
}

}  // namespace

std::string softmax_goals(const std::vector<Measurement>& measurements) {
  if (measurements.empty()) return "";
  const std::string isa = twopass_active_isa();
  std::string lines;
  for (const Goal& goal : goals_of(SoftmaxTimes(measurements))) {
    const double limit = isa == "avx512f" ? goal.on_avx512f : isa == "avx2" ? goal.on_avx2 : kNone;
    if (!std::isnan(limit) && !std::isnan(goal.measured.value)) lines += line(goal, limit);
  }
  if (lines.empty()) return "";
  return "\nGoals on " + isa + "\n" + kHead + lines;
}

}  // namespace twopass_bench
