// A softmax with the same bits on every ISA and machine.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "test/reproducible_rows.h"
#include "test/tensor.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

class ReproducibleTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!twopass_isa_is_available(GetParam().c_str())) GTEST_SKIP() << "this machine lacks " << GetParam();
    ASSERT_EQ(twopass_pin_isa(GetParam().c_str()), TWOPASS_OK);
    options_.flags = TWOPASS_FLAG_REPRODUCIBLE;
  }
  void TearDown() override { twopass_pin_isa(nullptr); }

  std::vector<float> Softmax(const std::vector<float>& x) {
    std::vector<float> y(x.size(), -7.0f);
    EXPECT_EQ(twopass_softmax_f32(1, x.size(), x.data(), x.size(), y.data(), y.size(), &options_), TWOPASS_OK);
    return y;
  }

  twopass_options options_ = {};
};

INSTANTIATE_TEST_SUITE_P(All, ReproducibleTest, testing::ValuesIn(Isas()),
                         [](const testing::TestParamInfo<std::string>& info) { return info.param + "__"; });

// Each length of the rest of a tile, short rows and long ones, in every range.
TEST_P(ReproducibleTest, HasTheSameBitsOnEveryIsa) {
  Hash hash;
  for (size_t count = 1; count <= 70; count++) hash.Add(Softmax(ReproducibleRow(count, 1, 4)));
  for (size_t count : {768, 1000, 8192, 8193, 40000}) {
    for (float scale : {0.1f, 4.0f, 30.0f, 20000.0f, 1e30f}) hash.Add(Softmax(ReproducibleRow(count, 2, scale)));
  }
  EXPECT_EQ(hash.value(), 0x38cad67fd66359aeu) << std::hex << hash.value();
}

TEST_P(ReproducibleTest, HasTheSameBitsOfRowsOfEveryKind) {
  Hash hash;
  for (uint32_t type : {TWOPASS_F32, TWOPASS_F16, TWOPASS_BF16}) {
    for (uint32_t output_type : {TWOPASS_F32, TWOPASS_F16, TWOPASS_BF16}) {
      for (const twopass_shape& shape : {twopass_shape{3, 100, 1}, {2, 37, 5}, {1, 9000, 1}}) {
        Tensor x(type, shape, {}), y(output_type, shape, {});
        for (size_t row = 0; row < shape.outer * shape.inner; row++)
          x.SetRow(row, ReproducibleRow(shape.columns, static_cast<uint32_t>(row), 3));
        ASSERT_EQ(twopass_softmax(&shape, &x.argument(), &y.argument(), &options_), TWOPASS_OK);
        for (size_t row = 0; row < shape.outer * shape.inner; row++) hash.Add(y.Row(row, output_type));
      }
    }
  }
  const std::vector<float> x = ReproducibleRow(3 * 300, 5, 3), bias = ReproducibleRow(300, 6, 2);
  const std::vector<int64_t> lengths = {300, 17, 0};
  const float scale = 0.3f, slope = 0.7f, sink = 1;
  for (int what = 0; what < 16; what++) {
    twopass_logits logits = {};
    logits.scale = &scale;
    if ((what & 1) != 0) logits.bias = bias.data();
    logits.slope = &slope;
    if ((what & 2) != 0) logits.lengths = lengths.data();
    if ((what & 4) != 0) logits.sink = &sink;
    if ((what & 8) != 0) logits.softcap = 5;
    options_.logits = &logits;
    std::vector<float> y(x.size());
    ASSERT_EQ(twopass_softmax_f32(3, 300, x.data(), 300, y.data(), 300, &options_), TWOPASS_OK);
    for (float& element : y) {
      if (std::isnan(element)) element = 2;  // a NaN has many bits
    }
    hash.Add(y);
  }
  EXPECT_EQ(hash.value(), 0xf68d93efae6b400du) << std::hex << hash.value();
}

TEST_P(ReproducibleTest, IsAsAccurateAsASoftmax) {
  for (size_t count : {1, 31, 100, 5000, 9000}) {
    for (const Input& input : Inputs(count)) {
      const std::vector<float> y = Softmax(input.x);
      double max = -std::numeric_limits<double>::infinity(), sum = 0;
      for (float x : input.x) max = std::fmax(max, x);
      for (float x : input.x) sum += std::exp(x - max);
      for (size_t i = 0; i < count; i++) {
        const double expected = std::exp(input.x[i] - max) / sum;
        ASSERT_NEAR(y[i], expected, 10.5 * 0x1p-23 * expected + 1.2e-38) << input.name << " " << count << " " << i;
      }
    }
  }
}

TEST_P(ReproducibleTest, DoesNotDependOnOtherRowsThreadsOrPlace) {
  const size_t rows = 5, columns = 20000;
  const std::vector<float> x = ReproducibleRow(rows * columns, 3, 4);
  std::vector<float> y(x.size()), in_place = x;
  ASSERT_EQ(twopass_softmax_f32(rows, columns, x.data(), columns, y.data(), columns, &options_), TWOPASS_OK);
  ASSERT_EQ(twopass_softmax_f32(rows, columns, in_place.data(), columns, in_place.data(), columns, &options_),
            TWOPASS_OK);
  EXPECT_EQ(y, in_place);
  for (size_t row = 0; row < rows; row++) {
    const std::vector<float> one(x.begin() + row * columns, x.begin() + (row + 1) * columns);
    EXPECT_EQ(Softmax(one), std::vector<float>(y.begin() + row * columns, y.begin() + (row + 1) * columns));
  }
}

TEST_P(ReproducibleTest, IsForASoftmaxByTheLibrarysChoice) {
  float x = 0, y;
  EXPECT_EQ(twopass_log_softmax_f32(1, 1, &x, 1, &y, 1, &options_), TWOPASS_INVALID_ARGUMENT);
  options_.algorithm = TWOPASS_ALGORITHM_TWO_PASS;
  EXPECT_EQ(twopass_softmax_f32(1, 1, &x, 1, &y, 1, &options_), TWOPASS_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace twopass_test
