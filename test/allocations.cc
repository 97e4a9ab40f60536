// Counts what the library allocates: nothing, where it is built without cpuinfo. The program brings its own copy of
// src/caches.cc for that, so that it can be linked with a library that is built with it.
//
// Exit status: 0, or 1 where there were allocations, or 77, a skip, where they cannot be counted: that takes the GNU C
// library.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include "twopass.h"

#ifdef __GLIBC__

namespace {

size_t allocation_count = 0;

constexpr size_t kElements = 1 << 21;
float x[kElements], y[kElements], results[kElements];
int64_t labels[kElements];

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

namespace {

// Every call of the family, in each type.
void MakeCalls(const twopass_shape& shape) {
  for (uint32_t type : {TWOPASS_F32, TWOPASS_F16, TWOPASS_BF16}) {
    const size_t stride = shape.columns * shape.inner;
    const twopass_tensor input = {x, type, stride, shape.inner}, output = {y, type, stride, shape.inner};
    twopass_softmax(&shape, &input, &output, nullptr);
    twopass_log_softmax(&shape, &input, &output, nullptr);
    twopass_log_sum_exp(&shape, &input, results, nullptr);
    twopass_entropy(&shape, &input, results, nullptr);
    twopass_softmax_backward(&shape, &input, &input, &output, nullptr);
    twopass_log_softmax_backward(&shape, &input, &input, &output, nullptr);
    twopass_cross_entropy(&shape, &input, labels, results, &output, nullptr, nullptr);
  }
}

}  // namespace

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
    const size_t rows = kElements / 64 / columns + 1;
    MakeCalls({rows, columns, 1});
    if (rows > 1) MakeCalls({1, columns, rows});
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
