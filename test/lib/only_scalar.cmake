# A build without any ISA but scalar, which takes seconds where all take a minute: for cmake -C, or as a toolchain file.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include("${CMAKE_CURRENT_LIST_DIR}/../../src/gen/sources.cmake")
list(REMOVE_ITEM TWOPASS_ISAS scalar)
foreach(isa IN LISTS TWOPASS_ISAS)
  string(TOUPPER "TWOPASS_ENABLE_${isa}" option)
  set(${option} OFF CACHE BOOL "")
endforeach()
