// The bytes of a fuzzer's input as a series of choices. What an input is too short for is chosen as 0, the plainest of
// each kind.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_FUZZ_CHOICES_H_
#define TWOPASS_TEST_FUZZ_CHOICES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace twopass_test {

class Choices {
 public:
  Choices(const uint8_t* data, size_t size) : data_(data), end_(data + size) {}

  // One of 0 to count - 1, for a count of up to 256.
  size_t Below(size_t count) { return Take<uint8_t>() % count; }
  bool Is() { return Below(2) != 0; }

  template <typename T>
  T Take() {
    T value = T();
    const size_t left = static_cast<size_t>(end_ - data_);
    const size_t size = left < sizeof(T) ? left : sizeof(T);
    if (size != 0) std::memcpy(&value, data_, size);
    data_ += size;
    return value;
  }

  template <typename T, size_t n>
  T OneOf(const T (&values)[n]) {
    return values[Below(n)];
  }

  bool IsAtEnd() const { return data_ == end_; }

 private:
  const uint8_t* data_;
  const uint8_t* const end_;
};

}  // namespace twopass_test

#endif  // TWOPASS_TEST_FUZZ_CHOICES_H_
