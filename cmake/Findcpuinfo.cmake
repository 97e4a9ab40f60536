# Makes the target cpuinfo::cpuinfo of the header and the library. The project brings its own module because the package
# configuration files that some distributions ship name a library that is not there.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
if(TARGET cpuinfo::cpuinfo)  # part of the same build
  set(cpuinfo_FOUND TRUE)
  return()
endif()

find_path(cpuinfo_INCLUDE_DIR cpuinfo.h)
find_library(cpuinfo_LIBRARY NAMES cpuinfo libcpuinfo.so.0)
mark_as_advanced(cpuinfo_INCLUDE_DIR cpuinfo_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(cpuinfo REQUIRED_VARS cpuinfo_LIBRARY cpuinfo_INCLUDE_DIR)

if(cpuinfo_FOUND)
  add_library(cpuinfo::cpuinfo UNKNOWN IMPORTED)
  set_target_properties(cpuinfo::cpuinfo PROPERTIES
    IMPORTED_LOCATION "${cpuinfo_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${cpuinfo_INCLUDE_DIR}")
endif()
