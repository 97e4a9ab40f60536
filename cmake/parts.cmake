# twopass_part(<option> <description> <package>): a part of the build that needs a package which the library does without. The option is
# ON, OFF, or AUTO: ON where twopass is the top-level project and the package is found. ON alone insists: the part asks for its package
# with REQUIRED.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
function(twopass_part option description package)
  set(${option} AUTO CACHE STRING "${description}: ON, OFF, or AUTO for ON where ${package} is found")
  set_property(CACHE ${option} PROPERTY STRINGS AUTO ON OFF)
  if(NOT ${option} STREQUAL "AUTO")
    return()
  endif()
  set(${option} OFF PARENT_SCOPE)
  if(PROJECT_IS_TOP_LEVEL)
    find_package(${package} QUIET)
    if(${package}_FOUND)
      set(${option} ON PARENT_SCOPE)
    else()
      message(STATUS "twopass: ${option} is OFF, because ${package} was not found")
    endif()
  endif()
endfunction()
