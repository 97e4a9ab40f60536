// Rows of logits, ordinary and otherwise.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/inputs.h"

#include <cfloat>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <sstream>

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kDenormal = 0x1p-140f;

std::string Text(float value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

// At least 0 and below 1. The distributions of the C++ library would take logarithms of long double for each number,
// which many processors have in software alone.
float DrawUniform(std::mt19937* random) { return static_cast<float>((*random)() >> 8) * 0x1p-24f; }

// By the method of Box and Muller.
float DrawNormal(std::mt19937* random) {
  constexpr double kTurn = 6.283185307179586;
  const double radius = std::sqrt(-2 * std::log(1 - static_cast<double>(DrawUniform(random))));
  return static_cast<float>(radius * std::cos(kTurn * static_cast<double>(DrawUniform(random))));
}

// The first numbers of a sequence, each drawn once.
template <float (*kDraw)(std::mt19937*)>
const std::vector<float>& FirstOf(size_t count) {
  static std::mt19937 random(1);
  static std::vector<float> numbers;
  while (numbers.size() < count) numbers.push_back(kDraw(&random));
  return numbers;
}

// From -limit to limit: the maximum moves with every element.
std::vector<float> AscendingLogits(size_t count, float limit) {
  std::vector<float> x(count);
  for (size_t i = 0; i < count; i++) x[i] = limit * (2 * static_cast<float>(i) + 1 - count) / count;
  return x;
}

}  // namespace

bool IsSparse() {
  const char* const sparse = std::getenv("TWOPASS_TEST_SPARSE");
  return sparse != nullptr && std::strcmp(sparse, "1") == 0;
}

std::vector<size_t> Numbers(size_t first, size_t last) {
  const size_t step = IsSparse() ? 7 : 1;
  std::vector<size_t> numbers;
  for (size_t number = first; number < last; number += step) numbers.push_back(number);
  numbers.push_back(last);
  return numbers;
}

std::vector<float> NormalLogits(size_t count, float standard_deviation, float mean) {
  const std::vector<float>& numbers = FirstOf<DrawNormal>(count);
  std::vector<float> x(count);
  for (size_t i = 0; i < count; i++) x[i] = numbers[i] * standard_deviation + mean;
  return x;
}

std::vector<float> UniformLogits(size_t count, float limit) {
  const std::vector<float>& numbers = FirstOf<DrawUniform>(count);
  std::vector<float> x(count);
  for (size_t i = 0; i < count; i++) x[i] = limit * (2 * numbers[i] - 1);
  return x;
}

std::vector<Input> Inputs(size_t count) {
  std::vector<Input> inputs;
  for (float deviation : {1.0f, 10.0f}) {
    inputs.push_back({"normal with std " + Text(deviation), NormalLogits(count, deviation)});
  }
  for (float limit : {100.0f, 1000.0f, 0x1p16f, 0x1p17f}) {
    inputs.push_back({"uniform within +-" + Text(limit), UniformLogits(count, limit)});
    std::vector<float> ascending = AscendingLogits(count, limit);
    inputs.push_back({"ascending to " + Text(limit), ascending});
    inputs.push_back({"descending from " + Text(limit), {ascending.rbegin(), ascending.rend()}});
  }
  for (float sign : {1.0f, -1.0f}) {
    for (float offset : {1e2f, 1e3f, 1e4f, 1e5f, 1e6f}) {
      inputs.push_back({"normal around " + Text(sign * offset), NormalLogits(count, 1, sign * offset)});
    }
    for (float value : {0.0f,   kDenormal, 1e-30f, 1e-20f, 1e-10f, 1e-5f, 0.5f,  1.7f,  10.0f, 87.3f,  88.8f,
                        104.0f, 1e3f,      1e4f,   1e5f,   1e6f,   1e7f,  1e10f, 1e20f, 1e30f, FLT_MAX}) {
      inputs.push_back({"only " + Text(sign * value), std::vector<float>(count, sign * value)});
    }
  }
  for (float mask : {-kInfinity, -FLT_MAX, -1e30f, -1e9f, -1e4f}) {
    std::vector<float> head = NormalLogits(count, 10), tail = head, alternate = head;
    for (size_t i = 0; i < count; i++) {
      if (i < count / 2) head[i] = mask;
      if (i > count / 2) tail[i] = mask;
      if (i % 2 == 1) alternate[i] = mask;
    }
    inputs.push_back({"first half masked by " + Text(mask), head});
    inputs.push_back({"second half masked by " + Text(mask), tail});
    inputs.push_back({"every other masked by " + Text(mask), alternate});
  }
  std::vector<float> denormals(count), mixed = NormalLogits(count, 10);
  for (size_t i = 0; i < count; i++) {
    denormals[i] = (i % 2 == 0 ? kDenormal : -kDenormal) * static_cast<float>(i % 1000);
    if (i % 3 == 0) mixed[i] = denormals[i];
  }
  inputs.push_back({"denormal numbers", denormals});
  inputs.push_back({"denormal numbers among others", mixed});
  return inputs;
}

const std::vector<float>& SpecialValues() {
  static const std::vector<float> values = {std::numeric_limits<float>::quiet_NaN(),
                                            kInfinity,
                                            -kInfinity,
                                            FLT_MAX,
                                            -FLT_MAX,
                                            -1e30f,
                                            -1e4f,
                                            kDenormal,
                                            -kDenormal,
                                            -0.0f};
  return values;
}

std::vector<std::vector<float>> RowsWithTheSmallestNormal() {
  return {
      {0x1.66991ap+15f, 0x1.65ea70p+15f}, {-0x1.dad74ep+15f, -0x1.db85fap+15f}, {0, -0x1.241892p-1f, -0x1.5b8dd4p+6f}};
}

}  // namespace twopass_test
