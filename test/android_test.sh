#!/usr/bin/env bash
# The archive for Android, whose C library is not here: it links into a shared library for 64-bit Arm, which lacks
# nothing but functions that Android's C library has.
#
#   android_test.sh ARCHIVE
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
archive=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

of_android=(exp expm1 fegetround fesetround fma getauxval getenv ilogb ldexp log1p memcpy memset pthread_once rint
  strcmp)
ld.lld-19 -shared --whole-archive "$archive" -o "$scratch/libtwopass.so"
llvm-readobj-19 --file-headers "$scratch/libtwopass.so" | grep '^Format: elf64-littleaarch64$'
missing=$(llvm-nm-19 --dynamic --undefined-only --format=just-symbols "$scratch/libtwopass.so" | sort)
unknown=$(comm -13 <(printf '%s\n' "${of_android[@]}") <(echo "$missing"))
[[ -z $unknown ]] || {
  printf 'FAILED: what Android may not have: %s\n' "$unknown"
  exit 1
}
echo "ok: takes from the C library: ${missing//$'\n'/ }"
