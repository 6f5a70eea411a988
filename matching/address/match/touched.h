// What a change to the gazetteer may have changed the answers of: texts that hold one of these words, or one like it,
// or one of these postcodes. dependants.h finds them.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_TOUCHED_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_TOUCHED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "matching/address/match/postcode_code.h"

namespace wensum::matching::address::match {

// A set of numbers, with false positives: a bit for each remainder.
using NumberSet = uint64_t;
inline constexpr NumberSet kAllNumbers = ~NumberSet{0};
inline constexpr NumberSet kWithoutNumber = NumberSet{1} << 63;  // the set of a text that has none
inline NumberSet NumberBit(int32_t number) { return NumberSet{1} << (static_cast<uint32_t>(number) % 61); }

struct TouchedWord {
  std::string text;       // of a name, or two of its words joined; as the lexicon has it
  NumberSet numbers = 0;  // texts that hold none of them are as before
  friend auto operator<=>(const TouchedWord&, const TouchedWord&) = default;
};

struct Touched {
  std::vector<TouchedWord> words;  // in no order, with repetitions
  std::vector<PostcodeCode> postcodes;
  std::vector<uint64_t> areas;  // of postcodes: AreaOf

  [[nodiscard]] bool empty() const { return words.empty() && postcodes.empty() && areas.empty(); }
};

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_TOUCHED_H_
