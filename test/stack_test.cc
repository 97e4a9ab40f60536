// The stack that a call takes: at most 40 KiB, and 8 KiB more where elements become floats or other logits first, by
// every algorithm on every ISA, whatever the row.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <cfenv>
#include <cfloat>
#include <cstddef>
#include <cstring>
#include <functional>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "src/plan.h"
#include "test/elements.h"
#include "test/family.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/release_code.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"
#include "twopass_divergence.h"
#include "twopass_tokens.h"

namespace twopass_test {
namespace {

using twopass::kBlock;
using twopass::kMaxStoredBlocks;
using twopass::kMinLongColumns;

constexpr size_t kMaxBytes = 40 * 1024;
constexpr size_t kMaxBytesWithLogits = 48 * 1024;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// ---- The measure

// How much of the stack of a thread of its own `function` writes to, with all that it calls and that starts the thread.
size_t BytesWrittenBy(const std::function<void()>& function) {
  constexpr size_t kBytes = 128 * 1024;  // what musl gives a thread: no system is known to give it less
  constexpr unsigned char kPaint = 0xA5;
  alignas(4096) static unsigned char stack[kBytes];
  std::memset(stack, kPaint, kBytes);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  EXPECT_EQ(pthread_attr_setstack(&attributes, stack, kBytes), 0);
  pthread_t thread;
  const auto start = [](void* context) -> void* {
    (*static_cast<const std::function<void()>*>(context))();
    return nullptr;
  };
  EXPECT_EQ(pthread_create(&thread, &attributes, start, const_cast<std::function<void()>*>(&function)), 0);
  EXPECT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
  return std::end(stack) -
         std::find_if(std::begin(stack), std::end(stack), [](unsigned char c) { return c != kPaint; });
}

// What `function` adds to that of an empty one. The dynamic linker takes some kilobytes of its own where a function of
// the C library is called for the first time, so what seems too much is measured again.
size_t StackOf(const std::function<void()>& function, size_t most = kMaxBytes) {
  static const size_t of_nothing = BytesWrittenBy([] {});
  const size_t bytes = BytesWrittenBy(function) - of_nothing;
  return bytes <= most ? bytes : BytesWrittenBy(function) - of_nothing;
}

// ---- What is called

// A runner without threads: tasks are called where the call is, on top of its stack.
void RunInOrder(void*, void (*task)(void* context, size_t i), void* context, size_t count) {
  for (size_t i = 0; i < count; i++) task(context, i);
}
constexpr twopass_runner kRunner = {RunInOrder, nullptr, 4};

using Row = std::vector<float>;

Row WithLast(Row x, float last) {
  x.back() = last;
  return x;
}

// Rows for which the algorithms take each of their ways.
std::vector<Input> RowsOf(size_t columns) {
  const Row logits = NormalLogits(columns, 10);
  Row staircase(columns), masked = logits, mixed = logits, low = logits;
  for (size_t i = 0; i < columns; i++) staircase[i] = 0.1f * static_cast<float>(i);
  std::fill(masked.begin() + columns / 2, masked.end(), -kInfinity);
  std::fill(mixed.begin(), mixed.begin() + columns / 2, -FLT_MAX);
  for (float& x : low) x -= 1e6f;
  return {{"logits", logits},
          {"staircase", staircase},
          {"half of it masked", masked},
          {"half of it -FLT_MAX", mixed},
          {"far below 0", low},
          {"nothing but -infinity", Row(columns, -kInfinity)},
          {"nothing but -FLT_MAX", Row(columns, -FLT_MAX)},
          {"200 last", WithLast(logits, 200)},
          {"3e5 last", WithLast(logits, 3e5f)},
          {"FLT_MAX last", WithLast(logits, FLT_MAX)},
          {"infinity last", WithLast(logits, kInfinity)},
          {"NaN last", WithLast(logits, kNaN)}};
}

class StackTest : public SoftmaxTest {
 protected:
  void SetUp() override {
    TWOPASS_SKIP_WITHOUT_RELEASE_CODE();
    SoftmaxTest::SetUp();
  }

  void TearDown() override {
    RecordProperty("bytes", static_cast<int>(most_));
    SoftmaxTest::TearDown();
  }

  void ExpectSmallStack(const std::function<void()>& function, const std::string& what, size_t most = kMaxBytes) {
    const size_t bytes = StackOf(function, most);
    most_ = std::max(most_, bytes);
    EXPECT_LE(bytes, most) << what;
  }

  void ExpectSmallStackOfSoftmax(const Input& row, bool has_runner) {
    for (bool is_in_place : {false, true}) {
      twopass_options options = Options();
      if (has_runner) options.runner = &kRunner;
      const size_t columns = row.x.size();
      Row y(columns);
      const auto softmax = [&] {
        const float* const x = is_in_place ? y.data() : row.x.data();
        EXPECT_EQ(twopass_softmax_f32(1, columns, x, columns, y.data(), columns, &options), TWOPASS_OK);
      };
      if (is_in_place) y = row.x;
      ExpectSmallStack(softmax, std::to_string(columns) + " columns of " + row.name + (is_in_place ? " in place" : ""));
    }
  }

  size_t most_ = 0;
};

// A call that is known to take what it does: the measure sees it, less the few hundred bytes by which the end of a
// thread may take more than its start.
TEST(StackOfTest, IsThatOfTheCall) {
  TWOPASS_SKIP_WITHOUT_RELEASE_CODE();
  const size_t bytes = StackOf([] {
    volatile char frame[5000];
    for (size_t i = 0; i < sizeof(frame); i++) frame[i] = 1;
  });
  EXPECT_GE(bytes, 4600u);
  EXPECT_LE(bytes, 5200u);
}

TEST_P(StackTest, OfEveryRow) {
  for (size_t columns : {size_t{1}, size_t{1000}, kMinLongColumns - 1, kMinLongColumns, 3 * kBlock + 77}) {
    for (const Input& row : RowsOf(columns)) ExpectSmallStackOfSoftmax(row, false);
  }
}

TEST_P(StackTest, OfEveryRowOnTopOfARunner) {
  for (const Input& row : RowsOf(4 * kBlock + 77)) ExpectSmallStackOfSoftmax(row, true);
}

// More blocks than there is place to note anything of each.
TEST_P(StackTest, OfManyBlocks) {
  for (float last : {0.0f, 3e5f}) {
    ExpectSmallStackOfSoftmax({"1", WithLast(Row((kMaxStoredBlocks + 200) * kBlock, 1), last)}, true);
  }
}

// Rounding modes are put back, and traps, and that takes nothing to speak of.
TEST_P(StackTest, OfAnotherEnvironment) {
  for (int mode : {FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO}) {
    const Row x = NormalLogits(3 * kBlock, 10);
    Row y(x.size());
    const twopass_options options = Options();
    const auto softmax = [&] {
      fesetround(mode);
      EXPECT_EQ(twopass_softmax_f32(1, x.size(), x.data(), x.size(), y.data(), y.size(), &options), TWOPASS_OK);
      fesetround(FE_TONEAREST);
    };
    ExpectSmallStack(softmax, "rounding " + std::to_string(mode));
  }
}

TEST_P(StackTest, OfShards) {
  for (size_t columns : {size_t{17}, 3 * kBlock + 77}) {
    for (const Input& row : RowsOf(columns)) {
      const float* const x = row.x.data();
      Row y(columns);
      twopass_extexp total = {}, sum = {};
      ExpectSmallStack([&] { twopass_reduce_extexp_f32(1, columns, x, columns, &sum, nullptr); }, row.name);
      ExpectSmallStack([&] { total = twopass_merge_extexp(total, sum); }, row.name);
      ExpectSmallStack([&] { twopass_log_extexp(total); }, row.name);
      ExpectSmallStack([&] { twopass_finish_extexp_f32(1, columns, x, columns, y.data(), columns, &total, nullptr); },
                       row.name);
    }
  }
}

TEST_P(StackTest, OfWhatHasTheSameBitsEverywhere) {
  if (Options().algorithm != TWOPASS_ALGORITHM_AUTO) return;  // it has none
  twopass_options options = Options();
  options.flags = TWOPASS_FLAG_REPRODUCIBLE;
  for (size_t columns : {size_t{17}, size_t{8000}, 3 * kBlock + 77}) {
    for (const Input& row : RowsOf(columns)) {
      const float* const x = row.x.data();
      Row y(columns);
      ExpectSmallStack([&] { twopass_softmax_f32(1, columns, x, columns, y.data(), columns, &options); }, row.name,
                       kMaxBytesWithLogits);

      float log_sum, entropy, log_probability, kl, reverse_kl, jensen_shannon;
      const int64_t token = 3;
      int64_t rank, top_tokens[TWOPASS_MAX_TOP];
      twopass_statistics statistics = {};
      statistics.log_sums = &log_sum;
      statistics.entropies = &entropy;
      statistics.tokens = &token;
      statistics.tokens_per_row = 1;
      statistics.log_probabilities = &log_probability;
      statistics.ranks = &rank;
      statistics.top_count = TWOPASS_MAX_TOP;
      statistics.top_tokens = top_tokens;
      ExpectSmallStack([&] { twopass_compute_statistics_f32(1, columns, x, columns, &statistics, nullptr); }, row.name,
                       kMaxBytesWithLogits);

      for (uint64_t top_k : {0, 40, int{TWOPASS_MAX_SORTED_TOP}, TWOPASS_MAX_SORTED_TOP + 1}) {
        twopass_sampler sampler = {};
        sampler.temperature = 0.8f;
        sampler.top_k = top_k;
        sampler.top_p = 0.9f;
        twopass_sample sample;
        ExpectSmallStack([&] { twopass_sample_tokens_f32(1, columns, x, columns, &sampler, &sample, nullptr); },
                         row.name, kMaxBytesWithLogits);
      }

      twopass_divergences divergences = {};
      divergences.kl = &kl;
      divergences.reverse_kl = &reverse_kl;
      divergences.jensen_shannon = &jensen_shannon;
      const Row other = NormalLogits(columns, 3);
      ExpectSmallStack(
          [&] { twopass_divergence_f32(1, columns, x, columns, other.data(), columns, &divergences, nullptr); },
          row.name, kMaxBytesWithLogits);
    }
  }
}

const std::vector<twopass_shape> kShapesOfTheFamily = {
    {2, 1000, 1}, {1, 8000, 1}, {1, 40000, 1}, {2, 21, 100}, {1, 3000, 3}};

// Every call in every type.
TEST_P(StackTest, OfTheFamily) {
  for (Call call : kCalls) {
    for (uint32_t type : kTypes) {
      for (const twopass_shape& shape : kShapesOfTheFamily) {
        for (bool has_runner : {false, true}) {
          Problem problem = ProblemOf(call, shape, NormalRows(shape.outer * shape.inner, shape.columns, 10), type);
          problem.options = Options();
          if (has_runner) problem.options.runner = &kRunner;
          const bool are_copied = call == Call::kCrossEntropy && (type != TWOPASS_F32 || shape.inner != 1);
          for (float smoothing : {0.0f, 0.1f}) {
            if (smoothing != 0 && call != Call::kCrossEntropy) continue;
            problem.how.label_smoothing = smoothing;
            Perform(problem, [&](const auto& call) {
              ExpectSmallStack(call, problem.Name(), are_copied ? kMaxBytesWithLogits : kMaxBytes);
            });
          }
        }
      }
    }
  }
}

TEST_P(StackTest, OfMixedTypes) {
  for (Call call : {Call::kSoftmax, Call::kLogSoftmax, Call::kCrossEntropy}) {
    for (uint32_t output_type : {TWOPASS_F16, TWOPASS_BF16}) {
      for (const twopass_shape& shape : kShapesOfTheFamily) {
        Problem problem = ProblemOf(call, shape, NormalRows(shape.outer * shape.inner, shape.columns, 10));
        problem.options = Options();
        problem.output_type = output_type;
        Perform(problem, [&](const auto& call) { ExpectSmallStack(call, problem.Name(), kMaxBytesWithLogits); });
      }
    }
  }
}

// What may become of logits: everything; what short rows of a softmax can do without a sum of their own; lengths alone.
std::vector<Logits> LogitsOfEveryKind(Call call, size_t rows, size_t columns) {
  const Logits nothing;
  Logits lengths = nothing, all = nothing;
  lengths.lengths.assign(rows, static_cast<int64_t>(columns - 1));
  all.scale.values = {0.3f};
  all.softcap = 30;
  all.bias.values.assign(columns, 0.5f);
  all.bias_type = TWOPASS_F16;
  all.slope = {0.25f};
  all.keep.values.assign(columns, 1);
  all.keep.values[0] = 0;
  Logits all_but_sink = all;
  all.lengths = lengths.lengths;
  if (TakesSink(call)) all.sink = {1};
  return {all, all_but_sink, lengths};
}

TEST_P(StackTest, OfTheFamilyWithLogits) {
  for (Call call : kCalls) {
    const bool has_algorithms = call == Call::kSoftmax;
    if (!TakesLogits(call) || (!has_algorithms && Options().algorithm != TWOPASS_ALGORITHM_AUTO)) continue;
    for (uint32_t type : kTypes) {
      for (const twopass_shape& shape : kShapesOfTheFamily) {
        const size_t rows = shape.outer * shape.inner;
        Problem problem = ProblemOf(call, shape, NormalRows(rows, shape.columns, 10), type);
        problem.options = Options();
        problem.options.runner = &kRunner;
        for (const Logits& logits : LogitsOfEveryKind(call, rows, shape.columns)) {
          problem.logits = logits;
          problem.wants_log_sums = GivesLogSums(call) && !logits.sink.empty();
          for (uint32_t output_type : {type, uint32_t{TWOPASS_F32}}) {
            problem.output_type = output_type;
            Perform(problem, [&](const auto& call) { ExpectSmallStack(call, problem.Name(), kMaxBytesWithLogits); });
          }
        }
      }
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(StackTest, Algorithms());

}  // namespace
}  // namespace twopass_test
