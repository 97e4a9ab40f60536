// Runners: the result has the same bits for threads of any kind and number, and however the work is split among them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "src/plan.h"
#include "test/elements.h"
#include "test/family.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"
#if TWOPASS_TEST_PTHREADPOOL
#include "twopass_pthreadpool.h"
#endif

namespace twopass_test {
namespace {

using twopass::kBlock;
using Floats = std::vector<float>;
using Task = void (*)(void* context, size_t i);

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// ---- Runners of every kind

// The runner that is to be tested, and how many tasks it was given.
struct Runner {
  std::string name;
  size_t thread_count;
  std::function<void(Task task, void* context, size_t count)> run;
  std::atomic<size_t> tasks{0};

  twopass_runner Lent() {
    const auto lent_run = [](void* threads, Task task, void* context, size_t count) {
      Runner* const self = static_cast<Runner*>(threads);
      self->tasks += count;
      self->run(task, context, count);
    };
    return {lent_run, this, thread_count};
  }
};

// Made one at a time, when its turn comes: the threads of an idle pool keep processors busy for a while.
using MakeRunner = std::function<std::unique_ptr<Runner>()>;

void RunBackwards(Task task, void* context, size_t count) {
  while (count-- != 0) task(context, count);
}

void RunInRandomOrder(Task task, void* context, size_t count) {
  static std::mt19937 random(11);
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  for (size_t i : order) task(context, i);
}

// Threads that come and go with every call, and take the tasks as they come.
void RunOnNewThreads(size_t thread_count, Task task, void* context, size_t count) {
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < thread_count; t++) {
    threads.emplace_back([&] {
      for (size_t i = next++; i < count; i = next++) task(context, i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

#if TWOPASS_TEST_OPENMP
void RunByOpenMP(Task task, void* context, size_t count) {
#pragma omp parallel for schedule(dynamic)
  for (size_t i = 0; i < count; i++) task(context, i);
}
#endif

#if TWOPASS_TEST_PTHREADPOOL

// A pthreadpool as users lend it.
class Pool {
 public:
  explicit Pool(size_t thread_count)
      : pool_{pthreadpool_create(thread_count), 0}, runner_(twopass_pthreadpool_runner(&pool_)) {}
  ~Pool() { pthreadpool_destroy(pool_.threads); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  twopass_pthreadpool* pool() { return &pool_; }
  const twopass_runner* runner() const { return &runner_; }

 private:
  twopass_pthreadpool pool_;
  twopass_runner runner_;
};

#endif

std::vector<MakeRunner> EveryRunner() {
  std::vector<MakeRunner> runners;
  const auto add = [&](const std::string& name, size_t thread_count,
                       const std::function<void(Task, void*, size_t)>& run) {
    runners.push_back([=] {
      auto runner = std::make_unique<Runner>();
      runner->name = name + " for " + std::to_string(thread_count);
      runner->thread_count = thread_count;
      runner->run = run;
      return runner;
    });
  };
  for (size_t thread_count : {2, 7}) add("backwards", thread_count, RunBackwards);
  for (size_t thread_count : {3, 100}) add("in random order", thread_count, RunInRandomOrder);
  add("new threads", 3, [](Task task, void* context, size_t count) { RunOnNewThreads(3, task, context, count); });
#if TWOPASS_TEST_OPENMP
  add("OpenMP", 4, RunByOpenMP);
#endif
#if TWOPASS_TEST_PTHREADPOOL
  for (size_t thread_count : {2, 4}) {
    runners.push_back([=] {
      const auto pool = std::make_shared<Pool>(thread_count);
      auto runner = std::make_unique<Runner>();
      runner->name = "pthreadpool of " + std::to_string(thread_count);
      runner->thread_count = pool->runner()->thread_count;
      runner->run = [pool](Task task, void* context, size_t count) {
        pool->runner()->run(pool->runner()->threads, task, context, count);
      };
      return runner;
    });
  }
#endif
  return runners;
}

// ---- Matrices

// Rows of every kind take turns: ordinary ones, and those for which an algorithm does some of its work again or in
// another way. They fall from block to block: the sum of blocks of like size is exact in double, and no order of them
// would show.
Floats MatrixOf(size_t rows, size_t columns) {
  Floats matrix = NormalLogits(rows * columns, 10);
  for (size_t i = 0; i < matrix.size(); i++) matrix[i] -= 0.0002f * static_cast<float>(i % columns);
  for (size_t row = 1; row < rows; row++) {
    float* const x = &matrix[row * columns];
    const size_t last = columns - 1;
    switch (row % 8) {
      case 1:
        x[last] = 200;
        break;  // breaks an anchor
      case 2:
        x[last / 2] = 3e5f;
        break;  // is out of range
      case 3:
        x[last] = std::numeric_limits<float>::quiet_NaN();
        break;
      case 4:
        std::fill(x, x + columns, -kInfinity);
        break;
      case 5:
        std::fill(x, x + columns / 2, -FLT_MAX);
        break;
      case 6:
        for (size_t i = 0; i < columns; i++) x[i] += 0.05f * static_cast<float>(i);
        break;  // breaks every anchor
      case 7:
        std::fill(x, x + columns, -1e30f);
        break;
    }
  }
  return matrix;
}

struct Shape {
  size_t rows;
  size_t columns;
};

// Too small to be worth a thread, short rows, many rows, few long ones, and numbers that no number of threads divides.
constexpr Shape kShapes[] = {{3, 17},    {5000, 10},      {1001, 129},         {97, 768},
                             {41, 5001}, {9, kBlock + 1}, {2, 7 * kBlock + 7}, {1, 20 * kBlock + 123}};

class RunnersTest : public SoftmaxTest {
 protected:
  // The softmax of a matrix by a runner, which may be NULL.
  Floats Softmax(const Shape& shape, const Floats& x, bool is_in_place, const twopass_runner* runner) {
    twopass_options options = Options(TWOPASS_FLAG_MASKED_ROW_ZERO);
    options.runner = runner;
    Floats y = is_in_place ? x : Floats(x.size(), kUntouched);
    const auto [rows, columns] = shape;
    const float* const input = is_in_place ? y.data() : x.data();
    EXPECT_EQ(twopass_softmax_f32(rows, columns, input, columns, y.data(), columns, &options), TWOPASS_OK);
    return y;
  }
};

TEST_P(RunnersTest, AnyRunnerGivesTheSameBits) {
  struct Case {
    Shape shape;
    Floats x;
    bool is_in_place;
    Floats expected;
  };
  std::vector<Case> cases;
  for (const Shape& shape : kShapes) {
    const Floats x = MatrixOf(shape.rows, shape.columns);
    for (bool is_in_place : {false, true})
      cases.push_back({shape, x, is_in_place, Softmax(shape, x, is_in_place, nullptr)});
  }
  for (const MakeRunner& make_runner : EveryRunner()) {
    const std::unique_ptr<Runner> runner = make_runner();
    const twopass_runner lent = runner->Lent();
    for (const auto& [shape, x, is_in_place, expected] : cases) {
      ASSERT_TRUE(AreSameBits(Softmax(shape, x, is_in_place, &lent), expected))
          << shape.rows << " x " << shape.columns << " by " << runner->name << (is_in_place ? " in place" : "");
    }
    EXPECT_GE(runner->tasks, 20u) << runner->name << " had nothing to do";
  }
}

// A row has the same bits alone, where the threads share its blocks, as among others, where the algorithm is the same.
TEST_P(RunnersTest, AnySplitGivesTheSameBits) {
  Runner runner;
  runner.thread_count = 3;
  runner.run = RunBackwards;
  const twopass_runner lent = runner.Lent();
  const twopass_options options = Options();
  size_t compared = 0;
  for (const Shape& shape : kShapes) {
    if (twopass_choose_algorithm_f32(shape.rows, shape.columns, 0, &options) !=
        twopass_choose_algorithm_f32(1, shape.columns, 0, &options)) {
      continue;
    }
    const Floats x = MatrixOf(shape.rows, shape.columns);
    const Floats expected = Softmax(shape, x, false, &lent);
    for (size_t row = 0; row < std::min<size_t>(shape.rows, 8); row++) {
      const size_t begin = row * shape.columns, end = begin + shape.columns;
      const Floats alone = Softmax({1, shape.columns}, {x.begin() + begin, x.begin() + end}, false, &lent);
      ASSERT_TRUE(AreSameBits(alone, {expected.begin() + begin, expected.begin() + end}))
          << "row " << row << " of " << shape.rows << " x " << shape.columns;
      compared++;
    }
  }
  EXPECT_GE(compared, 20u);
  EXPECT_GE(runner.tasks, 20u);
}

TEST_P(RunnersTest, EveryRowIsRight) {
  Runner runner;
  runner.thread_count = 2;
  runner.run = RunInRandomOrder;
  const twopass_runner lent = runner.Lent();
  for (const Shape& shape : {Shape{9, 3 * kBlock + 7}, Shape{40, 5001}, Shape{1001, 129}}) {
    const Floats x = MatrixOf(shape.rows, shape.columns);
    const Floats y = Softmax(shape, x, false, &lent);
    for (size_t row = 0; row < shape.rows; row++) {
      const auto begin = x.begin() + row * shape.columns;
      const Floats row_x(begin, begin + shape.columns);
      ASSERT_EQ(Difference(Reference(row_x, false, TWOPASS_FLAG_MASKED_ROW_ZERO), row_x, &y[row * shape.columns]), "");
    }
  }
  EXPECT_GE(runner.tasks, 10u);
}

// One thread is no reason to go another way: the runner is left alone.
TEST_P(RunnersTest, OneThreadIsAsNone) {
  for (size_t thread_count : {0, 1}) {
    Runner runner;
    runner.thread_count = thread_count;
    runner.run = RunBackwards;
    const twopass_runner lent = runner.Lent();
    for (const Shape& shape : kShapes) {
      const Floats x = MatrixOf(shape.rows, shape.columns);
      ASSERT_TRUE(AreSameBits(Softmax(shape, x, false, &lent), Softmax(shape, x, false, nullptr)));
    }
    EXPECT_EQ(runner.tasks, 0u);
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(RunnersTest, Algorithms());

// ---- The family

// Every call in every type: few long rows, many short ones, and rows that lie side by side.
class FamilyRunnersTest : public SoftmaxTest {};

TEST_P(FamilyRunnersTest, AnyRunnerGivesTheSameBits) {
  const std::vector<twopass_shape> shapes = {{1, 40000, 1}, {7, 5000, 1}, {300, 100, 1},
                                             {1, 100, 224}, {3, 21, 500}, {5, 2000, 3}};
  std::vector<std::pair<Problem, Outcome>> cases;
  for (Call call : kCalls) {
    for (uint32_t type : kTypes) {
      for (const twopass_shape& shape : shapes) {
        Problem problem = ProblemOf(call, shape, NormalRows(shape.outer * shape.inner, shape.columns, 5), type);
        problem.place = cases.size() % 2 == 0 ? Place::kApart : Place::kOverInput;
        cases.emplace_back(problem, Perform(problem));
      }
    }
  }
  for (const MakeRunner& make_runner : EveryRunner()) {
    const std::unique_ptr<Runner> runner = make_runner();
    const twopass_runner lent = runner->Lent();
    for (auto& [problem, expected] : cases) {
      problem.options.runner = &lent;
      EXPECT_TRUE(Perform(problem).HasSameBits(expected)) << problem.Name() << " by " << runner->name;
    }
    EXPECT_GE(runner->tasks, 3 * cases.size()) << runner->name << " had little to do";
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(FamilyRunnersTest, std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO});

// ---- Rows in shards

class ShardsRunnersTest : public SoftmaxTest {};

struct Shards {
  std::vector<twopass_extexp> totals;
  Floats y;
};

constexpr size_t kGap = 5;  // between rows

// Totals and outputs of all rows.
Shards ComputeInShards(const Shape& shape, const Floats& x, bool is_in_place, const twopass_runner* runner) {
  const auto [rows, columns] = shape;
  const size_t stride = columns + kGap;
  twopass_options options = {};
  options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO;
  options.runner = runner;
  Shards shards = {std::vector<twopass_extexp>(rows), is_in_place ? x : Floats(x.size(), kUntouched)};
  EXPECT_EQ(twopass_reduce_extexp_f32(rows, columns, x.data(), stride, shards.totals.data(), &options), TWOPASS_OK);
  const float* const input = is_in_place ? shards.y.data() : x.data();
  EXPECT_EQ(
      twopass_finish_extexp_f32(rows, columns, input, stride, shards.y.data(), stride, shards.totals.data(), &options),
      TWOPASS_OK);
  return shards;
}

TEST_P(ShardsRunnersTest, AnyRunnerGivesTheSameBits) {
  struct Case {
    Shape shape;
    Floats x;
    bool is_in_place;
    Shards expected;
  };
  std::vector<Case> cases;
  for (const Shape& shape : kShapes) {
    const size_t stride = shape.columns + kGap;
    const Floats rows = MatrixOf(shape.rows, shape.columns);
    Floats x(shape.rows * stride, kUntouched);
    for (size_t row = 0; row < shape.rows; row++)
      std::copy_n(&rows[row * shape.columns], shape.columns, &x[row * stride]);
    for (bool is_in_place : {false, true})
      cases.push_back({shape, x, is_in_place, ComputeInShards(shape, x, is_in_place, nullptr)});
  }
  for (const auto& [shape, x, is_in_place, expected] : cases) {
    for (size_t row = 0; row < shape.rows; row++) {
      const auto begin = x.begin() + row * (shape.columns + kGap);
      const auto end = expected.y.begin() + row * (shape.columns + kGap) + shape.columns;
      const Floats row_x(begin, begin + shape.columns);
      const SoftmaxReference reference =
          ReferenceSoftmax(row_x, TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE, TWOPASS_FLAG_MASKED_ROW_ZERO);
      ASSERT_EQ(Difference(reference, row_x, &*(end - shape.columns)), "") << "row " << row;
      ASSERT_TRUE(std::all_of(end, end + kGap, [](float y) { return y == kUntouched; })) << "row " << row;
    }
  }
  for (const MakeRunner& make_runner : EveryRunner()) {
    const std::unique_ptr<Runner> runner = make_runner();
    const twopass_runner lent = runner->Lent();
    for (const auto& [shape, x, is_in_place, expected] : cases) {
      const Shards shards = ComputeInShards(shape, x, is_in_place, &lent);
      ASSERT_TRUE(AreSameBits(shards.totals, expected.totals))
          << "totals of " << shape.rows << " x " << shape.columns << " by " << runner->name;
      ASSERT_TRUE(AreSameBits(shards.y, expected.y)) << shape.rows << " x " << shape.columns << " by " << runner->name;
    }
    EXPECT_GE(runner->tasks, 20u) << runner->name << " had nothing to do";
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(ShardsRunnersTest, std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO});

// ---- Calls at once, and calls from tasks

constexpr size_t kNestedColumns = 200000;  // enough for its blocks to be shared

Floats SoftmaxOfRow(const Floats& x, const twopass_runner* runner) {
  twopass_options options = {};
  options.runner = runner;
  Floats y(x.size());
  EXPECT_EQ(twopass_softmax_f32(1, x.size(), x.data(), x.size(), y.data(), y.size(), &options), TWOPASS_OK);
  return y;
}

// What tasks compute, each a softmax by the runner.
struct NestedCalls {
  Floats x = NormalLogits(kNestedColumns, 10);
  Floats expected = SoftmaxOfRow(x, nullptr);
  const twopass_runner* runner;
  std::atomic<size_t> right{0};

  explicit NestedCalls(const twopass_runner* runner) : runner(runner) {}

  static void Call(void* context, size_t) {
    NestedCalls* const self = static_cast<NestedCalls*>(context);
    if (AreSameBits(SoftmaxOfRow(self->x, self->runner), self->expected)) self->right++;
  }
};

TEST(NestedCallsTest, FromThreadsThatMakeThreads) {
  Runner runner;
  runner.thread_count = 3;
  runner.run = [](Task task, void* context, size_t count) { RunOnNewThreads(3, task, context, count); };
  const twopass_runner lent = runner.Lent();
  NestedCalls calls(&lent);
  lent.run(lent.threads, NestedCalls::Call, &calls, 4);
  EXPECT_EQ(calls.right, 4u);
  EXPECT_GT(runner.tasks, 4u + 4u);  // those of the nested calls
}

#if TWOPASS_TEST_OPENMP
TEST(NestedCallsTest, FromAParallelRegionOfOpenMP) {
  Runner runner;
  runner.thread_count = 4;
  runner.run = RunByOpenMP;
  const twopass_runner lent = runner.Lent();
  NestedCalls calls(&lent);
#pragma omp parallel for num_threads(3)
  for (size_t i = 0; i < 6; i++) NestedCalls::Call(&calls, i);
  EXPECT_EQ(calls.right, 6u);
  EXPECT_GT(runner.tasks, 6u);
}
#endif

#if TWOPASS_TEST_PTHREADPOOL

TEST(NestedCallsTest, FromTasksOfAPthreadpool) {
  Pool pool(3);
  NestedCalls calls(pool.runner());
  twopass_pthreadpool_run(pool.pool(), NestedCalls::Call, &calls, 8);
  EXPECT_EQ(calls.right, 8u);
  EXPECT_EQ(pool.pool()->is_busy, 0);  // and the next call has the threads again
}

// Nesting goes on: a task of a task.
TEST(NestedCallsTest, FromTasksOfTasksOfAPthreadpool) {
  struct Outer {
    NestedCalls calls;
    twopass_pthreadpool* pool;
  };
  Pool pool(2);
  Outer outer = {NestedCalls(pool.runner()), pool.pool()};
  const Task run_again = [](void* context, size_t) {
    Outer* const outer = static_cast<Outer*>(context);
    twopass_pthreadpool_run(outer->pool, NestedCalls::Call, &outer->calls, 3);
  };
  twopass_pthreadpool_run(pool.pool(), run_again, &outer, 4);
  EXPECT_EQ(outer.calls.right, 12u);
}

TEST(PthreadpoolTest, OfOneThreadAndOfNone) {
  Pool one(1);
  EXPECT_EQ(one.runner()->thread_count, 1u);
  twopass_pthreadpool none = {};
  const twopass_runner runner = twopass_pthreadpool_runner(&none);
  EXPECT_EQ(runner.thread_count, 1u);
  NestedCalls calls(&runner);
  runner.run(runner.threads, NestedCalls::Call, &calls, 2);
  EXPECT_EQ(calls.right, 2u);
}

// One pool serves many calls at once: those that find it busy do without.
TEST(PthreadpoolTest, CallsFromManyThreads) {
  Pool pool(3);
  NestedCalls calls(pool.runner());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < 20; i++) NestedCalls::Call(&calls, i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls.right, 80u);
  EXPECT_EQ(pool.pool()->is_busy, 0);
}

#endif

}  // namespace
}  // namespace twopass_test
