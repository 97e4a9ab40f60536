// Conversions in doubles, which hold all of the numbers and their halves.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/elements.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace twopass_test {
namespace {

const Format& FormatOf(uint32_t type) { return kFormats[type == TWOPASS_F16 ? 0 : 1]; }

// As ldexp(1, exponent), which takes a third of the time of some tests.
double PowerOfTwo(int exponent) {
  const uint64_t bits = static_cast<uint64_t>(exponent + 1023) << 52;
  double power;
  std::memcpy(&power, &bits, sizeof(power));
  return power;
}

}  // namespace

float Widened(const Format& format, uint16_t half) {
  const uint32_t magnitude = half & 0x7FFF;
  if (magnitude > format.infinity()) return std::numeric_limits<float>::quiet_NaN();
  const int field = static_cast<int>(magnitude >> format.fraction_bits);
  const uint32_t one = 1u << format.fraction_bits;
  const uint32_t significand = magnitude % one + (field != 0 ? one : 0);
  const int exponent = field != 0 ? field - format.bias : format.least_exponent();
  const double value = magnitude == format.infinity() ? std::numeric_limits<double>::infinity()
                                                      : significand * PowerOfTwo(exponent - format.fraction_bits);
  return static_cast<float>(half >> 15 != 0 ? -value : value);
}

std::vector<float> Widened(const Format& format, const std::vector<uint16_t>& halves) {
  std::vector<float> floats;
  for (uint16_t half : halves) floats.push_back(Widened(format, half));
  return floats;
}

uint16_t Narrowed(const Format& format, float a) {
  const uint32_t sign = std::signbit(a) ? 0x8000 : 0;
  if (std::isnan(a)) return static_cast<uint16_t>(sign | (format.infinity() + 1));
  if (std::isinf(a)) return static_cast<uint16_t>(sign | format.infinity());
  if (a == 0) return static_cast<uint16_t>(sign);
  const double magnitude = std::fabs(static_cast<double>(a));
  const int exponent = std::max(std::ilogb(magnitude), format.least_exponent());
  // A whole number of units in the last place, which is exact before it is rounded. From 2^fraction_bits on the number
  // is normal; the next power of two carries into the exponent.
  const double units = std::nearbyint(magnitude * PowerOfTwo(format.fraction_bits - exponent));
  const uint32_t rounded = static_cast<uint32_t>(exponent - format.least_exponent()) << format.fraction_bits;
  return static_cast<uint16_t>(sign | std::min(rounded + static_cast<uint32_t>(units), format.infinity()));
}

std::vector<uint16_t> Narrowed(const Format& format, const std::vector<float>& floats) {
  std::vector<uint16_t> halves;
  for (float a : floats) halves.push_back(Narrowed(format, a));
  return halves;
}

std::string NameOfType(uint32_t type) { return type == TWOPASS_F32 ? "f32" : FormatOf(type).name; }

size_t SizeOfType(uint32_t type) { return type == TWOPASS_F32 ? sizeof(float) : sizeof(uint16_t); }

float ReadElement(uint32_t type, const void* address) {
  if (type == TWOPASS_F32) return *static_cast<const float*>(address);
  return Widened(FormatOf(type), *static_cast<const uint16_t*>(address));
}

void WriteElement(uint32_t type, void* address, float value) {
  if (type == TWOPASS_F32) {
    *static_cast<float*>(address) = value;
  } else {
    *static_cast<uint16_t*>(address) = Narrowed(FormatOf(type), value);
  }
}

float Rounded(uint32_t type, float value) {
  return type == TWOPASS_F32 ? value : Widened(FormatOf(type), Narrowed(FormatOf(type), value));
}

std::vector<float> Rounded(uint32_t type, std::vector<float> values) {
  for (float& value : values) value = Rounded(type, value);
  return values;
}

}  // namespace twopass_test
