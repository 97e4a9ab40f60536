# What `cmake --install` puts in place: the headers, the library, and how CMake and pkg-config find them.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(TARGETS twopass EXPORT twopass-targets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES include/twopass.h include/twopass.hpp DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

# find_package(twopass)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/twopass")
install(EXPORT twopass-targets NAMESPACE twopass:: DESTINATION "${package_dir}")
configure_package_config_file(cmake/twopass-config.cmake.in "${PROJECT_BINARY_DIR}/twopass-config.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/twopass-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/twopass-config.cmake"
    "${PROJECT_BINARY_DIR}/twopass-config-version.cmake"
    cmake/find_plain_library.cmake
    cmake/Findcpuinfo.cmake
    cmake/Findpthreadpool.cmake
  DESTINATION "${package_dir}")

# pkg-config; the file finds its prefix by where it stands, so that an installed tree can be moved
set(pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(pkgconfig_libraries)
if(TWOPASS_USE_CPUINFO)
  string(APPEND pkgconfig_libraries " -lcpuinfo")
endif()
if(TWOPASS_USE_PTHREADPOOL)
  string(APPEND pkgconfig_libraries " -lpthreadpool")
endif()
if(Threads_FOUND)
  string(APPEND pkgconfig_libraries " -pthread")
endif()
file(RELATIVE_PATH pkgconfig_to_prefix "/${pkgconfig_dir}" "/")
configure_file(cmake/twopass.pc.in "${PROJECT_BINARY_DIR}/twopass.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/twopass.pc" DESTINATION "${pkgconfig_dir}")
