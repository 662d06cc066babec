# shop_library(<layer> DEPENDS <targets…> [EXCLUDE <sources…>])
#
# Declares the library of one layer from every source below the folder of that name, so that a new
# file needs no edit here. Headers are included by their path from the root
# ("core/base/result.hpp"). All layers share the precompiled header of core.
function(shop_library layer)
  cmake_parse_arguments(ARG "" "" "DEPENDS;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
       ${CMAKE_SOURCE_DIR}/${layer}/*.cpp)
  if(ARG_EXCLUDE)
    list(REMOVE_ITEM sources ${ARG_EXCLUDE})
  endif()
  add_library(${layer} STATIC ${sources})
  target_include_directories(${layer} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_options(${layer} PRIVATE ${SHOP_WARNINGS})
  target_link_libraries(${layer} PUBLIC ${ARG_DEPENDS})
  if(layer STREQUAL core)
    target_precompile_headers(core PRIVATE core/base/pch.hpp)
    file(READ core/base/pch.hpp pch)
    file(WRITE ${CMAKE_BINARY_DIR}/CMakeFiles/core.dir/cmake_pch.hxx.pch.sum
         "${CMAKE_CXX_COMPILER_VERSION} ${pch}")
  else()
    target_precompile_headers(${layer} REUSE_FROM core)
  endif()
endfunction()
