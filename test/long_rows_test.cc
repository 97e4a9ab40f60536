// Rows of many blocks, in which the blocks have little in common: masks, maxima that move, anchors that break, special
// values where one block ends and the next begins. Each row goes through the operator both in place and not.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <vector>

#include "src/plan.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using twopass::kBlock;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
// The largest magnitude that the algorithms of two passes take.
constexpr float kLimit = 0x1p16f;

// Four whole blocks and a short one.
constexpr size_t kColumns = 4 * kBlock + 777;
constexpr size_t kBlocks = 5;

// The first and the last element of the row and of some blocks.
constexpr size_t kBorders[] = {0, kBlock - 1, kBlock, 3 * kBlock - 1, 3 * kBlock, 4 * kBlock, kColumns - 1};

using Row = std::vector<float>;

// A row in which block b holds normal logits around means[b].
Row Blocks(const std::vector<float>& means, float standard_deviation = 1) {
  static const Row noise = NormalLogits(kColumns, 1);
  Row x(kColumns);
  for (size_t i = 0; i < x.size(); i++) x[i] = noise[i] * standard_deviation + means[i / kBlock % means.size()];
  return x;
}

Row Staircase(float step) {
  Row x(kColumns);
  for (size_t i = 0; i < x.size(); i++) x[i] = step * static_cast<float>(i);
  return x;
}

Row Reversed(const Row& x) { return {x.rbegin(), x.rend()}; }

void FillBlock(Row* x, size_t block, float value) {
  std::fill(x->begin() + block * kBlock, x->begin() + std::min(x->size(), (block + 1) * kBlock), value);
}

class LongRowTest : public SoftmaxTest {};

TEST_P(LongRowTest, SpecialValuesAtTheBordersOfBlocks) {
  for (float special : SpecialValues()) {
    Row everywhere = Blocks({0}, 10);
    for (size_t border : kBorders) {
      everywhere[border] = special;
      Row x = Blocks({0}, 10);
      x[border] = special;
      ASSERT_EQ(DifferenceInRow(x), "") << special << " at " << border;
    }
    ASSERT_EQ(DifferenceInRow(everywhere), "") << special;
  }
}

TEST_P(LongRowTest, MaskedBlocks) {
  for (float mask : {-kInfinity, -FLT_MAX, -1e30f, -1e9f, -1.4e5f, -1e5f, -1e4f}) {
    for (unsigned masked = 1; masked < (1u << kBlocks) - 1; masked += 3) {
      Row x = Blocks({0}, 10);
      for (size_t block = 0; block < kBlocks; block++) {
        if (masked >> block & 1) FillBlock(&x, block, mask);
      }
      ASSERT_EQ(DifferenceInRow(x, TWOPASS_FLAG_MASKED_ROW_ZERO), "") << mask << " in the blocks of " << masked;
    }
  }
}

// What a block begins with tells little about the rest of it.
TEST_P(LongRowTest, BlocksWithMaskedHeads) {
  for (float mask :
       {-kInfinity, -FLT_MAX, -1e30f, -kLimit - 257, -kLimit - 256, -kLimit - 255, -kLimit, -1e4f, -100.0f}) {
    for (size_t head : {size_t{1}, size_t{64}, size_t{65}, size_t{1000}, kBlock - 1}) {
      Row x = Blocks({0}, 10);
      for (size_t i = 0; i < x.size(); i++) {
        if (i % kBlock < head) x[i] = mask;
      }
      ASSERT_EQ(DifferenceInRow(x), "") << mask << " at the first " << head;
    }
  }
}

// Nothing but one element of all of them is not masked.
TEST_P(LongRowTest, OneUnmaskedElement) {
  for (float mask : {-kInfinity, -FLT_MAX, -1e30f, -1e4f}) {
    for (size_t position : {size_t{0}, kBlock + 100, kColumns - 1}) {
      for (float value : {0.0f, -1e5f, 1e5f, 1e6f, -1e3f}) {
        if (value < mask) continue;
        Row x(kColumns, mask);
        x[position] = value;
        ASSERT_EQ(DifferenceInRow(x, TWOPASS_FLAG_MASKED_ROW_ZERO), "") << value << " among " << mask;
      }
    }
  }
}

TEST_P(LongRowTest, OneNaNOrInfinityAmongMasks) {
  for (float mask : {-kInfinity, -FLT_MAX, -1e5f}) {
    for (float special : {kNaN, kInfinity}) {
      for (size_t border : kBorders) {
        Row x(kColumns, mask);
        x[border] = special;
        ASSERT_EQ(DifferenceInRow(x, TWOPASS_FLAG_MASKED_ROW_ZERO), "") << special << " among " << mask;
      }
    }
  }
}

TEST_P(LongRowTest, Staircases) {
  for (float step : {0.001f, 0.01f, 0.1f, 1.0f, 1.9f}) {
    EXPECT_EQ(DifferenceInRow(Staircase(step)), "") << step;
    EXPECT_EQ(DifferenceInRow(Reversed(Staircase(step))), "") << step;
    EXPECT_EQ(DifferenceInRow(Staircase(-step)), "") << step;
    EXPECT_EQ(DifferenceInRow(Reversed(Staircase(-step))), "") << step;
  }
}

TEST_P(LongRowTest, BlocksOfDifferentMeans) {
  for (float mean : {50.0f, 80.0f, 100.0f, 200.0f, 700.0f, 1e3f, 1e4f, 1e5f, 1.3e5f}) {
    EXPECT_EQ(DifferenceInRow(Blocks({-mean, mean})), "") << mean;
    EXPECT_EQ(DifferenceInRow(Blocks({mean, -mean})), "") << mean;
    EXPECT_EQ(DifferenceInRow(Blocks({0, mean, -mean, mean / 2, 0})), "") << mean;
  }
}

// Totals that differ by about as much as the exponents of double precision.
TEST_P(LongRowTest, BlocksThatVanishBesideOthers) {
  for (float exponent = 1005; exponent < 1035; exponent += 1) {
    const float mean = exponent * 0.6931472f;
    ASSERT_EQ(DifferenceInRow(Blocks({0, 0, 0, mean, mean}, 0.1f)), "") << mean;
  }
}

TEST_P(LongRowTest, UniformLogits) {
  for (float limit : {100.0f, 1000.0f, 1e4f}) EXPECT_EQ(DifferenceInRow(UniformLogits(kColumns, limit)), "") << limit;
}

// One value that the anchor of its block did not foresee, from hardly to utterly.
TEST_P(LongRowTest, OneHugeValueLast) {
  for (float huge = 40; huge < 100; huge += 1.7f) {
    Row x = NormalLogits(kBlock + 100, 1);
    x[kBlock - 1] = huge;
    ASSERT_EQ(DifferenceInRow(x), "") << huge;
    x.back() = huge + 1;
    ASSERT_EQ(DifferenceInRow(x), "") << huge;
  }
  for (float huge : {150.0f, 1e3f, 1e5f, kLimit - 0.0625f, kLimit, kLimit + 1, 1.4e5f, 1e6f, 1e10f, 1e30f, FLT_MAX}) {
    Row x = Blocks({0});
    x[kColumns - 1] = huge;
    ASSERT_EQ(DifferenceInRow(x), "") << huge;
    // Beside values that are not nothing.
    for (size_t i = 0; i < x.size(); i += 100) x[i] = huge - (huge < 1e6f ? 1 : 0);
    ASSERT_EQ(DifferenceInRow(x), "") << huge;
    // After anchors that broke.
    x = Staircase(0.1f);
    x[kColumns - 1] = huge;
    ASSERT_EQ(DifferenceInRow(x), "") << huge;
  }
}

// Maxima and totals on either side of what the algorithms of two passes take.
TEST_P(LongRowTest, MagnitudesAroundTheLimit) {
  for (float distance : {0.0f, 0.0625f, 5.0f, 11.0f, 100.0f, 255.0f, 257.0f, 1e4f}) {
    for (float sign : {-1.0f, 1.0f}) {
      for (float around : {-kLimit, kLimit}) {
        const float mean = around + sign * distance;
        ASSERT_EQ(DifferenceInRow(Row(kColumns, mean)), "") << mean;
        ASSERT_EQ(DifferenceInRow(Blocks({mean})), "") << mean;
        ASSERT_EQ(DifferenceInRow(Blocks({mean, 2 * around - mean})), "") << mean;
        ASSERT_EQ(DifferenceInRow(Blocks({0, 0, 0, 0, mean})), "") << mean;
        // Many equal maxima make the total larger than each.
        Row x = Blocks({mean});
        const float max = *std::max_element(x.begin(), x.end());
        for (size_t i = 0; i < x.size(); i += 2) x[i] = max;
        ASSERT_EQ(DifferenceInRow(x), "") << mean;
        for (size_t i = 0; i < x.size(); i += 2) x[i] = std::min(mean, around);
        for (size_t i = 1; i < x.size(); i += 2) x[i] = std::min(mean, around) - 1;
        ASSERT_EQ(DifferenceInRow(x), "") << mean;
      }
    }
  }
}

TEST_P(LongRowTest, NaNAfterABrokenAnchor) {
  const Row rows[] = {Staircase(0.1f),
                      Staircase(1.9f),
                      Reversed(Staircase(1.9f)),
                      Blocks({-1e3f, 1e3f}),
                      Blocks({-1e5f, 1e5f}),
                      Blocks({0, 0, 0, -FLT_MAX, 0}),
                      Blocks({0, 0, 0, 1e30f, 0})};
  for (const Row& row : rows) {
    for (size_t position : {kBlock + 1, 3 * kBlock, 3 * kBlock + 63, 4 * kBlock - 1, 4 * kBlock + 64, kColumns - 1}) {
      Row x = row;
      x[position] = kNaN;
      ASSERT_EQ(DifferenceInRow(x), "") << "at " << position;
      x[position - 1] = 3e5f;
      ASSERT_EQ(DifferenceInRow(x), "") << "at " << position;
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(LongRowTest, Algorithms());

}  // namespace
}  // namespace twopass_test
