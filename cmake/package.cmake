# Packages for Debian, as cpack and `cmake --build BUILD --target package` make them: libtwopass0, which programs need
# that run, and libtwopass-dev, which those need that are built.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
if(NOT BUILD_SHARED_LIBS OR NOT TWOPASS_INSTALL)
  message(FATAL_ERROR "TWOPASS_PACKAGE is ON, but the packages are of a shared library that is installed: "
    "BUILD_SHARED_LIBS and TWOPASS_INSTALL have to be ON, too. `cmake --preset package` sets them.")
endif()
set(library_package "libtwopass${PROJECT_VERSION_MAJOR}")
set(development_package libtwopass-dev)

# An archive, too, for programs that are linked with -static.
set_target_properties(twopass_archive PROPERTIES OUTPUT_NAME twopass EXCLUDE_FROM_ALL OFF)
install(TARGETS twopass_archive ARCHIVE COMPONENT development)

foreach(component IN ITEMS library development)
  install(FILES LICENSE RENAME copyright COMPONENT ${component}
    DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/${${component}_package}")
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL library development)
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)

set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The twopass authors")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(description [[Softmax and its family as a small set of microkernels, one set for each
instruction set; at run time the best that the machine has is taken. Statistics
and samples of logits, gradients and losses; elements of 32 and of 16 bits.]])

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME "${library_package}")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "Softmax for CPUs at the speed of memory - shared library\n${description}")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)  # what it needs
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)    # what those write who need it
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME "${development_package}")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "Softmax for CPUs at the speed of memory - development files\n${description}
.
This package has the headers, the library as an archive, for programs that are
linked with -static, and what pkg-config and CMake find them by.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library_package} (= ${PROJECT_VERSION})")
include(CPack)
