// Comparison of two name tokens.
#ifndef WENSUM_MATCHING_COMPARE_COMPARE_NAME_H_
#define WENSUM_MATCHING_COMPARE_COMPARE_NAME_H_

#include <cstdint>
#include <string_view>

namespace wensum::matching {

enum class TokenLevel : uint8_t {
  kNull = 0,  // a side is empty
  kExact,
  kNickname,  // forms of one forename (forenames only)
  kTypo,      // one edit apart, both of four letters or more
  kSimilar,   // Jaro-Winkler 0.92, or 0.85 with equal phonetic codes, or two edits in eight letters or more
  kInitial,   // one side is the other's first letter
  kDifferent,
};

enum class NameRole : uint8_t { kForename, kSurname };

// Tokens are folded. `a_sound` and `b_sound` are their phonetic codes. Symmetric.
[[nodiscard]] TokenLevel CompareTokens(std::string_view a, uint64_t a_sound, std::string_view b, uint64_t b_sound,
                                       NameRole role);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_COMPARE_NAME_H_
