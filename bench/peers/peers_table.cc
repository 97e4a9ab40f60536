// The results of bench_peers side by side.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/peers/peers_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "bench/format.h"
#include "bench/softmax_times.h"

namespace twopass_bench {
namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();
constexpr int kCellWidth = 12;

// A call that costs more than this share of the whole leaves too little to tell the softmax by.
constexpr double kLargestShareOfCall = 0.8;

struct Size {
  size_t rows;
  size_t columns;
  int threads;

  double elements() const { return static_cast<double>(rows) * columns; }
  std::string text() const { return std::to_string(rows) + "x" + std::to_string(columns); }
};

bool operator==(const Size& a, const Size& b) {
  return a.rows == b.rows && a.columns == b.columns && a.threads == b.threads;
}

// The sizes that any peer was measured at, in the order of their registration.
std::vector<Size> sizes_of(const std::vector<Measurement>& measurements) {
  std::vector<Size> sizes;
  for (const Measurement& measurement : measurements) {
    Size size = {};
    const int found =
        std::sscanf(measurement.name.c_str(), "peers/%*[^/]/%zux%zu/%d", &size.rows, &size.columns, &size.threads);
    const bool is_of_call = size.elements() == 1;
    if (found == 3 && !is_of_call && std::find(sizes.begin(), sizes.end(), size) == sizes.end()) sizes.push_back(size);
  }
  return sizes;
}

class Table {
 public:
  Table(const std::vector<Peer>& peers, const std::vector<Measurement>& measurements)
      : ours_(peers.front()),
        others_(peers.begin() + 1, peers.end()),
        times_(measurements),
        sizes_(sizes_of(measurements)) {}

  std::string of_threads(int threads) const {
    std::string lines;
    for (const Size& size : sizes_) {
      if (size.threads == threads) lines += line(size);
    }
    return lines.empty() ? "" : head(threads) + lines;
  }

  // Where a peer is ahead, and the worst size.
  std::string summary() const {
    size_t compared = 0, behind = 0;
    const Size* worst = nullptr;
    for (const Size& size : sizes_) {
      const double gain = gain_at(size);
      if (std::isnan(gain)) continue;
      compared++;
      if (gain < 1.0) behind++;
      if (worst == nullptr || gain < gain_at(*worst)) worst = &size;
    }
    if (worst == nullptr) return "";
    return "\nA peer is ahead of " + ours_.name + " on " + std::to_string(behind) + " of " + std::to_string(compared) +
           " lines. The worst line for " + ours_.name + ": " + worst->text() + " on " + threads_text(worst->threads) +
           ", " + verdict(*worst) + ".\n";
  }

 private:
  static std::string threads_text(int threads) {
    return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
  }

  // In ns per element.
  double time_of(const Peer& peer, const Size& size) const {
    return times_.of(peers_benchmark(peer.name, size.rows, size.columns, size.threads));
  }

  // The same less what a call costs, for peers with slow calls; NaN where that is nearly all.
  double time_without_call(const Peer& peer, const Size& size) const {
    const double time = time_of(peer, size);
    if (!peer.has_slow_call) return time;
    const double call = time_of(peer, {1, 1, size.threads}) / size.elements();
    return call <= kLargestShareOfCall * time ? time - call : kNotMeasured;
  }

  const Peer* best_of_others(const Size& size) const {
    const Peer* best = nullptr;
    for (const Peer& peer : others_) {
      const double time = time_without_call(peer, size);
      if (!std::isnan(time) && (best == nullptr || time < time_without_call(*best, size))) best = &peer;
    }
    return best;
  }

  // How many times as fast as the best peer ours is.
  double gain_at(const Size& size) const {
    const Peer* best = best_of_others(size);
    return best == nullptr ? kNotMeasured : time_without_call(*best, size) / time_of(ours_, size);
  }

  std::string verdict(const Size& size) const {
    const double gain = gain_at(size);
    if (std::isnan(gain)) return "-";
    const std::string of_best = number(gain, 4, 2) + " times as fast as " + best_of_others(size)->name;
    return gain < 1.0 ? of_best + ", which is ahead" : of_best;
  }

  std::string head(int threads) const {
    std::string line = "\nSoftmax of matrices of float32 logits on " + threads_text(threads) +
                       ": ns per element, median; less is better.\n\n" + text("rows x columns", 15);
    line += text(ours_.name, kCellWidth);
    for (const Peer& peer : others_) {
      line += text(peer.name, kCellWidth);
      if (peer.has_slow_call) line += text("less call", kCellWidth);
    }
    return line + "   " + ours_.name + " against the best peer\n";
  }

  std::string line(const Size& size) const {
    std::string line = text(size.text(), 15) + number(time_of(ours_, size), kCellWidth, 4);
    for (const Peer& peer : others_) {
      line += number(time_of(peer, size), kCellWidth, 4);
      if (peer.has_slow_call) line += number(time_without_call(peer, size), kCellWidth, 4);
    }
    return line + "   " + verdict(size) + "\n";
  }

  Peer ours_;
  std::vector<Peer> others_;
  SoftmaxTimes times_;
  std::vector<Size> sizes_;
};

std::string legend(const std::vector<Peer>& peers) {
  std::string lines = "\n";
  for (const Peer& peer : peers) {
    lines += text_on_left(peer.name, kCellWidth) + "   " + peer.version + (peer.has_threads ? "" : "; has no threads") +
             "\n";
  }
  for (const Peer& peer : peers) {
    if (!peer.has_slow_call) continue;
    lines +=
        text_on_left("less call", kCellWidth) + "   the time of " + peer.name +
        " less what it takes for a single element, which is the cost of a call from\n" + text_on_left("", kCellWidth) +
        "   another language; what is left is compared. A dash, and no comparison, where that cost is most of it.\n";
  }
  return lines;
}

}  // namespace

std::string peers_benchmark(const std::string& peer, size_t rows, size_t columns, int threads) {
  return "peers/" + peer + "/" + std::to_string(rows) + "x" + std::to_string(columns) + "/" + std::to_string(threads);
}

std::string peers_table(const std::vector<Peer>& peers, const std::vector<Measurement>& measurements) {
  if (measurements.empty()) return "";
  const Table table(peers, measurements);
  return table.of_threads(1) + table.of_threads(2) + legend(peers) + table.summary();
}

}  // namespace twopass_bench
