#include "services/register/prepare.h"

#include <chrono>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/canonical.h"

namespace wensum::registry {
namespace {

absl::Status CheckKey(const Core& core, const model::SourceKey& key) {
  if (key.source.empty()) {
    return InvalidArgument("source_key.source is empty: name the source system as the server's configuration does");
  }
  if (core.options.rules.FindSource(key.source) == nullptr) {
    return InvalidArgument(Cat("source_key.source ", Quote(key.source),
                               " is not configured: add it to `sources` in the server's configuration"));
  }
  if (key.key.empty() || key.key.size() > model::kMaxSourceKeyBytes || !IsValidUtf8(key.key)) {
    return InvalidArgument(
        Cat("source_key.key ", Quote(key.key), " must be 1 to ", model::kMaxSourceKeyBytes, " bytes of UTF-8"));
  }
  return absl::OkStatus();
}

absl::Status CheckSubject(const model::SourceRecord& record) {
  const model::PersonDetails& details = record.details;
  if (record.kind == model::RecordKind::kOrganisation) {
    return details.organisation_name.empty()
               ? InvalidArgument("details.organisation_name is empty: an organisation needs a name")
               : absl::OkStatus();
  }
  if (record.kind == model::RecordKind::kProperty) {
    const bool placed = details.addresses.size() == 1 &&
                        (!details.addresses[0].text.empty() || !details.addresses[0].source_uprn.empty());
    return placed ? absl::OkStatus()
                  : InvalidArgument(Cat("details.addresses has ", details.addresses.size(),
                                        " usable addresses: a property needs exactly one, with a text or a UPRN"));
  }
  if (record.kind != model::RecordKind::kPerson) {
    return InvalidArgument("kind must be PERSON, ORGANISATION or PROPERTY");
  }
  if (details.name.empty()) {
    return InvalidArgument("details.name is empty: a person needs a forename, a surname or a full name");
  }
  return absl::OkStatus();
}

// Relations are refused rather than mended: a half of one tells nothing.
absl::Status CheckRelations(const Core& core, const model::SourceRecord& record) {
  if (record.relations.empty()) {
    return absl::OkStatus();
  }
  if (record.kind == model::RecordKind::kProperty) {
    return InvalidArgument("relations: a property has none; send them with the people or organisations concerned");
  }
  if (record.relations.size() > model::kMaxRelations) {
    return InvalidArgument(
        Cat("relations holds ", record.relations.size(), " items; at most ", model::kMaxRelations, " are taken"));
  }
  for (size_t i = 0; i < record.relations.size(); ++i) {
    const model::Relation& relation = record.relations[i];
    if (relation.type < model::RelationType::kPartner || relation.type > model::RelationType::kOther) {
      return InvalidArgument(Cat("relations[", i, "].type ", static_cast<int>(relation.type), " is not known: use ",
                                 "PARTNER, PARENT, CHILD, JOINT_TENANT, LANDLORD, AGENT or OTHER"));
    }
    if (relation.type == model::RelationType::kOther && relation.text.empty()) {
      return InvalidArgument(Cat("relations[", i, "].text is empty: a relation of type OTHER needs one"));
    }
    const std::string& key = relation.other.key;
    if (key.empty() || key.size() > model::kMaxSourceKeyBytes || !IsValidUtf8(key)) {
      return InvalidArgument(Cat("relations[", i, "].other.key ", Quote(key), " must be 1 to ",
                                 model::kMaxSourceKeyBytes, " bytes of UTF-8"));
    }
    if (core.options.rules.FindSource(relation.other.source) == nullptr) {
      return InvalidArgument(Cat("relations[", i, "].other.source ", Quote(relation.other.source),
                                 " is not configured: name a source system as the server's configuration does"));
    }
    if (relation.other == record.key) {
      return InvalidArgument(Cat("relations[", i, "].other is the record itself; name the other's record"));
    }
  }
  return absl::OkStatus();
}

// What follows from the canonical record and the rules.
void Finish(const Core& core, PreparedSource& prepared) {
  model::SourceRecord& record = prepared.record;
  if (const SourceRules* rules = core.options.rules.FindSource(record.key.source); rules != nullptr) {
    record.purposes = rules->purposes;
    record.field_purposes = rules->field_purposes;
  }
  prepared.content_hash = model::ContentHash(record);
  RefreshDerived(core, prepared);
}

}  // namespace

model::PartialDate Today(const Clock& clock) {
  const std::chrono::sys_time<std::chrono::microseconds> now{std::chrono::microseconds(clock.Now())};
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(now)};
  return {.year = static_cast<int16_t>(static_cast<int>(date.year())),
          .month = static_cast<int8_t>(static_cast<unsigned>(date.month())),
          .day = static_cast<int8_t>(static_cast<unsigned>(date.day()))};
}

PreparedSource Prepare(const Core& core, SourceWrite write) {
  PreparedSource prepared;
  prepared.record = std::move(write.record);
  prepared.erase = write.erase;
  prepared.restores = write.restores;
  prepared.etag = write.etag;
  prepared.import_run = std::move(write.import_run);
  prepared.import_line = write.import_line;
  model::SourceRecord& record = prepared.record;
  prepared.status = CheckKey(core, record.key);
  if (!prepared.status.ok()) {
    return prepared;
  }
  prepared.key_hash = core.HashSourceKey(record.key);
  if (prepared.erase) {
    return prepared;
  }
  if (!write.canonical) {
    model::Canonicalise(record.details, Today(*core.clock), prepared.issues);
  }
  model::CanonicaliseRelations(record.relations, record.key.source, prepared.issues);
  prepared.status = CheckRelations(core, record);
  if (!prepared.status.ok()) {
    return prepared;
  }
  prepared.status = CheckSubject(record);
  if (!prepared.status.ok()) {
    return prepared;
  }
  Finish(core, prepared);
  return prepared;
}

PreparedSource PrepareStored(const Core& core, model::SourceRecord record) {
  PreparedSource prepared;
  prepared.record = std::move(record);
  prepared.key_hash = core.HashSourceKey(prepared.record.key);
  Finish(core, prepared);
  return prepared;
}

void RefreshDerived(const Core& core, PreparedSource& prepared) {
  // The version is read first: a change in between makes the writer do this again, never miss it.
  prepared.address_version = core.indexes.address_version.load(std::memory_order_acquire);
  prepared.resolved_addresses = ResolveAddresses(prepared.record.details, prepared.record.key.source, core.indexes);
  prepared.linkage = LinkageRecordOf(core.options.rules, prepared.record, prepared.resolved_addresses);
}

std::vector<gazetteer::PreparedRow> PrepareRows(const Core& core, const Mutation& mutation) {
  std::vector<gazetteer::PreparedRow> rows;
  rows.reserve(mutation.rows.size());
  gazetteer::RowOrigin origin{.import_run = mutation.import_run, .purposes = model::kAllPurposes};
  for (const GazetteerWrite& write : mutation.rows) {
    origin.format = write.format;
    rows.push_back(gazetteer::PrepareRow(core.options.register_id, write.row, write.change, origin));
  }
  return rows;
}

}  // namespace wensum::registry
