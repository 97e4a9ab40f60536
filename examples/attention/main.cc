// Makes the weights of an attention of the scores of a real network, step by step: a temperature, a causal mask, ALiBi,
// a sink; each time in one call of twopass:
//
//     attention [--weights HEAD WEIGHTS.csv] SCORES.npy
//
// Prints for each step how far back the attention looks, the largest error, and the time beside that of separate passes
// and of a plain loop. Writes the weights of a head on request: scripts/plot.py makes a picture of them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "examples/attention/causal.h"
#include "examples/attention/measures.h"
#include "examples/attention/others.h"
#include "examples/common/files.h"
#include "examples/common/npy.h"
#include "examples/common/timing.h"
#include "twopass_debug.h"

namespace {

using attention::Shape;
using attention::Step;
using attention::Weights;

constexpr char kUsage[] = "usage: attention [--weights HEAD WEIGHTS.csv] SCORES.npy";

struct Arguments {
  const char* scores = nullptr;
  const char* weights = nullptr;
  std::size_t head = 0;
};

std::size_t parse_head(const char* text) {
  std::size_t head = 0;
  const char* end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, head);
  if (error != std::errc() || rest != end) throw std::runtime_error("no number of a head: '" + std::string(text) + "'");
  return head;
}

Arguments parse_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i++) {
    if (std::strcmp(argv[i], "--weights") == 0 && i + 2 < argc) {
      arguments.head = parse_head(argv[++i]);
      arguments.weights = argv[++i];
    } else if (argv[i][0] == '-' || arguments.scores) {
      throw std::runtime_error(kUsage);
    } else {
      arguments.scores = argv[i];
    }
  }
  if (!arguments.scores) throw std::runtime_error(kUsage);
  return arguments;
}

example::Array read_scores(const char* path) {
  return example::about_file(path, [&] {
    example::Array scores = example::parse_npy(example::read_file(path), 3);
    if (scores.shape[1] != scores.shape[2]) throw std::runtime_error("not as many queries as keys");
    return scores;
  });
}

void expect_ok(twopass_status status) {
  if (status != TWOPASS_OK) throw std::runtime_error(twopass_status_string(status));
}

Weights weigh(const Shape& shape, const twopass_logits& logits, const float* scores) {
  Weights weights = {std::vector<float>(shape.rows() * shape.positions), std::vector<float>(shape.rows())};
  expect_ok(attention::weigh(shape, logits, scores, weights.elements.data(), weights.log_sums.data()));
  return weights;
}

std::vector<double> exact_weights(const Shape& shape, const twopass_logits& logits, const float* scores) {
  std::vector<double> exact(shape.rows() * shape.positions);
  attention::plain_loop(shape, logits, scores, exact.data());
  return exact;
}

void print_heading(const Shape& shape) {
  std::printf("Attention of %zu heads x %zu queries x %zu keys; %s kernels, one thread\n\n", shape.heads,
              shape.positions, shape.positions, twopass_active_isa());
  std::printf("                            mean  share of    largest            microseconds\n");
  std::printf("                        distance  the sink      error  one call  two passes  plain loop\n");
}

void print_legend() {
  std::printf(
      "\n"
      "Mean distance: between a query and its keys, as they are weighed.\n"
      "Largest error: of any weight, relative to it, against a plain loop in double. Rounding to float alone is up to\n"
      "6.0e-08. With ALiBi it is that of a weight of less than 1e-30, whose logit is rounded to float before.\n"
      "One call: twopass does it all. Two passes: a loop makes logits of the scores, then twopass a softmax of them.\n"
      "Plain loop: as anybody would write it.\n");
}

void print_step(const Shape& shape, const Step& step, const float* scores, const Weights& weights) {
  Weights one_call = weights, plain = weights;
  attention::SeparatePasses passes(shape);
  const std::vector<double> seconds = example::race({
      [&] { expect_ok(weigh(shape, step.logits, scores, one_call.elements.data(), nullptr)); },
      [&] { expect_ok(passes.weigh(step.logits, scores)); },
      [&] { attention::plain_loop(shape, step.logits, scores, plain.elements.data()); },
  });
  const std::vector<double> exact = exact_weights(shape, step.logits, scores);
  // The library may go another way where it is to give log-sum-exps, too.
  const double error = std::max(largest_error(weights, exact), largest_error(one_call, exact));
  std::printf("%-22s %9.2f  %6.2f %%  %9.1e  %8.1f  %10.1f  %10.1f\n", step.name, mean_distance(shape, weights),
              100 * mean_share_of_sink(shape, step.logits, weights), error, 1e6 * seconds[0], 1e6 * seconds[1],
              1e6 * seconds[2]);
}

// A line for each query of the head: the step, what the sink has, what each key has.
void write_weights(std::ostream& csv, const Shape& shape, const Step& step, std::size_t head, const Weights& weights) {
  for (std::size_t row = head * shape.positions; row < (head + 1) * shape.positions; row++) {
    csv << step.name << ',' << share_of_sink(shape, step.logits, weights, row);
    for (std::size_t i = 0; i < shape.positions; i++) csv << ',' << weights.elements[row * shape.positions + i];
    csv << '\n';
  }
}

void run(const Arguments& arguments) {
  const example::Array scores = read_scores(arguments.scores);
  const attention::Causal causal({scores.shape[0], scores.shape[1]});
  const Shape& shape = causal.shape;
  if (arguments.head >= shape.heads) throw std::runtime_error("no head " + std::to_string(arguments.head));
  expect_ok(twopass_initialize());

  print_heading(shape);
  std::ostringstream csv;
  for (const Step& step : attention::steps_of(causal)) {
    const Weights weights = weigh(shape, step.logits, scores.elements.data());
    print_step(shape, step, scores.elements.data(), weights);
    write_weights(csv, shape, step, arguments.head, weights);
  }
  print_legend();
  if (arguments.weights) {
    example::about_file(arguments.weights, [&] { example::write_file(arguments.weights, csv.str()); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse_arguments(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "attention: %s\n", error.what());
    return 1;
  }
}
