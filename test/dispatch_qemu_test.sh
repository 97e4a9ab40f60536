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
build=" $("$program" | sed -n 's/^build: //p') "

expect_active scalar on Nehalem "$program"
expect_active scalar on SandyBridge "$program"
expect_active scalar on qemu64 "$program"
case $build in
  *" avx2 "*)
    expect_active avx2 on Haswell "$program"
    expect_unsupported with_isa avx2 on Nehalem "$program"
    expect_unsupported with_isa avx2 on SandyBridge "$program"
    # AVX2 without FMA3, and FMA3 without AVX2
    expect_active scalar on Haswell,-fma "$program"
    expect_active scalar on Haswell,-avx2 "$program"
    ;;
  *) expect_active scalar on Haswell "$program" ;;
esac
expect_active scalar with_isa scalar on Haswell "$program"
expect_unsupported with_isa avx512f on Haswell "$program"
expect_unsupported with_isa bogus on Haswell "$program"

exit $((failures != 0))
