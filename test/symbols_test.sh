#!/usr/bin/env bash
# Checks what the two archives give to a linker:
#   - libtwopass.a holds the kernels in use and no others; libtwopass_candidates.a holds the rest;
#   - every symbol that they define is in the name space of the project;
#   - no object of a kernel has a weak symbol: the linker keeps one copy of an inline function, and if that is the one
#     that was compiled for AVX-512, an older machine dies in it;
#   - nothing in them needs a C++ library.
#
#   usage: symbols_test.sh LIBRARY KERNELS LIBRARY_OF_CANDIDATES CANDIDATES
#   where each list is the source files of the kernels, separated by spaces
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

failures=0

# expect_none WHAT LINES: fails where there are any lines.
expect_none() {
  [[ -z $2 ]] && return
  printf '%s:\n%s\n' "$1" "$2"
  failures=$((failures + 1))
}

# One line "object type symbol" for each symbol that an object of the archive defines or needs; V and W are weak.
symbols() {
  nm -A --format=posix --extern-only "$1" | sed -E 's/.*\[(.*)\]: ([^ ]+) (.).*/\1 \3 \2/'
}

# src/gen/avx2/f32-rmax-avx2-u32-acc4.cc defines twopass_f32_rmax__avx2_u32_acc4.
symbols_of_sources() {
  # shellcheck disable=SC2086 # a list of files
  printf '%s\n' $1 | sed -E 's,.*/([^/]*)/([^/]*)-\1-([^/]*)\.cc$,twopass_\2__\1_\3,; s,-,_,g' | sort
}

check_archive() {
  local archive=$1 sources=$2 all
  all=$(symbols "$archive")
  expect_none "kernels in $archive (>), kernels that should be (<)" "$(diff \
    <(symbols_of_sources "$sources") \
    <(awk '$2 == "T" && $3 ~ /^twopass_[a-z0-9]*_.*__/ { print $3 }' <<<"$all" | sort) | grep '^[<>]')"
  expect_none "symbols of $archive outside of the name space" \
    "$(awk '$2 !~ /[UVWw]/ && $3 !~ /^(twopass_|_ZNK?7twopass)/' <<<"$all")"
  expect_none "weak symbols of kernels in $archive" "$(awk '$1 ~ /-/ && $2 ~ /[VWvwu]/' <<<"$all")"
  expect_none "symbols of a C++ library that $archive needs" \
    "$(awk '$2 ~ /[Uw]/ && $3 ~ /^(_ZS|_ZNS|_ZNKS|_Zn|_Zd|__cxa_|__gxx_|__dynamic_cast)/' <<<"$all")"
}

check_archive "$1" "$2"
check_archive "$3" "$4"
exit $((failures > 0))
