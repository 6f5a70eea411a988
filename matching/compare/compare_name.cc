#include "matching/compare/compare_name.h"

#include <algorithm>

#include "matching/compare/edit_distance.h"
#include "matching/compare/jaro_winkler.h"
#include "matching/text/nicknames.h"

namespace wensum::matching {
namespace {

constexpr double kSimilarAlone = 0.92;
constexpr double kSimilarWithSound = 0.85;
constexpr size_t kTypoLength = 4;
constexpr size_t kTwoTyposLength = 8;

}  // namespace

TokenLevel CompareTokens(std::string_view a, uint64_t a_sound, std::string_view b, uint64_t b_sound, NameRole role) {
  if (a.empty() || b.empty()) {
    return TokenLevel::kNull;
  }
  if (a == b) {
    return TokenLevel::kExact;
  }
  const size_t shorter = std::min(a.size(), b.size());
  if (shorter == 1) {
    const bool initial =
        a[0] == b[0] ||
        (role == NameRole::kForename && (a.size() == 1 ? IsInitialOfFullForm(a[0], b) : IsInitialOfFullForm(b[0], a)));
    return initial ? TokenLevel::kInitial : TokenLevel::kDifferent;
  }
  if (role == NameRole::kForename && AreNicknames(a, b)) {
    return TokenLevel::kNickname;
  }
  const int distance = OsaDistance(a, b, 2);
  if (distance == 1 && shorter >= kTypoLength) {
    return TokenLevel::kTypo;
  }
  if (distance == 2 && shorter >= kTwoTyposLength) {
    return TokenLevel::kSimilar;
  }
  const double similarity = JaroWinkler(a, b);
  if (shorter >= kTypoLength &&
      (similarity >= kSimilarAlone || (similarity >= kSimilarWithSound && a_sound == b_sound))) {
    return TokenLevel::kSimilar;
  }
  return TokenLevel::kDifferent;
}

}  // namespace wensum::matching
