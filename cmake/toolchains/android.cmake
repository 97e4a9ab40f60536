# Android on 64-bit Arm, compiled and not linked: its C library comes with Google's NDK alone. The headers are those of
# another C library for Linux, musl's, which comes with zig's compiler in build/zig; the ABI and the dialect are
# Android's. To link programs, take the NDK's own toolchain file.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set(CMAKE_SYSTEM_NAME Linux)  # by the name Android CMake looks for an NDK
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_C_COMPILER_TARGET aarch64-linux-android)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-android)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(musl "${CMAKE_CURRENT_LIST_DIR}/../../build/zig/ziglang/lib/libc/include")
add_compile_options(-nostdlibinc $<$<COMPILE_LANGUAGE:CXX>:-isystem/usr/lib/llvm-19/include/c++/v1>
  -isystem${musl}/aarch64-linux-musl -isystem${musl}/generic-musl)
