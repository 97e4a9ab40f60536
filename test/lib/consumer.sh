# What the tests of builds and their consumers share. To be sourced. Sets `root`, and `scratch`, which is gone in the
# end.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

die() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}

# quietly COMMAND...: shows what the command printed only where it fails.
quietly() {
  local output status=0
  output=$("$@" 2>&1) || status=$?
  ((status == 0)) || printf '%s\n' "$output"
  return "$status"
}

# expect_example COMMAND...: it prints what the examples of README.md print.
expect_example() {
  local output
  output=$("$@") || die "$*: exit status $?"
  [[ $output == $'0.0900\n0.2447\n0.6652' ]] || die "$* printed" "$output"
  echo "ok: $*"
}

# expect_exports NAMES: what a library exports; that is the functions of the headers for C, and nothing else.
expect_exports() {
  local declared difference
  declared=$(sed -nE 's/^[A-Za-z].*[ *](twopass_[a-z0-9_]+)\(.*/\1/p' \
    "$root"/include/twopass{,_debug,_divergence,_merge,_tokens}.h | sort)
  [[ -n $declared ]] || die "no functions are declared"
  difference=$(diff <(echo "$declared") <(sort <<<"$1")) || die "declared (<) and exported (>):" "$difference"
  echo "ok: exports $(wc -l <<<"$1") functions"
}

# expect_message MESSAGE COMMAND...: it fails, and says so.
expect_message() {
  local output
  ! output=$("${@:2}" 2>&1) || die "did not fail: ${*:2}"
  # CMake breaks lines where it likes.
  tr -s ' \n' ' ' <<<"$output" | grep -qF -- "$1" || die "expected '$1' of ${*:2}, got: $output"
  echo "ok: refused: $1"
}

# defines SYMBOL PROGRAM: linked into the program, not loaded when it runs.
defines() {
  nm --defined-only --format=posix "$2" | awk -v symbol="$1" '$1 == symbol { found = 1 } END { exit !found }'
}

# Options: `only_scalar`, of a build of the scalar kernels alone; `library_alone`, of one without tests, benchmarks, MPI
# and examples.
only_scalar=(-C "$root/test/lib/only_scalar.cmake")
# shellcheck disable=SC2034
library_alone=(-DTWOPASS_BUILD_TESTS=OFF -DTWOPASS_BUILD_BENCHMARKS=OFF -DTWOPASS_BUILD_MPI=OFF
  -DTWOPASS_BUILD_EXAMPLES=OFF)

# configure_package BUILD_DIRECTORY: for the packages, with the scalar kernels alone.
configure_package() { (cd "$root" && quietly cmake --preset package -B "$1" "${only_scalar[@]}"); }
