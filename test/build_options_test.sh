#!/usr/bin/env bash
# The options of the build that choose ISAs and thread pools: a build of scalar alone works, and without pools, which it then
# refuses; an ISA of another processor is refused.
#
#   usage: CC=... CXX=... build_options_test.sh
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

die() {
  echo "$*"
  exit 1
}

configure() {
  cmake -S "$root" -B "$scratch/$1" \
    -DTWOPASS_BUILD_TESTS=OFF -DTWOPASS_BUILD_BENCHMARKS=OFF -DTWOPASS_BUILD_EXAMPLES=OFF "${@:2}"
}

echo "-- scalar alone, without thread pools"
options=(-DTWOPASS_USE_PTHREADPOOL=OFF)
for file in "$root"/scripts/isa/*.py; do
  isa=$(basename "$file" .py)
  [[ $isa == scalar ]] || options+=("-DTWOPASS_ENABLE_${isa^^}=OFF")
done
configure scalar "${options[@]}"
cmake --build "$scratch/scalar" --parallel 2
library=$scratch/scalar/libtwopass.a
isas=$(nm --defined-only "$library" 2>/dev/null | sed -nE 's/.* twopass_f32_.*__([a-z0-9]+)_.*/\1/p' | sort -u)
[[ $isas == scalar ]] || die "the library holds kernels of" $isas
link() { $CC "$1" -I "$root/include" -o "$2" "$library" -lcpuinfo -pthread -lm; }
link "$root/examples/softmax.c" "$scratch/softmax"
"$scratch/softmax"
! TWOPASS_ISA=avx2 "$scratch/softmax" || die "TWOPASS_ISA=avx2 worked"

cat >"$scratch/pool.c" <<'END'
#include "twopass.h"
int main(void) {
  float x = 1.0f, y = 2.0f;
  struct twopass_options options = {TWOPASS_ALGORITHM_AUTO, 0, (pthreadpool_t) &x};
  return twopass_softmax_f32(1, 1, &x, 1, &y, 1, &options) != TWOPASS_INVALID_ARGUMENT || y != 2.0f;
}
END
link "$scratch/pool.c" "$scratch/pool"
"$scratch/pool" || die "a thread pool was taken by a build that has none"

echo "-- an ISA of another processor"
foreign=(-DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=pdp11)
configure foreign "${foreign[@]}"
! output=$(configure refused "${foreign[@]}" -DTWOPASS_ENABLE_AVX2=ON 2>&1) || die "AVX2 was accepted for a pdp11"
grep -q "avx2 is not an ISA of pdp11" <<<"$output" || die "$output"
