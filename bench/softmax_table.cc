// The results of bench_softmax side by side.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/softmax_table.h"

#include <initializer_list>
#include <map>
#include <set>

#include "bench/format.h"
#include "bench/softmax_times.h"

namespace twopass_bench {
namespace {

constexpr char kRowTimesHead[] = R"(
Softmax of one row of n logits in one thread: ns per element, median.

                   ---- three_pass ----       two   ----- anchored -----     plain   ------ memory bound -----
       n      auto  recompute    reload      pass  recompute      reload      loop      read      copy   copy_nt
)";

constexpr char kRowTimesLegend[] = R"(
memory bound   reading n floats, copying them, and copying them with non-temporal stores, as fast as can be
Each call works on the buffers of the call before, so a row that fits a cache is in that cache.
)";

constexpr char kRowRatiosHead[] = R"(
How many times as fast one is as the other:

          ------------------ auto against ------------------    two_pass     reload
              best        best       two     plain    memory     against    against   what
       n    of all  three_pass      pass      loop     bound  three_pass      plain   auto runs
)";

constexpr char kRowRatiosLegend[] = R"(
best of all    the fastest of the five algorithms: below 1, auto chose badly
memory bound   a read and the better copy: what two passes take that do nothing but move memory
)";

constexpr char kMaskedHead[] = R"(
Softmax of one row of n logits, some of which are -infinity, by auto: ns per element, median.

       n      none    causal    padded    random       all
)";

constexpr char kMaskedLegend[] = R"(
causal   the second half is masked        random   half of them are
padded   all but the first eighth is      all      a row of nothing else, with zeros for outputs
)";

constexpr char kShardsHead[] = R"(
Softmax of one row of n logits in equal shards, each of which is reduced and finished by calls of its own: ns per element, median.

       n   1 shard         8        64
)";

constexpr char kOthersHead[] = R"(
Other inputs: ns per element, median.

)";

bool starts_with(const std::string& name, const std::string& start) { return name.rfind(start, 0) == 0; }

size_t n_of(const Measurement& measurement) {
  return std::stoull(measurement.name.substr(measurement.name.rfind('/') + 1));
}

std::string row_times(size_t n, const SoftmaxTimes& times) {
  const auto cell = [&](const char* subject, int width) { return number(times.of(subject, n), width, 4); };
  return text(binary_size(n), 8) + cell("softmax/auto", 10) + cell("softmax/three_pass_recompute", 11) +
         cell("softmax/three_pass_reload", 10) + cell("softmax/two_pass", 10) + cell("softmax/anchored_recompute", 11) +
         cell("softmax/anchored_reload", 12) + cell("softmax/plain_loop", 10) + cell("bound/read", 10) +
         cell("bound/copy", 10) + cell("bound/copy_nt", 10) + "\n";
}

std::string row_ratios(size_t n, const SoftmaxTimes& times, const std::string& chosen) {
  const double automatic = times.of("softmax/auto", n);
  const double two_pass = times.of("softmax/two_pass", n);
  const double plain = times.of("softmax/plain_loop", n);
  return text(binary_size(n), 8) + number(times.best_algorithm(n) / automatic, 10, 2) +
         number(times.best_three_pass(n) / automatic, 12, 2) + number(two_pass / automatic, 10, 2) +
         number(plain / automatic, 10, 2) + number(times.bound(n) / automatic, 10, 2) +
         number(times.best_three_pass(n) / two_pass, 12, 2) +
         number(plain / times.of("softmax/three_pass_reload", n), 11, 2) + "   " + chosen + "\n";
}

// A row for each n for which there is a measurement of the subject, and a column for each of its kinds; empty where
// there is none.
std::string table_of_kinds(const char* head, const std::string& subject, std::initializer_list<const char*> kinds,
                           const std::vector<Measurement>& measurements, const SoftmaxTimes& times) {
  std::set<size_t> all_n;
  for (const Measurement& measurement : measurements) {
    if (starts_with(measurement.name, subject)) all_n.insert(n_of(measurement));
  }
  if (all_n.empty()) return "";
  std::string table = head;
  for (size_t n : all_n) {
    table += text(binary_size(n), 8);
    for (const char* kind : kinds) table += number(times.of(subject + kind, n), 10, 4);
    table += "\n";
  }
  return table;
}

}  // namespace

std::string softmax_table(const std::vector<Measurement>& measurements) {
  const SoftmaxTimes times(measurements);
  std::map<size_t, std::string> chosen;  // by AUTO, by the n of all rows
  std::string others;
  for (const Measurement& measurement : measurements) {
    const std::string& name = measurement.name;
    if (starts_with(name, "softmax/") || starts_with(name, "bound/")) {
      std::string& of_n = chosen[n_of(measurement)];
      if (starts_with(name, "softmax/auto/")) of_n = measurement.label;
    } else if (!starts_with(name, "softmax_masked/") && !starts_with(name, "softmax_shards/")) {
      others += text_on_left(name, 48) + number(measurement.ns_per_element, 10, 4) + "   " + measurement.label + "\n";
    }
  }

  std::string table;
  if (!chosen.empty()) {
    table += kRowTimesHead;
    for (const auto& [n, algorithm] : chosen) table += row_times(n, times);
    table += std::string(kRowTimesLegend) + kRowRatiosHead;
    for (const auto& [n, algorithm] : chosen) table += row_ratios(n, times, algorithm);
    table += kRowRatiosLegend;
  }
  const std::string masked = table_of_kinds(kMaskedHead, "softmax_masked/",
                                            {"none", "causal", "padded", "random", "all"}, measurements, times);
  if (!masked.empty()) table += masked + kMaskedLegend;
  table += table_of_kinds(kShardsHead, "softmax_shards/", {"1", "8", "64"}, measurements, times);
  if (!others.empty()) table += kOthersHead + others;
  return table;
}

}  // namespace twopass_bench
