// What a program sees that was compiled with an earlier twopass.h; caller.c is that program.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_ABI_CALLER_H_
#define TWOPASS_TEST_ABI_CALLER_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct abi_layout {
  size_t options, algorithm, flags, runner;
  size_t runner_struct, run, threads, thread_count;
  size_t extexp, mantissa, exponent;
  size_t status;
};
struct abi_layout abi_layout_of_caller(void);

// Calls that return 0 where all went well, and otherwise a number that says which of them did not.
int abi_softmax(void);
int abi_runner(void);
int abi_shards(void);

// The status of a call with a value in the reserved word at `index`, and how many of them there are.
int32_t abi_reserved(size_t index);
size_t abi_reserved_count(void);

#ifdef __cplusplus
}
#endif

#endif  // TWOPASS_TEST_ABI_CALLER_H_
