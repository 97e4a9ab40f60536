// Detection of features by the processor, by Linux, and by asking a vector unit itself.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "machine.h"

#ifdef __linux__  // the headers of another system may be found too, as for WebAssembly on a host with gcc-multilib
#include <sys/auxv.h>
#endif

namespace twopass {

#if TWOPASS_IS_X86

Registers cpuid(unsigned leaf, unsigned subleaf) {
  constexpr unsigned kExtended = 0x80000000;  // the first leaf of those of AMD; like 0 it has the last of its kind
  Registers registers;
  TWOPASS_CPUID(leaf & kExtended, 0, registers.eax, registers.ebx, registers.ecx, registers.edx);
  if (registers.eax < leaf) return {};
  TWOPASS_CPUID(leaf, subleaf, registers.eax, registers.ebx, registers.ecx, registers.edx);
  return registers;
}

bool has_f16c() { return (cpuid(1, 0).ecx >> 29 & 1) != 0; }

#else
bool has_f16c() { return false; }
#endif

#ifdef __linux__
bool has_hwcap(unsigned bit) { return (getauxval(AT_HWCAP) >> bit & 1) != 0; }
#else
bool has_hwcap(unsigned) { return false; }
#endif

#ifdef __riscv

// The letter V of AT_HWCAP says that this process may use vector instructions. It does not say which: kernels of the
// makers of processors with draft 0.7.1 set it too. (riscv_hwprobe knows the version, but not what the process may use,
// and old kernels lack it.)
//
// So the vector unit is asked for elements of 8 bits in single registers, with the tail and the elements that are
// masked off left to its choice. Version 1.0 stores that as it is given. The draft has other fields there: it reads a
// reserved bit and a division of elements that no processor has, and stores instead that the type is illegal. The
// instruction is legal in both.
bool has_rvv() {
  constexpr unsigned kLetterV = 'V' - 'A';
  if (!has_hwcap(kLetterV)) return false;
  constexpr unsigned long kType = 0xC0;  // e8, m1, ta, ma
  unsigned long type;
  TWOPASS_SET_VECTOR_TYPE(kType, type);
  return type == kType;
}

#else
bool has_rvv() { return false; }
#endif

}  // namespace twopass
