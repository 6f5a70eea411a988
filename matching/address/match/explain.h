// A match, or why there is none, in one plain sentence.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_EXPLAIN_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_EXPLAIN_H_

#include <string>

#include "matching/address/match/find.h"

namespace wensum::matching::address::match {

// "Street, number and postcode agree with one property alone; the street is misspelt."
std::string Explain(const Found& found);

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_EXPLAIN_H_
