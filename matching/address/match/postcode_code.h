// Postcodes as numbers that show how near two of them are.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_POSTCODE_CODE_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_POSTCODE_CODE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace wensum::matching::address::match {

// A postcode in seven lanes of eight bits: four of the outward code, left aligned, and three of the inward code. 0:
// none. What is no postcode at all, but stands where one should, is a number with the highest bit set: it equals itself
// alone. An outward code by itself has an empty inward code.
using PostcodeCode = uint64_t;

// The postcode that the letters and digits of `text` (capitals, no spaces) are: digits read for letters and letters for
// digits (O for 0, I and L for 1, S for 5, Z for 2, B for 8) where `repair` allows it. 0 if they are none.
PostcodeCode ReadPostcodeCode(std::string_view text, bool repair);
// Of a field that should hold a postcode and nothing else, in any spelling. Empty: 0.
PostcodeCode PostcodeOfField(std::string_view field);
// True for the outward code of a postcode alone (E18, NR2).
bool IsOutwardCode(std::string_view text);

inline bool IsRealPostcode(PostcodeCode code) { return (code >> 63) == 0 && (code & 0xFFFFFF) != 0; }
inline bool IsOutwardAlone(PostcodeCode code) { return code != 0 && (code >> 63) == 0 && (code & 0xFFFFFF) == 0; }
inline uint64_t OutwardOf(PostcodeCode code) { return code >> 24; }
inline uint64_t InwardOf(PostcodeCode code) { return code & 0xFFFFFF; }
inline uint64_t SectorOf(PostcodeCode code) { return code >> 16; }
// The letters that an outward code begins with: NR.
uint64_t AreaOf(PostcodeCode code);
// True for one of the areas that Royal Mail has; others are misspelt.
bool IsUkArea(PostcodeCode code);
// One substitution, swap of neighbours, insertion or deletion apart.
bool OneEditApart(PostcodeCode a, PostcodeCode b);
std::string TextOfPostcode(PostcodeCode code);  // "NR2 1AB"

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_POSTCODE_CODE_H_
