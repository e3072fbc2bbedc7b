# SPDX-License-Identifier: Apache-2.0
# sengen_room(NAME [DEPENDS rooms...] [LINK libraries...]): the static library of one room of
# sengen/, from all .cpp files of its folder.
function(sengen_room name)
  cmake_parse_arguments(arg "" "FOLDER" "DEPENDS;LINK" ${ARGN})
  if(NOT arg_FOLDER)
    set(arg_FOLDER ${name})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${arg_FOLDER}/*.cpp)
  add_library(sengen_${name} STATIC ${sources})
  add_library(sengen::${name} ALIAS sengen_${name})
  target_link_libraries(sengen_${name} PUBLIC sengen_flags)
  foreach(room IN LISTS arg_DEPENDS)
    target_link_libraries(sengen_${name} PUBLIC sengen_${room})
  endforeach()
  target_link_libraries(sengen_${name} PUBLIC ${arg_LINK})
endfunction()
