#include "services/changes/feed_filter.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/page_token.h"
#include "services/rpc/status_details.h"

namespace wensum::changes {
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

// What the tokens of the two methods differ by.
constexpr uint64_t kWatchSalt = 0x7761746368;
constexpr uint64_t kExportSalt = 0x6578706F7274;

const FieldDescriptor& FieldOf(int number) { return *v1::Person::descriptor()->FindFieldByNumber(number); }

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

std::string_view FirstPart(std::string_view field) { return field.substr(0, field.find('.')); }

bool IsField(std::string_view name) {
  const std::string_view first = FirstPart(name);
  if (first.size() != name.size() &&
      (name.size() == first.size() + 1 || (first != kAttributes && first != kIdentifiers))) {
    return false;
  }
  return first == kAttributes ||
         std::ranges::any_of(kFields, [first](int number) { return FieldOf(number).name() == first; });
}

absl::Status TokenError(std::string_view token_problem, std::string_view reason) {
  return rpc::WithReason(rpc::WithFieldViolations(InvalidArgument(Cat("resume_token: ", token_problem)),
                                                  {{"resume_token", std::string(token_problem)}}),
                         reason);
}

absl::StatusOr<rpc::PageCursor> ParseToken(std::string_view token, uint64_t parameters) {
  absl::StatusOr<rpc::PageCursor> cursor = rpc::DecodePageToken(token, parameters);
  if (cursor.ok()) {
    return cursor;
  }
  if (rpc::DecodePageToken(token, parameters ^ kWatchSalt ^ kExportSalt).ok()) {
    return TokenError(
        "is one of the other method: Watch takes those of events and of the end of an export, "
        "ExportGolden those of its other messages",
        rpc::reason::kPageTokenMismatch);
  }
  // Both errors are INVALID_ARGUMENT; a token that can be read at all is one of something else.
  const bool mismatch = Message(cursor.status()).find("other parameters") != std::string::npos;
  return mismatch ? TokenError(
                        "was given for another filter, other kinds, another purpose or another register; give "
                        "the same ones, or start again with ExportGolden",
                        rpc::reason::kPageTokenMismatch)
                  : TokenError(
                        "is not a token of this server; send the last one that came unchanged, or start again "
                        "with ExportGolden",
                        rpc::reason::kPageTokenInvalid);
}

}  // namespace

absl::StatusOr<FeedFilter> FeedFilter::Parse(const v1::ChangeFilter& filter,
                                             const google::protobuf::RepeatedField<int>& kinds,
                                             const rpc::CallContext& call, const registry::Register& reg) {
  std::vector<rpc::FieldViolation> violations;
  FeedFilter parsed;
  parsed.purpose_bit_ = call.purpose_bit();
  for (int i = 0; i < kinds.size(); ++i) {
    if (!v1::ChangeKind_IsValid(kinds[i]) || kinds[i] == v1::CHANGE_KIND_UNSPECIFIED) {
      violations.push_back({Cat("kinds[", i, "]"), Cat("has no value ", kinds[i])});
      continue;
    }
    parsed.kinds_.resize(static_cast<size_t>(v1::ChangeKind_MAX) + 1);
    parsed.kinds_[static_cast<size_t>(kinds[i])] = true;
  }
  std::array<bool, v1::EntityKind_ARRAYSIZE> entities{};
  entities.fill(filter.entities().empty());
  for (int i = 0; i < filter.entities_size(); ++i) {
    if (!v1::EntityKind_IsValid(filter.entities(i)) || filter.entities(i) == v1::ENTITY_KIND_UNSPECIFIED) {
      violations.push_back(
          {Cat("filter.entities[", i, "]"), Cat("has no value ", static_cast<int>(filter.entities(i)))});
      continue;
    }
    entities[static_cast<size_t>(filter.entities(i))] = true;
  }
  for (int i = 0; i < filter.sources_size(); ++i) {
    if (reg.rules().FindSource(filter.sources(i)) == nullptr) {
      violations.push_back(
          {Cat("filter.sources[", i, "]"), Cat("is ", Quote(filter.sources(i)), ", which is no configured source")});
    }
    parsed.sources_.push_back(filter.sources(i));
  }
  for (int i = 0; i < filter.fields_size(); ++i) {
    if (!IsField(filter.fields(i))) {
      violations.push_back({Cat("filter.fields[", i, "]"),
                            Cat("is ", Quote(filter.fields(i)), ", which is no field of Person that the feed has")});
    }
    parsed.fields_.push_back(filter.fields(i));
  }
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  const bool people_only = !parsed.sources_.empty() || !parsed.fields_.empty();
  parsed.people_ = entities[v1::ENTITY_KIND_PERSON];
  parsed.organisations_ = entities[v1::ENTITY_KIND_ORGANISATION];
  parsed.properties_ = entities[v1::ENTITY_KIND_PROPERTY] && !people_only;
  parsed.streets_ = entities[v1::ENTITY_KIND_STREET] && !people_only;
  // The same filter in another order is the same filter.
  std::ranges::sort(parsed.sources_);
  std::ranges::sort(parsed.fields_);
  std::string content = Cat(reg.ids().Encode(1), " ", call.grant().purpose, " ", call.purpose_bit());
  for (const bool entity : entities) {
    AppendTo(content, entity ? "1" : "0");
  }
  for (const bool kind : parsed.kinds_) {
    AppendTo(content, kind ? "1" : "0");
  }
  for (const std::vector<std::string>* const list : {&parsed.sources_, &parsed.fields_}) {
    AppendTo(content, "|", list->size());
    for (const std::string& value : *list) {
      AppendTo(content, " ", value.size(), ":", value);
    }
  }
  parsed.hash_ = Hash64(content);
  return parsed;
}

bool FeedFilter::WantsKind(v1::ChangeKind kind) const {
  const auto number = static_cast<size_t>(kind);
  return kinds_.empty() || (number < kinds_.size() && kinds_[number]);
}

bool FeedFilter::Matches(const v1::Person& person) const {
  if (!(person.kind() == v1::RECORD_KIND_ORGANISATION ? organisations_ : people_)) {
    return false;
  }
  return sources_.empty() || std::ranges::any_of(person.contributors(), [this](const v1::Contributor& contributor) {
           return std::ranges::binary_search(sources_, contributor.source_key().source());
         });
}

bool FeedFilter::WantsFields(const std::vector<std::string>& changed) const {
  return fields_.empty() || std::ranges::any_of(changed, [this](const std::string& field) {
           return std::ranges::binary_search(fields_, field) ||
                  std::ranges::binary_search(fields_, FirstPart(field), std::less<>());
         });
}

std::string FeedFilter::WatchToken(uint64_t revision) const {
  return rpc::EncodePageToken({.revision = revision}, hash_ ^ kWatchSalt);
}

absl::StatusOr<uint64_t> FeedFilter::ParseWatchToken(std::string_view token) const {
  WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, ParseToken(token, hash_ ^ kWatchSalt));
  return cursor.revision;
}

std::string FeedFilter::ExportToken(const ExportPlace& place) const {
  return rpc::EncodePageToken({.revision = place.revision, .position = place.after_id}, hash_ ^ kExportSalt);
}

absl::StatusOr<FeedFilter::ExportPlace> FeedFilter::ParseExportToken(std::string_view token) const {
  WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, ParseToken(token, hash_ ^ kExportSalt));
  return ExportPlace{.revision = cursor.revision, .after_id = cursor.position};
}

std::vector<std::string> ChangedFields(const v1::Person& before, const v1::Person& after) {
  std::vector<std::string> changed;
  for (const int number : kFields) {
    const FieldDescriptor& field = FieldOf(number);
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
    if (const FieldDescriptor& field = FieldOf(number); !keeps(field.name())) {
      reflection.ClearField(&person, &field);
    }
  }
  if (!keeps(kAttributes)) {
    person.clear_attributes();
  }
}

}  // namespace wensum::changes
