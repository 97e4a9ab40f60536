#!/usr/bin/env bash
# The library as a shared one: it exports the functions of its headers for C and nothing else, needs no C++
# library, and programs build and run with it where it is installed. It is built as it is for the packages.
#
#   usage: CC=... CXX=... shared_library_test.sh BUILD_DIRECTORY
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"

build=$1
configure_package "$build"
quietly cmake --build "$build" --parallel 2
library=$build/libtwopass.so

expect_exports "$(nm --dynamic --defined-only --format=posix "$library" | cut -d ' ' -f 1)"

needed=$(readelf --dynamic "$library")
grep -q 'SONAME.*\[libtwopass\.so\.[0-9]*\]' <<<"$needed" || die "no version in its name:" "$needed"
! grep 'NEEDED.*\(stdc++\|libc++\)' <<<"$needed" || die "it needs a C++ library"

"$root/test/install_test.sh" "$build"
"$root/test/languages_test.sh" "$build"
