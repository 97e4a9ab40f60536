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

constexpr char kBatchesHead[] = R"(
Softmax of batches in one thread: ns per element, median, and how many times as fast auto is as the others:

                             plain    read +   ----- auto against -----
rows x columns      auto      loop      copy     best   plain    read +   algorithm
                                               of all    loop      copy   of auto
)";

constexpr char kBatchesLegend[] = R"(
read + copy         a read of the batch and the better copy, as for a row the memory bound; but here auto may be ahead,
                    where a row stays in cache between its two passes, so that memory is read once
algorithm of auto   as twopass_choose_algorithm_f32 tells it, which does not tell the kernel: where rows are short, auto
                    runs f32_vsoftmax, whatever it says, and may be ahead of the best of all five algorithms
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

std::string size_of(const Measurement& measurement) { return measurement.name.substr(measurement.name.rfind('/') + 1); }

size_t n_of(const Measurement& measurement) { return std::stoull(size_of(measurement)); }

std::string row_times(const std::string& n, const SoftmaxTimes& times) {
  const auto cell = [&](const char* subject, int width) { return number(times.of(subject, n), width, 4); };
  return text(binary_size(std::stoull(n)), 8) + cell("softmax/auto", 10) + cell("softmax/three_pass_recompute", 11) +
         cell("softmax/three_pass_reload", 10) + cell("softmax/two_pass", 10) + cell("softmax/anchored_recompute", 11) +
         cell("softmax/anchored_reload", 12) + cell("softmax/plain_loop", 10) + cell("bound/read", 10) +
         cell("bound/copy", 10) + cell("bound/copy_nt", 10) + "\n";
}

std::string row_ratios(const std::string& n, const SoftmaxTimes& times, const std::string& chosen) {
  const double automatic = times.of("softmax/auto", n);
  const double two_pass = times.of("softmax/two_pass", n);
  const double plain = times.of("softmax/plain_loop", n);
  return text(binary_size(std::stoull(n)), 8) + number(times.best_algorithm(n) / automatic, 10, 2) +
         number(times.best_three_pass(n) / automatic, 12, 2) + number(two_pass / automatic, 10, 2) +
         number(plain / automatic, 10, 2) + number(times.bound(n) / automatic, 10, 2) +
         number(times.best_three_pass(n) / two_pass, 12, 2) +
         number(plain / times.of("softmax/three_pass_reload", n), 11, 2) + "   " + chosen + "\n";
}

std::string batch_line(const std::string& size, const SoftmaxTimes& times, const std::string& chosen) {
  const double automatic = times.of("softmax/auto", size);
  const double plain = times.of("softmax/plain_loop", size);
  const double bound = times.bound(size);
  return text(size, 14) + number(automatic, 10, 4) + number(plain, 10, 4) + number(bound, 10, 4) +
         number(times.best_algorithm(size) / automatic, 9, 2) + number(plain / automatic, 8, 2) +
         number(bound / automatic, 10, 2) + "   " + chosen + "\n";
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
    for (const char* kind : kinds) table += number(times.of(subject + kind, size_name(1, n)), 10, 4);
    table += "\n";
  }
  return table;
}

}  // namespace

std::string softmax_table(const std::vector<Measurement>& measurements) {
  const SoftmaxTimes times(measurements);
  std::vector<std::string> rows, batches;     // their sizes, in the order of registration
  std::map<std::string, std::string> chosen;  // by AUTO, by size
  std::string others;
  for (const Measurement& measurement : measurements) {
    const std::string& name = measurement.name;
    if (starts_with(name, "softmax/") || starts_with(name, "bound/")) {
      const std::string size = size_of(measurement);
      std::vector<std::string>& sizes = size.find('x') == std::string::npos ? rows : batches;
      if (sizes.empty() || sizes.back() != size) sizes.push_back(size);
      if (starts_with(name, "softmax/auto/")) chosen[size] = measurement.label;
    } else if (!starts_with(name, "softmax_masked/") && !starts_with(name, "softmax_shards/") &&
               !starts_with(name, "family/")) {
      others += text_on_left(name, 48) + number(measurement.ns_per_element, 10, 4) + "   " + measurement.label + "\n";
    }
  }

  std::string table;
  if (!rows.empty()) {
    table += kRowTimesHead;
    for (const std::string& n : rows) table += row_times(n, times);
    table += std::string(kRowTimesLegend) + kRowRatiosHead;
    for (const std::string& n : rows) table += row_ratios(n, times, chosen[n]);
    table += kRowRatiosLegend;
  }
  if (!batches.empty()) {
    table += kBatchesHead;
    for (const std::string& size : batches) table += batch_line(size, times, chosen[size]);
    table += kBatchesLegend;
  }
  const std::string masked = table_of_kinds(kMaskedHead, "softmax_masked/",
                                            {"none", "causal", "padded", "random", "all"}, measurements, times);
  if (!masked.empty()) table += masked + kMaskedLegend;
  table += table_of_kinds(kShardsHead, "softmax_shards/", {"1", "8", "64"}, measurements, times);
  if (!others.empty()) table += kOthersHead + others;
  return table;
}

}  // namespace twopass_bench
