#!/usr/bin/env bash
# Runs a little of bench_softmax and looks at what it shows: a line for each size, the words of the demo, and goals
# where they are asked for. It judges no times.
#
#   usage: bench_softmax_test.sh BENCH_SOFTMAX_PROGRAM
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

program=$1
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
  "$program" --benchmark_min_time=0.001 --benchmark_repetitions=1 "$@" >"$scratch/stdout" 2>"$scratch/stderr" ||
    status=$?
}

# expect_lines COUNT PATTERN: as many lines of stdout match it as a whole.
expect_lines() {
  local count
  count=$(grep -Ecx -- "$2" "$scratch/stdout") || true
  [[ $count -eq $1 ]] || fail "$count lines instead of $1: $2"
}

# A dash stands for what was not measured: the plain loop, where the compiler does not know -march=native.
number='[0-9]+[.][0-9]+'
optional="($number|-)"
time="$number (ns|us|ms)"

run '--benchmark_filter=/(16|64|65536|1000x10|128x768|32x151936)(/real_time)?$'
[[ $status -eq 0 && ! -s $scratch/stderr ]] || fail "exit status $status"
expect_lines 2 "Softmax of one row of n logits in one thread: .*|Softmax of batches in one thread: .*"
for n in 16 64 '64 Ki'; do
  expect_lines 1 " +$n( +$number){6} +$optional( +$number){2} +$optional"  # the times of a row
  expect_lines 1 " +$n( +$number){3} +$optional( +$number){2} +$optional   [a-z_]+"  # the ratios
done
for batch in 1000x10 128x768 32x151936; do
  expect_lines 1 " +$batch +$number +$optional( +$number){2} +$optional +$number   [a-z_]+"
done
for operation in softmax softmax_bf16 log_softmax; do
  expect_lines 1 "$operation +128x768 +$number +$optional +$number +$optional +$number"
done
expect_lines 0 'Goals on .*'

# Only avx512f has goals for these sizes.
TWOPASS_ISA=avx512f run '--benchmark_filter=/(32x151936|twopass/softmax.*/128x768)$' --goals
if [[ $status -eq 0 ]]; then
  expect_lines 1 'Goals on avx512f'
  expect_lines 1 "AUTO .* 32x151936 +at least +$number +$number   (yes|NO)"
  expect_lines 2 "softmax of b?f16 .* 128x768 +at most +$number +$number   (yes|NO)"
else
  grep -q 'ISA not in this build' "$scratch/stderr" || fail "exit status $status: --goals"
fi

run --demo
[[ $status -eq 0 && ! -s $scratch/stderr ]] || fail "exit status $status: --demo"
expect_lines 8 "[a-z0-9].{37} +$time +($time|-) +$optional"
expect_lines 1 'The library chose its [a-z0-9]+ kernels .*'
expect_lines 0 'Goals on .*|Run on .*'

run --no_such_flag
[[ $status -eq 1 && ! -s $scratch/stdout ]] || fail "exit status $status: --no_such_flag"

[[ $failures -eq 0 ]] && echo "all as expected"
