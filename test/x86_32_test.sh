#!/usr/bin/env bash
# The library for 32-bit x86, whose x87 unit rounds to more than float: the build asks for SSE2 instead, and without it
# src/kernels.h does not compile. Skipped (77) where no compiler makes such programs, or the machine does not run them.
#
#   usage: CC=... CXX=... x86_32_test.sh
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"

# works COMMAND...: makes programs that run here.
works() {
  echo 'int main(void) { return sizeof(void*) != 4; }' | "$@" -x c - -o "$scratch/program" && "$scratch/program"
}

# shellcheck disable=SC2086 # a command with its arguments
if works $CC -m32 2>/dev/null; then
  c=$CC cxx=$CXX flags=-m32
elif works i686-linux-gnu-gcc -static 2>/dev/null; then
  c=i686-linux-gnu-gcc cxx=i686-linux-gnu-g++ flags=-static
else
  echo "SKIPPED: no programs of 32-bit x86 can be made and run here; g++-i686-linux-gnu makes some on Debian"
  exit 77
fi

quietly cmake -S "$root" -B "$scratch/build" "${library_alone[@]}" -DTWOPASS_BUILD_EXAMPLES=ON \
  -DCMAKE_C_COMPILER="$c" -DCMAKE_CXX_COMPILER="$cxx" "-DCMAKE_C_FLAGS=$flags" "-DCMAKE_CXX_FLAGS=$flags"
quietly cmake --build "$scratch/build" --target softmax_c --parallel 2
expect_example "$scratch/build/examples/softmax_c"

expect_message "compile it with -msse2 -mfpmath=sse" \
  "$cxx" $flags -march=i686 -mfpmath=387 -std=c++17 -fsyntax-only -x c++ "$root/src/kernels.h"
