#!/usr/bin/env bash
# A made-up ISA from end to end: the file test/isa/mock.py is all there is of it. The generator renders its kernels, the
# library builds with them and chooses them, and they pass the tests of every kernel and of the operator.
#   new_isa_test.sh PYTHON CXX
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
python=$1
cxx=$2
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The sources of the library beside a src/gen of their own.
mkdir "$work/src" "$work/objects"
cp "$root"/src/*.h "$root"/src/*.cc "$work/src"
"$python" "$root/scripts/generate.py" --isa-dir "$root/test/isa" --out "$work/src/gen"

compile() {
  local object
  object=$work/objects/$(basename "$1" .cc).o
  "$cxx" -std=c++17 -O1 -ffp-contract=off -DTWOPASS_ENABLE_MOCK=1 -DTWOPASS_ENABLE_SCALAR=1 \
    -I"$work" -I"$work/src" -I"$root/include" -I"$root" -c "$1" -o "$object"
}
export cxx work root
export -f compile
sources=("$work"/src/*.cc "$work"/src/gen/{mock,scalar}/*.cc)
for name in reference inputs inventory kernel_table expectation kernel_test family_kernels family_kernels_test \
  pages softmax_fixture softmax_test main print_dispatch; do
  sources+=("$root/test/$name.cc")
done
# shellcheck disable=SC2016
printf '%s\0' "${sources[@]}" | xargs -0 -P "$(nproc)" -I {} bash -c 'compile "$1"' _ {}

link() {
  local program=$1
  shift
  local objects=()
  for object in "$work"/objects/*.o; do
    case $(basename "$object" .o) in
      kernel_test | family_kernels_test | softmax_test | main | print_dispatch) ;;
      *) objects+=("$object") ;;
    esac
  done
  "$cxx" "$work/objects/$program.o" "$@" "${objects[@]}" -o "$work/$program" -lgtest -lpthread -lm
}
link print_dispatch
for program in kernel_test family_kernels_test softmax_test; do link "$program" "$work/objects/main.o"; done

"$work/print_dispatch" | tee "$work/dispatch"
grep -qx "active: mock" "$work/dispatch"
"$work/kernel_test" --gtest_brief=1 --gtest_filter='*__mock_*'
"$work/family_kernels_test" --gtest_brief=1 --gtest_filter='*__mock_*'
"$work/softmax_test" --gtest_brief=1 --gtest_filter='*/mock__*'
