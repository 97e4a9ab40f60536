// Rows of logits for the fuzzer: raw floats of its input, and families of rows that its input only picks from.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_FUZZ_ROWS_H_
#define TWOPASS_TEST_FUZZ_ROWS_H_

#include <cstddef>
#include <vector>

#include "test/fuzz/choices.h"

namespace twopass_test {

std::vector<float> ChooseRow(size_t columns, Choices* choices);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_FUZZ_ROWS_H_
