# Every library Wensum uses, found once. All are Debian 12 packages (docs/adr says why each); `./dev setup` installs them.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(Protobuf MODULE REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(EXPAT REQUIRED)
find_package(PROJ CONFIG REQUIRED)
find_package(GDAL CONFIG REQUIRED)
if(WENSUM_BUILD_TESTS)
  find_package(GTest CONFIG REQUIRED)
endif()
if(WENSUM_BUILD_BENCHMARKS)
  find_package(benchmark CONFIG REQUIRED)
endif()

# gRPC also defines re2::re2, so RE2 is taken from pkg-config under its own name.
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(ODBC REQUIRED IMPORTED_TARGET odbc)

# libphonenumber ships no CMake package in Debian 12.
find_library(PHONENUMBER_LIBRARY phonenumber REQUIRED)
find_path(PHONENUMBER_INCLUDE_DIR phonenumbers/phonenumberutil.h REQUIRED)
add_library(wensum_phonenumber INTERFACE)
target_link_libraries(wensum_phonenumber INTERFACE ${PHONENUMBER_LIBRARY} protobuf::libprotobuf)
target_include_directories(wensum_phonenumber SYSTEM INTERFACE ${PHONENUMBER_INCLUDE_DIR})

# The allocator of programs (docs/adr/2026-11-22-tcmalloc.md); a sanitizer brings its own. No header is used, so the
# run-time package does.
add_library(wensum_allocator INTERFACE)
if(NOT WENSUM_SANITIZE)
  find_library(TCMALLOC_LIBRARY libtcmalloc_minimal.so.4 REQUIRED)
  target_link_libraries(wensum_allocator INTERFACE ${TCMALLOC_LIBRARY})
endif()

# google/rpc/status.proto and error_details.proto, which no C++ package of Debian 12 ships.
find_path(GOOGLEAPIS_DIR google/rpc/error_details.proto
          PATHS /usr/share/gocode/src/github.com/gogo/googleapis REQUIRED NO_DEFAULT_PATH)

# The two tables of OSTN15, which the server looks for when it runs and the tests read.
if(WENSUM_BUILD_TESTS)
  find_path(WENSUM_OSTN15_DIR ostn_east_shift_82140
            PATHS /usr/share/perl5/auto/share/dist/Geo-Coordinates-OSGB REQUIRED NO_DEFAULT_PATH)
endif()
