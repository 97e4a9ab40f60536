#!/usr/bin/env bash
# The dispatch on weaker x86-64 machines, emulated by qemu, where an instruction that the machine lacks is fatal.
#   dispatch_qemu_test.sh path/to/print_dispatch
#
# Exit status 77, a skip, where qemu-x86_64 is missing or the build is not for x86-64.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/expect_dispatch.sh"
program=$1
unset TWOPASS_ISA

case $(uname -m) in
  x86_64 | amd64) ;;
  *) echo "SKIPPED: this is not an x86-64 machine"; exit 77 ;;
esac
if ! command -v qemu-x86_64 > /dev/null; then
  echo "SKIPPED: qemu-x86_64 is missing (Debian: qemu-user)"
  exit 77
fi

on() { qemu-x86_64 -cpu "$@"; }
read -ra build <<< "$("$program" | sed -n 's/^build: //p')"

# expect_isas CPU ISA...: the machine has these ISAs, best first, and no others, as far as the build has them.
expect_isas() {
  local cpu=$1 best="" isa
  shift
  for isa in "$@"; do
    case " ${build[*]} " in
      *" $isa "*)
        best=${best:-$isa}
        expect_active "$isa" with_isa "$isa" on "$cpu" "$program"
        ;;
    esac
  done
  expect_active "$best" on "$cpu" "$program"
  for isa in "${build[@]}"; do
    case " $* " in
      *" $isa "*) ;;
      *) expect_unsupported with_isa "$isa" on "$cpu" "$program" ;;
    esac
  done
}

expect_isas qemu64 sse2 scalar
expect_isas Nehalem sse41 sse2 scalar
expect_isas SandyBridge avx sse41 sse2 scalar
expect_isas Haswell avx2 avx sse41 sse2 scalar
# AVX2 without FMA3 or F16C, and these without AVX2
expect_isas Haswell,-fma avx sse41 sse2 scalar
expect_isas Haswell,-f16c avx sse41 sse2 scalar
expect_isas Haswell,-avx2 avx sse41 sse2 scalar
# An operating system that does not save the registers of AVX
expect_isas Haswell,-xsave sse41 sse2 scalar
expect_unsupported with_isa bogus on Haswell "$program"

exit $((failures != 0))
