// The property that a text means.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_FIND_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_FIND_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matching/address/match/match_index.h"
#include "matching/address/match/score.h"

namespace wensum::matching::address::match {

enum class Verdict : uint8_t {
  kMatched,
  kAmbiguous,     // several fit as well
  kParent,        // the text names a unit, or a letter, that the gazetteer lacks; the building is known
  kChildMissing,  // the text names the building alone; the gazetteer lists only units of it
  kStreetOnly,    // the street is known, but no such number or name on it
  kOutOfArea,     // a place or postcode is named that no address of the gazetteer has
  kContradicted,  // the nearest is another number, unit or building
  kWeak,          // too little agrees
  kNothing        // nothing is like it
};

struct Hit {
  uint64_t property = 0;
  Fit fit;
};

struct Found {
  Verdict verdict = Verdict::kNothing;
  // Best first, one per property; at least the best two if there are two. The first is the one that `verdict` speaks
  // of, but for kStreetOnly, kOutOfArea and kNothing.
  std::vector<Hit> hits;
  bool historical = false;  // the address that matched is
  float margin = 0;         // by which the first leads the second; kLoneMargin if it is alone
  float strength = 0;       // how sure a match is: the least of what its score and its margin leave above the cut
};
inline constexpr float kLoneMargin = 30;

// Reads `text`, and `postcode`, which may be empty. Some microseconds; texts of any length and kind.
Found FindProperty(const MatchIndex& index, std::string_view text, std::string_view postcode);

// How the addresses of one property agree with the text: the best of them; without points and flags if the text has no
// word or number that an address could have, and of property 0 if it has no address. Some microseconds.
Hit CompareProperty(const MatchIndex& index, std::string_view text, std::string_view postcode, uint64_t property);

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_FIND_H_
