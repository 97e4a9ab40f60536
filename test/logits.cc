// What becomes of logits.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/logits.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>

#include "test/elements.h"

namespace twopass_test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What rounding to float may change, also among denormal numbers; and where environments have none, those.
double ErrorOfRounding(double value) { return 0x1p-24 * std::fabs(value) + (value != 0 ? FLT_MIN : 0); }

// A step of the arithmetic: its value from exact operands, its error from theirs.
Z Step(double value, double error) {
  if (std::fabs(value) >= FLT_MAX * (1 + 0x1p-25)) value = std::copysign(kInfinity, value);
  return std::isfinite(value) ? Z{value, error + ErrorOfRounding(value)} : Z{value, 0};
}

// tanh(z / softcap) * softcap: no slope is above 1, z / softcap is rounded, and tanh is within 4 * 2^-23 of itself.
Z Capped(const Z& z, double softcap) {
  const double value = softcap * std::tanh(z.value / softcap);
  return Step(value, z.error + (0x1p-24 + 4 * 0x1p-23) * std::fabs(value));
}

}  // namespace

Z ZOf(const Logits& logits, size_t row, size_t column, float x) {
  if (!logits.keep.values.empty() && logits.At(logits.keep, row, column) == 0) return {-kInfinity, 0};
  Z z = {x, 0};
  if (!logits.scale.values.empty()) {
    const float scale = logits.At(logits.scale, row, 0);
    if (scale != 1) z = Step(z.value * scale, 0);
  }
  if (logits.softcap != 0) z = Capped(z, logits.softcap);
  if (!logits.bias.values.empty()) {
    const Z bias = {logits.At(logits.bias, row, column), 0};
    const double slope = logits.slope.empty() ? 1 : logits.slope[logits.HeadOf(row)];
    const Z product = slope == 1 ? bias : Step(slope * bias.value, 0);
    z = Step(z.value + product.value, z.error + product.error);
  }
  return z;
}

// ---- Memory

LogitsInMemory::LogitsInMemory(const Logits& logits) {
  argument_.rows_of_head = logits.rows_of_head;
  argument_.scale = Place(logits.scale.values);
  argument_.scale_head_stride = logits.scale.head_stride;
  argument_.scale_row_stride = logits.scale.row_stride;
  const size_t size = SizeOfType(logits.bias_type);
  std::vector<char> bias(logits.bias.values.size() * size);
  for (size_t i = 0; i < logits.bias.values.size(); i++) {
    alignas(float) char element[sizeof(float)];
    WriteElement(logits.bias_type, element, logits.bias.values[i]);
    std::memcpy(bias.data() + i * size, element, size);
  }
  argument_.bias = Place(bias);
  argument_.bias_head_stride = logits.bias.head_stride;
  argument_.bias_row_stride = logits.bias.row_stride;
  argument_.bias_type = logits.bias_type;
  argument_.slope = Place(logits.slope);
  argument_.keep = Place(logits.keep.values);
  argument_.keep_head_stride = logits.keep.head_stride;
  argument_.keep_row_stride = logits.keep.row_stride;
  argument_.lengths = Place(logits.lengths);
  argument_.sink = Place(logits.sink);
  argument_.softcap = logits.softcap;
}

template <class T>
const T* LogitsInMemory::Place(const std::vector<T>& values) {
  return static_cast<const T*>(PlaceBytes(values.data(), values.size() * sizeof(T)));
}

const void* LogitsInMemory::PlaceBytes(const void* bytes, size_t count) {
  if (count == 0) return nullptr;
  const char* const begin = static_cast<const char*>(bytes);
  arrays_.push_back(std::unique_ptr<Array>(new Array{GuardedPages(count), {begin, begin + count}}));
  return std::copy_backward(begin, begin + count, arrays_.back()->pages.end());
}

bool LogitsInMemory::AreAsBefore() const {
  return std::all_of(arrays_.begin(), arrays_.end(), [](const std::unique_ptr<Array>& array) {
    return std::equal(array->before.begin(), array->before.end(), array->pages.end() - array->before.size());
  });
}

}  // namespace twopass_test
