#!/usr/bin/env bash
# The dispatch beside a shared library cpuinfo that is another version than its header, or does not know the machine, or
# describes caches that other machines have: fake_cpuinfo.c.
#   CC=... fake_cpuinfo_test.sh path/to/print_dispatch [EMULATOR ARGUMENT...]
#
# Exit status 77, a skip, where the program does not load cpuinfo.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/expect_dispatch.sh"
program=("${@:2}" "$1")
unset TWOPASS_ISA

soname=$(LC_ALL=C readelf --dynamic "$1" | sed -nE 's/.*\(NEEDED\).*\[(libcpuinfo\.[^]]*)\]$/\1/p')
if [ -z "$soname" ]; then
  echo "SKIPPED: the program does not load a shared library cpuinfo"
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
$CC -shared -fPIC "-Wl,-soname,$soname" "$(dirname "$0")/fake_cpuinfo.c" -o "$scratch/$soname"

# with_fake NAME COMMAND...: what fake_cpuinfo.c calls by this name.
with_fake() { LD_LIBRARY_PATH=$scratch FAKE_CPUINFO=$1 "${@:2}"; }

# The caches as another source describes them, in which no nonsense is left.
expect_possible_caches() {
  local sizes size
  read -ra sizes < <("$@" 2>/dev/null |
    sed -nE 's/^caches: l1 ([0-9]+), l2 ([0-9]+), l3 ([0-9]+) .*/\1 \2 \3/p') || true
  [ ${#sizes[@]} -eq 3 ] || fail "$*: no caches"
  for size in "${sizes[@]}"; do
    if [ "$size" -ne 0 ] && { [ "$size" -lt 1024 ] || [ "$size" -gt $((1 << 30)) ]; }; then
      fail "$*: expected possible sizes of caches, got ${sizes[*]}"
      return
    fi
  done
  echo "ok: $* -> possible caches: ${sizes[*]}"
}

best=$("${program[@]}" | sed -n 's/^best: //p')
for fake in everything nothing fails; do
  expect_active "$best" with_fake "$fake" "${program[@]}"
  expect_possible_caches with_fake "$fake" "${program[@]}"
done

expect_line "caches: l1 49152, l2 786432, l3 12582912 shared by 4 cores" with_fake smt "${program[@]}"
expect_line "caches: l1 49152, l2 786432, l3 12582912 shared by 8 cores" with_fake mixed "${program[@]}"

# Where AVX-512 is promised and missing, an instruction of it is fatal.
if [ "$(uname -m)" = x86_64 ] && [ $# -eq 1 ]; then
  if command -v qemu-x86_64 >/dev/null; then
    for fake in everything nothing fails; do
      expect_active avx2 with_fake "$fake" qemu-x86_64 -cpu Haswell "$1"
    done
  else
    echo "left out: a Haswell, for which qemu-x86_64 is missing (Debian: qemu-user)"
  fi
fi

exit $((failures != 0))
