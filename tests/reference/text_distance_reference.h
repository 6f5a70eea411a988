// Distances between texts, written straight from their definitions.
#ifndef WENSUM_TESTS_REFERENCE_TEXT_DISTANCE_REFERENCE_H_
#define WENSUM_TESTS_REFERENCE_TEXT_DISTANCE_REFERENCE_H_

#include <string_view>

namespace wensum::reference {

// Levenshtein distance by the full matrix.
int LevenshteinDistance(std::string_view a, std::string_view b);

// Optimal string alignment distance by the full matrix.
int OsaDistance(std::string_view a, std::string_view b);

// Jaro-Winkler similarity by flags and loops, `a` leading.
double JaroWinkler(std::string_view a, std::string_view b);

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_TEXT_DISTANCE_REFERENCE_H_
