// Pages of memory, as the operating system hands them out and protects them. WebAssembly has none of that.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_PAGES_H_
#define TWOPASS_TEST_PAGES_H_

#include <cstddef>

namespace twopass_test {

// In bytes.
size_t SizeOfPage();

// Whole pages of zeros; NULL where there is no memory for them.
char* TakePages(size_t bytes);
void ReturnPages(char* pages, size_t bytes);

// From here on a write to the pages faults, and a read too unless they stay readable. Returns false where that failed.
bool Protect(char* pages, size_t bytes, bool are_readable);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_PAGES_H_
