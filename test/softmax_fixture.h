// What the tests of the operator share: an ISA and an algorithm as parameters, rows and matrices checked against the
// contract of twopass.h.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_SOFTMAX_FIXTURE_H_
#define TWOPASS_TEST_SOFTMAX_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <tuple>
#include <vector>

#include "test/guarded_buffer.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {

// What an element holds that nobody may touch.
constexpr float kUntouched = -1.25f;

// A matrix whose last row ends at a guard page and whose rows lie `stride` apart; between them, elements that nobody
// may touch.
struct Matrix {
  Matrix(size_t rows, size_t columns, size_t stride);
  float* Row(size_t row) { return data + row * stride; }
  void SetRow(size_t row, const std::vector<float>& x);
  // Whether everything but the rows is as it was.
  bool IsUntouchedAroundRows();

  size_t rows, columns, stride;
  GuardedBuffer buffer;
  float* data;
};

template <class T>
bool AreSameBits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

// Pins the ISA of the parameters.
class SoftmaxTest : public testing::TestWithParam<std::tuple<std::string, uint32_t>> {
 protected:
  void SetUp() override;
  void TearDown() override;

  twopass_options Options(uint32_t flags = 0) const;

  // What the contract wants of a row, by the algorithm that runs.
  SoftmaxReference Reference(const std::vector<float>& x, bool is_in_place = false, uint32_t flags = 0) const;

  // What is wrong with the softmax of one row, both in another place and in its own, in words; empty where nothing is.
  // Wrong is arithmetic that underflows, too, where the row is without NaN and denormal numbers and the machine has
  // flags that tell. Where IsSparse(), only some of the rows of more than a block are looked at.
  std::string DifferenceInRow(const std::vector<float>& x, uint32_t flags = 0);

 private:
  bool LeavesOut(size_t columns);

  size_t long_rows_ = 0;  // of this test so far
};

// The parameters: every ISA of the build with every one of the algorithms.
#define TWOPASS_INSTANTIATE_SOFTMAX_TEST(fixture, algorithms)                                                         \
  INSTANTIATE_TEST_SUITE_P(All, fixture, testing::Combine(testing::ValuesIn(Isas()), testing::ValuesIn(algorithms)),  \
                           [](const testing::TestParamInfo<fixture::ParamType>& info) {                               \
                             return std::get<0>(info.param) + "__" + twopass_algorithm_name(std::get<1>(info.param)); \
                           })

}  // namespace twopass_test

#endif  // TWOPASS_TEST_SOFTMAX_FIXTURE_H_
