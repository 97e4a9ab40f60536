// Cross-entropies and their gradients, with every option, held to what twopass.h promises.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "test/elements.h"
#include "test/family.h"
#include "test/inputs.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Some of them 0.
std::vector<float> ClassWeights(size_t columns) {
  std::vector<float> weights(columns);
  for (size_t c = 0; c < columns; c++) weights[c] = 0.25f * static_cast<float>((c + 3) % 7);
  return weights;
}

// Every option, and some together.
struct Variant {
  std::string name;
  std::function<void(Problem*)> set;
};

const std::vector<Variant>& Variants() {
  static const std::vector<Variant> variants = {
      {"defaults", [](Problem*) {}},
      {"weights", [](Problem* p) { p->class_weights = ClassWeights(p->shape.columns); }},
      {"smoothing", [](Problem* p) { p->how.label_smoothing = 0.1f; }},
      {"nothing but smoothing", [](Problem* p) { p->how.label_smoothing = 1; }},
      {"z_loss", [](Problem* p) { p->how.z_loss = 1e-3f; }},
      {"large z_loss", [](Problem* p) { p->how.z_loss = 10; }},
      {"the gradient of a mean", [](Problem* p) { p->how.gradient_scale = 1.0f / static_cast<float>(p->RowCount()); }},
      {"negative scale", [](Problem* p) { p->how.gradient_scale = -3; }},
      {"large scale", [](Problem* p) { p->how.gradient_scale = 65536; }},
      {"scale of a large batch", [](Problem* p) { p->how.gradient_scale = 1e-9f; }},
      {"small scale", [](Problem* p) { p->how.gradient_scale = 1e-16f; }},
      {"smaller scale", [](Problem* p) { p->how.gradient_scale = -1e-20f; }},
      {"smallest scale", [](Problem* p) { p->how.gradient_scale = std::numeric_limits<float>::min(); }},
      {"denormal scale", [](Problem* p) { p->how.gradient_scale = std::numeric_limits<float>::min() / 4; }},
      {"ignored label", [](Problem* p) { p->ignored_label = {p->labels[0]}; }},
      {"negative labels", [](Problem* p) { p->labels.front() = p->labels.back() = -100; }},
      {"all",
       [](Problem* p) {
         p->class_weights = ClassWeights(p->shape.columns);
         p->how.label_smoothing = 0.25f;
         p->how.z_loss = 1e-2f;
         p->how.gradient_scale = -0.5f;
         p->ignored_label = {1 << 30};
         p->labels[0] = 1 << 30;
       }},
  };
  return variants;
}

class CrossEntropyTest : public SoftmaxTest {};

TEST_P(CrossEntropyTest, OfEveryVariant) {
  size_t turn = 0;
  for (size_t columns : {size_t{1}, size_t{2}, size_t{10}, size_t{1000}, size_t{5000}, size_t{32000}}) {
    const Rows logits = NormalRows(columns < 1000 ? 70 : columns < 5000 ? 4 : 2, columns, 5);
    for (const Variant& variant : Variants()) {
      for (uint32_t type : kTypes) {
        if (IsSparse() && columns > 4096 && turn++ % 5 != 0) continue;
        Problem problem = ProblemOf(Call::kCrossEntropy, logits, type);
        variant.set(&problem);
        EXPECT_EQ(DifferenceIn(problem), "") << variant.name;
        problem.place = Place::kOverInput;
        EXPECT_EQ(DifferenceIn(problem), "") << variant.name;
      }
    }
  }
}

// All variants over another axis, with gradients of other types.
TEST_P(CrossEntropyTest, OfEveryVariantOverAnotherAxis) {
  for (const Variant& variant : Variants()) {
    for (uint32_t type : kTypes) {
      for (uint32_t output_type : kTypes) {
        Problem problem = ProblemOf(Call::kCrossEntropy, {2, 10, 19}, NormalRows(38, 10, 5), type);
        problem.output_type = output_type;
        problem.input_gaps = {2, 1};
        variant.set(&problem);
        EXPECT_EQ(DifferenceIn(problem), "") << variant.name;
      }
    }
  }
}

// Either alone has the bits of both.
TEST_P(CrossEntropyTest, LossesAloneAndGradientsAlone) {
  for (size_t columns : {size_t{10}, size_t{1000}, size_t{20000}}) {
    for (const Variant& variant : Variants()) {
      Problem problem = ProblemOf(Call::kCrossEntropy, NormalRows(3, columns, 5));
      problem.is_by_name = true;
      variant.set(&problem);
      const Outcome both = Perform(problem);
      problem.wants_output = false;
      const Outcome losses = Perform(problem);
      EXPECT_EQ(Difference(problem, losses), "") << variant.name;
      EXPECT_EQ(losses.results, both.results) << variant.name;
      problem.wants_output = true;
      problem.wants_results = false;
      EXPECT_TRUE(Perform(problem).HasSameBits({TWOPASS_OK, both.outputs, {}})) << variant.name;
    }
  }
}

// What is sure of its label has a loss near 0, and the gradient there is its negative: neither may cancel out.
TEST_P(CrossEntropyTest, OfSureRows) {
  for (size_t columns : {size_t{2}, size_t{10}, size_t{1000}, size_t{32000}}) {
    for (float logit : {5.0f, 12.0f, 20.0f, 30.0f}) {
      for (size_t label : {size_t{0}, columns - 1}) {
        std::vector<float> x(columns, 0);
        x[label] = logit;
        Problem problem = ProblemOf(Call::kCrossEntropy, {x});
        problem.labels = {static_cast<int64_t>(label)};
        const Outcome outcome = Perform(problem);
        EXPECT_EQ(Difference(problem, outcome), "");
        const double one_less_p = (columns - 1) * std::exp(-static_cast<double>(logit)) /
                                  (1 + (columns - 1) * std::exp(-static_cast<double>(logit)));
        EXPECT_NEAR(outcome.outputs[0][label] / -one_less_p, 1, 5 * kEpsilon) << columns << " columns, " << logit;
      }
    }
  }
}

// Rows whose largest logits no sample finds.
TEST_P(CrossEntropyTest, OfHighLogitsAmongOthers) {
  for (size_t columns : {size_t{8}, size_t{17}, size_t{64}, size_t{1000}}) {
    std::vector<float> x(columns);
    x[columns / 2] = 40;
    x[columns / 2 + 1] = 39.3f;
    for (const Variant& variant : Variants()) {
      Problem problem = ProblemOf(Call::kCrossEntropy, {x, x, x});
      variant.set(&problem);
      EXPECT_EQ(DifferenceIn(problem), "") << variant.name;
    }
  }
}

// Masked out by the least float, as many programs do, and far from each other.
TEST_P(CrossEntropyTest, OfHugeLogits) {
  const float least = std::numeric_limits<float>::lowest();
  for (float smoothing : {0.0f, 0.1f}) {
    for (bool has_weights : {false, true}) {
      for (const std::vector<float>& x :
           {std::vector<float>{0, least, 1, least, 2, least}, std::vector<float>{-3e38f, 1e38f, 0, 1, 2, 3}}) {
        Problem problem = ProblemOf(Call::kCrossEntropy, {x});
        problem.labels = {2};
        problem.how.label_smoothing = smoothing;
        if (has_weights) problem.class_weights = ClassWeights(x.size());
        EXPECT_EQ(DifferenceIn(problem), "");
      }
    }
  }
}

// Weights and scales whose products are beyond a float.
TEST_P(CrossEntropyTest, OfHugeAndTinyFactors) {
  for (float weight : {1e30f, 1e-30f}) {
    for (float scale : {1e10f, 0x1p-30f, -1e-3f}) {
      for (float smoothing : {0.0f, 0.1f}) {
        // What the classes' share goes off from is to be within the range of a float, and so is the share.
        const float product = std::fabs(weight * scale);
        if (smoothing != 0 && !(product > 1e-35f && product < 1e38f)) continue;
        Problem problem = ProblemOf(Call::kCrossEntropy, NormalRows(3, 10, 5));
        for (std::vector<float>& row : problem.input) row[9] = -kInfinity;
        problem.labels = {0, 1, 2};
        problem.class_weights.assign(10, weight);
        problem.class_weights[9] = 0;
        problem.how.gradient_scale = scale;
        problem.how.label_smoothing = smoothing;
        EXPECT_EQ(DifferenceIn(problem), "") << weight << ", " << scale;
      }
    }
  }
}

// They make losses and gradients infinite or NaN, and that is all.
TEST_P(CrossEntropyTest, OfInfiniteWeights) {
  for (float smoothing : {0.0f, 0.1f}) {
    for (float weight : {kInfinity, kNaN}) {
      for (size_t columns : {size_t{10}, size_t{20000}}) {
        Problem problem = ProblemOf(Call::kCrossEntropy, NormalRows(3, columns, 5));
        problem.labels = {0, 1, 2};
        problem.class_weights.assign(columns, 1);
        problem.class_weights[1] = weight;
        problem.how.label_smoothing = smoothing;
        const Outcome outcome = Perform(problem);
        EXPECT_EQ(outcome.status, TWOPASS_OK);
        EXPECT_FALSE(std::isfinite(outcome.results[1]));
        EXPECT_EQ(std::isfinite(outcome.results[0]), smoothing == 0);
      }
    }
  }
}

// Some ISAs have no denormal numbers.
TEST_P(CrossEntropyTest, OfADenormalMaximum) {
  for (float logit : {1e-40f, -1e-40f}) {
    Problem problem = ProblemOf(Call::kCrossEntropy, {{logit, -20}});
    problem.labels = {0};
    EXPECT_EQ(DifferenceIn(problem), "");
  }
}

// Labels that the row rules out, and rows that are not numbers, between good rows.
TEST_P(CrossEntropyTest, OfSpecialValues) {
  for (size_t columns : {size_t{10}, size_t{1000}, size_t{20000}}) {
    for (uint32_t flags : {uint32_t{0}, uint32_t{TWOPASS_FLAG_MASKED_ROW_ZERO}}) {
      Rows rows = NormalRows(9, columns, 5);
      rows[1][3] = kNaN;
      rows[2][columns - 1] = kInfinity;
      rows[3].assign(columns, -kInfinity);
      rows[5].assign(columns, -kInfinity);
      rows[5][4] = 2;     // certain
      rows[6][5] = kNaN;  // and ignored
      rows[7][columns / 2] = -kInfinity;
      for (uint32_t type : kTypes) {
        for (bool is_in_place : {false, true}) {
          Problem problem = ProblemOf(Call::kCrossEntropy, rows, type);
          problem.options.flags = flags;
          problem.place = is_in_place ? Place::kOverInput : Place::kApart;
          problem.labels = {0, 0, 1, 2, 3, 4, -1, static_cast<int64_t>(columns / 2), 8};
          const Outcome outcome = Perform(problem);
          EXPECT_EQ(Difference(problem, outcome), "");
          EXPECT_EQ(outcome.results[7], kInfinity);
          EXPECT_EQ(outcome.outputs[7][columns / 2], -1);
          EXPECT_EQ(outcome.results[5], 0);
          EXPECT_EQ(outcome.outputs[5], std::vector<float>(columns, 0));
          problem.how.label_smoothing = 0.5f;
          EXPECT_EQ(DifferenceIn(problem), "");
        }
      }
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(CrossEntropyTest, (std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO}));

// ---- The references themselves, against finite differences of themselves

// Logits to which a step may be added, and a step, without rounding.
constexpr float kStep = 0x1p-13f;

Rows CoarseRows(size_t rows, size_t columns) {
  Rows logits = NormalRows(rows, columns, 2);
  for (std::vector<float>& row : logits) {
    for (float& x : row) x = std::round(x * 64) / 64;
  }
  return logits;
}

// The derivative of the function by one of the logits.
double Derivative(const std::function<double(const Rows&)>& function, const Rows& logits, size_t row, size_t column) {
  Rows above = logits, below = logits;
  above[row][column] += kStep;
  below[row][column] -= kStep;
  return (function(above) - function(below)) / (2.0 * kStep);
}

TEST(GradientReferenceTest, OfCrossEntropies) {
  for (const Variant& variant : Variants()) {
    Problem problem = ProblemOf(Call::kCrossEntropy, CoarseRows(3, 6));
    variant.set(&problem);
    const double scale = problem.how.gradient_scale != 0 ? problem.how.gradient_scale : 1;
    for (size_t row = 0; row < 3; row++) {
      const auto loss = [&](const Rows& logits) {
        Problem moved = problem;
        moved.input = logits;
        return ExactRowOf(moved, row).result;
      };
      const ExactRow exact = ExactRowOf(problem, row);
      for (size_t c = 0; c < 6; c++) {
        const double derivative = Derivative(loss, problem.input, row, c);
        EXPECT_NEAR(exact.outputs[c] / scale, derivative, 1e-7 * (1 + problem.how.z_loss)) << variant.name;
      }
    }
  }
}

// The gradient of the sum of w * y, of which y is the softmax or its logarithm.
TEST(GradientReferenceTest, OfSoftmaxes) {
  for (bool of_logarithm : {false, true}) {
    const Call forward = of_logarithm ? Call::kLogSoftmax : Call::kSoftmax;
    const Rows logits = CoarseRows(1, 6);
    const Problem backward = ProblemOf(of_logarithm ? Call::kLogSoftmaxBackward : Call::kSoftmaxBackward, logits);
    const std::vector<float>& w = backward.weights[0];
    const auto loss = [&](const Rows& x) {
      const std::vector<double> y = ExactRowOf(ProblemOf(forward, x), 0).outputs;
      double sum = 0;
      for (size_t c = 0; c < y.size(); c++) sum += w[c] * y[c];
      return sum;
    };
    const ExactRow exact = ExactRowOf(backward, 0);  // from a y of floats
    for (size_t c = 0; c < w.size(); c++) {
      EXPECT_NEAR(exact.outputs[c], Derivative(loss, logits, 0, c), 1e-6);
    }
  }
}

}  // namespace
}  // namespace twopass_test
