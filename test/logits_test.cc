// What becomes of logits, in every call that takes them: every combination of what there may be, what each means, and
// that nothing else is read.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/logits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "test/elements.h"
#include "test/family.h"
#include "test/guarded_pages.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using Row = std::vector<float>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::vector<Call> CallsThat(bool (*take)(Call)) {
  std::vector<Call> calls;
  std::copy_if(std::begin(kCalls), std::end(kCalls), std::back_inserter(calls), take);
  return calls;
}

// ---- Problems at random, the same on every run

// What there may be: each is a bit of a number.
constexpr unsigned kScale = 1, kSoftcap = 2, kBias = 4, kSlope = 8, kKeep = 16, kLengths = 32, kSink = 64,
                   kLogSums = 128;
constexpr unsigned kCombinations = 256;

std::vector<Call> CallsThatTake(unsigned present) {
  std::vector<Call> calls;
  for (Call call : CallsThat(TakesLogits)) {
    if ((present & kSink) != 0 && !TakesSink(call)) continue;
    if ((present & kLogSums) != 0 && !GivesLogSums(call)) continue;
    calls.push_back(call);
  }
  return calls;
}

class Choices {
 public:
  explicit Choices(uint32_t seed) : random_(seed) {}

  size_t Below(size_t count) { return random_() % count; }
  bool IsOneOf(size_t count) { return Below(count) == 0; }
  template <class T>
  T OneOf(const std::vector<T>& values) {
    return values[Below(values.size())];
  }
  float Normal(float deviation) {
    static const Row numbers = NormalLogits(4099, 1);
    return deviation * numbers[Below(numbers.size())];
  }

 private:
  std::mt19937 random_;
};

// An array of so many elements for a row: shared by all, or one for each head, for each query, or for each row, with
// gaps that hold what nobody may read.
template <class T, class Draw>
Logits::Strided<T> ChooseArray(size_t heads, size_t queries, size_t elements, T gap, Choices* choices,
                               const Draw& draw) {
  Logits::Strided<T> array;
  const bool is_of_heads = choices->IsOneOf(2), is_of_queries = choices->IsOneOf(2);
  const size_t stride = elements + choices->Below(4);
  if (is_of_queries) array.row_stride = stride;
  if (is_of_heads) array.head_stride = (is_of_queries ? queries : 1) * stride + choices->Below(3);
  const size_t size = (heads - 1) * array.head_stride + (queries - 1) * array.row_stride + elements;
  array.values.assign(size, gap);
  for (size_t head = 0; head < heads; head++) {
    for (size_t query = 0; query < queries; query++) {
      T* const row = &array.values[head * array.head_stride + query * array.row_stride];
      for (size_t i = 0; i < elements; i++) row[i] = draw();
    }
  }
  return array;
}

Logits ChooseLogits(unsigned present, size_t heads, size_t queries, size_t columns, uint32_t bias_type,
                    Choices* choices) {
  Logits logits;
  if (heads > 1 || choices->IsOneOf(2)) logits.rows_of_head = queries;
  if ((present & kScale) != 0) {
    const std::vector<float> scales = {0.125f, 0.088388348f, 1.0f, -0.5f, 1.7f, 0.0f};
    logits.scale = ChooseArray(heads, queries, 1, kNaN, choices, [&] { return choices->OneOf(scales); });
  }
  if ((present & kSoftcap) != 0) logits.softcap = choices->OneOf<float>({0.5f, 5, 30, 50, 1e4f});
  if ((present & kBias) != 0) {
    logits.bias_type = bias_type;
    const bool is_distance = choices->IsOneOf(3), masks = choices->IsOneOf(4);
    const float mask = choices->OneOf<float>({-kInfinity, -1e30f, -65504, -1e4f});
    logits.bias = ChooseArray(heads, queries, columns, kNaN, choices, [&] {
      if (masks && choices->IsOneOf(3)) return Rounded(logits.bias_type, mask);
      const float bias = is_distance ? -static_cast<float>(choices->Below(columns)) : choices->Normal(3);
      return Rounded(logits.bias_type, bias);
    });
  }
  if ((present & kSlope) != 0) {
    for (size_t head = 0; head < heads; head++) logits.slope.push_back(choices->OneOf<float>({0.5f, 0.0625f, 0.3f, 1}));
  }
  if ((present & kKeep) != 0) {
    const bool is_in_runs = choices->IsOneOf(2);
    unsigned char keep = 1;
    logits.keep = ChooseArray<unsigned char>(heads, queries, columns, 0, choices, [&] {
      if (!is_in_runs || choices->IsOneOf(20)) keep = choices->OneOf<unsigned char>({0, 1, 2, 255});
      return keep;
    });
  }
  if ((present & kLengths) != 0) {
    const bool is_causal = choices->IsOneOf(2);
    for (size_t row = 0; row < heads * queries; row++) {
      const size_t length =
          is_causal ? columns - std::min(columns, queries - 1 - row % queries) : choices->Below(columns + 1);
      logits.lengths.push_back(static_cast<int64_t>(length));
    }
  }
  if ((present & kSink) != 0) {
    for (size_t head = 0; head < heads; head++) {
      logits.sink.push_back(choices->IsOneOf(8) ? choices->OneOf<float>({1e6f, -1e6f, 200}) : choices->Normal(5));
    }
  }
  return logits;
}

// Types are chosen too, or all are floats: for them there are kernels that others do without.
Problem ChooseProblem(Call call, unsigned present, size_t columns, bool is_of_floats, Choices* choices) {
  const size_t heads = 1 + choices->Below(columns < 1000 ? 3 : 2);
  const size_t queries = columns < 1000 ? 1 + choices->Below(5) : 1, rows = heads * queries;
  twopass_shape shape = {rows, columns, 1};
  if (choices->IsOneOf(6)) shape = {heads, columns, queries};
  const float deviation = choices->OneOf<float>({1, 5, 20}), mean = choices->OneOf<float>({0, 0, -60, 90});
  Rows x(rows, Row(columns));
  for (Row& row : x) {
    for (float& value : row) value = mean + choices->Normal(deviation);
  }
  Problem problem = ProblemOf(call, shape, x);
  const uint32_t bias_type = is_of_floats ? uint32_t{TWOPASS_F32} : kTypes[choices->Below(3)];
  problem.logits = ChooseLogits(present, heads, queries, columns, bias_type, choices);
  problem.wants_log_sums = (present & kLogSums) != 0;
  if (choices->IsOneOf(2)) problem.options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO;

  // What does not count may be anything.
  for (size_t row = 0; row < rows; row++) {
    for (size_t c = 0; c < columns; c++) {
      const bool counts =
          c < problem.logits->ColumnsOf(row, columns) &&
          (problem.logits->keep.values.empty() || problem.logits->At(problem.logits->keep, row, c) != 0);
      if (!counts && choices->IsOneOf(2)) problem.input[row][c] = kNaN;
    }
  }

  const bool is_of_one_type = is_of_floats || choices->IsOneOf(2);
  problem.SetTypes(is_of_floats ? uint32_t{TWOPASS_F32} : kTypes[choices->Below(3)]);
  if (!is_of_one_type) problem.output_type = kTypes[choices->Below(3)];
  if (!is_of_one_type) problem.weights_type = kTypes[choices->Below(3)];
  problem.is_by_name = is_of_one_type && shape.inner == 1 && choices->IsOneOf(2);
  problem.input_gaps.outer = problem.output_gaps.outer = problem.weights_gaps.outer = choices->Below(3);
  if (!problem.is_by_name && choices->IsOneOf(6)) problem.input_gaps.columns = 2;
  problem.output_gaps.columns = problem.weights_gaps.columns = problem.input_gaps.columns;
  const bool is_over_weights = HasWeights(call) && choices->IsOneOf(2);
  const size_t size = SizeOfType(is_over_weights ? problem.weights_type : problem.input_type);
  if (HasOutput(call) && SizeOfType(problem.output_type) == size && choices->IsOneOf(3))
    problem.place = is_over_weights ? Place::kOverWeights : Place::kOverInput;
  return problem;
}

class LogitsTest : public SoftmaxTest {
 protected:
  void ExpectIn(const Problem& problem) { EXPECT_EQ(DifferenceIn(problem, &worst_), ""); }

  void TearDown() override {
    if (!HasFailure() && !IsSkipped() && worst_.share != 0) {
      std::cout << std::get<0>(GetParam()) << ": the largest error is " << worst_.share << " of what is allowed\n";
    }
    SoftmaxTest::TearDown();
  }

  Worst worst_;
};

// ---- Every combination

TEST_P(LogitsTest, OfEveryCombination) {
  for (unsigned present = 0; present < kCombinations; present += IsSparse() ? 5 : 1) {
    for (Call call : CallsThatTake(present)) {
      for (bool is_of_floats : {false, true}) {
        Choices choices(present + kCombinations * static_cast<unsigned>(call));
        const size_t columns = choices.IsOneOf(4) ? 280 + choices.Below(40) : 1 + choices.Below(40);
        ExpectIn(ChooseProblem(call, present, columns, is_of_floats, &choices));
      }
    }
  }
}

// About what a buffer has room for, what a short row has, and more than a block.
TEST_P(LogitsTest, OfEveryCombinationInLongRows) {
  const std::vector<size_t> columns = {2047, 2048, 2049, 8191, 8192, 8193, 20000};
  for (unsigned present = 0; present < kCombinations; present += IsSparse() ? 23 : 1) {
    Choices choices(present);
    const Call call = choices.OneOf(CallsThatTake(present));
    const size_t count = choices.OneOf(columns);
    const bool is_of_floats = choices.IsOneOf(2);
    ExpectIn(ChooseProblem(call, present, count, is_of_floats, &choices));
  }
}

// ---- Rows that are masked out

// Ways to leave nothing of a row.
const char* const kWaysToMask[] = {"length", "keep", "bias", "logits"};

void MaskOut(Problem* problem, size_t row, const std::string& way) {
  const size_t rows = problem->RowCount(), columns = problem->shape.columns;
  Logits& logits = *problem->logits;
  if (way == "length") {
    if (logits.lengths.empty()) logits.lengths.assign(rows, static_cast<int64_t>(columns));
    logits.lengths[row] = 0;
  } else if (way == "keep") {
    logits.keep = {std::vector<unsigned char>(rows * columns, 1), 0, columns};
    std::fill_n(logits.keep.values.begin() + row * columns, columns, 0);
  } else if (way == "bias") {
    logits.bias = {Row(rows * columns, 0), 0, columns};
    std::fill_n(logits.bias.values.begin() + row * columns, columns, -kInfinity);
  } else {
    problem->input[row].assign(columns, -kInfinity);
  }
}

bool AreAll(const Row& row, float expected) {
  return std::all_of(row.begin(), row.end(), [expected](float value) {
    return value == expected || (std::isnan(value) && std::isnan(expected));
  });
}

void ExpectAll(const Row& row, float expected, const std::string& what) { EXPECT_TRUE(AreAll(row, expected)) << what; }

// What is left of a logit that is masked out.
float MaskedOutputOf(Call call) { return call == Call::kLogSoftmax ? -kInfinity : 0; }

// Of short rows and of long ones, in blocks of every kind.
std::vector<size_t> Columns() {
  return IsSparse() ? std::vector<size_t>{2, 33, 2049} : std::vector<size_t>{1, 2, 33, 300, 2049, 17000};
}

TEST_P(LogitsTest, RowsThatAreMaskedOut) {
  for (size_t columns : Columns()) {
    for (const char* way : kWaysToMask) {
      for (Call call : CallsThat(TakesLogits)) {
        for (bool is_zero : {false, true}) {
          Problem problem = ProblemOf(call, NormalRows(3, columns, 5), kTypes[columns % 3]);
          problem.output_type = TWOPASS_F32;
          problem.logits.emplace();
          MaskOut(&problem, 1, way);
          if (is_zero) problem.options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO;
          problem.wants_log_sums = GivesLogSums(call);
          const Outcome outcome = Perform(problem);
          EXPECT_EQ(Difference(problem, outcome, &worst_), "") << way;
          const bool gives_zero = is_zero || call == Call::kSigmoid;
          if (HasOutput(call)) ExpectAll(outcome.outputs[1], gives_zero ? MaskedOutputOf(call) : kNaN, problem.Name());
          const float result = call != Call::kEntropy ? -kInfinity : is_zero ? 0 : kNaN;
          if (problem.GivesResults()) ExpectAll({outcome.results[1]}, result, problem.Name());
        }
      }
    }
  }
}

TEST_P(LogitsTest, RowsThatAreMaskedOutButForASink) {
  for (size_t columns : Columns()) {
    for (const char* way : kWaysToMask) {
      for (Call call : CallsThat(TakesSink)) {
        for (float sink : {0.0f, 3.25f, -1e6f, FLT_MAX, -FLT_MAX, -kInfinity}) {
          Problem problem = ProblemOf(call, NormalRows(3, columns, 5), kTypes[columns % 3]);
          problem.output_type = TWOPASS_F32;
          problem.logits.emplace();
          problem.logits->sink = {sink};
          MaskOut(&problem, 1, way);
          problem.wants_log_sums = GivesLogSums(call);
          const Outcome outcome = Perform(problem);
          EXPECT_EQ(Difference(problem, outcome, &worst_), "") << way << ", " << sink;
          if (HasOutput(call)) ExpectAll(outcome.outputs[1], MaskedOutputOf(call), problem.Name());
          if (std::isinf(sink)) {
            ExpectAll({outcome.results[1]}, sink, problem.Name());
          } else {
            EXPECT_NEAR(outcome.results[1], sink, std::fabs(sink) * 0x1p-22) << way;
          }
        }
      }
    }
  }
}

TEST_P(LogitsTest, RowsWithoutColumns) {
  for (float sink : {0.0f, -3.25f, 1e6f, -kInfinity, kInfinity, kNaN}) {
    Problem problem;
    problem.call = Call::kLogSumExp;
    problem.shape = {2, 0, 1};
    problem.logits.emplace();
    problem.logits->sink = {sink};
    const Outcome outcome = Perform(problem);
    ASSERT_EQ(outcome.status, TWOPASS_OK);
    for (float result : outcome.results) ExpectAll({result}, sink == kInfinity ? kNaN : sink, "a sink alone");
  }
}

// ---- Single logits that are masked

TEST_P(LogitsTest, BiasesThatMask) {
  const struct {
    float bias;
    uint32_t type;
  } biases[] = {{-kInfinity, TWOPASS_F32},  {-FLT_MAX, TWOPASS_F32}, {-1e30f, TWOPASS_F32},
                {-1e9f, TWOPASS_F32},       {-65504, TWOPASS_F16},   {-kInfinity, TWOPASS_F16},
                {-kInfinity, TWOPASS_BF16}, {-1e30f, TWOPASS_BF16}};
  for (size_t columns : Columns()) {
    if (columns == 1) continue;
    for (const auto& [bias, type] : biases) {
      for (Call call : CallsThat(TakesLogits)) {
        Problem problem = ProblemOf(call, NormalRows(2, columns, 5));
        problem.logits.emplace();
        problem.logits->bias.values.assign(columns, 0);
        problem.logits->bias_type = type;
        for (size_t c = 1; c < columns; c += 2) problem.logits->bias.values[c] = Rounded(type, bias);
        const Outcome outcome = Perform(problem);
        EXPECT_EQ(Difference(problem, outcome, &worst_), "") << bias;
        if (!HasOutput(call) || call == Call::kLogSoftmax) continue;
        for (size_t c = 1; c < columns; c += 2) ASSERT_EQ(outcome.outputs[1][c], 0) << problem.Name() << ", " << bias;
      }
    }
  }
}

// Whatever it is, what does not count is as if it were not there.
TEST_P(LogitsTest, WhatDoesNotCountDoesNotLeak) {
  size_t turn = 0;
  for (size_t columns : Columns()) {
    if (columns == 1) continue;
    for (Call call : CallsThat(TakesLogits)) {
      for (bool has_lengths : {false, true}) {
        Problem problem = ProblemOf(call, NormalRows(2, columns, 5), kTypes[turn++ % 3]);
        Logits& logits = problem.logits.emplace();
        logits.bias.values.assign(columns, 0.5f);
        const size_t begin = columns / 2;
        if (has_lengths) {
          logits.lengths.assign(2, static_cast<int64_t>(begin));
        } else {
          logits.keep.values.assign(columns, 1);
          std::fill(logits.keep.values.begin() + begin, logits.keep.values.end(), 0);
        }
        const Outcome expected = Perform(problem);
        EXPECT_EQ(Difference(problem, expected, &worst_), "");
        for (float value : {kNaN, kInfinity, -kInfinity, 6e4f}) {
          for (Row& row : problem.input) std::fill(row.begin() + begin, row.end(), value);
          std::fill(logits.bias.values.begin() + begin, logits.bias.values.end(), value);
          EXPECT_TRUE(Perform(problem).HasSameBits(expected)) << problem.Name() << ", " << value;
        }
      }
    }
  }
}

// ---- Infinities, NaN and zeros go the way of the arithmetic

// What becomes of each call where a step makes of a logit what it is said to.
TEST_P(LogitsTest, WhatIsNotFiniteGoesTheWayOfTheArithmetic) {
  const struct {
    const char* name;
    float x, scale, softcap, slope, bias;
    float z;
  } cases[] = {{"NaN", kNaN, 1, 0, 1, 0, kNaN},
               {"a scale of NaN", 1, kNaN, 0, 1, 0, kNaN},
               {"a bias of NaN", 1, 1, 0, 1, kNaN, kNaN},
               {"a slope of NaN", 1, 1, 0, kNaN, 1, kNaN},
               {"infinity", kInfinity, 1, 0, 1, 0, kInfinity},
               {"-infinity", -kInfinity, 1, 0, 1, 0, -kInfinity},
               {"infinity and a negative scale", kInfinity, -1, 0, 1, 0, -kInfinity},
               {"-infinity and a negative scale", -kInfinity, -1, 0, 1, 0, kInfinity},
               {"0 * infinity", 0, kInfinity, 0, 1, 0, kNaN},
               {"infinity * 0", kInfinity, 0, 0, 1, 0, kNaN},
               {"a bias of infinity", 1, 1, 0, 1, kInfinity, kInfinity},
               {"a bias of infinity and a negative slope", 1, 1, 0, -0.5f, kInfinity, -kInfinity},
               {"a bias of infinity and a slope of 0", 1, 1, 0, 0, -kInfinity, kNaN},
               {"infinity - infinity", kInfinity, 1, 0, 1, -kInfinity, kNaN},
               {"infinity capped", kInfinity, 1, 30, 1, 0, 30},
               {"-infinity capped", -kInfinity, 1, 30, 1, 0, -30},
               {"NaN capped", kNaN, 1, 30, 1, 0, kNaN},
               {"infinity * 0 capped", kInfinity, 0, 30, 1, 0, kNaN},
               {"capped, and a negative scale", 1e6f, -2, 30, 1, 0, -30},
               {"capped, and a scale of 0", 1e6f, 0, 30, 1, 0, 0},
               {"capped, and a scale of infinity", -1, kInfinity, 30, 1, 0, -30},
               {"capped before the bias", 1e6f, 1, 30, 1, -20, 10},
               {"a product beyond FLT_MAX", 1e30f, -1e30f, 0, 1, 0, -kInfinity}};
  for (const auto& step : cases) {
    for (size_t columns : Columns()) {
      for (Call call : CallsThat(TakesLogits)) {
        const size_t column = columns / 3;
        Problem problem = ProblemOf(call, NormalRows(1, columns, 1));
        problem.input[0][column] = step.x;
        Logits& logits = problem.logits.emplace();
        // Without what has no effect, too.
        if (step.scale != 1) logits.scale.values = {step.scale};
        logits.softcap = step.softcap;
        if (step.bias != 0 || step.slope != 1) {
          logits.bias.values.assign(columns, 0);
          logits.bias.values[column] = step.bias;
        }
        if (step.slope != 1) logits.slope = {step.slope};
        const Z z = ZOf(logits, 0, column, step.x);
        ASSERT_TRUE(AreAll({static_cast<float>(z.value)}, step.z)) << step.name;
        EXPECT_EQ(DifferenceIn(problem, &worst_), "") << step.name;
      }
    }
  }
}

TEST_P(LogitsTest, AScaleMayBeAnyNumber) {
  for (size_t columns : Columns()) {
    for (Call call : CallsThat(TakesLogits)) {
      for (float scale : {0.0f, -0.0f, -0.3f, 100.0f, 1e-30f, 1e-45f}) {
        for (float softcap : {0.0f, 20.0f, 1e30f}) {
          Problem problem = ProblemOf(call, NormalRows(2, columns, 5));
          problem.logits.emplace();
          problem.logits->scale.values = {scale};
          problem.logits->softcap = softcap;
          EXPECT_EQ(DifferenceIn(problem, &worst_), "") << scale << ", " << softcap;
        }
      }
    }
  }
}

// What is below FLT_MIN counts as 0 before the sum is divided by.
TEST_P(LogitsTest, SoftplusesNearZero) {
  for (size_t columns : Columns()) {
    for (Call call : {Call::kSoftplus, Call::kSoftplusBackward}) {
      for (float mean : {-60.0f, -80.0f, -86.0f, -95.0f}) {
        // From here on the products of the gradient may be denormal, and count as 0.
        if (call == Call::kSoftplusBackward && mean < -68) continue;
        Problem problem = ProblemOf(call, NormalRows(2, columns, 0.2f));
        for (float& x : problem.input[0]) x += mean;
        for (float& x : problem.input[1]) x += x > 0 ? mean : call == Call::kSoftplus ? -95 : -68;
        ExpectIn(problem);
      }
    }
  }
}

// ---- Sinks

TEST_P(LogitsTest, ASinkMayBeAnyNumber) {
  size_t turn = 0;
  for (size_t columns : Columns()) {
    for (Call call : CallsThat(TakesSink)) {
      for (float sink : {-kInfinity, kInfinity, kNaN, 0.0f, 12.0f, 88.0f, -88.0f, 200.0f, 6e4f, -6e4f, 7e4f, 1e6f,
                         -1e6f, FLT_MAX, -FLT_MAX}) {
        for (float mean : {0.0f, 1e5f, -1e5f}) {
          Problem problem = ProblemOf(call, NormalRows(2, columns, 5));
          for (Row& row : problem.input) {
            for (float& x : row) x += mean;
          }
          problem.logits.emplace();
          problem.logits->sink = {sink};
          problem.wants_log_sums = GivesLogSums(call);
          if (HasOutput(call) && turn++ % 2 != 0) problem.place = Place::kOverInput;
          EXPECT_EQ(DifferenceIn(problem, &worst_), "") << "a sink of " << sink << ", logits around " << mean;
        }
      }
    }
  }
}

// Of every algorithm, each of which has its own ways. Of these logits the differences from the maximum are exact.
TEST_P(LogitsTest, OfEveryAlgorithm) {
  for (uint32_t algorithm : Algorithms()) {
    for (size_t columns : Columns()) {
      for (unsigned present : {0u, kSink, kKeep | kLengths, kCombinations - 1}) {
        Choices choices(present);
        Problem problem = ChooseProblem(Call::kSoftmax, present, columns, false, &choices);
        problem.options.algorithm = algorithm;
        for (Row& row : problem.input) row = Rounded(TWOPASS_BF16, row);
        ExpectIn(problem);
      }
    }
  }
}

// ---- Lengths

// Equal logits that are too low for any sum but one by their maximum, as they are and as copies.
TEST_P(LogitsTest, VeryLowOnesByEveryAlgorithm) {
  for (uint32_t type : kTypes) {
    for (uint32_t algorithm : Algorithms()) {
      for (size_t columns : {10, 300, 9000}) {
        Problem problem = ProblemOf(Call::kSoftmax, Rows(2, Row(columns, -0x1p+15f)), type);
        problem.logits.emplace().scale.values = {0x1p+20f};
        problem.options.algorithm = algorithm;
        EXPECT_EQ(Difference(problem, Perform(problem), &worst_), "") << algorithm;
      }
    }
  }
}

// What is beyond the length of a last row lies behind a guard page.
TEST_P(LogitsTest, WhatIsBeyondALengthIsNeverRead) {
#if defined(__wasm__)
  GTEST_SKIP() << "without guard pages other arrays lie where the rest of a row would be";
#endif
  for (size_t columns : {40, 300, 5000, 17000}) {
    for (size_t length : {size_t{0}, size_t{1}, size_t{17}, columns / 2, columns - 1}) {
      for (Call call : CallsThat(TakesLogits)) {
        for (uint32_t type : kTypes) {
          const Row x = NormalLogits(length, 5);
          const size_t size = SizeOfType(type);
          GuardedPages input(length * size), bias(length * size);
          const auto fill = [&](GuardedPages* pages) {
            char* const begin = pages->end() - length * size;
            for (size_t c = 0; c < length; c++) WriteElement(type, begin + c * size, x[c]);
            return begin;
          };
          const int64_t length_of_row = static_cast<int64_t>(length);
          twopass_logits logits = {};
          logits.lengths = &length_of_row;
          logits.bias = fill(&bias);
          logits.bias_type = type;
          Problem problem;
          problem.call = call;
          problem.shape = {1, columns, 1};
          problem.options.logits = &logits;
          Row y(columns, kUntouched), dy(columns);
          float result;
          const twopass_tensor of_input = {fill(&input), type, columns, 1};
          const twopass_tensor of_weights = {dy.data(), TWOPASS_F32, columns, 1};
          const twopass_tensor of_output = {y.data(), TWOPASS_F32, columns, 1};
          ASSERT_EQ(CallByTensors(problem, of_input, &of_weights, &of_output, &result), TWOPASS_OK);
          if (HasOutput(call) && length != 0)
            ExpectAll({y.begin() + length, y.end()}, MaskedOutputOf(call), NameOf(call));
        }
      }
    }
  }
}

// Of causal attention each row is that of its first columns alone, and the others are 0.
TEST_P(LogitsTest, CausalLengths) {
  for (size_t columns : {5, 40}) {
    const size_t heads = 2;
    for (Call call : CallsThat(TakesLogits)) {
      for (uint32_t type : kTypes) {
        Problem problem = ProblemOf(call, NormalRows(heads * columns, columns, 3), type);
        Logits& logits = problem.logits.emplace();
        logits.rows_of_head = columns;
        for (size_t row = 0; row < heads * columns; row++) logits.lengths.push_back(1 + row % columns);
        const Outcome outcome = Perform(problem);
        EXPECT_EQ(Difference(problem, outcome, &worst_), "");
        for (size_t row = 0; row < heads * columns; row += 7) {
          const size_t length = 1 + row % columns;
          const auto first = [length](const Row& x) { return Row(x.begin(), x.begin() + length); };
          Problem alone = ProblemOf(call, Rows{first(problem.input[row])}, type);
          if (HasWeights(call)) alone.weights = {first(problem.weights[row])};
          Outcome cut;
          cut.status = outcome.status;
          if (HasOutput(call)) {
            cut.outputs = {first(outcome.outputs[row])};
            ExpectAll({outcome.outputs[row].begin() + length, outcome.outputs[row].end()}, MaskedOutputOf(call),
                      problem.Name());
          }
          if (HasResults(call)) cut.results = {outcome.results[row]};
          EXPECT_EQ(Difference(alone, cut), "");
        }
      }
    }
  }
}

// ---- The log-sum-exp as a second output

TEST_P(LogitsTest, LogSumsAreThoseOfTheirCall) {
  for (size_t columns : Columns()) {
    for (unsigned present : {0u, kScale | kBias, kCombinations - 1}) {
      for (Call call : CallsThat(GivesLogSums)) {
        Choices choices(columns + present);
        Problem problem = ChooseProblem(call, present | kLogSums, columns, false, &choices);
        problem.place = Place::kApart;
        problem.is_by_name = false;
        const Outcome outcome = Perform(problem);
        problem.call = Call::kLogSumExp;
        problem.wants_log_sums = false;
        const Outcome alone = Perform(problem);
        for (size_t row = 0; row < problem.RowCount(); row++) {
          const float a = outcome.results[row], b = alone.results[row];
          if (std::isnan(b) || std::isinf(b)) {
            EXPECT_TRUE(AreAll({a}, b));
          } else {
            EXPECT_NEAR(a, b, 8 * kEpsilon * std::fmax(1, std::fabs(b)));
          }
        }
      }
    }
  }
}

// Parts of a row, each with its own softmax, are merged by their log_sums.
TEST_P(LogitsTest, PartsOfARowAreMergedByTheirLogSums) {
  for (size_t columns : Columns()) {
    if (columns == 1) continue;
    for (float deviation : {1.0f, 10.0f}) {
      const Row x = NormalLogits(columns, deviation);
      const size_t cut = columns / 3 + 1;
      Problem whole = ProblemOf(Call::kSoftmax, Rows{x});
      Problem parts[] = {ProblemOf(Call::kSoftmax, Rows{Row(x.begin(), x.begin() + cut)}),
                         ProblemOf(Call::kSoftmax, Rows{Row(x.begin() + cut, x.end())})};
      // The sink goes with one of them, as a column does.
      parts[1].logits.emplace();
      parts[1].logits->sink = {2.5f};
      whole.logits = parts[1].logits;
      whole.wants_log_sums = parts[0].wants_log_sums = parts[1].wants_log_sums = true;
      const Outcome expected = Perform(whole), first = Perform(parts[0]), second = Perform(parts[1]);
      const double a = first.results[0], b = second.results[0], max = std::fmax(a, b);
      const double log_sum = max + std::log(std::exp(a - max) + std::exp(b - max));
      const double bound = 4 * kEpsilon * std::fmax(1, std::fmax(std::fabs(log_sum), std::fabs(a) + std::fabs(b)));
      EXPECT_NEAR(expected.results[0], log_sum, 2 * bound);
      for (size_t c = 0; c < columns; c++) {
        const double p =
            c < cut ? first.outputs[0][c] * std::exp(a - log_sum) : second.outputs[0][c - cut] * std::exp(b - log_sum);
        const double error = 2 * PromisedError(TWOPASS_ALGORITHM_AUTO) + 2 * bound;
        ASSERT_NEAR(expected.outputs[0][c], p, error * p + FLT_MIN) << columns << " columns, " << c;
      }
    }
  }
}

// ---- Bits

TEST_P(LogitsTest, NothingAtAllGivesTheSameBits) {
  for (size_t columns : Columns()) {
    for (Call call : CallsThat(TakesLogits)) {
      for (uint32_t type : kTypes) {
        for (const twopass_shape& shape : std::vector<twopass_shape>{{3, columns, 1}, {1, columns, 5}}) {
          Problem problem = ProblemOf(call, shape, NormalRows(shape.outer * shape.inner, columns, 5), type);
          const Outcome expected = Perform(problem);
          problem.logits.emplace();
          EXPECT_TRUE(Perform(problem).HasSameBits(expected)) << problem.Name();
        }
      }
    }
  }
}

// What becomes of the logits of one row alone.
Logits LogitsOfRow(const Logits& logits, size_t row, size_t columns) {
  const size_t head = logits.HeadOf(row);
  Logits alone;
  alone.softcap = logits.softcap;
  alone.bias_type = logits.bias_type;
  if (!logits.scale.values.empty()) alone.scale.values = {logits.At(logits.scale, row, 0)};
  for (size_t c = 0; c < columns; c++) {
    if (!logits.bias.values.empty()) alone.bias.values.push_back(logits.At(logits.bias, row, c));
    if (!logits.keep.values.empty()) alone.keep.values.push_back(logits.At(logits.keep, row, c));
  }
  if (!logits.slope.empty()) alone.slope = {logits.slope[head]};
  if (!logits.lengths.empty()) alone.lengths = {logits.lengths[row]};
  if (!logits.sink.empty()) alone.sink = {logits.sink[head]};
  return alone;
}

// Of long rows the algorithm depends on the size of the call.
TEST_P(LogitsTest, BitsDoNotDependOnOtherRowsNorOnThePlace) {
  for (size_t columns : {3, 40, 300, 2500}) {
    for (unsigned present : {kScale, kBias | kSlope, kScale | kBias | kLengths, kLengths, kKeep, kSink | kLengths,
                             kLogSums | kScale, kCombinations - 1}) {
      for (Call call : CallsThatTake(present)) {
        for (uint32_t type : kTypes) {
          Choices choices(static_cast<uint32_t>(columns));
          Problem problem = ProblemOf(call, NormalRows(6, columns, 5), type);
          problem.logits = ChooseLogits(present, 2, 3, columns, TWOPASS_F32, &choices);
          problem.logits->rows_of_head = 3;
          problem.wants_log_sums = (present & kLogSums) != 0;
          const Outcome outcome = Perform(problem);
          Problem elsewhere = problem;
          elsewhere.input_gaps.outer = elsewhere.output_gaps.outer = elsewhere.weights_gaps.outer = 5;
          if (HasOutput(call)) elsewhere.place = Place::kOverInput;
          EXPECT_TRUE(Perform(elsewhere).HasSameBits(outcome)) << elsewhere.Name();
          for (size_t row : {0, 4}) {
            Problem alone = problem;
            alone.shape.outer = 1;
            alone.input = {problem.input[row]};
            if (HasWeights(call)) alone.weights = {problem.weights[row]};
            alone.logits = LogitsOfRow(*problem.logits, row, columns);
            Outcome expected;
            expected.status = TWOPASS_OK;
            if (HasOutput(call)) expected.outputs = {outcome.outputs[row]};
            if (problem.GivesResults()) expected.results = {outcome.results[row]};
            EXPECT_TRUE(Perform(alone).HasSameBits(expected)) << problem.Name() << ", row " << row;
          }
        }
      }
    }
  }
}

void RunBackwards(void*, void (*task)(void* context, size_t i), void* context, size_t count) {
  while (count-- != 0) task(context, count);
}

TEST_P(LogitsTest, BitsDoNotDependOnThreads) {
  const struct {
    size_t heads, queries, columns;
  } shapes[] = {{3, 200, 100}, {2, 8, 5000}, {1, 3, 20000}, {1, 1, 100000}};
  for (const auto& shape : shapes) {
    if (shape.columns > 5000 && IsSparse()) continue;
    for (Call call : CallsThat(TakesLogits)) {
      const unsigned everything =
          kCombinations - 1 - (TakesSink(call) ? 0 : kSink) - (GivesLogSums(call) ? 0 : kLogSums);
      for (unsigned present : {everything, kScale | kBias | kLengths}) {
        Choices choices(7);
        const size_t rows = shape.heads * shape.queries;
        Problem problem = ProblemOf(call, NormalRows(rows, shape.columns, 5));
        problem.logits = ChooseLogits(present, shape.heads, shape.queries, shape.columns, TWOPASS_F32, &choices);
        problem.wants_log_sums = (present & kLogSums) != 0;
        const Outcome expected = Perform(problem);
        const twopass_runner runner = {RunBackwards, nullptr, 3};
        problem.options.runner = &runner;
        EXPECT_TRUE(Perform(problem).HasSameBits(expected)) << problem.Name();
      }
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(LogitsTest, (std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO}));

}  // namespace
}  // namespace twopass_test
