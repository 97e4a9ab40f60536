// Whether the code is that of a release: optimized, and without a sanitizer. Frames are not those of the library
// otherwise.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_RELEASE_CODE_H_
#define TWOPASS_TEST_RELEASE_CODE_H_

namespace twopass_test {

#if defined(__has_feature)
#define TWOPASS_TEST_HAS_FEATURE(feature) __has_feature(feature)
#else
#define TWOPASS_TEST_HAS_FEATURE(feature) 0
#endif

#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||   \
    TWOPASS_TEST_HAS_FEATURE(address_sanitizer) || TWOPASS_TEST_HAS_FEATURE(thread_sanitizer) || \
    TWOPASS_TEST_HAS_FEATURE(memory_sanitizer)
constexpr bool kIsReleaseCode = false;
#else
constexpr bool kIsReleaseCode = true;
#endif

#undef TWOPASS_TEST_HAS_FEATURE

}  // namespace twopass_test

// The first statement of such a test.
#define TWOPASS_SKIP_WITHOUT_RELEASE_CODE() \
  if (!twopass_test::kIsReleaseCode) GTEST_SKIP() << "not optimized, or with a sanitizer"

#endif  // TWOPASS_TEST_RELEASE_CODE_H_
