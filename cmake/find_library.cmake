# twopass_find_library(<name> <header> <soname>): makes the target twopass::<name> of a library that is one header and
# one file, if it is part of the same build or is found.
#
# No find module and no package configuration file is asked: those of the project around may be of another kind, and
# some that distributions ship name a library that is not there.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
function(twopass_find_library name header soname)
  if(TARGET twopass::${name})
    return()
  endif()
  foreach(target IN ITEMS ${name}::${name} ${name})
    if(TARGET ${target})
      get_target_property(type ${target} TYPE)
      if(type MATCHES "LIBRARY$")  # not a program of that name
        add_library(twopass::${name} INTERFACE IMPORTED)
        target_link_libraries(twopass::${name} INTERFACE ${target})
        return()
      endif()
    endif()
  endforeach()
  find_path(TWOPASS_${name}_INCLUDE_DIR ${header})
  find_library(TWOPASS_${name}_LIBRARY NAMES ${name} ${soname})
  mark_as_advanced(TWOPASS_${name}_INCLUDE_DIR TWOPASS_${name}_LIBRARY)
  if(TWOPASS_${name}_INCLUDE_DIR AND TWOPASS_${name}_LIBRARY)
    add_library(twopass::${name} UNKNOWN IMPORTED)
    set_target_properties(twopass::${name} PROPERTIES
      IMPORTED_LOCATION "${TWOPASS_${name}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${TWOPASS_${name}_INCLUDE_DIR}")
  endif()
endfunction()
