# Makes the target twopass::cpuinfo where cpuinfo is found. For the build, and for whoever finds the installed package.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include("${CMAKE_CURRENT_LIST_DIR}/find_library.cmake")
twopass_find_library(cpuinfo cpuinfo.h libcpuinfo.so.0)

# Some versions, where they are archives, need a second one that they come with.
if(TARGET twopass::cpuinfo AND TWOPASS_cpuinfo_LIBRARY MATCHES "\\.a$")
  find_library(TWOPASS_clog_LIBRARY clog)
  mark_as_advanced(TWOPASS_clog_LIBRARY)
  if(TWOPASS_clog_LIBRARY)
    set_target_properties(twopass::cpuinfo PROPERTIES INTERFACE_LINK_LIBRARIES "${TWOPASS_clog_LIBRARY}")
  endif()
endif()
