// A buffer of floats between two pages that fault on any access.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_GUARDED_BUFFER_H_
#define TWOPASS_TEST_GUARDED_BUFFER_H_

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <new>

namespace twopass_test {

class GuardedBuffer {
 public:
  // Room for at least `count` elements, rounded up to whole pages.
  explicit GuardedBuffer(size_t count) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t bytes = std::max<size_t>(1, (count * sizeof(float) + page - 1) / page) * page;
    mapping_bytes_ = bytes + 2 * page;
    mapping_ =
        static_cast<char*>(mmap(nullptr, mapping_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (mapping_ == MAP_FAILED || mprotect(mapping_, page, PROT_NONE) != 0 ||
        mprotect(mapping_ + page + bytes, page, PROT_NONE) != 0) {
      throw std::bad_alloc();
    }
    begin_ = reinterpret_cast<float*>(mapping_ + page);
    end_ = begin_ + bytes / sizeof(float);
  }
  ~GuardedBuffer() { munmap(mapping_, mapping_bytes_); }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  // The first element: the one before it faults.
  float* begin() { return begin_; }
  // The one past the last: it faults.
  float* end() { return end_; }

  void Fill(float value) { std::fill(begin_, end_, value); }

 private:
  char* mapping_;
  size_t mapping_bytes_;
  float* begin_;
  float* end_;
};

}  // namespace twopass_test

#endif  // TWOPASS_TEST_GUARDED_BUFFER_H_
