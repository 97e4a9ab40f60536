#!/usr/bin/env bash
# Runs the example of sampling on some of the network's output: the text that is drawn is the same on every machine, and
# the plain sampler has as many tokens left to draw from; on bad files and arguments it says in one line what is wrong.
#
#   usage: sampler_test.sh SAMPLER_PROGRAM DATA_DIRECTORY
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

sampler=$1
logits=$2/ocr-logits.npy
labels=$2/ocr-labels.txt
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

fail() {
  echo "FAILED: $*"
  cat "$scratch/stdout" "$scratch/stderr"
  failures=$((failures + 1))
}

# run ARGUMENT...: sets `status`, and fills the files stdout and stderr.
run() {
  status=0
  "$sampler" "$@" >"$scratch/stdout" 2>"$scratch/stderr" || status=$?
}

expect_line() { grep -Fxq -- "$1" "$scratch/stdout" || fail "no line '$1'"; }

# expect_error MESSAGE ARGUMENT...: exit status 1, nothing on stdout, and one line on stderr that holds the message.
expect_error() {
  local message=$1
  shift
  run "$@"
  if [[ $status -ne 1 || -s $scratch/stdout || $(wc -l <"$scratch/stderr") -ne 1 ]] ||
    ! grep -Fq -- "$message" "$scratch/stderr"; then
    fail "exit status $status; expected 1 and '$message': $*"
  fi
}

run --rows 50 --vocabulary 2000 "$logits" "$labels"
[[ $status -eq 0 && ! -s $scratch/stderr ]] || fail "exit status $status"
expect_line "greedy          The Two-Pass Softmax Al"
expect_line "temperature 1   The Two-Pass Softmax Ａl"
expect_line "top-p 0.95      The Two-Pass Softmax Al"
expect_line "all four        The Two-Pass Softmax Al"
# Two tables of four lines: tokens left, twice the same; tokens a second of both, and their quotient.
awk '
  /^(greedy|temperature 1|top-p 0.95|all four) +[0-9.]+ +[0-9.]+ +[0-9]+ +[0-9]+ +[0-9.]+$/ {
    lines++
    if ($(NF - 4) != $(NF - 3) || $(NF - 4) < 1 || $(NF - 2) <= 0 || $(NF - 1) <= 0) bad = 1
  }
  END { exit bad || lines != 8 }' "$scratch/stdout" || fail "the tables"
grep -Eq '^greedy +1\.0 ' "$scratch/stdout" || fail "greedy has one token left"
grep -Eq '^temperature 1 +6625\.0 ' "$scratch/stdout" || fail "a temperature leaves all tokens"

expect_error "$scratch/missing.npy: No such file" "$scratch/missing.npy" "$labels"
printf 'blank\na\n' >"$scratch/two.txt"
expect_error "not as many labels as columns" "$logits" "$scratch/two.txt"
expect_error "no count: '0'" --rows 0 "$logits" "$labels"
expect_error "usage: sampler" --rows
expect_error "usage: sampler" "$logits"

[[ $failures -eq 0 ]] && echo "all as expected"
