// Who makes a call, for the fuzzer: with which ISA, floating-point environment and threads. No result depends on the
// last two.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_FUZZ_CALLER_H_
#define TWOPASS_TEST_FUZZ_CALLER_H_

#include <string>

#include "test/fuzz/choices.h"
#include "twopass_debug.h"

namespace twopass_test {

// Prints the message and what was chosen so far, and aborts: a finding.
[[noreturn]] void Fail(const std::string& message);

class Caller {
 public:
  // Pins an ISA.
  explicit Caller(Choices* choices);

  // Calls function(options) in the caller's environment, with its threads if it has any, and fails where the
  // environment is another one afterwards.
  template <typename Function>
  twopass_status Call(twopass_options options, const Function& function) const {
    options.runner = has_runner_ ? &runner_ : nullptr;
    EnterEnvironment();
    const twopass_status status = function(&options);
    LeaveEnvironment();
    return status;
  }

 private:
  void EnterEnvironment() const;
  void LeaveEnvironment() const;

  int rounding_;
  bool flushes_;  // denormal numbers to 0, where that can be set here
  bool traps_;    // exceptions that the library may raise
  bool has_runner_;
  twopass_runner runner_;
};

}  // namespace twopass_test

#endif  // TWOPASS_TEST_FUZZ_CALLER_H_
