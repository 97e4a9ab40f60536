// The floating-point environment that kernels expect: rounding to nearest, and on x86 no traps.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ENVIRONMENT_H_
#define TWOPASS_SRC_ENVIRONMENT_H_

#include "compiler.h"

#if TWOPASS_IS_X86
#include <xmmintrin.h>
#else
#include <fenv.h>
#endif

namespace twopass {

// Not known to the compiler, which would compute ahead.
inline const volatile float kTiny = 0x1p-30f;

// Whether the thread rounds to nearest, told by what it computes: every other way takes 1 up or down by a small number.
// To read the control register would make the processor wait for all that went before, a tenth of the time of a short
// row.
inline bool rounds_to_nearest() {
  const float tiny = kTiny;
  return 1.0f + tiny <= 1.0f - tiny;
}

#if TWOPASS_IS_X86

// Whether an exception may trap. feenableexcept sets the masks of both units, and those of the x87 are read at once;
// who sets those of the vectors alone is not seen.
inline bool has_traps() {
  const unsigned short all_masks = 0x3f;
  unsigned short control;
  TWOPASS_GET_X87_CONTROL(control);
  return (control & all_masks) != all_masks;
}

// Holds for as long as an object of this class lives; then what the caller had is put back.
class DefaultEnvironment {
 public:
  DefaultEnvironment() {
    if (!has_traps() && rounds_to_nearest()) return;  // in this order: the second may trap where inexact results do
    is_changed_ = true;
    before_ = _mm_getcsr();
    _mm_setcsr((before_ & ~(_MM_ROUND_MASK | _MM_EXCEPT_MASK)) | _MM_ROUND_NEAREST | _MM_MASK_MASK);
  }
  ~DefaultEnvironment() {
    if (is_changed_) _mm_setcsr(before_);
  }

 private:
  bool is_changed_ = false;
  unsigned before_;
#else
class DefaultEnvironment {
 public:
  DefaultEnvironment() {
    if (rounds_to_nearest()) return;
    before_ = fegetround();
    fesetround(FE_TONEAREST);
  }
  ~DefaultEnvironment() {
    if (before_ != FE_TONEAREST) fesetround(before_);
  }

 private:
  int before_ = FE_TONEAREST;
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
  TWOPASS_FORGET(unknown);
  (*unknown)();
  TWOPASS_FORGET_MEMORY();
}

}  // namespace twopass

#endif  // TWOPASS_SRC_ENVIRONMENT_H_
