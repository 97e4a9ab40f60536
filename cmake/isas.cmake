# One option for each ISA, TWOPASS_ENABLE_AVX2 and so on, ON where the processor may have it. Sets TWOPASS_ENABLED_ISAS.
# scalar, which the dispatch falls back to, is always enabled.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include("${PROJECT_SOURCE_DIR}/src/gen/sources.cmake")

set(TWOPASS_ENABLED_ISAS)
foreach(isa IN LISTS TWOPASS_ISAS)
  if(isa STREQUAL "scalar")
    list(APPEND TWOPASS_ENABLED_ISAS ${isa})
    continue()
  endif()
  string(TOUPPER "TWOPASS_ENABLE_${isa}" option)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(${TWOPASS_${isa}_PROCESSORS})$")
    option(${option} "Build the kernels for ${isa}" ON)
  elseif(${option})
    message(FATAL_ERROR "${option} is ON, but ${isa} is not an ISA of ${CMAKE_SYSTEM_PROCESSOR}, the target processor")
  endif()
  if(${option})
    list(APPEND TWOPASS_ENABLED_ISAS ${isa})
  endif()
endforeach()
