// The check of fuzz targets.
#ifndef WENSUM_TESTS_SUPPORT_FUZZ_REQUIRE_H_
#define WENSUM_TESTS_SUPPORT_FUZZ_REQUIRE_H_

#include <cstdio>
#include <cstdlib>

namespace wensum {

// Ends the process, which fuzzers take for a finding, unless `ok`.
inline void Require(bool ok, const char* property) {
  if (!ok) {
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
  }
}

}  // namespace wensum

#endif  // WENSUM_TESTS_SUPPORT_FUZZ_REQUIRE_H_
