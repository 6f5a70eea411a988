// The first steps of reading an address text: marks and notes out, letters folded, the postcode cut out.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_FOLDED_TEXT_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_FOLDED_TEXT_H_

#include <string>
#include <string_view>

#include "matching/address/match/postcode_code.h"

namespace wensum::matching::address::match {

// The text as FoldAddress folds it, without HTML, e-mail addresses and bracketed notes that have a number of their own;
// UTF-8 that was read as another encoding is brought back where it stands for a space or an apostrophe. Texts beyond
// 2,000 bytes are cut.
std::string FoldText(std::string_view text);

// Cuts the last postcode and what follows it out of the folded text, or a postcode district at its end. Returns
// `given`, or if that is none, the postcode found. With a postcode given, only one that ends the text is cut, or that
// is the same: D1 2ND may be a flat and a floor.
PostcodeCode TakePostcode(PostcodeCode given, std::string* text);

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_FOLDED_TEXT_H_
