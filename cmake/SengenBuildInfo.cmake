# SPDX-License-Identifier: Apache-2.0
# Fills core's build_info.cpp. Included when configuring; run as a script (-P) by every build to
# keep the commit true, which recompiles one file when it changed.
if(CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND git -C ${source} describe --always --dirty --tags
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(commit)
    set(commit " (${commit})")
  endif()
  file(CONFIGURE OUTPUT ${output} CONTENT "#define SENGEN_COMMIT \"${commit}\"\n")
  return()
endif()

set(build_flags "")
if(SENGEN_SANITIZE)
  string(APPEND build_flags ", -fsanitize=${SENGEN_SANITIZE}")
endif()
if(CMAKE_CXX_FLAGS)
  string(APPEND build_flags ", ${CMAKE_CXX_FLAGS}")
endif()
set(build_features "HDF5 ${hdf5_VERSION}")
if(SENGEN_MPI)
  string(APPEND build_features ", MPI ${MPI_C_VERSION}")
endif()
if(SENGEN_TORCH)
  string(APPEND build_features ", LibTorch ${LibTorch_VERSION}")
  if(LibTorch_CUDA)
    string(APPEND build_features " with CUDA")
  endif()
endif()

set(generated ${PROJECT_BINARY_DIR}/generated)
configure_file(${PROJECT_SOURCE_DIR}/sengen/core/build_info.cpp.in ${generated}/build_info.cpp
  @ONLY)
add_custom_target(sengen_build_version
  COMMAND ${CMAKE_COMMAND} -Dsource=${PROJECT_SOURCE_DIR} -Doutput=${generated}/build_version.hpp
    -P ${CMAKE_CURRENT_LIST_FILE}
  BYPRODUCTS ${generated}/build_version.hpp VERBATIM)
target_sources(sengen_core PRIVATE ${generated}/build_info.cpp)
add_dependencies(sengen_core sengen_build_version)
