// What gcc and clang have and C++ has not, so that another compiler is a matter of this file. Macros and nothing else:
// kernels include it too, and an inline function compiled with the flags of an ISA would crash older machines.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_COMPILER_H_
#define TWOPASS_SRC_COMPILER_H_

// ---- The processor

#if defined(__x86_64__) || defined(__i386__)
#define TWOPASS_IS_X86 1
#endif

// ---- Functions

// In front of a function: it is called, never copied to where it is called.
#define TWOPASS_NOINLINE __attribute__((noinline))

// ---- Numbers

// Infinity, as a float.
#define TWOPASS_INFINITY __builtin_inff()

// |x| of a float.
#define TWOPASS_ABS(x) __builtin_fabsf(x)

// The bits of a value, as a value of another type of the same size: of C++20 std::bit_cast.
#define TWOPASS_BIT_CAST(type, value) __builtin_bit_cast(type, value)

// A type: a vector of unsigned integers of 32 bits, so many bytes in all. It has the operators of integers, lane by
// lane, and converts by casts from and to the vectors of integers that intrinsics take.
#define TWOPASS_INTEGERS(bytes) unsigned __attribute__((vector_size(bytes)))

// Whether a + b or a * b is beyond the type that `result` points to, where it goes modulo 2^bits.
#define TWOPASS_ADD_OVERFLOWS(a, b, result) __builtin_add_overflow(a, b, result)
#define TWOPASS_MUL_OVERFLOWS(a, b, result) __builtin_mul_overflow(a, b, result)

// ---- Memory

// memcpy, without a header.
#define TWOPASS_COPY(to, from, bytes) __builtin_memcpy(to, from, bytes)

// Asks for the cache line of an address, which need not be one.
#define TWOPASS_PREFETCH(address) __builtin_prefetch(address)

// ---- What a compiler may assume

// `pointer` may have become another, and what it points to may have changed.
#define TWOPASS_FORGET(pointer) __asm__ __volatile__("" : "+r"(pointer) : : "memory")

// All of memory may be read and changed here.
#define TWOPASS_FORGET_MEMORY() __asm__ __volatile__("" : : : "memory")

// ---- What a processor tells

#if TWOPASS_IS_X86

// Fills four unsigned variables with what CPUID answers.
#define TWOPASS_CPUID(leaf, subleaf, eax, ebx, ecx, edx) \
  __asm__ __volatile__("cpuid" : "=a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx) : "0"(leaf), "2"(subleaf))

// Fills an unsigned variable with the lower half of XCR0, and another with the upper half.
#define TWOPASS_GET_XCR0(low, high) __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0))

// Fills an unsigned short with the control word of the x87.
#define TWOPASS_GET_X87_CONTROL(control) __asm__ __volatile__("fnstcw %0" : "=m"(control))

#elif defined(__riscv)

// Asks for a type of vectors, a constant as in vtype, and fills an unsigned long with the type that is set then.
// Written by its fields, so that it needs no flags for vectors:
//
//     vsetvli length, x0, requested
//     csrr answer, vtype
#define TWOPASS_SET_VECTOR_TYPE(requested, answer) \
  do {                                             \
    unsigned long length;                          \
    __asm__ __volatile__(                          \
        ".insn i 0x57, 7, %0, x0, %2\n"            \
        "csrr %1, 0xC21\n"                         \
        : "=&r"(length), "=r"(answer)              \
        : "i"(requested));                         \
  } while (false)

#endif

#endif  // TWOPASS_SRC_COMPILER_H_
