# 32-bit Arm from another machine, by Debian's cross compiler. Programs run under qemu, where libraries of that
# architecture are installed. The compiler's own choice is -march=armv7-a -mfpu=vfpv3-d16 -mfloat-abi=hard, so that
# nothing but the kernels that ask for NEON need a processor with it.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR armv7)
set(CMAKE_C_COMPILER arm-linux-gnueabihf-gcc)
set(CMAKE_CXX_COMPILER arm-linux-gnueabihf-g++)
set(CMAKE_LIBRARY_ARCHITECTURE arm-linux-gnueabihf)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-arm)
