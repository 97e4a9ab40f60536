# Whether the library asks cpuinfo for the sizes of caches, TWOPASS_USE_CPUINFO: ON, OFF, or AUTO for ON where cpuinfo
# is found and knows the processor. Makes the target twopass::cpuinfo.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include(cmake/find_cpuinfo.cmake)

set(TWOPASS_USE_CPUINFO AUTO CACHE STRING
  "Ask cpuinfo for the sizes of caches: ON, OFF, or AUTO for ON where it is found")
set_property(CACHE TWOPASS_USE_CPUINFO PROPERTY STRINGS AUTO ON OFF)

set(known OFF)
if(TWOPASS_PROCESSOR MATCHES "^(x86_64|x86_32|aarch64|armv7)$")
  set(known ON)
endif()
if(TWOPASS_FETCH_DEPENDENCIES AND TWOPASS_USE_CPUINFO AND known AND NOT TARGET twopass::cpuinfo)
  twopass_fetch(cpuinfo)
endif()

# It may be found and of no use: a shared library alone to programs that are linked with -static, or one of another
# processor.
set(missing)
if(NOT TARGET twopass::cpuinfo)
  twopass_not_found(missing cpuinfo)
elseif(TWOPASS_cpuinfo_LIBRARY OR cpuinfo_DIR)
  try_compile(links "${PROJECT_BINARY_DIR}/cpuinfo" "${PROJECT_SOURCE_DIR}/cmake/cpuinfo.cc"
    LINK_LIBRARIES twopass::cpuinfo)
  if(NOT links)
    set(missing "programs do not link with the cpuinfo that was found")
  endif()
endif()

if(TWOPASS_USE_CPUINFO STREQUAL "AUTO")
  set(TWOPASS_USE_CPUINFO OFF)
  if(NOT known)
    set(missing "cpuinfo does not know this processor")
  endif()
  if(missing)
    message(STATUS "twopass: TWOPASS_USE_CPUINFO is OFF, because ${missing}; the operating system is asked for the "
      "sizes of caches")
  else()
    set(TWOPASS_USE_CPUINFO ON)
  endif()
elseif(TWOPASS_USE_CPUINFO AND missing)
  message(FATAL_ERROR "TWOPASS_USE_CPUINFO is ON, but ${missing}. Without it the operating system is asked for the "
    "sizes of caches, and nothing else changes.")
endif()
