#include "gazetteer/forms/lpi_address.h"

#include <string>

#include "base/strings.h"
#include "model/postcode.h"

namespace wensum::llpg {
namespace {

// What a postal flag allows.
struct Ruling {
  Mailing mailing;
  std::string_view reason;
};

constexpr std::string_view kAssumed = "the postal address is assumed; Royal Mail has not confirmed it";
constexpr std::string_view kNotPostal = "not a postal address";
constexpr std::string_view kNoFlag = "the address has no postal flag";

// POSTAL_ADDRESS of DTF's record 24.
Ruling RulingOfDtf(std::string_view flag) {
  if (flag == "Y" || flag == "L") {
    return {Mailing::kMailable, ""};
  }
  if (flag == "A") {
    return {Mailing::kWithCare, kAssumed};
  }
  if (flag == "P") {
    return {Mailing::kNotMailable, "a pseudo postal address: its postcode is not Royal Mail's"};
  }
  return {Mailing::kNotMailable, flag == "N" ? kNotPostal : kNoFlag};
}

// ADDRESSBASE_POSTAL of record 21: D, L, C, N; in version 1 S, M, C, N.
Ruling RulingOfAddressBase(std::string_view flag) {
  if (flag == "D" || flag == "S") {
    return {Mailing::kMailable, ""};
  }
  if (flag == "C") {
    return {Mailing::kWithCare, "part of a property that Royal Mail delivers to as a whole"};
  }
  if (flag == "M") {
    return {Mailing::kWithCare, "a property of many households: name the one that is meant"};
  }
  if (flag == "L") {
    return {Mailing::kWithCare, "postal by the authority's evidence alone; Royal Mail does not list it"};
  }
  return {Mailing::kNotMailable, flag == "N" ? kNotPostal : kNoFlag};
}

bool IsGone(int logical_status) { return logical_status == 7 || logical_status == 8 || logical_status == 9; }

// Record types 3 (numbered), 4 (unofficial) and 9 (the LLPG's own access).
bool IsUnofficial(const model::Street* street) {
  return street != nullptr && (street->record_type == 3 || street->record_type == 4 || street->record_type == 9);
}

Ruling Rule(const LpiRows& rows) {
  if (IsStreetRecord(rows)) {
    return {Mailing::kNotMailable, "a street record stands for a street, not for a property"};
  }
  if (IsGone(rows.lpi->logical_status) || (rows.blpu != nullptr && IsGone(rows.blpu->logical_status))) {
    return {Mailing::kNotMailable, "the address is historical or rejected"};
  }
  if (rows.lpi->postal_address.empty() && rows.blpu != nullptr && !rows.blpu->addressbase_postal.empty()) {
    return RulingOfAddressBase(rows.blpu->addressbase_postal);
  }
  return RulingOfDtf(rows.lpi->postal_address);
}

std::string ShownPostcode(const LpiRows& rows) {
  std::string_view text = rows.lpi->postcode;
  if (Trim(text).empty() && rows.blpu != nullptr) {
    text = rows.blpu->postcode_locator;
  }
  const auto postcode = model::Postcode::Parse(text);
  return postcode.ok() ? postcode->ToString() : CleanComponent(text);
}

}  // namespace

std::string_view MailingName(Mailing mailing) {
  switch (mailing) {
    case Mailing::kMailable:
      return "MAILABLE";
    case Mailing::kWithCare:
      return "WITH_CARE";
    case Mailing::kNotMailable:
      break;
  }
  return "NOT_MAILABLE";
}

bool IsStreetRecord(const LpiRows& rows) {
  return EqualsIgnoreCaseAscii(Trim(rows.lpi->pao.text), "STREET RECORD") ||
         (rows.blpu != nullptr && rows.blpu->blpu_class == "PS");
}

AddressParts GeographicParts(const LpiRows& rows) {
  AddressParts parts;
  parts.sao = rows.lpi->sao;
  parts.pao = rows.lpi->pao;
  parts.organisation = rows.organisation;
  if (parts.organisation.empty() && rows.blpu != nullptr) {
    parts.organisation = rows.blpu->organisation;
  }
  if (rows.descriptor != nullptr) {
    parts.street = rows.descriptor->description;
    parts.locality = rows.descriptor->locality;
    parts.town = rows.descriptor->town;
  }
  return parts;
}

PostalAddress PostalParts(const LpiRows& rows, UnofficialStreets streets) {
  PostalAddress address;
  address.parts = GeographicParts(rows);
  const Ruling ruling = Rule(rows);
  address.mailing = ruling.mailing;
  address.reason = ruling.reason;
  if (ruling.mailing == Mailing::kNotMailable) {
    return address;
  }
  AddressParts& parts = address.parts;
  parts.post_town = CleanComponent(rows.lpi->post_town);
  parts.postcode = ShownPostcode(rows);
  const bool unofficial = IsUnofficial(rows.street);
  if (unofficial && streets == UnofficialStreets::kSuppressed && !CleanComponent(parts.pao.text).empty()) {
    parts.street.clear();
  }
  if (ruling.mailing == Mailing::kMailable && (unofficial || parts.post_town.empty() || parts.postcode.empty())) {
    address.mailing = Mailing::kWithCare;
    address.reason = unofficial               ? "the street's name is not an official one"
                     : parts.postcode.empty() ? "the address has no postcode"
                                              : "the address has no post town";
  }
  return address;
}

}  // namespace wensum::llpg
