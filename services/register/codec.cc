#include "services/register/codec.h"

#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::registry {
namespace {

void EncodeName(const model::PersonName& name, storage::v1::Name& stored) {
  stored.set_title(name.title);
  stored.set_forenames(name.forenames);
  stored.set_surname(name.surname);
  stored.set_suffix(name.suffix);
  stored.set_full(name.full);
}

model::PersonName DecodeName(const storage::v1::Name& stored) {
  return {.title = stored.title(),
          .forenames = stored.forenames(),
          .surname = stored.surname(),
          .suffix = stored.suffix(),
          .full = stored.full()};
}

void EncodeAddress(const model::PersonAddress& address, storage::v1::Address& stored) {
  stored.set_role(static_cast<uint32_t>(address.role));
  stored.set_text(address.text);
  stored.set_postcode(address.postcode.ToString());
  stored.set_source_uprn(address.source_uprn.value());
  stored.set_from_date(PackDate(address.from_date));
  stored.set_to_date(PackDate(address.to_date));
}

// Values were valid when they were stored; one that is no longer (a rule grew stricter) is left empty rather than lost
// with its record.
model::PersonAddress DecodeAddress(const storage::v1::Address& stored) {
  model::PersonAddress address;
  address.role = static_cast<model::AddressRole>(stored.role());
  address.text = stored.text();
  if (!stored.postcode().empty()) {
    if (auto postcode = model::Postcode::Parse(stored.postcode()); postcode.ok()) {
      address.postcode = *std::move(postcode);
    }
  }
  if (stored.source_uprn() != 0) {
    if (auto uprn = model::Uprn::Create(stored.source_uprn()); uprn.ok()) {
      address.source_uprn = *uprn;
    }
  }
  address.from_date = UnpackDate(stored.from_date());
  address.to_date = UnpackDate(stored.to_date());
  return address;
}

void EncodeRelation(const model::Relation& relation, storage::v1::Relation& stored) {
  stored.set_type(static_cast<uint32_t>(relation.type));
  stored.set_text(relation.text);
  stored.set_source(relation.other.source);
  stored.set_key(relation.other.key);
  stored.set_incarnation(relation.other.incarnation);
  stored.set_from_date(PackDate(relation.from_date));
  stored.set_to_date(PackDate(relation.to_date));
}

model::Relation DecodeRelation(const storage::v1::Relation& stored) {
  return {.type = static_cast<model::RelationType>(stored.type()),
          .text = stored.text(),
          .other = {.source = stored.source(), .key = stored.key(), .incarnation = stored.incarnation()},
          .from_date = UnpackDate(stored.from_date()),
          .to_date = UnpackDate(stored.to_date())};
}

void EncodeResolved(const std::vector<matching::ResolvedAddress>& resolved,
                    google::protobuf::RepeatedPtrField<storage::v1::ResolvedAddress>& stored) {
  for (const matching::ResolvedAddress& address : resolved) {
    storage::v1::ResolvedAddress& out = *stored.Add();
    out.set_uprn(address.uprn);
    out.set_outcome(address.outcome);
  }
}

}  // namespace

int32_t PackDate(model::PartialDate date) { return date.ToNumber(); }

model::PartialDate UnpackDate(int32_t packed) {
  return {.year = static_cast<int16_t>(packed / 10000),
          .month = static_cast<int8_t>(packed / 100 % 100),
          .day = static_cast<int8_t>(packed % 100)};
}

void EncodeDetails(const model::PersonDetails& details, storage::v1::PersonDetails& stored) {
  EncodeName(details.name, *stored.mutable_name());
  for (const model::PersonName& name : details.other_names) {
    EncodeName(name, *stored.add_other_names());
  }
  stored.set_date_of_birth(PackDate(details.date_of_birth));
  stored.set_date_of_death(PackDate(details.date_of_death));
  stored.set_sex(static_cast<uint32_t>(details.sex));
  stored.set_ni_number(details.ni_number);
  for (const std::string& phone : details.phones) {
    stored.add_phones(phone);
  }
  for (const std::string& email : details.emails) {
    stored.add_emails(email);
  }
  for (const model::PersonAddress& address : details.addresses) {
    EncodeAddress(address, *stored.add_addresses());
  }
  for (const model::Identifier& identifier : details.identifiers) {
    storage::v1::NamedValue& out = *stored.add_identifiers();
    out.set_name(identifier.type);
    out.set_value(identifier.value);
  }
  for (const model::Attribute& attribute : details.attributes) {
    storage::v1::NamedValue& out = *stored.add_attributes();
    out.set_name(attribute.name);
    out.set_value(attribute.value);
  }
  stored.set_organisation_name(details.organisation_name);
}

model::PersonDetails DecodeDetails(const storage::v1::PersonDetails& stored) {
  model::PersonDetails details;
  details.name = DecodeName(stored.name());
  for (const storage::v1::Name& name : stored.other_names()) {
    details.other_names.push_back(DecodeName(name));
  }
  details.date_of_birth = UnpackDate(stored.date_of_birth());
  details.date_of_death = UnpackDate(stored.date_of_death());
  details.sex = static_cast<model::Sex>(stored.sex());
  details.ni_number = stored.ni_number();
  details.phones.assign(stored.phones().begin(), stored.phones().end());
  details.emails.assign(stored.emails().begin(), stored.emails().end());
  for (const storage::v1::Address& address : stored.addresses()) {
    details.addresses.push_back(DecodeAddress(address));
  }
  for (const storage::v1::NamedValue& identifier : stored.identifiers()) {
    details.identifiers.push_back({.type = identifier.name(), .value = identifier.value()});
  }
  for (const storage::v1::NamedValue& attribute : stored.attributes()) {
    details.attributes.push_back({.name = attribute.name(), .value = attribute.value()});
  }
  details.organisation_name = stored.organisation_name();
  return details;
}

storage::v1::SourceRecord EncodeSource(const model::SourceRecord& record, const SourceState& state) {
  storage::v1::SourceRecord stored;
  stored.set_format(kRecordFormat);
  stored.set_kind(static_cast<uint32_t>(record.kind));
  stored.set_source(record.key.source);
  stored.set_incarnation(record.key.incarnation);
  stored.set_source_time(record.source_time);
  stored.set_receive_time(record.receive_time);
  stored.set_revision(state.revision);
  stored.set_deleted(state.deleted);
  stored.set_content_hash(state.content_hash);
  stored.set_purposes(record.purposes);
  for (const auto& [field, purposes] : record.field_purposes) {
    storage::v1::FieldPurposes& out = *stored.add_field_purposes();
    out.set_field(field);
    out.set_purposes(purposes);
  }
  storage::v1::PersonDetails details;
  EncodeDetails(record.details, details);
  details.set_source_key(record.key.key);
  for (const model::Relation& relation : record.relations) {
    EncodeRelation(relation, *details.add_relations());
  }
  details.SerializeToString(stored.mutable_envelope()->mutable_payload());
  for (const model::FieldIssue& issue : state.issues) {
    storage::v1::FieldIssue& out = *stored.add_issues();
    out.set_field(issue.field);
    out.set_rule(issue.rule);
    out.set_message(issue.message);
  }
  EncodeResolved(state.resolved_addresses, *stored.mutable_resolved_addresses());
  stored.set_import_run(state.import_run);
  stored.set_import_line(state.import_line);
  return stored;
}

namespace {

// `details` is where the payload is parsed to.
absl::StatusOr<DecodedSource> DecodeWith(const storage::v1::SourceRecord& stored, std::string_view what,
                                         storage::v1::PersonDetails& details) {
  if (stored.format() == 0 || stored.format() > kRecordFormat) {
    return DataLoss(Cat(what, " has format ", stored.format(), "; this version reads formats 1 to ", kRecordFormat));
  }
  if (stored.envelope().key_id() != 0) {
    return DataLoss(Cat(what, " is encrypted with key ", stored.envelope().key_id(), ", which this version has not"));
  }
  if (!details.ParseFromString(stored.envelope().payload())) {
    return DataLoss(Cat(what, " has an envelope whose payload cannot be read"));
  }
  DecodedSource decoded;
  model::SourceRecord& record = decoded.record;
  record.key = {.source = stored.source(), .key = details.source_key(), .incarnation = stored.incarnation()};
  record.kind = static_cast<model::RecordKind>(stored.kind());
  record.details = DecodeDetails(details);
  for (const storage::v1::Relation& relation : details.relations()) {
    record.relations.push_back(DecodeRelation(relation));
  }
  record.source_time = stored.source_time();
  record.receive_time = stored.receive_time();
  record.purposes = stored.purposes();
  for (const storage::v1::FieldPurposes& field : stored.field_purposes()) {
    record.field_purposes.emplace_back(field.field(), field.purposes());
  }
  SourceState& state = decoded.state;
  state.revision = stored.revision();
  state.deleted = stored.deleted();
  state.content_hash = stored.content_hash();
  for (const storage::v1::FieldIssue& issue : stored.issues()) {
    state.issues.push_back({.field = issue.field(), .rule = issue.rule(), .message = issue.message()});
  }
  for (const storage::v1::ResolvedAddress& address : stored.resolved_addresses()) {
    state.resolved_addresses.push_back({.uprn = address.uprn(), .outcome = static_cast<uint8_t>(address.outcome())});
  }
  state.resolved_addresses.resize(record.details.addresses.size());
  state.import_run = stored.import_run();
  state.import_line = stored.import_line();
  return decoded;
}

}  // namespace

absl::StatusOr<DecodedSource> DecodeSource(const storage::v1::SourceRecord& stored, std::string_view what) {
  storage::v1::PersonDetails details;
  return DecodeWith(stored, what, details);
}

std::optional<uint64_t> UprnOfProperty(const DecodedSource& source) {
  if (source.record.kind != model::RecordKind::kProperty || source.state.deleted) {
    return std::nullopt;
  }
  const auto& resolved = source.state.resolved_addresses;
  return resolved.empty() ? 0 : resolved.front().uprn;
}

absl::StatusOr<DecodedSource> DecodeSource(std::string_view bytes, std::string_view what) {
  return SourceDecoder().Decode(bytes, what);
}

absl::StatusOr<DecodedSource> SourceDecoder::Decode(std::string_view bytes, std::string_view what) {
  if (!stored_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss(Cat(what, " cannot be read: ", bytes.size(), " bytes that are no source record"));
  }
  return DecodeWith(stored_, what, details_);
}

void EncodeGolden(const matching::GoldenView& view, storage::v1::Golden& stored) {
  const matching::GoldenRecord& golden = view.golden;
  stored.set_purposes(view.purposes);
  EncodeDetails(golden.details, *stored.mutable_details());
  EncodeResolved(golden.resolved_addresses, *stored.mutable_resolved_addresses());
  stored.set_current_address(static_cast<uint32_t>(golden.current_address + 1));
  for (const uint32_t contributor : golden.contributors) {
    stored.add_contributors(contributor);
  }
  storage::v1::Lineage lineage;
  for (const matching::ValueLineage& value : golden.lineage) {
    storage::v1::ValueLineage& out = *lineage.add_values();
    out.set_field(value.field);
    out.set_value(value.value);
    out.set_member(value.contributor);
    out.set_rule(static_cast<uint32_t>(value.rule));
    out.set_tied(value.tied);
    out.set_decision(value.decision);
    for (const matching::LosingValue& losing : value.losing) {
      storage::v1::Losing& out_losing = *out.add_losing();
      out_losing.set_value(losing.value);
      out_losing.set_member(losing.contributor);
      out_losing.set_ignored(losing.ignored);
    }
  }
  lineage.SerializeToString(stored.mutable_lineage());
}

absl::StatusOr<storage::v1::Entity> DecodeEntity(std::string_view bytes, std::string_view what) {
  storage::v1::Entity entity;
  if (!entity.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss(Cat(what, " cannot be read: ", bytes.size(), " bytes that are no entity"));
  }
  if (entity.format() == 0 || entity.format() > kRecordFormat) {
    return DataLoss(Cat(what, " has format ", entity.format(), "; this version reads formats 1 to ", kRecordFormat));
  }
  return entity;
}

}  // namespace wensum::registry
