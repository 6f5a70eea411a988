// How the units and house numbers of a text and of a record relate.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_UNIT_FIT_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_UNIT_FIT_H_

#include "matching/address/match/evidence.h"
#include "matching/address/match/score.h"

namespace wensum::matching::address::match {

struct PartFit {
  float points = 0;
  FitFlags flags = 0;
  bool agrees = false;  // both name it, and it is the same
};

// `word_given`: a unit word binds the text's unit.
PartFit FitUnit(const Unit& text, const Unit& record, bool word_given);
// Where both have a house number.
PartFit FitHouse(const House& text, const House& record);

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_UNIT_FIT_H_
