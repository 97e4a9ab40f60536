# twopass_find_python(variable module...): the first Python that has the modules, which need not be the first on the
# PATH. Otherwise the variable is not set.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
function(twopass_find_python variable)
  find_package(Python3 COMPONENTS Interpreter QUIET)
  list(JOIN ARGN ", " modules)
  foreach(python IN LISTS Python3_EXECUTABLE ITEMS python3 /usr/bin/python3)
    execute_process(COMMAND "${python}" -c "import ${modules}" RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
    if(result EQUAL 0)
      set(${variable} "${python}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()
