# SPDX-License-Identifier: Apache-2.0
# What a user can choose (-D...), and the flags that follow from it.
option(SENGEN_MPI "several processes (MPI)" ON)
option(SENGEN_TORCH "rooms and systems that need LibTorch" ON)
option(SENGEN_TESTS "build the tests" ON)
option(SENGEN_BENCH "build the benchmarks" OFF)
option(SENGEN_WERROR "warnings are errors" ON)
option(SENGEN_FUZZ "build the fuzzers with libFuzzer (clang)" OFF)
set(SENGEN_ARCH x86-64-v3 CACHE STRING "-march of the build: x86-64-v3, x86-64-v4, native, ...")
set(SENGEN_SYSTEMS "" CACHE STRING
  "systems of the program, as in flow_modes;aqce (folders of systems/); empty: all of them")
set(SENGEN_SANITIZE "" CACHE STRING "sanitizers of the build, as in address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3")  # no NDEBUG games: checks stay on
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g -D_GLIBCXX_ASSERTIONS")

find_program(SENGEN_CCACHE ccache)
if(SENGEN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without the sloppiness ccache refuses every file that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${SENGEN_CCACHE})
endif()

add_library(sengen_flags INTERFACE)
target_include_directories(sengen_flags INTERFACE ${PROJECT_SOURCE_DIR})
# -fopenmp in every file: only then our loops and at::parallel_for use the one pool.
target_compile_options(sengen_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off -march=${SENGEN_ARCH} -fopenmp)
# Highway 1.0.3 refuses to compile where -march already has this target (Sapphire Rapids); what it
# adds to AVX3, tables of bytes and AES, no kernel of ours uses.
target_compile_definitions(sengen_flags INTERFACE HWY_DISABLED_TARGETS=HWY_AVX3_DL)
if(SENGEN_WERROR)
  target_compile_options(sengen_flags INTERFACE -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # False alarms of g++ 12 at -O3: "literal" + std::string, AVX-512 intrinsics, fmt's fill.
    target_compile_options(sengen_flags INTERFACE
      -Wno-restrict -Wno-uninitialized -Wno-maybe-uninitialized -Wno-stringop-overflow)
  endif()
endif()
if(SENGEN_SANITIZE)
  set(sanitize -fsanitize=${SENGEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_compile_options(sengen_flags INTERFACE ${sanitize})
  target_link_options(sengen_flags INTERFACE ${sanitize})
endif()
if(SENGEN_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "SENGEN_FUZZ needs clang: cmake --preset fuzz")
  endif()
  target_compile_options(sengen_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(SENGEN_MOLD mold)
mark_as_advanced(SENGEN_CCACHE SENGEN_MOLD)
if(SENGEN_MOLD)
  target_link_options(sengen_flags INTERFACE -fuse-ld=mold)
endif()
