// A buffer of elements between two pages that fault on any access.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_GUARDED_BUFFER_H_
#define TWOPASS_TEST_GUARDED_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>

#include "test/guarded_pages.h"

namespace twopass_test {

template <class T>
class GuardedBufferOf {
 public:
  // Room for at least `count` elements, rounded up to whole pages.
  explicit GuardedBufferOf(size_t count) : pages_(count * sizeof(T)) {}

  // The first element: the one before it faults.
  T* begin() { return reinterpret_cast<T*>(pages_.begin()); }
  // The one past the last: it faults.
  T* end() { return reinterpret_cast<T*>(pages_.end()); }

  void Fill(T value) { std::fill(begin(), end(), value); }

 private:
  GuardedPages pages_;
};

using GuardedBuffer = GuardedBufferOf<float>;

// What lies around the elements of a buffer. An input is surrounded by NaN, which would show in a result; an output by
// a number that no kernel leaves as it is.
constexpr float kAroundInput = std::numeric_limits<float>::quiet_NaN();
constexpr float kAroundOutput = -1.25f;
// Unaligned starts: element offsets from 0 to here.
constexpr size_t kMaxOffset = 16;

inline bool IsFilledWith(float value, const float* begin, const float* end) {
  return std::all_of(begin, end, [value](float element) { return std::memcmp(&element, &value, sizeof(float)) == 0; });
}

}  // namespace twopass_test

#endif  // TWOPASS_TEST_GUARDED_BUFFER_H_
