# One option for each ISA, TWOPASS_ENABLE_AVX2 and so on, ON where the processor may have it, unless it has to be asked
# for. Sets
#
#   TWOPASS_PROCESSOR        the processor that is compiled for, by the name that the ISA files use
#   TWOPASS_PROCESSOR_FLAGS  the flags that its arithmetic needs
#   TWOPASS_ENABLED_ISAS     always with scalar, which the dispatch falls back to
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include("${PROJECT_SOURCE_DIR}/src/gen/sources.cmake")

if(APPLE AND CMAKE_OSX_ARCHITECTURES MATCHES ";")
  message(FATAL_ERROR "Kernels are for one processor, but CMAKE_OSX_ARCHITECTURES is ${CMAKE_OSX_ARCHITECTURES}: build "
    "twopass for each of them, and join the libraries with lipo")
endif()

# The compiler is asked, as flags such as -m32 and -arch make another processor of CMAKE_SYSTEM_PROCESSOR.
try_compile(ignored "${PROJECT_BINARY_DIR}/processor" "${PROJECT_SOURCE_DIR}/cmake/processor.cc" OUTPUT_VARIABLE output)
if(NOT output MATCHES "twopass_processor=([a-z0-9_]+)")
  message(FATAL_ERROR "The compiler does not tell what processor it compiles for:\n${output}")
endif()
set(TWOPASS_PROCESSOR "${CMAKE_MATCH_1}")

set(TWOPASS_PROCESSOR_FLAGS)
if(TWOPASS_PROCESSOR STREQUAL "x86_32")
  set(TWOPASS_PROCESSOR_FLAGS -msse2 -mfpmath=sse)  # the x87 unit rounds to more than float
endif()
# For Windows gcc moves vectors to and from the stack as if they were aligned there, but aligns the stack to 16 bytes
# only, so that programs crash (https://gcc.gnu.org/PR54412). Debian's does not; others have it from the assembler.
if(MINGW AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND TWOPASS_PROCESSOR_FLAGS -Wa,-muse-unaligned-vector-move)
endif()

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
    message(FATAL_ERROR "${option} is ON, but ${isa} is not an ISA of ${TWOPASS_PROCESSOR}, the target processor")
  endif()
  if(${option})
    list(APPEND TWOPASS_ENABLED_ISAS ${isa})
  endif()
endforeach()
