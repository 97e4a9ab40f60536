// The floating-point environment of the caller is of no matter: rounding modes, traps and flushing of denormal numbers
// change no bit, and are as they were after the call.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif
#if !defined(__wasm__) && !defined(_WIN32)  // which have no fork()
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "src/plan.h"
#include "test/elements.h"
#include "test/family.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using twopass::kBlock;
using Row = std::vector<float>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// ---- Environments

struct Environment {
  std::string name;
  std::function<void()> set;
};

std::vector<Environment> RoundingModes() {
  std::vector<Environment> environments;
  const auto add = [&](const std::string& name, int mode) {
    environments.push_back({name, [mode] { ASSERT_EQ(std::fesetround(mode), 0); }});
  };
#if defined(FE_DOWNWARD) && defined(FE_UPWARD) && defined(FE_TOWARDZERO)
  add("down", FE_DOWNWARD);
  add("up", FE_UPWARD);
  add("toward zero", FE_TOWARDZERO);
#endif
#if defined(__SSE__)
  // What <cfenv> sets twice, for vectors and for the x87, set for vectors alone.
  environments.push_back({"vectors down", [] { _MM_SET_ROUNDING_MODE(_MM_ROUND_DOWN); }});
  environments.push_back({"vectors up", [] { _MM_SET_ROUNDING_MODE(_MM_ROUND_UP); }});
#endif
  return environments;
}

#if defined(__SSE__)
constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;

#if defined(__GLIBC__)
// Flags that were raised before would trap at the next instruction of the x87.
void EnableTraps(int exceptions) {
  std::feclearexcept(FE_ALL_EXCEPT);
  feenableexcept(exceptions);
}
#endif

std::vector<Environment> OthersOfX86() {
  std::vector<Environment> environments = {
    {"flush to zero", [] { _mm_setcsr(_mm_getcsr() | kFlushToZero); }},
    {"flush to zero, denormals are zero", [] { _mm_setcsr(_mm_getcsr() | kFlushToZero | kDenormalsAreZero); }},
#if defined(__GLIBC__)
    {"traps", [] { EnableTraps(FE_INVALID | FE_OVERFLOW | FE_DIVBYZERO | FE_UNDERFLOW); }},
    {"every trap, up",
     [] {
       std::fesetround(FE_UPWARD);
       EnableTraps(FE_ALL_EXCEPT);
     }},
#endif
  };
  return environments;
}
#else
std::vector<Environment> OthersOfX86() { return {}; }
#endif

std::vector<Environment> Environments() {
  std::vector<Environment> environments = RoundingModes();
  for (const Environment& environment : OthersOfX86()) environments.push_back(environment);
  return environments;
}

// What of the state a call has to leave as it was.
struct State {
  int rounding = std::fegetround();
#if defined(__SSE__)
  unsigned vectors = _mm_getcsr() & ~static_cast<unsigned>(_MM_EXCEPT_MASK);
#else
  unsigned vectors = 0;
#endif

  bool operator==(const State& other) const { return rounding == other.rounding && vectors == other.vectors; }
};

// The environment of the thread, to be put back. fesetenv of mingw-w64 leaves the control register of vectors as it is.
class SavedEnvironment {
 public:
  SavedEnvironment() { std::fegetenv(&environment_); }

  void PutBack() const {
    std::fesetenv(&environment_);
#if defined(__SSE__)
    _mm_setcsr(vectors_);
#endif
  }

 private:
  std::fenv_t environment_;
#if defined(__SSE__)
  unsigned vectors_ = _mm_getcsr();
#endif
};

// Calls the function in the environment. Nothing else may be computed in it: a test that fails prints numbers.
void CallIn(const Environment& environment, const std::function<void()>& function) {
  const SavedEnvironment before;
  environment.set();
  const State state;
  function();
  const State state_after;
  before.PutBack();
  ASSERT_TRUE(state == state_after) << environment.name << " is not put back";
}

// ---- Rows

Row Staircase(size_t columns) {
  Row x(columns);
  for (size_t i = 0; i < columns; i++) x[i] = 0.07f * static_cast<float>(i);
  return x;
}

Row WithLast(Row x, float last) {
  x.back() = last;
  return x;
}

// Rows for which the algorithms take each of their ways, and some for which arithmetic raises flags.
std::vector<Input> Rows() {
  std::vector<Input> rows = {
      {"far apart", {0, -100, -200}},
      {"exponents that round up", {-56.27f, -55.87f, 99.73f}},
      {"-infinity", {0, -kInfinity, -1, -100, -200, -kInfinity}},
      {"1000 after zeros", WithLast(Row(20000, 0), 1000)},
  };
  Row steps(5000);
  for (size_t i = 0; i < steps.size(); i++) steps[i] = static_cast<float>(i % 7);
  rows.push_back({"100 after steps", WithLast(steps, 100)});
  for (size_t columns : {size_t{1}, size_t{50}, size_t{1000}, size_t{5000}, 3 * kBlock + 77}) {
    const Row logits = NormalLogits(columns, 10);
    Row masked = logits, denormal = logits, far = logits;
    for (size_t i = 0; i < columns; i += 3) masked[i] = -kInfinity;
    for (size_t i = 0; i < columns; i += 3) denormal[i] = 0x1p-140f;
    for (float& x : far) x = 1e6f + x;
    rows.push_back({"logits", logits});
    rows.push_back({"masked", masked});
    rows.push_back({"denormal", denormal});
    rows.push_back({"far from 0", far});
    rows.push_back({"staircase", Staircase(columns)});
    rows.push_back({"200 last", WithLast(logits, 200)});
    rows.push_back({"3e5 last", WithLast(logits, 3e5f)});
    rows.push_back({"FLT_MAX last", WithLast(logits, FLT_MAX)});
    rows.push_back({"-FLT_MAX last", WithLast(logits, -FLT_MAX)});
    rows.push_back({"NaN last", WithLast(logits, kNaN)});
    rows.push_back({"infinity last", WithLast(logits, kInfinity)});
    rows.push_back({"nothing but -infinity", Row(columns, -kInfinity)});
    rows.push_back({"nothing but -FLT_MAX", Row(columns, -FLT_MAX)});
  }
  for (Input& row : rows) row.name += " in " + std::to_string(row.x.size());
  return rows;
}

// A pool of no threads but the calling one, on which every task finds the environment that was set there, and not the
// call's.
struct ThreadsInEnvironment {
  const Environment* environment;
  bool is_put_back;
};

void RunIn(void* threads, void (*task)(void* context, size_t i), void* context, size_t count) {
  auto* const self = static_cast<ThreadsInEnvironment*>(threads);
  for (size_t i = 0; i < count; i++) {
    const SavedEnvironment before;
    self->environment->set();
    const State state;
    task(context, i);
    if (!(state == State())) self->is_put_back = false;
    before.PutBack();
  }
}

// ---- Whole rows

class EnvironmentTest : public SoftmaxTest {
 protected:
  Row Softmax(const Row& x, bool is_in_place, const twopass_runner* runner = nullptr) {
    Row y = is_in_place ? x : Row(x.size());
    twopass_options options = Options();
    options.runner = runner;
    Softmax(x, options, is_in_place, &y);
    return y;
  }

  void Softmax(const Row& x, const twopass_options& options, bool is_in_place, Row* y) {
    const size_t columns = x.size();
    status_ =
        twopass_softmax_f32(1, columns, is_in_place ? y->data() : x.data(), columns, y->data(), columns, &options);
  }

  twopass_status status_ = TWOPASS_OK;
};

TEST_P(EnvironmentTest, ChangesNoBit) {
  const std::vector<Environment> environments = Environments();
  if (environments.empty()) GTEST_SKIP() << "this machine has no other environment";
  for (const Input& row : Rows()) {
    for (bool is_in_place : {false, true}) {
      const Row expected = Softmax(row.x, is_in_place);
      ASSERT_EQ(Difference(Reference(row.x, is_in_place), row.x, expected.data()), "") << row.name;
      for (const Environment& environment : environments) {
        Row y = is_in_place ? row.x : Row(row.x.size());
        const twopass_options options = Options();
        CallIn(environment, [&] { Softmax(row.x, options, is_in_place, &y); });
        ASSERT_EQ(status_, TWOPASS_OK);
        ASSERT_TRUE(AreSameBits(y, expected))
            << environment.name << ", " << row.name << (is_in_place ? ", in place" : "");
      }
    }
  }
}

// The threads that are lent have another one, with the caller's or without.
TEST_P(EnvironmentTest, OfThreadsChangesNoBit) {
  const std::vector<Environment> environments = Environments();
  if (environments.empty()) GTEST_SKIP() << "this machine has no other environment";
  const Environment same = {"the same", [] {}};
  for (const Row& x : {NormalLogits(20 * kBlock + 7, 10), WithLast(NormalLogits(20 * kBlock + 7, 10), 3e5f)}) {
    const Row expected = Softmax(x, false);
    for (const Environment& of_threads : environments) {
      ThreadsInEnvironment threads = {&of_threads, true};
      const twopass_runner runner = {RunIn, &threads, 4};
      twopass_options options = Options();
      options.runner = &runner;
      for (const Environment& of_caller : {same, environments[0]}) {
        Row y(x.size());
        CallIn(of_caller, [&] { Softmax(x, options, false, &y); });
        ASSERT_TRUE(threads.is_put_back) << of_threads.name;
        ASSERT_TRUE(AreSameBits(y, expected))
            << of_threads.name << " in threads, " << of_caller.name << " in the caller";
      }
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(EnvironmentTest, Algorithms());

// ---- The family

class FamilyEnvironmentTest : public SoftmaxTest {};

TEST_P(FamilyEnvironmentTest, ChangesNoBit) {
  const std::vector<Environment> environments = Environments();
  if (environments.empty()) GTEST_SKIP() << "this machine has no other environment";
  for (Call call : kCalls) {
    for (uint32_t type : kTypes) {
      for (const twopass_shape& shape : std::vector<twopass_shape>{{2, 50, 1}, {1, 9000, 1}, {1, 30, 20}}) {
        Problem problem = ProblemOf(call, shape, NormalRows(shape.outer * shape.inner, shape.columns, 10), type);
        problem.how = {nullptr, nullptr, 0.1f, 0.01f, -0.3f, {}};
        problem.input[0][7] = 0x1p-20f;  // denormal in f16
        const Outcome expected = Perform(problem);
        ASSERT_EQ(Difference(problem, expected), "");
        for (const Environment& environment : environments) {
          const Outcome outcome = Perform(problem, [&](const auto& call) { CallIn(environment, call); });
          EXPECT_TRUE(outcome.HasSameBits(expected)) << environment.name << ", " << problem.Name();
        }
      }
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(FamilyEnvironmentTest, std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO});

// ---- Rows in shards

class ShardsEnvironmentTest : public SoftmaxTest {};

struct Shards {
  std::vector<twopass_extexp> sums;
  double logarithm;
  Row y;
};

// Everything that there is for shards.
Shards ComputeInShards(const Row& x) {
  Shards shards;
  shards.y.resize(x.size());
  twopass_extexp total = {};
  const size_t count = (x.size() + 2) / 3;
  for (size_t begin = 0; begin < x.size(); begin += count) {
    const size_t columns = std::min(count, x.size() - begin);
    twopass_extexp sum;
    EXPECT_EQ(twopass_reduce_extexp_f32(1, columns, &x[begin], columns, &sum, nullptr), TWOPASS_OK);
    shards.sums.push_back(sum);
    total = twopass_merge_extexp(total, sum);
    shards.sums.push_back(total);
  }
  shards.logarithm = twopass_log_extexp(total);
  EXPECT_EQ(twopass_finish_extexp_f32(1, x.size(), x.data(), x.size(), shards.y.data(), x.size(), &total, nullptr),
            TWOPASS_OK);
  return shards;
}

TEST_P(ShardsEnvironmentTest, ChangesNoBit) {
  const std::vector<Environment> environments = Environments();
  if (environments.empty()) GTEST_SKIP() << "this machine has no other environment";
  for (const Input& row : Rows()) {
    const Shards expected = ComputeInShards(row.x);
    for (const Environment& environment : environments) {
      Shards shards;
      CallIn(environment, [&] { shards = ComputeInShards(row.x); });
      ASSERT_TRUE(AreSameBits(shards.sums, expected.sums)) << environment.name << ", " << row.name;
      ASSERT_EQ(std::memcmp(&shards.logarithm, &expected.logarithm, sizeof(double)), 0)
          << environment.name << ", " << row.name;
      ASSERT_TRUE(AreSameBits(shards.y, expected.y)) << environment.name << ", " << row.name;
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(ShardsEnvironmentTest, std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO});

// Values that no row needs to have come to.
TEST(MergeEnvironmentTest, ChangesNoBit) {
  const double mantissas[] = {1, 1.1, 1.9999999, 5e-324, 1e300, 1 / 3.0, 0, -1, kNaN, kInfinity};
  const double exponents[] = {0, 1, -1, 52, 53, -1100, 12345, 0x1p53, 1e300, -1e300};
  std::vector<twopass_extexp> values;
  for (double mantissa : mantissas) {
    for (double exponent : exponents) values.push_back({mantissa, exponent});
  }
  for (const Environment& environment : Environments()) {
    for (const twopass_extexp& a : values) {
      for (const twopass_extexp& b : values) {
        const std::vector<twopass_extexp> expected = {twopass_merge_extexp(a, b), {twopass_log_extexp(a), 0}};
        std::vector<twopass_extexp> actual(2);
        CallIn(environment, [&] {
          actual[0] = twopass_merge_extexp(a, b);
          actual[1].mantissa = twopass_log_extexp(a);
        });
        ASSERT_TRUE(AreSameBits(actual, expected)) << environment.name << ": " << a.mantissa << " * 2^" << a.exponent
                                                   << " + " << b.mantissa << " * 2^" << b.exponent;
      }
    }
  }
}

#if !defined(__wasm__) && !defined(_WIN32)

// ---- After fork()

TEST(ForkTest, AChildComputesTheSame) {
  const Row x = NormalLogits(3 * kBlock, 10);
  Row expected(x.size()), y(x.size());
  ASSERT_EQ(twopass_softmax_f32(1, x.size(), x.data(), x.size(), expected.data(), x.size(), nullptr), TWOPASS_OK);
  const pid_t child = fork();
  if (child == 0) {
    const twopass_status status = twopass_softmax_f32(1, x.size(), x.data(), x.size(), y.data(), x.size(), nullptr);
    _exit(status == TWOPASS_OK && AreSameBits(y, expected) ? 0 : 1);
  }
  ASSERT_GT(child, 0);
  int status;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#endif

}  // namespace
}  // namespace twopass_test
