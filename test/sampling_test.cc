// Tokens that are drawn, against the order of a sort and probabilities in double.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "src/philox.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/release_code.h"
#include "test/reproducible_rows.h"
#include "test/tensor.h"
#include "twopass_debug.h"
#include "twopass_tokens.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

twopass_sampler Sampler(float temperature = 1, uint64_t top_k = 0, float top_p = 1, float min_p = 0,
                        uint32_t flags = 0) {
  twopass_sampler sampler = {};
  sampler.temperature = temperature;
  sampler.top_k = top_k;
  sampler.top_p = top_p;
  sampler.min_p = min_p;
  sampler.flags = flags;
  return sampler;
}

// What is left of a row, by sorting it, and how probable each is.
struct Reference {
  Reference(const std::vector<float>& x, const twopass_sampler& sampler) {
    for (size_t i = 0; i < x.size(); i++) {
      if (x[i] != -kInfinity) order.push_back(static_cast<int64_t>(i));
    }
    std::sort(order.begin(), order.end(),
              [&x](int64_t a, int64_t b) { return x[a] > x[b] || (x[a] == x[b] && a < b); });
    const double max = x[order[0]];
    const auto exponential = [&](int64_t token) { return std::exp(x[token] - max); };
    double sum_of_all = 0;
    for (int64_t token : order) sum_of_all += exponential(token);
    if (sampler.top_k != 0 && sampler.top_k < order.size()) order.resize(sampler.top_k);
    double sum_of_top = 0;
    for (int64_t token : order) sum_of_top += exponential(token);
    if (sampler.top_p < 1) {
      const double enough = sampler.top_p * (sampler.flags != 0 ? sum_of_all : sum_of_top);
      double sum = 0;
      size_t kept = 0;
      while (kept < order.size() && (kept == 0 || sum < enough)) sum += exponential(order[kept++]);
      order.resize(kept);
    }
    while (sampler.min_p > 0 && exponential(order.back()) < sampler.min_p) order.pop_back();
    if (sampler.temperature == 0) order.resize(1);
    double sum = 0;
    for (int64_t token : order) {
      const double weight = sampler.temperature == 0 ? 1 : std::exp((x[token] - max) / sampler.temperature);
      probabilities.push_back(weight);
      sum += weight;
    }
    for (double& probability : probabilities) probability /= sum;
  }

  std::vector<int64_t> order;
  std::vector<double> probabilities;
};

class SamplingTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!twopass_isa_is_available(GetParam().c_str())) GTEST_SKIP() << "this machine lacks " << GetParam();
    ASSERT_EQ(twopass_pin_isa(GetParam().c_str()), TWOPASS_OK);
  }
  void TearDown() override { twopass_pin_isa(nullptr); }

  static twopass_sample Draw(const std::vector<float>& x, const twopass_sampler& sampler,
                             const twopass_options* options = nullptr) {
    const twopass_shape shape = {1, x.size(), 1};
    Tensor tensor(TWOPASS_F32, shape, {});
    tensor.SetRow(0, x);
    twopass_sample sample = {-7, 7, -7};
    EXPECT_EQ(twopass_sample_tokens(&shape, &tensor.argument(), &sampler, &sample, options), TWOPASS_OK);
    return sample;
  }
};

INSTANTIATE_TEST_SUITE_P(All, SamplingTest, testing::ValuesIn(Isas()),
                         [](const testing::TestParamInfo<std::string>& info) { return info.param + "__"; });

class SamplingDistributionTest : public testing::Test {
 protected:
  // Draws so many tokens, and compares how often each came with how probable it is: chi-square, with classes of at
  // least 10 expected draws, at a significance of 1e-6.
  static void ExpectDistribution(const std::vector<float>& x, const twopass_sampler& sampler, size_t draws) {
    const Reference expected(x, sampler);
    std::vector<double> probability(x.size(), 0);
    for (size_t i = 0; i < expected.order.size(); i++) probability[expected.order[i]] = expected.probabilities[i];
    std::vector<size_t> count(x.size(), 0);
    const size_t rows = 1000;
    std::vector<twopass_sampler> samplers(rows, sampler);
    std::vector<twopass_sample> samples(rows);
    std::vector<float> logits;
    for (size_t row = 0; row < rows; row++) logits.insert(logits.end(), x.begin(), x.end());
    for (size_t first = 0; first < draws; first += rows) {
      for (size_t row = 0; row < rows; row++) samplers[row].counter = first + row;
      ASSERT_EQ(
          twopass_sample_tokens_f32(rows, x.size(), logits.data(), x.size(), samplers.data(), samples.data(), nullptr),
          TWOPASS_OK);
      for (const twopass_sample& sample : samples) {
        ASSERT_EQ(sample.kept, expected.order.size());
        ASSERT_GE(sample.token, 0);
        ASSERT_GT(probability[sample.token], 0) << sample.token;
        const double log_probability = std::log(probability[sample.token]);
        ASSERT_NEAR(sample.log_probability, log_probability, 1e-6 + 3e-7 * std::fabs(log_probability));
        count[sample.token]++;
      }
    }
    double chi_square = 0, expected_of_class = 0, drawn_of_class = 0;
    size_t classes = 0;
    for (size_t i = 0; i < expected.order.size(); i++) {
      expected_of_class += expected.probabilities[i] * static_cast<double>(draws);
      drawn_of_class += static_cast<double>(count[expected.order[i]]);
      if (expected_of_class < 10 && i + 1 != expected.order.size()) continue;
      if (expected_of_class >= 1e-3) chi_square += std::pow(drawn_of_class - expected_of_class, 2) / expected_of_class;
      classes++;
      expected_of_class = drawn_of_class = 0;
    }
    // Wilson and Hilferty: the cube root of chi-square over its freedom is about normal.
    const double freedom = static_cast<double>(classes) - 1;
    if (freedom < 1) return;
    const double variance = 2 / (9 * freedom);
    EXPECT_LT(std::cbrt(chi_square / freedom), 1 - variance + 4.75 * std::sqrt(variance))
        << chi_square << " " << freedom;
  }
};

const twopass_sampler kSamplers[] = {
    Sampler(),
    Sampler(0.7f),
    Sampler(2),
    Sampler(1, 1),
    Sampler(1, 7),
    Sampler(1, 40),
    Sampler(1, 600),
    Sampler(1, 1000000),
    Sampler(1, 0, 0.9f),
    Sampler(1, 0, 0.5f),
    Sampler(1, 0, 0.999f),
    Sampler(1, 0, 0),
    Sampler(1, 0, 1, 0.05f),
    Sampler(1, 0, 1, 1),
    Sampler(0.8f, 40, 0.95f, 0.05f),
    Sampler(0.8f, 40, 0.95f, 0.05f, TWOPASS_SAMPLE_JOINT),
    Sampler(1.5f, 600, 0.8f, 0.01f),
    Sampler(1.5f, 600, 0.8f, 0.01f, TWOPASS_SAMPLE_JOINT),
    Sampler(1.3f, 0, 0.97f, 0.02f),
    Sampler(0),
    Sampler(0, 40, 0.9f, 0.1f),
};

std::string Name(const twopass_sampler& sampler) {
  return "temperature " + std::to_string(sampler.temperature) + ", top_k " + std::to_string(sampler.top_k) +
         ", top_p " + std::to_string(sampler.top_p) + ", min_p " + std::to_string(sampler.min_p) +
         (sampler.flags != 0 ? ", joint" : "");
}

// Rows with ties, masks, shifts, and of all lengths: what is left is right, and what is drawn is of it.
TEST_P(SamplingTest, KeepsWhatTheFiltersLeave) {
  const std::vector<size_t> counts =
      IsSparse() ? std::vector<size_t>{17, 2049} : std::vector<size_t>{1, 2, 17, 300, 2049, 6000};
  for (size_t count : counts) {
    std::vector<std::vector<float>> rows = {ReproducibleRow(count, 1, 1), ReproducibleRow(count, 2, 8),
                                            std::vector<float>(count, -3.5f)};
    rows.push_back(ReproducibleRow(count, 3, 2));
    for (float& x : rows.back()) x = std::rint(x);
    rows.push_back(ReproducibleRow(count, 4, 3));
    for (size_t i = 0; i < count; i += 2) rows.back()[i] = -kInfinity;
    if (count == 1) rows.back()[0] = 5;
    rows.push_back(ReproducibleRow(count, 5, 3));
    for (float& x : rows.back()) x += 1000;
    for (size_t row = 0; row < rows.size(); row++) {
      for (twopass_sampler sampler : kSamplers) {
        SCOPED_TRACE(Name(sampler) + ", row " + std::to_string(row) + " of " + std::to_string(count));
        const Reference expected(rows[row], sampler);
        for (uint64_t counter = 0; counter < 3; counter++) {
          sampler.counter = counter;
          const twopass_sample sample = Draw(rows[row], sampler);
          ASSERT_EQ(sample.kept, expected.order.size());
          const size_t place =
              std::find(expected.order.begin(), expected.order.end(), sample.token) - expected.order.begin();
          ASSERT_LT(place, expected.order.size()) << sample.token;
          const double log_probability = std::log(expected.probabilities[place]);
          ASSERT_NEAR(sample.log_probability, log_probability, 1e-6 + 3e-7 * std::fabs(log_probability));
        }
      }
    }
  }
}

// By the distribution of the draws, on one ISA, as the others draw the same tokens.
TEST_F(SamplingDistributionTest, IsRight) {
  const size_t draws = IsSparse() ? 1000 : kIsReleaseCode ? 1000000 : 100000;
  for (const twopass_sampler& sampler : kSamplers) {
    if (sampler.temperature == 0 || sampler.top_k == 1) continue;
    SCOPED_TRACE(Name(sampler));
    std::vector<float> x = ReproducibleRow(60, 11, 1.2f);
    x[7] = x[8] = x[20];
    ExpectDistribution(x, sampler, draws);
  }
}

TEST_F(SamplingDistributionTest, IsRightForManyTokens) {
  const size_t draws = IsSparse() || !kIsReleaseCode ? 1000 : 20000;
  const std::vector<float> x = ReproducibleRow(IsSparse() ? 300 : 3000, 12, 1.5f);
  for (const twopass_sampler& sampler :
       {Sampler(), Sampler(0.8f), Sampler(1, 0, 0.9f), Sampler(1, 700, 0.95f, 0.001f)}) {
    SCOPED_TRACE(Name(sampler));
    ExpectDistribution(x, sampler, draws);
  }
}

// Where thousands of logits are near the last one that is kept, they are told apart.
TEST_P(SamplingTest, TellsCloseLogitsApart) {
  std::vector<float> x(20000);
  for (size_t i = 0; i < x.size(); i++) x[i] = 1 + static_cast<float>(i * 7919 % x.size()) * 0x1p-23f;
  for (const twopass_sampler& sampler : {Sampler(1, 5000), Sampler(1, 0, 0.25f), Sampler(1, 19999), Sampler(1, 513)}) {
    SCOPED_TRACE(Name(sampler));
    const Reference expected(x, sampler);
    const twopass_sample sample = Draw(x, sampler);
    EXPECT_NEAR(static_cast<double>(sample.kept), static_cast<double>(expected.order.size()),
                sampler.top_k != 0 ? 0 : 2);  // the sum is rounded
    EXPECT_NE(std::find(expected.order.begin(), expected.order.end(), sample.token), expected.order.end());
  }
}

TEST_P(SamplingTest, FindsLogitsFarBelow) {
  std::vector<float> x(5000, -1e6f);
  for (size_t i = 0; i < x.size(); i++) x[i] -= static_cast<float>(i);
  x[77] = 3;
  for (const twopass_sampler& sampler : {Sampler(1, 600), Sampler(1, 4999), Sampler(1, 0, 0.99f)}) {
    SCOPED_TRACE(Name(sampler));
    const twopass_sample sample = Draw(x, sampler);
    EXPECT_EQ(sample.token, 77);
    EXPECT_EQ(sample.kept, Reference(x, sampler).order.size());
    EXPECT_EQ(sample.log_probability, 0);
  }
}

TEST_P(SamplingTest, TakesAnyTemperature) {
  const std::vector<float> x = ReproducibleRow(3000, 13, 2);
  const int64_t largest = std::max_element(x.begin(), x.end()) - x.begin();
  for (uint64_t top_k : {0, 40}) {
    for (float temperature : {0x1p-149f, 1e-38f, 1e-20f, 1e-3f})
      EXPECT_EQ(Draw(x, Sampler(temperature, top_k)).token, largest) << temperature;
    for (float temperature : {1e10f, 3.4e38f}) {
      const twopass_sample sample = Draw(x, Sampler(temperature, top_k));
      EXPECT_NEAR(sample.log_probability, -std::log(top_k != 0 ? 40 : 3000), 1e-6);
    }
  }
}

TEST_P(SamplingTest, SpecialRowsHaveNoToken) {
  for (float special : {kInfinity, std::nanf(""), -std::nanf("")}) {
    for (size_t position : IsSparse() ? std::vector<size_t>{300} : std::vector<size_t>{0, 300, 2999}) {
      std::vector<float> x = ReproducibleRow(3000, 14, 2);
      x[position] = special;
      for (const twopass_sampler& sampler : kSamplers) {
        const twopass_sample sample = Draw(x, sampler);
        ASSERT_EQ(sample.token, -1) << Name(sampler);
        ASSERT_EQ(sample.kept, 0);
        ASSERT_TRUE(std::isnan(sample.log_probability));
      }
    }
  }
  for (const twopass_sampler& sampler : kSamplers) {
    EXPECT_EQ(Draw(std::vector<float>(100, -kInfinity), sampler).token, -1);
    twopass_sample sample = {7, 7, 7};
    EXPECT_EQ(twopass_sample_tokens_f32(1, 0, nullptr, 0, &sampler, &sample, nullptr), TWOPASS_OK);
    EXPECT_EQ(sample.token, -1);
  }
}

TEST_P(SamplingTest, RowsHaveSamplersMasksAndLengthsOfTheirOwn) {
  const size_t rows = 4, columns = 3000;
  const std::vector<float> x = ReproducibleRow(rows * columns, 15, 2);
  const std::vector<int64_t> lengths = {3000, 100, 1, 0};
  std::vector<unsigned char> keep(columns, 0);
  for (size_t i = 0; i < columns; i += 10) keep[i] = 1;
  twopass_logits logits = {};
  logits.lengths = lengths.data();
  logits.keep = keep.data();
  twopass_options options = {};
  options.logits = &logits;
  const std::vector<twopass_sampler> samplers = {Sampler(1, 0, 0.9f), Sampler(1), Sampler(1, 40), Sampler()};
  std::vector<twopass_sample> samples(rows);
  ASSERT_EQ(twopass_sample_tokens_f32(rows, columns, x.data(), columns, samplers.data(), samples.data(), &options),
            TWOPASS_OK);
  EXPECT_EQ(samples[0].token % 10, 0);
  EXPECT_EQ(samples[1].kept, 10);
  EXPECT_EQ(samples[1].token % 10, 0);
  EXPECT_LT(samples[1].token, 100);
  EXPECT_EQ(samples[2].token, 0);
  EXPECT_EQ(samples[3].token, -1);
}

TEST_P(SamplingTest, ErrorsWriteNothing) {
  const std::vector<float> x(10);
  twopass_sample sample = {-7, 7, -7};
  const auto status_of = [&](const twopass_sampler& sampler) {
    return twopass_sample_tokens_f32(1, 10, x.data(), 10, &sampler, &sample, nullptr);
  };
  for (float wrong : {-1.0f, kInfinity, std::nanf("")}) EXPECT_EQ(status_of(Sampler(wrong)), TWOPASS_INVALID_ARGUMENT);
  for (float wrong : {-1.0f, std::nanf("")}) {
    EXPECT_EQ(status_of(Sampler(1, 0, wrong)), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(status_of(Sampler(1, 0, 1, wrong)), TWOPASS_INVALID_ARGUMENT);
  }
  EXPECT_EQ(status_of(Sampler(1, 0, 1, 1.5f)), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(status_of(Sampler(1, 0, 1, 0, 2)), TWOPASS_INVALID_ARGUMENT);
  twopass_sampler reserved = Sampler();
  reserved.reserved[1] = 1;
  EXPECT_EQ(status_of(reserved), TWOPASS_INVALID_ARGUMENT);
  const twopass_sampler sampler = Sampler();
  EXPECT_EQ(twopass_sample_tokens_f32(1, 10, nullptr, 10, &sampler, &sample, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass_sample_tokens_f32(1, 10, x.data(), 10, nullptr, &sample, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass_sample_tokens_f32(1, 10, x.data(), 10, &sampler, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(sample.token, -7);
}

// The same tokens on every machine: so they are written here.
TEST_P(SamplingTest, HasTheSameBitsOnEveryIsa) {
  Hash hash;
  for (size_t count : {100, 5000}) {
    const std::vector<float> x = ReproducibleRow(count, 16, 2);
    for (twopass_sampler sampler : kSamplers) {
      for (uint64_t counter = 0; counter < 10; counter++) {
        sampler.seed = 12345678901234567u;
        sampler.counter = counter;
        const twopass_sample sample = Draw(x, sampler);
        hash.Add(std::vector<int64_t>{sample.token});
        hash.Add(std::vector<uint64_t>{uint64_t{sample.kept}});
        hash.Add(std::vector<float>{sample.log_probability});
      }
    }
  }
  EXPECT_EQ(hash.value(), 0x5cc4c81dc83958ffu) << std::hex << hash.value();
}

// The known answers that come with the authors' own code.
TEST(PhiloxTest, HasTheKnownAnswers) {
  uint32_t zeros[4] = {0, 0, 0, 0};
  twopass::philox(zeros, 0, 0);
  EXPECT_EQ(zeros[0], 0x6627e8d5u);
  EXPECT_EQ(zeros[1], 0xe169c58du);
  EXPECT_EQ(zeros[2], 0xbc57ac4cu);
  EXPECT_EQ(zeros[3], 0x9b00dbd8u);
  uint32_t digits[4] = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};  // of pi
  twopass::philox(digits, 0xa4093822, 0x299f31d0);
  EXPECT_EQ(digits[0], 0xd16cfe09u);
  EXPECT_EQ(digits[1], 0x94fdccebu);
  EXPECT_EQ(digits[2], 0x5001e420u);
  EXPECT_EQ(digits[3], 0x24126ea1u);
}

}  // namespace
}  // namespace twopass_test
