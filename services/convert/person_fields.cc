#include "services/convert/person_fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <utility>

#include "base/strings.h"

namespace wensum::convert {
namespace {

using google::protobuf::FieldDescriptor;

// Fields of Person that golden records of the feed have, the name aside.
constexpr std::array<int, 15> kFields = {
    v1::Person::kStateFieldNumber, v1::Person::kKindFieldNumber, v1::Person::kPersonNameFieldNumber,
    v1::Person::kOtherNamesFieldNumber, v1::Person::kDateOfBirthFieldNumber, v1::Person::kDateOfDeathFieldNumber,
    v1::Person::kSexFieldNumber, v1::Person::kNiNumberFieldNumber, v1::Person::kPhonesFieldNumber,
    v1::Person::kEmailsFieldNumber, v1::Person::kCurrentAddressFieldNumber, v1::Person::kOrganisationNameFieldNumber,
    v1::Person::kAddressesFieldNumber, v1::Person::kContributorsFieldNumber,
    // Named ones, told of one by one.
    v1::Person::kIdentifiersFieldNumber};
constexpr std::string_view kAttributes = "attributes";
constexpr std::string_view kIdentifiers = "identifiers";

const FieldDescriptor& PersonField(int number) { return *v1::Person::descriptor()->FindFieldByNumber(number); }

// The values of a field as bytes that are equal where the values are.
std::string BytesOf(const v1::Person& person, const FieldDescriptor& field) {
  const google::protobuf::Reflection& reflection = *person.GetReflection();
  std::string bytes;
  std::string scratch;
  const auto add = [&bytes](std::string_view value) { AppendTo(bytes, value.size(), ":", value); };
  if (field.is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(person, &field); ++i) {
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        add(reflection.GetRepeatedMessage(person, &field, i).SerializeAsString());
      } else {
        add(reflection.GetRepeatedStringReference(person, &field, i, &scratch));
      }
    }
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    if (reflection.HasField(person, &field)) {
      add(reflection.GetMessage(person, &field).SerializeAsString());
    }
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    AppendTo(bytes, reflection.GetEnumValue(person, &field));
  } else {
    add(reflection.GetStringReference(person, &field, &scratch));
  }
  return bytes;
}

// By "prefix.name", the values in order.
template <typename Values, typename NameOf>
std::map<std::string, std::string> ByName(std::string_view prefix, const Values& values, const NameOf& name_of) {
  std::map<std::string, std::string> by_name;
  for (const auto& value : values) {
    AppendTo(by_name[Cat(prefix, ".", name_of(value))], value.value().size(), ":", value.value());
  }
  return by_name;
}

// Adds the names whose values differ; `list`, if the two differ in nothing but the order of names.
template <typename Values, typename NameOf>
void AddDifferences(std::string_view list, const Values& values_before, const Values& values_after,
                    const NameOf& name_of, std::vector<std::string>& changed) {
  const std::map<std::string, std::string> before = ByName(list, values_before, name_of);
  const std::map<std::string, std::string> after = ByName(list, values_after, name_of);
  const size_t count = changed.size();
  for (const auto& [name, values] : before) {
    const auto found = after.find(name);
    if (found == after.end() || found->second != values) {
      changed.push_back(name);
    }
  }
  for (const auto& [name, values] : after) {
    if (!before.contains(name)) {
      changed.push_back(name);
    }
  }
  if (changed.size() == count && !std::ranges::equal(values_before, values_after, [&](const auto& a, const auto& b) {
        return name_of(a) == name_of(b);
      })) {
    changed.emplace_back(list);
  }
}

std::string DateText(const v1::PartialDate& date) {
  const auto part = [](int value, size_t width) {
    std::string digits = Cat(value);
    digits.insert(0, width - std::min(width, digits.size()), '0');
    return digits;
  };
  std::string text = date.year() == 0 ? std::string() : part(date.year(), 4);
  for (const int value : {date.month(), date.day()}) {
    if (value != 0) {
      AppendTo(text, "-", part(value, 2));
    }
  }
  return text;
}

std::string JoinParts(std::initializer_list<std::string_view> parts, std::string_view separator) {
  std::string text;
  for (const std::string_view part : parts) {
    if (!part.empty()) {
      AppendTo(text, text.empty() ? "" : separator, part);
    }
  }
  return text;
}

std::string NameText(const v1::PersonName& name) {
  return JoinParts({name.title(), name.forenames(), name.surname(), name.suffix(), name.full()}, " ");
}

std::string PlaceText(const v1::PersonAddress& address) {
  return JoinParts({address.text(), address.postcode()}, ", ");
}

// "female" of SEX_FEMALE, "" of SEX_UNSPECIFIED.
std::string EnumText(std::string_view name, std::string_view prefix) {
  return name.ends_with("_UNSPECIFIED") ? std::string() : ToLowerAscii(name.substr(prefix.size()));
}

// Fields of one value; "" if there is none.
std::string SingleText(const v1::Person& person, std::string_view field) {
  if (field == "state") {
    return EnumText(v1::Person::State_Name(person.state()), "STATE_");
  }
  if (field == "kind") {
    return EnumText(v1::RecordKind_Name(person.kind()), "RECORD_KIND_");
  }
  if (field == "sex") {
    return EnumText(v1::Sex_Name(person.sex()), "SEX_");
  }
  if (field == "person_name") {
    return NameText(person.person_name());
  }
  if (field == "date_of_birth") {
    return DateText(person.date_of_birth());
  }
  if (field == "date_of_death") {
    return DateText(person.date_of_death());
  }
  if (field == "current_address") {
    return PlaceText(person.current_address());
  }
  if (field == "ni_number") {
    return person.ni_number();
  }
  return field == "organisation_name" ? person.organisation_name() : std::string();
}

}  // namespace

std::string_view FirstPart(std::string_view field) { return field.substr(0, field.find('.')); }

bool IsPersonField(std::string_view name) {
  const std::string_view first = FirstPart(name);
  if (first.size() != name.size() &&
      (name.size() == first.size() + 1 || (first != kAttributes && first != kIdentifiers))) {
    return false;
  }
  return first == kAttributes ||
         std::ranges::any_of(kFields, [first](int number) { return PersonField(number).name() == first; });
}

std::vector<std::string> ChangedFields(const v1::Person& before, const v1::Person& after) {
  std::vector<std::string> changed;
  for (const int number : kFields) {
    const FieldDescriptor& field = PersonField(number);
    if (number != v1::Person::kIdentifiersFieldNumber && BytesOf(before, field) != BytesOf(after, field)) {
      changed.emplace_back(field.name());
    }
  }
  const auto type_of = [](const v1::Identifier& identifier) { return identifier.type(); };
  AddDifferences(kIdentifiers, before.identifiers(), after.identifiers(), type_of, changed);
  const auto name_of = [](const v1::Attribute& attribute) { return attribute.name(); };
  AddDifferences(kAttributes, before.attributes(), after.attributes(), name_of, changed);
  return changed;
}

void KeepFields(const std::vector<std::string>& changed, v1::Person& person) {
  const auto keeps = [&changed](std::string_view field) {
    return std::ranges::any_of(changed, [field](const std::string& name) { return FirstPart(name) == field; });
  };
  const google::protobuf::Reflection& reflection = *person.GetReflection();
  for (const int number : kFields) {
    if (const FieldDescriptor& field = PersonField(number); !keeps(field.name())) {
      reflection.ClearField(&person, &field);
    }
  }
  if (!keeps(kAttributes)) {
    person.clear_attributes();
  }
}

std::vector<std::string> FieldTexts(const v1::Person& person, std::string_view field) {
  std::vector<std::string> texts;
  const std::string_view first = FirstPart(field);
  const std::string_view name = first.size() < field.size() ? field.substr(first.size() + 1) : std::string_view();
  if (field == "phones") {
    texts.assign(person.phones().begin(), person.phones().end());
  } else if (field == "emails") {
    texts.assign(person.emails().begin(), person.emails().end());
  } else if (field == "other_names") {
    for (const v1::PersonName& other : person.other_names()) {
      texts.push_back(NameText(other));
    }
  } else if (field == "addresses") {
    for (const v1::PersonAddress& address : person.addresses()) {
      texts.push_back(PlaceText(address));
    }
  } else if (first == kIdentifiers) {
    for (const v1::Identifier& identifier : person.identifiers()) {
      if (name.empty() || identifier.type() == name) {
        texts.push_back(name.empty() ? Cat(identifier.type(), ":", identifier.value()) : identifier.value());
      }
    }
  } else if (first == kAttributes) {
    for (const v1::Attribute& attribute : person.attributes()) {
      if (name.empty() || attribute.name() == name) {
        texts.push_back(name.empty() ? Cat(attribute.name(), ":", attribute.value()) : attribute.value());
      }
    }
  } else if (std::string text = SingleText(person, field); !text.empty()) {
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace wensum::convert
