#include "services/convert/contradictions.h"

#include <array>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "matching/address/match/score.h"
#include "wensum/v1/address_match.pb.h"

namespace wensum::convert {
namespace {

using v1::MatchAddressResponse;

struct Named {
  matching::address::Contradictions flag;
  MatchAddressResponse::Contradiction value;
  std::string_view text;
};
constexpr std::array kContradictions = {
    Named{matching::address::match::kOtherNumber, MatchAddressResponse::CONTRADICTION_OTHER_NUMBER, "another number"},
    Named{matching::address::match::kOtherUnit, MatchAddressResponse::CONTRADICTION_OTHER_UNIT, "another unit"},
    Named{matching::address::match::kParentOnly, MatchAddressResponse::CONTRADICTION_UNIT_NOT_LISTED,
          "a unit that it lacks"},
    Named{matching::address::match::kChildOnly, MatchAddressResponse::CONTRADICTION_UNIT_NOT_NAMED,
          "no unit, and it is one"},
    Named{matching::address::match::kOtherStreet, MatchAddressResponse::CONTRADICTION_OTHER_STREET, "another street"},
    Named{matching::address::match::kOtherBuilding, MatchAddressResponse::CONTRADICTION_OTHER_BUILDING,
          "another building"},
    Named{matching::address::match::kOtherPlaceNamed, MatchAddressResponse::CONTRADICTION_OTHER_PLACE,
          "another place"}};

}  // namespace

void ToContradictions(matching::address::Contradictions from, google::protobuf::RepeatedField<int>& out) {
  for (const Named& named : kContradictions) {
    if ((from & named.flag) != 0) {
      out.Add(named.value);
    }
  }
}

std::string ContradictionsText(matching::address::Contradictions from) {
  std::vector<std::string> texts;
  for (const Named& named : kContradictions) {
    if ((from & named.flag) != 0) {
      texts.emplace_back(named.text);
    }
  }
  return Join(texts, ", ");
}

}  // namespace wensum::convert
