#include "gazetteer/forms/one_line.h"
#include "matching/address/address_catalogue.h"
#include "matching/address/address_index.h"

namespace wensum::matching::address {

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMatched:
      return "MATCHED";
    case Outcome::kAmbiguous:
      return "AMBIGUOUS";
    case Outcome::kParent:
      return "PARENT";
    case Outcome::kStreetOnly:
      return "STREET_ONLY";
    case Outcome::kNone:
      return "NONE";
    case Outcome::kChildMissing:
      return "CHILD_MISSING";
    case Outcome::kOutOfArea:
      return "OUT_OF_AREA";
    case Outcome::kUnspecified:
      break;
  }
  return "UNSPECIFIED";
}

std::string FormatPrefix(const PropertyAddress& address) {
  return llpg::OneLinePrefix(llpg::PremisesOf(address.organisation, address.sao, address.pao));
}

std::string JoinLine(std::string_view prefix, std::string_view street, std::string_view locality, std::string_view town,
                     std::string_view postcode) {
  return llpg::JoinOneLine(prefix, street, locality, town, postcode);
}

std::string FormatAddress(const PropertyAddress& address) {
  return JoinLine(FormatPrefix(address), address.street, address.locality, address.town, address.postcode);
}

}  // namespace wensum::matching::address
