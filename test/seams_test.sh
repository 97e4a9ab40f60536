#!/usr/bin/env bash
# The seams of kernels, from end to end: test/seams has a table with one element and one prologue more, and an ISA with
# words for that element. The generator renders kernels of them, which compile, and compute what exp in double does.
#   seams_test.sh PYTHON CXX
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
python=$1
cxx=$2
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$root"/src/{kernels,compiler,logarithm}.h "$work"  # the first includes gen/kernels.inc beside it
"$python" "$root/scripts/generate.py" --table "$root/test/seams/table.py" --isa-dir "$root/test/seams/isa" \
  --out "$work/gen"
"$cxx" -std=c++17 -O1 -Wall -Wextra -Werror -ffp-contract=off -DTWOPASS_ENABLE_SCALAR8=1 -I"$work" \
  "$work"/gen/scalar8/*.cc "$root/test/seams/seams_test.cc" -o "$work/seams_test" -lgtest -lgtest_main -lpthread
"$work/seams_test" --gtest_brief=1
