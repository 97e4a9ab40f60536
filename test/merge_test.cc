// Merged parts of attention, held to what twopass_merge.h promises.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "test/elements.h"
#include "test/family.h"
#include "test/inputs.h"
#include "test/reference.h"
#include "test/softmax_fixture.h"
#include "test/tensor.h"
#include "twopass_merge.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// A merge of dense rows of floats, part after part.
struct Merge {
  Merge(size_t parts, size_t rows, size_t columns)
      : parts(parts),
        rows(rows),
        columns(columns),
        outputs(NormalLogits(parts * rows * columns, 1)),
        part_log_sums(NormalLogits(parts * rows, 3, 10)),
        output(rows * columns, kUntouched),
        log_sums(rows, kUntouched),
        weights(rows * parts, kUntouched) {}

  twopass_status Make(const twopass_options* options = nullptr) {
    return twopass_merge_attention_f32(parts, rows, columns, outputs.data(), rows * columns, columns,
                                       part_log_sums.data(), rows, output.data(), columns, log_sums.data(),
                                       weights.data(), options);
  }

  float& LogSum(size_t part, size_t row) { return part_log_sums[part * rows + row]; }
  float* Values(size_t part, size_t row) { return &outputs[(part * rows + row) * columns]; }

  // Against the definition.
  void Check() {
    ASSERT_EQ(Make(), TWOPASS_OK);
    for (size_t row = 0; row < rows; row++) {
      double max = -kInfinity, sum = 0;
      for (size_t part = 0; part < parts; part++) max = std::fmax(max, LogSum(part, row));
      for (size_t part = 0; part < parts; part++) sum += std::exp(LogSum(part, row) - max);
      const double log_sum = max + std::log(sum);
      ASSERT_NEAR(log_sums[row], log_sum, kEpsilon * std::fabs(log_sum)) << row;
      std::vector<double> exact(columns), magnitude(columns);
      for (size_t part = 0; part < parts; part++) {
        const double weight = std::exp(LogSum(part, row) - max) / sum;
        ASSERT_NEAR(weights[row * parts + part], weight, kEpsilon * weight + FLT_MIN) << row;
        for (size_t column = 0; column < columns && weight >= FLT_MIN; column++) {
          exact[column] += weight * Values(part, row)[column];
          magnitude[column] += std::fabs(weight * Values(part, row)[column]);
        }
      }
      for (size_t column = 0; column < columns; column++) {
        const double bound = 0.5 * kEpsilon * static_cast<double>(parts + 2) * magnitude[column] + FLT_MIN;
        ASSERT_NEAR(output[row * columns + column], exact[column], bound) << row << ", " << column;
      }
    }
  }

  size_t parts, rows, columns;
  std::vector<float> outputs, part_log_sums, output, log_sums, weights;
};

class MergeTest : public SoftmaxTest {};

TEST_P(MergeTest, OfAnyNumberOfParts) {
  for (size_t parts : {1, 2, 3, 17}) {
    for (size_t columns : {1, 5, 64, 128, 2049}) Merge(parts, 7, columns).Check();
  }
}

TEST_P(MergeTest, OfFarLogSums) {
  Merge merge(3, 8, 16);
  const float far[] = {-kInfinity, -FLT_MAX, -1e5f, -87.5f, -86, 0, 1e-3f, 1e30f};
  for (size_t row = 0; row < 8; row++) {
    merge.LogSum(0, row) = far[row];
    merge.LogSum(1, row) = 0;
    merge.LogSum(2, row) = far[7 - row];
  }
  merge.Check();
}

// Whatever its output holds.
TEST_P(MergeTest, APartWithoutKeysCountsNothing) {
  for (size_t empty : {0, 1, 2}) {
    Merge merge(3, 4, 70), without = merge;
    for (size_t row = 0; row < 4; row++) {
      merge.LogSum(empty, row) = without.LogSum(empty, row) = -kInfinity;
      std::fill_n(merge.Values(empty, row), merge.columns, row % 2 == 0 ? kNaN : kInfinity);
      std::fill_n(without.Values(empty, row), merge.columns, 0.0f);
    }
    without.Check();
    ASSERT_EQ(merge.Make(), TWOPASS_OK);
    EXPECT_TRUE(AreSameBits(merge.output, without.output));
    EXPECT_TRUE(AreSameBits(merge.log_sums, without.log_sums));
  }
}

TEST_P(MergeTest, OfSpecialLogSums) {
  Merge merge(2, 4, 10);
  merge.LogSum(0, 0) = merge.LogSum(1, 0) = -kInfinity;
  merge.LogSum(1, 1) = kNaN;
  merge.LogSum(0, 2) = kInfinity;
  ASSERT_EQ(merge.Make(), TWOPASS_OK);
  EXPECT_EQ(merge.log_sums[0], -kInfinity);
  EXPECT_EQ(merge.weights[0], 0);
  EXPECT_EQ(merge.weights[1], 0);
  for (size_t column = 0; column < 10; column++) {
    EXPECT_EQ(merge.output[column], 0);
    EXPECT_TRUE(std::isnan(merge.output[10 + column]));
    EXPECT_TRUE(std::isnan(merge.output[20 + column]));
    EXPECT_FALSE(std::isnan(merge.output[30 + column]));
  }
  for (size_t row : {1, 2}) {
    EXPECT_TRUE(std::isnan(merge.log_sums[row]));
    EXPECT_TRUE(std::isnan(merge.weights[2 * row]));
    EXPECT_TRUE(std::isnan(merge.weights[2 * row + 1]));
  }
}

// What it is for: the attention over all keys.
TEST_P(MergeTest, OfAttentionInParts) {
  const size_t keys = 100, split = 37;
  const std::vector<float> scores = NormalLogits(keys, 4), values = UniformLogits(keys, 1);
  const auto attention = [&](size_t begin, size_t end, float* log_sum) {
    std::vector<float> weights(end - begin);
    twopass_options options = {};
    options.log_sums = log_sum;
    EXPECT_EQ(twopass_softmax_f32(1, end - begin, &scores[begin], 0, weights.data(), 0, &options), TWOPASS_OK);
    double sum = 0;
    for (size_t i = begin; i < end; i++) sum += static_cast<double>(weights[i - begin]) * values[i];
    return static_cast<float>(sum);
  };
  float log_sums[2], log_sum, merged, merged_log_sum;
  const float outputs[2] = {attention(0, split, &log_sums[0]), attention(split, keys, &log_sums[1])};
  const float expected = attention(0, keys, &log_sum);
  ASSERT_EQ(
      twopass_merge_attention_f32(2, 1, 1, outputs, 1, 1, log_sums, 1, &merged, 1, &merged_log_sum, nullptr, nullptr),
      TWOPASS_OK);
  EXPECT_NEAR(merged, expected, 4e-6);
  EXPECT_NEAR(merged_log_sum, log_sum, 4e-6);
}

// Over any part, and with the log-sums of one in their place.
TEST_P(MergeTest, InPlace) {
  for (size_t place : {0, 1, 2}) {
    Merge apart(3, 5, 130);
    ASSERT_EQ(apart.Make(), TWOPASS_OK);
    Merge merge(3, 5, 130);
    ASSERT_EQ(twopass_merge_attention_f32(3, 5, 130, merge.outputs.data(), 5 * 130, 130, merge.part_log_sums.data(), 5,
                                          merge.Values(place, 0), 130, &merge.LogSum(place, 0), merge.weights.data(),
                                          nullptr),
              TWOPASS_OK);
    EXPECT_EQ(std::memcmp(merge.Values(place, 0), apart.output.data(), 5 * 130 * sizeof(float)), 0);
    EXPECT_EQ(std::memcmp(&merge.LogSum(place, 0), apart.log_sums.data(), 5 * sizeof(float)), 0);
    EXPECT_TRUE(AreSameBits(merge.weights, apart.weights));
  }
}

TEST_P(MergeTest, OfTypesAndStrides) {
  for (uint32_t type : kTypes) {
    for (uint32_t type_of_output : kTypes) {
      for (const twopass_shape& shape : {twopass_shape{6, 33, 1}, twopass_shape{2, 33, 3}}) {
        const Gaps gaps = {2, 5};
        Merge floats(2, 6, 33);
        Tensor first(type, shape, gaps), second(TWOPASS_F32, shape, {}), output(type_of_output, shape, gaps);
        for (size_t row = 0; row < 6; row++) {
          float* const x = floats.Values(0, row);
          const std::vector<float> rounded = Rounded(type, std::vector<float>(x, x + 33));
          std::copy(rounded.begin(), rounded.end(), x);
          first.SetRow(row, rounded);
          second.SetRow(row, {floats.Values(1, row), floats.Values(1, row) + 33});
        }
        ASSERT_EQ(floats.Make(), TWOPASS_OK);
        const twopass_attention_part parts[] = {{first.argument(), &floats.LogSum(0, 0)},
                                                {second.argument(), &floats.LogSum(1, 0)}};
        std::vector<float> log_sums(6);
        output.Remember();
        ASSERT_EQ(twopass_merge_attention(&shape, parts, 2, &output.argument(), log_sums.data(), nullptr, nullptr),
                  TWOPASS_OK);
        EXPECT_TRUE(output.IsAsRememberedBetweenElements());
        EXPECT_TRUE(AreSameBits(log_sums, floats.log_sums));
        for (size_t row = 0; row < 6; row++) {
          const float* const y = &floats.output[row * 33];
          EXPECT_TRUE(
              AreSameBits(output.Row(row, type_of_output), Rounded(type_of_output, std::vector<float>(y, y + 33))))
              << NameOfType(type) << ", " << NameOfType(type_of_output) << ", row " << row;
        }
      }
    }
  }
}

TEST_P(MergeTest, ByName) {
  const std::vector<uint16_t> of_f16 = {0x3C00, 0x4000}, of_bf16 = {0x3F80, 0x4000};  // 1 and 2
  const float log_sums[2] = {0, 0};
  uint16_t output = 0;
  ASSERT_EQ(
      twopass_merge_attention_f16(2, 1, 1, of_f16.data(), 1, 1, log_sums, 1, &output, 1, nullptr, nullptr, nullptr),
      TWOPASS_OK);
  EXPECT_EQ(output, 0x3E00);  // 1.5
  ASSERT_EQ(
      twopass_merge_attention_bf16(2, 1, 1, of_bf16.data(), 1, 1, log_sums, 1, &output, 1, nullptr, nullptr, nullptr),
      TWOPASS_OK);
  EXPECT_EQ(output, 0x3FC0);
}

void RunBackwards(void*, void (*task)(void*, size_t), void* context, size_t count) {
  while (count-- != 0) task(context, count);
}

TEST_P(MergeTest, HasTheSameBitsForAnyThreads) {
  const twopass_runner runner = {RunBackwards, nullptr, 4};
  twopass_options options = {};
  options.runner = &runner;
  Merge one(3, 1000, 64), several(3, 1000, 64);
  ASSERT_EQ(one.Make(), TWOPASS_OK);
  ASSERT_EQ(several.Make(&options), TWOPASS_OK);
  EXPECT_TRUE(AreSameBits(one.output, several.output));
  EXPECT_TRUE(AreSameBits(one.log_sums, several.log_sums));
  EXPECT_TRUE(AreSameBits(one.weights, several.weights));
}

// Without vectors, which need not be there then.
TEST_P(MergeTest, OfWeightsAlone) {
  Merge all(3, 5, 64), weights(3, 5, 64);
  ASSERT_EQ(all.Make(), TWOPASS_OK);
  ASSERT_EQ(twopass_merge_attention_f32(3, 5, 64, nullptr, 0, 0, weights.part_log_sums.data(), 5, nullptr, 0,
                                        weights.log_sums.data(), weights.weights.data(), nullptr),
            TWOPASS_OK);
  EXPECT_TRUE(AreSameBits(all.weights, weights.weights));
  EXPECT_TRUE(AreSameBits(all.log_sums, weights.log_sums));
}

TEST_P(MergeTest, HasTheSameBitsOnEveryIsa) {
  Merge merge(5, 9, 67);
  uint32_t state = 1;
  for (std::vector<float>* each : {&merge.outputs, &merge.part_log_sums}) {
    for (float& value : *each) {  // numbers that no library function makes
      state = state * 1664525 + 1013904223;
      value = static_cast<float>(static_cast<int32_t>(state) / 4096) * 0x1p-16f;
    }
  }
  ASSERT_EQ(merge.Make(), TWOPASS_OK);
  uint64_t hash = kHashOfNothing;
  for (const std::vector<float>& each : {merge.output, merge.log_sums, merge.weights}) hash = HashOf(hash, each);
  EXPECT_EQ(hash, 14120186420061535725u);
}

TEST_P(MergeTest, RefusesWhatItDoesNotKnow) {
  const twopass_shape shape = {2, 3, 1};
  float x[7] = {}, y[6] = {}, output[7], log_sums[3] = {};
  float* const odd = reinterpret_cast<float*>(reinterpret_cast<char*>(log_sums) + 1);
  const twopass_attention_part good[2] = {{{x, TWOPASS_F32, 3, 1}, log_sums}, {{y, TWOPASS_F32, 3, 1}, log_sums}};
  const twopass_tensor to = {output, TWOPASS_F32, 3, 1}, over = {x + 1, TWOPASS_F32, 3, 1};
  const auto status = [&](const twopass_attention_part* parts, size_t count, const twopass_tensor* to, float* sums,
                          float* weights) {
    return twopass_merge_attention(&shape, parts, count, to, sums, weights, nullptr);
  };
  EXPECT_EQ(status(good, 2, &to, nullptr, nullptr), TWOPASS_OK);
  EXPECT_EQ(twopass_merge_attention(nullptr, good, 2, &to, nullptr, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(status(nullptr, 2, &to, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(status(good, 0, &to, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(status(good, 2, &over, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(status(good, 2, &to, odd, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(status(good, 2, &to, nullptr, odd), TWOPASS_INVALID_ARGUMENT);
  for (const twopass_attention_part& bad : {twopass_attention_part{{nullptr, TWOPASS_F32, 3, 1}, log_sums},
                                            {{x, TWOPASS_F32, 2, 1}, log_sums},
                                            {{x, 9, 3, 1}, log_sums},
                                            {{x, TWOPASS_F32, 3, 1}, nullptr},
                                            {{x, TWOPASS_F32, 3, 1}, odd}}) {
    for (size_t position : {0, 1}) {
      twopass_attention_part parts[2] = {good[0], good[1]};
      parts[position] = bad;
      EXPECT_EQ(status(parts, 2, &to, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
    }
  }
  twopass_options options = {};
  options.reserved[0] = 1;
  for (const twopass_tensor* each : {&to, static_cast<const twopass_tensor*>(nullptr)}) {
    EXPECT_EQ(twopass_merge_attention(&shape, good, 2, each, log_sums, nullptr, &options), TWOPASS_INVALID_ARGUMENT);
  }
  const twopass_shape no_rows = {0, 3, 1}, no_columns = {2, 0, 1};
  EXPECT_EQ(twopass_merge_attention(&no_rows, good, 2, &to, nullptr, nullptr, nullptr), TWOPASS_OK);
  float sums[2] = {kUntouched, kUntouched};
  EXPECT_EQ(twopass_merge_attention(&no_columns, good, 2, &to, sums, nullptr, nullptr), TWOPASS_OK);
  EXPECT_FLOAT_EQ(sums[1], std::log(2.0f));
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(MergeTest, (std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO}));

}  // namespace
}  // namespace twopass_test
