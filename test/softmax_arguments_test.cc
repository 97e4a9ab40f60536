// The operator's arguments: what is refused, before anything is written, and what needs no memory.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "test/inventory.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr size_t kRows = 4;
constexpr size_t kColumns = 10;
constexpr size_t kStride = 24;
constexpr float kUntouched = -1.25f;

class SoftmaxArgumentsTest : public testing::Test {
 protected:
  twopass_status Softmax(size_t rows, size_t columns, const float* input, size_t input_stride, float* output,
                         size_t output_stride) {
    return twopass_softmax_f32(rows, columns, input, input_stride, output, output_stride, &options_);
  }

  void ExpectInvalid(size_t rows, size_t columns, const float* input, size_t input_stride, float* output,
                     size_t output_stride) {
    for (uint32_t algorithm : Algorithms()) {
      options_.algorithm = algorithm;
      EXPECT_EQ(Softmax(rows, columns, input, input_stride, output, output_stride), TWOPASS_INVALID_ARGUMENT);
      ExpectUntouched();
    }
  }

  void ExpectUntouched() {
    for (float element : buffer_) ASSERT_EQ(element, kUntouched);
  }

  twopass_options options_ = {};
  std::vector<float> buffer_ = std::vector<float>(2 * kRows * kStride, kUntouched);
  float* const first_ = buffer_.data();
  float* const second_ = buffer_.data() + kRows * kStride;
};

TEST_F(SoftmaxArgumentsTest, NothingToDoNeedsNoMemory) {
  EXPECT_EQ(Softmax(0, kColumns, nullptr, kColumns, nullptr, kColumns), TWOPASS_OK);
  EXPECT_EQ(Softmax(kRows, 0, nullptr, 0, nullptr, 0), TWOPASS_OK);
  EXPECT_EQ(Softmax(0, 0, nullptr, 0, nullptr, 0), TWOPASS_OK);
  EXPECT_EQ(Softmax(0, SIZE_MAX, nullptr, 0, nullptr, 0), TWOPASS_OK);
  EXPECT_EQ(Softmax(SIZE_MAX, 0, first_, 0, first_, SIZE_MAX), TWOPASS_OK);
  ExpectUntouched();
}

TEST_F(SoftmaxArgumentsTest, NullOptionsAreTheDefaults) {
  EXPECT_EQ(twopass_softmax_f32(1, 2, first_, 2, second_, 2, nullptr), TWOPASS_OK);
  EXPECT_EQ(second_[0], 0.5f);
  EXPECT_EQ(second_[1], 0.5f);
}

TEST_F(SoftmaxArgumentsTest, Null) {
  ExpectInvalid(1, kColumns, nullptr, kColumns, second_, kColumns);
  ExpectInvalid(1, kColumns, first_, kColumns, nullptr, kColumns);
  ExpectInvalid(1, kColumns, nullptr, kColumns, nullptr, kColumns);
}

TEST_F(SoftmaxArgumentsTest, StrideShorterThanARow) {
  ExpectInvalid(kRows, kColumns, first_, kColumns - 1, second_, kStride);
  ExpectInvalid(kRows, kColumns, first_, kStride, second_, kColumns - 1);
  ExpectInvalid(kRows, kColumns, first_, 0, second_, 0);
}

TEST_F(SoftmaxArgumentsTest, StrideOfASingleRowIsIgnored) {
  EXPECT_EQ(Softmax(1, kColumns, first_, 0, second_, SIZE_MAX), TWOPASS_OK);
  EXPECT_FLOAT_EQ(second_[0], 0.1f);
  EXPECT_EQ(second_[kColumns], kUntouched);
  EXPECT_EQ(Softmax(1, kColumns, first_, 3, first_, 4), TWOPASS_OK);  // in place
  EXPECT_FLOAT_EQ(first_[0], 0.1f);
}

TEST_F(SoftmaxArgumentsTest, PartialOverlap) {
  for (size_t shift : {size_t{1}, kColumns - 1}) {
    ExpectInvalid(1, kColumns, first_, kColumns, first_ + shift, kColumns);
    ExpectInvalid(1, kColumns, first_ + shift, kColumns, first_, kColumns);
    ExpectInvalid(kRows, kColumns, first_, kStride, first_ + shift, kStride);
    ExpectInvalid(kRows, kColumns, first_ + shift, kStride, first_, kStride);
  }
  // The first row of one is a later row of the other, or shares its first or last element with it.
  for (size_t shift : {kStride, 2 * kStride, kStride + kColumns - 1, kStride - kColumns + 1}) {
    ExpectInvalid(kRows, kColumns, first_, kStride, first_ + shift, kStride);
    ExpectInvalid(kRows, kColumns, first_ + shift, kStride, first_, kStride);
  }
  // Dense matrices that share one row.
  ExpectInvalid(kRows, kColumns, first_, kColumns, first_ + (kRows - 1) * kColumns, kColumns);
  ExpectInvalid(kRows, kColumns, first_ + (kRows - 1) * kColumns, kColumns, first_, kColumns);
}

TEST_F(SoftmaxArgumentsTest, InPlaceWithDifferentStrides) {
  ExpectInvalid(kRows, kColumns, first_, kStride, first_, kStride + 1);
  ExpectInvalid(kRows, kColumns, first_, kStride + 1, first_, kStride);
}

TEST_F(SoftmaxArgumentsTest, InterleavedWithDifferentStrides) {
  ExpectInvalid(kRows, kColumns, first_, kStride, first_ + kColumns, kStride + 1);
}

TEST_F(SoftmaxArgumentsTest, NeighboursAreNoOverlap) {
  EXPECT_EQ(Softmax(1, kColumns, first_, kColumns, first_ + kColumns, kColumns), TWOPASS_OK);
  EXPECT_EQ(Softmax(1, kColumns, second_, kColumns, second_ - kColumns, kColumns), TWOPASS_OK);
  // Interleaved rows that fill their stride to the last element.
  EXPECT_EQ(Softmax(kRows, kStride / 2, first_, kStride, first_ + kStride / 2, kStride), TWOPASS_OK);
}

// In place, so that nothing but the size can be wrong.
TEST_F(SoftmaxArgumentsTest, SizesThatOverflow) {
  const size_t half = SIZE_MAX / 2 + 1;
  struct {
    size_t rows, columns, stride;
  } const shapes[] = {
      {1, SIZE_MAX, SIZE_MAX},
      {1, SIZE_MAX / sizeof(float) + 1, 0},     // 2^64 bytes
      {1, SIZE_MAX / sizeof(float), 0},         // past the end of the address space
      {1, PTRDIFF_MAX / sizeof(float) + 1, 0},  // more than an object can have
      {half, 2, 2},                             // 2^64 elements
      {half, 1, 2},
      {half / sizeof(float), 2, 2},  // 2^64 bytes
      {half / sizeof(float), 1, 1},
      {SIZE_MAX, 1, 1},
      {2, 1, SIZE_MAX},
      {3, 1, half},
      {3, 2, half - 1},  // the last row's end is 2^64 elements
  };
  for (const auto& shape : shapes) {
    ExpectInvalid(shape.rows, shape.columns, first_, shape.stride, first_, shape.stride);
  }
  // Either matrix alone is enough.
  ExpectInvalid(2, 1, first_, SIZE_MAX, second_, 1);
  ExpectInvalid(2, 1, first_, 1, second_, SIZE_MAX);
}

TEST_F(SoftmaxArgumentsTest, UnknownAlgorithm) {
  for (uint32_t algorithm : {6u, 99u, UINT32_MAX}) {
    options_.algorithm = algorithm;
    EXPECT_EQ(Softmax(1, kColumns, first_, kColumns, second_, kColumns), TWOPASS_INVALID_ARGUMENT);
    ExpectUntouched();
  }
}

TEST_F(SoftmaxArgumentsTest, UnknownFlag) {
  for (uint32_t flags : {4u, 5u, 0x80000000u}) {
    options_.flags = flags;
    EXPECT_EQ(Softmax(1, kColumns, first_, kColumns, second_, kColumns), TWOPASS_INVALID_ARGUMENT);
    ExpectUntouched();
  }
}

// What a later version may ask for there.
TEST_F(SoftmaxArgumentsTest, ReservedFields) {
  for (size_t& field : options_.reserved) {
    field = 1;
    EXPECT_EQ(Softmax(1, kColumns, first_, kColumns, second_, kColumns), TWOPASS_INVALID_ARGUMENT);
    ExpectUntouched();
    field = 0;
  }
  EXPECT_EQ(Softmax(1, kColumns, first_, kColumns, second_, kColumns), TWOPASS_OK);
}

TEST_F(SoftmaxArgumentsTest, RunnerWithoutAFunction) {
  const twopass_runner runner = {nullptr, nullptr, 2};
  options_.runner = &runner;
  EXPECT_EQ(Softmax(1, kColumns, first_, kColumns, second_, kColumns), TWOPASS_INVALID_ARGUMENT);
  ExpectUntouched();
}

// Options come first, also where there is nothing else to do.
TEST_F(SoftmaxArgumentsTest, UnknownOptionsWithoutElements) {
  options_.flags = 4;
  EXPECT_EQ(Softmax(0, kColumns, nullptr, kColumns, nullptr, kColumns), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(Softmax(kRows, 0, nullptr, 0, nullptr, 0), TWOPASS_INVALID_ARGUMENT);
}

TEST_F(SoftmaxArgumentsTest, PointersThatAreNotAligned) {
  for (uintptr_t bytes : {1, 2, 3}) {
    float* const shifted = reinterpret_cast<float*>(reinterpret_cast<uintptr_t>(first_) + bytes);
    ExpectInvalid(1, kColumns, shifted, kColumns, second_, kColumns);
    ExpectInvalid(1, kColumns, second_, kColumns, shifted, kColumns);
    ExpectInvalid(1, kColumns, shifted, kColumns, shifted, kColumns);
  }
}

}  // namespace
}  // namespace twopass_test
