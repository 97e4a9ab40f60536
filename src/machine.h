// What the processor can do, for the expressions AVAILABLE of scripts/isa/. The answers come from the processor and
// from the operating system that has to save its registers, never from another library: an ISA that is promised and
// missing is an illegal instruction.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_MACHINE_H_
#define TWOPASS_SRC_MACHINE_H_

#include "compiler.h"

namespace twopass {

#if TWOPASS_IS_X86

// What the instruction CPUID answers.
struct Registers {
  unsigned eax, ebx, ecx, edx;
};

// Zeros where the processor has no such leaf.
Registers cpuid(unsigned leaf, unsigned subleaf);

// Whether the processor has the instructions, and the operating system saves their registers. Not asked is the function
// of gcc and clang for that: where their run-time library is another, it may know no features at all.
bool has_sse2();
bool has_sse41();
bool has_avx();
bool has_avx2();  // with FMA3, and F16C for half floats
bool has_avx512f();

#endif

// Whether Linux reports a feature: a bit of AT_HWCAP, numbered from 0. False on other systems.
bool has_hwcap(unsigned bit);

// Whether a RISC-V processor has version 1.0 of the vector extension, whose instructions are illegal on the drafts
// before it.
bool has_rvv();

}  // namespace twopass

#endif  // TWOPASS_SRC_MACHINE_H_
