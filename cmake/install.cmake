# What `cmake --install` puts in place: the headers, the library, and how CMake and pkg-config find them. The component
# `library` is what programs need that run, `development` what those need that are built.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(TARGETS twopass EXPORT twopass-targets INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  RUNTIME COMPONENT library
  LIBRARY COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE COMPONENT development)
install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)

# What the library links is of matter to those who link an archive of it, and private to a shared library.
get_target_property(library_type twopass TYPE)

# find_package(twopass)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/twopass")
install(EXPORT twopass-targets NAMESPACE twopass:: DESTINATION "${package_dir}" COMPONENT development)
configure_package_config_file(cmake/twopass-config.cmake.in "${PROJECT_BINARY_DIR}/twopass-config.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/twopass-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/twopass-config.cmake"
    "${PROJECT_BINARY_DIR}/twopass-config-version.cmake"
    cmake/find_cpuinfo.cmake
    cmake/find_library.cmake
  DESTINATION "${package_dir}" COMPONENT development)

# pkg-config; the file finds its prefix by where it stands, so that an installed tree can be moved
set(pkgconfig_needs "-lm")
if(Threads_FOUND)
  string(PREPEND pkgconfig_needs "-pthread ")
endif()
if(TWOPASS_USE_CPUINFO)
  string(PREPEND pkgconfig_needs "-lcpuinfo ")
endif()
if(library_type STREQUAL "SHARED_LIBRARY")
  set(pkgconfig_libraries "-ltwopass\nLibs.private: ${pkgconfig_needs}")
  set(pkgconfig_definitions " -DTWOPASS_SHARED")
else()
  set(pkgconfig_libraries "-ltwopass ${pkgconfig_needs}")
  set(pkgconfig_definitions)
endif()
set(pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH pkgconfig_to_prefix "/${pkgconfig_dir}" "/")
configure_file(cmake/twopass.pc.in "${PROJECT_BINARY_DIR}/twopass.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/twopass.pc" DESTINATION "${pkgconfig_dir}" COMPONENT development)
