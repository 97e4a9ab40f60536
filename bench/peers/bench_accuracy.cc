// How accurate the peers are, and what they make of hard inputs. Everything is on one thread.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "bench/format.h"
#include "bench/inputs.h"
#include "bench/peers/exact.h"
#include "bench/peers/peers.h"
#include "twopass_debug.h"

namespace twopass_bench {
namespace {

constexpr int kCellWidth = 14;
constexpr int kNameWidth = 37;

bool any_failed = false;

// False where the peer cannot.
bool compute(const Peer& peer, const Problem& problem) {
  spoil_outputs(problem);
  try {
    peer.prepare(problem);
    return true;
  } catch (const std::exception& error) {
    any_failed = true;
    std::cerr << peer.name << ": " << error.what() << "\n";
    return false;
  }
}

// Puts the softmax of the row x into y.
bool compute(const Peer& peer, size_t n, const Buffer& x, Buffer& y) {
  const twopass_shape row = {1, n, 1};
  return compute(peer, {Operation::kSoftmax, TWOPASS_F32, row, x.get(), nullptr, nullptr, y.get(), nullptr});
}

void print_line(const std::string& name, const std::vector<std::string>& cells) {
  std::cout << text_on_left(name, kNameWidth);
  for (const std::string& cell : cells) std::cout << text(cell, kCellWidth);
  std::cout << "\n" << std::flush;
}

void print_head(const std::string& title, const std::string& name, const std::vector<Peer>& peers) {
  std::cout << "\n" << title << "\n\n";
  std::vector<std::string> names;
  for (const Peer& peer : peers) names.push_back(peer.name);
  print_line(name, names);
}

// ---- Accuracy

// Over the results whose exact value is at least FLT_MIN.
struct Errors {
  double relative = 0.0;  // the largest relative error of those that are not 0
  double ulps = 0.0;      // the same in units of the last place
  size_t zeros = 0;       // results that are 0
};

Errors errors_of(size_t n, const ExactSoftmax& exact_of, const Buffer& x, const Buffer& y) {
  Errors errors;
  for (size_t i = 0; i < n; i++) {
    const double exact = exact_of(x[i]);
    if (exact < FLT_MIN) continue;
    if (y[i] == 0.0f) {
      errors.zeros++;
      continue;
    }
    const double error = std::isnan(y[i]) ? std::numeric_limits<double>::infinity() : std::fabs(y[i] - exact);
    errors.relative = std::max(errors.relative, error / exact);
    errors.ulps = std::max(errors.ulps, error * std::exp2(FLT_MANT_DIG - 1 - std::ilogb(exact)));
  }
  return errors;
}

std::string scientific(double value) {
  char cell[32];
  std::snprintf(cell, sizeof cell, "%.1e", value);
  return cell;
}

void print_errors(const std::vector<Peer>& peers) {
  struct Line {
    std::string name;
    std::vector<std::string> relative, ulps, zeros;
  };
  std::vector<Line> lines;
  for (float deviation : {1.0f, 10.0f, 30.0f}) {
    for (size_t n : {size_t{1000}, size_t{65536}, size_t{1} << 24}) {
      const Buffer x = random_logits(n, std::normal_distribution<float>(0.0f, deviation));
      Buffer y = touched_output(n);
      const ExactSoftmax exact(n, x.get());
      Line line = {"standard deviation " + number(deviation, 2, 0) + ", n = " + std::to_string(n), {}, {}, {}};
      for (const Peer& peer : peers) {
        const bool computes = compute(peer, n, x, y);
        const Errors errors = errors_of(n, exact, x, y);
        line.relative.push_back(computes ? scientific(errors.relative) : "failed");
        line.ulps.push_back(computes ? number(errors.ulps, 0, 1) : "failed");
        line.zeros.push_back(computes ? std::to_string(errors.zeros) : "failed");
      }
      lines.push_back(line);
    }
  }
  print_head("Largest relative error of the results of at least FLT_MIN, against double:", "normal logits", peers);
  for (const Line& line : lines) print_line(line.name, line.relative);
  print_head("The same in units in the last place (ULP):", "normal logits", peers);
  for (const Line& line : lines) print_line(line.name, line.ulps);
  print_head("Left out above, results that are 0 where at least FLT_MIN is right:", "normal logits", peers);
  for (const Line& line : lines) print_line(line.name, line.zeros);
}

// ---- The family

void print_family(const std::vector<Peer>& peers) {
  constexpr struct {
    Operation operation;
    uint32_t type;
  } kFamily[] = {
      {Operation::kSoftmax, TWOPASS_BF16},         {Operation::kSoftmax, TWOPASS_F16},
      {Operation::kLogSoftmax, TWOPASS_F32},       {Operation::kLogSoftmax, TWOPASS_BF16},
      {Operation::kLogSumExp, TWOPASS_F32},        {Operation::kSoftmaxBackward, TWOPASS_F32},
      {Operation::kSoftmaxBackward, TWOPASS_BF16}, {Operation::kLogSoftmaxBackward, TWOPASS_F32},
      {Operation::kCrossEntropy, TWOPASS_F32},
  };
  print_head("Largest error in units of 2^-23, 2^-10 (f16) or 2^-7 (bf16), relative to what twopass.h promises it of:",
             "one row of normal logits", peers);
  for (const auto& [operation, type] : kFamily) {
    for (size_t n : {size_t{1000}, size_t{1} << 20}) {
      const twopass_shape row = {1, n, 1};
      std::vector<std::string> errors;
      for (const Peer& peer : peers) {
        if (!peer.computes(operation, type, row)) {
          errors.push_back("-");
          continue;
        }
        const Problem problem = problem_of(operation, type, row);
        errors.push_back(compute(peer, problem) ? number(largest_error(problem), 0, 1) : "failed");
      }
      print_line(operation_name(operation, type) + ", n = " + std::to_string(n), errors);
    }
  }
}

// ---- Hard inputs

std::string kind(float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value == 0.0f ? "0" : "wrong";
}

// Such as "999 0" where that many are 0 that should not be.
std::string verdict(size_t n, const ExactSoftmax& exact, const Buffer& x, const Buffer& y) {
  std::map<std::string, size_t> faults;
  for (size_t i = 0; i < n; i++) {
    if (!is_right(y[i], exact(x[i]))) faults[kind(y[i])]++;
  }
  std::string verdict;
  for (const auto& [kind, count] : faults) {
    verdict += (verdict.empty() ? "" : ",") + (count == n ? "all" : std::to_string(count)) + " " + kind;
  }
  return faults.empty() ? "right" : verdict;
}

void print_hard_inputs(const std::vector<Peer>& peers) {
  constexpr size_t kCount = 1000;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  struct Input {
    std::string name;
    float value;
    size_t first, last, step;  // where the value is; the rest is normal
  };
  const std::vector<Input> inputs = {
      {"all 1e30", 1e30f, 0, kCount, 1},
      {"all -1e30", -1e30f, 0, kCount, 1},
      {"one -inf", -kInfinity, 500, 501, 1},
      {"first half -inf", -kInfinity, 0, kCount / 2, 1},
      {"every other -inf", -kInfinity, 0, kCount, 2},
      {"all -inf", -kInfinity, 0, kCount, 1},
      {"first half -FLT_MAX", -FLT_MAX, 0, kCount / 2, 1},
      {"every other -FLT_MAX", -FLT_MAX, 0, kCount, 2},
      {"every other -1e30", -1e30f, 0, kCount, 2},
      {"one NaN", NAN, 500, 501, 1},
      {"one +inf", kInfinity, 500, 501, 1},
  };
  print_head("Hard inputs, n = " + std::to_string(kCount) + ": what is not right.", "normal logits, but", peers);
  for (const Input& input : inputs) {
    const Buffer x = normal_logits(kCount);
    for (size_t i = input.first; i < input.last; i += input.step) x[i] = input.value;
    Buffer y = touched_output(kCount);
    const ExactSoftmax exact(kCount, x.get());
    std::vector<std::string> verdicts;
    for (const Peer& peer : peers) {
      verdicts.push_back(compute(peer, kCount, x, y) ? verdict(kCount, exact, x, y) : "failed");
    }
    print_line(input.name, verdicts);
  }
  std::cout << "\nRight is what follows from the definition: 1/n for equal values, 0 for masked ones (-inf, -FLT_MAX,\n"
               "-1e30) beside others, and NaN everywhere for a row with a NaN or a +inf, or of nothing but -inf.\n";
}

}  // namespace
}  // namespace twopass_bench

int main() {
  using namespace twopass_bench;
  const twopass_status status = twopass_initialize();
  if (status != TWOPASS_OK) {
    std::cerr << "bench_accuracy: " << twopass_status_string(status) << "\n";
    return 1;
  }
  const std::vector<Peer> all_peers = peers();
  for (const Peer& peer : all_peers) std::cout << text_on_left(peer.name, kCellWidth) << peer.version << "\n";
  print_errors(all_peers);
  print_family(all_peers);
  print_hard_inputs(all_peers);
  return any_failed;
}
