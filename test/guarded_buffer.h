// A buffer of floats between two pages that fault on any access.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_GUARDED_BUFFER_H_
#define TWOPASS_TEST_GUARDED_BUFFER_H_

#include <algorithm>
#include <cstddef>

#include "test/guarded_pages.h"

namespace twopass_test {

class GuardedBuffer {
 public:
  // Room for at least `count` elements, rounded up to whole pages.
  explicit GuardedBuffer(size_t count) : pages_(count * sizeof(float)) {}

  // The first element: the one before it faults.
  float* begin() { return reinterpret_cast<float*>(pages_.begin()); }
  // The one past the last: it faults.
  float* end() { return reinterpret_cast<float*>(pages_.end()); }

  void Fill(float value) { std::fill(begin(), end(), value); }

 private:
  GuardedPages pages_;
};

}  // namespace twopass_test

#endif  // TWOPASS_TEST_GUARDED_BUFFER_H_
