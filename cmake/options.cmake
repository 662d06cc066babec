# Compiler, warnings, sanitizers and the third-party packages, for every target.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(SHOP_TESTS "Build the test binary" OFF)
option(SHOP_BENCH "Build the bench binary" OFF)
option(SHOP_WERROR "Treat warnings as errors" ON)
set(SHOP_SANITIZE "" CACHE STRING "Sanitizers of the whole build, as -fsanitize= takes them")

set(SHOP_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Wno-missing-field-initializers)
if(SHOP_WERROR)
  list(APPEND SHOP_WARNINGS -Werror)
endif()

if(SHOP_SANITIZE)
  # The four that are left out look at every access to a member. They made a fifth of the time to
  # compile, and the address sanitizer stops at what comes of them: a pointer that is null or wild.
  add_compile_options(-fsanitize=${SHOP_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all
                      -fno-sanitize=null,alignment,object-size,vptr)
  add_link_options(-fsanitize=${SHOP_SANITIZE})
endif()

# Faster than glibc's malloc (bench/README.md has the figures). Sanitizers bring their own.
if(NOT SHOP_SANITIZE)
  find_library(SHOP_ALLOCATOR jemalloc REQUIRED)
endif()

# Precompiled headers and ccache agree only without time stamps in the former.
add_compile_options(-Xclang -fno-pch-timestamp)
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(CCACHE ccache)
if(CCACHE)
  # The base directory lets two checkouts share what they compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_PCH_EXTSUM=1 ${CCACHE})
  # A precompiled header names its own path, so two checkouts never have the same one, and would
  # share nothing. ccache takes what library.cmake writes beside it for its content instead; it
  # sees only the plain spelling of the option.
  set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -include-pch <PCH_FILE>)
endif()

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(RocksDB REQUIRED)
find_package(simdjson REQUIRED)
find_package(PostgreSQL REQUIRED)
find_library(SHOP_RDKAFKA rdkafka REQUIRED)
find_package(Boost 1.81 REQUIRED)
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                        BOOST_ASIO_NO_DEPRECATED)
