#!/usr/bin/env bash
# The dispatch on 64-bit RISC-V machines with and without vectors, emulated by qemu: one program for every length of a
# vector.
#
#   dispatch_riscv_test.sh path/to/print_dispatch
#
# Exit status 77, a skip, where qemu-riscv64 is missing.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/expect_dispatch.sh"
program=$1
unset TWOPASS_ISA

if ! command -v qemu-riscv64 > /dev/null; then
  echo "SKIPPED: qemu-riscv64 is missing (Debian: qemu-user)"
  exit 77
fi

on() { qemu-riscv64 -cpu "$@"; }

for bits in 128 256 512 1024; do
  expect_active rvv on "rv64,v=true,vext_spec=v1.0,vlen=$bits" "$program"
done
expect_active scalar with_isa scalar on rv64,v=true,vext_spec=v1.0 "$program"
expect_unsupported with_isa bogus on rv64,v=true,vext_spec=v1.0 "$program"

# Without vectors, where one of their instructions is fatal
expect_active scalar on rv64,v=false "$program"
expect_unsupported with_isa rvv on rv64,v=false "$program"

exit $((failures != 0))
