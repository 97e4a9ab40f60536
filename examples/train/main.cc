// Trains a softmax regression to recognise handwritten digits, by gradient descent:
//
//     train DIGITS.csv
//
// Each step computes the losses of all digits and the gradient by their logits in one call of twopass. Prints the loss,
// and how many digits are recognised, of those that it learns from and of others.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <stdexcept>

#include "examples/common/files.h"
#include "examples/train/digits.h"
#include "examples/train/regression.h"

namespace {

constexpr int kSteps = 200;
constexpr float kRate = 2.0f;

bool is_shown(int step) { return step == 0 || step == 1 || step == 10 || step % 50 == 0; }

double percent(const train::Evaluation& evaluation, const train::Digits& digits) {
  return 100.0 * static_cast<double>(evaluation.right) / static_cast<double>(digits.count());
}

void run(const char* path) {
  const train::Digits all = train::parse_digits(example::read_file(path));
  const std::size_t count = all.count(), learnt = count * 3 / 4;
  if (count < 4) throw std::runtime_error("needs four digits or more");
  const train::Digits learned_from = slice(all, 0, learnt);
  const train::Digits others = slice(all, learnt, count);

  std::printf("Handwritten digits: it learns from %zu of them, and is tried on %zu others.\n\n", learnt,
              count - learnt);
  std::printf("          mean    recognised    recognised\n");
  std::printf("step      loss   of the %4zu    of the %3zu\n", learnt, count - learnt);
  train::Regression regression;
  for (int step = 0;; step++) {
    const train::Evaluation evaluation = regression.evaluate(learned_from);
    if (is_shown(step)) {
      std::printf("%4d  %.6f  %10.1f %%  %10.1f %%\n", step, evaluation.loss, percent(evaluation, learned_from),
                  percent(regression.evaluate(others), others));
    }
    if (step == kSteps) break;
    regression.descend(learned_from, evaluation, kRate);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: train DIGITS.csv\n"), 1;
  try {
    run(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train: %s: %s\n", argv[1], error.what());
    return 1;
  }
}
