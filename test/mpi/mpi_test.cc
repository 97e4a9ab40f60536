// Rows whose columns are spread over the ranks, against what double precision makes of whole rows: on however many
// ranks this is run. Every rank has the same whole rows, and hands its columns in.
//
// All ranks take the same way through a case, whatever fails on one, or the others would wait for it: there is EXPECT
// here, never ASSERT.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "examples/vocabulary-parallel/all_reduces.h"
#include "twopass_mpi.h"

namespace twopass_test {
namespace {

using example::AllReduces;
using example::take_all_reduces;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kUntouched = -1.25f;
constexpr double kEpsilon = 0x1p-23;
constexpr double kSoftmaxError = 10.5 * kEpsilon;  // the largest that twopass.h has
constexpr size_t kRowsAtOnce = 8;
constexpr size_t kHeaderBytes = 24, kSumBytes = 16, kLogitBytes = 8;

int Rank() {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int Ranks() {
  int ranks;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  return ranks;
}

// Whether all ranks have the same bytes.
bool AreSameOnAllRanks(const void* bytes, size_t count) {
  const char* const own = static_cast<const char*>(bytes);
  std::vector<char> of_first(own, own + count);
  MPI_Bcast(of_first.data(), static_cast<int>(count), MPI_BYTE, 0, MPI_COMM_WORLD);
  int is_same = std::equal(of_first.begin(), of_first.end(), own);
  PMPI_Allreduce(MPI_IN_PLACE, &is_same, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return is_same != 0;
}
template <class T>
bool AreSameOnAllRanks(const std::vector<T>& values) {
  return AreSameOnAllRanks(values.data(), values.size() * sizeof(T));
}

class Handle {
 public:
  explicit Handle(size_t rows_at_once = kRowsAtOnce, MPI_Comm communicator = MPI_COMM_WORLD) {
    EXPECT_EQ(twopass_mpi_create(communicator, rows_at_once, &mpi_), TWOPASS_OK);
    take_all_reduces();
  }
  Handle(const Handle&) = delete;
  ~Handle() { twopass_mpi_free(&mpi_); }
  operator twopass_mpi*() { return &mpi_; }
  twopass_mpi* operator->() { return &mpi_; }

 private:
  twopass_mpi mpi_;
};

struct Matrix {
  Matrix(size_t rows, size_t columns, float value = kUntouched)
      : rows(rows), columns(columns), values(rows * columns, value) {}
  float& at(size_t row, size_t column) { return values[row * columns + column]; }
  float at(size_t row, size_t column) const { return values[row * columns + column]; }
  float* data() { return values.data(); }
  const float* data() const { return values.data(); }

  size_t rows, columns;
  std::vector<float> values;
};

Matrix RandomLogits(size_t rows, size_t columns, float offset = 0, float spread = 4, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, spread);
  Matrix logits(rows, columns);
  for (float& value : logits.values) value = offset + normal(random);
  return logits;
}

// Where each rank's columns begin, and where the last one's end.
using Cuts = std::vector<size_t>;

struct NamedCuts {
  std::string name;
  Cuts cuts;
};

std::vector<NamedCuts> AllCuts(size_t columns) {
  const size_t ranks = static_cast<size_t>(Ranks());
  Cuts even, first_is_empty(ranks + 1, columns), last_is_empty(ranks + 1, 0), random;
  for (size_t i = 0; i <= ranks; i++) even.push_back(columns * i / ranks);
  first_is_empty[0] = 0;
  if (ranks > 1) first_is_empty[1] = 0;
  last_is_empty[ranks] = columns;
  if (ranks > 1) last_is_empty[ranks - 1] = columns;
  std::mt19937 generator(static_cast<unsigned>(columns));
  for (size_t i = 0; i < ranks; i++) random.push_back(i == 0 ? 0 : generator() % (columns + 1));
  random.push_back(columns);
  std::sort(random.begin(), random.end());
  return {{"even", even},
          {"all on the second", first_is_empty},
          {"all before the last", last_is_empty},
          {"random", random}};
}

size_t First(const Cuts& cuts) { return cuts[static_cast<size_t>(Rank())]; }
size_t Columns(const Cuts& cuts) { return cuts[static_cast<size_t>(Rank()) + 1] - First(cuts); }

// The columns of this rank.
Matrix Part(const Matrix& whole, const Cuts& cuts) {
  Matrix part(whole.rows, Columns(cuts));
  for (size_t row = 0; row < part.rows; row++) {
    for (size_t i = 0; i < part.columns; i++) part.at(row, i) = whole.at(row, First(cuts) + i);
  }
  return part;
}

double ExactLogSum(const Matrix& logits, size_t row) {
  double max = -kInfinity, sum = 0;
  for (size_t i = 0; i < logits.columns; i++) max = std::max(max, static_cast<double>(logits.at(row, i)));
  if (std::isinf(max)) return max;
  for (size_t i = 0; i < logits.columns; i++) sum += std::exp(logits.at(row, i) - max);
  return max + std::log(sum);
}

std::vector<int64_t> SomeLabels(size_t rows, size_t columns) {
  std::vector<int64_t> labels;
  for (size_t row = 0; row < rows; row++) labels.push_back(static_cast<int64_t>(row * 7919 % columns));
  return labels;
}

testing::AssertionResult IsNear(double actual, double expected, double error) {
  if (std::fabs(actual - expected) <= error) return testing::AssertionSuccess();
  return testing::AssertionFailure() << actual << ", expected " << expected << " within " << error;
}

// What an absolute error of a logarithm may be beside its rounding.
double LogError(double logarithm) { return kSoftmaxError + kEpsilon * std::fabs(logarithm); }

// ---- What is computed

struct Problem {
  size_t rows, columns;
  float offset, spread;
};

const Problem kProblems[] = {{1, 1, 0, 1},      {1, 7, 0, 4},         {5, 100, -50, 30},  {8, 1000, 700, 1},
                             {17, 333, 0, 100}, {3, 20011, -1e4, 20}, {2, 5000, 0, 1e30f}};

// Calls function(logits, cuts) for each problem and each way to cut it.
void ForEachProblem(const std::function<void(const Matrix&, const Cuts&)>& function) {
  for (const Problem& problem : kProblems) {
    const Matrix logits = RandomLogits(problem.rows, problem.columns, problem.offset, problem.spread);
    for (const NamedCuts& cuts : AllCuts(problem.columns)) {
      SCOPED_TRACE(std::to_string(problem.rows) + " x " + std::to_string(problem.columns) + ", cut: " + cuts.name);
      function(logits, cuts.cuts);
    }
  }
}

void ExpectSoftmax(const Matrix& logits, const Cuts& cuts, const Matrix& y) {
  for (size_t row = 0; row < y.rows; row++) {
    const double log_sum = ExactLogSum(logits, row);
    for (size_t i = 0; i < y.columns; i++) {
      const double expected = std::exp(logits.at(row, First(cuts) + i) - log_sum);
      EXPECT_TRUE(IsNear(y.at(row, i), expected, kSoftmaxError * expected + FLT_MIN)) << row << ", " << i;
    }
  }
}

TEST(Mpi, Softmax) {
  Handle mpi;
  ForEachProblem([&](const Matrix& logits, const Cuts& cuts) {
    const Matrix x = Part(logits, cuts);
    Matrix y(x.rows, x.columns);
    EXPECT_EQ(twopass_mpi_softmax_f32(mpi, x.rows, x.columns, x.data(), x.columns, y.data(), y.columns, nullptr),
              TWOPASS_OK);
    ExpectSoftmax(logits, cuts, y);
  });
}

TEST(Mpi, InPlaceAndWithStrides) {
  Handle mpi;
  ForEachProblem([&](const Matrix& logits, const Cuts& cuts) {
    const Matrix x = Part(logits, cuts);
    Matrix y(x.rows, x.columns), in_place = x, wide(x.rows, x.columns + 3);
    twopass_mpi_softmax_f32(mpi, x.rows, x.columns, x.data(), x.columns, y.data(), y.columns, nullptr);
    EXPECT_EQ(twopass_mpi_softmax_f32(mpi, x.rows, x.columns, in_place.data(), x.columns, in_place.data(), x.columns,
                                      nullptr),
              TWOPASS_OK);
    EXPECT_EQ(twopass_mpi_softmax_f32(mpi, x.rows, x.columns, x.data(), x.columns, wide.data(), wide.columns, nullptr),
              TWOPASS_OK);
    EXPECT_EQ(in_place.values, y.values);
    for (size_t row = 0; row < x.rows; row++) {
      for (size_t i = 0; i < wide.columns; i++)
        EXPECT_EQ(wide.at(row, i), i < x.columns ? y.at(row, i) : kUntouched) << row << ", " << i;
    }
  });
}

TEST(Mpi, LogSoftmax) {
  Handle mpi;
  ForEachProblem([&](const Matrix& logits, const Cuts& cuts) {
    const Matrix x = Part(logits, cuts);
    Matrix y(x.rows, x.columns);
    EXPECT_EQ(twopass_mpi_log_softmax_f32(mpi, x.rows, x.columns, x.data(), x.columns, y.data(), y.columns, nullptr),
              TWOPASS_OK);
    for (size_t row = 0; row < y.rows; row++) {
      const double log_sum = ExactLogSum(logits, row);
      for (size_t i = 0; i < y.columns; i++) {
        const double expected = logits.at(row, First(cuts) + i) - log_sum;
        EXPECT_TRUE(IsNear(y.at(row, i), expected, LogError(expected))) << row << ", " << i;
        EXPECT_LE(y.at(row, i), 0) << row << ", " << i;
      }
    }
  });
}

TEST(Mpi, LogSumExp) {
  Handle mpi;
  ForEachProblem([&](const Matrix& logits, const Cuts& cuts) {
    const Matrix x = Part(logits, cuts);
    std::vector<float> log_sums(x.rows, kUntouched);
    EXPECT_EQ(twopass_mpi_log_sum_exp_f32(mpi, x.rows, x.columns, x.data(), x.columns, log_sums.data(), nullptr),
              TWOPASS_OK);
    for (size_t row = 0; row < x.rows; row++) {
      const double expected = ExactLogSum(logits, row);
      EXPECT_TRUE(IsNear(log_sums[row], expected, 4 * kEpsilon * std::max(1.0, std::fabs(expected)))) << row;
    }
    EXPECT_TRUE(AreSameOnAllRanks(log_sums));
  });
}

TEST(Mpi, CrossEntropy) {
  Handle mpi;
  ForEachProblem([&](const Matrix& logits, const Cuts& cuts) {
    const Matrix x = Part(logits, cuts);
    std::vector<int64_t> labels = SomeLabels(logits.rows, logits.columns);
    const int64_t ignored = 123456789;
    if (logits.rows > 2) labels[1] = -1, labels[2] = ignored;
    Matrix gradient(x.rows, x.columns);
    std::vector<float> losses(x.rows, kUntouched);
    EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, x.rows, x.columns, First(cuts), x.data(), x.columns, labels.data(),
                                            losses.data(), gradient.data(), gradient.columns, &ignored, nullptr),
              TWOPASS_OK);
    for (size_t row = 0; row < x.rows; row++) {
      const bool counts = labels[row] >= 0 && labels[row] != ignored;
      const double log_sum = ExactLogSum(logits, row);
      const double loss = counts ? log_sum - logits.at(row, static_cast<size_t>(labels[row])) : 0;
      EXPECT_TRUE(IsNear(losses[row], loss, counts ? LogError(loss) : 0)) << row;
      EXPECT_GE(losses[row], 0) << row;
      for (size_t i = 0; i < x.columns; i++) {
        const bool is_label = First(cuts) + i == static_cast<size_t>(labels[row]);
        const double p = std::exp(logits.at(row, First(cuts) + i) - log_sum);
        const double expected = !counts ? 0 : is_label ? std::expm1(-loss) : p;
        const double error = !counts ? 0 : is_label ? 2 * LogError(0) : kSoftmaxError * p + FLT_MIN;
        EXPECT_TRUE(IsNear(gradient.at(row, i), expected, error)) << row << ", " << i;
      }
    }
    EXPECT_TRUE(AreSameOnAllRanks(losses));

    // Each output without the other, and the gradient in place.
    std::vector<float> losses_alone(x.rows, kUntouched);
    Matrix in_place = x;
    EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, x.rows, x.columns, First(cuts), x.data(), x.columns, labels.data(),
                                            losses_alone.data(), nullptr, 0, &ignored, nullptr),
              TWOPASS_OK);
    EXPECT_EQ(losses_alone, losses);
    EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, x.rows, x.columns, First(cuts), in_place.data(), x.columns,
                                            labels.data(), nullptr, in_place.data(), x.columns, &ignored, nullptr),
              TWOPASS_OK);
    EXPECT_EQ(in_place.values, gradient.values);
  });
}

// Where a logit takes it all, rounding alone would make some losses negative.
TEST(Mpi, LossesAreNotNegative) {
  constexpr size_t kRows = 100;
  Handle mpi;
  const Cuts cuts = AllCuts(10)[0].cuts;
  Matrix logits = RandomLogits(kRows, 10);
  for (size_t row = 0; row < kRows; row++) logits.at(row, 3) += 60;
  const Matrix x = Part(logits, cuts);
  const std::vector<int64_t> labels(kRows, 3);
  std::vector<float> losses(kRows, kUntouched);
  EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, kRows, x.columns, First(cuts), x.data(), x.columns, labels.data(),
                                          losses.data(), nullptr, 0, nullptr, nullptr),
            TWOPASS_OK);
  for (float loss : losses) EXPECT_TRUE(loss >= 0 && loss <= kSoftmaxError) << loss;
}

// A thread for each task.
void RunOnThreads(void*, void (*task)(void* context, size_t i), void* context, size_t count) {
  std::vector<std::thread> threads;
  for (size_t i = 0; i < count; i++) threads.emplace_back(task, context, i);
  for (std::thread& thread : threads) thread.join();
}

TEST(Mpi, ThreadsChangeNoBit) {
  Handle mpi;
  const twopass_runner runner = {RunOnThreads, nullptr, 3};
  twopass_options options = {};
  options.runner = &runner;
  ForEachProblem([&](const Matrix& logits, const Cuts& cuts) {
    const Matrix x = Part(logits, cuts);
    for (const auto call : {twopass_mpi_softmax_f32, twopass_mpi_log_softmax_f32}) {
      Matrix one(x.rows, x.columns), many(x.rows, x.columns);
      EXPECT_EQ(call(mpi, x.rows, x.columns, x.data(), x.columns, one.data(), x.columns, nullptr), TWOPASS_OK);
      EXPECT_EQ(call(mpi, x.rows, x.columns, x.data(), x.columns, many.data(), x.columns, &options), TWOPASS_OK);
      EXPECT_EQ(one.values, many.values);
    }
  });
}

// Totals are doubles, and more of them than a float of the results would show.
TEST(Mpi, TotalsHaveTheSameBitsOnAllRanks) {
  Handle mpi;
  ForEachProblem([&](const Matrix& logits, const Cuts& cuts) {
    const Matrix x = Part(logits, cuts);
    Matrix y(x.rows, x.columns);
    twopass_mpi_softmax_f32(mpi, x.rows, x.columns, x.data(), x.columns, y.data(), y.columns, nullptr);
    EXPECT_TRUE(AreSameOnAllRanks(twopass_mpi_sums_of(mpi->message), mpi->message->count * kSumBytes));
  });
}

int32_t Distance(float a, float b) {
  int32_t bits_of_a, bits_of_b;
  std::memcpy(&bits_of_a, &a, sizeof(a));
  std::memcpy(&bits_of_b, &b, sizeof(b));
  return std::abs(bits_of_a - bits_of_b);
}

// How far results on these ranks are from those on one, in units of the last place, as docs/mpi.md has it.
constexpr int32_t kLargestDifference = 4;

TEST(Mpi, TheNumberOfRanksChangesLittle) {
  Handle mpi, alone(kRowsAtOnce, MPI_COMM_SELF);
  int32_t largest = 0;
  const auto compare = [&](const Matrix& logits, const Cuts& cuts) {
    const Matrix x = Part(logits, cuts);
    Matrix y(x.rows, x.columns), whole(logits.rows, logits.columns);
    twopass_mpi_softmax_f32(mpi, x.rows, x.columns, x.data(), x.columns, y.data(), y.columns, nullptr);
    twopass_mpi_softmax_f32(alone, logits.rows, logits.columns, logits.data(), logits.columns, whole.data(),
                            whole.columns, nullptr);
    const Matrix expected = Part(whole, cuts);
    for (size_t i = 0; i < y.values.size(); i++) largest = std::max(largest, Distance(y.values[i], expected.values[i]));
  };
  ForEachProblem(compare);
  for (unsigned seed = 2; seed < 12; seed++) {
    for (size_t columns : {64, 1000, 32000}) {
      const Matrix logits = RandomLogits(8, columns, 0, 3, seed);
      for (const NamedCuts& cuts : AllCuts(columns)) compare(logits, cuts.cuts);
    }
  }
  MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_INT32_T, MPI_MAX, MPI_COMM_WORLD);
  if (Rank() == 0) std::printf("largest difference to one rank: %d units in the last place\n", largest);
  EXPECT_LE(largest, Ranks() == 1 ? 0 : kLargestDifference);
}

// ---- What is exchanged

void ExpectAllReduces(int count, size_t bytes) {
  const AllReduces taken = take_all_reduces();
  EXPECT_EQ(taken.count, count);
  EXPECT_EQ(taken.bytes, static_cast<size_t>(count) * bytes);
}

TEST(Mpi, EachCallMakesOneAllReduce) {
  Handle mpi;
  const size_t sums = kHeaderBytes + kSumBytes * kRowsAtOnce, sums_and_logits = sums + kLogitBytes * kRowsAtOnce;
  // Also of no rows; and of more rows than go into one message, as many as they need.
  for (const auto& [rows, count] : {std::pair<size_t, int>{0, 1}, {1, 1}, {8, 1}, {9, 2}, {17, 3}}) {
    SCOPED_TRACE(rows);
    const Matrix logits = RandomLogits(rows, 50);
    const Cuts cuts = AllCuts(50)[0].cuts;
    const Matrix x = Part(logits, cuts);
    Matrix y(x.rows, x.columns);
    std::vector<float> results(rows);
    const std::vector<int64_t> labels = SomeLabels(rows, 50);
    const size_t n = x.columns;
    EXPECT_EQ(twopass_mpi_softmax_f32(mpi, rows, n, x.data(), n, y.data(), n, nullptr), TWOPASS_OK);
    ExpectAllReduces(count, sums);
    EXPECT_EQ(twopass_mpi_log_softmax_f32(mpi, rows, n, x.data(), n, y.data(), n, nullptr), TWOPASS_OK);
    ExpectAllReduces(count, sums);
    EXPECT_EQ(twopass_mpi_log_sum_exp_f32(mpi, rows, n, x.data(), n, results.data(), nullptr), TWOPASS_OK);
    ExpectAllReduces(count, sums);
    EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, rows, n, First(cuts), x.data(), n, labels.data(), results.data(),
                                            y.data(), n, nullptr, nullptr),
              TWOPASS_OK);
    ExpectAllReduces(count, sums_and_logits);
  }
}

// ---- Special values

TEST(Mpi, NaNOnOneRankIsNaNOnAll) {
  Handle mpi;
  for (float value : {kNaN, kInfinity}) {
    for (int culprit = 0; culprit < Ranks(); culprit++) {
      const Matrix logits = RandomLogits(12, 40);
      const Cuts cuts = AllCuts(40)[0].cuts;
      Matrix x = Part(logits, cuts);
      if (Rank() == culprit) x.at(3, 0) = value;
      const size_t n = x.columns;
      Matrix y(12, n), log_y(12, n), gradient(12, n);
      std::vector<float> log_sums(12), losses(12);
      std::vector<int64_t> labels = SomeLabels(12, 40);
      EXPECT_EQ(twopass_mpi_softmax_f32(mpi, 12, n, x.data(), n, y.data(), n, nullptr), TWOPASS_MPI_NAN);
      EXPECT_EQ(twopass_mpi_log_softmax_f32(mpi, 12, n, x.data(), n, log_y.data(), n, nullptr), TWOPASS_MPI_NAN);
      EXPECT_EQ(twopass_mpi_log_sum_exp_f32(mpi, 12, n, x.data(), n, log_sums.data(), nullptr), TWOPASS_MPI_NAN);
      EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, 12, n, First(cuts), x.data(), n, labels.data(), losses.data(),
                                              gradient.data(), n, nullptr, nullptr),
                TWOPASS_MPI_NAN);
      for (size_t row = 0; row < 12; row++) {
        EXPECT_EQ(std::isnan(log_sums[row]), row == 3) << row;
        EXPECT_EQ(std::isnan(losses[row]), row == 3) << row;
        for (size_t i = 0; i < n; i++) {
          EXPECT_EQ(std::isnan(y.at(row, i)), row == 3) << row;
          EXPECT_EQ(std::isnan(log_y.at(row, i)), row == 3) << row;
          EXPECT_EQ(std::isnan(gradient.at(row, i)), row == 3) << row;
        }
      }

      labels[3] = -100;
      EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, 12, n, First(cuts), x.data(), n, labels.data(), losses.data(),
                                              gradient.data(), n, nullptr, nullptr),
                TWOPASS_OK);
      EXPECT_EQ(losses[3], 0);
      for (size_t i = 0; i < n; i++) EXPECT_EQ(gradient.at(3, i), 0);
    }
  }
}

TEST(Mpi, MaskedRows) {
  Handle mpi;
  const Cuts cuts = AllCuts(20)[0].cuts;
  const size_t n = Columns(cuts);
  const Matrix x(2, n, -kInfinity);
  const std::vector<int64_t> labels = {3, 19};
  for (uint32_t flags : {0, TWOPASS_FLAG_MASKED_ROW_ZERO + 0}) {
    twopass_options options = {};
    options.flags = flags;
    Matrix y(2, n), log_y(2, n), gradient(2, n);
    std::vector<float> log_sums(2), losses(2);
    EXPECT_EQ(twopass_mpi_softmax_f32(mpi, 2, n, x.data(), n, y.data(), n, &options), TWOPASS_OK);
    EXPECT_EQ(twopass_mpi_log_softmax_f32(mpi, 2, n, x.data(), n, log_y.data(), n, &options), TWOPASS_OK);
    EXPECT_EQ(twopass_mpi_log_sum_exp_f32(mpi, 2, n, x.data(), n, log_sums.data(), &options), TWOPASS_OK);
    EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, 2, n, First(cuts), x.data(), n, labels.data(), losses.data(),
                                            gradient.data(), n, nullptr, &options),
              TWOPASS_OK);
    const auto is = [&](float value, float zero) { return flags != 0 ? value == zero : std::isnan(value); };
    for (size_t row = 0; row < 2; row++) {
      EXPECT_EQ(log_sums[row], -kInfinity);
      EXPECT_TRUE(is(losses[row], 0));
      for (size_t i = 0; i < n; i++) {
        EXPECT_TRUE(is(y.at(row, i), 0));
        EXPECT_TRUE(is(log_y.at(row, i), -kInfinity));
        EXPECT_TRUE(is(gradient.at(row, i), 0));
      }
    }
  }
}

TEST(Mpi, MaskedLabelHasAnInfiniteLoss) {
  Handle mpi;
  const Cuts cuts = AllCuts(20)[0].cuts;
  Matrix logits = RandomLogits(1, 20);
  logits.at(0, 19) = -kInfinity;
  const Matrix x = Part(logits, cuts);
  const int64_t label = 19;
  float loss = 0;
  EXPECT_EQ(twopass_mpi_cross_entropy_f32(mpi, 1, x.columns, First(cuts), x.data(), x.columns, &label, &loss, nullptr,
                                          0, nullptr, nullptr),
            TWOPASS_OK);
  EXPECT_EQ(loss, kInfinity);
}

// ---- Mistakes: of one rank, which all ranks are told of, with nothing written, in one all-reduce

// The arguments of all calls, for one rank to spoil.
struct Arguments {
  Arguments() : x(Part(RandomLogits(kRows, 40), AllCuts(40)[0].cuts)), y(kRows, x.columns + 1) {
    columns = x.columns;
    first_column = First(AllCuts(40)[0].cuts);
    labels = SomeLabels(kRows, 40);
    input = x.data();
    output = y.data();
    results = of_rows.data();
    label = labels.data();
  }

  static constexpr size_t kRows = 12;  // two messages
  Matrix x, y;
  std::vector<float> of_rows = std::vector<float>(kRows, kUntouched);
  std::vector<int64_t> labels;
  size_t rows = kRows, columns, first_column;
  const float* input;
  size_t input_stride = x.columns;
  float* output;
  size_t output_stride = x.columns + 1;
  float* results;
  const int64_t* label;
  twopass_options options = {};
};

enum Call { kSoftmax, kLogSoftmax, kLogSumExp, kCrossEntropy };

twopass_status Perform(Call call, twopass_mpi* mpi, const Arguments& it) {
  switch (call) {
    case kSoftmax:
      return twopass_mpi_softmax_f32(mpi, it.rows, it.columns, it.input, it.input_stride, it.output, it.output_stride,
                                     &it.options);
    case kLogSoftmax:
      return twopass_mpi_log_softmax_f32(mpi, it.rows, it.columns, it.input, it.input_stride, it.output,
                                         it.output_stride, &it.options);
    case kLogSumExp:
      return twopass_mpi_log_sum_exp_f32(mpi, it.rows, it.columns, it.input, it.input_stride, it.results, &it.options);
    case kCrossEntropy:
      return twopass_mpi_cross_entropy_f32(mpi, it.rows, it.columns, it.first_column, it.input, it.input_stride,
                                           it.label, it.results, it.output, it.output_stride, nullptr, &it.options);
  }
  return TWOPASS_OK;
}

const std::vector<Call> kAllCalls = {kSoftmax, kLogSoftmax, kLogSumExp, kCrossEntropy};
const std::vector<Call> kCallsWithOutput = {kSoftmax, kLogSoftmax, kCrossEntropy};

void ExpectMistake(const std::string& name, twopass_status expected, const std::vector<Call>& calls,
                   const std::function<void(Arguments*)>& spoil) {
  Handle mpi;
  for (Call call : calls) {
    for (int culprit = 0; culprit < Ranks(); culprit++) {
      SCOPED_TRACE(name + ", call " + std::to_string(call) + ", rank " + std::to_string(culprit));
      Arguments arguments;
      if (Rank() == culprit) spoil(&arguments);
      EXPECT_EQ(Perform(call, mpi, arguments), expected);
      EXPECT_EQ(take_all_reduces().count, 1);
      for (float value : arguments.y.values) EXPECT_EQ(value, kUntouched);
      for (float value : arguments.of_rows) EXPECT_EQ(value, kUntouched);
      EXPECT_EQ(Perform(call, mpi, Arguments()), TWOPASS_OK);  // after which all goes on
      take_all_reduces();
    }
  }
}

TEST(Mpi, InvalidArguments) {
  const auto expect = [](const char* name, const std::vector<Call>& calls, auto spoil) {
    ExpectMistake(name, TWOPASS_INVALID_ARGUMENT, calls, spoil);
  };
  const auto misaligned = [](auto* pointer) {
    return reinterpret_cast<decltype(pointer)>(reinterpret_cast<uintptr_t>(pointer) + 2);
  };
  expect("no input", kAllCalls, [](Arguments* it) { it->input = nullptr; });
  expect("no output", {kSoftmax, kLogSoftmax}, [](Arguments* it) { it->output = nullptr; });
  expect("no log-sums", {kLogSumExp}, [](Arguments* it) { it->results = nullptr; });
  expect("no labels", {kCrossEntropy}, [](Arguments* it) { it->label = nullptr; });
  expect("misaligned input", kAllCalls, [&](Arguments* it) { it->input = misaligned(it->input); });
  expect("misaligned output", kCallsWithOutput, [&](Arguments* it) { it->output = misaligned(it->output); });
  expect("misaligned results", {kLogSumExp, kCrossEntropy},
         [&](Arguments* it) { it->results = misaligned(it->results); });
  expect("misaligned labels", {kCrossEntropy}, [&](Arguments* it) { it->label = misaligned(it->label); });
  expect("short stride of the input", kAllCalls, [](Arguments* it) { it->input_stride--; });
  expect("short stride of the output", kCallsWithOutput, [](Arguments* it) { it->output_stride -= 2; });
  expect("too large", kAllCalls, [](Arguments* it) { it->input_stride = SIZE_MAX / 8; });
  expect("too large an output", kCallsWithOutput, [](Arguments* it) { it->output_stride = SIZE_MAX / 8; });
  expect("too many columns", kAllCalls, [](Arguments* it) { it->columns = it->input_stride = SIZE_MAX / 4; });
  expect("too many rows", kAllCalls, [](Arguments* it) { it->rows = SIZE_MAX, it->columns = 0; });
  expect("last column", {kCrossEntropy}, [](Arguments* it) { it->first_column = SIZE_MAX; });
  expect("overlap", kCallsWithOutput, [](Arguments* it) { it->output = it->x.data() + 1; });
  expect("overlap from before", kCallsWithOutput, [](Arguments* it) { it->input = it->y.data() + 1; });
  expect("another stride in place", kCallsWithOutput, [](Arguments* it) { it->input = it->y.data(); });
  expect("unknown flags", kAllCalls, [](Arguments* it) { it->options.flags = 2; });
  expect("unknown algorithm", kAllCalls, [](Arguments* it) { it->options.algorithm = 99; });
  expect("log-sums in the options", kAllCalls, [](Arguments* it) { it->options.log_sums = it->of_rows.data(); });
}

TEST(Mpi, RanksThatDiffer) {
  const auto expect = [](const char* name, const std::vector<Call>& calls, auto spoil) {
    ExpectMistake(name, TWOPASS_MPI_RANKS_DIFFER, calls, spoil);
  };
  expect("fewer rows", kAllCalls, [](Arguments* it) { it->rows--; });
  expect("fewer messages", kAllCalls, [](Arguments* it) { it->rows = 3; });
  expect("no rows", kAllCalls, [](Arguments* it) { it->rows = 0; });
  expect("flags", kAllCalls, [](Arguments* it) { it->options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO; });
  expect("labels", {kCrossEntropy}, [](Arguments* it) { it->labels[9] ^= 1; });
  expect("an ignored label", {kCrossEntropy}, [](Arguments* it) { it->labels[9] = -1; });
}

TEST(Mpi, LabelsThatNoRankHas) {
  Handle mpi;
  for (size_t row : {size_t{0}, Arguments::kRows - 1}) {  // also in a message after the first
    for (int64_t label : {int64_t{40}, int64_t{1} << 40, std::numeric_limits<int64_t>::max()}) {
      Arguments arguments;
      arguments.labels[row] = label;
      EXPECT_EQ(Perform(kCrossEntropy, mpi, arguments), TWOPASS_MPI_NO_SUCH_COLUMN) << label;
      EXPECT_EQ(take_all_reduces().count, 1);
      for (float value : arguments.y.values) EXPECT_EQ(value, kUntouched);
      for (float value : arguments.of_rows) EXPECT_EQ(value, kUntouched);
    }
  }
}

TEST(Mpi, RanksWithTheSameColumns) {
  Handle mpi;
  Arguments arguments;
  arguments.first_column = 0;  // on every rank
  std::fill(arguments.labels.begin(), arguments.labels.end(), 1);
  EXPECT_EQ(Perform(kCrossEntropy, mpi, arguments), TWOPASS_MPI_NO_SUCH_COLUMN);
  for (float value : arguments.of_rows) EXPECT_EQ(value, kUntouched);
}

TEST(Mpi, ErrorsOfMpi) {
  Handle mpi;
  const MPI_Op sums = std::exchange(mpi->merge_sums, MPI_OP_NULL);
  const MPI_Op sums_and_logits = std::exchange(mpi->merge_sums_and_logits, MPI_OP_NULL);
  for (Call call : kAllCalls) {
    EXPECT_EQ(Perform(call, mpi, Arguments()), TWOPASS_MPI_FAILED);
    int error;
    MPI_Error_class(mpi->mpi_error, &error);
    EXPECT_EQ(error, MPI_ERR_OP);
  }
  mpi->merge_sums = sums;
  mpi->merge_sums_and_logits = sums_and_logits;
  for (Call call : kAllCalls) EXPECT_EQ(Perform(call, mpi, Arguments()), TWOPASS_OK);
}

// ---- Handles

TEST(MpiHandle, MistakesOfOneRank) {
  for (int culprit = 0; culprit < Ranks(); culprit++) {
    const auto create = [&](size_t rows_at_once) {
      twopass_mpi mpi;
      const twopass_status status =
          twopass_mpi_create(MPI_COMM_WORLD, Rank() == culprit ? rows_at_once : kRowsAtOnce, &mpi);
      if (status != TWOPASS_OK) {
        EXPECT_EQ(mpi.communicator, MPI_COMM_NULL);
        EXPECT_EQ(Perform(kSoftmax, &mpi, Arguments()), TWOPASS_INVALID_ARGUMENT);
      }
      twopass_mpi_free(&mpi);
      return status;
    };
    EXPECT_EQ(create(0), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(create(INT_MAX / 24), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(create(SIZE_MAX), TWOPASS_INVALID_ARGUMENT);
    const twopass_status differs = TWOPASS_MPI_RANKS_DIFFER;
    EXPECT_EQ(create(kRowsAtOnce + 1), Ranks() == 1 ? TWOPASS_OK + 0 : differs);
    EXPECT_EQ(create(kRowsAtOnce), TWOPASS_OK);
    twopass_mpi mpi;
    EXPECT_EQ(twopass_mpi_create(MPI_COMM_WORLD, kRowsAtOnce, Rank() == culprit ? nullptr : &mpi),
              TWOPASS_INVALID_ARGUMENT);
  }
  EXPECT_EQ(Perform(kSoftmax, nullptr, Arguments()), TWOPASS_INVALID_ARGUMENT);
  twopass_mpi_free(nullptr);
}

TEST(MpiHandle, ErrorsOfMpi) {
  MPI_Errhandler before;
  MPI_Comm_get_errhandler(MPI_COMM_WORLD, &before);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);  // which hears of what no communicator is to blame for
  twopass_mpi mpi;
  EXPECT_EQ(twopass_mpi_create(MPI_COMM_NULL, kRowsAtOnce, &mpi), TWOPASS_MPI_FAILED);
  int error;
  MPI_Error_class(mpi.mpi_error, &error);
  EXPECT_EQ(error, MPI_ERR_COMM);
  EXPECT_EQ(mpi.communicator, MPI_COMM_NULL);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, before);
  MPI_Errhandler_free(&before);
}

TEST(MpiHandle, StatusesHaveDescriptions) {
  std::vector<std::string> descriptions;
  for (twopass_status status = TWOPASS_MPI_NO_MEMORY; status <= TWOPASS_MPI_FAILED; status++)
    descriptions.push_back(twopass_mpi_status_string(status));
  for (twopass_status status : {TWOPASS_OK, TWOPASS_INVALID_ARGUMENT, TWOPASS_UNSUPPORTED_ISA})
    EXPECT_STREQ(twopass_mpi_status_string(status), twopass_status_string(status));
  descriptions.push_back(twopass_mpi_status_string(99999));
  std::sort(descriptions.begin(), descriptions.end());
  EXPECT_EQ(std::unique(descriptions.begin(), descriptions.end()), descriptions.end());
}

// ---- Merging

// Messages of one sum and one logit, as they are merged into each other.
struct Message {
  twopass_mpi_header header;
  twopass_extexp sum;
  double logit;
};

Message Merged(Message from, Message into) {
  int length = 1;
  MPI_Datatype type = MPI_DATATYPE_NULL;
  twopass_mpi_merge_sums_and_logits(&from, &into, &length, &type);
  return into;
}

// Bit for bit, also where a sum is NaN or 0.
TEST(MpiMerging, IsCommutative) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> mantissa(1, 2);
  std::vector<twopass_extexp> sums = {{0, 0}, {0, 5}, {std::nan(""), 0}, {-std::nan(""), 7}, {1, 1e300}, {1, -1e300}};
  for (int i = 0; i < 100; i++) sums.push_back({mantissa(random), static_cast<double>(random() % 200) - 100});
  for (twopass_extexp a : sums) {
    for (twopass_extexp b : sums) {
      const Message ab = Merged({{5, 1, 0, 1}, a, 0}, {{5, 2, 0, 1}, b, 1.5});
      const Message ba = Merged({{5, 2, 0, 1}, b, 1.5}, {{5, 1, 0, 1}, a, 0});
      EXPECT_EQ(std::memcmp(&ab, &ba, sizeof(ab)), 0) << a.mantissa << " and " << b.mantissa;
    }
  }
}

// Whatever the order and the groups in which messages are merged.
TEST(MpiMerging, TheFaultIsTheSame) {
  struct Case {
    twopass_mpi_header headers[3];
    twopass_status expected;
  };
  const Case cases[] = {
      {{{5, 0, 0, 1}, {5, 0, 0, 1}, {5, 0, 0, 1}}, TWOPASS_OK},
      {{{5, 0, 0, 1}, {0, 0, TWOPASS_INVALID_ARGUMENT, 1}, {5, 0, 0, 1}}, TWOPASS_INVALID_ARGUMENT},
      {{{5, 0, 0, 1}, {0, 0, TWOPASS_INVALID_ARGUMENT, 1}, {0, 0, TWOPASS_UNSUPPORTED_ISA, 1}},
       TWOPASS_UNSUPPORTED_ISA},
      {{{5, 0, 0, 1}, {0, 0, TWOPASS_INVALID_ARGUMENT, 1}, {6, 0, 0, 1}}, TWOPASS_MPI_RANKS_DIFFER},
      {{{5, 0, 0, 1}, {5, 0, 0, 1}, {6, 0, 0, 1}}, TWOPASS_MPI_RANKS_DIFFER},
  };
  for (const Case& it : cases) {
    int order[3] = {0, 1, 2};
    do {
      const Message a = {it.headers[order[0]], {1, 0}, 0}, b = {it.headers[order[1]], {1, 0}, 0},
                    c = {it.headers[order[2]], {1, 0}, 0};
      EXPECT_EQ(Merged(Merged(a, b), c).header.fault, it.expected);
      EXPECT_EQ(Merged(a, Merged(b, c)).header.fault, it.expected);
    } while (std::next_permutation(order, order + 3));
  }
}

}  // namespace
}  // namespace twopass_test
