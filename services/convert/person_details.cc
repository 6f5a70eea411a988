#include "services/convert/person_details.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "services/rpc/resource_name.h"

namespace wensum::convert {
namespace {

using rpc::FieldViolation;

// Converts the fields of one record; their paths are only put together for findings.
class Reader {
 public:
  Reader(std::string_view prefix, Findings& findings) : prefix_(prefix), findings_(findings) {}

  template <typename... Path>
  void Violation(std::string_view description, const Path&... path) {
    findings_.violations.push_back({Cat(prefix_, ".", path...), std::string(description)});
  }

  template <typename... Path>
  std::string Text(const std::string& text, const Path&... path) {
    if (text.size() > kMaxTextBytes) {
      Violation(Cat("is ", text.size(), " bytes long; at most ", kMaxTextBytes, " are taken"), path...);
      return {};
    }
    return text;
  }

  template <typename... Path>
  model::PartialDate Date(const v1::PartialDate& date, const Path&... path) {
    absl::StatusOr<model::PartialDate> converted = FromDate(date);
    if (!converted.ok()) {
      Violation(Message(converted.status()), path...);
      return {};
    }
    return *converted;
  }

  // False, with a violation, if the list is over budget.
  bool Fits(int size, std::string_view field) {
    if (size > kMaxListItems) {
      Violation(Cat("holds ", size, " items; at most ", kMaxListItems, " are taken"), field);
      return false;
    }
    return true;
  }

  template <typename... Path>
  model::PersonName Name(const v1::PersonName& name, const Path&... path) {
    model::PersonName out;
    out.title = Text(name.title(), path..., ".title");
    out.forenames = Text(name.forenames(), path..., ".forenames");
    out.surname = Text(name.surname(), path..., ".surname");
    out.suffix = Text(name.suffix(), path..., ".suffix");
    if (out.forenames.empty() && out.surname.empty()) {
      out.full = Text(name.full(), path..., ".full");
    }
    return out;
  }

  model::PersonAddress Address(const v1::PersonAddress& address, int index) {
    model::PersonAddress out;
    if (!v1::AddressRole_IsValid(address.role())) {
      Violation(Cat("has no value ", static_cast<int>(address.role())), "addresses[", index, "].role");
    } else if (address.role() != v1::ADDRESS_ROLE_UNSPECIFIED) {
      out.role = static_cast<model::AddressRole>(address.role());
    }
    out.text = Text(address.text(), "addresses[", index, "].text");
    if (!Trim(address.postcode()).empty()) {
      absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(address.postcode());
      if (postcode.ok()) {
        out.postcode = *std::move(postcode);
      } else if (auto repaired = model::Postcode::ParseRepaired(address.postcode()); repaired.has_value()) {
        out.postcode = *std::move(repaired);
      } else {
        const std::string text = Text(address.postcode(), "addresses[", index, "].postcode");
        AppendTo(out.text, out.text.empty() ? "" : ", ", text);
        findings_.issues.push_back({Cat(prefix_, ".addresses[", index, "].postcode"), "postcode_invalid",
                                    Cat(Message(postcode.status()), "; kept in the address text")});
      }
    }
    if (address.source_uprn() != 0) {
      const absl::StatusOr<model::Uprn> uprn = model::Uprn::Create(address.source_uprn());
      if (uprn.ok()) {
        out.source_uprn = *uprn;
      } else {
        Violation(Message(uprn.status()), "addresses[", index, "].source_uprn");
      }
    }
    out.from_date = Date(address.from_date(), "addresses[", index, "].from_date");
    out.to_date = Date(address.to_date(), "addresses[", index, "].to_date");
    return out;
  }

  model::Relation Relation(const v1::Relation& relation, int index) {
    model::Relation out;
    if (!v1::RelationType_IsValid(relation.type()) || relation.type() == v1::RELATION_TYPE_UNSPECIFIED) {
      Violation(relation.type() == v1::RELATION_TYPE_UNSPECIFIED
                    ? std::string("is required: RELATION_TYPE_PARTNER, ... or RELATION_TYPE_OTHER with a text")
                    : Cat("has no value ", static_cast<int>(relation.type())),
                "relations[", index, "].type");
    } else {
      out.type = static_cast<model::RelationType>(relation.type());
    }
    out.text = Text(relation.text(), "relations[", index, "].text");
    const v1::SourceKey& other = relation.other();
    if (other.source().size() > kMaxSourceKeyBytes) {
      Violation(Cat("is longer than ", kMaxSourceKeyBytes, " bytes"), "relations[", index, "].other.source");
    }
    if (other.key().empty() || other.key().size() > kMaxSourceKeyBytes) {
      Violation(Cat("is required, 1 to ", kMaxSourceKeyBytes, " bytes"), "relations[", index, "].other.key");
    }
    out.other = {other.source(), other.key(), other.incarnation()};
    out.from_date = Date(relation.from_date(), "relations[", index, "].from_date");
    out.to_date = Date(relation.to_date(), "relations[", index, "].to_date");
    return out;
  }

 private:
  std::string_view prefix_;
  Findings& findings_;
};

void ToName(const model::PersonName& name, v1::PersonName& out) {
  out.set_title(name.title);
  out.set_forenames(name.forenames);
  out.set_surname(name.surname);
  out.set_suffix(name.suffix);
  out.set_full(name.full);
}

// Whether a purpose may see the fields of one record.
class FieldMask {
 public:
  FieldMask(const model::SourceRecord& record, int purpose_bit)
      : record_(record), bit_(model::PurposeMask{1} << purpose_bit) {}

  [[nodiscard]] bool record() const {
    return (record_.purposes & bit_) != 0 ||
           std::any_of(record_.field_purposes.begin(), record_.field_purposes.end(),
                       [this](const auto& field) { return (field.second & bit_) != 0; });
  }
  [[nodiscard]] bool field(std::string_view name) const {
    for (const auto& [field, purposes] : record_.field_purposes) {
      if (field == name) {
        return (purposes & bit_) != 0;
      }
    }
    return (record_.purposes & bit_) != 0;
  }

 private:
  const model::SourceRecord& record_;
  const model::PurposeMask bit_;
};

void ToAddresses(const registry::SourceVersion& version, v1::PersonDetails& out) {
  const auto& addresses = version.record.details.addresses;
  for (size_t i = 0; i < addresses.size(); ++i) {
    const model::PersonAddress& address = addresses[i];
    v1::PersonAddress& added = *out.add_addresses();
    added.set_role(static_cast<v1::AddressRole>(address.role));
    added.set_text(address.text);
    added.set_postcode(address.postcode.ToString());
    added.set_source_uprn(address.source_uprn.value());
    if (!address.from_date.empty()) {
      ToDate(address.from_date.ToNumber(), *added.mutable_from_date());
    }
    if (!address.to_date.empty()) {
      ToDate(address.to_date.ToNumber(), *added.mutable_to_date());
    }
    if (static_cast<int>(i) < version.stored.resolved_addresses_size()) {
      const auto& resolved = version.stored.resolved_addresses(static_cast<int>(i));
      added.set_uprn(resolved.uprn());
      added.set_outcome(static_cast<v1::AddressOutcome>(resolved.outcome()));
    }
  }
}

// Fields go by the names that purposes are configured for: those of Person.
void ToDetails(const registry::SourceVersion& version, const FieldMask& visible, v1::PersonDetails& out) {
  const model::PersonDetails& details = version.record.details;
  if (visible.field("person_name")) {
    ToName(details.name, *out.mutable_name());
  }
  if (visible.field("other_names")) {
    for (const model::PersonName& name : details.other_names) {
      ToName(name, *out.add_other_names());
    }
  }
  if (!details.date_of_birth.empty() && visible.field("date_of_birth")) {
    ToDate(details.date_of_birth.ToNumber(), *out.mutable_date_of_birth());
  }
  if (!details.date_of_death.empty() && visible.field("date_of_death")) {
    ToDate(details.date_of_death.ToNumber(), *out.mutable_date_of_death());
  }
  if (visible.field("sex")) {
    out.set_sex(static_cast<v1::Sex>(details.sex));
  }
  if (visible.field("ni_number")) {
    out.set_ni_number(details.ni_number);
  }
  if (visible.field("phones")) {
    out.mutable_phones()->Assign(details.phones.begin(), details.phones.end());
  }
  if (visible.field("emails")) {
    out.mutable_emails()->Assign(details.emails.begin(), details.emails.end());
  }
  if (visible.field("addresses")) {
    ToAddresses(version, out);
  }
  for (const model::Identifier& identifier : details.identifiers) {
    if (visible.field("identifiers") && visible.field(Cat("identifiers.", identifier.type))) {
      v1::Identifier& added = *out.add_identifiers();
      added.set_type(identifier.type);
      added.set_value(identifier.value);
    }
  }
  for (const model::Attribute& attribute : details.attributes) {
    if (visible.field(Cat("attributes.", attribute.name))) {
      v1::Attribute& added = *out.add_attributes();
      added.set_name(attribute.name);
      added.set_value(attribute.value);
    }
  }
  if (visible.field("organisation_name")) {
    out.set_organisation_name(details.organisation_name);
  }
}

}  // namespace

model::PersonDetails FromDetails(const v1::PersonDetails& details, std::string_view prefix, Findings& findings) {
  Reader reader(prefix, findings);
  model::PersonDetails out;
  out.name = reader.Name(details.name(), "name");
  if (reader.Fits(details.other_names_size(), "other_names")) {
    for (int i = 0; i < details.other_names_size(); ++i) {
      out.other_names.push_back(reader.Name(details.other_names(i), "other_names[", i, "]"));
    }
  }
  out.date_of_birth = reader.Date(details.date_of_birth(), "date_of_birth");
  out.date_of_death = reader.Date(details.date_of_death(), "date_of_death");
  if (v1::Sex_IsValid(details.sex())) {
    out.sex = static_cast<model::Sex>(details.sex());
  } else {
    reader.Violation(Cat("has no value ", static_cast<int>(details.sex())), "sex");
  }
  out.ni_number = reader.Text(details.ni_number(), "ni_number");
  if (reader.Fits(details.phones_size(), "phones")) {
    for (int i = 0; i < details.phones_size(); ++i) {
      out.phones.push_back(reader.Text(details.phones(i), "phones[", i, "]"));
    }
  }
  if (reader.Fits(details.emails_size(), "emails")) {
    for (int i = 0; i < details.emails_size(); ++i) {
      out.emails.push_back(reader.Text(details.emails(i), "emails[", i, "]"));
    }
  }
  if (reader.Fits(details.addresses_size(), "addresses")) {
    for (int i = 0; i < details.addresses_size(); ++i) {
      out.addresses.push_back(reader.Address(details.addresses(i), i));
    }
  }
  if (reader.Fits(details.identifiers_size(), "identifiers")) {
    for (int i = 0; i < details.identifiers_size(); ++i) {
      const v1::Identifier& identifier = details.identifiers(i);
      if (identifier.type().empty()) {
        reader.Violation("is required", "identifiers[", i, "].type");
      }
      out.identifiers.push_back({reader.Text(identifier.type(), "identifiers[", i, "].type"),
                                 reader.Text(identifier.value(), "identifiers[", i, "].value")});
    }
  }
  if (reader.Fits(details.attributes_size(), "attributes")) {
    for (int i = 0; i < details.attributes_size(); ++i) {
      const v1::Attribute& attribute = details.attributes(i);
      if (attribute.name().empty()) {
        reader.Violation("is required", "attributes[", i, "].name");
      }
      out.attributes.push_back({reader.Text(attribute.name(), "attributes[", i, "].name"),
                                reader.Text(attribute.value(), "attributes[", i, "].value")});
    }
  }
  out.organisation_name = reader.Text(details.organisation_name(), "organisation_name");
  return out;
}

absl::StatusOr<model::SourceKey> FromSourceKey(const v1::SourceKey& key, std::string_view prefix) {
  std::vector<FieldViolation> violations;
  if (key.source().empty() || key.source().size() > kMaxSourceKeyBytes) {
    violations.push_back({Cat(prefix, ".source"), "is required: the source system's name as configured"});
  }
  if (key.key().empty() || key.key().size() > kMaxSourceKeyBytes) {
    violations.push_back({Cat(prefix, ".key"), Cat("is required, 1 to ", kMaxSourceKeyBytes, " bytes")});
  }
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  return model::SourceKey{key.source(), key.key(), key.incarnation()};
}

model::SourceRecord FromSourceRecord(const v1::SourceRecord& record, std::string_view prefix, Findings& findings) {
  model::SourceRecord out;
  Reader reader(prefix, findings);
  const v1::SourceKey& key = record.source_key();
  if (key.source().empty() || key.source().size() > kMaxSourceKeyBytes) {
    reader.Violation("is required: the source system's name as configured", "source_key.source");
  }
  if (key.key().empty() || key.key().size() > kMaxSourceKeyBytes) {
    reader.Violation(Cat("is required, 1 to ", kMaxSourceKeyBytes, " bytes"), "source_key.key");
  }
  out.key = {key.source(), key.key(), key.incarnation()};
  if (v1::RecordKind_IsValid(record.kind()) && record.kind() != v1::RECORD_KIND_UNSPECIFIED) {
    out.kind = static_cast<model::RecordKind>(record.kind());
  } else {
    reader.Violation("is required: RECORD_KIND_PERSON, RECORD_KIND_ORGANISATION or RECORD_KIND_PROPERTY", "kind");
  }
  if (record.has_source_time()) {
    const absl::StatusOr<TimeMicros> time = FromTimestamp(record.source_time());
    if (time.ok()) {
      out.source_time = *time;
    } else {
      reader.Violation(Message(time.status()), "source_time");
    }
  }
  out.details = FromDetails(record.details(), Cat(prefix, ".details"), findings);
  if (reader.Fits(record.relations_size(), "relations")) {
    for (int i = 0; i < record.relations_size(); ++i) {
      out.relations.push_back(reader.Relation(record.relations(i), i));
    }
  }
  return out;
}

void ToSourceKey(const model::SourceKey& key, v1::SourceKey& out) {
  out.set_source(key.source);
  out.set_key(key.key);
  out.set_incarnation(key.incarnation);
}

void ToRelation(const model::Relation& relation, v1::Relation& out) {
  out.set_type(static_cast<v1::RelationType>(relation.type));
  out.set_text(relation.text);
  ToSourceKey(relation.other, *out.mutable_other());
  if (!relation.from_date.empty()) {
    ToDate(relation.from_date.ToNumber(), *out.mutable_from_date());
  }
  if (!relation.to_date.empty()) {
    ToDate(relation.to_date.ToNumber(), *out.mutable_to_date());
  }
}

bool ToSourceRecord(const registry::SourceVersion& version, const OpaqueIdCodec& ids, int purpose_bit,
                    v1::SourceRecord& out) {
  const FieldMask visible(version.record, purpose_bit);
  if (!visible.record()) {
    return false;
  }
  ToSourceKey(version.record.key, *out.mutable_source_key());
  out.set_kind(static_cast<v1::RecordKind>(version.record.kind));
  ToDetails(version, visible, *out.mutable_details());
  for (size_t i = 0; visible.field("relations") && i < version.record.relations.size(); ++i) {
    ToRelation(version.record.relations[i], *out.add_relations());
  }
  if (version.record.source_time != 0) {
    ToTimestamp(version.record.source_time, *out.mutable_source_time());
  }
  if (version.record.kind == model::RecordKind::kProperty) {
    const auto& resolved = version.stored.resolved_addresses();
    const uint64_t uprn = version.stored.deleted() || resolved.empty() ? 0 : resolved[0].uprn();
    out.set_minted_name(rpc::PropertyRecordName(ids, version.ordinal));
    out.set_property(uprn == 0 || !visible.field("addresses") ? out.minted_name() : rpc::PropertyName(uprn));
  } else {
    out.set_person(rpc::PersonName(ids, version.anchor));
    out.set_minted_name(rpc::PersonName(ids, version.ordinal));
  }
  ToTimestamp(version.record.receive_time, *out.mutable_receive_time());
  out.set_revision(version.stored.revision());
  out.set_deleted(version.stored.deleted());
  for (const auto& issue : version.stored.issues()) {
    v1::FieldIssue& added = *out.add_issues();
    added.set_field(issue.field());
    added.set_rule(issue.rule());
    added.set_message(issue.message());
  }
  return true;
}

void ToIssues(const std::vector<model::FieldIssue>& issues, google::protobuf::RepeatedPtrField<v1::FieldIssue>& out) {
  for (const model::FieldIssue& issue : issues) {
    v1::FieldIssue& added = *out.Add();
    added.set_field(issue.field);
    added.set_rule(issue.rule);
    added.set_message(issue.message);
  }
}

}  // namespace wensum::convert
