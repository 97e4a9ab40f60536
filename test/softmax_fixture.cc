// What the tests of the operator share.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/softmax_fixture.h"

#include <algorithm>
#include <cfenv>
#include <cmath>

#include "src/plan.h"
#include "test/exception_flags.h"
#include "test/inputs.h"
#include "test/inventory.h"

namespace twopass_test {

namespace {

// two_pass scales what its sums lost by ever lower powers of two while the exponents rise; nothing depends on it then.
bool MayNotUnderflow(const std::vector<float>& x, uint32_t algorithm) {
  return algorithm != TWOPASS_ALGORITHM_TWO_PASS && std::all_of(x.begin(), x.end(), [](float value) {
           return std::isinf(value) || std::isnormal(value) || value == 0;
         });
}

}  // namespace

Matrix::Matrix(size_t rows, size_t columns, size_t stride)
    : rows(rows), columns(columns), stride(stride), buffer((rows - 1) * stride + columns) {
  buffer.Fill(kUntouched);
  data = buffer.end() - ((rows - 1) * stride + columns);
}

void Matrix::SetRow(size_t row, const std::vector<float>& x) { std::copy(x.begin(), x.end(), Row(row)); }

bool Matrix::IsUntouchedAroundRows() {
  const float* row_begin = buffer.begin();
  const auto is_untouched = [](float value) { return value == kUntouched; };
  for (size_t row = 0; row < rows; row++) {
    if (!std::all_of(row_begin, static_cast<const float*>(Row(row)), is_untouched)) return false;
    row_begin = Row(row) + columns;
  }
  return true;
}

void SoftmaxTest::SetUp() {
  const std::string isa = std::get<0>(GetParam());
  if (!twopass_isa_is_available(isa.c_str())) GTEST_SKIP() << "this machine has no " << isa;
  ASSERT_EQ(twopass_pin_isa(isa.c_str()), TWOPASS_OK);
}

void SoftmaxTest::TearDown() { ASSERT_EQ(twopass_pin_isa(nullptr), TWOPASS_OK); }

twopass_options SoftmaxTest::Options(uint32_t flags) const { return OptionsOf(std::get<1>(GetParam()), flags); }

SoftmaxReference SoftmaxTest::Reference(const std::vector<float>& x, bool is_in_place, uint32_t flags) const {
  const twopass_options options = Options(flags);
  return ReferenceSoftmax(x, twopass_choose_algorithm_f32(1, x.size(), is_in_place, &options), flags);
}

// The first long row of a test is looked at, and then one in eleven, others for each algorithm. Eleven has no factor in
// common with the lengths of the lists that tests make their rows of, so every entry has its turn.
bool SoftmaxTest::LeavesOut(size_t columns) {
  if (!IsSparse() || columns <= twopass::kBlock) return false;
  const size_t row = long_rows_++;
  return row != 0 && (row + std::get<1>(GetParam())) % 11 != 0;
}

std::string SoftmaxTest::DifferenceInRow(const std::vector<float>& x, uint32_t flags) {
  if (LeavesOut(x.size())) return "";
  const twopass_options options = Options(flags);
  const SoftmaxReference reference = Reference(x, false, flags);
  for (bool is_in_place : {false, true}) {
    std::vector<float> y = is_in_place ? x : std::vector<float>(x.size(), kUntouched);
    const float* const input = is_in_place ? y.data() : x.data();
    std::feclearexcept(kUnderflow);
    EXPECT_EQ(twopass_softmax_f32(1, x.size(), input, x.size(), y.data(), y.size(), &options), TWOPASS_OK);
    const bool has_underflown = MayNotUnderflow(x, options.algorithm) && std::fetestexcept(kUnderflow) != 0;
    const std::string difference = Difference(reference, x, y.data());
    if (!difference.empty()) return (is_in_place ? "in place: " : "") + difference;
    if (has_underflown) return is_in_place ? "in place: underflow" : "underflow";
  }
  return "";
}

}  // namespace twopass_test
