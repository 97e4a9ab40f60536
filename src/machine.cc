// Detection of features by the processor, by Linux, and by asking a vector unit itself.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "machine.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#ifdef __linux__  // the headers of another system may be found too, as for WebAssembly on a host with gcc-multilib
#include <sys/auxv.h>
#endif

namespace twopass {

#if defined(__x86_64__) || defined(__i386__)
bool has_f16c() {
  unsigned eax, ebx, ecx, edx;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx >> 29 & 1) != 0;
}
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
// instruction is legal in both. It is written by its fields so that this file needs no flags for vectors.
bool has_rvv() {
  constexpr unsigned kLetterV = 'V' - 'A';
  if (!has_hwcap(kLetterV)) return false;
  constexpr unsigned long kType = 0xC0;
  unsigned long length, type;
  asm volatile(
      ".insn i 0x57, 7, %0, x0, %2\n"  // vsetvli length, x0, e8, m1, ta, ma
      "csrr %1, 0xC21\n"               // vtype
      : "=&r"(length), "=r"(type)
      : "i"(kType));
  return type == kType;
}

#else
bool has_rvv() { return false; }
#endif

}  // namespace twopass
