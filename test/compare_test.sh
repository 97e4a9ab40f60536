#!/usr/bin/env bash
# Runs scripts/compare in a repository that is made of the working tree, so that its HEAD and its tree are the same:
# there are times for all shapes and masks, bits are found to be the same or different, each side is built of its own
# files, and what cannot be done is said in one line.
#
#   usage: [CC=... CXX=...] compare_test.sh
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

command -v git >/dev/null || { echo "skipped: git is not installed"; exit 77; }
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
failures=0

fail() {
  echo "FAILED: $*"
  cat "$scratch/stdout" "$scratch/stderr"
  failures=$((failures + 1))
}

# expect STATUS ARGUMENT...: runs it; fills the files stdout and stderr.
expect() {
  local expected=$1 status=0
  shift
  "$tree/scripts/compare" "$@" >"$scratch/stdout" 2>"$scratch/stderr" || status=$?
  [[ $status -eq $expected ]] || fail "exit status $status, expected $expected: $*"
}

# expect_line PATTERN: is a line of what the last one printed.
expect_line() { grep -Exq -- "$1" "$scratch/stdout" || fail "no line '$1'"; }

# expect_error MESSAGE ARGUMENT...: exit status 2, and one line on stderr that holds the message.
expect_error() {
  local message=$1
  shift
  expect 2 "$@"
  [[ $(wc -l <"$scratch/stderr") -eq 1 ]] || fail "not one line on stderr: $*"
  grep -Fq -- "$message" "$scratch/stderr" || fail "no message '$message': $*"
}

# expect_no_build SIDE ARGUMENT...: exit status 2, and a last line on stderr, below the compiler's, that says it.
expect_no_build() {
  local side=$1
  shift
  expect 2 "$@"
  grep -q '#error' "$scratch/stderr" || fail "the build's output is not shown: $*"
  tail -n 1 "$scratch/stderr" | grep -Fq "compare: the $side side does not build" || fail "another last line: $*"
}

commit() { git -C "$tree" -c user.name=test -c user.email=test@localhost commit --quiet --all --message "$1"; }

export CMAKE_TOOLCHAIN_FILE=$root/test/lib/only_scalar.cmake

mkdir "$tree"
cp -r "$root"/{CMakeLists.txt,.gitignore,bench,cmake,include,scripts,src} "$tree"
expect_error "is no git repository" HEAD
git -C "$tree" init --quiet --initial-branch main
git -C "$tree" add --all
commit "As it is"
commit_of_main=$(git -C "$tree" rev-parse --short HEAD)
expect_error "no revision is called 'nowhere'" nowhere

expect 0 --shapes 1x16 7x100 3x2000 --mask all --repetitions 2 --bits
expect_line "old +$commit_of_main of .*: As it is"
for mask in none causal padded random; do
  for shape in 1x16 7x100; do
    expect_line " +$shape +$mask( +[0-9]+\.[0-9]+){5}( +-){2} +[a-z_]+"
  done
  expect_line " +3x2000 +$mask( +[0-9]+\.[0-9]+){7} +[a-z_]+"  # has a memory bound
done
for shape in 1x16 7x100 3x2000; do
  expect_line " +$shape +the same"
done

expect 0 HEAD --shapes 4x5000 --repetitions 2 --in-place --threads 2 --isa scalar --algorithm two_pass
expect_line "ISA +scalar"
expect_line " +4x5000 +none( +-?[0-9]+\.[0-9]+){7} +two_pass"

expect 1 HEAD --shapes 1x16 2x1000 --repetitions 0 --bits --algorithm three_pass_reload,two_pass
expect_line "algorithm +three_pass_reload \(old\), two_pass \(new\)"
expect_line " +2x1000 +none: [1-9][0-9]* of 2000 elements differ, the largest relative difference is [1-9].*e-0[67]"
! grep -E " (all_masked|with_infinity|with_nan): " "$scratch/stdout" || fail "rows of NaN differ"

expect_error "the old side, ISA 'abacus'" HEAD --shapes 1x16 --isa abacus
expect_error "the new side, ISA 'abacus'" HEAD --shapes 1x16 --isa scalar,abacus
TWOPASS_ISA=abacus expect_error "the old side, ISA 'abacus'" HEAD --shapes 1x16
expect_error "algorithm 'four_pass'" HEAD --shapes 1x16 --algorithm four_pass

# Two of these get along in one process.
symbols=$(nm --dynamic --defined-only "$(find "$tree/build/compare/tree" -name compare_side.so)" | awk '{ print $3 }')
[[ $symbols == twopass_compare_side ]] || fail "compare_side.so shows other symbols: $symbols"

# A branch whose last commit does not build; then one whose tree does not build.
git -C "$tree" checkout --quiet -b branch
echo '#error broken' >>"$tree/include/twopass.h"
expect_no_build new main --shapes 1x16
commit "Broken"
git -C "$tree" checkout --quiet main -- include
expect_no_build old HEAD --shapes 1x16
expect 0 --shapes 1x16 --repetitions 0
expect_line "old +$commit_of_main of .*: As it is"

[[ $failures -eq 0 ]] && echo "all as expected"
