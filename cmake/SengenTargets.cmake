# SPDX-License-Identifier: Apache-2.0
# The kinds of targets: rooms, systems, tests.

set_property(GLOBAL PROPERTY SENGEN_ROOMS "")
set_property(GLOBAL PROPERTY SENGEN_SYSTEMS "")

# sengen_room(NAME [FOLDER folder] [DEPENDS rooms...] [LINK libraries...]): the static library of
# one room of sengen/, from all .cpp files of its folder.
function(sengen_room name)
  cmake_parse_arguments(arg "" "FOLDER" "DEPENDS;LINK" ${ARGN})
  if(NOT arg_FOLDER)
    set(arg_FOLDER ${name})
  endif()
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${arg_FOLDER})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.hpp)
  # Parts of a .cpp that Highway compiles for every instruction set.
  list(FILTER headers EXCLUDE REGEX "-inl\\.hpp$")
  if(NOT sources)
    message(FATAL_ERROR "sengen/${arg_FOLDER} has no .cpp file")
  endif()
  add_library(sengen_${name} STATIC ${sources})
  add_library(sengen::${name} ALIAS sengen_${name})
  set_target_properties(sengen_${name} PROPERTIES
    EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_sources(sengen_${name} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})
  target_compile_features(sengen_${name} PUBLIC cxx_std_20)
  target_link_libraries(sengen_${name} PUBLIC $<BUILD_INTERFACE:sengen_flags>)
  foreach(room IN LISTS arg_DEPENDS)
    target_link_libraries(sengen_${name} PUBLIC sengen_${room})
  endforeach()
  target_link_libraries(sengen_${name} PUBLIC ${arg_LINK})
  set_property(GLOBAL APPEND PROPERTY SENGEN_ROOMS sengen_${name})
endfunction()

# sengen_without_torch(LIST): takes files that need LibTorch out of a list when this build has none.
function(sengen_without_torch list)
  if(SENGEN_TORCH)
    return()
  endif()
  set(kept "")
  foreach(file IN LISTS ${list})
    file(STRINGS ${file} uses LIMIT_COUNT 1
      REGEX "#include (<(torch|ATen|sengen/(nn|tensor|train))/|\"systems/[a-z_]+/learning/)")
    if(NOT uses)
      list(APPEND kept ${file})
    endif()
  endforeach()
  set(${list} ${kept} PARENT_SCOPE)
endfunction()

# sengen_torch_headers(TARGET): LibTorch's headers are parsed once (8 s), not in every file; files
# that name none of them are spared the load.
function(sengen_torch_headers target)
  get_target_property(sources ${target} SOURCES)
  set(all_without TRUE)
  foreach(file IN LISTS sources)
    file(STRINGS ${file} uses REGEX "#include <(torch|ATen)/" LIMIT_COUNT 1)
    if(uses)
      set(all_without FALSE)
    else()
      set_source_files_properties(${file} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
  if(all_without)
    return()
  endif()
  if(NOT TARGET sengen_torch_pch)
    set(source ${CMAKE_BINARY_DIR}/generated/torch_pch.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "// Carries the precompiled header.\n")
    add_library(sengen_torch_pch OBJECT ${source})
    target_link_libraries(sengen_torch_pch PRIVATE sengen_flags LibTorch::LibTorch)
    target_precompile_headers(sengen_torch_pch PRIVATE <torch/types.h>)
  endif()
  get_target_property(type ${target} TYPE)
  if(type STREQUAL EXECUTABLE)
    # A precompiled header wants the very same flags, and programs get -fpie of their own.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_precompile_headers(${target} REUSE_FROM sengen_torch_pch)
endfunction()

# sengen_link_rooms(TARGET): every room, for tests and benchmarks.
function(sengen_link_rooms target)
  get_property(rooms GLOBAL PROPERTY SENGEN_ROOMS)
  target_link_libraries(${target} PUBLIC sengen_flags ${rooms})
  sengen_define_features(${target})
endfunction()

# sengen_link_included_rooms(TARGET): the rooms that its files include, so that a program of chosen
# systems builds and loads no others. A file that names a new room wants cmake again.
function(sengen_link_included_rooms target)
  get_target_property(sources ${target} SOURCES)
  get_target_property(headers ${target} HEADER_SET)
  if(headers)
    list(APPEND sources ${headers})
  endif()
  set(rooms core)
  foreach(source IN LISTS sources)
    file(STRINGS ${source} lines REGEX "^#include <sengen/")
    foreach(line IN LISTS lines)
      if(line MATCHES "<sengen/(solvers/)?([a-z_]+)/")
        list(APPEND rooms ${CMAKE_MATCH_2})
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES rooms)
  target_link_libraries(${target} PUBLIC sengen_flags)
  foreach(room IN LISTS rooms)
    if(TARGET sengen_${room})  # those of LibTorch may be absent, behind an #if
      target_link_libraries(${target} PUBLIC sengen_${room})
    endif()
  endforeach()
  sengen_define_features(${target})
endfunction()

# What this build has.
function(sengen_define_features target)
  foreach(need IN LISTS SENGEN_HAVE)
    target_compile_definitions(${target} PUBLIC SENGEN_HAVE_${need}=1)
  endforeach()
endfunction()

# sengen_system(FOLDER): the static library sengen_system_FOLDER of systems/FOLDER; what lies in its
# folder learning/ needs LibTorch and is left out without.
function(sengen_system folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  file(GLOB learning CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/learning/*.cpp)
  if(SENGEN_TORCH)
    list(APPEND sources ${learning})
  endif()
  if(NOT sources)
    message(FATAL_ERROR "systems.def names '${folder}', but systems/${folder} has no .cpp file")
  endif()
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.hpp)
  if(SENGEN_TORCH)
    file(GLOB learning_headers CONFIGURE_DEPENDS
      ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/learning/*.hpp)
    list(APPEND headers ${learning_headers})
  endif()
  add_library(sengen_system_${folder} STATIC ${sources})
  set_target_properties(sengen_system_${folder} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_sources(sengen_system_${folder} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})
  sengen_link_included_rooms(sengen_system_${folder})
  if(SENGEN_TORCH)
    sengen_torch_headers(sengen_system_${folder})
  endif()
  set_property(GLOBAL APPEND PROPERTY SENGEN_SYSTEMS sengen_system_${folder})
endfunction()

# sengen_test(NAME COMMAND words... [SOURCE file]): one ctest test. Its label is the first part of
# NAME. A line "ctest: slow timeout=600 processors=2 lock=name" in a comment of SOURCE says more:
# slow = over a minute, lock = never beside another test with the same lock.
function(sengen_test name)
  cmake_parse_arguments(arg "" "SOURCE" "COMMAND" ${ARGN})
  add_test(NAME ${name} COMMAND ${arg_COMMAND})
  string(REGEX MATCH "^[^.]+" label ${name})
  set(timeout 300)
  set(processors 1)
  set(lock "")
  if(arg_SOURCE)
    file(STRINGS ${arg_SOURCE} line REGEX "^(//|#) ctest: " LIMIT_COUNT 1)
    if(line MATCHES " slow")
      list(APPEND label slow)
      set(timeout 1200)
    endif()
    if(line MATCHES " timeout=([0-9]+)")
      set(timeout ${CMAKE_MATCH_1})
    endif()
    if(line MATCHES " processors=([0-9]+)")
      set(processors ${CMAKE_MATCH_1})
    endif()
    if(line MATCHES " lock=([a-z_]+)")
      set(lock ${CMAKE_MATCH_1})
    endif()
  endif()
  # MPI as root (containers) and with more ranks than cores is allowed in tests.
  set_tests_properties(${name} PROPERTIES LABELS "${label}" TIMEOUT ${timeout}
    PROCESSORS ${processors} RESOURCE_LOCK "${lock}" SKIP_RETURN_CODE 77
    ENVIRONMENT "SENGEN=$<TARGET_FILE:sengen>;BUILD=${PROJECT_BINARY_DIR};\
SENGEN_FAULTS=$<TARGET_FILE:sengen_faults>;\
SENGEN_MEMORY_FAULTS=$<TARGET_FILE:sengen_memory_faults>;OMPI_ALLOW_RUN_AS_ROOT=1;\
OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMPI_MCA_rmaps_base_oversubscribe=1;GOMP_SPINCOUNT=2000")
endfunction()
