# The libraries that the library, its tests and its benchmarks use: installed, or, where they are not found and
# TWOPASS_FETCH_DEPENDENCIES is ON, built from pinned sources, which are those of third_party/bazel/repositories.bzl.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include(FetchContent)
include(cmake/find_library.cmake)
option(TWOPASS_FETCH_DEPENDENCIES "Download and build pinned sources of the libraries that are not found" OFF)

# What package managers call them.
set(TWOPASS_cpuinfo_PACKAGES "Debian: libcpuinfo-dev; Homebrew: cpuinfo; vcpkg: cpuinfo")
set(TWOPASS_pthreadpool_PACKAGES "Debian: libpthreadpool-dev; vcpkg: pthreadpool")
set(TWOPASS_GTest_PACKAGES "Debian: libgtest-dev; Homebrew: googletest; vcpkg: gtest")
set(TWOPASS_benchmark_PACKAGES "Debian: libbenchmark-dev; Homebrew: google-benchmark; vcpkg: benchmark")
set(TWOPASS_MPI_PACKAGES "Debian: libopenmpi-dev; Homebrew: open-mpi; vcpkg: mpi")

# And the pins, in the order in which they are needed.
set(TWOPASS_cpuinfo_SOURCES cpuinfo)
set(TWOPASS_pthreadpool_SOURCES FXdiv pthreadpool)
set(TWOPASS_GTest_SOURCES googletest)
set(TWOPASS_benchmark_SOURCES google_benchmark)

# twopass_not_found(<variable> <name>): sets the variable to a sentence that says so, and what to do.
function(twopass_not_found variable name)
  set(sentence "${name} was not found (${TWOPASS_${name}_PACKAGES}")
  if(TWOPASS_${name}_SOURCES)
    string(APPEND sentence "; or TWOPASS_FETCH_DEPENDENCIES=ON, which downloads its sources")
  endif()
  set(${variable} "${sentence})" PARENT_SCOPE)
endfunction()

# twopass_fetch(<name>): adds the sources of a library to the build, without its tests and tools, as an archive. What is
# installed with twopass is cpuinfo alone, which an archive of twopass needs.
function(twopass_fetch name)
  if(POLICY CMP0135)
    cmake_policy(SET CMP0135 NEW)
  endif()
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)  # for the options that follow
  set(CMAKE_POLICY_VERSION_MINIMUM 3.5)
  set(BUILD_SHARED_LIBS OFF)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  foreach(option IN ITEMS
      CPUINFO_BUILD_BENCHMARKS CPUINFO_BUILD_MOCK_TESTS CPUINFO_BUILD_TOOLS CPUINFO_BUILD_UNIT_TESTS
      FXDIV_BUILD_BENCHMARKS FXDIV_BUILD_TESTS PTHREADPOOL_BUILD_BENCHMARKS PTHREADPOOL_BUILD_TESTS
      BUILD_GMOCK INSTALL_GTEST
      BENCHMARK_ENABLE_GTEST_TESTS BENCHMARK_ENABLE_INSTALL BENCHMARK_ENABLE_TESTING BENCHMARK_ENABLE_WERROR)
    set(${option} OFF)
  endforeach()

  file(READ "${PROJECT_SOURCE_DIR}/third_party/bazel/repositories.bzl" pins)
  foreach(sources IN LISTS TWOPASS_${name}_SOURCES)
    if(NOT pins MATCHES "name = \"${sources}\",\n *sha256 = \"([0-9a-f]+)\",\n[^\n]*\n *url = \"([^\"]+)\"")
      message(FATAL_ERROR "third_party/bazel/repositories.bzl has no pin of ${sources}")
    endif()
    FetchContent_Declare(${sources} URL "${CMAKE_MATCH_2}" URL_HASH "SHA256=${CMAKE_MATCH_1}" SOURCE_SUBDIR .nowhere)
    message(STATUS "twopass: building ${sources} from ${CMAKE_MATCH_2}")
    FetchContent_MakeAvailable(${sources})  # .nowhere keeps it from adding them without EXCLUDE_FROM_ALL
    string(TOLOWER "${sources}" lower)
    if(sources STREQUAL "FXdiv")
      set(FXDIV_SOURCE_DIR "${fxdiv_SOURCE_DIR}")  # otherwise pthreadpool would download it
    endif()
    set(exclude EXCLUDE_FROM_ALL)
    if(sources STREQUAL "cpuinfo")
      set(exclude)
    endif()
    add_subdirectory("${${lower}_SOURCE_DIR}" "${${lower}_BINARY_DIR}" ${exclude})
  endforeach()
  twopass_adopt_target(${name})
endfunction()

# twopass_need(<name> <option> <target>): finds a package that the option needs, or fetches it; either makes the target.
function(twopass_need name option target)
  find_package(${name} QUIET)
  if(TARGET ${target})
    return()
  endif()
  if(NOT TWOPASS_FETCH_DEPENDENCIES)
    twopass_not_found(not_found ${name})
    message(FATAL_ERROR "${option} is ON, but ${not_found}")
  endif()
  twopass_fetch(${name})
endfunction()
