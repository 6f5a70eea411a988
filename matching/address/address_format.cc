#include "base/strings.h"
#include "matching/address/address_catalogue.h"
#include "matching/address/address_index.h"

namespace wensum::matching::address {
namespace {

// "12A-14B"; empty without a number.
std::string FormatNumbers(const model::AddressableObject& object) {
  if (!object.has_number) {
    return {};
  }
  std::string out = Cat(object.start_number, object.start_suffix);
  if (object.end_number != 0) {
    AppendTo(out, "-", object.end_number, object.end_suffix);
  }
  return out;
}

void AppendPart(std::string& out, std::string_view part) {
  if (!part.empty()) {
    if (!out.empty()) {
      out.append(", ");
    }
    out.append(part);
  }
}

}  // namespace

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
    case Outcome::kUnspecified:
      break;
  }
  return "UNSPECIFIED";
}

std::string FormatPrefix(const PropertyAddress& address) {
  std::string out;
  // An organisation that the SAO or PAO text repeats is shown once.
  if (!EqualsIgnoreCaseAscii(address.organisation, address.sao.text) &&
      !EqualsIgnoreCaseAscii(address.organisation, address.pao.text)) {
    out = address.organisation;
  }
  AppendPart(out, address.sao.text);
  const std::string sao_numbers = FormatNumbers(address.sao);
  if (!sao_numbers.empty()) {
    if (address.sao.text.empty()) {
      AppendPart(out, sao_numbers);
    } else {
      AppendTo(out, " ", sao_numbers);
    }
  }
  AppendPart(out, address.pao.text);
  const std::string pao_numbers = FormatNumbers(address.pao);
  AppendPart(out, pao_numbers);
  if (!out.empty()) {
    out.append(pao_numbers.empty() ? ", " : " ");
  }
  return out;
}

std::string JoinLine(std::string_view prefix, std::string_view street, std::string_view locality, std::string_view town,
                     std::string_view postcode) {
  std::string out;
  AppendPart(out, street);
  if (!EqualsIgnoreCaseAscii(locality, street)) {
    AppendPart(out, locality);
  }
  if (!EqualsIgnoreCaseAscii(town, locality)) {
    AppendPart(out, town);
  }
  AppendPart(out, postcode);
  if (out.empty()) {
    return std::string(prefix.substr(0, prefix.find_last_not_of(", ") + 1));
  }
  if (street.empty() && !prefix.empty() && !prefix.ends_with(", ")) {
    return Cat(prefix.substr(0, prefix.size() - 1), ", ", out);
  }
  return Cat(prefix, out);
}

std::string FormatAddress(const PropertyAddress& address) {
  return JoinLine(FormatPrefix(address), address.street, address.locality, address.town, address.postcode);
}

}  // namespace wensum::matching::address
