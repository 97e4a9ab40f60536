// Pages of memory, by Windows or by POSIX.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/pages.h"

#if defined(_WIN32)
#include <windows.h>
#elif !defined(__wasm__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace twopass_test {

#if defined(_WIN32)

size_t SizeOfPage() {
  SYSTEM_INFO system;
  GetSystemInfo(&system);
  return system.dwPageSize;
}

char* TakePages(size_t bytes) {
  return static_cast<char*>(VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
}

void ReturnPages(char* pages, size_t) { VirtualFree(pages, 0, MEM_RELEASE); }

bool Protect(char* pages, size_t bytes, bool are_readable) {
  DWORD before;
  return VirtualProtect(pages, bytes, are_readable ? PAGE_READONLY : PAGE_NOACCESS, &before) != 0;
}

#elif !defined(__wasm__)

size_t SizeOfPage() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

char* TakePages(size_t bytes) {
  void* const pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages != MAP_FAILED ? static_cast<char*>(pages) : nullptr;
}

void ReturnPages(char* pages, size_t bytes) { munmap(pages, bytes); }

bool Protect(char* pages, size_t bytes, bool are_readable) {
  return mprotect(pages, bytes, are_readable ? PROT_READ : PROT_NONE) == 0;
}

#endif

}  // namespace twopass_test
