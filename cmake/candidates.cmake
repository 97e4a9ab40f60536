# twopass_candidates: the kernels of the table that the library does not use, for tests, benchmarks and tuning. They are
# rendered into the build tree. Whoever links them sees them in src/kernels.h, too. TWOPASS_BUILD_CANDIDATES=OFF leaves
# them out, for builds that test what users have and no more.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
option(TWOPASS_BUILD_CANDIDATES "Test and measure the kernels that the library does not use, too" ON)
twopass_find_python(TWOPASS_PYTHON jinja2)
if(NOT TWOPASS_PYTHON)
  message(FATAL_ERROR "Tests and benchmarks need a Python with jinja2 (Debian: python3-jinja2), which renders the "
    "kernels that the library does not use. TWOPASS_BUILD_TESTS=OFF and TWOPASS_BUILD_BENCHMARKS=OFF do without.")
endif()

set(TWOPASS_CANDIDATES)
set(TWOPASS_WORDS)
foreach(isa IN LISTS TWOPASS_ISAS)
  list(APPEND TWOPASS_WORDS "${PROJECT_BINARY_DIR}/gen/${isa}/words.cc")
  list(TRANSFORM TWOPASS_${isa}_CANDIDATES PREPEND "${PROJECT_BINARY_DIR}/")
  list(APPEND TWOPASS_CANDIDATES ${TWOPASS_${isa}_CANDIDATES})
endforeach()

# The generator leaves files alone whose content stays, so they are no reliable record of when it ran.
file(GLOB TWOPASS_GENERATOR CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/templates/*.jinja" "${PROJECT_SOURCE_DIR}/scripts/isa/*.py")
foreach(script IN ITEMS
  exp_constants generate hyperbolic_constants isa_bases isa_files isa_words kernels vocabulary word_functions)
  list(APPEND TWOPASS_GENERATOR "${PROJECT_SOURCE_DIR}/scripts/${script}.py")
endforeach()
set(TWOPASS_RENDERED "${PROJECT_BINARY_DIR}/gen/rendered")
add_custom_command(
  OUTPUT "${TWOPASS_RENDERED}"
  BYPRODUCTS ${TWOPASS_CANDIDATES} ${TWOPASS_WORDS}
    "${PROJECT_BINARY_DIR}/gen/candidates.inc" "${PROJECT_BINARY_DIR}/gen/words.inc"
  COMMAND "${TWOPASS_PYTHON}" "${PROJECT_SOURCE_DIR}/scripts/generate.py" --candidates --out "${PROJECT_BINARY_DIR}/gen"
  COMMAND "${CMAKE_COMMAND}" -E touch "${TWOPASS_RENDERED}"
  DEPENDS ${TWOPASS_GENERATOR}
  COMMENT "Rendering the kernels that are not in use, and the words"
  VERBATIM)
add_custom_target(twopass_rendered DEPENDS "${TWOPASS_RENDERED}")

if(TWOPASS_BUILD_CANDIDATES)
  add_library(twopass_candidates STATIC EXCLUDE_FROM_ALL)
  add_dependencies(twopass_candidates twopass_rendered)
  twopass_set_up_library(twopass_candidates)
  target_include_directories(twopass_candidates PUBLIC "${PROJECT_BINARY_DIR}")
  target_compile_definitions(twopass_candidates PUBLIC TWOPASS_BUILD_CANDIDATES=1)
  foreach(isa IN LISTS TWOPASS_ENABLED_ISAS)
    target_sources(twopass_candidates PRIVATE ${TWOPASS_${isa}_CANDIDATES})
    set_source_files_properties(${TWOPASS_${isa}_CANDIDATES} PROPERTIES COMPILE_OPTIONS "${TWOPASS_${isa}_FLAGS}")
  endforeach()
else()
  add_library(twopass_candidates INTERFACE)
endif()

# twopass_words: each word of the ISAs as a function, for word_test.
add_library(twopass_words STATIC EXCLUDE_FROM_ALL)
add_dependencies(twopass_words twopass_rendered)
twopass_set_up_library(twopass_words)
target_include_directories(twopass_words PUBLIC "${PROJECT_BINARY_DIR}")
foreach(isa IN LISTS TWOPASS_ENABLED_ISAS)
  set(words "${PROJECT_BINARY_DIR}/gen/${isa}/words.cc")
  target_sources(twopass_words PRIVATE "${words}")
  set_source_files_properties("${words}" PROPERTIES COMPILE_OPTIONS "${TWOPASS_${isa}_FLAGS}")
endforeach()
