# SPDX-License-Identifier: Apache-2.0
# install(): the program, the rooms with their headers, and find_package(sengen) -> sengen::io, ...
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
get_property(rooms GLOBAL PROPERTY SENGEN_ROOMS)
# Templates in headers use OpenMP, and Eigen's types have the layout of the build's -march.
target_compile_options(sengen_core INTERFACE
  $<INSTALL_INTERFACE:-fopenmp> $<INSTALL_INTERFACE:-march=${SENGEN_ARCH}>)
target_link_options(sengen_core INTERFACE $<INSTALL_INTERFACE:-fopenmp>)
install(TARGETS sengen ${rooms} EXPORT sengen-targets
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS gtopx LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_SOURCE_DIR}/sengen/solvers/astrodynamics/gtopx_c.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/sengen/solvers/astrodynamics)
install(EXPORT sengen-targets NAMESPACE sengen:: FILE sengenTargets.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/sengen)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/sengenConfig.cmake.in sengenConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/sengen)
write_basic_package_version_file(sengenConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/FindLibTorch.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/sengenConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/sengenConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/sengen)
