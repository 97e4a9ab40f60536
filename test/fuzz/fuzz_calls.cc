// A fuzzer of every public call that computes. An input chooses the call, its shape, its values and its caller; what
// comes of it is held to what twopass.h promises: statuses, special values, the error, the bits that may depend on
// nothing, and memory that is not to be touched. Sanitizers see to the rest.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "test/fuzz/caller.h"
#include "test/fuzz/choices.h"
#include "test/fuzz/rows.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using Row = std::vector<float>;

constexpr float kUntouched = -1.25f;

void Check(bool is_right, const std::string& message) {
  if (!is_right) Fail(message);
}

// What a NaN carries beside being one is nobody's business.
bool AreSameBits(float a, float b) { return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof(a)) == 0; }
bool AreSameBits(double a, double b) { return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof(a)) == 0; }

bool AreSameBits(const twopass_extexp& a, const twopass_extexp& b) {
  return AreSameBits(a.mantissa, b.mantissa) && (std::isnan(a.mantissa) || AreSameBits(a.exponent, b.exponent));
}

bool AreSameBits(const Row& a, const Row& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) { return AreSameBits(x, y); });
}

std::string Text(const twopass_extexp& pair) {
  char text[80];
  std::snprintf(text, sizeof(text), "%a * 2^%.17g", pair.mantissa, pair.exponent);
  return text;
}

// ---- Matrices

enum Layout { kApart, kInPlace, kInterleaved, kLayouts };

// Two matrices in memory that ends with them, and begins somewhat before.
class Matrices {
 public:
  Matrices(size_t rows, size_t columns, Choices* choices) : rows(rows), columns(columns) {
    const auto layout = static_cast<Layout>(choices->Below(kLayouts));
    const size_t gap = choices->Below(4) == 0 ? choices->Below(40) : 0, head = choices->Below(17);
    input_stride = output_stride = (layout == kInterleaved ? 2 * columns : columns) + gap;
    if (layout == kApart) output_stride = columns + choices->Below(9);
    const size_t extent = (rows - 1) * input_stride + columns;
    first_.assign(head + extent + (layout == kInterleaved ? columns : 0), kUntouched);
    second_.assign(layout == kApart ? head / 2 + (rows - 1) * output_stride + columns : 0, kUntouched);
    input = first_.data() + head;
    output = layout == kApart ? second_.data() + head / 2 : layout == kInPlace ? input : input + columns;
    if (layout == kInterleaved && choices->Is()) std::swap(input, output);
  }
  Matrices(const Matrices&) = delete;
  Matrices& operator=(const Matrices&) = delete;

  bool IsInPlace() const { return input == output; }
  Row Input(size_t row) const { return {input + row * input_stride, input + row * input_stride + columns}; }
  Row Output(size_t row) const { return {output + row * output_stride, output + row * output_stride + columns}; }

  // Remembers everything as it is; later, fails where anything but the output has changed.
  void Remember() { remembered_first_ = first_, remembered_second_ = second_; }
  void CheckRest(bool is_written) {
    if (is_written) {
      Row& remembered = IsIn(output, first_) ? remembered_first_ : remembered_second_;
      const size_t begin = output - (IsIn(output, first_) ? first_ : second_).data();
      for (size_t row = 0; row < rows; row++) {
        std::copy_n(output + row * output_stride, columns, remembered.begin() + begin + row * output_stride);
      }
    }
    Check(AreSameBits(first_, remembered_first_) && AreSameBits(second_, remembered_second_),
          "memory beside the output has changed");
  }

  const size_t rows, columns;
  size_t input_stride, output_stride;
  float *input, *output;

 private:
  static bool IsIn(const float* p, const Row& memory) {
    return p >= memory.data() && p < memory.data() + memory.size();
  }

  Row first_, second_, remembered_first_, remembered_second_;
};

struct Shape {
  size_t rows, columns;
};

Shape ChooseShape(Choices* choices) {
  // Long rows are rare, as they take long.
  const size_t kind = choices->Below(256), rows = 1 + choices->Below(4);
  const size_t size = choices->Take<uint16_t>();
  if (kind < 180) return {rows, 1 + size % 100};
  if (kind < 242) return {rows, 1 + size % 700};
  if (kind < 250) return {rows, 1500 + size % 200};
  if (kind < 252) return {1 + size % 1000, 1 + size / 1000};  // many short rows, which threads share
  if (kind < 255) return {1, 5000 + size};                    // some blocks
  return {1 + rows % 2, 100000 + size};                       // rows that threads share
}

// ---- Softmax

twopass_options ChooseOptions(Choices* choices) {
  static const std::vector<uint32_t> algorithms = Algorithms();
  const uint32_t algorithm = algorithms[choices->Below(algorithms.size())];
  return OptionsOf(algorithm, choices->Is() ? TWOPASS_FLAG_MASKED_ROW_ZERO : 0);
}

twopass_status Softmax(const Matrices& matrices, const twopass_options* options) {
  return twopass_softmax_f32(matrices.rows, matrices.columns, matrices.input, matrices.input_stride, matrices.output,
                             matrices.output_stride, options);
}

void CheckRow(const Row& x, const Row& y, uint32_t algorithm, uint32_t flags) {
  const SoftmaxReference reference = ReferenceSoftmax(x, algorithm, flags, PromisedError(algorithm));
  const std::string difference = Difference(reference, x, y.data());
  Check(difference.empty(), difference);
}

void FuzzSoftmax(const Caller& caller, Choices* choices) {
  twopass_options options = ChooseOptions(choices);
  const Shape shape = ChooseShape(choices);
  Matrices matrices(shape.rows, shape.columns, choices);
  // Rows of one kind; many of them only differ in where they begin.
  Row values = ChooseRow(shape.columns, choices);
  std::vector<Row> x;
  for (size_t row = 0; row < shape.rows; row++) {
    if (row != 0 && row < 4) values = ChooseRow(shape.columns, choices);
    if (row >= 4) std::rotate(values.begin(), values.begin() + values.size() / 2, values.end());
    std::copy(values.begin(), values.end(), matrices.input + row * matrices.input_stride);
    x.push_back(values);
  }

  matrices.Remember();
  const twopass_status status =
      caller.Call(options, [&](const twopass_options* given) { return Softmax(matrices, given); });
  Check(status == TWOPASS_OK, "softmax fails");
  matrices.CheckRest(true);

  const bool is_long = shape.columns > 8192;
  const uint32_t algorithm = twopass_choose_algorithm_f32(shape.rows, shape.columns, matrices.IsInPlace(), &options);
  for (size_t row = 0; row < shape.rows; row++) CheckRow(x[row], matrices.Output(row), algorithm, options.flags);

  // The bits of a row are those of the row alone, in the default environment and without threads; long rows by the same
  // algorithm.
  const size_t row = choices->Below(std::min<size_t>(shape.rows, 256));
  if (is_long) options.algorithm = algorithm;
  Row alone = matrices.IsInPlace() ? x[row] : Row(shape.columns);
  const float* const input = matrices.IsInPlace() ? alone.data() : x[row].data();
  Check(
      twopass_softmax_f32(1, shape.columns, input, shape.columns, alone.data(), shape.columns, &options) == TWOPASS_OK,
      "softmax of one row fails");
  Check(AreSameBits(alone, matrices.Output(row)), "the bits of a row depend on what is around it");
}

// ---- What becomes of logits

// Steps whose results are known exactly: a power of two for the scale, a bias, which is rounded once, masks and
// lengths. Each may be absent.
void FuzzLogits(const Caller& caller, Choices* choices) {
  twopass_options options = ChooseOptions(choices);
  const Shape shape = ChooseShape(choices);
  const size_t rows = shape.rows, columns = shape.columns;
  Matrices matrices(rows, columns, choices);
  twopass_logits logits = {};
  options.logits = &logits;

  constexpr float kScales[] = {1.0f, 0.5f, 0.125f, 0x1p-20f, -1.0f, -0.25f};
  const float scale = choices->OneOf(kScales);
  if (scale != 1) logits.scale = &scale;
  Row bias(columns);
  if (choices->Is()) logits.bias = (bias = ChooseRow(columns, choices)).data();
  std::vector<unsigned char> keep(columns, 1);
  if (choices->Is()) {
    const uint32_t pattern = choices->Take<uint32_t>();
    for (size_t c = 0; c < columns; c++) keep[c] = static_cast<unsigned char>(pattern >> c % 32 & 1);
    logits.keep = keep.data();
  }
  std::vector<int64_t> lengths(rows, static_cast<int64_t>(columns));
  if (choices->Is()) {
    const size_t length = choices->Take<uint16_t>();
    for (size_t row = 0; row < rows; row++) lengths[row] = static_cast<int64_t>((length + row) % (columns + 1));
    logits.lengths = lengths.data();
  }

  const Row values = ChooseRow(columns, choices);
  for (size_t row = 0; row < rows; row++) {
    std::copy(values.begin(), values.end(), matrices.input + row * matrices.input_stride);
  }
  Row z(columns);
  for (size_t c = 0; c < columns; c++) {
    z[c] = logits.bias == nullptr ? values[c] * scale : std::fma(values[c], scale, bias[c]);
    if (keep[c] == 0) z[c] = -INFINITY;
  }

  matrices.Remember();
  const twopass_status status =
      caller.Call(options, [&](const twopass_options* given) { return Softmax(matrices, given); });
  Check(status == TWOPASS_OK, "softmax of what becomes of logits fails");
  matrices.CheckRest(true);
  const uint32_t algorithm = twopass_choose_algorithm_f32(rows, columns, matrices.IsInPlace(), &options);
  for (size_t row = 0; row < rows; row++) {
    const Row y = matrices.Output(row);
    const size_t length = static_cast<size_t>(lengths[row]);
    if (length != 0) CheckRow(Row(z.begin(), z.begin() + length), y, algorithm, options.flags);
    const bool is_nan = length == 0 && (options.flags & TWOPASS_FLAG_MASKED_ROW_ZERO) == 0;
    for (size_t c = length; c < columns; c++) {
      Check(is_nan ? std::isnan(y[c]) : y[c] == 0, "an output beyond the length of its row is " + std::to_string(y[c]));
    }
  }
}

// ---- Shards

// log2 of the sum of exp(x), as the nearest integer and the rest, for a largest x that is finite.
struct ExactTotal {
  double integer, rest;
};

ExactTotal LogOfSum(const Row& x, float max) {
  double sum = 0;
  for (float value : x) sum += std::exp(static_cast<double>(value) - max);
  const double integer = std::rint(max / kLn2);
  // max - integer * ln 2, with ln 2 = upper + lower and products that are exact.
  constexpr double kLn2Upper = 0x1.62e42feep-1, kLn2Lower = 0x1.a39ef35793c76p-33;
  return {integer, ((max - integer * kLn2Upper) - integer * kLn2Lower) / kLn2 + std::log2(sum)};
}

void CheckTotal(const Row& x, const twopass_extexp& total) {
  const bool has_nan = std::any_of(x.begin(), x.end(), [](float v) { return std::isnan(v) || v == INFINITY; });
  Check(has_nan == std::isnan(total.mantissa), "a total is NaN where it should not be, or the other way round");
  if (has_nan) return;
  const float max = *std::max_element(x.begin(), x.end());
  if (max == -INFINITY) return Check(total.mantissa == 0, "the total of nothing is not 0");
  Check(std::isfinite(total.exponent) && std::rint(total.exponent) == total.exponent, "an exponent is no integer");
  const bool has_every_integer = std::fabs(total.exponent) < 0x1p53;
  Check(has_every_integer ? total.mantissa >= 1 && total.mantissa < 2 : total.mantissa > 0,
        "a mantissa is not in [1, 2)");
  if (std::fabs(max) >= 0x1p20f) {
    // Here the exponent is all that can be checked in double; a sum adds less than 32 to that of its largest term.
    const double exponent = max / kLn2;
    return Check(std::fabs(total.exponent - exponent) <= 32 + 0x1p-50 * std::fabs(exponent),
                 "a total of numbers up to " + std::to_string(max) + " is " + Text(total));
  }
  const ExactTotal exact = LogOfSum(x, max);
  const double error = std::expm1((std::log2(total.mantissa) + (total.exponent - exact.integer) - exact.rest) * kLn2);
  Check(std::fabs(error) <= PromisedError(TWOPASS_ALGORITHM_AUTO),
        "a total is off by " + std::to_string(error / kEpsilon) + " * 2^-23");
}

// The totals of a matrix, with those of the row alone in the default environment.
twopass_extexp Reduce(const Caller& caller, const Row& x) {
  twopass_extexp total = {-1, -1}, again = {-2, -2};
  const auto reduce = [&](twopass_extexp* to) {
    return [&x, to](const twopass_options* options) {
      return twopass_reduce_extexp_f32(1, x.size(), x.data(), x.size(), to, options);
    };
  };
  Check(caller.Call({}, reduce(&total)) == TWOPASS_OK && reduce(&again)(nullptr) == TWOPASS_OK, "reduce fails");
  Check(AreSameBits(total, again), "the bits of a total depend on its caller: " + Text(total) + " or " + Text(again));
  return total;
}

twopass_extexp Merge(const Caller& caller, twopass_extexp a, twopass_extexp b) {
  twopass_extexp ab, ba;
  caller.Call({}, [&](const twopass_options*) {
    ab = twopass_merge_extexp(a, b);
    return TWOPASS_OK;
  });
  ba = twopass_merge_extexp(b, a);
  Check(AreSameBits(ab, ba), "a merge depends on the order of its operands or on its caller: " + Text(a) + " + " +
                                 Text(b) + " is " + Text(ab) + " or " + Text(ba));
  return ab;
}

void FuzzShards(const Caller& caller, Choices* choices) {
  const Row x = ChooseRow(ChooseShape(choices).columns, choices);
  twopass_options options = ChooseOptions(choices);
  std::vector<size_t> cuts = {0, x.size()};
  for (size_t i = choices->Below(8); i != 0; i--) cuts.push_back(choices->Take<uint16_t>() * (x.size() + 1) / 65536);
  std::sort(cuts.begin(), cuts.end());

  std::vector<twopass_extexp> totals;
  for (size_t i = 1; i < cuts.size(); i++) {
    const Row shard(x.begin() + cuts[i - 1], x.begin() + cuts[i]);
    totals.push_back(Reduce(caller, shard));
    if (!shard.empty()) CheckTotal(shard, totals.back());
  }
  while (totals.size() > 1) {
    const twopass_extexp last = totals.back();
    totals.pop_back();
    twopass_extexp& other = totals[choices->Below(totals.size())];
    other = Merge(caller, other, last);
  }
  CheckTotal(x, totals[0]);

  Row y = x;
  for (size_t i = 1; i < cuts.size(); i++) {
    const size_t count = cuts[i] - cuts[i - 1];
    float* const shard = y.data() + cuts[i - 1];
    const twopass_status status = caller.Call(options, [&](const twopass_options* given) {
      return twopass_finish_extexp_f32(1, count, shard, count, shard, count, totals.data(), given);
    });
    Check(status == TWOPASS_OK, "finish fails");
  }
  CheckRow(x, y, TWOPASS_ALGORITHM_AUTO, options.flags);

  Row again(x.size());
  options.runner = nullptr;
  twopass_finish_extexp_f32(1, x.size(), x.data(), x.size(), again.data(), x.size(), totals.data(), &options);
  Check(AreSameBits(y, again), "the bits of outputs depend on shards or on their caller");
}

// Matrices of rows: totals and outputs as of each row alone.
void FuzzRowsOfShards(const Caller& caller, Choices* choices) {
  twopass_options options = OptionsOf(TWOPASS_ALGORITHM_AUTO, choices->Is() ? TWOPASS_FLAG_MASKED_ROW_ZERO : 0);
  const Shape shape = ChooseShape(choices);
  Matrices matrices(shape.rows, shape.columns, choices);
  Row values = ChooseRow(shape.columns, choices);
  std::vector<Row> x;
  for (size_t row = 0; row < shape.rows; row++) {
    if (row != 0 && row < 4) values = ChooseRow(shape.columns, choices);
    std::copy(values.begin(), values.end(), matrices.input + row * matrices.input_stride);
    x.push_back(values);
  }
  matrices.Remember();
  std::vector<twopass_extexp> totals(shape.rows);
  twopass_status status = caller.Call(options, [&](const twopass_options* given) {
    return twopass_reduce_extexp_f32(shape.rows, shape.columns, matrices.input, matrices.input_stride, totals.data(),
                                     given);
  });
  Check(status == TWOPASS_OK, "reduce of rows fails");
  matrices.CheckRest(false);
  const std::vector<twopass_extexp> remembered = totals;
  status = caller.Call(options, [&](const twopass_options* given) {
    return twopass_finish_extexp_f32(shape.rows, shape.columns, matrices.input, matrices.input_stride, matrices.output,
                                     matrices.output_stride, totals.data(), given);
  });
  Check(status == TWOPASS_OK, "finish of rows fails");
  matrices.CheckRest(true);
  Check(std::memcmp(totals.data(), remembered.data(), totals.size() * sizeof(totals[0])) == 0, "finish changes totals");
  for (size_t row = 0; row < shape.rows; row++) {
    const twopass_extexp alone = Reduce(caller, x[row]);
    Check(AreSameBits(alone, totals[row]), "the bits of a total depend on other rows");
    CheckRow(x[row], matrices.Output(row), TWOPASS_ALGORITHM_AUTO, options.flags);
  }
}

// ---- Pairs from anywhere

twopass_extexp ChoosePair(Choices* choices) {
  constexpr double kMantissas[] = {0.0, 1.0,     1.5,     -1.0, INFINITY, -INFINITY,
                                   NAN, DBL_MAX, DBL_MIN, -0.0, 0x1p127,  0x1.fffffffffffffp+0};
  constexpr double kExponents[] = {0.0,     1.0,      -1.0,     1e30, -1e30,  0x1p53, -0x1p53,
                                   DBL_MAX, -DBL_MAX, INFINITY, NAN,  1022.0, -1075.0};
  const size_t kind = choices->Below(4);
  twopass_extexp pair;
  pair.mantissa = kind == 0   ? choices->OneOf(kMantissas)
                  : kind == 1 ? choices->Take<double>()
                              : 1 + choices->Below(256) / 256.0;
  if (std::fpclassify(pair.mantissa) == FP_SUBNORMAL) pair.mantissa = 1;  // a caller that flushes would have a 0 here
  pair.exponent = choices->Is()   ? choices->OneOf(kExponents)
                  : choices->Is() ? std::rint(choices->Take<double>())
                                  : choices->Take<int16_t>();
  return pair;
}

bool IsZero(const twopass_extexp& pair) { return pair.mantissa == 0; }
bool IsSum(const twopass_extexp& pair) {
  return IsZero(pair) || (pair.mantissa > 0 && pair.mantissa <= DBL_MAX && std::isfinite(pair.exponent));
}
// As reduce and merge give them.
bool IsOrdinary(const twopass_extexp& pair) {
  return pair.mantissa >= 1 && pair.mantissa < 2 && std::fabs(pair.exponent) < 0x1p52 &&
         std::rint(pair.exponent) == pair.exponent;
}

void FuzzPairs(const Caller& caller, Choices* choices) {
  const twopass_extexp a = ChoosePair(choices), b = ChoosePair(choices);
  const twopass_extexp sum = Merge(caller, a, b);
  double log_of_sum = 0;
  caller.Call({}, [&](const twopass_options*) {
    log_of_sum = twopass_log_extexp(sum);
    return TWOPASS_OK;
  });
  if (!IsSum(a) || !IsSum(b)) {
    Check(std::isnan(sum.mantissa) && std::isnan(log_of_sum), "the sum of what is no sum is not NaN");
  } else if (IsZero(a) && IsZero(b)) {
    Check(sum.mantissa == 0 && log_of_sum == -INFINITY, "the sum of zeros is not 0");
  } else {
    Check(sum.mantissa > 0 && sum.mantissa <= DBL_MAX && !std::isnan(log_of_sum), "a sum is not positive");
    if (IsOrdinary(a) && IsOrdinary(b)) {
      Check(IsOrdinary(sum), "a sum is not normalised");
      const double exponent = std::max(a.exponent, b.exponent);
      const double exact =
          a.mantissa * std::exp2(a.exponent - exponent) + b.mantissa * std::exp2(b.exponent - exponent);
      Check(sum.mantissa * std::exp2(sum.exponent - exponent) == exact, "a sum is not the rounded sum");
      const double log_exact = std::log(sum.mantissa) + sum.exponent * kLn2;
      Check(std::fabs(log_of_sum - log_exact) <= 0x1p-50 * std::fabs(log_exact) + 0x1p-52, "a logarithm is wrong");
    } else if (IsOrdinary(a) && IsZero(b)) {
      Check(sum.mantissa == a.mantissa && sum.exponent == a.exponent, "zero is not the identity of sums");
    }
  }

  // With a total that has nothing to do with the row there is little to ask of the outputs.
  Matrices matrices(1, 1 + choices->Below(64), choices);
  const Row x = ChooseRow(matrices.columns, choices);
  std::copy(x.begin(), x.end(), matrices.input);
  matrices.Remember();
  const uint32_t flags = choices->Is() ? TWOPASS_FLAG_MASKED_ROW_ZERO : 0;
  const twopass_status status = caller.Call(OptionsOf(0, flags), [&](const twopass_options* given) {
    return twopass_finish_extexp_f32(1, matrices.columns, matrices.input, matrices.columns, matrices.output,
                                     matrices.columns, &a, given);
  });
  Check(status == TWOPASS_OK, "finish with any total fails");
  matrices.CheckRest(true);
  for (float y : matrices.Output(0)) {
    if (!IsSum(a) || (IsZero(a) && flags == 0)) Check(std::isnan(y), "an output of a total that is none is not NaN");
    if (IsZero(a) && flags != 0) Check(y == 0 && !std::signbit(y), "an output of the total 0 is not 0");
  }
}

// ---- Arguments that are refused

constexpr size_t kElements = 1024;  // there are, and matrices begin in the first 640 of them

enum class Extent { kValid, kTooLarge, kInvalid };

Extent ExtentOf(size_t rows, size_t columns, size_t stride) {
  if (rows == 1) stride = columns;
  if (stride < columns) return Extent::kInvalid;
  __extension__ typedef unsigned __int128 Wide;
  const Wide elements = static_cast<Wide>(rows - 1) * stride + columns;
  if (elements > PTRDIFF_MAX / sizeof(float) || stride > SIZE_MAX / sizeof(float)) return Extent::kInvalid;
  return elements <= kElements - 640 ? Extent::kValid : Extent::kTooLarge;
}

// Whether two matrices are neither the same nor apart, by looking at each pair of rows; places are in elements.
bool AreEntangled(size_t rows, size_t columns, size_t input, size_t input_stride, size_t output, size_t output_stride) {
  if (rows == 1) input_stride = output_stride = columns;
  const size_t end_of_input = input + (rows - 1) * input_stride + columns,
               end_of_output = output + (rows - 1) * output_stride + columns;
  if (end_of_input <= output || end_of_output <= input) return false;
  if (input_stride != output_stride) return true;
  if (input == output) return false;
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < rows; j++) {
      const size_t a = input + i * input_stride, b = output + j * output_stride;
      if (a < b + columns && b < a + columns) return true;
    }
  }
  return false;
}

void FuzzArguments(const Caller& caller, Choices* choices) {
  constexpr size_t kSizes[] = {
      0, 1, 2, 3, 5, 8, 1000, SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 4, SIZE_MAX / 8, size_t{1} << 31, size_t{1} << 32};
  std::vector<float> memory(kElements + 1, kUntouched);
  std::vector<twopass_extexp> totals(9, twopass_extexp{kUntouched, 0});
  // Mostly matrices that can be there, side by side.
  const auto choose_size = [&](size_t small) { return choices->Below(8) != 0 ? small : choices->OneOf(kSizes); };
  const size_t rows = choose_size(choices->Below(5)), columns = choose_size(choices->Below(8));
  const size_t input_stride = choose_size(columns + choices->Below(16));
  const size_t output_stride = choices->Below(4) != 0 ? input_stride : columns + choices->Below(8);
  const size_t input = choices->Below(200),
               output = choices->Is() ? input + choices->Below(40) : 512 + choices->Below(100);

  bool is_valid = true;
  twopass_options options = ChooseOptions(choices);
  const size_t mistake = choices->Is() ? 0 : choices->Below(12);
  if (mistake == 1) options.algorithm = 6 + choices->Below(250), is_valid = false;
  if (mistake == 2) options.flags |= 2 * TWOPASS_FLAG_REPRODUCIBLE << choices->Below(30), is_valid = false;
  if (mistake == 3) options.reserved[choices->Below(4)] = size_t{1} << choices->Below(64), is_valid = false;
  const twopass_runner no_runner = {nullptr, nullptr, 4};
  if (mistake == 4) is_valid = false;

  const bool has_work = rows != 0 && columns != 0;
  const bool is_bad_input = mistake == 5 || mistake == 6, is_bad_output = mistake == 7 || mistake == 8;
  const auto place = [&memory](size_t at, bool is_null, bool is_misaligned) -> float* {
    if (is_null) return nullptr;
    return reinterpret_cast<float*>(reinterpret_cast<char*>(memory.data() + at) + (is_misaligned ? 2 : 0));
  };
  const float* const x = place(input, mistake == 5, mistake == 6);
  float* const y = place(output, mistake == 7, mistake == 8);
  bool is_input_valid = is_valid, is_output_valid = is_valid;
  if (has_work) {
    const Extent of_input = ExtentOf(rows, columns, input_stride), of_output = ExtentOf(rows, columns, output_stride);
    // What a machine with more memory would carry out.
    if (of_input == Extent::kTooLarge || of_output == Extent::kTooLarge) return;
    is_input_valid = is_input_valid && !is_bad_input && of_input == Extent::kValid;
    is_output_valid = is_output_valid && !is_bad_output && of_output == Extent::kValid;
    if (is_input_valid && is_output_valid && AreEntangled(rows, columns, input, input_stride, output, output_stride)) {
      is_output_valid = false;
    }
  }
  const twopass_status expected =
      is_valid && (!has_work || (is_input_valid && is_output_valid)) ? TWOPASS_OK : TWOPASS_INVALID_ARGUMENT;
  const Row before = memory;
  const auto status_of = [&](auto call) {
    if (mistake != 4) return caller.Call(options, call);
    options.runner = &no_runner;
    return call(&options);
  };

  Check(status_of([&](const twopass_options* given) {
          return twopass_softmax_f32(rows, columns, x, input_stride, y, output_stride, given);
        }) == expected,
        "the status of a softmax is wrong");
  if (expected != TWOPASS_OK || !has_work) Check(AreSameBits(memory, before), "a refused softmax has written");
  std::copy(before.begin(), before.end(), memory.begin());

  // The totals: there, missing, misaligned.
  if (rows > totals.size() && columns == 0) return;  // a total would be written for each
  twopass_extexp* const to = mistake == 9 ? nullptr
                             : mistake == 10
                                 ? reinterpret_cast<twopass_extexp*>(reinterpret_cast<char*>(totals.data()) + 4)
                                 : totals.data();
  const bool are_totals_valid = rows == 0 || (mistake != 9 && mistake != 10);
  const std::vector<twopass_extexp> totals_before = totals;
  const auto are_totals_untouched = [&] {
    return std::memcmp(totals.data(), totals_before.data(), totals.size() * sizeof(totals[0])) == 0;
  };
  const bool finishes = is_valid && are_totals_valid && (!has_work || (is_input_valid && is_output_valid));
  Check(status_of([&](const twopass_options* given) {
          return twopass_finish_extexp_f32(rows, columns, x, input_stride, y, output_stride, to, given);
        }) == (finishes ? TWOPASS_OK : TWOPASS_INVALID_ARGUMENT),
        "the status of a finish is wrong");
  if (!finishes || !has_work) Check(AreSameBits(memory, before), "a refused finish has written");
  Check(are_totals_untouched(), "finish writes totals");
  std::copy(before.begin(), before.end(), memory.begin());

  const bool reduces = is_valid && are_totals_valid && (!has_work || is_input_valid);
  Check(status_of([&](const twopass_options* given) {
          return twopass_reduce_extexp_f32(rows, columns, x, input_stride, to, given);
        }) == (reduces ? TWOPASS_OK : TWOPASS_INVALID_ARGUMENT),
        "the status of a reduce is wrong");
  if (!reduces || rows == 0) Check(are_totals_untouched(), "a refused reduce has written");
  Check(AreSameBits(memory, before), "reduce writes its input");
  if (reduces && rows != 0 && columns == 0) Check(totals[rows - 1].mantissa == 0, "the total of no columns is not 0");

  const uint32_t chosen = twopass_choose_algorithm_f32(rows, columns, mistake & 1, &options);
  if (!is_valid || !has_work)
    Check(chosen == TWOPASS_ALGORITHM_AUTO, "an algorithm for nothing, or for what is refused");
  if (is_valid && is_input_valid && is_output_valid && has_work) {
    Check(
        options.algorithm != 0 ? chosen == options.algorithm : chosen != 0 && twopass_algorithm_name(chosen) != nullptr,
        "no algorithm for what is valid");
  }
}

}  // namespace
}  // namespace twopass_test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace twopass_test;
  Choices choices(data, size);
  const size_t call = choices.Below(16);
  const Caller caller(&choices);
  if (call < 5) {
    FuzzSoftmax(caller, &choices);
  } else if (call < 8) {
    FuzzLogits(caller, &choices);
  } else if (call < 11) {
    FuzzShards(caller, &choices);
  } else if (call < 12) {
    FuzzRowsOfShards(caller, &choices);
  } else if (call < 14) {
    FuzzPairs(caller, &choices);
  } else {
    FuzzArguments(caller, &choices);
  }
  return 0;
}
