// The errors themselves.
#ifndef WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_KINDS_H_
#define WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_KINDS_H_

#include <span>
#include <string>

#include "base/random.h"
#include "matching/address/errors/draft.h"
#include "matching/address/errors/error_class.h"
#include "matching/address/errors/listed_addresses.h"

namespace wensum::matching::address::errors {

// Makes the error in the draft. False if it does not apply to this address; the draft may be spoilt then.
using MakeError = bool (*)(Random& random, const ListedAddresses& listed, Draft& draft);

struct ErrorKind {
  ErrorClass error_class;
  double weight;  // how often it is drawn
  MakeError make;
};

// All errors of one kind each, in the order of ErrorClass; kClean, and the mixes, are not among them.
std::span<const ErrorKind> ErrorKinds();

// street_errors.cc
bool ShortenType(Random& random, const ListedAddresses& listed, Draft& draft);
bool DropType(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangeType(Random& random, const ListedAddresses& listed, Draft& draft);
bool MisspellStreetOnce(Random& random, const ListedAddresses& listed, Draft& draft);
bool MisspellStreetTwice(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangeSpacing(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangeNameForm(Random& random, const ListedAddresses& listed, Draft& draft);

// unit_errors.cc
bool ChangeUnitWord(Random& random, const ListedAddresses& listed, Draft& draft);
bool CompactUnit(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangeLetterForm(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangeFloorForm(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangeRangeForm(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangeOrder(Random& random, const ListedAddresses& listed, Draft& draft);
bool DropBuilding(Random& random, const ListedAddresses& listed, Draft& draft);
bool AddBuilding(Random& random, const ListedAddresses& listed, Draft& draft);

// place_errors.cc
bool AddEstate(Random& random, const ListedAddresses& listed, Draft& draft);
bool DropPlace(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangePlace(Random& random, const ListedAddresses& listed, Draft& draft);
bool AddPlace(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangeCounty(Random& random, const ListedAddresses& listed, Draft& draft);
bool RepeatTail(Random& random, const ListedAddresses& listed, Draft& draft);
bool DropPostcode(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangePostcodeForm(Random& random, const ListedAddresses& listed, Draft& draft);
bool EditPostcode(Random& random, const ListedAddresses& listed, Draft& draft);
bool SwapPostcode(Random& random, const ListedAddresses& listed, Draft& draft);
bool TakeNeighbourPostcode(Random& random, const ListedAddresses& listed, Draft& draft);
bool KeepOutcode(Random& random, const ListedAddresses& listed, Draft& draft);

// text_errors.cc
bool AddPrefix(Random& random, const ListedAddresses& listed, Draft& draft);
bool ChangePunctuation(Random& random, const ListedAddresses& listed, Draft& draft);
bool AddNoiseWord(Random& random, const ListedAddresses& listed, Draft& draft);
bool AddMarkup(Random& random, const ListedAddresses& listed, Draft& draft);
bool AppendNote(Random& random, const ListedAddresses& listed, Draft& draft);
bool ReadAsOcr(Random& random, const ListedAddresses& listed, Draft& draft);
bool Truncate(Random& random, const ListedAddresses& listed, Draft& draft);
// One edit as people make them; the text itself if it has no letters to spare.
std::string Misspell(Random& random, const std::string& word);

// The element of a non-empty span that chance picks.
template <typename T>
const T& Pick(Random& random, std::span<const T> choices) {
  return choices[random.Below(choices.size())];
}

}  // namespace wensum::matching::address::errors

#endif  // WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_KINDS_H_
