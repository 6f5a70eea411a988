#include "tests/reference/person_compare_reference.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "matching/text/nicknames.h"
#include "tests/reference/text_distance_reference.h"

namespace wensum::reference {

using matching::DateSlip;
using matching::NameKind;
using matching::WordFit;

DateSlip SlipBetween(const std::string& a, const std::string& b) {
  if (a == b) return DateSlip::kNone;
  const std::string year[] = {a.substr(0, 4), b.substr(0, 4)};
  const std::string month[] = {a.substr(4, 2), b.substr(4, 2)};
  const std::string day[] = {a.substr(6), b.substr(6)};
  int differing = 0;
  for (size_t i = 0; i < 8; ++i) differing += a[i] != b[i] ? 1 : 0;
  const bool same_year = year[0] == year[1];
  const bool same_month = month[0] == month[1];
  const bool same_day = day[0] == day[1];
  if (differing == 1) return same_year ? DateSlip::kDayMonthDigit : DateSlip::kYearDigit;
  if (same_year && month[0] == day[1] && month[1] == day[0]) return DateSlip::kDayMonthSwapped;
  for (size_t i = 0; i + 1 < 8; ++i) {
    std::string swapped = a;
    std::swap(swapped[i], swapped[i + 1]);
    if (swapped == b) return DateSlip::kNeighboursSwapped;
  }
  const int apart = std::abs(std::stoi(year[0]) - std::stoi(year[1]));
  if (apart == 100 && same_month && same_day) return DateSlip::kCentury;
  for (int side = 0; side < 2 && same_year; ++side) {
    if (month[side] == "00" && day[side] == "00") return DateSlip::kYearAlone;
    if (same_month && day[side] == "00") return DateSlip::kYearAlone;
  }
  for (int side = 0; side < 2 && same_year; ++side) {
    if (month[side] == "01" && day[side] == "01") return DateSlip::kDefaultDay;
  }
  if (int{same_year} + int{same_month} + int{same_day} == 2) return DateSlip::kTwoParts;
  if (differing == 2) return DateSlip::kTwoDigits;
  if (same_year) return DateSlip::kSameYear;
  return apart <= 2 || differing == 3 ? DateSlip::kNearYear : DateSlip::kDifferent;
}

WordFit FitWords(std::string_view a, std::string_view b, NameKind kind) {
  const bool forename = kind == NameKind::kForename;
  if (a.empty() || b.empty()) return WordFit::kNone;
  if (a == b) return WordFit::kSame;
  for (const auto& [x, y] : {std::pair(a, b), std::pair(b, a)}) {
    if (x.size() == 1 && (y[0] == x[0] || (forename && matching::IsInitialOfFullForm(x[0], y)))) {
      return WordFit::kInitial;
    }
  }
  if (a.size() == 1 || b.size() == 1) return WordFit::kNone;
  if (forename && matching::AreNicknames(a, b)) return WordFit::kNickname;
  if (a.size() >= 4 && b.size() >= 4 && OsaDistance(a, b) <= 1) return WordFit::kTypo;
  return a.size() >= 3 && b.size() >= 3 && JaroWinkler(a, b) >= 0.88 ? WordFit::kSimilar : WordFit::kNone;
}

double NameSimilarity(std::vector<std::string> a, std::vector<std::string> b, NameKind kind) {
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return 0;
  std::sort(b.begin(), b.end());
  int best = 0;
  do {
    int points = 0;
    for (size_t i = 0; i < a.size(); ++i) points += matching::FitPoints(reference::FitWords(a[i], b[i], kind));
    best = std::max(best, points);
  } while (std::next_permutation(b.begin(), b.end()));
  const auto words = static_cast<double>(a.size()) + static_cast<double>(b.size() - a.size()) / 6;
  return best / (1000 * words);
}

}  // namespace wensum::reference
