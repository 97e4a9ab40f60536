#!/usr/bin/env bash
# What a build for Windows makes of the library, which is a DLL: it exports the functions of its headers for C and
# nothing else, imports what every Windows has, and the example in C runs with it. No vector of AVX lies on the stack
# where it would have to be aligned, which gcc does not see to.
#
#   usage: windows_test.sh path/to/build [EMULATOR ARGUMENT...]
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"
build=$1
run=("${@:2}")
library=$build/libtwopass.dll

contents=$(x86_64-w64-mingw32-objdump --private-headers "$library")
expect_exports "$(sed -nE '/Ordinal\/Name Pointer/,/^$/s/^\t\[.*\] //p' <<<"$contents")"

imported=$(sed -n 's/^.*DLL Name: //p' <<<"$contents" | sort | xargs)
[[ $imported == "KERNEL32.dll msvcrt.dll" ]] || die "imports $imported"
echo "ok: imports $imported"

# Stores past the caches are to addresses that the kernels have aligned.
code=$(x86_64-w64-mingw32-objdump --disassemble --no-show-raw-insn "$library")
grep -q 'vmovups .*%zmm' <<<"$code" || die "no vectors of AVX-512 in the code"
! grep -E 'vmov(aps|apd|dqa|dqa32|dqa64) .*\(.*%[yz]mm|vmov(aps|apd|dqa|dqa32|dqa64) .*%[yz]mm.*\(' <<<"$code" ||
  die "moves that ask for aligned vectors"
echo "ok: no move asks for aligned vectors"

example=$scratch/softmax.exe
x86_64-w64-mingw32-gcc-posix -std=c99 -Wall -Wextra -Werror -DTWOPASS_SHARED -I"$root/include" \
  "$root/examples/softmax.c" "$library.a" -o "$example"
WINEPATH=$build expect_example "${run[@]}" "$example"
