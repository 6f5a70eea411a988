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

std::string_view Sector(std::string_view postcode) {
  return postcode.size() > 2 ? postcode.substr(0, postcode.size() - 2) : postcode;
}

}  // namespace

std::string_view PostcodeDistrict(std::string_view postcode) {
  return postcode.size() > 3 ? postcode.substr(0, postcode.size() - 3) : postcode;
}

PostcodeLevel ComparePostcodes(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {
    return PostcodeLevel::kNull;
  }
  if (a == b) {
    return PostcodeLevel::kExact;
  }
  if (OsaDistance(a, b, 1) <= 1) {
    return PostcodeLevel::kOneEdit;
  }
  if (Sector(a) == Sector(b)) {
    return PostcodeLevel::kSector;
  }
  if (PostcodeDistrict(a) == PostcodeDistrict(b)) {
    return PostcodeLevel::kDistrict;
  }
  return !Area(a).empty() && Area(a) == Area(b) ? PostcodeLevel::kArea : PostcodeLevel::kDifferent;
}

}  // namespace wensum::matching
