#!/usr/bin/env bash
# The commands of README.md, "Add it to a CMake project", word by word, but for the packages, which are not installed
# anew, for the prefix, and for the ISAs, of which only scalar is built. No header, library or package beyond the
# compiler's own is found, so that what the commands do not name cannot help.
#
#   usage: CC=... CXX=... readme_build_test.sh
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"

section=$(sed -n '/^### Add it to a CMake project$/,/^### Add it to a Bazel/p' "$root/README.md")
# block LANGUAGE: the first of them.
block() { awk -v fence="\`\`\`$1" '$0 == "```" { if (inside) exit } inside; $0 == fence { inside = 1 }' <<<"$section"; }

# A tree of its own, in which `build` is new.
mkdir "$scratch/twopass"
for entry in "$root"/*; do
  [[ $entry == */build ]] || ln -s "$entry" "$scratch/twopass/"
done
cat >"$scratch/nothing.cmake" <<END
include("$root/test/lib/only_scalar.cmake")
set(CMAKE_FIND_ROOT_PATH "$scratch/nothing")
foreach(kind INCLUDE LIBRARY PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_\${kind} ONLY)
endforeach()
END

commands=$(block sh)
[[ $(head -n 1 <<<"$commands") == "apt-get install g++ make cmake pkg-config" ]] ||
  die "other packages, which this test has to know of: $commands"
commands=$(tail -n +2 <<<"$commands")
[[ $commands == *"--prefix /usr/local"* ]] || die "no prefix in: $commands"
cd "$scratch/twopass"
CMAKE_TOOLCHAIN_FILE="$scratch/nothing.cmake" \
  quietly bash -euc "${commands//\/usr\/local/$scratch/prefix}"

mkdir "$scratch/project"
cd "$scratch/project"
cp "$root/examples/softmax.c" my_program.c
{
  echo 'cmake_minimum_required(VERSION 3.22)
project(my_project C)
add_executable(my_program my_program.c)'
  block cmake
} >CMakeLists.txt
quietly cmake -S . -B build -DCMAKE_PREFIX_PATH="$scratch/prefix"
quietly cmake --build build
expect_example build/my_program

command=$(sed -nE 's/.*`(cc my_program\.c [^`]*)`.*/\1/p' <<<"$section")
[[ -n $command ]] || die "no command without CMake"
cc() { command $CC "$@"; }
PKG_CONFIG_PATH=$scratch/prefix/lib/pkgconfig
export PKG_CONFIG_PATH
eval "$command"
expect_example ./a.out
