#include "matching/compare/compare_postcode.h"

#include <algorithm>

#include "base/strings.h"
#include "matching/compare/edit_distance.h"

namespace wensum::matching {
namespace {

std::string_view Area(std::string_view postcode) {
  const auto digit = std::find_if_not(postcode.begin(), postcode.end(), IsLetter);
  return postcode.substr(0, static_cast<size_t>(digit - postcode.begin()));
}

}  // namespace

PostcodeLevel ComparePostcodes(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return PostcodeLevel::kNull;
  if (a == b) return PostcodeLevel::kExact;
  const int edits = OsaDistance(a, b, 2);
  if (edits == 1) return PostcodeLevel::kOneEdit;
  const bool digits = IsDigit(a.front());
  const auto same_but_last = [a, b](size_t count) {
    return a.size() == b.size() && a.size() > count && a.substr(0, a.size() - count) == b.substr(0, b.size() - count);
  };
  const auto same_start = [a, b](size_t count) { return a.substr(0, count) == b.substr(0, count); };
  if (!digits && same_but_last(2)) return PostcodeLevel::kSector;
  if (edits == 2 || (digits ? same_start(2) : same_but_last(3))) return PostcodeLevel::kDistrict;
  const bool same_area = digits ? same_start(1) : !Area(a).empty() && Area(a) == Area(b);
  return same_area ? PostcodeLevel::kArea : PostcodeLevel::kDifferent;
}

}  // namespace wensum::matching
