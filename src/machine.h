// What the processor can do, for the expressions AVAILABLE of scripts/isa/. The answers come from the processor and
// from the operating system that has to save its registers, never from another library: an ISA that is promised and
// missing is an illegal instruction.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_MACHINE_H_
#define TWOPASS_SRC_MACHINE_H_

// Whether an x86 processor has a feature, by the name that gcc and clang give it, such as "avx2". A macro because their
// built-in function takes a literal only. Compilers without it need another definition here, and nothing else.
#define TWOPASS_HAS_X86(feature) (__builtin_cpu_init(), __builtin_cpu_supports(feature) != 0)

namespace twopass {

// Whether an x86 processor converts half floats, for which not all compilers have a name.
bool has_f16c();

// Whether Linux reports a feature: a bit of AT_HWCAP, numbered from 0. False on other systems.
bool has_hwcap(unsigned bit);

// Whether a RISC-V processor has version 1.0 of the vector extension, whose instructions are illegal on the drafts
// before it.
bool has_rvv();

}  // namespace twopass

#endif  // TWOPASS_SRC_MACHINE_H_
