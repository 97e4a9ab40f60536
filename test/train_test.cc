// The training example: its data, and that it trains as the same regression in double does.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "examples/train/digits.h"
#include "examples/train/regression.h"

namespace {

using train::Digits;
using train::kClasses;
using train::kInputs;

std::string repeated(const std::string& text, int count) {
  std::string result;
  for (int i = 0; i < count; i++) result += text;
  return result;
}

TEST(DigitsTest, AreLinesOfPixelsAndADigit) {
  const Digits digits = train::parse_digits(repeated("16,", 64) + "7\n" + repeated("0,", 63) + "4,0\n");
  ASSERT_EQ(digits.count(), 2u);
  ASSERT_EQ(digits.inputs.size(), 2 * kInputs);
  EXPECT_EQ(digits.inputs[0], 1.0f);
  EXPECT_EQ(digits.inputs[kInputs], 0.0f);
  EXPECT_EQ(digits.inputs[kInputs + 63], 0.25f);
  EXPECT_EQ(digits.inputs[kInputs + 64], 1.0f);
  EXPECT_EQ(digits.labels, (std::vector<int64_t>{7, 0}));

  const Digits second = slice(digits, 1, 2);
  EXPECT_EQ(second.labels, std::vector<int64_t>{0});
  EXPECT_EQ(second.inputs, std::vector<float>(digits.inputs.begin() + kInputs, digits.inputs.end()));
}

TEST(DigitsTest, OtherTextIsAnError) {
  for (const std::string& text :
       {repeated("1,", 63) + "7\n", repeated("1,", 65) + "7\n", repeated("1,", 64) + "7", repeated("17,", 64) + "7\n",
        repeated("-1,", 64) + "7\n", repeated("1,", 64) + "10\n", std::string("\n"), repeated("x,", 64) + "7\n"}) {
    EXPECT_THROW(train::parse_digits(text), std::runtime_error) << text;
  }
}

Digits real_digits() {
  std::ifstream file(TWOPASS_TEST_DIGITS, std::ios::binary);
  return train::parse_digits(std::string(std::istreambuf_iterator<char>(file), {}));
}

// The regression from the definition, in double.
class Exact {
 public:
  double step(const Digits& digits, double rate) {
    std::vector<double> gradient(weights_.size());
    double loss = 0.0;
    for (std::size_t i = 0; i < digits.count(); i++) {
      double logits[kClasses] = {}, sum = 0.0;
      for (std::size_t j = 0; j < kInputs; j++) {
        for (std::size_t c = 0; c < kClasses; c++) logits[c] += input(digits, i, j) * weights_[j * kClasses + c];
      }
      for (const double logit : logits) sum += std::exp(logit);
      const std::size_t label = digits.labels[i];
      loss += std::log(sum) - logits[label];
      for (std::size_t c = 0; c < kClasses; c++) {
        const double by_logit = std::exp(logits[c]) / sum - (c == label ? 1.0 : 0.0);
        for (std::size_t j = 0; j < kInputs; j++) gradient[j * kClasses + c] += input(digits, i, j) * by_logit;
      }
    }
    const double count = static_cast<double>(digits.count());
    for (std::size_t k = 0; k < weights_.size(); k++) weights_[k] -= rate * gradient[k] / count;
    return loss / count;
  }

 private:
  static double input(const Digits& digits, std::size_t i, std::size_t j) { return digits.inputs[i * kInputs + j]; }

  std::vector<double> weights_ = std::vector<double>(kInputs * kClasses);
};

TEST(RegressionTest, TrainsAsInDouble) {
  const Digits digits = slice(real_digits(), 0, 1347);
  train::Regression regression;
  Exact exact;
  train::Evaluation evaluation = regression.evaluate(digits);
  EXPECT_NEAR(evaluation.loss, std::log(10.0), 1e-6);
  for (int step = 0; step <= 20; step++) {
    evaluation = regression.evaluate(digits);
    // The weights of the two drift apart by a rounding of float a step.
    ASSERT_NEAR(evaluation.loss, exact.step(digits, 2.0), 3e-6) << step;
    regression.descend(digits, evaluation, 2.0f);
  }
}

}  // namespace
