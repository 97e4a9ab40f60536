#!/usr/bin/env bash
# What a build with BUILD_SHARED_LIBS has linked for a system that is not here: library and programs have its format,
# and the library exports the functions of its headers for C, and needs those libraries of the system and no others.
#
#   linked_test.sh BUILD FORMAT LIBRARY...
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"
build=$1 format=$2 system_libraries=("${@:3}")

mapfile -t files < <(find "$build" -name 'libtwopass.so' -o -name 'libtwopass.dylib' -o -name 'softmax_c' \
  -o -name 'softmax_cc' -o -name 'print_dispatch' | sort)
for file in "${files[@]}"; do
  is=$(llvm-readobj-19 --file-headers "$file" | sed -n 's/^Format: //p' | tr ' ' -)
  [[ $is == "$format" ]] || die "$file is $is"
done
library=$(printf '%s\n' "${files[@]}" | grep -E '/libtwopass\.(so|dylib)$') || die "there is no library"
((${#files[@]} > 1)) || die "there is no program"
echo "ok: a library and $((${#files[@]} - 1)) programs are $format"

if [[ $library == *.dylib ]]; then  # where names of C begin with an underscore, and two are of the linker's making
  exported=$(llvm-nm-19 --extern-only --defined-only --format=just-symbols "$library" | sed '/^__/d; s/^_//')
else
  exported=$(llvm-nm-19 --dynamic --defined-only --format=just-symbols "$library")
fi
expect_exports "$exported"

# Names as in /usr/lib/libSystem.B.dylib and libc.so.7; to a library of macOS its own name counts as one.
needed=$(llvm-readobj-19 --needed-libs "$library" | sed -nE '/libtwopass/d; s|^  (.*/)?(lib[^.]*)\..*|\2|p' | sort)
difference=$(diff <(printf '%s\n' "${system_libraries[@]}") <(echo "$needed")) ||
  die "allowed (<) and needed (>):" "$difference"
echo "ok: needs ${system_libraries[*]}"
