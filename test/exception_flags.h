// Floating-point exception flags, as masks for <cfenv>; 0 where there are none (WebAssembly). A test that is about
// nothing else has to be skipped there.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_EXCEPTION_FLAGS_H_
#define TWOPASS_TEST_EXCEPTION_FLAGS_H_

#include <cfenv>
#include <string>

namespace twopass_test {

#ifdef FE_UNDERFLOW
constexpr int kUnderflow = FE_UNDERFLOW;
constexpr int kAllButInexact = FE_UNDERFLOW | FE_OVERFLOW | FE_INVALID | FE_DIVBYZERO;
#else
constexpr int kUnderflow = 0;
constexpr int kAllButInexact = 0;
#endif

}  // namespace twopass_test

// The first statement of such a test.
#define TWOPASS_SKIP_WITHOUT_EXCEPTION_FLAGS() \
  if (twopass_test::kUnderflow == 0) GTEST_SKIP() << "this machine has no floating-point exception flags"

// Beside its checks clang joins some operations of scalar kernels to vectors of two, and what is in their other lanes
// may raise flags, too.
#if defined(__clang__) && defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TWOPASS_SKIP_WHERE_CLANG_MAKES_VECTORS(isa) \
  if (std::string(isa) == "scalar") GTEST_SKIP() << "a sanitizer's scalar kernels compute with lanes of nobody"
#endif
#endif
#ifndef TWOPASS_SKIP_WHERE_CLANG_MAKES_VECTORS
#define TWOPASS_SKIP_WHERE_CLANG_MAKES_VECTORS(isa) static_cast<void>(isa)
#endif

#endif  // TWOPASS_TEST_EXCEPTION_FLAGS_H_
