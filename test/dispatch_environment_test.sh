#!/usr/bin/env bash
# The environment variable TWOPASS_ISA on this machine.
#   dispatch_environment_test.sh path/to/print_dispatch [EMULATOR ARGUMENT...]
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/expect_dispatch.sh"
program=("${@:2}" "$1")
unset TWOPASS_ISA

listed() { "${program[@]}" | sed -n "s/^$1: //p"; }
read -ra build <<< "$(listed build)"
read -ra machine <<< "$(listed machine)"
best=$(listed best)

expect_active "$best" "${program[@]}"
expect_active "$best" with_isa "" "${program[@]}"
for isa in "${build[@]}"; do
  case " ${machine[*]} " in
    *" $isa "*) expect_active "$isa" with_isa "$isa" "${program[@]}" ;;
    *) expect_unsupported with_isa "$isa" "${program[@]}" ;;
  esac
done
for unknown in bogus SCALAR " scalar" "scalar " scalar,avx2; do
  expect_unsupported with_isa "$unknown" "${program[@]}"
done

exit $((failures != 0))
