# Targets of Wensum. Each folder is one library with its sources listed; tests and fuzzers are one executable per file or
# small group. Names: library `base` is target `wensum_base`; DEPS are full target names.

add_library(wensum_options INTERFACE)
target_include_directories(wensum_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(
  wensum_options
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wnon-virtual-dtor
            -Wold-style-cast
            -Wcast-qual
            -Wunused
            -Woverloaded-virtual
            -Werror
            -Wno-missing-field-initializers
            -fno-omit-frame-pointer
            -pthread
            $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety$<SEMICOLON>-Wno-deprecated-declarations>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>)
# Five times as quick as the linker of binutils, which counts with hundreds of tests.
find_program(MOLD_LINKER mold)
if(MOLD_LINKER)
  target_link_options(wensum_options INTERFACE $<$<NOT:$<CONFIG:Release>>:-fuse-ld=mold>)
endif()
if(WENSUM_SANITIZE)
  target_compile_options(wensum_options INTERFACE -fsanitize=${WENSUM_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(wensum_options INTERFACE -fsanitize=${WENSUM_SANITIZE})
  # Protobuf's headers lay maps out differently under ThreadSanitizer, and Debian's library was built without it.
  if(WENSUM_SANITIZE STREQUAL "thread")
    target_compile_options(wensum_options INTERFACE -U__SANITIZE_THREAD__)
  endif()
endif()

# The flags of a test's own files. Optimised is what they test, the libraries; it would add a third to the time to compile the tests.
function(wensum_test_options target)
  target_compile_options(${target} PRIVATE -O0)
endfunction()

# Headers that nearly every file includes, compiled once for libraries, for what sees gRPC, and for tests: a third of the
# time to build. Not with clang: its build, like clang-tidy's parse, shows includes that are missing.
function(wensum_precompile name)
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/precompiled/${name}.cc CONTENT "// Owns a precompiled header.\n")
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/precompiled/${name}.cc)
  target_link_libraries(${name} PRIVATE wensum_options)
  target_precompile_headers(
    ${name}
    PRIVATE
    ${ARGN}
    <absl/container/flat_hash_map.h>
    <absl/status/status.h>
    <absl/status/statusor.h>
    <algorithm>
    <array>
    <cstdint>
    <functional>
    <map>
    <memory>
    <optional>
    <set>
    <span>
    <string>
    <string_view>
    <utility>
    <vector>)
endfunction()
if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  wensum_precompile(wensum_headers)
  wensum_precompile(wensum_grpc_headers <grpcpp/grpcpp.h>)
  if(WENSUM_BUILD_TESTS)
    wensum_precompile(wensum_test_headers <gmock/gmock.h> <gtest/gtest.h>)
    target_link_libraries(wensum_test_headers PRIVATE GTest::gmock)
    wensum_test_options(wensum_test_headers)
  endif()
endif()

# wensum_reuse_headers(target precompiled)
function(wensum_reuse_headers target precompiled)
  if(TARGET ${precompiled})
    target_precompile_headers(${target} REUSE_FROM ${precompiled})
  endif()
endfunction()

# wensum_join(target): compiles the target's files some at a time, as most of each file's time goes into templates that the
# others need too. Files of one library must not use one name twice. ./dev lint keeps them apart, which shows missing includes.
function(wensum_join target)
  if(WENSUM_JOIN)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 4)
  endif()
endfunction()

# wensum_library(NAME name SOURCES a.cc ... HEADERS a.h ... DEPS targets...)
function(wensum_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;HEADERS;DEPS" ${ARGN})
  set(target wensum_${ARG_NAME})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES} ${ARG_HEADERS})
    target_link_libraries(${target} PUBLIC ${ARG_DEPS} PRIVATE wensum_options)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    wensum_join(${target})
    if("wensum_grpc" IN_LIST ARG_DEPS)
      wensum_reuse_headers(${target} wensum_grpc_headers)
    else()
      wensum_reuse_headers(${target} wensum_headers)
    endif()
  else()
    add_library(${target} INTERFACE ${ARG_HEADERS})
    target_link_libraries(${target} INTERFACE ${ARG_DEPS})
    target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR})
  endif()
endfunction()

# wensum_test(NAME name SOURCES a_test.cc ... DEPS targets... [LABELS ...] [TIMEOUT seconds])
# One GoogleTest executable, run as one ctest test.
function(wensum_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main wensum_options)
  wensum_test_options(${ARG_NAME})
  wensum_reuse_headers(${ARG_NAME} wensum_test_headers)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
  if(WENSUM_SANITIZE MATCHES "thread")
    # gRPC and RocksDB of Debian are not instrumented.
    set(options "ignore_noninstrumented_modules=1 history_size=7")
    string(APPEND options " suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan_suppressions.txt")
    set_tests_properties(${ARG_NAME} PROPERTIES ENVIRONMENT "TSAN_OPTIONS=${options}")
  endif()
endfunction()

# wensum_fuzz(NAME name_fuzz SOURCES x_fuzz.cc DEPS targets... [SEEDS files...])
# The source defines LLVMFuzzerTestOneInput. ctest runs it for a short, seeded time over mutated SEEDS with the project's own
# driver (tests/support/fuzz_driver.cc); with clang the same source links against libFuzzer for long campaigns.
function(wensum_fuzz)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS;SEEDS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} wensum_fuzz_driver wensum_options)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} ${ARG_SEEDS} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()
