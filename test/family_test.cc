// The calls that compute, on rows of every type, held to what twopass.h promises.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/family.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "test/elements.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

constexpr size_t kColumns[] = {1, 2, 3, 7, 16, 17, 63, 64, 65, 100, 768, 1536, 4097, 8192, 8193, 16384 + 5, 40000};
// Rows of more go in blocks.
constexpr size_t kShortColumns = 8192;

// One row of many columns, and several of few.
size_t RowsOf(size_t columns) { return columns < 1000 ? 5 : columns < 10000 ? 2 : 1; }

// Where the output may lie, for these types.
std::vector<Place> PlacesOf(const Problem& problem) {
  std::vector<Place> places = {Place::kApart};
  if (!HasOutput(problem.call)) return places;
  const size_t size = SizeOfType(problem.output_type);
  if (SizeOfType(problem.input_type) == size) places.push_back(Place::kOverInput);
  if (HasWeights(problem.call) && SizeOfType(problem.weights_type) == size) places.push_back(Place::kOverWeights);
  return places;
}

class FamilyTest : public SoftmaxTest {
 protected:
  void ExpectIn(const Problem& problem) { EXPECT_EQ(DifferenceIn(problem, &worst_), ""); }

  void ExpectInEveryPlace(Problem problem) {
    for (Place place : PlacesOf(problem)) {
      problem.place = place;
      ExpectIn(problem);
    }
  }

  // Every call on these logits in every type.
  void ExpectInEveryCall(const Rows& logits, uint32_t flags = 0) {
    for (Call call : kCalls) {
      for (uint32_t type : kTypes) {
        Problem problem = ProblemOf(call, logits, type);
        problem.options.flags = flags;
        ExpectIn(problem);
      }
    }
  }

  void Print(const std::string& what) {
    if (HasFailure() || IsSkipped()) return;
    std::cout << std::get<0>(GetParam()) << ": the largest error of " << what << " is " << worst_.share
              << " of what is allowed, and " << worst_.ulps << " ULP\n";
    worst_ = {};
  }

  Worst worst_;
};

// ---- Types

TEST_P(FamilyTest, OfOneType) {
  for (Call call : kCalls) {
    for (size_t columns : kColumns) {
      for (uint32_t type : kTypes) {
        Problem problem = ProblemOf(call, NormalRows(RowsOf(columns), columns, 5), type);
        problem.is_by_name = true;
        ExpectInEveryPlace(problem);
        problem.input_gaps.outer = problem.weights_gaps.outer = problem.output_gaps.outer = 3;
        ExpectInEveryPlace(problem);
      }
    }
    Print(NameOf(call));
  }
}

// Every type of each operand beside every other, in turn over the columns.
TEST_P(FamilyTest, OfMixedTypes) {
  size_t turn = 0;
  for (Call call : kCalls) {
    for (uint32_t input_type : kTypes) {
      for (uint32_t output_type : kTypes) {
        for (size_t columns : kColumns) {
          Problem problem = ProblemOf(call, NormalRows(RowsOf(columns), columns, 5));
          problem.input_type = input_type;
          problem.output_type = output_type;
          problem.weights_type = kTypes[turn++ % 3];
          problem.input_gaps.outer = turn % 5;
          ExpectIn(problem);
          problem.weights_gaps.outer = problem.output_gaps.outer = problem.input_gaps.outer;
          ExpectInEveryPlace(problem);
        }
      }
    }
  }
}

// Results of 16 bits are those of floats, rounded. Of rows in blocks the algorithm may be another.
TEST_P(FamilyTest, SoftmaxesOf16BitsAreThoseOfFloatsRounded) {
  for (uint32_t type : {TWOPASS_F16, TWOPASS_BF16}) {
    for (size_t columns : kColumns) {
      if (columns > kShortColumns) continue;
      for (float deviation : {1.0f, 10.0f}) {
        Rows logits = NormalRows(RowsOf(columns), columns, deviation);
        for (std::vector<float>& row : logits) row = Rounded(type, row);
        Outcome floats = Perform(ProblemOf(Call::kSoftmax, logits));
        for (std::vector<float>& row : floats.outputs) row = Rounded(type, row);
        EXPECT_TRUE(Perform(ProblemOf(Call::kSoftmax, logits, type)).HasSameBits(floats))
            << columns << " columns of " << NameOfType(type);
      }
    }
  }
}

// Algorithms are for softmaxes, in every type. Of these logits the differences from the maximum are exact, so that
// three passes are as accurate as the others.
TEST_P(FamilyTest, OfEveryAlgorithm) {
  for (uint32_t algorithm : Algorithms()) {
    for (size_t columns : {size_t{10}, size_t{5000}, size_t{20000}}) {
      Rows logits = NormalRows(2, columns, 3);
      for (std::vector<float>& row : logits) row = Rounded(TWOPASS_BF16, row);
      for (uint32_t type : kTypes) {
        Problem problem = ProblemOf(Call::kSoftmax, logits, type);
        problem.options.algorithm = algorithm;
        ExpectInEveryPlace(problem);
      }
    }
  }
}

// Other calls have their own, whatever is asked for.
TEST_P(FamilyTest, OtherCallsThanSoftmaxesHaveTheirOwnAlgorithm) {
  for (Call call : kCalls) {
    if (call == Call::kSoftmax) continue;
    for (size_t columns : {size_t{10}, size_t{5000}, size_t{20000}}) {
      Problem problem = ProblemOf(call, NormalRows(2, columns, 3));
      const Outcome expected = Perform(problem);
      for (uint32_t algorithm : Algorithms()) {
        problem.options.algorithm = algorithm;
        EXPECT_TRUE(Perform(problem).HasSameBits(expected)) << problem.Name() << ", algorithm " << algorithm;
      }
    }
  }
}

// An average of that many is far below the least normal number of f16.
TEST_P(FamilyTest, SubnormalNumbersOfF16AreWritten) {
  for (size_t columns : {size_t{20000}, size_t{60000}}) {
    const Problem problem = ProblemOf(Call::kSoftmax, {std::vector<float>(columns, 1.5f)}, TWOPASS_F16);
    const Outcome outcome = Perform(problem);
    EXPECT_EQ(Difference(problem, outcome), "");
    EXPECT_EQ(outcome.outputs[0][0], Rounded(TWOPASS_F16, 1.0f / static_cast<float>(columns)));
    EXPECT_GT(outcome.outputs[0][0], 0);
  }
}

// ---- Rows of every kind

TEST_P(FamilyTest, OfEveryInput) {
  for (size_t columns : {size_t{1}, size_t{5}, size_t{300}, size_t{5000}, size_t{9000}}) {
    const std::vector<Input> inputs = Inputs(columns);
    for (size_t i = 0; i < inputs.size(); i++) {
      if (columns > 4096 && IsSparse() && i % 11 != 0) continue;
      for (Call call : {Call::kLogSoftmax, Call::kLogSumExp, Call::kEntropy, Call::kCrossEntropy, Call::kSigmoid,
                        Call::kSoftplus, Call::kSoftplusBackward}) {
        Problem problem = ProblemOf(call, {inputs[i].x});
        if (call == Call::kCrossEntropy) problem.labels = {static_cast<int64_t>(columns / 2)};
        EXPECT_EQ(DifferenceIn(problem, &worst_), "") << inputs[i].name;
      }
    }
  }
}

// A logit that dominates leaves a result near 0 there, which is the logarithm of nearly 1.
TEST_P(FamilyTest, OfARowWithADominatingLogit) {
  std::vector<std::vector<float>> rows;
  for (float first : {10.0f, 16.0f, 20.0f, 40.0f, 44.0f, 50.0f, 88.0f, 100.0f, 1000.0f}) {
    for (size_t others : {size_t{1}, size_t{15}, size_t{1000}, size_t{5000}}) {
      rows.push_back(std::vector<float>(others + 1, 0));
      rows.back()[0] = first;
      rows.push_back(rows.back());
      rows.back()[others] = first;
      rows.back()[0] = 0;
    }
  }
  for (size_t columns : {size_t{20000}, size_t{50000}}) {
    for (float dominating : {12.0f, 25.0f, 40.0f}) {
      for (size_t position : {size_t{0}, size_t{1}, size_t{4095}, size_t{4096}, size_t{8191}, size_t{8192},
                              size_t{10000}, size_t{16383}, size_t{16384}, columns - 1}) {
        rows.push_back(NormalLogits(columns, 1));
        rows.back()[position] = dominating;
      }
    }
  }
  size_t turn = 0;
  for (const std::vector<float>& row : rows) {
    for (float offset : {0.0f, -1e3f, 1e6f}) {
      if (IsSparse() && row.size() > 10000 && turn++ % 7 != 0) continue;
      std::vector<float> x = row;
      for (float& value : x) value += offset;
      for (Call call : {Call::kLogSoftmax, Call::kLogSumExp, Call::kEntropy, Call::kCrossEntropy}) {
        Problem problem = ProblemOf(call, {x});
        problem.labels = {std::max_element(x.begin(), x.end()) - x.begin()};
        ExpectIn(problem);
      }
    }
  }
  Print("rows with a dominating logit");
}

// The same of short rows, by many distances and fractions: what the maximum and the others round counts most there.
TEST_P(FamilyTest, OfShortRowsWithADominatingLogit) {
  for (size_t columns : {size_t{2}, size_t{3}, size_t{17}, size_t{300}}) {
    const std::vector<float> distances = UniformLogits(1000, 22);
    Rows rows = NormalRows(IsSparse() ? 100 : 1000, columns, 1);
    for (size_t row = 0; row < rows.size(); row++) rows[row][row % columns] = 22 + distances[row];
    for (Call call : {Call::kLogSoftmax, Call::kLogSumExp, Call::kEntropy, Call::kCrossEntropy}) {
      ExpectIn(ProblemOf(call, rows));
      ExpectIn(ProblemOf(call, {1, columns, rows.size()}, rows));
    }
  }
  Print("short rows with a dominating logit");
}

// Two logits of a long row that share most of it, and the rest spread over it.
TEST_P(FamilyTest, OfARowWithTwoDominatingLogits) {
  for (float difference : {0.0f, 0.01f, 1.0f, 3.0f}) {
    for (size_t position : {size_t{1}, size_t{4096}, size_t{19999}}) {
      std::vector<float> x = NormalLogits(20000, 1);
      x[0] = 30;
      x[position] = 30 - difference;
      for (Call call : {Call::kLogSoftmax, Call::kLogSumExp, Call::kEntropy, Call::kCrossEntropy}) {
        ExpectIn(ProblemOf(call, {x}));
      }
    }
  }
}

TEST_P(FamilyTest, OfRowsFarFromZero) {
  for (size_t columns : {size_t{3}, size_t{1000}, size_t{5000}, size_t{20000}}) {
    for (float offset : {1e7f, -1e7f, 1e30f, -1e30f}) {
      Rows rows = NormalRows(2, columns, 10);
      for (std::vector<float>& row : rows) {
        for (float& x : row) x = x * std::max(1.0f, std::fabs(offset) * 1e-7f) + offset;
      }
      for (Call call : {Call::kSoftmax, Call::kLogSoftmax, Call::kLogSumExp, Call::kEntropy, Call::kCrossEntropy,
                        Call::kSigmoid, Call::kSoftplus, Call::kSoftplusBackward}) {
        ExpectIn(ProblemOf(call, rows));
      }
    }
  }
  Print("rows far from 0");
}

TEST_P(FamilyTest, EntropiesOfUniformRowsAreTheLogarithmsOfTheirColumns) {
  for (size_t columns : kColumns) {
    const Outcome outcome = Perform(ProblemOf(Call::kEntropy, {std::vector<float>(columns, 3.25f)}));
    EXPECT_NEAR(outcome.results[0], std::log(static_cast<double>(columns)), 6 * kEpsilon * std::log(columns + 3.0));
  }
}

TEST_P(FamilyTest, EntropiesOfOneHotRowsAreZero) {
  for (size_t columns : kColumns) {
    std::vector<float> x(columns, -kInfinity);
    x[columns / 3] = 2;
    EXPECT_EQ(Perform(ProblemOf(Call::kEntropy, {x})).results[0], 0) << columns;
  }
}

// ---- What is not finite

TEST_P(FamilyTest, OfSpecialValues) {
  for (size_t columns : {size_t{1}, size_t{2}, size_t{100}, size_t{5000}, size_t{20000}}) {
    for (size_t position : {size_t{0}, columns / 2, columns - 1}) {
      // Between two good rows.
      Rows rows = NormalRows(3, columns, 5);
      for (float special : {kNaN, kInfinity, -kInfinity}) {
        rows[1][position] = special;
        ExpectInEveryCall(rows);
      }
      rows[1][columns - 1 - position] = -kInfinity;
      rows[1][position] = kNaN;
      ExpectInEveryCall(rows, TWOPASS_FLAG_MASKED_ROW_ZERO);
    }
  }
}

TEST_P(FamilyTest, OfMaskedRows) {
  for (size_t columns : {size_t{1}, size_t{2}, size_t{100}, size_t{5000}, size_t{20000}}) {
    Rows rows = NormalRows(3, columns, 5);
    rows[1].assign(columns, -kInfinity);
    for (uint32_t flags : {uint32_t{0}, uint32_t{TWOPASS_FLAG_MASKED_ROW_ZERO}}) {
      for (Call call : {Call::kSoftmax, Call::kLogSoftmax, Call::kLogSumExp, Call::kEntropy, Call::kCrossEntropy}) {
        for (uint32_t type : kTypes) {
          Problem problem = ProblemOf(call, rows, type);
          problem.options.flags = flags;
          ExpectInEveryPlace(problem);
        }
      }
    }
  }
}

// A masked logit has a softmax of 0, and its logarithm is -infinity.
TEST_P(FamilyTest, GradientsOfMaskedLogits) {
  for (size_t columns : {size_t{3}, size_t{100}, size_t{5000}}) {
    Rows rows = NormalRows(2, columns, 5);
    for (size_t c = 1; c < columns; c += 2) rows[0][c] = rows[1][c] = -kInfinity;
    for (uint32_t type : kTypes) {
      const Problem of_softmax = ProblemOf(Call::kSoftmaxBackward, rows, type);
      const Outcome outcome = Perform(of_softmax);
      EXPECT_EQ(Difference(of_softmax, outcome), "");
      for (size_t c = 1; c < columns; c += 2) EXPECT_EQ(outcome.outputs[0][c], 0);
      const Problem of_log_softmax = ProblemOf(Call::kLogSoftmaxBackward, rows, type);
      EXPECT_EQ(DifferenceIn(of_log_softmax), "");
    }
  }
}

TEST_P(FamilyTest, GradientsOfNaNAreNaN) {
  for (Call call : {Call::kSoftmaxBackward, Call::kLogSoftmaxBackward}) {
    for (size_t columns : {size_t{1}, size_t{100}, size_t{5000}, size_t{20000}}) {
      for (size_t position : {size_t{0}, columns / 2, columns - 1}) {
        for (bool in_weights : {false, true}) {
          Problem problem = ProblemOf(call, NormalRows(3, columns, 1));
          (in_weights ? problem.weights : problem.input)[1][position] = kNaN;
          const Outcome outcome = Perform(problem);
          const std::vector<float>& dx = outcome.outputs[1];
          // A NaN of a log-softmax is a NaN of its own gradient; others sum gradients alone.
          if (call == Call::kLogSoftmaxBackward && !in_weights) {
            EXPECT_TRUE(std::isnan(dx[position]));
          } else {
            EXPECT_TRUE(std::all_of(dx.begin(), dx.end(), [](float value) { return std::isnan(value); }));
          }
          for (size_t row : {0, 2}) EXPECT_FALSE(std::isnan(outcome.outputs[row][position]));
        }
      }
    }
  }
}

// ---- Without elements

TEST_P(FamilyTest, OfNoColumns) {
  float results[] = {5, 5};
  ASSERT_EQ(twopass_log_sum_exp_f32(2, 0, nullptr, 0, results, nullptr), TWOPASS_OK);
  for (float result : results) EXPECT_EQ(result, -kInfinity);
  ASSERT_EQ(twopass_entropy_bf16(2, 0, nullptr, 0, results, nullptr), TWOPASS_OK);
  for (float result : results) EXPECT_EQ(result, 0);
  const int64_t labels[] = {-1, -100};
  results[0] = results[1] = 5;
  ASSERT_EQ(twopass_cross_entropy_f16(2, 0, nullptr, 0, labels, results, nullptr, 0, nullptr, nullptr), TWOPASS_OK);
  for (float result : results) EXPECT_EQ(result, 0);
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(FamilyTest, (std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO}));

}  // namespace
}  // namespace twopass_test
