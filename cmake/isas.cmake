# One option for each ISA, TWOPASS_ENABLE_AVX2 and so on, ON where the processor may have it, unless it has to be asked for. Sets
# TWOPASS_ENABLED_ISAS, and TWOPASS_PROCESSOR, the target processor by the name that the ISA files use. scalar, which the dispatch
# falls back to, is always enabled.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include("${PROJECT_SOURCE_DIR}/src/gen/sources.cmake")

set(TWOPASS_PROCESSOR "${CMAKE_SYSTEM_PROCESSOR}")
foreach(alias IN ITEMS
    "x86_64=AMD64|amd64" "aarch64=arm64|ARM64" "armv7=arm|armv7[a-z-]+|armv8l" "ppc64le=powerpc64le")
  string(REPLACE "=" ";" alias "${alias}")
  list(POP_FRONT alias name others)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(${others})$")
    set(TWOPASS_PROCESSOR ${name})
  endif()
endforeach()

set(TWOPASS_ENABLED_ISAS)
foreach(isa IN LISTS TWOPASS_ISAS)
  if(isa STREQUAL "scalar")
    list(APPEND TWOPASS_ENABLED_ISAS ${isa})
    continue()
  endif()
  string(TOUPPER "TWOPASS_ENABLE_${isa}" option)
  if(NOT TWOPASS_${isa}_PROCESSORS OR TWOPASS_PROCESSOR IN_LIST TWOPASS_${isa}_PROCESSORS)
    option(${option} "Build the kernels for ${isa}" ${TWOPASS_${isa}_DEFAULT})
  elseif(${option})
    message(FATAL_ERROR "${option} is ON, but ${isa} is not an ISA of ${CMAKE_SYSTEM_PROCESSOR}, the target processor")
  endif()
  if(${option})
    list(APPEND TWOPASS_ENABLED_ISAS ${isa})
  endif()
endforeach()
