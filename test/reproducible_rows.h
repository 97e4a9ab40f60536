// Rows for tests of the same bits on every machine: made of integers, as distributions of the standard library differ.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_REPRODUCIBLE_ROWS_H_
#define TWOPASS_TEST_REPRODUCIBLE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <type_traits>
#include <vector>

namespace twopass_test {

// Sums of four uniform numbers, with a standard deviation of about 1.15 * scale, a multiple of 2^-20 * scale each.
inline std::vector<float> ReproducibleRow(size_t count, uint32_t seed, float scale) {
  std::mt19937 random(seed);
  std::vector<float> x(count);
  for (float& element : x) {
    int32_t sum = 0;
    for (int i = 0; i < 4; i++) sum += static_cast<int32_t>(random() >> 11) - (1 << 20);
    element = static_cast<float>(sum) * 0x1p-20f * scale;
  }
  return x;
}

// Of bits, byte by byte from the lowest of each value: FNV-1a.
class Hash {
 public:
  template <class Type>
  void Add(const std::vector<Type>& values) {
    for (const Type& value : values) {
      using Bits = std::conditional_t<sizeof(Type) == 4, uint32_t, uint64_t>;
      Bits bits;
      static_assert(sizeof(bits) == sizeof(value));
      std::memcpy(&bits, &value, sizeof(bits));
      for (size_t i = 0; i < sizeof(bits); i++) hash_ = (hash_ ^ (bits >> (8 * i) & 0xFF)) * 1099511628211u;
    }
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 14695981039346656037u;
};

}  // namespace twopass_test

#endif  // TWOPASS_TEST_REPRODUCIBLE_ROWS_H_
