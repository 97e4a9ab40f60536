// Detection of features by the processor, by Linux, by macOS, and by asking a vector unit itself.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "machine.h"

#include <stddef.h>

#include <atomic>

#ifdef __linux__  // the headers of another system may be found too, as for WebAssembly on a host with gcc-multilib
#include <sys/auxv.h>
#endif
#ifdef __APPLE__
#include <sys/sysctl.h>
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

namespace {

bool is_set(unsigned value, int bit) { return (value >> bit & 1) != 0; }

// macOS saves the registers of AVX-512 from their first use on; before it XCR0 does not have their bits.
#ifdef __APPLE__
bool is_avx512_saved(unsigned) {
  int answer = 0;
  size_t size = sizeof(answer);
  return sysctlbyname("hw.optional.avx512f", &answer, &size, nullptr, 0) == 0 && answer != 0;
}
#else
bool is_avx512_saved(unsigned xcr0) { return (xcr0 & 0xE6) == 0xE6; }
#endif

enum Feature : unsigned { kSse2 = 1, kSse41 = 2, kAvx = 4, kAvx2 = 8, kAvx512f = 16, kAsked = 32 };

unsigned ask_for_features() {
  const Registers first = cpuid(1, 0), seventh = cpuid(7, 0);
  unsigned xcr0 = 0, high = 0;  // the registers that the operating system saves, a bit for each kind
  if (is_set(first.ecx, 27)) TWOPASS_GET_XCR0(xcr0, high);

  const bool has_avx = is_set(first.ecx, 28) && (xcr0 & 0x06) == 0x06;
  const bool has_fma3 = is_set(first.ecx, 12), has_f16c = is_set(first.ecx, 29);
  unsigned features = kAsked;
  if (is_set(first.edx, 26)) features |= kSse2;
  if (is_set(first.ecx, 19)) features |= kSse41;
  if (has_avx) features |= kAvx;
  if (has_avx && has_fma3 && has_f16c && is_set(seventh.ebx, 5)) features |= kAvx2;
  if (has_avx && is_set(seventh.ebx, 16) && is_avx512_saved(xcr0)) features |= kAvx512f;
  return features;
}

// CPUID takes microseconds in a virtual machine, so it is asked at the first call. Threads that come first together all
// ask, and learn the same.
bool has(Feature feature) {
  static std::atomic<unsigned> known{0};
  unsigned features = known.load(std::memory_order_relaxed);
  if (features == 0) {
    features = ask_for_features();
    known.store(features, std::memory_order_relaxed);
  }
  return (features & feature) != 0;
}

}  // namespace

bool has_sse2() { return has(kSse2); }
bool has_sse41() { return has(kSse41); }
bool has_avx() { return has(kAvx); }
bool has_avx2() { return has(kAvx2); }
bool has_avx512f() { return has(kAvx512f); }

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
