// Searches for rows with large errors, and holds the largest that it finds to what twopass.h promises. Random rows come
// nowhere near: their errors cancel. A search that keeps what makes an error larger comes half of the way.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <random>
#include <utility>
#include <vector>

#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr int kClimbs = 12;
constexpr int kSteps = 25000;

// A row of logits around two centres, of which one has nearly all the weight, with its exponentials.
class Climber {
 public:
  Climber(size_t columns, float spread, uint32_t seed)
      : random_(seed), centres_{Uniform(spread), Uniform(spread)}, x_(columns), exponentials_(columns), y_(columns) {
    for (size_t i = 0; i < columns; i++) Set(i, Draw());
  }

  // Changes some elements that lie side by side or a few apart, or all that are equal to one of them.
  void Change() {
    before_.clear();
    const size_t size = x_.size(), first = random_() % size, kind = random_() % 4;
    const float old = x_[first];
    const float value = kind == 0 ? Draw() : kind == 1 ? x_[random_() % size] : Neighbour(old);
    if (random_() % 2 != 0) {
      for (size_t i = 0; i < size; i++) {
        if (x_[i] == old) Replace(i, value);
      }
    } else {
      const size_t stride = 1 + random_() % 16, count = random_() % 2 != 0 ? 1 : 1 + random_() % 8;
      for (size_t i = 0; i < count; i++) Replace((first + i * stride) % size, value);
    }
  }
  // Takes back what was changed last.
  void TakeBack() {
    for (auto change = before_.rbegin(); change != before_.rend(); ++change) Set(change->first, change->second);
  }

  // The largest relative error of a result.
  double Error(const twopass_options& options) {
    EXPECT_EQ(twopass_softmax_f32(1, x_.size(), x_.data(), x_.size(), y_.data(), x_.size(), &options), TWOPASS_OK);
    double sum = 0, error = 0;
    for (double exponential : exponentials_) sum += exponential;
    for (size_t i = 0; i < x_.size(); i++) error = std::max(error, std::fabs(y_[i] * sum / exponentials_[i] - 1));
    return error;
  }

 private:
  float Uniform(float limit) { return std::uniform_real_distribution<float>(-limit, limit)(random_); }
  float Draw() { return centres_[random_() % 2] + Uniform(0.01f); }
  float Neighbour(float x) {
    int32_t bits;
    std::memcpy(&bits, &x, sizeof(bits));
    const int32_t places = 1 << random_() % 16;
    bits += random_() % 2 != 0 ? places : -places;
    std::memcpy(&x, &bits, sizeof(bits));
    return x;
  }
  void Replace(size_t i, float value) {
    before_.emplace_back(i, x_[i]);
    Set(i, value);
  }
  void Set(size_t i, float value) {
    x_[i] = value;
    exponentials_[i] = std::exp(static_cast<double>(value));
  }

  std::mt19937 random_;
  float centres_[2];
  std::vector<float> x_;
  std::vector<double> exponentials_;
  std::vector<float> y_;
  std::vector<std::pair<size_t, float>> before_;
};

class AccuracyTest : public SoftmaxTest {};

TEST_P(AccuracyTest, TheLargestErrorFoundIsWithinThePromise) {
  const twopass_options options = Options();
  const bool is_three_pass = options.algorithm == TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE ||
                             options.algorithm == TWOPASS_ALGORITHM_THREE_PASS_RELOAD;
  const float spread = is_three_pass ? 0.48f : 4.0f;  // further from the maximum, x - max rounds
  double worst = 0;
  for (size_t climb : Numbers(1, kClimbs)) {
    Climber climber(climb * 17, spread, static_cast<uint32_t>(climb));
    double error = climber.Error(options);
    for (int step = 0; step < kSteps; step++) {
      climber.Change();
      const double changed = climber.Error(options);
      if (changed < error) {
        climber.TakeBack();
      } else {
        error = changed;
      }
    }
    worst = std::max(worst, error);
  }
  std::cout << "largest error " << worst / kEpsilon << " * 2^-23, promised "
            << PromisedError(options.algorithm) / kEpsilon << "\n";
  EXPECT_GT(worst, kEpsilon);
  EXPECT_LE(worst, PromisedError(options.algorithm));
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(AccuracyTest, Algorithms());

}  // namespace
}  // namespace twopass_test
