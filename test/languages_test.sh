#!/usr/bin/env bash
# Programs in every version of C and C++ use an installed build, without a warning; with the threads of a pthreadpool,
# and with OpenMP's. Where the compiler has no pthreadpool or OpenMP, the rest runs, and the test is skipped (77).
#
#   usage: CC=... CXX=... languages_test.sh BUILD_DIRECTORY
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"

quietly cmake --install "$1" --prefix "$scratch/prefix"
pkgconfig_file=$(find "$scratch/prefix" -name twopass.pc)
export PKG_CONFIG_PATH=${pkgconfig_file%/*}
# Lists of words.
flags=$(pkg-config --cflags twopass)
libraries=$(pkg-config --libs twopass)
LD_LIBRARY_PATH=$(pkg-config --variable=libdir twopass)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
strict="-pedantic-errors -Wall -Wextra -Werror"

# compile COMPILER OPTION...: the program `consumer`.
compile() {
  # shellcheck disable=SC2086
  quietly "$1" $strict $flags "${@:2}" $libraries -o "$scratch/consumer" || die "does not compile: $*"
}

# has HEADER OPTION...: the C compiler has it.
has() { echo "#include <$1>" | $CC "${@:2}" -x c -E - >"$scratch/preprocessed" 2>&1; }

skipped=()
variants=("")
if has pthreadpool.h; then
  variants+=("-DWITH_PTHREADPOOL" "-DWITH_PTHREADPOOL -DTHEIRS_FIRST")
else
  skipped+=(pthreadpool)
fi
for standard in c90 c99 c11 c17 c2x c++98 c++11 c++17 c++20 c++2b; do
  compiler=$CC language=c
  [[ $standard == c++* ]] && compiler=$CXX language=c++
  for variant in "${variants[@]}"; do
    # shellcheck disable=SC2086
    compile "$compiler" "-std=$standard" $variant -x $language "$root/test/consumer/every_standard.c" -x none \
      ${variant:+-lpthreadpool}
    expect_example "$scratch/consumer" >/dev/null
  done
  echo "ok: $standard"
done

if has omp.h -fopenmp; then
  compile "$CC" -std=c99 -fopenmp "$root/test/consumer/openmp.c"
  "$scratch/consumer" || die "OpenMP: exit status $?"
  echo "ok: OpenMP"
else
  skipped+=(OpenMP)
fi

if ((${#skipped[@]} > 0)); then
  echo "SKIPPED, because the compiler does not have it: ${skipped[*]}"
  exit 77
fi
