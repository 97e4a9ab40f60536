// Every kernel of columns against the contract of its family: memory, special values, accuracy.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "src/kernels.h"
#include "test/elements.h"
#include "test/exception_flags.h"
#include "test/guarded_buffer.h"
#include "test/inputs.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
// What lies around the elements of an output; no kernel leaves it as it is.
constexpr float kAround = -1.25f;
// The relative errors that the contracts allow.
constexpr double kBoundOfRest = 7.5 * kEpsilon;
constexpr double kBoundOfSoftmax = 6.5 * kEpsilon;

template <class Function>
struct ColumnsKernel {
  std::string x, family, isa, name;  // x: what its elements are, and those of y where there is one
  size_t (*elements)();              // of a tile; to be called where the machine has the ISA
  Function* function;
};
using Reduce = ColumnsKernel<twopass_reduce_columns_fn>;
using Map = ColumnsKernel<twopass_map_columns_fn>;

template <class Function, class Other>
void AddIf(const char*, const char*, const char*, const char*, size_t (*)(), Other*,
           std::vector<ColumnsKernel<Function>>*) {}
template <class Function>
void AddIf(const char* x, const char* family, const char* isa, const char* name, size_t (*elements)(),
           Function* function, std::vector<ColumnsKernel<Function>>* kernels) {
  kernels->push_back({x, family, isa, name, elements, function});
}

// Those of the build that have the signature.
template <class Function>
std::vector<ColumnsKernel<Function>> Kernels() {
  std::vector<ColumnsKernel<Function>> kernels;
#define TWOPASS_KERNEL(shape, x, y, family, isa, symbol, label, elements) \
  AddIf(                                                                  \
      #x, #family, #isa, label, []() -> size_t { return elements; }, symbol, &kernels);
#include "src/gen/kernels.inc"
#if TWOPASS_BUILD_CANDIDATES
#include "gen/candidates.inc"
#endif
#undef TWOPASS_KERNEL
  return kernels;
}

template <class Function, class Holds>
std::vector<ColumnsKernel<Function>> KernelsWhere(const Holds& holds) {
  std::vector<ColumnsKernel<Function>> kernels;
  for (const ColumnsKernel<Function>& kernel : Kernels<Function>()) {
    if (holds(kernel)) kernels.push_back(kernel);
  }
  return kernels;
}

template <class Function>
std::vector<ColumnsKernel<Function>> KernelsOfFloats(const std::string& family) {
  return KernelsWhere<Function>([&](const auto& kernel) { return kernel.x == "f32" && kernel.family == family; });
}

template <class Function>
std::vector<ColumnsKernel<Function>> KernelsOf16Bits() {
  return KernelsWhere<Function>([](const auto& kernel) { return kernel.x != "f32"; });
}

template <class Kernel>
std::string NameOf(const testing::TestParamInfo<Kernel>& info) {
  std::string name = info.param.name;
  return name.replace(name.find('/'), 1, "__");
}

template <class Function>
void PrintTo(const ColumnsKernel<Function>& kernel, std::ostream* stream) {
  *stream << kernel.name;
}

// A matrix whose last column ends where memory does, with a gap behind each of the others.
class Matrix {
 public:
  Matrix(size_t columns, size_t count, size_t gap)
      : columns_(columns), count_(count), stride_(count + gap), buffer_((columns - 1) * stride_ + count) {
    buffer_.Fill(kAround);
  }

  size_t columns() const { return columns_; }
  size_t count() const { return count_; }
  size_t stride() const { return stride_; }
  float* data() { return buffer_.end() - ((columns_ - 1) * stride_ + count_); }
  float& at(size_t column, size_t position) { return data()[column * stride_ + position]; }

  void Set(const std::vector<std::vector<float>>& rows) {
    for (size_t i = 0; i < count_; i++) {
      for (size_t c = 0; c < columns_; c++) at(c, i) = rows[i][c];
    }
  }

  bool IsUntouchedBetweenColumns() {
    const auto is_around = [](float element) { return element == kAround; };
    if (!std::all_of(buffer_.begin(), data(), is_around)) return false;
    for (size_t c = 0; c + 1 < columns_; c++) {
      if (!std::all_of(&at(c, 0) + count_, &at(c + 1, 0), is_around)) return false;
    }
    return true;
  }

 private:
  size_t columns_, count_, stride_;
  GuardedBuffer buffer_;
};

// A row as the contracts have it.
struct Expected {
  explicit Expected(const std::vector<float>& x) {
    for (float element : x) {
      if (std::isnan(element) || element == kInfinity) has_no_sum = true;
      if (element > max) max = element;
    }
    if (has_no_sum) {
      rest = kNaN;
    } else if (max == -kInfinity) {
      rest = -1;
    } else {
      bool is_max_seen = false;
      for (float element : x) {
        if (element == max && !is_max_seen) {
          is_max_seen = true;
        } else {
          const double term = std::exp(static_cast<double>(element) - max);
          rest += term;
          if (term < 0x1p-63) may_count_as_0 += term;
        }
      }
    }
  }

  float max = -kInfinity;
  double rest = 0;
  double may_count_as_0 = 0;  // of the rest
  bool has_no_sum = false;
};

testing::AssertionResult CheckReduction(const std::vector<float>& x, float max, float rest) {
  const Expected expected(x);
  if (expected.has_no_sum) {
    if (std::isnan(rest)) return testing::AssertionSuccess();
  } else if (max == expected.max) {
    const double error = std::fabs(rest - expected.rest);
    if (error <= kBoundOfRest * std::fabs(expected.rest) + expected.may_count_as_0) return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "max " << max << ", rest " << rest << "; expected " << expected.max << ", "
                                     << expected.rest << ", error " << (rest - expected.rest) / expected.rest / kEpsilon
                                     << " units";
}

// ---- Rows: a few ordinary ones, and between them those of interest

std::vector<std::vector<float>> OrdinaryRows(size_t count, size_t columns, float deviation = 10) {
  const std::vector<float> logits = NormalLogits(count * columns, deviation);
  std::vector<std::vector<float>> rows;
  for (size_t i = 0; i < count; i++) rows.emplace_back(&logits[i * columns], &logits[i * columns] + columns);
  return rows;
}

std::vector<float> WithValue(std::vector<float> row, size_t column, float value) {
  row[column] = value;
  return row;
}

// Everything but the values that are put at every column.
std::vector<std::vector<float>> RowsOf(size_t columns) {
  std::vector<float> ascending(columns), descending(columns), staircase(columns), masked(columns, -1e9f);
  for (size_t c = 0; c < columns; c++) {
    ascending[c] = 0.01f * static_cast<float>(c);
    descending[c] = -static_cast<float>(c);
    staircase[c] = 37.3f * static_cast<float>(c) + (c % 3 == 0 ? 0.7f : 0);
  }
  masked[columns / 2] = 3;
  std::vector<std::vector<float>> rows = {
      ascending,
      descending,
      staircase,
      masked,
      std::vector<float>(columns, 0),  // ties
      std::vector<float>(columns, -7.3f),
      std::vector<float>(columns, 1e30f),
      std::vector<float>(columns, -FLT_MAX),
      std::vector<float>(columns, FLT_MAX),
      std::vector<float>(columns, -kInfinity),
      std::vector<float>(columns, -1e9f),
      NormalLogits(columns, 1, 1e7f),
      NormalLogits(columns, 1, -1e7f),
      NormalLogits(columns, 10, 65530),
      NormalLogits(columns, 10, -65530),
      NormalLogits(columns, 1e5f),
      NormalLogits(columns, 0.001f, 12345),
  };
  // Dominated: the rest is 1e-10, or all but nothing.
  for (float distance : {23.0f, 40.0f, 44.0f, 80.0f, 1000.0f, 1e6f}) {
    rows.push_back(WithValue(std::vector<float>(columns, 5), columns - 1, 5 + distance));
    rows.push_back(WithValue(std::vector<float>(columns, 5), 0, 5 + distance));
  }
  return rows;
}

constexpr float kSpecialValues[] = {kNaN, kInfinity, -kInfinity, -FLT_MAX, FLT_MAX, 1e30f, 1e7f, -1e9f, 70000, FLT_MIN};
const size_t kColumns[] = {1, 2, 3, 5, 21, 300};

// ---- Tests

template <class Kernel>
class ColumnsTest : public testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    if (!twopass_isa_is_available(kernel().isa.c_str())) GTEST_SKIP() << "this machine has no " << kernel().isa;
  }
  const Kernel& kernel() const { return this->GetParam(); }

  template <class... Arguments>
  void Call(Arguments... arguments) {
    std::feclearexcept(FE_ALL_EXCEPT);
    kernel().function(arguments...);
    raised_ = std::fetestexcept(FE_ALL_EXCEPT);
  }
  // The exception flags of the last call.
  int raised() const { return raised_; }

  // Every lane, tiles, and a tail.
  std::vector<size_t> Counts() const {
    std::vector<size_t> counts = Numbers(1, std::min(3 * kernel().elements() + 1, kMaxStrip));
    if (counts.back() != kMaxStrip) counts.push_back(kMaxStrip);
    return counts;
  }

 private:
  int raised_ = 0;
};

// Ordinary rows, one of which has a special value, in every lane of two tiles and one more.
template <class Check>
void TestSpecialValueInEveryLane(size_t elements, const Check& check) {
  const size_t count = std::min(2 * elements + 1, kMaxStrip);
  for (float value : kSpecialValues) {
    for (size_t position : Numbers(0, count - 1)) {
      std::vector<std::vector<float>> rows = OrdinaryRows(count, 5);
      rows[position][position % 5] = value;
      ASSERT_TRUE(check(rows)) << value;
    }
  }
}

class ReduceColumnsTest : public ColumnsTest<Reduce> {
 protected:
  // Whether the results of all positions are right, and nothing else is written.
  testing::AssertionResult Check(const std::vector<std::vector<float>>& rows, size_t gap = 5) {
    const size_t count = rows.size(), columns = rows[0].size();
    Matrix x(columns, count, gap);
    x.Set(rows);
    GuardedBuffer max(count), rest(count);
    max.Fill(kAround);
    rest.Fill(kAround);
    Call(columns, count, x.data(), x.stride(), max.end() - count, rest.end() - count);
    for (size_t i = 0; i < count; i++) {
      const auto result = CheckReduction(rows[i], *(max.end() - count + i), *(rest.end() - count + i));
      if (!result)
        return testing::AssertionFailure() << "position " << i << " of " << count << ": " << result.message();
    }
    for (GuardedBuffer* buffer : {&max, &rest}) {
      const bool is_untouched =
          std::all_of(buffer->begin(), buffer->end() - count, [](float v) { return v == kAround; });
      if (!is_untouched) return testing::AssertionFailure() << "written before the results";
    }
    return testing::AssertionSuccess();
  }
};

TEST_P(ReduceColumnsTest, EveryCount) {
  for (size_t columns : kColumns) {
    for (size_t count : Counts()) {
      if (columns > 21 && count > 100) continue;
      ASSERT_TRUE(Check(OrdinaryRows(count, columns))) << columns << " columns";
    }
  }
}

TEST_P(ReduceColumnsTest, RowsOfInterestBetweenOrdinaryOnes) {
  for (size_t columns : kColumns) {
    const std::vector<std::vector<float>> special = RowsOf(columns);
    std::vector<std::vector<float>> rows = OrdinaryRows(3 * special.size() + 2, columns);
    for (size_t i = 0; i < special.size(); i++) rows[3 * i + 1] = special[i];
    ASSERT_TRUE(Check(rows)) << columns << " columns";
  }
}

// Every value at every column, each in lanes of its own between ordinary ones: the value is not the only one of its
// row.
TEST_P(ReduceColumnsTest, SpecialValueAtEveryColumn) {
  for (size_t columns : {1, 2, 3, 5, 21}) {
    std::vector<std::vector<float>> rows = OrdinaryRows(1, columns);
    for (float value : kSpecialValues) {
      for (size_t column = 0; column < columns; column++) {
        rows.push_back(WithValue(OrdinaryRows(1, columns)[0], column, value));
        rows.push_back(WithValue(std::vector<float>(columns, -kInfinity), column, value));
        rows.push_back(WithValue(std::vector<float>(columns, 1e30f), column, value));
      }
      rows.push_back(OrdinaryRows(1, columns)[0]);
    }
    for (size_t first = 0; first < rows.size(); first += 997) {
      const auto begin = rows.begin() + static_cast<ptrdiff_t>(first);
      const auto end = rows.begin() + static_cast<ptrdiff_t>(std::min(first + 997, rows.size()));
      ASSERT_TRUE(Check({begin, end})) << columns << " columns";
    }
  }
}

TEST_P(ReduceColumnsTest, SpecialValueInEveryLane) {
  TestSpecialValueInEveryLane(kernel().elements(), [this](const auto& rows) { return Check(rows); });
}

// As an exponential is divided by one that is computed in the same way.
TEST_P(ReduceColumnsTest, ATieIsExactlyOne) {
  const std::vector<float> x = NormalLogits(kernel().elements() + 1, 100);
  Matrix pairs(2, x.size(), 0);
  for (size_t i = 0; i < x.size(); i++) pairs.at(0, i) = pairs.at(1, i) = x[i];
  std::vector<float> max(x.size()), rest(x.size());
  Call(size_t{2}, x.size(), pairs.data(), pairs.stride(), max.data(), rest.data());
  EXPECT_EQ(max, x);
  EXPECT_EQ(rest, std::vector<float>(x.size(), 1));
}

// The errors of many terms do not add up, be they equal, ascending or both.
TEST_P(ReduceColumnsTest, ManyColumns) {
  constexpr size_t kMany = size_t{1} << 16;
  std::vector<std::vector<float>> rows = {std::vector<float>(kMany, 0.7f), std::vector<float>(kMany, -9.3f)};
  for (float step : {1e-4f, 1e-3f, 0.01f, 0.7f, 0.9f}) {
    std::vector<float> ascending(kMany);
    for (size_t c = 0; c < kMany; c++) ascending[c] = step * static_cast<float>(c);
    rows.push_back(ascending);
    rows.emplace_back(ascending.rbegin(), ascending.rend());
  }
  std::vector<float> dominated(kMany, -11.1f);
  rows.push_back(WithValue(dominated, kMany / 2, 0));
  ASSERT_TRUE(Check(rows));
}

TEST_P(ReduceColumnsTest, NothingUnderflows) {
  TWOPASS_SKIP_WITHOUT_EXCEPTION_FLAGS();
  for (size_t columns : kColumns) {
    for (const std::vector<float>& row : RowsOf(columns)) {
      ASSERT_TRUE(Check(std::vector<std::vector<float>>(3, row)));
      ASSERT_EQ(raised() & kUnderflow, 0) << columns << " columns, from " << row[0] << " to " << row.back();
    }
  }
}

class MapColumnsTest : public ColumnsTest<Map> {
 protected:
  bool IsLogarithm() const { return kernel().family == "clogsoftmax"; }

  // What the caller makes of an exact reduction.
  void Parameters(const std::vector<float>& row, float empty, float* a, float* b) const {
    const Expected expected(row);
    *a = expected.max;
    *b = static_cast<float>(IsLogarithm() ? std::log1p(expected.rest) : 1 / (1 + expected.rest));
    if (expected.has_no_sum || expected.max == -kInfinity) {
      *a = 0;
      *b = expected.has_no_sum ? kNaN : empty;
    }
  }

  testing::AssertionResult CheckElement(float x, float a, float b, float y) const {
    if (IsLogarithm()) {
      const float exact = (x - a) - b;
      if (std::isnan(exact) ? std::isnan(y) : y == exact) return testing::AssertionSuccess();
      return testing::AssertionFailure() << "y " << y << " of " << x << " is not " << exact;
    }
    const double exact = std::isnan(b) ? kNaN : x == -kInfinity ? 0 : std::exp(static_cast<double>(x) - a) * b;
    if (IsWithin(y, exact, kBoundOfSoftmax)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "y " << y << " of " << x << " is not " << exact << ", error "
                                       << (y - exact) / exact / kEpsilon << " units";
  }

  // Whether the outputs of all positions are right, in another place and in place, and nothing else is written.
  testing::AssertionResult Check(const std::vector<std::vector<float>>& rows, float empty = 0, size_t x_gap = 5,
                                 size_t y_gap = 7) {
    const size_t count = rows.size(), columns = rows[0].size();
    Matrix x(columns, count, x_gap), y(columns, count, y_gap);
    GuardedBuffer a_buffer(count), b_buffer(count);
    float* const a = a_buffer.end() - count;
    float* const b = b_buffer.end() - count;
    x.Set(rows);
    for (size_t i = 0; i < count; i++) Parameters(rows[i], empty, &a[i], &b[i]);
    for (Matrix* output : {&y, &x}) {
      Call(columns, count, x.data(), x.stride(), output->data(), output->stride(), a, b);
      for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < columns; c++) {
          const auto result = CheckElement(rows[i][c], a[i], b[i], output->at(c, i));
          if (!result) {
            return testing::AssertionFailure() << "position " << i << " of " << count << ", column " << c << " of "
                                               << columns << ": " << result.message();
          }
        }
      }
      if (!output->IsUntouchedBetweenColumns()) return testing::AssertionFailure() << "written between columns";
    }
    return testing::AssertionSuccess();
  }
};

TEST_P(MapColumnsTest, EveryCount) {
  for (size_t columns : kColumns) {
    for (size_t count : Counts()) {
      if (columns > 21 && count > 100) continue;
      ASSERT_TRUE(Check(OrdinaryRows(count, columns), 0, count % 7, count % 17)) << columns << " columns";
    }
  }
}

TEST_P(MapColumnsTest, RowsOfInterestBetweenOrdinaryOnes) {
  for (size_t columns : kColumns) {
    const std::vector<std::vector<float>> special = RowsOf(columns);
    std::vector<std::vector<float>> rows = OrdinaryRows(3 * special.size() + 2, columns, 30);
    for (size_t i = 0; i < special.size(); i++) rows[3 * i + 1] = special[i];
    ASSERT_TRUE(Check(rows, 0)) << columns << " columns";
    ASSERT_TRUE(Check(rows, kNaN)) << columns << " columns";
  }
}

TEST_P(MapColumnsTest, SpecialValueInEveryLane) {
  TestSpecialValueInEveryLane(kernel().elements(), [this](const auto& rows) { return Check(rows); });
}

TEST_P(MapColumnsTest, NothingUnderflows) {
  TWOPASS_SKIP_WITHOUT_EXCEPTION_FLAGS();
  for (size_t columns : kColumns) {
    for (const std::vector<float>& row : RowsOf(columns)) {
      ASSERT_TRUE(Check(std::vector<std::vector<float>>(3, row)));
      ASSERT_EQ(raised() & kUnderflow, 0) << columns << " columns, from " << row[0] << " to " << row.back();
    }
  }
}

// ---- Elements of 16 bits: to the bit what the kernel of floats computes of the same numbers

// A kernel of 16 bits and that of floats.
template <class Function>
class HalvesTest : public ColumnsTest<ColumnsKernel<Function>> {
 protected:
  void SetUp() override {
    ColumnsTest<ColumnsKernel<Function>>::SetUp();
    const std::string& name = this->kernel().name;
    const std::string name_of_floats = "f32_" + name.substr(name.find(this->kernel().family));
    const auto of_floats = KernelsWhere<Function>([&](const auto& kernel) { return kernel.name == name_of_floats; });
    ASSERT_EQ(of_floats.size(), 1u) << name_of_floats;
    of_floats_ = of_floats[0].function;
    format_ = this->kernel().x == kFormats[0].name ? kFormats[0] : kFormats[1];
    ASSERT_EQ(this->kernel().x, format_.name);
  }

  Function* of_floats() const { return of_floats_; }
  const Format& format() const { return format_; }

  // Calls test(halves, floats, columns, count, stride) for matrices of the same numbers, of every kind of row.
  template <class Test>
  void ForEachMatrix(const Test& test) {
    for (size_t columns : {1, 3, 21}) {
      const std::vector<std::vector<float>> kinds = RowsOf(columns);
      for (size_t count : this->Counts()) {
        const size_t stride = count + count % 5, size = (columns - 1) * stride + count;
        const std::vector<std::vector<float>> ordinary = OrdinaryRows(count, columns);
        GuardedBufferOf<uint16_t> halves(size);
        GuardedBuffer floats(size);
        for (size_t i = 0; i < count; i++) {
          const std::vector<float>& row = i % 3 == 1 ? kinds[(i + count) % kinds.size()] : ordinary[i];
          for (size_t c = 0; c < columns; c++) {
            const uint16_t half = Narrowed(format(), row[c]);
            (halves.end() - size)[c * stride + i] = half;
            (floats.end() - size)[c * stride + i] = Widened(format(), half);
          }
        }
        test(halves.end() - size, floats.end() - size, columns, count, stride);
        if (this->HasFatalFailure()) return;
      }
    }
  }

 private:
  Function* of_floats_ = nullptr;
  Format format_ = {};
};

bool AreSame(float a, float b) { return std::isnan(a) ? std::isnan(b) : std::memcmp(&a, &b, sizeof(a)) == 0; }

class ReduceHalvesTest : public HalvesTest<twopass_reduce_columns_fn> {};

TEST_P(ReduceHalvesTest, IsAsOfFloats) {
  ForEachMatrix([&](const uint16_t* halves, const float* floats, size_t columns, size_t count, size_t stride) {
    std::vector<float> max(count), rest(count), max_of_floats(count), rest_of_floats(count);
    Call(columns, count, halves, stride, max.data(), rest.data());
    of_floats()(columns, count, floats, stride, max_of_floats.data(), rest_of_floats.data());
    for (size_t i = 0; i < count; i++) {
      ASSERT_TRUE(AreSame(rest[i], rest_of_floats[i])) << i << " of " << count;
      ASSERT_TRUE(std::isnan(rest[i]) || AreSame(max[i], max_of_floats[i])) << i << " of " << count;
    }
  });
}

class MapHalvesTest : public HalvesTest<twopass_map_columns_fn> {};

TEST_P(MapHalvesTest, IsAsOfFloats) {
  ForEachMatrix([&](uint16_t* halves, float* floats, size_t columns, size_t count, size_t stride) {
    std::vector<float> a(count), b(count);
    for (size_t i = 0; i < count; i++) {
      for (size_t c = 0; c < columns; c++) a[i] = c == 0 ? floats[i] : std::max(a[i], floats[c * stride + i]);
      if (std::isinf(a[i])) a[i] = 0;
      b[i] = i % 7 == 3 ? kNaN : 1 / (1 + static_cast<float>(i));
    }
    const size_t size = (columns - 1) * stride + count;
    GuardedBufferOf<uint16_t> output(size);
    output.Fill(0x5A5A);
    uint16_t* const y = output.end() - size;
    Call(columns, count, halves, stride, y, stride, a.data(), b.data());
    Call(columns, count, halves, stride, halves, stride, a.data(), b.data());
    of_floats()(columns, count, floats, stride, floats, stride, a.data(), b.data());
    for (size_t c = 0; c < columns; c++) {
      for (size_t i = 0; i < stride && c * stride + i < size; i++) {
        const size_t at = c * stride + i;
        if (i < count) {
          const float expected = Widened(format(), Narrowed(format(), floats[at]));
          ASSERT_TRUE(AreSame(Widened(format(), y[at]), expected)) << i << " of " << count;
          ASSERT_TRUE(AreSame(Widened(format(), halves[at]), expected)) << i << " of " << count << ", in place";
        } else {
          ASSERT_EQ(y[at], 0x5A5A) << "behind a column of " << count;
        }
      }
    }
    ASSERT_TRUE(std::all_of(output.begin(), y, [](uint16_t half) { return half == 0x5A5A; }));
  });
}

INSTANTIATE_TEST_SUITE_P(Kernels, ReduceHalvesTest, testing::ValuesIn(KernelsOf16Bits<twopass_reduce_columns_fn>()),
                         NameOf<Reduce>);
INSTANTIATE_TEST_SUITE_P(Kernels, MapHalvesTest, testing::ValuesIn(KernelsOf16Bits<twopass_map_columns_fn>()),
                         NameOf<Map>);
INSTANTIATE_TEST_SUITE_P(Softmax, MapColumnsTest,
                         testing::ValuesIn(KernelsOfFloats<twopass_map_columns_fn>("csoftmax")), NameOf<Map>);
INSTANTIATE_TEST_SUITE_P(LogSoftmax, MapColumnsTest,
                         testing::ValuesIn(KernelsOfFloats<twopass_map_columns_fn>("clogsoftmax")), NameOf<Map>);
INSTANTIATE_TEST_SUITE_P(Kernels, ReduceColumnsTest,
                         testing::ValuesIn(KernelsOfFloats<twopass_reduce_columns_fn>("cmaxaddexp")), NameOf<Reduce>);

}  // namespace
}  // namespace twopass_test
