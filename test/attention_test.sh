#!/usr/bin/env bash
# Runs the example of attention: on the scores of a network it finds what numpy does; on bad files and arguments it says
# in one line what is wrong.
#
#   usage: attention_test.sh ATTENTION_PROGRAM DATA_DIRECTORY
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

attention=$1
scores=$2/attention-scores.npy
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
  "$attention" "$@" >"$scratch/stdout" 2>"$scratch/stderr" || status=$?
}

# expect_step NAME DISTANCE SHARE ERROR: the line of that name has this distance and share of the sink, an error of at
# most that, and three times.
expect_step() {
  local name=$1 distance=$2 share=$3 error=$4
  sed -n "s/^$name  //p" "$scratch/stdout" | awk -v distance="$distance" -v share="$share" -v error="$error" '
    NF == 7 && $1 == distance && $2 == share && $3 == "%" && 0 < $4 && $4 <= error && $5 > 0 && $6 > 0 && $7 > 0 { n++ }
    END { exit n != 1 }' || fail "$name: expected $distance, $share % and at most $error"
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

# Distances and shares are those that numpy finds in double; see the README of the data. Errors are what twopass.h
# promises, 10.5 * 2^-23, and what a logit is rounded by, which is 2^-24 of it, once for the product and once for the
# sum. Logits are within 7.4, and those of weights of 1e-37 or more within 95 where ALiBi lowers them.
run --weights 3 "$scratch/weights.csv" "$scores"
[[ $status -eq 0 && ! -s $scratch/stderr ]] || fail "exit status $status"
expect_step "the scores as they are" 63.48 0.00 1.3e-06
expect_step "with a temperature" 62.77 0.00 2.2e-06
expect_step "and causal" 48.71 0.00 2.2e-06
expect_step "and with ALiBi" 21.46 0.00 7.9e-06
expect_step "and with a sink" 23.20 11.75 7.9e-06

# Five steps of 200 queries; the sink and the 200 keys of each have a sum of 1, and causal ones nothing beyond it.
awk -F, '
  { sum = 0; for (i = 2; i <= NF; i++) sum += $i }
  NF != 202 || sum < 0.99999 || sum > 1.00001 { print "line " NR ": " NF " fields, with a sum of " sum; bad = 1 }
  $1 ~ /^and / { for (i = 4 + (NR - 1) % 200; i <= NF; i++) if ($i != 0) bad = 1 }
  END { if (NR != 1000) print NR " lines"; exit bad || NR != 1000 }
  ' "$scratch/weights.csv" || fail "the weights"

# npy SHAPE: the beginning of a .npy file of version 1.
npy() {
  local header="{'descr': '<f4', 'fortran_order': False, 'shape': $1, }"
  printf '\x93NUMPY\x01\x00'
  printf "\\x$(printf %02x ${#header})\\x00%s" "$header"
}

bad=$scratch/bad.npy
{ npy '(1, 2)'; head -c 8 /dev/zero; } >"$bad"
expect_error "$bad: an array of rank 2, expected 3" "$bad"
{ npy '(1, 1, 2)'; head -c 8 /dev/zero; } >"$bad"
expect_error "$bad: not as many queries as keys" "$bad"
expect_error "$scratch/missing.npy: No such file" "$scratch/missing.npy"
expect_error "no head 8" --weights 8 "$scratch/weights.csv" "$scores"
expect_error "no number of a head: '-1'" --weights -1 "$scratch/weights.csv" "$scores"
expect_error "usage: attention" --weights 3
expect_error "usage: attention" "$scores" "$scores"
expect_error "usage: attention"
TWOPASS_ISA=abacus expect_error "ISA not in this build" "$scores"

[[ $failures -eq 0 ]] && echo "all as expected"
