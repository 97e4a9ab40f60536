# Functions for the tests of the dispatch, which run print_dispatch; to be sourced. They count what fails in `failures`.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
failures=0

# fail MESSAGE
fail() {
  echo "FAILED: $1"
  failures=$((failures + 1))
}

# with_isa ISA COMMAND...: runs the command with TWOPASS_ISA in its environment.
with_isa() {
  local TWOPASS_ISA=$1
  export TWOPASS_ISA
  shift
  "$@"
}

# expect_active ISA COMMAND...: the command chooses the ISA and all of its results are right.
expect_active() {
  local isa=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  if [ "$status" -eq 0 ] && grep -qx "active: $isa" <<< "$output" && grep -qx "softmax: right" <<< "$output"; then
    echo "ok: $* -> $isa"
  else
    fail "$*: expected $isa, exit status 0; got exit status $status and
$output"
  fi
}

# expect_unsupported COMMAND...: the command fails with TWOPASS_UNSUPPORTED_ISA, which is 2.
expect_unsupported() {
  local output status=0
  output=$("$@" 2>&1) || status=$?
  if [ "$status" -eq 2 ] && grep -q "^error: " <<< "$output" && ! grep -q "^active: " <<< "$output"; then
    echo "ok: $* -> unsupported"
  else
    fail "$*: expected an unsupported ISA, exit status 2; got exit status $status and
$output"
  fi
}

# expect_line PATTERN COMMAND...: the command prints a line that is what the extended regular expression says, as a
# whole.
expect_line() {
  local pattern=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  if [ "$status" -eq 0 ] && grep -Eqx "$pattern" <<< "$output"; then
    echo "ok: $* -> $pattern"
  else
    fail "$*: expected the line $pattern, exit status 0; got exit status $status and
$output"
  fi
}
