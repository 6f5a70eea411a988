#include "services/convert/golden.h"

#include <google/protobuf/arena.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/survive/survivorship.h"
#include "services/convert/times.h"
#include "services/register/decision_store.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::convert {
namespace {

constexpr size_t kHistoryStep = 8;  // versions read at once

// Sets a text of `out` to that of `from`, taking its memory; an empty one costs nothing.
#define WENSUM_MOVE_TEXT(from, field, out, out_field)                      \
  do {                                                                     \
    if (!(from).field().empty()) {                                         \
      *(out).mutable_##out_field() = std::move(*(from).mutable_##field()); \
    }                                                                      \
  } while (false)

void MoveName(storage::v1::Name& name, v1::PersonName& out) {
  WENSUM_MOVE_TEXT(name, title, out, title);
  WENSUM_MOVE_TEXT(name, forenames, out, forenames);
  WENSUM_MOVE_TEXT(name, surname, out, surname);
  WENSUM_MOVE_TEXT(name, suffix, out, suffix);
  WENSUM_MOVE_TEXT(name, full, out, full);
}

void CopyAddress(const storage::v1::Golden& golden, int index, v1::PersonAddress& out) {
  const storage::v1::Address& address = golden.details().addresses(index);
  out.set_role(static_cast<v1::AddressRole>(address.role()));
  if (!address.text().empty()) {
    out.set_text(address.text());
  }
  if (!address.postcode().empty()) {
    out.set_postcode(address.postcode());
  }
  out.set_source_uprn(address.source_uprn());
  if (address.from_date() != 0) {
    ToDate(address.from_date(), *out.mutable_from_date());
  }
  if (address.to_date() != 0) {
    ToDate(address.to_date(), *out.mutable_to_date());
  }
  if (index < golden.resolved_addresses_size()) {
    out.set_uprn(golden.resolved_addresses(index).uprn());
    out.set_outcome(static_cast<v1::AddressOutcome>(golden.resolved_addresses(index).outcome()));
  }
}

void MemberKey(const storage::v1::Member& member, v1::SourceKey& out) {
  out.set_source(member.source());
  out.set_key(member.source_key());
  out.set_incarnation(member.incarnation());
}

// `index`: of the address that the value is, if it is one.
matching::Contender ContenderOf(const storage::v1::Entity& entity, const storage::v1::Golden& golden,
                                const storage::v1::ValueLineage& value, uint32_t at, int index) {
  const storage::v1::Member& member = entity.members(static_cast<int>(at));
  matching::Contender contender{.source = member.source(),
                                .key = member.source_key(),
                                .source_time = member.source_time(),
                                .date = member.source_time()};
  if (value.field() == "current_address" && index < golden.details().addresses_size()) {
    contender.date = matching::ResidentSince(golden.details().addresses(index).from_date(), member.source_time());
  }
  return contender;
}

// The members that `value` names must be there; values that are ignored stand behind all that lost. Addresses that may
// be current stand first among all, in their order: the second is the best of those that lose.
v1::ValueLineage::WonBy WonBy(const storage::v1::Entity& entity, const storage::v1::Golden& golden,
                              const storage::v1::ValueLineage& value) {
  if (value.value().empty() || value.losing().empty() || value.losing(0).ignored()) {
    return v1::ValueLineage::WON_BY_UNSPECIFIED;
  }
  static_assert(static_cast<int>(matching::DecidingStep::kIncarnation) == v1::ValueLineage::WON_BY_INCARNATION);
  return static_cast<v1::ValueLineage::WonBy>(matching::DecidingStepOf(
      static_cast<matching::Rule>(value.rule()), value.tied(), ContenderOf(entity, golden, value, value.member(), 0),
      ContenderOf(entity, golden, value, value.losing(0).member(), 1)));
}

template <typename Out>
absl::Status AddLineage(const storage::v1::Entity& entity, const storage::v1::Golden& golden, std::string_view name,
                        Out& out) {
  google::protobuf::Arena local;
  google::protobuf::Arena* const arena = out.GetArena() != nullptr ? out.GetArena() : &local;
  auto& lineage = *google::protobuf::Arena::CreateMessage<storage::v1::Lineage>(arena);
  if (!lineage.ParseFromString(golden.lineage())) {
    return DataLoss(Cat("lineage of ", name, " cannot be read"));
  }
  const auto members = static_cast<uint32_t>(entity.members_size());
  for (storage::v1::ValueLineage& value : *lineage.mutable_values()) {
    v1::ValueLineage& added = *out.add_lineage();
    for (const uint32_t member : {value.member(), value.losing().empty() ? 0 : value.losing(0).member()}) {
      if (member >= members) {
        return DataLoss(Cat("lineage of ", name, " names member ", member, " of ", members));
      }
    }
    added.set_won_by(WonBy(entity, golden, value));
    WENSUM_MOVE_TEXT(value, field, added, field);
    WENSUM_MOVE_TEXT(value, value, added, value);
    added.mutable_rule()->assign(matching::RuleName(static_cast<matching::Rule>(value.rule())));
    const storage::v1::Member& member = entity.members(static_cast<int>(value.member()));
    const auto rule = static_cast<matching::Rule>(value.rule());
    if (value.decision() != 0) {
      added.set_decision(registry::DecisionName(value.decision()));
    }
    if (!added.value().empty() && rule != matching::Rule::kOverride && rule != matching::Rule::kRecordOfTruth) {
      MemberKey(member, *added.mutable_source_key());
      ToTimestamp(member.source_time(), *added.mutable_source_time());
    }
    for (storage::v1::Losing& losing : *value.mutable_losing()) {
      if (losing.member() >= members) {
        return DataLoss(Cat("lineage of ", name, " names member ", losing.member(), " of ", members));
      }
      const storage::v1::Member& loser = entity.members(static_cast<int>(losing.member()));
      v1::LosingValue& lost = *added.add_losing_values();
      lost.set_ignored(losing.ignored());
      WENSUM_MOVE_TEXT(losing, value, lost, value);
      MemberKey(loser, *lost.mutable_source_key());
      ToTimestamp(loser.source_time(), *lost.mutable_source_time());
    }
  }
  return absl::OkStatus();
}

// Identifiers, attributes, contributors and, with `full`, lineage and times of a Person or PropertyFacts.
template <typename Out>
absl::Status AddEvidence(const storage::v1::Entity& entity, storage::v1::Golden& golden, std::string_view name,
                         const std::function<std::string(uint64_t)>& minted_name, bool full, Out& out) {
  for (storage::v1::NamedValue& identifier : *golden.mutable_details()->mutable_identifiers()) {
    v1::Identifier& added = *out.add_identifiers();
    WENSUM_MOVE_TEXT(identifier, name, added, type);
    WENSUM_MOVE_TEXT(identifier, value, added, value);
  }
  for (storage::v1::NamedValue& attribute : *golden.mutable_details()->mutable_attributes()) {
    v1::Attribute& added = *out.add_attributes();
    WENSUM_MOVE_TEXT(attribute, name, added, name);
    WENSUM_MOVE_TEXT(attribute, value, added, value);
  }
  for (const uint32_t index : golden.contributors()) {
    if (index >= static_cast<uint32_t>(entity.members_size())) {
      return DataLoss(Cat("golden record of ", name, " names member ", index, " of ", entity.members_size()));
    }
    const storage::v1::Member& member = entity.members(static_cast<int>(index));
    v1::Contributor& added = *out.add_contributors();
    MemberKey(member, *added.mutable_source_key());
    added.set_minted_name(minted_name(member.ordinal()));
    if (full) {
      ToTimestamp(member.source_time(), *added.mutable_source_time());
      ToTimestamp(member.receive_time(), *added.mutable_receive_time());
    }
  }
  return full ? AddLineage(entity, golden, name, out) : absl::OkStatus();
}

absl::Status AddFullView(const storage::v1::Entity& entity, storage::v1::Golden& golden, const OpaqueIdCodec& ids,
                         bool full, v1::Person& out) {
  for (int i = 0; i < golden.details().addresses_size(); ++i) {
    CopyAddress(golden, i, *out.add_addresses());
  }
  return AddEvidence(
      entity, golden, out.name(), [&ids](uint64_t ordinal) { return rpc::PersonName(ids, ordinal); }, full, out);
}

bool IsIdentifierField(std::string_view field, std::string_view type) {
  if (type == "ni_number") {
    return field == "ni_number";
  }
  return field == "identifiers" || field == Cat("identifiers.", type);
}

}  // namespace

const storage::v1::Golden* GoldenFor(const storage::v1::Entity& entity, int purpose_bit) {
  const uint64_t bit = uint64_t{1} << purpose_bit;
  for (const storage::v1::Golden& golden : entity.golden()) {
    if ((golden.purposes() & bit) != 0) {
      return &golden;
    }
  }
  return nullptr;
}

storage::v1::Golden* GoldenFor(storage::v1::Entity& entity, int purpose_bit) {
  const uint64_t bit = uint64_t{1} << purpose_bit;
  for (storage::v1::Golden& golden : *entity.mutable_golden()) {
    if ((golden.purposes() & bit) != 0) {
      return &golden;
    }
  }
  return nullptr;
}

absl::StatusOr<View> FromView(v1::PersonView view) {
  switch (view) {
    case v1::PERSON_VIEW_UNSPECIFIED:
    case v1::PERSON_VIEW_BASIC:
      return View::kBasic;
    case v1::PERSON_VIEW_FULL:
      return View::kFull;
    default:
      return rpc::InvalidField("view", Cat("has no value ", static_cast<int>(view), "; give BASIC (1) or FULL (2)"));
  }
}

absl::Status ToPerson(uint64_t anchor, storage::v1::Entity& entity, const OpaqueIdCodec& ids, int purpose_bit,
                      View view, v1::Person& out) {
  std::string name = rpc::PersonName(ids, anchor);
  storage::v1::Golden* golden = GoldenFor(entity, purpose_bit);
  if (golden == nullptr || IsProperty(entity)) {
    return rpc::UnknownResource(name);
  }
  out.set_name(std::move(name));
  if (view != View::kValues) {
    out.set_etag(entity.revision());
  }
  out.set_state(entity.ended() ? v1::Person::STATE_ENDED : v1::Person::STATE_ACTIVE);
  out.set_kind(static_cast<v1::RecordKind>(entity.kind()));
  storage::v1::PersonDetails& details = *golden->mutable_details();
  v1::PersonName& person_name = *out.mutable_person_name();
  if (details.has_name()) {
    MoveName(*details.mutable_name(), person_name);
  }
  for (storage::v1::Name& other : *details.mutable_other_names()) {
    MoveName(other, *out.add_other_names());
  }
  if (details.date_of_birth() != 0) {
    ToDate(details.date_of_birth(), *out.mutable_date_of_birth());
  }
  if (details.date_of_death() != 0) {
    ToDate(details.date_of_death(), *out.mutable_date_of_death());
  }
  out.set_sex(static_cast<v1::Sex>(details.sex()));
  WENSUM_MOVE_TEXT(details, ni_number, out, ni_number);
  out.mutable_phones()->Swap(details.mutable_phones());
  out.mutable_emails()->Swap(details.mutable_emails());
  if (golden->current_address() > 0 && golden->current_address() <= static_cast<uint32_t>(details.addresses_size())) {
    CopyAddress(*golden, static_cast<int>(golden->current_address()) - 1, *out.mutable_current_address());
  }
  WENSUM_MOVE_TEXT(details, organisation_name, out, organisation_name);
  return view == View::kBasic ? absl::OkStatus() : AddFullView(entity, *golden, ids, view == View::kFull, out);
}

bool IsProperty(const storage::v1::Entity& entity) {
  return entity.kind() == static_cast<uint32_t>(model::RecordKind::kProperty);
}

absl::Status ToPropertyFacts(registry::PropertyFacts& facts, const OpaqueIdCodec& ids, std::string_view name,
                             int purpose_bit, v1::PropertyFacts& out) {
  storage::v1::Golden* const golden = GoldenFor(facts.entity, purpose_bit);
  if (golden == nullptr) {
    return absl::OkStatus();
  }
  out.set_truncated(facts.truncated);
  return AddEvidence(
      facts.entity, *golden, name, [&ids](uint64_t ordinal) { return rpc::PropertyRecordName(ids, ordinal); },
      /*full=*/true, out);
}

bool ShowsIdentifier(const storage::v1::Golden& golden, std::string_view type, std::string_view value) {
  if (type == "ni_number" && golden.details().ni_number() == value) {
    return true;
  }
  for (const storage::v1::NamedValue& identifier : golden.details().identifiers()) {
    if (identifier.name() == type && identifier.value() == value) {
      return true;
    }
  }
  storage::v1::Lineage lineage;
  if (!lineage.ParseFromString(golden.lineage())) {
    return false;
  }
  // The lineage of identifiers, of all types, has the type before the value.
  const std::string told = type == "ni_number" ? std::string(value) : Cat(type, ":", value);
  for (const storage::v1::ValueLineage& entry : lineage.values()) {
    if (!IsIdentifierField(entry.field(), type)) {
      continue;
    }
    if (entry.value() == told) {
      return true;
    }
    for (const storage::v1::Losing& losing : entry.losing()) {
      if (losing.value() == told) {
        return true;
      }
    }
  }
  return false;
}

absl::StatusOr<bool> Visible(const registry::Register& reg, uint64_t anchor, const storage::v1::Entity& entity,
                             int purpose_bit) {
  if (entity.golden_size() > 0 || !entity.ended()) {
    return GoldenFor(entity, purpose_bit) != nullptr;
  }
  uint64_t before = 0;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<registry::EntityVersion> versions,
                            reg.ListEntityVersions(anchor, before, kHistoryStep));
    for (const registry::EntityVersion& version : versions) {
      if (version.entity.golden_size() > 0) {
        return GoldenFor(version.entity, purpose_bit) != nullptr;
      }
    }
    if (versions.size() < kHistoryStep) {
      return false;
    }
    before = versions.back().revision;
  }
}

}  // namespace wensum::convert
