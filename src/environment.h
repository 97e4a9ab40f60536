// The floating-point environment that kernels expect, for as long as an object of this class lives: rounding to nearest, and on x86 no traps.
// What the caller had is put back.
//
// Whoever holds an object calls functions that compute, and does not compute itself: a compiler may move arithmetic past the change.
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

// Whether the thread rounds to nearest, told by what it computes. To read the control register would make the processor wait for all that
// went before, a tenth of the time of a short row.
inline bool rounds_to_nearest() {
  static const volatile float small = 0x1p-30f;  // not known to the compiler, which would compute ahead
  const float tiny = small;
  return 1.0f + tiny == 1.0f && 1.0f - tiny == 1.0f;
}

#if defined(__SSE__)

// Whether an exception may trap. feenableexcept sets the masks of both units, and those of the x87 are read at once.
inline bool has_traps() {
  const unsigned short all_masks = 0x3f;
  unsigned short control;
  __asm__ __volatile__("fnstcw %0" : "=m"(control));
  return (control & all_masks) != all_masks;
}

class DefaultEnvironment {
 public:
  DefaultEnvironment() {
    if (rounds_to_nearest() && !has_traps()) return;
    before_ = _mm_getcsr();
    _mm_setcsr((before_ & ~(_MM_ROUND_MASK | _MM_EXCEPT_MASK)) | _MM_ROUND_NEAREST | _MM_MASK_MASK);
  }
  ~DefaultEnvironment() {
    if (before_ != 0) _mm_setcsr(before_);
  }

 private:
  unsigned before_ = 0;  // 0 where nothing was changed: there are masks in what was
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

}  // namespace twopass

#endif  // TWOPASS_SRC_ENVIRONMENT_H_
