// The results of bench_peers side by side.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/peers/peers_table.h"

#include <cmath>
#include <limits>

#include "bench/format.h"
#include "bench/softmax_times.h"

namespace twopass_bench {
namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();
constexpr int kCellWidth = 12;
constexpr int kShapeWidth = 16;

// A call that costs more than this share of the whole leaves too little to tell the softmax by.
constexpr double kLargestShareOfCall = 0.8;

class Table {
 public:
  Table(const std::vector<Peer>& peers, const std::vector<PeersCase>& cases,
        const std::vector<Measurement>& measurements)
      : ours_(peers.front()), others_(peers.begin() + 1, peers.end()), times_(measurements) {
    for (const PeersCase& each : cases) {
      if (is_measured(each)) cases_.push_back(each);
    }
  }

  // A table for each run of cases of one operation, type and number of threads.
  std::string all() const {
    std::string lines;
    const PeersCase* before = nullptr;
    for (const PeersCase& each : cases_) {
      const bool goes_on = before != nullptr && each.operation == before->operation && each.type == before->type &&
                           each.threads == before->threads;
      lines += (goes_on ? "" : head(each)) + line(each);
      before = &each;
    }
    return lines;
  }

  // Where a peer is ahead, and the worst size.
  std::string summary() const {
    size_t compared = 0, behind = 0;
    const PeersCase* worst = nullptr;
    for (const PeersCase& each : cases_) {
      const double gain = gain_at(each);
      if (std::isnan(gain)) continue;
      compared++;
      if (gain < 1.0) behind++;
      if (worst == nullptr || gain < gain_at(*worst)) worst = &each;
    }
    if (worst == nullptr) return "";
    return "\nA peer is ahead of " + ours_.name + " on " + std::to_string(behind) + " of " + std::to_string(compared) +
           " lines. The worst line for " + ours_.name + ": " + operation_name(worst->operation, worst->type) + " of " +
           shape_name(worst->shape) + " on " + threads_text(worst->threads) + ", " + verdict(*worst) + ".\n";
  }

 private:
  static std::string threads_text(int threads) {
    return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
  }

  bool is_measured(const PeersCase& each) const {
    for (const Peer& peer : others_) {
      if (!std::isnan(time_of(peer, each))) return true;
    }
    return !std::isnan(time_of(ours_, each));
  }

  // In ns per element.
  double time_of(const Peer& peer, const PeersCase& each) const { return times_.of(peers_benchmark(peer.name, each)); }

  // The same less what a call costs, for peers with slow calls; NaN where that is nearly all.
  double time_without_call(const Peer& peer, const PeersCase& each) const {
    const double time = time_of(peer, each);
    if (!peer.has_slow_call) return time;
    const double call = time_of(peer, peers_call(each.threads)) / elements_of(each.shape);
    return call <= kLargestShareOfCall * time ? time - call : kNotMeasured;
  }

  const Peer* best_of_others(const PeersCase& each) const {
    const Peer* best = nullptr;
    for (const Peer& peer : others_) {
      const double time = time_without_call(peer, each);
      if (!std::isnan(time) && (best == nullptr || time < time_without_call(*best, each))) best = &peer;
    }
    return best;
  }

  // How many times as fast as the best peer ours is.
  double gain_at(const PeersCase& each) const {
    const Peer* best = best_of_others(each);
    return best == nullptr ? kNotMeasured : time_without_call(*best, each) / time_of(ours_, each);
  }

  std::string verdict(const PeersCase& each) const {
    const double gain = gain_at(each);
    if (std::isnan(gain)) return "-";
    const std::string of_best = number(gain, 4, 2) + " times as fast as " + best_of_others(each)->name;
    return gain < 1.0 ? of_best + ", which is ahead" : of_best;
  }

  std::string head(const PeersCase& first) const {
    constexpr const char* kTypes[] = {"float32", "float16", "bfloat16"};
    std::string line = "\n" + operation_name(first.operation, TWOPASS_F32) + " of " + kTypes[first.type] + " on " +
                       threads_text(first.threads) + ": ns per element, median; less is better.\n\n" +
                       text("rows x columns", kShapeWidth);
    line += text(ours_.name, kCellWidth);
    for (const Peer& peer : others_) {
      line += text(peer.name, kCellWidth);
      if (peer.has_slow_call) line += text("less call", kCellWidth);
    }
    return line + "   " + ours_.name + " against the best peer\n";
  }

  std::string line(const PeersCase& each) const {
    std::string line = text(shape_name(each.shape), kShapeWidth) + number(time_of(ours_, each), kCellWidth, 4);
    for (const Peer& peer : others_) {
      line += number(time_of(peer, each), kCellWidth, 4);
      if (peer.has_slow_call) line += number(time_without_call(peer, each), kCellWidth, 4);
    }
    return line + "   " + verdict(each) + "\n";
  }

  Peer ours_;
  std::vector<Peer> others_;
  SoftmaxTimes times_;
  std::vector<PeersCase> cases_;
};

std::string legend(const std::vector<Peer>& peers) {
  std::string lines = "\nrows x columns x inner: over another axis than the last, with `inner` elements behind it\n\n";
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

std::string peers_benchmark(const std::string& peer, const PeersCase& measured) {
  const auto& [operation, type, shape, threads] = measured;
  const bool is_plain = is_plain_softmax(operation, type, shape);
  return "peers/" + peer + "/" + (is_plain ? "" : operation_name(operation, type) + "/") + shape_name(shape) + "/" +
         std::to_string(threads);
}

PeersCase peers_call(int threads) { return {Operation::kSoftmax, TWOPASS_F32, {1, 1, 1}, threads}; }

std::string peers_table(const std::vector<Peer>& peers, const std::vector<PeersCase>& cases,
                        const std::vector<Measurement>& measurements) {
  if (measurements.empty()) return "";
  const Table table(peers, cases, measurements);
  return table.all() + legend(peers) + table.summary();
}

}  // namespace twopass_bench
