// Who makes a call, for the fuzzer: with which ISA, floating-point environment and threads. No result depends on the
// last two.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/fuzz/caller.h"

#include <fenv.h>  // and what GNU adds to it: traps

#include <cfenv>
#include <cstdio>
#include <cstdlib>
#include <vector>

#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include "test/inventory.h"

namespace twopass_test {
namespace {

constexpr int kRoundings[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};

constexpr int kTraps = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW;

#ifdef __SSE__
constexpr unsigned kFlushes = 0x8040;  // FTZ and DAZ
bool IsFlushing() { return (_mm_getcsr() & kFlushes) == kFlushes; }
void Flush() { _mm_setcsr(_mm_getcsr() | kFlushes); }
#else
bool IsFlushing() { return false; }
void Flush() {}
#endif

// Runners of one thread, from the first task to the last and the other way round; the second has a rounding of its own.
void RunForwards(void*, void (*task)(void*, size_t), void* context, size_t count) {
  for (size_t i = 0; i < count; i++) task(context, i);
}

void RunBackwards(void*, void (*task)(void*, size_t), void* context, size_t count) {
  std::fenv_t before;
  std::fegetenv(&before);
  std::fesetround(FE_UPWARD);
  for (size_t i = count; i-- != 0;) task(context, i);
  if (std::fegetround() != FE_UPWARD) Fail("a task leaves another rounding than it found");
  std::fesetenv(&before);
}

}  // namespace

void Fail(const std::string& message) {
  std::fprintf(stderr, "finding on %s: %s\n", twopass_active_isa(), message.c_str());
  std::abort();
}

Caller::Caller(Choices* choices) {
  static const std::vector<std::string> isas = AvailableIsas();
  if (twopass_pin_isa(isas[choices->Below(isas.size())].c_str()) != TWOPASS_OK)
    Fail("an available ISA cannot be pinned");

  rounding_ = choices->OneOf(kRoundings);
  const size_t control = choices->Below(4);
  flushes_ = (control & 1) != 0;
  traps_ = (control & 2) != 0;
  const size_t runner = choices->Below(3);
  has_runner_ = runner != 0;
  runner_ = {runner == 1 ? RunForwards : RunBackwards, nullptr, 1 + choices->Below(8)};
}

void Caller::EnterEnvironment() const {
  std::fesetround(rounding_);
  if (flushes_) Flush();
  if (traps_) feenableexcept(kTraps);
}

void Caller::LeaveEnvironment() const {
  const bool is_same =
      std::fegetround() == rounding_ && IsFlushing() == flushes_ && fegetexcept() == (traps_ ? kTraps : 0);
  std::fesetenv(FE_DFL_ENV);
  if (!is_same) Fail("the floating-point environment is another one after the call");
}

}  // namespace twopass_test
