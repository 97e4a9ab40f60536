// Runs cases of GoogleTest, of which a filter chooses those of one ISA. The exit status is 77, which tells of a skip,
// where all of them were skipped, and that of a failure where the filter chooses none.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int status = RUN_ALL_TESTS();
  const testing::UnitTest& tests = *testing::UnitTest::GetInstance();
  if (tests.test_to_run_count() == 0) return 1;
  return status == 0 && tests.skipped_test_count() == tests.test_to_run_count() ? 77 : status;
}
