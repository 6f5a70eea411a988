// Seeds and lengths of randomised tests: short by default, long on demand, and repeatable.
#ifndef WENSUM_TESTS_SUPPORT_SEED_H_
#define WENSUM_TESTS_SUPPORT_SEED_H_

#include <cstdint>
#include <cstdlib>

namespace wensum {

// WENSUM_SEED, to repeat a run that failed; else `seed`.
inline uint64_t TestSeed(uint64_t seed) {
  const char* const wanted = std::getenv("WENSUM_SEED");
  return wanted == nullptr ? seed : std::strtoull(wanted, nullptr, 10);
}

// True if WENSUM_LONG=1 asks for the long form.
inline bool LongTests() {
  const char* const wanted = std::getenv("WENSUM_LONG");
  return wanted != nullptr && wanted[0] == '1';
}

// How many seeds to try: one if WENSUM_SEED names it.
inline int Rounds(int usual, int long_form) {
  return std::getenv("WENSUM_SEED") != nullptr ? 1 : LongTests() ? long_form : usual;
}

}  // namespace wensum

#endif  // WENSUM_TESTS_SUPPORT_SEED_H_
