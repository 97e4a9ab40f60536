// Counts what the library allocates: nothing, where it is built without cpuinfo. The program brings its own copy of
// src/caches.cc for that, so that it can be linked with a library that is built with it.
//
// Exit status: 0, or 1 where there were allocations, or 77, a skip, where they cannot be counted: that takes the GNU C
// library.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <cstdlib>

#include "twopass.h"

#ifdef __GLIBC__

namespace {

size_t allocation_count = 0;

constexpr size_t kElements = 1 << 21;
float x[kElements], y[kElements];

}  // namespace

extern "C" {

void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

void* malloc(size_t size) {
  allocation_count++;
  return __libc_malloc(size);
}

void* calloc(size_t count, size_t size) {
  allocation_count++;
  return __libc_calloc(count, size);
}

void* realloc(void* memory, size_t size) {
  allocation_count++;
  return __libc_realloc(memory, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  allocation_count++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** memory, size_t alignment, size_t size) {
  *memory = aligned_alloc(alignment, size);
  return 0;
}

}  // extern "C"

int main() {
  std::free(std::malloc(1));
  if (allocation_count != 1) {
    std::puts("FAILED: allocations are not counted");
    return 1;
  }

  twopass_initialize();
  for (size_t columns = 1; columns <= kElements; columns *= 8) {
    twopass_softmax_f32(kElements / columns, columns, x, columns, y, columns, nullptr);
    twopass_softmax_f32(kElements / columns, columns, x, columns, x, columns, nullptr);
  }
  const size_t count = allocation_count - 1;
  std::printf("%zu allocations\n", count);
  return count != 0;
}

#else

int main() {
  std::puts("SKIPPED: allocations cannot be counted with this C library");
  return 77;
}

#endif
