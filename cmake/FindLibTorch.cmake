# SPDX-License-Identifier: Apache-2.0
# LibTorch out of PyTorch's wheel (or its zip), CPU or CUDA, without asking for a CUDA toolkit.
#   find_package(LibTorch 2.7 REQUIRED)  ->  LibTorch::LibTorch, LibTorch_VERSION,
#   LibTorch_DIRECTORY, LibTorch_CUDA (TRUE for a CUDA build), LibTorch_GOMP (its OpenMP runtime)
# Looked for in -DLIBTORCH_DIR=PATH, then the environment's LIBTORCH_DIR (these two must be right if
# they are set), then .venv of this project, then the folder of Python's module torch.
set(LIBTORCH_DIR "" CACHE PATH "folder of LibTorch (with include/ and lib/); empty: look for it")

function(_libtorch_locate out)
  foreach(asked IN ITEMS "${LIBTORCH_DIR}" "$ENV{LIBTORCH_DIR}")
    if(asked)
      # A path may also name a virtual environment.
      file(GLOB inside ${asked}/lib/python3*/site-packages/torch)
      foreach(folder IN ITEMS ${asked} ${inside})
        if(EXISTS ${folder}/lib/libtorch_cpu.so)
          set(${out} ${folder} PARENT_SCOPE)
          return()
        endif()
      endforeach()
      message(FATAL_ERROR "LIBTORCH_DIR=${asked} has no lib/libtorch_cpu.so")
    endif()
  endforeach()
  file(GLOB candidates ${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
  find_program(LibTorch_PYTHON python3)
  mark_as_advanced(LibTorch_PYTHON)
  if(NOT candidates AND LibTorch_PYTHON)
    # find_spec looks without importing: milliseconds in place of seconds.
    execute_process(COMMAND ${LibTorch_PYTHON} -c
      "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
      OUTPUT_VARIABLE candidates OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  foreach(folder IN LISTS candidates)
    if(EXISTS ${folder}/lib/libtorch_cpu.so)
      set(${out} ${folder} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(_libtorch_version folder out)
  foreach(header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(NOT EXISTS ${folder}/include/${header})
      continue()
    endif()
    set(numbers "")
    foreach(part MAJOR MINOR PATCH)
      file(STRINGS ${folder}/include/${header} line REGEX "#define TORCH_VERSION_${part} +[0-9]+")
      string(REGEX MATCH "[0-9]+" number "${line}")
      list(APPEND numbers ${number})
    endforeach()
    list(LENGTH numbers found)
    if(found EQUAL 3)
      list(JOIN numbers . version)
      set(${out} ${version} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

set(LibTorch_DIRECTORY "")
_libtorch_locate(LibTorch_DIRECTORY)
if(LibTorch_DIRECTORY)
  _libtorch_version(${LibTorch_DIRECTORY} LibTorch_VERSION)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_DIRECTORY VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "./bootstrap installs it, -DLIBTORCH_DIR=PATH names one that is there, \
-DSENGEN_TORCH=OFF builds without it")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  set(lib ${LibTorch_DIRECTORY}/lib)
  file(STRINGS ${lib}/libc10.so new_abi REGEX "__cxx11" LIMIT_COUNT 1)
  if(NOT new_abi)
    message(FATAL_ERROR "${LibTorch_DIRECTORY} was built with the C++ ABI from before 2011 "
      "(_GLIBCXX_USE_CXX11_ABI=0), which this project cannot link: take a wheel >= 2.7")
  endif()
  set(includes ${LibTorch_DIRECTORY}/include)
  if(EXISTS ${includes}/torch/csrc/api/include)
    list(APPEND includes ${includes}/torch/csrc/api/include)
  endif()
  # The wheel brings its own fmt, of another version than what everything else links: hide it.
  find_path(LibTorch_FMT fmt/format.h)
  mark_as_advanced(LibTorch_FMT)
  if(LibTorch_FMT AND EXISTS ${LibTorch_DIRECTORY}/include/fmt)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/before_torch)
    file(CREATE_LINK ${LibTorch_FMT}/fmt ${CMAKE_BINARY_DIR}/before_torch/fmt SYMBOLIC)
    list(PREPEND includes ${CMAKE_BINARY_DIR}/before_torch)
  endif()
  file(GLOB LibTorch_GOMP ${lib}/libgomp*.so*)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  set_target_properties(LibTorch::LibTorch PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${includes}"
    INTERFACE_COMPILE_FEATURES cxx_std_20)
  set(LibTorch_CUDA FALSE)
  set(cuda "")
  if(EXISTS ${lib}/libtorch_cuda.so)
    set(LibTorch_CUDA TRUE)
    # Nothing of ours names a symbol of libtorch_cuda, so the linker would drop it and CUDA would
    # "not be available"; what it needs itself lies in the nvidia packages beside the wheel.
    set(cuda -Wl,--push-state,--no-as-needed ${lib}/libtorch_cuda.so ${lib}/libc10_cuda.so
      -Wl,--pop-state)
    file(GLOB needed ${LibTorch_DIRECTORY}/../nvidia/*/lib)
    list(TRANSFORM needed PREPEND -Wl,-rpath-link,)
    set_target_properties(LibTorch::LibTorch PROPERTIES INTERFACE_LINK_OPTIONS "${needed}")
  endif()
  set_property(TARGET LibTorch::LibTorch PROPERTY INTERFACE_LINK_LIBRARIES
    ${cuda} ${lib}/libtorch.so ${lib}/libtorch_cpu.so ${lib}/libc10.so)
endif()
