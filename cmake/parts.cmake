# twopass_part(<option> <description> <package>): a part of the build that needs what the library does without: the
# package, and a Python with jinja2 for the kernels that are not in use. The option is ON, OFF, or AUTO: ON where
# twopass is the top-level project and finds both, or may fetch the package. ON alone insists: what is missing is an
# error of the part.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
function(twopass_part option description package)
  set(${option} AUTO CACHE STRING "${description}: ON, OFF, or AUTO for ON where ${package} and jinja2 are found")
  set_property(CACHE ${option} PROPERTY STRINGS AUTO ON OFF)
  if(NOT ${option} STREQUAL "AUTO")
    return()
  endif()
  set(${option} OFF PARENT_SCOPE)
  if(PROJECT_IS_TOP_LEVEL)
    find_package(${package} QUIET)
    twopass_find_python(python jinja2)
    if(NOT ${package}_FOUND AND NOT (TWOPASS_FETCH_DEPENDENCIES AND TWOPASS_${package}_SOURCES))
      twopass_not_found(not_found ${package})
      message(STATUS "twopass: ${option} is OFF, because ${not_found}")
    elseif(NOT python)
      message(STATUS "twopass: ${option} is OFF, because no Python with jinja2 was found")
    else()
      set(${option} ON PARENT_SCOPE)
    endif()
  endif()
endfunction()
