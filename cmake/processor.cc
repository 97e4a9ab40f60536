// Tells what processor the compiler compiles for, in the only way that no option of the compiler can hide: by an error.
// For isas.cmake.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#if defined(__x86_64__)
#error "twopass_processor=x86_64"
#elif defined(__i386__)
#error "twopass_processor=x86_32"
#elif defined(__aarch64__)
#error "twopass_processor=aarch64"
#elif defined(__arm__) && __ARM_ARCH >= 7
#error "twopass_processor=armv7"
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#error "twopass_processor=ppc64le"
#elif defined(__s390x__)
#error "twopass_processor=s390x"
#elif defined(__riscv) && __riscv_xlen == 64
#error "twopass_processor=riscv64"
#elif defined(__wasm32__)
#error "twopass_processor=wasm32"
#else
#error "twopass_processor=other"
#endif
