// What bench_softmax shall show, beside what it shows.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/softmax_goals.h"

#include <twopass_debug.h>

#include <cmath>
#include <limits>

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
  const double normal = times.of("softmax_range/normal_1", size_name(1, 65536));
  const double uniform = times.of("softmax_range/uniform_1000", size_name(1, 65536));

  constexpr Limit kAtLeast = Limit::kAtLeast;
  constexpr Limit kAtMost = Limit::kAtMost;
  return {
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
}

std::string line(const Goal& goal, double limit) {
  const double measured = goal.measured.value;
  const bool is_at_most = goal.limit == Limit::kAtMost;
  const bool is_met = is_at_most ? measured <= limit : measured >= limit;
  return text_on_left(goal.what, 58) + text(goal.measured.where, 10) + (is_at_most ? "   at most  " : "   at least ") +
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
