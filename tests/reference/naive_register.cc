#include "tests/reference/naive_register.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "base/strings.h"
#include "matching/another_person.h"
#include "matching/person/person_schema.h"
#include "model/canonical.h"
#include "tests/reference/batch_partition.h"

namespace wensum::registry {
namespace {

model::PartialDate DateOf(TimeMicros time) {
  const std::chrono::sys_time<std::chrono::microseconds> at{std::chrono::microseconds(time)};
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(at)};
  return {.year = static_cast<int16_t>(static_cast<int>(date.year())),
          .month = static_cast<int8_t>(static_cast<unsigned>(date.month())),
          .day = static_cast<int8_t>(static_cast<unsigned>(date.day()))};
}

template <typename Row>
std::vector<const Row*> RowsOf(const auto& rows, int type, uint64_t id) {
  std::vector<const Row*> found;
  for (auto at = rows.lower_bound({type, id, ""}); at != rows.end(); ++at) {
    if (std::get<0>(at->first) != type || std::get<1>(at->first) != id) {
      break;
    }
    found.push_back(&std::get<Row>(at->second));
  }
  return found;
}

}  // namespace

NaiveRegister::RowKey NaiveRegister::KeyOf(const model::GazetteerRow& row) {
  if (const auto* const street = std::get_if<model::Street>(&row)) {
    return {11, street->usrn.value(), ""};
  }
  if (const auto* const descriptor = std::get_if<model::StreetDescriptor>(&row)) {
    return {15, descriptor->usrn.value(), descriptor->language};
  }
  if (const auto* const blpu = std::get_if<model::Blpu>(&row)) {
    return {21, blpu->uprn.value(), ""};
  }
  const auto& lpi = std::get<model::Lpi>(row);
  return {24, lpi.uprn.value(), lpi.lpi_key};
}

NaiveRegister::Source NaiveRegister::Check(const SourceWrite& write, TimeMicros now, SourceWrite* canonical) const {
  Source result;
  *canonical = write;
  model::SourceRecord& record = canonical->record;
  if (rules_.FindSource(record.key.source) == nullptr || record.key.key.empty()) {
    result.status = absl::StatusCode::kInvalidArgument;
    return result;
  }
  if (!write.erase) {
    std::vector<model::FieldIssue> issues;
    model::Canonicalise(record.details, DateOf(now), issues);
    const bool named = record.kind == model::RecordKind::kOrganisation ? !record.details.organisation_name.empty()
                                                                       : !record.details.name.empty();
    if (!named) {
      result.status = absl::StatusCode::kInvalidArgument;
      return result;
    }
  }
  const auto known = records_.find(record.key);
  const uint64_t stored = known == records_.end() ? 0 : known->second.revision;
  if (write.erase && known == records_.end()) {
    result.status = absl::StatusCode::kNotFound;
  } else if (write.etag.has_value() && *write.etag != stored) {
    result.status = absl::StatusCode::kAborted;
  }
  return result;
}

// The first record that cannot be taken refuses all of them.
void NaiveRegister::CheckAtomic(const Mutation& mutation, TimeMicros now, Result& result) const {
  std::set<model::SourceKey> keys;
  for (const SourceWrite& write : mutation.sources) {
    SourceWrite canonical;
    Source source = Check(write, now, &canonical);
    if (source.status != absl::StatusCode::kInvalidArgument && !keys.insert(write.record.key).second) {
      source.status = absl::StatusCode::kInvalidArgument;
    }
    if (source.status != absl::StatusCode::kOk) {
      result.status = source.status;
      return;
    }
  }
}

NaiveRegister::Row NaiveRegister::Apply(const GazetteerWrite& write) {
  const RowKey key = KeyOf(write.row);
  const auto known = rows_.find(key);
  if (write.change == model::ChangeType::kDelete) {
    if (known == rows_.end()) {
      return {.ok = false};
    }
    rows_.erase(known);
    return {.outcome = WriteOutcome::kDeleted};
  }
  if (known == rows_.end()) {
    rows_.emplace(key, write.row);
    return {.outcome = WriteOutcome::kInserted};
  }
  if (known->second == write.row) {
    return {.outcome = WriteOutcome::kUnchanged};
  }
  known->second = write.row;
  return {.outcome = WriteOutcome::kUpdated};
}

bool NaiveRegister::Hold(const model::SourceRecord& next, bool same, Record& record, Slice& slice) const {
  const bool another =
      !same && rules_.FindSource(next.key.source)->guards_overlays &&
      matching::SignsOfAnother(record.record.details, record.record.kind, next.details, next.kind) != 0;
  std::vector<Record::Said>& waiting = record.waiting;
  if (another) {
    if (waiting.empty() || waiting.back() != Record::Said(next.kind, next.details, next.relations)) {
      waiting.emplace_back(next.kind, next.details, next.relations);
      slice.changed = true;
    }
    return true;
  }
  slice.changed = slice.changed || !waiting.empty();
  waiting.clear();
  return false;
}

NaiveRegister::Source NaiveRegister::Apply(const SourceWrite& write, TimeMicros now, Slice& slice) {
  SourceWrite canonical;
  Source result = Check(write, now, &canonical);
  if (result.status == absl::StatusCode::kInvalidArgument) {
    return result;
  }
  const auto known = records_.find(write.record.key);
  if (known != records_.end()) {
    result.ordinal = known->second.ordinal;
    result.revision = known->second.revision;
  }
  if (result.status != absl::StatusCode::kOk) {
    return result;
  }
  result.outcome = WriteOutcome::kUnchanged;
  if (write.erase) {
    Record& record = known->second;
    slice.changed = slice.changed || !record.waiting.empty();
    record.waiting.clear();
    if (record.live) {
      record.live = false;
      record.revision = revision_ + 1;
      slice.erased.push_back(record.ordinal);
      slice.changed = true;
      result.outcome = WriteOutcome::kDeleted;
      result.revision = record.revision;
    }
    return result;
  }
  const bool live = known != records_.end() && known->second.live;
  const bool same = live && known->second.record.kind == canonical.record.kind &&
                    known->second.record.details == canonical.record.details &&
                    known->second.record.relations == canonical.record.relations &&
                    known->second.sent_time == canonical.record.source_time;
  if (known != records_.end() && Hold(canonical.record, same, known->second, slice)) {
    result.outcome = WriteOutcome::kHeld;
    return result;
  }
  if (same) {
    return result;
  }
  result.outcome = live ? WriteOutcome::kUpdated : WriteOutcome::kInserted;
  result.revision = revision_ + 1;
  slice.changed = true;
  Record& record = records_[write.record.key];
  if (known == records_.end()) {
    by_ordinal_.push_back(&record);
    record.ordinal = by_ordinal_.size();
    holder_[record.ordinal] = record.ordinal;
  } else if (!live) {
    slice.revived.push_back(record.ordinal);
  }
  result.ordinal = record.ordinal;
  record.live = true;
  record.revision = result.revision;
  record.sent_time = canonical.record.source_time;
  record.record = std::move(canonical.record);
  record.record.receive_time = now;
  if (record.sent_time == 0) {
    record.record.source_time = now;
  }
  return result;
}

NaiveRegister::Result NaiveRegister::Commit(const Mutation& mutation, TimeMicros now) {
  Result result;
  if (mutation.atomic) {
    CheckAtomic(mutation, now, result);
    if (result.status != absl::StatusCode::kOk) {
      return result;
    }
  }
  Slice slice;
  const std::map<RowKey, model::GazetteerRow> rows_before = rows_;
  for (const GazetteerWrite& write : mutation.rows) {
    result.rows.push_back(Apply(write));
  }
  slice.changed = rows_ != rows_before;
  // A second write to one record starts the next commit.
  std::set<model::SourceKey> keys;
  for (const SourceWrite& write : mutation.sources) {
    SourceWrite canonical;
    if (Check(write, now, &canonical).status != absl::StatusCode::kInvalidArgument &&
        !keys.insert(write.record.key).second) {
      Finish(slice, result);
      keys = {write.record.key};
    }
    slice.sources.push_back(result.sources.size());
    result.sources.push_back(Apply(write, now, slice));
  }
  Finish(slice, result);
  return result;
}

void NaiveRegister::Finish(Slice& slice, Result& result) {
  ResolveAddresses();
  MoveIds(slice);
  Partition(revision_ + (slice.changed ? 1 : 0));
  for (const size_t index : slice.sources) {
    Source& source = result.sources[index];
    if (source.ordinal != 0) {
      source.anchor = Resolve(source.ordinal);
    }
  }
  if (slice.changed) {
    ++revision_;
  }
  slice = Slice();
}

void NaiveRegister::SetRules(RegisterRules rules, uint64_t revision) {
  rules_ = std::move(rules);
  // The partition is the first commit of a change of rules.
  Partition(std::min(revision, revision_ + 1));
  revision_ = revision;
}

// A record that is back takes its own id back. What a deleted record held goes to the oldest one left of its entity; if
// none is left, to the oldest of those deleted.
void NaiveRegister::MoveIds(const Slice& slice) {
  for (const uint64_t ordinal : slice.revived) {
    holder_[ordinal] = ordinal;
  }
  for (const std::vector<uint64_t>& former : partition_) {
    const auto left = std::find_if(former.begin(), former.end(), [this](uint64_t o) { return At(o).live; });
    const uint64_t heir = left == former.end() ? former.front() : *left;
    for (const uint64_t member : former) {
      if (std::find(slice.erased.begin(), slice.erased.end(), member) == slice.erased.end()) {
        continue;
      }
      for (auto& [id, holder] : holder_) {
        holder = holder == member ? heir : holder;
      }
    }
  }
}

std::unique_ptr<matching::address::AddressIndex> NaiveRegister::BuildAddresses() const {
  auto index = std::make_unique<matching::address::AddressIndex>();
  for (const auto& [key, row] : rows_) {
    const auto* const blpu = std::get_if<model::Blpu>(&row);
    const auto rejected = [](int status) { return status == 7 || status == 9; };
    if (blpu == nullptr || rejected(blpu->logical_status)) {
      continue;
    }
    matching::address::IndexedProperty property;
    property.uprn = blpu->uprn.value();
    property.parent_uprn = blpu->parent_uprn.value();
    for (const model::Lpi* const lpi : RowsOf<model::Lpi>(rows_, 24, property.uprn)) {
      if (rejected(lpi->logical_status)) {
        continue;
      }
      matching::address::PropertyAddress& address = property.addresses.emplace_back();
      address.key = lpi->lpi_key;
      address.approved = blpu->logical_status == 1 && lpi->logical_status == 1;
      address.historical = blpu->logical_status == 8 || lpi->logical_status == 8;
      address.sao = lpi->sao;
      address.pao = lpi->pao;
      address.postcode = lpi->postcode;
      address.usrn = lpi->usrn.value();
      const auto descriptors = RowsOf<model::StreetDescriptor>(rows_, 15, address.usrn);
      if (!descriptors.empty()) {
        address.street = descriptors.front()->description;
        address.locality = descriptors.front()->locality;
        address.town = descriptors.front()->town;
      }
      if (!lpi->post_town.empty()) {
        address.town = lpi->post_town;
      }
    }
    if (!property.addresses.empty()) {
      index->Upsert(property, nullptr);
    }
  }
  for (const auto& [key, row] : rows_) {
    const auto* const street = std::get_if<model::Street>(&row);
    if (street == nullptr) {
      continue;
    }
    matching::address::IndexedStreet indexed;
    indexed.usrn = static_cast<uint32_t>(street->usrn.value());
    for (const auto* const name : RowsOf<model::StreetDescriptor>(rows_, 15, indexed.usrn)) {
      indexed.names.push_back({.language = name->language, .description = name->description});
    }
    index->UpsertStreet(indexed, nullptr);
  }
  return index;
}

void NaiveRegister::ResolveAddresses() {
  const auto index = BuildAddresses();
  for (auto& [key, record] : records_) {
    if (!record.live) {
      continue;
    }
    record.resolved.clear();
    for (const model::PersonAddress& address : record.record.details.addresses) {
      const uint64_t named = address.source_uprn.value();
      if (named != 0 && index->Contains(named)) {
        record.resolved.push_back({named, static_cast<uint8_t>(matching::address::Outcome::kMatched)});
        continue;
      }
      const auto match = index->FindMatch({.text = address.text, .postcode = address.postcode.ToString()}, {});
      record.resolved.push_back({match.uprn, static_cast<uint8_t>(match.outcome)});
    }
  }
}

void NaiveRegister::Partition(uint64_t revision) {
  std::vector<matching::LinkageRecord> records;
  std::vector<uint64_t> ordinals;
  for (const auto& [key, record] : records_) {
    if (!record.live) {
      continue;
    }
    std::vector<uint64_t> uprns;
    for (const matching::ResolvedAddress& address : record.resolved) {
      uprns.push_back(address.uprn);
    }
    const uint32_t unique_source = rules_.UniqueSource(key.source);
    records.push_back({.values = matching::PersonValues(record.record.details, record.record.kind, uprns),
                       .key = Cat(key.source, "/", key.key, "/", key.incarnation),
                       .once = unique_source == 0 ? "" : Cat(unique_source)});
    ordinals.push_back(record.ordinal);
  }
  const reference::BatchOutcome outcome = reference::ResolveBatch(model_, records);
  reviews_.clear();
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> open_since;
  for (const reference::BatchOutcome::Review& found : outcome.reviews) {
    const auto [a, b] = std::minmax(ordinals[found.a], ordinals[found.b]);
    const auto known = open_since_.find({a, b});
    open_since[{a, b}] = known == open_since_.end() ? revision : known->second;
    reviews_.push_back({.a = static_cast<matching::RecordId>(a),
                        .b = static_cast<matching::RecordId>(b),
                        .score = found.score,
                        .reason = found.reason});
  }
  open_since_ = std::move(open_since);
  std::ranges::sort(reviews_, {}, [](const auto& review) { return std::pair(review.a, review.b); });
  partition_.clear();
  for (const std::vector<size_t>& cluster : outcome.clusters) {
    std::vector<uint64_t>& members = partition_.emplace_back();
    for (const size_t place : cluster) {
      members.push_back(ordinals[place]);
    }
    std::sort(members.begin(), members.end());
  }
  std::sort(partition_.begin(), partition_.end());
}

std::vector<std::vector<model::SourceKey>> NaiveRegister::PartitionByKey() const {
  std::vector<std::vector<model::SourceKey>> by_key;
  for (const std::vector<uint64_t>& members : partition_) {
    std::vector<model::SourceKey>& keys = by_key.emplace_back();
    for (const uint64_t ordinal : members) {
      keys.push_back(At(ordinal).record.key);
    }
    std::sort(keys.begin(), keys.end());
  }
  std::sort(by_key.begin(), by_key.end());
  return by_key;
}

uint64_t NaiveRegister::AnchorOf(const std::vector<uint64_t>& members) const {
  for (const auto& [id, holder] : holder_) {
    if (std::find(members.begin(), members.end(), holder) != members.end()) {
      return id;
    }
  }
  return 0;
}

uint64_t NaiveRegister::Resolve(uint64_t id) const {
  const uint64_t holder = holder_.at(id);
  for (const std::vector<uint64_t>& members : partition_) {
    if (std::find(members.begin(), members.end(), holder) != members.end()) {
      return AnchorOf(members);
    }
  }
  return AnchorOf({holder});
}

matching::GoldenRecord NaiveRegister::Golden(const std::vector<uint64_t>& members, int purpose) const {
  std::vector<model::SourceRecord> records;
  std::vector<matching::Contributor> contributors;
  for (const uint64_t ordinal : members) {
    records.push_back(At(ordinal).record);
    const SourceRules& source = *rules_.FindSource(records.back().key.source);
    records.back().purposes = source.purposes;
    records.back().field_purposes = source.field_purposes;
  }
  for (size_t i = 0; i < members.size(); ++i) {
    contributors.push_back({.record = &records[i], .resolved_addresses = At(members[i]).resolved});
  }
  return matching::Survive(contributors, rules_.configured_survivorship, purpose);
}

uint64_t NaiveRegister::live_records() const {
  return static_cast<uint64_t>(
      std::count_if(records_.begin(), records_.end(), [](const auto& entry) { return entry.second.live; }));
}

std::map<std::string, uint64_t> NaiveRegister::live_by_source() const {
  std::map<std::string, uint64_t> counts;
  for (const auto& [key, record] : records_) {
    counts[key.source] += record.live ? 1 : 0;
  }
  return counts;
}

uint64_t NaiveRegister::properties() const {
  return static_cast<uint64_t>(
      std::count_if(rows_.begin(), rows_.end(), [](const auto& row) { return std::get<0>(row.first) == 21; }));
}

uint64_t NaiveRegister::streets() const {
  return static_cast<uint64_t>(
      std::count_if(rows_.begin(), rows_.end(), [](const auto& row) { return std::get<0>(row.first) == 11; }));
}

}  // namespace wensum::registry
