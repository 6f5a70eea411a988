// Random texts for differential tests of comparisons.
#ifndef WENSUM_TESTS_SUPPORT_RANDOM_TEXT_H_
#define WENSUM_TESTS_SUPPORT_RANDOM_TEXT_H_

#include <cstdint>
#include <string>
#include <utility>

#include "base/random.h"

namespace wensum {

// 0 to `longest` bytes over three letters, capitals, all bytes, or the letters and marks of all scripts in UTF-8.
std::string RandomText(Random& random, uint64_t longest);

// One to four random slips: a byte added, lost or changed, neighbours swapped, a piece moved.
std::string WithSlips(Random& random, std::string text);

// Two texts of up to `longest` bytes: equal, near or unrelated.
std::pair<std::string, std::string> RandomTexts(Random& random, uint64_t longest);

}  // namespace wensum

#endif  // WENSUM_TESTS_SUPPORT_RANDOM_TEXT_H_
