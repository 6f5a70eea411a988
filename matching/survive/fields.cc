#include "matching/survive/fields.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace wensum::matching {
namespace {

constexpr std::string_view kAttributePrefix = "attributes.";
constexpr std::string_view kIdentifierPrefix = "identifiers.";

constexpr std::array<std::pair<std::string_view, Field>, 8> kFields = {{
    {"name", Field::kName},
    {"date_of_birth", Field::kDateOfBirth},
    {"date_of_death", Field::kDateOfDeath},
    {"sex", Field::kSex},
    {"ni_number", Field::kNiNumber},
    {"organisation_name", Field::kOrganisationName},
    {"phones", Field::kPhones},
    {"emails", Field::kEmails},
}};

std::string_view SexText(model::Sex sex) {
  switch (sex) {
    case model::Sex::kFemale:
      return "female";
    case model::Sex::kMale:
      return "male";
    case model::Sex::kOther:
      return "other";
    default:
      return "";
  }
}

const std::string* FindAttribute(const model::PersonDetails& details, std::string_view name) {
  for (const model::Attribute& attribute : details.attributes) {
    if (attribute.name == name) {
      return &attribute.value;
    }
  }
  return nullptr;
}

uint32_t DateParts(model::PartialDate date) {
  return static_cast<uint32_t>(date.year != 0) + static_cast<uint32_t>(date.month != 0) +
         static_cast<uint32_t>(date.day != 0);
}

std::string Joined(std::vector<std::string> values) {
  std::ranges::sort(values);
  std::string text;
  for (const std::string& value : values) {
    AppendTo(text, text.empty() ? "" : "\n", value);
  }
  return text;
}

}  // namespace

std::optional<FieldRef> FieldOf(std::string_view attribute) {
  for (const auto& [name, field] : kFields) {
    if (name == attribute) {
      return FieldRef{.field = field, .name = {}};
    }
  }
  if (attribute.starts_with(kAttributePrefix) && attribute.size() > kAttributePrefix.size()) {
    return FieldRef{.field = Field::kAttribute, .name = attribute.substr(kAttributePrefix.size())};
  }
  return std::nullopt;
}

std::optional<FieldRef> StewardFieldOf(std::string_view attribute) {
  if (attribute.starts_with(kIdentifierPrefix) && attribute.size() > kIdentifierPrefix.size()) {
    return FieldRef{.field = Field::kIdentifier, .name = attribute.substr(kIdentifierPrefix.size())};
  }
  return FieldOf(attribute);
}

bool IsAddressAttribute(std::string_view attribute) {
  return attribute == "current_address" || attribute == "addresses";
}

std::string AttributeName(FieldRef field) {
  switch (field.field) {
    case Field::kAttribute:
      return Cat(kAttributePrefix, field.name);
    case Field::kIdentifier:
      return Cat(kIdentifierPrefix, field.name);
    default:
      return std::string(kFields[static_cast<size_t>(field.field)].first);
  }
}

std::string ApiName(FieldRef field) {
  switch (field.field) {
    case Field::kName:
      return "person_name";
    case Field::kIdentifier:
      return "identifiers";
    default:
      return AttributeName(field);
  }
}

const std::vector<std::string>& ListOf(const model::PersonDetails& details, FieldRef field) {
  return field.field == Field::kPhones ? details.phones : details.emails;
}
std::vector<std::string>& ListOf(model::PersonDetails& details, FieldRef field) {
  return field.field == Field::kPhones ? details.phones : details.emails;
}

std::vector<std::string> ListValues(const model::PersonDetails& details, FieldRef field) {
  if (field.field != Field::kIdentifier) {
    return ListOf(details, field);
  }
  std::vector<std::string> values;
  for (const model::Identifier& identifier : details.identifiers) {
    if (identifier.type == field.name) {
      values.push_back(identifier.value);
    }
  }
  return values;
}

void SetListValues(FieldRef field, std::vector<std::string> values, model::PersonDetails& details) {
  if (field.field != Field::kIdentifier) {
    ListOf(details, field) = std::move(values);
    return;
  }
  std::erase_if(details.identifiers,
                [field](const model::Identifier& identifier) { return identifier.type == field.name; });
  for (std::string& value : values) {
    details.identifiers.push_back({std::string(field.name), std::move(value)});
  }
}

std::string LineageText(FieldRef field, std::string_view value) {
  return field.field == Field::kIdentifier ? Cat(field.name, ":", value) : std::string(value);
}

std::string_view ValueOfLineage(FieldRef field, std::string_view text) {
  return field.field == Field::kIdentifier ? text.substr(field.name.size() + 1) : text;
}

std::string NameText(const model::PersonName& name) {
  std::string text;
  for (const std::string* part : {&name.title, &name.forenames, &name.surname, &name.suffix, &name.full}) {
    if (!part->empty()) {
      AppendTo(text, text.empty() ? "" : " ", *part);
    }
  }
  return text;
}

std::string ValueText(const model::PersonDetails& details, FieldRef field) {
  switch (field.field) {
    case Field::kName:
      return NameText(details.name);
    case Field::kDateOfBirth:
      return details.date_of_birth.ToString();
    case Field::kDateOfDeath:
      return details.date_of_death.ToString();
    case Field::kSex:
      return std::string(SexText(details.sex));
    case Field::kNiNumber:
      return details.ni_number;
    case Field::kOrganisationName:
      return details.organisation_name;
    case Field::kPhones:
    case Field::kEmails:
    case Field::kIdentifier:
      return Joined(ListValues(details, field));
    case Field::kAttribute: {
      const std::string* const value = FindAttribute(details, field.name);
      return value == nullptr ? std::string() : *value;
    }
  }
  return "";
}

uint32_t PartCount(const model::PersonDetails& details, FieldRef field) {
  switch (field.field) {
    case Field::kName: {
      uint32_t parts = 0;
      for (const std::string* part : {&details.name.title, &details.name.forenames, &details.name.surname,
                                      &details.name.suffix, &details.name.full}) {
        parts += static_cast<uint32_t>(!part->empty());
      }
      return parts;
    }
    case Field::kDateOfBirth:
      return DateParts(details.date_of_birth);
    case Field::kDateOfDeath:
      return DateParts(details.date_of_death);
    case Field::kPhones:
    case Field::kEmails:
    case Field::kIdentifier:
      return static_cast<uint32_t>(ListValues(details, field).size());
    default:
      return static_cast<uint32_t>(!ValueText(details, field).empty());
  }
}

void CopyValue(const model::PersonDetails& from, FieldRef field, model::PersonDetails& to) {
  switch (field.field) {
    case Field::kName:
      to.name = from.name;
      break;
    case Field::kDateOfBirth:
      to.date_of_birth = from.date_of_birth;
      break;
    case Field::kDateOfDeath:
      to.date_of_death = from.date_of_death;
      break;
    case Field::kSex:
      to.sex = from.sex;
      break;
    case Field::kNiNumber:
      to.ni_number = from.ni_number;
      break;
    case Field::kOrganisationName:
      to.organisation_name = from.organisation_name;
      break;
    case Field::kPhones:
    case Field::kEmails:
    case Field::kIdentifier:
      SetListValues(field, ListValues(from, field), to);
      break;
    case Field::kAttribute:
      if (const std::string* const value = FindAttribute(from, field.name); value != nullptr) {
        to.attributes.push_back({std::string(field.name), *value});
      }
      break;
  }
}

size_t CharacterCount(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

}  // namespace wensum::matching
