# Systems whose C library comes with zig's compiler (macOS, FreeBSD, Linux with musl): TWOPASS_ZIG_TARGET names one, as
# in aarch64-macos. scripts/test-emulated puts zig where it is looked for, build/zig.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TWOPASS_ZIG_TARGET)
if(NOT TWOPASS_ZIG_TARGET MATCHES "^([a-z0-9_]+)-([a-z]+)")
  message(FATAL_ERROR "TWOPASS_ZIG_TARGET is \"${TWOPASS_ZIG_TARGET}\", where a target of zig is needed")
endif()
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_MATCH_1})
set(zig_system_linux Linux)
set(zig_system_macos Darwin)
set(zig_system_freebsd FreeBSD)
set(CMAKE_SYSTEM_NAME ${zig_system_${CMAKE_MATCH_2}})

find_program(TWOPASS_ZIG zig PATHS "${CMAKE_CURRENT_LIST_DIR}/../../build/zig/ziglang" REQUIRED)
set(CMAKE_C_COMPILER "${TWOPASS_ZIG}" cc -target ${TWOPASS_ZIG_TARGET})
set(CMAKE_CXX_COMPILER "${TWOPASS_ZIG}" c++ -target ${TWOPASS_ZIG_TARGET})
set(CMAKE_AR llvm-ar-19)
set(CMAKE_RANLIB llvm-ranlib-19)
set(CMAKE_INSTALL_NAME_TOOL llvm-install-name-tool-19)

# Nothing of this machine is of use to another system.
set(CMAKE_FIND_ROOT_PATH "${CMAKE_CURRENT_LIST_DIR}/none")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
