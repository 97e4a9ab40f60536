// The results of bench_softmax side by side.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/softmax_table.h"

#include <cmath>
#include <limits>
#include <map>

#include "bench/format.h"

namespace twopass_bench {
namespace {

constexpr char kHead[] = R"(
Softmax of one row of n logits in one thread: ns per element, median.

             ------------- algorithm --------------   plain   -- memory limits ---   ----- times as fast -----
                      three_pass three_pass     two                          copy    two_pass    reload   auto   auto
       n        auto   recompute     reload    pass    loop    read    copy    _nt     /three    /plain  /best   runs
)";

constexpr char kLegend[] = R"(
memory limits   reading n floats, copying them, and copying them with non-temporal stores, as fast as can be. Two passes
                take at least one read and one copy.
two_pass/three  two_pass against the faster of the two three_pass algorithms: above 1, two_pass is faster
reload/plain    three_pass_reload against the plain loop
auto/best       auto against the fastest of the three algorithms: below 1, auto chose badly
Each call works on the buffers of the call before, so a row that fits a cache is in that cache.
)";

// The measurements of one n by what was measured, such as "softmax/auto".
using Row = std::map<std::string, Measurement>;

double time_of(const Row& row, const std::string& subject) {
  const auto found = row.find(subject);
  return found == row.end() ? std::numeric_limits<double>::quiet_NaN() : found->second.ns_per_element;
}

std::string table_row(size_t n, const Row& row) {
  const double automatic = time_of(row, "softmax/auto");
  const double recompute = time_of(row, "softmax/three_pass_recompute");
  const double reload = time_of(row, "softmax/three_pass_reload");
  const double two_pass = time_of(row, "softmax/two_pass");
  const double plain = time_of(row, "softmax/plain_loop");
  const double three_pass = std::fmin(recompute, reload);
  const auto chosen = row.find("softmax/auto");

  return text(binary_size(n), 8) +
         // the algorithms
         number(automatic, 12, 4) + number(recompute, 12, 4) + number(reload, 11, 4) + number(two_pass, 8, 4) +
         number(plain, 8, 4) +
         // the limits
         number(time_of(row, "bound/read"), 8, 4) + number(time_of(row, "bound/copy"), 8, 4) +
         number(time_of(row, "bound/copy_nt"), 7, 4) +
         // how many times as fast
         number(three_pass / two_pass, 11, 2) + number(plain / reload, 10, 2) +
         number(std::fmin(three_pass, two_pass) / automatic, 7, 2) +
         (chosen == row.end() ? "" : "   " + chosen->second.label) + "\n";
}

}  // namespace

std::string softmax_table(const std::vector<Measurement>& measurements) {
  if (measurements.empty()) return "";

  std::map<size_t, Row> rows;
  for (const Measurement& measurement : measurements) {
    const size_t slash = measurement.name.rfind('/');
    rows[std::stoull(measurement.name.substr(slash + 1))][measurement.name.substr(0, slash)] = measurement;
  }
  std::string table = kHead;
  for (const auto& [n, row] : rows) table += table_row(n, row);
  return table + kLegend;
}

}  // namespace twopass_bench
