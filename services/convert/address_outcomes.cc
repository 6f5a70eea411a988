#include "services/convert/address_outcomes.h"

namespace wensum::convert {

v1::LinkCount::Match ToMatch(matching::address::Outcome unmatched) {
  using matching::address::Outcome;
  switch (unmatched) {
    case Outcome::kUnspecified:
      return v1::LinkCount::MATCH_NO_ADDRESS;
    case Outcome::kParent:
      return v1::LinkCount::MATCH_UNIT_MISSING;
    case Outcome::kAmbiguous:
      return v1::LinkCount::MATCH_AMBIGUOUS;
    case Outcome::kStreetOnly:
      return v1::LinkCount::MATCH_STREET_ONLY;
    case Outcome::kChildMissing:
      return v1::LinkCount::MATCH_BUILDING_ALONE;
    case Outcome::kOutOfArea:
      return v1::LinkCount::MATCH_OUT_OF_AREA;
    default:
      return v1::LinkCount::MATCH_NOTHING_FITS;
  }
}

}  // namespace wensum::convert
