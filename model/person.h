// What a source system says of a person or an organisation.
#ifndef WENSUM_MODEL_PERSON_H_
#define WENSUM_MODEL_PERSON_H_

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "model/partial_date.h"
#include "model/postcode.h"
#include "model/uprn.h"

namespace wensum::model {

// Values are stored: never renumber.
// kProperty: what a system says of a property, not of anybody: one address, attributes and identifiers.
enum class RecordKind : uint8_t { kPerson = 1, kOrganisation = 2, kProperty = 3 };
enum class Sex : uint8_t { kUnknown = 0, kFemale = 1, kMale = 2, kOther = 3 };
enum class AddressRole : uint8_t {
  kResidence = 1,
  kLiableFor = 2,
  kCorrespondence = 3,
  kCareOf = 4,
  kPrevious = 5,
  kLandlordOf = 6,
  kBusiness = 7,
};

struct PersonName {
  std::string title;
  std::string forenames;
  std::string surname;
  std::string suffix;
  std::string full;  // only where the source does not part the name

  [[nodiscard]] bool empty() const { return forenames.empty() && surname.empty() && full.empty(); }
  friend auto operator<=>(const PersonName&, const PersonName&) = default;
};

struct PersonAddress {
  AddressRole role = AddressRole::kResidence;
  std::string text;  // one line, parts separated by ", ", without the postcode
  Postcode postcode;
  Uprn source_uprn;
  PartialDate from_date;
  PartialDate to_date;

  friend auto operator<=>(const PersonAddress&, const PersonAddress&) = default;
};

struct Identifier {
  std::string type;
  std::string value;
  friend auto operator<=>(const Identifier&, const Identifier&) = default;
};

struct Attribute {
  std::string name;
  std::string value;
  friend auto operator<=>(const Attribute&, const Attribute&) = default;
};

// Canonical and validated: texts are trimmed UTF-8, phones E.164, emails and NI numbers as contact.h gives them, lists
// in the source's order without repeats, attributes sorted by name with names unique.
struct PersonDetails {
  PersonName name;
  std::vector<PersonName> other_names;
  PartialDate date_of_birth;
  PartialDate date_of_death;
  Sex sex = Sex::kUnknown;
  std::string ni_number;
  std::vector<std::string> phones;
  std::vector<std::string> emails;
  std::vector<PersonAddress> addresses;
  std::vector<Identifier> identifiers;
  std::vector<Attribute> attributes;
  std::string organisation_name;

  friend auto operator<=>(const PersonDetails&, const PersonDetails&) = default;
};

}  // namespace wensum::model

#endif  // WENSUM_MODEL_PERSON_H_
