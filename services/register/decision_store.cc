#include "services/register/decision_store.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/survive/fields.h"
#include "storage/decision_keys.h"

namespace wensum::registry {
namespace {

using storage::Family;
using storage::v1::LinkDecision;

constexpr uint64_t kMaxRecord = std::numeric_limits<matching::RecordId>::max();

bool IsReadable(const LinkDecision& decision, uint64_t number) {
  const bool links = std::ranges::all_of(decision.links(), [](const storage::v1::DecisionLink& link) {
    const auto kind = static_cast<matching::RecordLink::Kind>(link.kind());
    return link.a() < link.b() && link.b() <= kMaxRecord &&
           (kind == matching::RecordLink::Kind::kMust || kind == matching::RecordLink::Kind::kCannot);
  });
  const auto operation = static_cast<DecisionOperation>(decision.operation());
  const bool held = operation >= DecisionOperation::kTakeUpdate && operation <= DecisionOperation::kNewPerson;
  const bool value = operation >= DecisionOperation::kPin && operation <= DecisionOperation::kRecordOfTruth;
  const bool parts =
      decision.has_value() == value && decision.has_held() == held && (decision.links().empty() || (!value && !held));
  return links && parts && decision.format() > 0 && decision.format() <= kDecisionFormat && decision.number() == number;
}

absl::StatusOr<LinkDecision> ParseDecision(std::string_view value, uint64_t number) {
  LinkDecision decision;
  if (!decision.ParseFromArray(value.data(), static_cast<int>(value.size())) || !IsReadable(decision, number)) {
    return DataLoss(Cat(DecisionName(number), " cannot be read; run `wensum verify`"));
  }
  return decision;
}

constexpr uint32_t kLinkFormat = 1;
constexpr uint32_t kValueFormat = 2;
constexpr uint32_t kDecidesHeldFormat = 3;

std::set<uint64_t> RecordsOf(const LinkDecision& decision) {
  std::set<uint64_t> records;
  for (const storage::v1::DecisionSide& side : decision.sides()) {
    records.insert(side.records().begin(), side.records().end());
  }
  for (const storage::v1::DecisionLink& link : decision.links()) {
    records.insert({link.a(), link.b()});
  }
  return records;
}

absl::Status ForEachDecision(const storage::Reader& reader, uint32_t reg,
                             const std::function<absl::Status(uint64_t number, std::string_view value)>& visit) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::LinkDecisionPrefix(reg)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseLinkDecisionKey(it->key()));
    WENSUM_RETURN_IF_ERROR(visit(key.number, it->value()));
  }
  return it->status();
}

// The keys of the rows that list the homes that a decision gives, while it is in force.
std::set<std::string> GivenHomeKeys(uint32_t reg, const LinkDecision& decision) {
  std::set<std::string> keys;
  for (const storage::v1::ResolvedAddress& home : decision.value().resolved_addresses()) {
    if (home.uprn() != 0) {
      keys.insert(storage::GivenHomeKey(reg, home.uprn(), decision.value().record(), decision.number()));
    }
  }
  return keys;
}

// Compares the keys under a prefix with those that should be there. Calls `differ` for each that is there and should
// not be, and for each that should be and is not.
absl::Status CompareListings(const storage::Reader& reader, const std::string& prefix, std::set<std::string> expected,
                             const std::function<void(std::string_view key, bool is_there)>& differ) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(prefix));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    if (expected.erase(std::string(it->key())) == 0) {
      differ(it->key(), true);
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  for (const std::string& key : expected) {
    differ(key, false);
  }
  return absl::OkStatus();
}

}  // namespace

uint32_t FormatOfDecision(const LinkDecision& decision) {
  if (decision.has_held()) {
    return kDecidesHeldFormat;
  }
  if (!decision.has_value()) {
    return kLinkFormat;
  }
  const storage::v1::ValueDecision& value = decision.value();
  const std::optional<matching::FieldRef> field = matching::StewardFieldOf(value.attribute());
  const bool pins = decision.operation() == static_cast<uint32_t>(DecisionOperation::kPin);
  const bool later = matching::IsAddressAttribute(value.attribute()) || !value.details().addresses().empty() ||
                     !value.details().identifiers().empty() ||
                     (field.has_value() && field->field == matching::Field::kIdentifier) ||
                     (pins && field.has_value() && matching::IsList(*field));
  return later ? kDecisionFormat : kValueFormat;
}

std::string DecisionName(uint64_t number) { return Cat("decisions/", number); }

std::vector<matching::RecordLink> LinksOf(const LinkDecision& decision) {
  std::vector<matching::RecordLink> links;
  links.reserve(static_cast<size_t>(decision.links_size()));
  for (const storage::v1::DecisionLink& link : decision.links()) {
    links.push_back({.a = static_cast<matching::RecordId>(link.a()),
                     .b = static_cast<matching::RecordId>(link.b()),
                     .kind = static_cast<matching::RecordLink::Kind>(link.kind())});
  }
  return links;
}

absl::StatusOr<LinkDecision> ReadDecision(const storage::Reader& reader, uint32_t reg, uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kDecision, storage::LinkDecisionKey(reg, number)));
  return value.has_value() ? ParseDecision(*value, number) : NotFound(Cat("there is no ", DecisionName(number)));
}

absl::StatusOr<uint64_t> NewestDecision(const storage::Reader& reader, uint32_t reg) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::LinkDecisionPrefix(reg)));
  it->SeekToLast();
  if (!it->Valid()) {
    WENSUM_RETURN_IF_ERROR(it->status());
    return 0;
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseLinkDecisionKey(it->key()));
  return key.number;
}

absl::StatusOr<std::vector<uint64_t>> DecisionsOfRecord(const storage::Reader& reader, uint32_t reg, uint64_t ordinal) {
  std::vector<uint64_t> numbers;
  const auto it =
      reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::DecisionByRecordPrefix(reg, ordinal)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::DecisionByRecordParts key, storage::ParseDecisionByRecordKey(it->key()));
    numbers.push_back(key.number);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return numbers;
}

absl::StatusOr<std::vector<uint64_t>> ListGivenHomes(const storage::Reader& reader, uint32_t reg, uint64_t uprn,
                                                     uint64_t after, size_t limit) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::GivenHomePrefix(reg, uprn)));
  std::vector<uint64_t> ordinals;
  for (it->Seek(storage::GivenHomeKey(reg, uprn, after + 1, 0)); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseGivenHomeKey(it->key()));
    if (!ordinals.empty() && ordinals.back() == parts.ordinal) {
      continue;
    }
    if (ordinals.size() == limit) {
      break;
    }
    ordinals.push_back(parts.ordinal);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return ordinals;
}

void PutDecision(uint32_t reg, const LinkDecision& decision, bool listings, storage::WriteBatch& batch) {
  batch.Put(Family::kDecision, storage::LinkDecisionKey(reg, decision.number()), decision.SerializeAsString());
  for (const std::string& key : GivenHomeKeys(reg, decision)) {
    if (IsRetracted(decision)) {
      batch.Delete(Family::kDecision, key);
    } else {
      batch.Put(Family::kDecision, key, "");
    }
  }
  if (!listings) {
    return;
  }
  for (const uint64_t record : RecordsOf(decision)) {
    batch.Put(Family::kDecision, storage::DecisionByRecordKey(reg, record, decision.number()), "");
  }
}

absl::StatusOr<DecisionTable> LoadDecisions(const storage::Reader& reader, uint32_t reg, ValueDecisions* values) {
  DecisionTable table;
  WENSUM_RETURN_IF_ERROR(
      ForEachDecision(reader, reg, [&table, values](uint64_t number, std::string_view value) -> absl::Status {
        if (number != table.size() + 1) {
          return DataLoss(Cat(DecisionName(table.size() + 1), " is missing; run `wensum verify`"));
        }
        WENSUM_ASSIGN_OR_RETURN(const LinkDecision decision, ParseDecision(value, number));
        table.Add(LinksOf(decision), IsRetracted(decision));
        if (values != nullptr) {
          values->Add(decision);
        }
        return absl::OkStatus();
      }));
  return table;
}

absl::StatusOr<uint64_t> ListAllGivenHomes(const storage::Reader& reader, uint32_t reg, storage::WriteBatch& batch) {
  uint64_t rows = 0;
  WENSUM_RETURN_IF_ERROR(ForEachDecision(reader, reg, [&](uint64_t number, std::string_view value) -> absl::Status {
    WENSUM_ASSIGN_OR_RETURN(const LinkDecision decision, ParseDecision(value, number));
    if (!IsRetracted(decision)) {
      for (const std::string& key : GivenHomeKeys(reg, decision)) {
        batch.Put(Family::kDecision, key, "");
        ++rows;
      }
    }
    return absl::OkStatus();
  }));
  return rows;
}

absl::StatusOr<DecisionTable> VerifyDecisions(const storage::Reader& reader, uint32_t reg, uint64_t revision,
                                              uint64_t last_ordinal, const std::function<void(std::string)>& differ,
                                              ValueDecisions& values) {
  DecisionTable table;
  std::set<std::string> listed;
  std::set<std::string> homes;
  WENSUM_RETURN_IF_ERROR(ForEachDecision(reader, reg, [&](uint64_t number, std::string_view value) -> absl::Status {
    while (table.size() + 1 < number) {
      differ(Cat(DecisionName(table.size() + 1), " is missing"));
      table.Add({});
    }
    const absl::StatusOr<LinkDecision> decision = ParseDecision(value, number);
    if (!decision.ok()) {
      differ(std::string(Message(decision.status())));
      table.Add({});
      return absl::OkStatus();
    }
    table.Add(LinksOf(*decision), IsRetracted(*decision));
    values.Add(*decision);
    if (decision->revision() > revision || decision->retraction().revision() > revision) {
      differ(Cat(DecisionName(number), " has a revision that is not reached"));
    }
    const std::set<uint64_t> records = RecordsOf(*decision);
    if (!records.empty() && (*records.begin() == 0 || *records.rbegin() > last_ordinal)) {
      differ(Cat(DecisionName(number), " names a record that was never stored"));
    }
    for (const uint64_t record : records) {
      listed.insert(storage::DecisionByRecordKey(reg, record, number));
    }
    if (!IsRetracted(*decision)) {
      homes.merge(GivenHomeKeys(reg, *decision));
    }
    return absl::OkStatus();
  }));
  WENSUM_RETURN_IF_ERROR(CompareListings(reader, storage::DecisionsByRecordPrefix(reg), std::move(listed),
                                         [&differ](std::string_view, bool is_there) {
                                           differ(is_there ? "a decision is listed under a record that it does not name"
                                                           : "a decision is not listed under a record that it names");
                                         }));
  WENSUM_RETURN_IF_ERROR(CompareListings(
      reader, storage::GivenHomesPrefix(reg), std::move(homes), [&differ](std::string_view key, bool is_there) {
        const auto home = storage::ParseGivenHomeKey(key);
        if (!home.ok()) {
          differ(std::string(Message(home.status())));
          return;
        }
        differ(Cat(DecisionName(home->number), is_there ? " is listed" : " is not listed", " as giving source record ",
                   home->ordinal, " a home at UPRN ", home->uprn, is_there ? " and should not be" : ""));
      }));
  if (const auto contradiction = table.FindContradiction()) {
    differ(Cat("source records ", contradiction->a, " and ", contradiction->b, " are parted by ",
               DecisionName(contradiction->never), " and joined by others"));
  }
  return table;
}

}  // namespace wensum::registry
