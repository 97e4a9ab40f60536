// Thread pools: the result has the same bits for any number of threads and however the work is split among them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>
#include <pthreadpool.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "src/plan.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using twopass::kBlock;
using Row = std::vector<float>;
using Pool = std::unique_ptr<pthreadpool, decltype(&pthreadpool_destroy)>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

constexpr size_t kThreads[] = {1, 2, 3, 4, 7};

// One at a time: the threads of an idle pool keep a processor busy for a while.
Pool MakePool(size_t threads) { return Pool(pthreadpool_create(threads), &pthreadpool_destroy); }

// Rows of every kind take turns: ordinary ones, and those for which an algorithm does some of its work again or in another way.
std::vector<float> MatrixOf(size_t rows, size_t columns) {
  std::vector<float> matrix = NormalLogits(rows * columns, 10);
  for (size_t row = 1; row < rows; row++) {
    float* const x = &matrix[row * columns];
    const size_t last = columns - 1;
    switch (row % 8) {
      case 1: x[last] = 200; break;                                                             // breaks an anchor
      case 2: x[last / 2] = 3e5f; break;                                                        // is out of range
      case 3: x[last] = std::numeric_limits<float>::quiet_NaN(); break;
      case 4: std::fill(x, x + columns, -kInfinity); break;
      case 5: std::fill(x, x + columns / 2, -FLT_MAX); break;
      case 6: for (size_t i = 0; i < columns; i++) x[i] += 0.05f * static_cast<float>(i); break;  // breaks every anchor
      case 7: std::fill(x, x + columns, -1e30f); break;
    }
  }
  return matrix;
}

struct Shape {
  size_t rows;
  size_t columns;
};

// Too small to be worth a thread, short rows, many rows, few long ones, and numbers that no number of threads divides.
constexpr Shape kShapes[] = {{3, 17},     {5000, 10},       {1001, 129},          {97, 768},              {41, 5001},
                             {8, kBlock}, {33, kBlock + 1}, {2, 20 * kBlock + 7}, {3, 8 * kBlock + 123}};

bool AreSameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

class ThreadpoolTest : public SoftmaxTest {
 protected:
  // The softmax of a matrix on a pool, which may be NULL.
  std::vector<float> Softmax(const Shape& shape, const std::vector<float>& x, bool is_in_place, pthreadpool_t pool) {
    twopass_options options = Options(TWOPASS_FLAG_MASKED_ROW_ZERO);
    options.threadpool = pool;
    std::vector<float> y = is_in_place ? x : std::vector<float>(x.size(), kUntouched);
    const auto [rows, columns] = shape;
    const float* const input = is_in_place ? y.data() : x.data();
    EXPECT_EQ(twopass_softmax_f32(rows, columns, input, columns, y.data(), columns, &options), TWOPASS_OK);
    return y;
  }

};

TEST_P(ThreadpoolTest, AnyPoolGivesTheSameBits) {
  bool is_in_place = false;
  for (size_t threads : kThreads) {
    const Pool pool = MakePool(threads);
    for (const Shape& shape : kShapes) {
      const std::vector<float> x = MatrixOf(shape.rows, shape.columns);
      const std::vector<float> expected = Softmax(shape, x, is_in_place, nullptr);
      ASSERT_TRUE(AreSameBits(Softmax(shape, x, is_in_place, pool.get()), expected))
          << shape.rows << " x " << shape.columns << " on " << threads << " threads";
      is_in_place = !is_in_place;
    }
  }
}

// A row has the same bits alone, where the threads share its blocks, as among others.
TEST_P(ThreadpoolTest, AnySplitGivesTheSameBits) {
  const bool is_chosen_by_shape = Options().algorithm == TWOPASS_ALGORITHM_AUTO;
  const Pool pool = MakePool(3);
  for (const Shape& shape : kShapes) {
    if (is_chosen_by_shape && twopass_choose_algorithm_f32(shape.rows, shape.columns, 0, nullptr) !=
                                  twopass_choose_algorithm_f32(1, shape.columns, 0, nullptr)) {
      continue;
    }
    const std::vector<float> x = MatrixOf(shape.rows, shape.columns);
    const std::vector<float> expected = Softmax(shape, x, false, pool.get());
    for (size_t row = 0; row < std::min<size_t>(shape.rows, 8); row++) {
      const size_t begin = row * shape.columns, end = begin + shape.columns;
      const Row alone = Softmax({1, shape.columns}, {x.begin() + begin, x.begin() + end}, false, pool.get());
      ASSERT_TRUE(AreSameBits(alone, {expected.begin() + begin, expected.begin() + end}))
          << "row " << row << " of " << shape.rows << " x " << shape.columns;
    }
  }
}

TEST_P(ThreadpoolTest, EveryRowIsRight) {
  const Pool pool = MakePool(2);
  for (const Shape& shape : {Shape{9, 3 * kBlock + 7}, Shape{40, 5001}, Shape{1001, 129}}) {
    const std::vector<float> x = MatrixOf(shape.rows, shape.columns);
    const std::vector<float> y = Softmax(shape, x, false, pool.get());
    for (size_t row = 0; row < shape.rows; row++) {
      const auto begin = x.begin() + row * shape.columns;
      const Row row_x(begin, begin + shape.columns);
      ASSERT_EQ(Difference(Reference(row_x, false, TWOPASS_FLAG_MASKED_ROW_ZERO), row_x, &y[row * shape.columns]), "");
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(ThreadpoolTest, Algorithms());

// ---- Rows in shards

class ExtexpThreadpoolTest : public SoftmaxTest {};

TEST_P(ExtexpThreadpoolTest, AnyPoolGivesTheSameBits) {
  const size_t rows = 8;
  for (size_t threads : kThreads) {
    const Pool pool = MakePool(threads);
    for (size_t columns : {size_t{1000}, 3 * kBlock + 7}) {
      const std::vector<float> matrix = MatrixOf(rows, columns);
      for (size_t row = 0; row < rows; row++) {
        const float* const x = &matrix[row * columns];
        twopass_options options = Options();
        twopass_extexp expected_sum, sum;
        Row expected(columns), y(columns);
        ASSERT_EQ(twopass_reduce_extexp_f32(columns, x, &expected_sum, &options), TWOPASS_OK);
        ASSERT_EQ(twopass_finish_extexp_f32(columns, x, expected.data(), expected_sum, &options), TWOPASS_OK);
        options.threadpool = pool.get();
        ASSERT_EQ(twopass_reduce_extexp_f32(columns, x, &sum, &options), TWOPASS_OK);
        ASSERT_EQ(twopass_finish_extexp_f32(columns, x, y.data(), sum, &options), TWOPASS_OK);
        ASSERT_EQ(std::memcmp(&sum, &expected_sum, sizeof(sum)), 0) << "row " << row << " of " << columns;
        ASSERT_TRUE(AreSameBits(y, expected)) << "row " << row << " of " << columns;
      }
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(ExtexpThreadpoolTest, std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO});

// One pool serves many calls at once: they wait for each other.
TEST(SharedPoolTest, CallsFromManyThreads) {
  const Shape shape = {3, 5 * kBlock};
  const std::vector<float> x = MatrixOf(shape.rows, shape.columns);
  std::vector<float> expected(x.size());
  ASSERT_EQ(twopass_softmax_f32(shape.rows, shape.columns, x.data(), shape.columns, expected.data(), shape.columns, nullptr),
            TWOPASS_OK);
  twopass_options options = {};
  const Pool pool = MakePool(3);
  options.threadpool = pool.get();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      std::vector<float> y(x.size());
      for (int i = 0; i < 10; i++) {
        EXPECT_EQ(twopass_softmax_f32(shape.rows, shape.columns, x.data(), shape.columns, y.data(), shape.columns, &options),
                  TWOPASS_OK);
        EXPECT_TRUE(AreSameBits(y, expected));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace twopass_test
