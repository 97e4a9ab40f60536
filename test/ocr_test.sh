#!/usr/bin/env bash
# Runs the OCR example: on the network's output it reads the text, with every algorithm; on bad files and options it
# says in one line what is wrong.
#
#   usage: ocr_test.sh OCR_PROGRAM DATA_DIRECTORY
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

ocr=$1
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
  "$ocr" "$@" >"$scratch/stdout" 2>"$scratch/stderr" || status=$?
}

# field NAME: what stands behind the name at the start of a line.
field() { awk -v name="$1" '$1 == name { print $2 }' "$scratch/stdout"; }

# expect_text ALGORITHM ARGUMENT...: the text is right and the algorithm that one.
expect_text() {
  local algorithm=$1
  shift
  run "$@"
  [[ $status -eq 0 && ! -s $scratch/stderr ]] || fail "exit status $status: $*"
  [[ $(head -n 1 "$scratch/stdout") == \
    "The Two-Pass Softmax Algorithm avoids both numerical overflow and the extra pass" ]] || fail "the text: $*"
  awk -v c="$(field confidence)" 'BEGIN { exit !(c >= 0.94089 && c <= 0.94189) }' || fail "the confidence: $*"
  [[ $(field algorithm) == "$algorithm" ]] || fail "the algorithm: $*"
  [[ -n $(field ISA) && $(field kernels) == f32_* ]] || fail "the ISA and the kernels: $*"
  grep -Eq '^twopass +[0-9.]+ +[0-9.]+$' "$scratch/stdout" || fail "the time: $*"
  grep -Eq '^plain C\+\+ loop +[0-9.]+ +1\.0$' "$scratch/stdout" || fail "the time of the plain loop: $*"
}

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

# npy DESCR FORTRAN_ORDER SHAPE: the beginning of a .npy file of version 1.
npy() {
  local header="{'descr': '$1', 'fortran_order': $2, 'shape': $3, }"
  printf '\x93NUMPY\x01\x00'
  printf "\\x$(printf %02x ${#header})\\x00%s" "$header"
}

# What is bad comes first: it needs none of the network's output.
bad=$scratch/bad.npy

cp "$labels" "$bad"
expect_error "$bad: not a .npy file" "$bad" "$labels"
{ npy '<f8' False '(1, 2)'; head -c 16 /dev/zero; } >"$bad"
expect_error "$bad: elements of type '<f8', expected '<f4'" "$bad" "$labels"
{ npy '<f4' True '(1, 2)'; head -c 8 /dev/zero; } >"$bad"
expect_error "$bad: elements in Fortran order" "$bad" "$labels"
{ npy '<f4' False '(1, 1, 2)'; head -c 8 /dev/zero; } >"$bad"
expect_error "$bad: an array of rank 3, expected 2" "$bad" "$labels"
{ npy '<f4' False '(1, 2)'; head -c 7 /dev/zero; } >"$bad"
expect_error "$bad: cut short: 8 bytes of elements expected, 7 left" "$bad" "$labels"
{ npy '<f4' False '(1, 2)'; head -c 9 /dev/zero; } >"$bad"
expect_error "$bad: 1 bytes too many" "$bad" "$labels"
printf '\x93NUMPY\x01\x00\xff\xff{' >"$bad"
expect_error "$bad: cut short: 65535 bytes of header expected, 1 left" "$bad" "$labels"
{ npy '<f4' False '(1, 2)'; head -c 8 /dev/zero; } >"$bad"
expect_error "$labels: 6625 labels, but $bad has 2 classes" "$bad" "$labels"
{ npy '<f4' False '(1, 2)'; printf '\x00\x00\xc0\x7f\x00\x00\x00\x00'; } >"$bad"  # a NaN and a zero
printf 'blank\na\n' >"$scratch/two.txt"
expect_error "$bad: no probabilities in frame 0" "$bad" "$scratch/two.txt"
: >"$bad"
expect_error "$bad: not a .npy file" "$bad" "$labels"
expect_error "$scratch/missing.npy: No such file" "$scratch/missing.npy" "$labels"
expect_error "$scratch: " "$scratch" "$labels"
{ npy '<f4' False '(1, 2)'; head -c 8 /dev/zero; } >"$bad"
expect_error "$scratch/missing.txt: No such file" "$bad" "$scratch/missing.txt"

expect_error "no algorithm 'four_pass'; there are auto, " --algorithm four_pass "$bad" "$scratch/two.txt"
expect_error "--algorithm needs a name" "$bad" "$scratch/two.txt" --algorithm
expect_error "no option '--fast'" --fast "$bad" "$scratch/two.txt"
expect_error "usage: ocr" "$bad"
expect_error "usage: ocr"
TWOPASS_ISA=abacus expect_error "ISA not in this build" "$bad" "$scratch/two.txt"

run "$logits" "$labels"
automatic=$(field algorithm)
expect_text "${automatic:-none}" "$logits" "$labels"
for algorithm in three_pass_recompute three_pass_reload two_pass anchored_reload anchored_recompute; do
  expect_text "$algorithm" --algorithm "$algorithm" "$logits" "$labels"
done

[[ $failures -eq 0 ]] && echo "all as expected"
