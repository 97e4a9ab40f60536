// The floating-point environment that kernels expect: rounding to nearest, and on x86 no traps.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ENVIRONMENT_H_
#define TWOPASS_SRC_ENVIRONMENT_H_

#if defined(__SSE__)
#include <xmmintrin.h>
#else
#include <fenv.h>
#endif

namespace twopass {

// Holds for as long as an object of this class lives; then what the caller had is put back. Reading the state costs a
// nanosecond, and only another one than the default is written.
class DefaultEnvironment {
 public:
#if defined(__SSE__)
  DefaultEnvironment() : before_(_mm_getcsr()) {
    if (is_changed()) _mm_setcsr((before_ & ~kOurs) | kDefault);
  }
  ~DefaultEnvironment() {
    if (is_changed()) _mm_setcsr(before_ | (_mm_getcsr() & _MM_EXCEPT_MASK));  // flags that were raised stay so
  }

 private:
  static constexpr unsigned kOurs = _MM_ROUND_MASK | _MM_MASK_MASK;
  static constexpr unsigned kDefault = _MM_ROUND_NEAREST | _MM_MASK_MASK;
  bool is_changed() const { return (before_ & kOurs) != kDefault; }
  const unsigned before_;
#else
  DefaultEnvironment() : before_(fegetround()) {
    if (is_changed()) fesetround(FE_TONEAREST);
  }
  ~DefaultEnvironment() {
    if (is_changed()) fesetround(before_);
  }

 private:
  bool is_changed() const { return before_ != FE_TONEAREST; }
  const int before_;
#endif

 public:
  DefaultEnvironment(const DefaultEnvironment&) = delete;
  DefaultEnvironment& operator=(const DefaultEnvironment&) = delete;
};

// Calls function() in that environment. A compiler believes that arithmetic does not depend on the environment, and may
// move it across a change. So what is computed must come from what the function captures by reference, and go there: as
// the compiler is not told what the pointer points to, it can load nothing before the one change, and has to store
// everything before the other.
template <class Function>
void in_default_environment(const Function& function) {
  const DefaultEnvironment environment;
  const Function* unknown = &function;
  asm volatile("" : "+r"(unknown) : : "memory");
  (*unknown)();
  asm volatile("" : : : "memory");
}

}  // namespace twopass

#endif  // TWOPASS_SRC_ENVIRONMENT_H_
