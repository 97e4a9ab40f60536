// Divergences of two rows of logits and their gradient, held to what twopass_divergence.h promises.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "test/elements.h"
#include "test/family.h"
#include "test/inputs.h"
#include "test/reference.h"
#include "test/softmax_fixture.h"
#include "test/tensor.h"
#include "twopass_debug.h"
#include "twopass_divergence.h"

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

constexpr double kBound = 1.5e-6;
constexpr double kBoundOfCrossEntropy = 12 * kEpsilon;
constexpr double kLeftOut = 1e-18;  // of a column

// All results of a call.
struct Results {
  explicit Results(size_t rows)
      : kl(rows, kUntouched), reverse_kl(kl), jensen_shannon(kl), cross_entropy(kl), agrees(rows, 77) {}

  twopass_divergences Pointers() {
    return {kl.data(), reverse_kl.data(), jensen_shannon.data(), cross_entropy.data(), agrees.data(), {}};
  }
  bool HasSameBits(const Results& other) const {
    return AreSameBits(kl, other.kl) && AreSameBits(reverse_kl, other.reverse_kl) &&
           AreSameBits(jensen_shannon, other.jensen_shannon) && AreSameBits(cross_entropy, other.cross_entropy) &&
           agrees == other.agrees;
  }
  bool IsAll(float value) const {
    const auto is_value = [value](float result) {
      return result == value || (std::isnan(result) && std::isnan(value));
    };
    return std::all_of(kl.begin(), kl.end(), is_value) && std::all_of(reverse_kl.begin(), reverse_kl.end(), is_value) &&
           std::all_of(jensen_shannon.begin(), jensen_shannon.end(), is_value) &&
           std::all_of(cross_entropy.begin(), cross_entropy.end(), is_value) &&
           std::all_of(agrees.begin(), agrees.end(), [](unsigned char each) { return each == 0; });
  }

  std::vector<float> kl, reverse_kl, jensen_shannon, cross_entropy;
  std::vector<unsigned char> agrees;
};

Results DivergenceOf(const std::vector<float>& x, const std::vector<float>& y, uint32_t flags = 0) {
  Results results(1);
  const twopass_divergences pointers = results.Pointers();
  twopass_options options = {};
  options.flags = flags;
  EXPECT_EQ(twopass_divergence_f32(1, x.size(), x.data(), 0, y.data(), 0, &pointers, &options), TWOPASS_OK);
  return results;
}

struct Exact {
  long double kl = 0, reverse_kl = 0, jensen_shannon = 0, cross_entropy = 0;
};

long double LogSumExp(const std::vector<float>& x) {
  const long double max = *std::max_element(x.begin(), x.end());
  long double sum = 0;
  for (float value : x) sum += std::exp(value - max);
  return max + std::log(sum);
}

// The terms by n = log q - log p, whose rounding cancels out in none of them.
Exact ExactDivergenceOf(const std::vector<float>& x, const std::vector<float>& y) {
  const long double of_x = LogSumExp(x), of_y = LogSumExp(y);
  Exact exact;
  for (size_t i = 0; i < x.size(); i++) {
    const long double p = std::exp(x[i] - of_x), q = std::exp(y[i] - of_y);
    if (p != 0) exact.cross_entropy -= p * (y[i] - of_y);
    if (p == 0 || q == 0) {
      exact.kl += p == 0 ? q : kInfinity;
      exact.reverse_kl += q == 0 ? p : kInfinity;
      exact.jensen_shannon += (p + q) / 2 * std::log(2.0L);
      continue;
    }
    const long double n = (static_cast<long double>(y[i]) - x[i]) - (of_y - of_x);
    const long double half = std::log1p(std::expm1(n) / 2);  // log((p + q) / 2) - log p
    exact.kl += p * (std::expm1(n) - n);
    exact.reverse_kl += q * (std::expm1(-n) + n);
    exact.jensen_shannon += (q * (n - half) - p * half) / 2;
  }
  return exact;
}

// The worst relative error that was seen.
struct Worst {
  double error = 0;
};

void ExpectNear(float actual, long double exact, size_t columns, const std::string& what, Worst* worst) {
  if (std::isinf(exact)) {
    EXPECT_EQ(actual, kInfinity) << what;
    return;
  }
  const double error = static_cast<double>(std::fabs(actual - exact));
  const double left_out = kLeftOut * static_cast<double>(columns);
  EXPECT_LE(error, kBound * exact + left_out + FLT_MIN) << what << ": " << actual << ", not " << exact;
  EXPECT_GE(actual, 0) << what;
  if (exact > 0) worst->error = std::max(worst->error, static_cast<double>((error - left_out) / exact));
}

void ExpectExact(const std::vector<float>& x, const std::vector<float>& y, const std::string& what, Worst* worst) {
  const Results results = DivergenceOf(x, y);
  const Exact exact = ExactDivergenceOf(x, y);
  ExpectNear(results.kl[0], exact.kl, x.size(), "KL(p || q) " + what, worst);
  ExpectNear(results.reverse_kl[0], exact.reverse_kl, x.size(), "KL(q || p) " + what, worst);
  ExpectNear(results.jensen_shannon[0], exact.jensen_shannon, x.size(), "Jensen-Shannon " + what, worst);
  if (std::isinf(exact.kl)) {
    EXPECT_EQ(results.cross_entropy[0], kInfinity) << what;
  } else {
    EXPECT_NEAR(results.cross_entropy[0], exact.cross_entropy,
                kBoundOfCrossEntropy * std::max(1.0L, exact.cross_entropy))
        << what;
  }
  const bool agrees =
      std::max_element(x.begin(), x.end()) - x.begin() == std::max_element(y.begin(), y.end()) - y.begin();
  EXPECT_EQ(results.agrees[0], agrees ? 1 : 0) << what;
}

class DivergenceTest : public SoftmaxTest {};

constexpr size_t kColumns[] = {1, 2, 3, 10, 31, 32, 33, 100, 1000, 2049, 5000, 32000};

std::vector<float> Perturbed(std::vector<float> x, const std::vector<float>& by, float factor) {
  for (size_t i = 0; i < x.size(); i++) x[i] += factor * by[i];
  return x;
}

TEST_P(DivergenceTest, OfRowsFarAndNear) {
  Worst worst;
  for (size_t columns : kColumns) {
    if (IsSparse() && columns > 1000) continue;
    for (float deviation : {0.01f, 1.0f, 5.0f, 30.0f}) {
      const Rows rows = NormalRows(3, columns, 1);
      std::vector<float> x = rows[0];
      for (float& value : x) value *= deviation;
      for (float factor : {30.0f, 3.0f, 1.0f, 0.3f, 1e-2f, 1e-3f, 1e-4f, 1e-5f, 1e-6f}) {
        if (columns > 1000 && factor != 1e-3f) continue;
        const std::string what = std::to_string(columns) + " columns, " + std::to_string(deviation) +
                                 ", perturbed by " + std::to_string(factor);
        ExpectExact(x, Perturbed(x, rows[1], factor), what, &worst);
        std::vector<float> y = x;
        y[columns / 3] += factor;
        ExpectExact(x, y, what + " in one place", &worst);
        ExpectExact(Perturbed(x, std::vector<float>(columns, 1), 100), Perturbed(x, rows[1], factor),
                    what + ", shifted", &worst);
      }
    }
  }
  RecordProperty("worst", std::to_string(worst.error));
}

TEST_P(DivergenceTest, OfPeakedRows) {
  Worst worst;
  for (size_t columns : {size_t{2}, size_t{10}, size_t{3000}}) {
    for (float low : {-1.0f, -5.3f, -10.1f, -20.3f, -30.0f, -40.7f}) {
      for (float lower : {0.001f, 0.5f, 1.0f, 3.0f, 10.1f, 100.0f}) {
        std::vector<float> x(columns, low), y(columns, low - lower);
        x[columns / 2] = y[columns / 2] = 0.1f;
        const std::string what = std::to_string(columns) + ", " + std::to_string(low) + ", " + std::to_string(lower);
        ExpectExact(x, y, what, &worst);
        ExpectExact(y, x, what + ", the other way", &worst);
      }
    }
  }
  RecordProperty("worst", std::to_string(worst.error));
}

TEST_P(DivergenceTest, OfMaskedColumns) {
  Worst worst;
  for (size_t columns : {size_t{2}, size_t{10}, size_t{3000}}) {
    const Rows rows = NormalRows(2, columns, 3);
    for (bool is_x : {false, true}) {
      for (bool is_y : {false, true}) {
        for (size_t position : {size_t{0}, columns - 1}) {
          std::vector<float> x = rows[0], y = rows[1];
          if (is_x) x[position] = -kInfinity;
          if (is_y) y[position] = -kInfinity;
          ExpectExact(x, y, std::to_string(columns) + (is_x ? ", x" : "") + (is_y ? ", y" : ""), &worst);
        }
      }
    }
    // A lowest float is a number.
    std::vector<float> x = rows[0], y = rows[1];
    y[0] = -FLT_MAX;
    x[0] = -10;
    EXPECT_GT(DivergenceOf(x, y).kl[0], 1e20f);
    x[0] = -FLT_MAX;
    ExpectExact(x, y, "of lowest floats", &worst);
  }
  // Disjoint.
  const Results results = DivergenceOf({0, -kInfinity}, {-kInfinity, 3});
  EXPECT_EQ(results.kl[0], kInfinity);
  EXPECT_EQ(results.reverse_kl[0], kInfinity);
  EXPECT_FLOAT_EQ(results.jensen_shannon[0], std::log(2.0f));
}

TEST_P(DivergenceTest, OfEqualRowsIsZero) {
  for (size_t columns : kColumns) {
    if (IsSparse() && columns > 1000) continue;
    for (const Input& input : Inputs(columns)) {
      const Results results = DivergenceOf(input.x, input.x);
      EXPECT_EQ(results.kl[0], 0) << input.name;
      EXPECT_EQ(results.reverse_kl[0], 0) << input.name;
      EXPECT_EQ(results.jensen_shannon[0], 0) << input.name;
      EXPECT_EQ(results.agrees[0], 1) << input.name;
    }
    std::vector<float> x = NormalLogits(columns, 5);
    for (float& value : x) value = std::rint(value * 64) / 64;
    std::vector<float> y = x;
    for (float& value : y) value += 1000;
    EXPECT_EQ(DivergenceOf(x, y).kl[0], 0) << columns;
    EXPECT_EQ(DivergenceOf(x, y).reverse_kl[0], 0) << columns;
    EXPECT_EQ(DivergenceOf(x, y).jensen_shannon[0], 0) << columns;
  }
}

TEST_P(DivergenceTest, OfSpecialValues) {
  for (size_t columns : {size_t{1}, size_t{10}, size_t{33}, size_t{5000}}) {
    const std::vector<float> good = NormalLogits(columns, 5), masked(columns, -kInfinity);
    for (float special : {kNaN, kInfinity}) {
      for (size_t position : {size_t{0}, columns / 2, columns - 1}) {
        std::vector<float> bad = good, nothing_else = masked;
        bad[position] = nothing_else[position] = special;
        for (uint32_t flags : {0, 1}) {
          for (const std::vector<float>& row : {bad, nothing_else}) {
            EXPECT_TRUE(DivergenceOf(row, good, flags).IsAll(kNaN)) << columns << ", " << special << " at " << position;
            EXPECT_TRUE(DivergenceOf(good, row, flags).IsAll(kNaN)) << columns << ", " << special << " at " << position;
            EXPECT_TRUE(DivergenceOf(row, row, flags).IsAll(kNaN)) << columns << ", " << special << " at " << position;
            EXPECT_TRUE(DivergenceOf(row, masked, flags).IsAll(kNaN)) << columns << ", " << special;
          }
        }
      }
    }
    for (uint32_t flags : {0, 1}) {
      const float expected = flags != 0 ? 0 : kNaN;
      EXPECT_TRUE(DivergenceOf(masked, good, flags).IsAll(expected)) << columns;
      EXPECT_TRUE(DivergenceOf(good, masked, flags).IsAll(expected)) << columns;
      EXPECT_TRUE(DivergenceOf(masked, masked, flags).IsAll(expected)) << columns;
    }
  }
}

TEST_P(DivergenceTest, AgreesInTheFirstOfTheLargest) {
  for (size_t columns : {size_t{3}, size_t{5000}}) {
    for (size_t first : {size_t{0}, size_t{1}, columns - 2}) {
      std::vector<float> x(columns, -1), y(columns, -2);
      x[first] = x[columns - 1] = 3;
      y[first] = y[columns - 1] = 4;
      EXPECT_EQ(DivergenceOf(x, y).agrees[0], 1) << columns << ", " << first;
      y[first] = -2;
      EXPECT_EQ(DivergenceOf(x, y).agrees[0], 0) << columns << ", " << first;
    }
  }
}

// Tensors of rows as they are, whose bits other ways to the same rows have too.
struct CallOnTensors {
  CallOnTensors(const twopass_shape& shape, const Rows& of_x, const Rows& of_y, uint32_t type_of_x, uint32_t type_of_y,
                const Gaps& gaps)
      : shape(shape), x(type_of_x, shape, gaps), y(type_of_y, shape, {}), dy(type_of_y, shape, gaps) {
    for (size_t row = 0; row < of_x.size(); row++) {
      x.SetRow(row, of_x[row]);
      y.SetRow(row, of_y[row]);
    }
  }

  Results Make(const twopass_runner* runner = nullptr) {
    twopass_options options = {};
    options.runner = runner;
    const size_t rows = shape.outer * shape.inner;
    Results results(rows);
    const twopass_divergences pointers = results.Pointers();
    EXPECT_EQ(twopass_divergence(&shape, &x.argument(), &y.argument(), &pointers, &options), TWOPASS_OK);
    const std::vector<float> d(rows, 0.7f);
    dy.Remember();
    EXPECT_EQ(twopass_divergence_backward(&shape, &x.argument(), &y.argument(), d.data(), &dy.argument(), &options),
              TWOPASS_OK);
    EXPECT_TRUE(dy.IsAsRememberedBetweenElements());
    return results;
  }

  Rows Gradients(uint32_t type) const {
    Rows rows;
    for (size_t row = 0; row < shape.outer * shape.inner; row++) rows.push_back(dy.Row(row, type));
    return rows;
  }

  twopass_shape shape;
  Tensor x, y, dy;
};

TEST_P(DivergenceTest, OfTypesAndStrides) {
  for (size_t columns : {size_t{1}, size_t{10}, size_t{2500}}) {
    for (uint32_t type_of_x : kTypes) {
      for (uint32_t type_of_y : kTypes) {
        Rows of_x = NormalRows(6, columns, 4), of_y = NormalRows(6, columns, 3);
        for (size_t row = 0; row < 6; row++) {
          of_x[row] = Rounded(type_of_x, of_x[row]);
          of_y[row] = Rounded(type_of_y, of_y[row]);
        }
        CallOnTensors of_floats({6, columns, 1}, of_x, of_y, TWOPASS_F32, TWOPASS_F32, {});
        const Results expected = of_floats.Make();
        Rows gradients = of_floats.Gradients(TWOPASS_F32);
        for (std::vector<float>& row : gradients) row = Rounded(type_of_y, row);
        for (const twopass_shape& shape : {twopass_shape{6, columns, 1}, twopass_shape{2, columns, 3}}) {
          for (const Gaps& gaps : {Gaps{}, Gaps{2, 5}}) {
            CallOnTensors call(shape, of_x, of_y, type_of_x, type_of_y, gaps);
            EXPECT_TRUE(call.Make().HasSameBits(expected)) << NameOfType(type_of_x) << ", " << NameOfType(type_of_y);
            const Rows actual = call.Gradients(type_of_y);
            for (size_t row = 0; row < 6; row++) EXPECT_TRUE(AreSameBits(actual[row], gradients[row])) << row;
          }
        }
      }
    }
  }
}

// By names that have the type in them.
TEST_P(DivergenceTest, ByName) {
  const std::vector<uint16_t> x = {0x3C00, 0x3800, 0x4000}, y = {0x3800, 0x3C00, 0x3C00};
  float kl_of_f16 = 0, kl_of_bf16 = 0;
  std::vector<uint16_t> dy(3);
  twopass_divergences divergences = {};
  divergences.kl = &kl_of_f16;
  ASSERT_EQ(twopass_divergence_f16(1, 3, x.data(), 3, y.data(), 3, &divergences, nullptr), TWOPASS_OK);
  divergences.kl = &kl_of_bf16;
  ASSERT_EQ(twopass_divergence_bf16(1, 3, x.data(), 3, y.data(), 3, &divergences, nullptr), TWOPASS_OK);
  EXPECT_EQ(kl_of_f16, DivergenceOf({1, 0.5f, 2}, {0.5f, 1, 1}).kl[0]);
  EXPECT_EQ(kl_of_bf16,
            DivergenceOf({0.0078125f, 3.0517578125e-05f, 2}, {3.0517578125e-05f, 0.0078125f, 0.0078125f}).kl[0]);
  EXPECT_EQ(twopass_divergence_backward_f16(1, 3, x.data(), 3, y.data(), 3, nullptr, dy.data(), 3, nullptr),
            TWOPASS_OK);
  EXPECT_EQ(dy[2] >> 15, 1);  // q is less than p there
  EXPECT_EQ(twopass_divergence_backward_bf16(1, 3, x.data(), 3, y.data(), 3, nullptr, dy.data(), 3, nullptr),
            TWOPASS_OK);
  EXPECT_EQ(dy[2] >> 15, 1);
}

void RunBackwards(void* tasks, void (*task)(void*, size_t), void* context, size_t count) {
  *static_cast<size_t*>(tasks) += count;
  while (count-- != 0) task(context, count);
}

TEST_P(DivergenceTest, HasTheSameBitsForAnyThreads) {
  size_t tasks = 0;
  const twopass_runner runner = {RunBackwards, &tasks, 4};
  for (const twopass_shape& shape : {twopass_shape{64, 1000, 1}, twopass_shape{3, 100000, 1}}) {
    if (IsSparse() && shape.columns > 1000) continue;
    CallOnTensors call(shape, NormalRows(shape.outer, shape.columns, 4), NormalRows(shape.outer, shape.columns, 3),
                       TWOPASS_F32, TWOPASS_F32, {});
    const Results expected = call.Make();
    const Rows gradients = call.Gradients(TWOPASS_F32);
    tasks = 0;
    EXPECT_TRUE(call.Make(&runner).HasSameBits(expected));
    EXPECT_GE(tasks, 2 * std::min(shape.outer, size_t{4}));  // of both calls
    EXPECT_EQ(call.Gradients(TWOPASS_F32), gradients);
  }
}

// Each alone has the bits that it has among all.
TEST_P(DivergenceTest, EachAlone) {
  const std::vector<float> x = NormalLogits(3000, 4), y = Perturbed(x, NormalRows(2, 3000, 1)[1], 0.5f);
  const Results all = DivergenceOf(x, y);
  Results one(1);
  for (int which = 0; which < 5; which++) {
    twopass_divergences pointers = one.Pointers();
    if (which != 0) pointers.kl = nullptr;
    if (which != 1) pointers.reverse_kl = nullptr;
    if (which != 2) pointers.jensen_shannon = nullptr;
    if (which != 3) pointers.cross_entropy = nullptr;
    if (which != 4) pointers.agrees = nullptr;
    ASSERT_EQ(twopass_divergence_f32(1, x.size(), x.data(), 0, y.data(), 0, &pointers, nullptr), TWOPASS_OK);
    EXPECT_EQ(one.kl[0] == kUntouched, which < 0);
  }
  EXPECT_TRUE(one.HasSameBits(all));
}

TEST_P(DivergenceTest, GradientsOfEveryKindOfRow) {
  for (size_t columns : kColumns) {
    if (IsSparse() && columns > 5000) continue;
    for (float deviation : {0.1f, 5.0f, 30.0f}) {
      const Rows rows = NormalRows(2, columns, deviation);
      const std::vector<float>&x = rows[0], &y = rows[1];
      const long double of_x = LogSumExp(x), of_y = LogSumExp(y);
      const float max_of_x = *std::max_element(x.begin(), x.end()), max_of_y = *std::max_element(y.begin(), y.end());
      for (float d : {1.0f, -0.25f}) {
        std::vector<float> apart(columns), over_x = x, over_y = y;
        ASSERT_EQ(twopass_divergence_backward_f32(1, columns, x.data(), 0, y.data(), 0, &d, apart.data(), 0, nullptr),
                  TWOPASS_OK);
        for (size_t i = 0; i < columns; i++) {
          const long double p = std::exp(x[i] - of_x), q = std::exp(y[i] - of_y);
          const long double rounded = 0x1p-24L * (p * (max_of_x - x[i]) + q * (max_of_y - y[i]));
          const long double bound = 8 * kEpsilon * std::max(p, q) + rounded;
          ASSERT_NEAR(apart[i], (q - p) * d, bound * std::fabs(d) + 1.01 * FLT_MIN) << i;
          ASSERT_TRUE(apart[i] == 0 || std::fabs(apart[i]) >= FLT_MIN);
        }
        ASSERT_EQ(
            twopass_divergence_backward_f32(1, columns, over_x.data(), 0, y.data(), 0, &d, over_x.data(), 0, nullptr),
            TWOPASS_OK);
        ASSERT_EQ(
            twopass_divergence_backward_f32(1, columns, x.data(), 0, over_y.data(), 0, &d, over_y.data(), 0, nullptr),
            TWOPASS_OK);
        EXPECT_TRUE(AreSameBits(apart, over_x));
        EXPECT_TRUE(AreSameBits(apart, over_y));
      }
    }
  }
}

TEST_P(DivergenceTest, GradientsOfSpecialValues) {
  const size_t columns = 40;
  const std::vector<float> good = NormalLogits(columns, 5), masked(columns, -kInfinity);
  std::vector<float> bad = good;
  bad[7] = kNaN;
  for (uint32_t flags : {0, 1}) {
    twopass_options options = {};
    options.flags = flags;
    const auto gradient = [&](const std::vector<float>& x, const std::vector<float>& y) {
      std::vector<float> dy(columns, kUntouched);
      EXPECT_EQ(twopass_divergence_backward_f32(1, columns, x.data(), 0, y.data(), 0, nullptr, dy.data(), 0, &options),
                TWOPASS_OK);
      return dy;
    };
    for (float value : gradient(bad, good)) EXPECT_TRUE(std::isnan(value));
    for (float value : gradient(good, bad)) EXPECT_TRUE(std::isnan(value));
    for (float value : gradient(masked, good)) EXPECT_TRUE(flags != 0 ? value == 0 : std::isnan(value));
    for (float value : gradient(good, masked)) EXPECT_TRUE(flags != 0 ? value == 0 : std::isnan(value));
    std::vector<float> x = good, y = good;
    x[3] = y[3] = y[4] = -kInfinity;
    EXPECT_EQ(gradient(x, y)[3], 0);
    EXPECT_LT(gradient(x, y)[4], 0);
    for (float value : gradient(good, good)) EXPECT_EQ(value, 0);
  }
}

TEST_P(DivergenceTest, HasTheSameBitsOnEveryIsa) {
  uint64_t hash = kHashOfNothing;
  for (size_t columns : {size_t{1}, size_t{3}, size_t{33}, size_t{1000}, size_t{5000}}) {
    for (int deviation : {1, 20}) {
      // Numbers that no library function makes.
      std::vector<float> x(columns), y(columns);
      uint32_t state = 1;
      for (size_t i = 0; i < columns; i++) {
        for (float* value : {&x[i], &y[i]}) {
          state = state * 1664525 + 1013904223;
          *value = static_cast<float>(static_cast<int32_t>(state) / 4096 * deviation) * 0x1p-17f;
        }
      }
      for (const std::vector<float>& other : {y, Perturbed(x, y, 0x1p-10f)}) {
        const Results results = DivergenceOf(x, other);
        std::vector<float> dy(columns);
        ASSERT_EQ(
            twopass_divergence_backward_f32(1, columns, x.data(), 0, other.data(), 0, nullptr, dy.data(), 0, nullptr),
            TWOPASS_OK);
        for (const std::vector<float>& each :
             {results.kl, results.reverse_kl, results.jensen_shannon, results.cross_entropy, dy})
          hash = HashOf(hash, each);
      }
    }
  }
  EXPECT_EQ(hash, 7106685714321105780u);
}

TEST_P(DivergenceTest, RefusesWhatItDoesNotKnow) {
  const twopass_shape shape = {2, 3, 1};
  float x[7] = {}, y[7] = {}, dy[7], kl[3];
  char* const odd = reinterpret_cast<char*>(kl) + 1;
  const twopass_tensor of_x = {x, TWOPASS_F32, 3, 1}, of_y = {y, TWOPASS_F32, 3, 1}, of_dy = {dy, TWOPASS_F32, 3, 1};
  const twopass_tensor none = {nullptr, TWOPASS_F32, 3, 1}, overlapping = {x + 1, TWOPASS_F32, 3, 1};
  const twopass_tensor short_rows = {x, TWOPASS_F32, 2, 1}, of_unknown = {x, 9, 3, 1};
  twopass_divergences good = {}, reserved = {}, misaligned = {}, nothing = {};
  good.kl = reserved.kl = kl;
  reserved.reserved[3] = 1;
  misaligned.jensen_shannon = reinterpret_cast<float*>(odd);
  const auto refuses = [](twopass_status status) { return status == TWOPASS_INVALID_ARGUMENT; };
  EXPECT_EQ(twopass_divergence(&shape, &of_x, &of_y, &good, nullptr), TWOPASS_OK);
  EXPECT_TRUE(refuses(twopass_divergence(nullptr, &of_x, &of_y, &good, nullptr)));
  for (const twopass_tensor* bad : {static_cast<const twopass_tensor*>(nullptr), &none, &short_rows, &of_unknown}) {
    EXPECT_TRUE(refuses(twopass_divergence(&shape, bad, &of_y, &good, nullptr)));
    EXPECT_TRUE(refuses(twopass_divergence(&shape, &of_x, bad, &good, nullptr)));
    EXPECT_TRUE(refuses(twopass_divergence_backward(&shape, bad, &of_y, nullptr, &of_dy, nullptr)));
    EXPECT_TRUE(refuses(twopass_divergence_backward(&shape, &of_x, bad, nullptr, &of_dy, nullptr)));
    EXPECT_TRUE(refuses(twopass_divergence_backward(&shape, &of_x, &of_y, nullptr, bad, nullptr)));
  }
  const twopass_divergences* const bad_divergences[] = {nullptr, &nothing, &reserved, &misaligned};
  for (const twopass_divergences* bad : bad_divergences)
    EXPECT_TRUE(refuses(twopass_divergence(&shape, &of_x, &of_y, bad, nullptr)));
  EXPECT_TRUE(refuses(twopass_divergence_backward(&shape, &of_x, &of_y, nullptr, &overlapping, nullptr)));
  EXPECT_TRUE(
      refuses(twopass_divergence_backward(&shape, &of_x, &of_y, reinterpret_cast<float*>(odd), &of_dy, nullptr)));
  twopass_logits logits = {};
  twopass_options options = {};
  options.logits = &logits;
  EXPECT_TRUE(refuses(twopass_divergence(&shape, &of_x, &of_y, &good, &options)));
  options = {};
  options.log_sums = kl;
  EXPECT_TRUE(refuses(twopass_divergence(&shape, &of_x, &of_y, &good, &options)));
  // It is reproducible anyway.
  options = {};
  options.flags = TWOPASS_FLAG_REPRODUCIBLE;
  EXPECT_EQ(twopass_divergence(&shape, &of_x, &of_y, &good, &options), TWOPASS_OK);

  // Of nothing.
  const twopass_shape no_rows = {0, 3, 1}, no_columns = {2, 0, 1};
  EXPECT_EQ(twopass_divergence(&no_rows, nullptr, nullptr, &good, nullptr), TWOPASS_OK);
  Results results(2);
  const twopass_divergences pointers = results.Pointers();
  EXPECT_EQ(twopass_divergence(&no_columns, nullptr, nullptr, &pointers, nullptr), TWOPASS_OK);
  EXPECT_TRUE(results.IsAll(0));
  EXPECT_EQ(twopass_divergence_backward(&no_columns, nullptr, nullptr, nullptr, nullptr, nullptr), TWOPASS_OK);
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(DivergenceTest, (std::vector<uint32_t>{TWOPASS_ALGORITHM_AUTO}));

}  // namespace
}  // namespace twopass_test
