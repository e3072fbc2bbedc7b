# SPDX-License-Identifier: Apache-2.0
# What a user can choose (-D...), and the flags that follow from it.
option(SENGEN_MPI "several processes (MPI)" ON)
option(SENGEN_TORCH "rooms and systems that need LibTorch" ON)
option(SENGEN_TESTS "build the tests" ON)
option(SENGEN_BENCH "build the benchmarks" OFF)
option(SENGEN_WERROR "warnings are errors" ON)
set(SENGEN_ARCH x86-64-v3 CACHE STRING "-march of the build: x86-64-v3, x86-64-v4, native, ...")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3")  # no NDEBUG games: checks stay on

add_library(sengen_flags INTERFACE)
target_include_directories(sengen_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(sengen_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off -march=${SENGEN_ARCH} -fopenmp)
target_link_options(sengen_flags INTERFACE -fopenmp)
if(SENGEN_WERROR)
  target_compile_options(sengen_flags INTERFACE -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # Two false alarms of g++ 12 at -O3: "literal" + std::string, AVX-512 intrinsics.
    target_compile_options(sengen_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
  endif()
endif()
