// Memory beside which any access faults, as far as the system can do that.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_GUARDED_PAGES_H_
#define TWOPASS_TEST_GUARDED_PAGES_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#include "test/pages.h"

namespace twopass_test {

#ifdef __wasm__

// WebAssembly protects no pages, but an access past the end of its memory traps. So the guarded pages that are made
// while there are no others lie there: a test makes the buffer that is read first. What this does not catch, here, is
// an access before the pages, or to either side of further ones; writes of that kind show in tests that look at what
// lies around the elements.
class GuardedPages {
 public:
  explicit GuardedPages(size_t bytes) : bytes_((std::max<size_t>(1, bytes) + kUnit - 1) / kUnit * kUnit) {
    begin_ = alive_++ == 0 ? LastBytes(bytes_) : static_cast<char*>(std::malloc(bytes_));
    if (begin_ == nullptr) std::abort();
  }
  ~GuardedPages() {
    alive_--;
    if (end() != end_of_memory_) {
      std::free(begin_);
    } else if (end() != EndOfMemory()) {
      std::abort();  // the heap has grown past the pages, which nothing has guarded since
    }
  }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  char* begin() { return begin_; }
  char* end() { return begin_ + bytes_; }

 private:
  static constexpr size_t kUnit = 4096;
  static constexpr size_t kPage = 65536;
  // What the heap and the guarded pages get beforehand: the heap must not grow past the pages.
  static constexpr size_t kHeap = size_t{256} << 20;
  static constexpr size_t kGuarded = size_t{64} << 20;

  static char* EndOfMemory() { return reinterpret_cast<char*>(__builtin_wasm_memory_size(0) * kPage); }

  static char* LastBytes(size_t bytes) {
    if (end_of_memory_ == nullptr) {
      void* volatile heap = std::malloc(kHeap);  // volatile: a compiler may leave out a malloc that is freed again
      std::free(heap);
    }
    if (end_of_memory_ != EndOfMemory()) {
      if (__builtin_wasm_memory_grow(0, kGuarded / kPage) == SIZE_MAX) return nullptr;
      end_of_memory_ = EndOfMemory();
    }
    return bytes <= kGuarded ? end_of_memory_ - bytes : nullptr;
  }

  static inline size_t alive_ = 0;
  static inline char* end_of_memory_ = nullptr;

  size_t bytes_;
  char* begin_;
};

#else

// Whole pages between two that fault on any access, unless the environment has TWOPASS_TEST_UNGUARDED=1, for emulators
// that read more than the instruction does.
class GuardedPages {
 public:
  explicit GuardedPages(size_t bytes) : page_(SizeOfPage()) {
    mapping_bytes_ = (std::max<size_t>(1, bytes) + page_ - 1) / page_ * page_ + 2 * page_;
    mapping_ = TakePages(mapping_bytes_);
    const char* const unguarded = std::getenv("TWOPASS_TEST_UNGUARDED");
    const bool are_readable = unguarded != nullptr && std::strcmp(unguarded, "1") == 0;
    if (mapping_ == nullptr || !Protect(mapping_, page_, are_readable) || !Protect(end(), page_, are_readable)) {
      throw std::bad_alloc();
    }
  }
  ~GuardedPages() { ReturnPages(mapping_, mapping_bytes_); }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  char* begin() { return mapping_ + page_; }
  char* end() { return mapping_ + mapping_bytes_ - page_; }

 private:
  size_t page_;
  char* mapping_;
  size_t mapping_bytes_;
};

#endif

}  // namespace twopass_test

#endif  // TWOPASS_TEST_GUARDED_PAGES_H_
