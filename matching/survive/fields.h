// The attributes of a person as survivorship sees them: one text each, however they are kept.
#ifndef WENSUM_MATCHING_SURVIVE_FIELDS_H_
#define WENSUM_MATCHING_SURVIVE_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/person.h"

namespace wensum::matching {

enum class Field : uint8_t {
  kName,
  kDateOfBirth,
  kDateOfDeath,
  kSex,
  kNiNumber,
  kOrganisationName,
  kPhones,
  kEmails,
  kAttribute,
  kIdentifier,
};

// A field, of kAttribute with the attribute's own name, of kIdentifier with the identifiers' type, which must outlive
// it.
struct FieldRef {
  Field field = Field::kName;
  std::string_view name;
  friend bool operator==(const FieldRef&, const FieldRef&) = default;
};

// Of an attribute's name (rules.h); nullopt for "current_address", "attributes" and what is none.
std::optional<FieldRef> FieldOf(std::string_view attribute);
// The same of what stewards decide about: "identifiers.x" too, which no rule names.
std::optional<FieldRef> StewardFieldOf(std::string_view attribute);
// "current_address" or "addresses": what stewards decide about the one holds for the other.
bool IsAddressAttribute(std::string_view attribute);
// The field of the API's Person: "person_name", "attributes.x", "identifiers".
std::string ApiName(FieldRef field);
// The attribute's name: "name", "attributes.x", "identifiers.x".
std::string AttributeName(FieldRef field);

inline bool IsList(FieldRef field) {
  return field.field == Field::kPhones || field.field == Field::kEmails || field.field == Field::kIdentifier;
}
// Of kPhones and kEmails.
const std::vector<std::string>& ListOf(const model::PersonDetails& details, FieldRef field);
std::vector<std::string>& ListOf(model::PersonDetails& details, FieldRef field);
// Of any list.
std::vector<std::string> ListValues(const model::PersonDetails& details, FieldRef field);
void SetListValues(FieldRef field, std::vector<std::string> values, model::PersonDetails& details);
// A value as the lineage has it: of an identifier with its type before it, "nhs_number:943".
std::string LineageText(FieldRef field, std::string_view value);
// The other way round.
std::string_view ValueOfLineage(FieldRef field, std::string_view text);

// The value as text, that of a list sorted with a line break between two; "" if there is none.
std::string ValueText(const model::PersonDetails& details, FieldRef field);
// How many parts of the value are there: of a name, of a date, of a list; 1 of anything else that is there.
uint32_t PartCount(const model::PersonDetails& details, FieldRef field);
// Copies the value, which must be there, to where there is none yet.
void CopyValue(const model::PersonDetails& from, FieldRef field, model::PersonDetails& to);

// A name in one line.
std::string NameText(const model::PersonName& name);
// Characters, not bytes, of a text in UTF-8.
size_t CharacterCount(std::string_view text);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_FIELDS_H_
