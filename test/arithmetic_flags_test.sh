#!/usr/bin/env bash
# Flags that let a compiler compute something else than is written, such as -ffast-math, do not reach the library from
# the project around it: its objects are the same bytes with them as without. Where a build forgets to undo them,
# src/kernels.h does not compile.
#
#   usage: CC=... CXX=... arithmetic_flags_test.sh
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"

parts_of_fast_math="-fassociative-math -ffinite-math-only -fno-signed-zeros -fno-trapping-math -freciprocal-math"
parts_of_fast_math+=" -ffp-contract=fast"

# build NAME FLAGS
build() {
  quietly cmake -S "$root" -B "$scratch/$1" "${only_scalar[@]}" "${library_alone[@]}" -DTWOPASS_BUILD_EXAMPLES=ON \
    "-DCMAKE_C_FLAGS=$2" "-DCMAKE_CXX_FLAGS=$2"
  quietly cmake --build "$scratch/$1" --target softmax_c --parallel 2
}

objects() { (cd "$scratch/$1" && find . -path '*twopass_objects*' -name '*.o' -exec cksum {} + | sort -k 3); }

build reference ""
[[ -n $(objects reference) ]] || die "no objects"
for flags in -ffast-math "$parts_of_fast_math"; do
  rm -rf "$scratch/flags"
  build flags "$flags"
  difference=$(diff <(objects reference) <(objects flags)) || die "other objects with $flags:" "$difference"
  expect_example "$scratch/flags/examples/softmax_c"
  echo "ok: $(objects flags | wc -l) objects are as without $flags"
done

# The second line of defence: what a compiler tells. clang does not tell all.
refused=(-ffast-math -Ofast -ffinite-math-only)
$CXX --version | grep -qi clang ||
  refused+=("-fassociative-math -fno-signed-zeros -fno-trapping-math" -funsafe-math-optimizations)
for flags in "${refused[@]}"; do
  # shellcheck disable=SC2086
  expect_message "without -ffast-math" $CXX -std=c++17 $flags -fsyntax-only -x c++ "$root/src/kernels.h"
done
