#!/usr/bin/env bash
# Installs a build, and builds and runs the C and the C++ example against it as users do: with CMake and with
# pkg-config. Neither build of the C example uses a C++ compiler.
#
#   usage: CC=... CXX=... install_test.sh BUILD_DIRECTORY
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

build=$1
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Moved after it was installed: nothing in the prefix may remember where it was.
cmake --install "$build" --prefix "$scratch/installed" >/dev/null
mv "$scratch/installed" "$scratch/prefix"

run() {
  echo "-- $1"
  "$2" | tee "$scratch/output"
  [[ -s $scratch/output ]] || { echo "it printed nothing"; exit 1; }
}

with_cmake() {
  local language=$1 program=$2
  cmake -S "$root/test/consumer" -B "$scratch/$language" -DLANGUAGE="$language" -DPROGRAM="$root/examples/$program" \
    -DCMAKE_PREFIX_PATH="$scratch/prefix"
  cmake --build "$scratch/$language"
  run "$program, found by CMake" "$scratch/$language/consumer"
}

with_pkg_config() {
  local compiler=$1 program=$2
  # $compiler and the flags are lists of words.
  $compiler "$root/examples/$program" -o "$scratch/$program.out" $(pkg-config --cflags --libs twopass)
  run "$program, found by pkg-config" "$scratch/$program.out"
}

pkgconfig_file=$(find "$scratch/prefix" -name twopass.pc)
export PKG_CONFIG_PATH=${pkgconfig_file%/*}${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}

with_cmake C softmax.c
with_cmake CXX softmax.cc
with_pkg_config "$CC -std=c99" softmax.c
with_pkg_config "$CXX -std=c++20" softmax.cc
