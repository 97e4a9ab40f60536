# Adds what scripts/compare runs to a CMake build of twopass, of any revision, whose own files need not know of it: to
# be named by CMAKE_PROJECT_twopass_INCLUDE.
#
#   compare_side   the library of that revision, as one side of a comparison
#   compare        the program that loads two sides
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
function(add_compare_targets)
  set(here "${CMAKE_CURRENT_FUNCTION_LIST_DIR}")
  find_path(compare_pthreadpool_headers pthreadpool.h REQUIRED)
  find_library(compare_pthreadpool NAMES pthreadpool libpthreadpool.so.0 REQUIRED)

  # What the two sides define must not meet in the process that loads both: they show one symbol, and bind to their own.
  add_library(compare_side MODULE EXCLUDE_FROM_ALL "${here}/side.cc")
  target_link_libraries(compare_side PRIVATE twopass "${compare_pthreadpool}" -Wl,-Bsymbolic -Wl,--exclude-libs,ALL)
  set_target_properties(compare_side PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden)

  add_executable(compare EXCLUDE_FROM_ALL
    "${here}/bits.cc"
    "${here}/compare.cc"
    "${here}/request.cc"
    "${here}/row_kinds.cc"
    "${here}/sides.cc"
    "${here}/times.cc"
    "${here}/turns.cc"
    "${here}/../bounds.cc"
    "${here}/../core_clock.cc")
  target_include_directories(compare PRIVATE "${here}/../..")
  target_link_libraries(compare PRIVATE "${compare_pthreadpool}" ${CMAKE_DL_LIBS})

  foreach(target compare_side compare)
    target_include_directories(${target} PRIVATE "${compare_pthreadpool_headers}")
    target_compile_features(${target} PRIVATE cxx_std_17)
    target_compile_options(${target} PRIVATE -Wall -Wextra)
  endforeach()
endfunction()

cmake_language(DEFER CALL add_compare_targets)  # when all of the build is there
