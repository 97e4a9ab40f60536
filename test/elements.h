// Elements of 16 bits as floats and back, in plain arithmetic, to compare with.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_ELEMENTS_H_
#define TWOPASS_TEST_ELEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "twopass.h"

namespace twopass_test {

struct Format {
  std::string name;
  int fraction_bits;
  int bias;

  int least_exponent() const { return 1 - bias; }  // also of subnormal numbers
  uint32_t infinity() const { return (2 * bias + 1) << fraction_bits; }
};

inline const Format kFormats[] = {{"f16", 10, 15}, {"bf16", 7, 127}};

float Widened(const Format& format, uint16_t half);
std::vector<float> Widened(const Format& format, const std::vector<uint16_t>& halves);
// To nearest, ties to even.
uint16_t Narrowed(const Format& format, float a);
std::vector<uint16_t> Narrowed(const Format& format, const std::vector<float>& floats);

// The types of twopass.h.
constexpr uint32_t kTypes[] = {TWOPASS_F32, TWOPASS_F16, TWOPASS_BF16};

std::string NameOfType(uint32_t type);
size_t SizeOfType(uint32_t type);

// An element at an address, as a float.
float ReadElement(uint32_t type, const void* address);
void WriteElement(uint32_t type, void* address, float value);

// The nearest number that the type has.
float Rounded(uint32_t type, float value);
std::vector<float> Rounded(uint32_t type, std::vector<float> values);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_ELEMENTS_H_
