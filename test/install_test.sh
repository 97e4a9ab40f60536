#!/usr/bin/env bash
# Installs a build, and builds and runs the C and the C++ example against it as users do: with CMake and with
# pkg-config. Neither build of the C example uses a C++ compiler.
#
#   usage: CC=... CXX=... install_test.sh BUILD_DIRECTORY
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"
build=$1

# Moved after it was installed: nothing in the prefix may remember where it was.
quietly cmake --install "$build" --prefix "$scratch/installed"
mv "$scratch/installed" "$scratch/prefix"

with_cmake() {
  local language=$1 program=$2
  quietly cmake -S "$root/test/consumer" -B "$scratch/$language" -DLANGUAGE="$language" \
    -DPROGRAM="$root/examples/$program" -DCMAKE_PREFIX_PATH="$scratch/prefix"
  quietly cmake --build "$scratch/$language"
  expect_example "$scratch/$language/consumer"
}

with_pkg_config() {
  local compiler=$1 program=$2
  # The compiler and the flags are lists of words.
  # shellcheck disable=SC2046,SC2086
  $compiler "$root/examples/$program" -o "$scratch/$program.out" $(pkg-config --cflags --libs twopass)
  LD_LIBRARY_PATH=$library_path expect_example "$scratch/$program.out"
}

pkgconfig_file=$(find "$scratch/prefix" -name twopass.pc)
export PKG_CONFIG_PATH=${pkgconfig_file%/*}${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
library_path=$(pkg-config --variable=libdir twopass)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

with_cmake C softmax.c
with_cmake CXX softmax.cc
with_pkg_config "$CC -std=c99" softmax.c
with_pkg_config "$CXX -std=c++20" softmax.cc
