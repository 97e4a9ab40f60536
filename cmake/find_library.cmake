# twopass_find_library(<name> <header> <soname>): makes the target twopass::<name> of a library that is one header and
# one file, if it is part of the same build, is found, or has a package configuration file in a place that is named, as
# by CMAKE_PREFIX_PATH.
#
# No find module is asked: that of the project around may be of another kind. Nor are configuration files of the system:
# some name a library that is not there, or that is of another processor.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
function(twopass_find_library name header soname)
  twopass_adopt_target(${name})
  if(TARGET twopass::${name})
    return()
  endif()
  find_path(TWOPASS_${name}_INCLUDE_DIR ${header})
  find_library(TWOPASS_${name}_LIBRARY NAMES ${name} ${soname})
  mark_as_advanced(TWOPASS_${name}_INCLUDE_DIR TWOPASS_${name}_LIBRARY)
  if(TWOPASS_${name}_INCLUDE_DIR AND TWOPASS_${name}_LIBRARY)
    add_library(twopass::${name} UNKNOWN IMPORTED)
    set_target_properties(twopass::${name} PROPERTIES
      IMPORTED_LOCATION "${TWOPASS_${name}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${TWOPASS_${name}_INCLUDE_DIR}")
    return()
  endif()
  find_package(${name} CONFIG QUIET NO_CMAKE_SYSTEM_PATH NO_SYSTEM_ENVIRONMENT_PATH)
  twopass_adopt_target(${name})
endfunction()

# twopass_adopt_target(<name>): makes twopass::<name> of the target that has the name, with or without a namespace.
function(twopass_adopt_target name)
  foreach(target IN ITEMS ${name}::${name} ${name})
    if(TARGET ${target} AND NOT TARGET twopass::${name})
      get_target_property(type ${target} TYPE)
      if(type MATCHES "LIBRARY$")  # not a program of that name
        add_library(twopass::${name} INTERFACE IMPORTED)
        target_link_libraries(twopass::${name} INTERFACE ${target})
      endif()
    endif()
  endforeach()
endfunction()
