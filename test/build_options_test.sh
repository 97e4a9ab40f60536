#!/usr/bin/env bash
# The options of the build: which ISAs it has, whether it uses cpuinfo and in what shapes that may be found, which parts
# are left out where their libraries are missing, and which libraries are fetched instead.
#
#   usage: CC=... CXX=... build_options_test.sh
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"

# configure NAME OPTION...: the scalar kernels and the C example.
configure() {
  rm -rf "${scratch:?}/$1"
  cmake -S "$root" -B "$scratch/$1" "${only_scalar[@]}" "${library_alone[@]}" -DTWOPASS_BUILD_EXAMPLES=ON "${@:2}"
}

# build NAME OPTION...
build() {
  quietly configure "$@"
  quietly cmake --build "$scratch/$1" --target softmax_c --parallel 2
  expect_example "$scratch/$1/examples/softmax_c"
}

# expect_report MESSAGE OPTION...: the configuration succeeds, and says so.
expect_report() {
  local output
  output=$(configure reported "${@:2}" 2>&1) || die "$output"
  grep -qF -- "$1" <<<"$output" || die "expected '$1' of: $output"
  echo "ok: reported: $1"
}

uses_cpuinfo() { grep -q ' cpuinfo_' <<<"$(nm "$1" 2>/dev/null)"; }

# No header, library or package is found.
nothing_found=(-DCMAKE_FIND_ROOT_PATH="$scratch/nothing")
for kind in INCLUDE LIBRARY PACKAGE; do
  nothing_found+=("-DCMAKE_FIND_ROOT_PATH_MODE_$kind=ONLY")
done
mkdir "$scratch/nothing"

echo "-- scalar alone"
build scalar
isas=$(nm --defined-only "$scratch/scalar/libtwopass.a" 2>/dev/null |
  sed -nE 's/.* twopass_f32_.*__([a-z0-9]+)_.*/\1/p' | sort -u)
[[ $isas == scalar ]] || die "the library holds kernels of" "$isas"
! TWOPASS_ISA=avx2 "$scratch/scalar/examples/softmax_c" 2>/dev/null || die "TWOPASS_ISA=avx2 worked"

echo "-- an ISA of another processor"
foreign=WASMSIMD
[[ $(uname -m) == wasm* ]] && foreign=AVX2
expect_message "${foreign,,} is not an ISA of" configure refused "-DTWOPASS_ENABLE_$foreign=ON"

echo "-- without cpuinfo"
build without_cpuinfo -DTWOPASS_USE_CPUINFO=OFF
! uses_cpuinfo "$scratch/without_cpuinfo/libtwopass.a" || die "cpuinfo is used"
expect_report "TWOPASS_USE_CPUINFO is OFF, because cpuinfo was not found" "${nothing_found[@]}"
expect_message "TWOPASS_USE_CPUINFO is ON, but cpuinfo was not found (Debian: libcpuinfo-dev; Homebrew: cpuinfo" \
  configure refused "${nothing_found[@]}" -DTWOPASS_USE_CPUINFO=ON

echo "-- libraries that are fetched"
stand_ins=()
# stand_in SOURCES TARGET [ALIAS]: in the place of what would be downloaded.
stand_in() {
  mkdir "$scratch/$1"
  echo "option(CPUINFO_BUILD_UNIT_TESTS \"As that of cpuinfo\" ON)
    message(STATUS \"stand-in of $1, tests \${CPUINFO_BUILD_UNIT_TESTS}\")
    add_library($2 INTERFACE)
    ${3:+add_library($3 ALIAS $2)}" >"$scratch/$1/CMakeLists.txt"
  stand_ins+=("-DFETCHCONTENT_SOURCE_DIR_${1^^}=$scratch/$1")
}
stand_in cpuinfo cpuinfo
stand_in FXdiv fxdiv
stand_in pthreadpool pthreadpool
stand_in googletest gtest GTest::gtest
stand_in google_benchmark benchmark benchmark::benchmark
fetched=$(configure fetched "${nothing_found[@]}" "${stand_ins[@]}" -DTWOPASS_FETCH_DEPENDENCIES=ON \
  -DTWOPASS_USE_CPUINFO=ON -DTWOPASS_BUILD_TESTS=ON -DTWOPASS_BUILD_BENCHMARKS=ON 2>&1) || die "$fetched"
for sources in cpuinfo FXdiv pthreadpool googletest google_benchmark; do
  [[ $fetched == *"stand-in of $sources, tests OFF"* ]] || die "$sources is not fetched, or with its tests:" "$fetched"
  [[ $fetched == *"building $sources from https://"* ]] || die "no pin of $sources:" "$fetched"
done
echo "ok: ${#stand_ins[@]} of them"

echo "-- cpuinfo as an archive that needs another"
mkdir -p "$scratch/prefix"/{include,lib}
cp "$root/test/parent/cpuinfo.h" "$scratch/prefix/include"
(
  cd "$scratch/prefix/lib"
  echo 'void clog_of_cpuinfo(void) {}' | $CC -x c -c - -o clog.o
  ar rc libclog.a clog.o
  sed 's/^bool cpuinfo_initialize.*/void clog_of_cpuinfo(void);\n&\n  clog_of_cpuinfo();/' "$root/test/fake_cpuinfo.c" |
    $CC -x c -c - -o cpuinfo.o
  ar rc libcpuinfo.a cpuinfo.o
)
build archives -DCMAKE_PREFIX_PATH="$scratch/prefix" -DTWOPASS_USE_CPUINFO=ON
defines clog_of_cpuinfo "$scratch/archives/examples/softmax_c" || die "it is linked with another cpuinfo"

echo "-- cpuinfo by its package configuration file"
mkdir "$scratch/config"
cat >"$scratch/config/cpuinfo-config.cmake" <<END
add_library(cpuinfo::cpuinfo INTERFACE IMPORTED)
target_include_directories(cpuinfo::cpuinfo INTERFACE "$scratch/prefix/include")
target_link_libraries(cpuinfo::cpuinfo INTERFACE "$scratch/prefix/lib/libcpuinfo.a" "$scratch/prefix/lib/libclog.a")
message(STATUS "configuration file of cpuinfo")
END
by_config=("${nothing_found[@]}" -Dcpuinfo_DIR="$scratch/config")
expect_report "configuration file of cpuinfo" "${by_config[@]}" -DTWOPASS_USE_CPUINFO=ON
rm "$scratch/prefix/lib/libclog.a"
expect_message "programs do not link with the cpuinfo that was found" \
  configure refused "${by_config[@]}" -DTWOPASS_USE_CPUINFO=ON

echo "-- linked with -static"
build static -DCMAKE_EXE_LINKER_FLAGS=-static
! grep -q NEEDED <<<"$(readelf --dynamic "$scratch/static/examples/softmax_c")" || die "it is not static"

echo "-- tests and benchmarks where their libraries are missing"
expect_report "TWOPASS_BUILD_TESTS is OFF, because GTest was not found" "${nothing_found[@]}" -DTWOPASS_BUILD_TESTS=AUTO
expect_report "TWOPASS_BUILD_BENCHMARKS is OFF, because benchmark was not found" "${nothing_found[@]}" \
  -DTWOPASS_BUILD_BENCHMARKS=AUTO
expect_report "TWOPASS_BUILD_MPI is OFF, because MPI was not found" "${nothing_found[@]}" -DTWOPASS_BUILD_MPI=AUTO
or_fetched="or TWOPASS_FETCH_DEPENDENCIES=ON, which downloads its sources)"
expect_message "TWOPASS_BUILD_TESTS is ON, but GTest was not found (Debian: libgtest-dev; Homebrew: googletest; \
vcpkg: gtest; $or_fetched" configure refused "${nothing_found[@]}" -DTWOPASS_BUILD_TESTS=ON
expect_message "benchmark was not found (Debian: libbenchmark-dev; Homebrew: google-benchmark; vcpkg: benchmark; \
$or_fetched" configure refused "${nothing_found[@]}" -DTWOPASS_BUILD_BENCHMARKS=ON
expect_message "MPI" configure refused "${nothing_found[@]}" -DTWOPASS_BUILD_MPI=ON
