# find_plain_library(<name> <header> <soname>): what a find module does for a library of one header and one file; makes the target
# <name>::<name>. The project brings its own modules because the package configuration files that some distributions ship
# name a library that is not there.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include_guard()
include(FindPackageHandleStandardArgs)

macro(find_plain_library name header soname)
  if(TARGET ${name}::${name})  # part of the same build
    set(${name}_FOUND TRUE)
  else()
    find_path(${name}_INCLUDE_DIR ${header})
    find_library(${name}_LIBRARY NAMES ${name} ${soname})
    mark_as_advanced(${name}_INCLUDE_DIR ${name}_LIBRARY)
    find_package_handle_standard_args(${name} REQUIRED_VARS ${name}_LIBRARY ${name}_INCLUDE_DIR)
    if(${name}_FOUND)
      add_library(${name}::${name} UNKNOWN IMPORTED)
      set_target_properties(${name}::${name} PROPERTIES
        IMPORTED_LOCATION "${${name}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${${name}_INCLUDE_DIR}")
    endif()
  endif()
endmacro()
