// Comparisons of dates and names, written straight from their definitions.
#ifndef WENSUM_TESTS_REFERENCE_PERSON_COMPARE_REFERENCE_H_
#define WENSUM_TESTS_REFERENCE_PERSON_COMPARE_REFERENCE_H_

#include <string>
#include <string_view>
#include <vector>

#include "matching/compare/date_slip.h"
#include "matching/compare/name_similarity.h"

namespace wensum::reference {

// Of two texts of eight digits YYYYMMDD.
matching::DateSlip SlipBetween(const std::string& a, const std::string& b);

// By textbook distances.
matching::WordFit FitWords(std::string_view a, std::string_view b, matching::NameKind kind);

// By trying all orders of the longer name's words.
double NameSimilarity(std::vector<std::string> a, std::vector<std::string> b, matching::NameKind kind);

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_PERSON_COMPARE_REFERENCE_H_
