// The first calls of a process, made by many threads at once. A program of its own: no earlier test may have made the
// first call.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "test/inputs.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

// The algorithms that AUTO chooses for rows from short to beyond any cache.
std::vector<uint32_t> Choices() {
  std::vector<uint32_t> choices;
  for (size_t columns = 1; columns <= size_t{1} << 28; columns *= 2) {
    choices.push_back(twopass_choose_algorithm_f32(1, columns, 0, nullptr));
  }
  return choices;
}

TEST(FirstCallTest, FromManyThreads) {
  const size_t thread_count = 16;
  const std::vector<float> x = NormalLogits(1000, 10);
  struct Outcome {
    std::vector<uint32_t> choices;
    twopass_status status;
    std::vector<float> y;
    std::string isa;
    std::string kernel;
  };
  std::vector<Outcome> outcomes(thread_count);
  std::atomic<size_t> arrived{0};
  std::vector<std::thread> threads;
  for (Outcome& outcome : outcomes) {
    threads.emplace_back([&] {
      outcome.y.resize(x.size());
      arrived++;
      while (arrived < thread_count) std::this_thread::yield();
      outcome.choices = Choices();
      outcome.status = twopass_softmax_f32(1, x.size(), x.data(), x.size(), outcome.y.data(), x.size(), nullptr);
      outcome.isa = twopass_active_isa();
      outcome.kernel = twopass_kernel_name(0);
    });
  }
  for (std::thread& thread : threads) thread.join();

  const SoftmaxReference reference = ReferenceSoftmax(x, twopass_choose_algorithm_f32(1, x.size(), 0, nullptr));
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.status, TWOPASS_OK);
    EXPECT_EQ(Difference(reference, x, outcome.y.data()), "");
    EXPECT_EQ(outcome.choices, Choices());
    EXPECT_EQ(outcome.isa, twopass_active_isa());
    EXPECT_EQ(outcome.kernel, twopass_kernel_name(0));
  }
}

// While one thread pins one ISA after another, the others get the result of one of them on every call.
TEST(PinTest, WhileOthersCompute) {
  std::vector<const char*> isas = {nullptr};
  for (size_t i = 0; twopass_isa_name(i) != nullptr; i++) {
    if (twopass_isa_is_available(twopass_isa_name(i))) isas.push_back(twopass_isa_name(i));
  }
  const std::vector<float> x = NormalLogits(300, 10);
  const SoftmaxReference reference = ReferenceSoftmax(x, twopass_choose_algorithm_f32(1, x.size(), 0, nullptr));
  std::atomic<bool> is_done{false};
  std::thread pinning([&] {
    for (size_t i = 0; !is_done; i++) EXPECT_EQ(twopass_pin_isa(isas[i % isas.size()]), TWOPASS_OK);
  });
  std::vector<std::thread> computing;
  for (int t = 0; t < 3; t++) {
    computing.emplace_back([&] {
      std::vector<float> y(x.size());
      for (int i = 0; i < 1000; i++) {
        EXPECT_EQ(twopass_softmax_f32(1, x.size(), x.data(), x.size(), y.data(), x.size(), nullptr), TWOPASS_OK);
        EXPECT_EQ(Difference(reference, x, y.data()), "");
      }
    });
  }
  for (std::thread& thread : computing) thread.join();
  is_done = true;
  pinning.join();
  EXPECT_EQ(twopass_pin_isa(nullptr), TWOPASS_OK);
}

}  // namespace
}  // namespace twopass_test
