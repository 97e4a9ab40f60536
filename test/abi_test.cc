// A program that was compiled with an earlier twopass.h works with today's library. test/abi/ holds the header of each
// version that began a line of compatible ones.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "test/abi/caller.h"
#include "twopass.h"

namespace {

TEST(Abi, Layout) {
  const abi_layout theirs = abi_layout_of_caller();
  EXPECT_EQ(theirs.options, sizeof(twopass_options));
  EXPECT_EQ(theirs.algorithm, offsetof(twopass_options, algorithm));
  EXPECT_EQ(theirs.flags, offsetof(twopass_options, flags));
  EXPECT_EQ(theirs.runner, offsetof(twopass_options, runner));
  EXPECT_EQ(theirs.runner_struct, sizeof(twopass_runner));
  EXPECT_EQ(theirs.run, offsetof(twopass_runner, run));
  EXPECT_EQ(theirs.threads, offsetof(twopass_runner, threads));
  EXPECT_EQ(theirs.thread_count, offsetof(twopass_runner, thread_count));
  EXPECT_EQ(theirs.extexp, sizeof(twopass_extexp));
  EXPECT_EQ(theirs.mantissa, offsetof(twopass_extexp, mantissa));
  EXPECT_EQ(theirs.exponent, offsetof(twopass_extexp, exponent));
  EXPECT_EQ(theirs.status, sizeof(twopass_status));
}

// A later version may take words for fields of its own. What is left is reserved for all of them, and the size stays.
TEST(Abi, WordsThatAreReservedMustBeZero) {
  const size_t still_reserved = sizeof(twopass_options::reserved) / sizeof(size_t);
  ASSERT_LE(still_reserved, abi_reserved_count());
  for (size_t i = abi_reserved_count() - still_reserved; i < abi_reserved_count(); i++) {
    EXPECT_EQ(abi_reserved(i), TWOPASS_INVALID_ARGUMENT) << "reserved[" << i << "]";
  }
}

TEST(Abi, Softmax) { EXPECT_EQ(abi_softmax(), 0); }
TEST(Abi, Runner) { EXPECT_EQ(abi_runner(), 0); }
TEST(Abi, Shards) { EXPECT_EQ(abi_shards(), 0); }

}  // namespace
