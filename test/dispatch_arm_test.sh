#!/usr/bin/env bash
# The dispatch on Arm machines, emulated by qemu, where an instruction that the machine lacks is fatal.
#   dispatch_arm_test.sh path/to/print_dispatch qemu-aarch64|qemu-arm
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/expect_dispatch.sh"
program=$1
emulator=$2
unset TWOPASS_ISA

on() { "$emulator" -cpu "$@"; }
# sve BYTES COMMAND...: a machine with vectors of that length.
sve() { on "max,sve-default-vector-length=$1" "${@:2}"; }

case $(basename "$emulator") in
  qemu-aarch64)
    expect_active neonfma on cortex-a53 "$program"
    expect_active neonfma on neoverse-n1 "$program"
    expect_active neonfma on max,sve=off "$program"
    expect_unsupported with_isa sve on cortex-a53 "$program"
    # As many lanes as NEON has
    expect_active neonfma sve 16 "$program"
    expect_active sve with_isa sve sve 16 "$program"
    for bytes in 32 64 128 256; do
      expect_active sve sve "$bytes" "$program"
    done
    expect_active sve on a64fx "$program"
    expect_active neonfma with_isa neonfma on a64fx "$program"
    expect_active scalar with_isa scalar on a64fx "$program"
    expect_unsupported with_isa neon on a64fx "$program"
    ;;
  qemu-arm)
    expect_active neon on cortex-a7 "$program"
    expect_active neon on cortex-a9 "$program"
    expect_active scalar on cortex-a9,neon=off "$program"
    expect_unsupported with_isa neon on cortex-a9,neon=off "$program"
    expect_active scalar with_isa scalar on cortex-a7 "$program"
    expect_unsupported with_isa neonfma on cortex-a7 "$program"
    ;;
  *)
    echo "FAILED: $emulator is no emulator of Arm"
    failures=1
    ;;
esac

exit $((failures != 0))
