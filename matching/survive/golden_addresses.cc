#include "matching/survive/golden_addresses.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "base/strings.h"

namespace wensum::matching {
namespace {

// One address of one contributor. Entries are made in the chain's order and only ever sorted stably.
struct Entry {
  uint32_t contributor = 0;
  const model::PersonAddress* address = nullptr;
  ResolvedAddress resolved;
  int32_t since = 0;  // packed date: from_date, else the day of the source time
  bool may_be_current = false;
};

// The day of a time, packed as PartialDate::ToNumber does.
int32_t DayOf(TimeMicros time) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(time)));
  const std::chrono::year_month_day date(day);
  return static_cast<int32_t>(date.year()) * 10000 + static_cast<int32_t>(static_cast<unsigned>(date.month())) * 100 +
         static_cast<int32_t>(static_cast<unsigned>(date.day()));
}

bool SamePlace(const Entry& a, const Entry& b) {
  if (a.resolved.uprn != 0 && b.resolved.uprn != 0) {
    return a.resolved.uprn == b.resolved.uprn;
  }
  return a.address->postcode == b.address->postcode && EqualsIgnoreCaseAscii(a.address->text, b.address->text);
}

bool IsResidence(const Entry& entry) { return entry.address->role == model::AddressRole::kResidence; }

std::string Text(const model::PersonAddress& address) {
  if (address.postcode.empty()) {
    return address.text;
  }
  return address.text.empty() ? address.postcode.ToString() : Cat(address.text, ", ", address.postcode.ToString());
}

std::vector<Entry> Entries(std::span<const Contributor> contributors, std::span<const uint32_t> order) {
  std::vector<Entry> entries;
  for (const uint32_t c : order) {
    const model::SourceRecord& record = *contributors[c].record;
    for (size_t i = 0; i < record.details.addresses.size(); ++i) {
      Entry entry;
      entry.contributor = c;
      entry.address = &record.details.addresses[i];
      if (i < contributors[c].resolved_addresses.size()) {
        entry.resolved = contributors[c].resolved_addresses[i];
      }
      entry.since = entry.address->from_date.empty() ? DayOf(record.source_time) : entry.address->from_date.ToNumber();
      entries.push_back(entry);
    }
  }
  return entries;
}

// A residence without an end, unless a later record of the same source names residences and this is none of them.
void MarkPossiblyCurrent(std::span<const Contributor> contributors, std::vector<Entry>& entries) {
  for (Entry& entry : entries) {
    if (!IsResidence(entry) || !entry.address->to_date.empty()) {
      continue;
    }
    const model::SourceRecord& record = *contributors[entry.contributor].record;
    bool contradicted = false;
    for (const Entry& other : entries) {
      const model::SourceRecord& later = *contributors[other.contributor].record;
      if (!IsResidence(other) || later.key.source != record.key.source || later.source_time <= record.source_time) {
        continue;
      }
      contradicted = contradicted || std::none_of(entries.begin(), entries.end(), [&](const Entry& third) {
                       return third.contributor == other.contributor && IsResidence(third) && SamePlace(third, entry);
                     });
    }
    entry.may_be_current = !contradicted;
  }
}

void AddLineage(std::string field, const std::vector<const Entry*>& values, Rule rule, GoldenRecord& golden) {
  ValueLineage lineage;
  lineage.field = std::move(field);
  lineage.value = Text(*values[0]->address);
  lineage.contributor = values[0]->contributor;
  lineage.rule = rule;
  for (size_t i = 1; i < values.size(); ++i) {
    lineage.losing.push_back({Text(*values[i]->address), values[i]->contributor});
  }
  golden.lineage.push_back(std::move(lineage));
}

}  // namespace

void SurviveAddresses(std::span<const Contributor> contributors, std::span<const uint32_t> order, Rule rule,
                      GoldenRecord& golden) {
  std::vector<Entry> entries = Entries(contributors, order);
  MarkPossiblyCurrent(contributors, entries);
  // Entries stand in the chain's order; by recency the newest comes first and the chain breaks ties.
  std::stable_sort(entries.begin(), entries.end(), [rule](const Entry& a, const Entry& b) {
    if (a.may_be_current != b.may_be_current) {
      return a.may_be_current;
    }
    return rule != Rule::kSourcePriority && a.since > b.since;
  });
  std::vector<const Entry*> current;  // distinct places
  std::vector<const Entry*> kept;     // distinct places and roles
  for (const Entry& entry : entries) {
    const auto same_place = [&entry](const Entry* other) { return SamePlace(*other, entry); };
    if (entry.may_be_current && std::none_of(current.begin(), current.end(), same_place)) {
      current.push_back(&entry);
    }
    if (std::none_of(kept.begin(), kept.end(), [&](const Entry* other) {
          return other->address->role == entry.address->role && same_place(other);
        })) {
      kept.push_back(&entry);
    }
  }
  for (const Entry* entry : kept) {
    golden.details.addresses.push_back(*entry->address);
    golden.resolved_addresses.push_back(entry->resolved);
    AddLineage("addresses", {entry}, rule, golden);
  }
  if (!current.empty()) {
    golden.current_address = 0;  // the sort put it first
    AddLineage("current_address", current, rule, golden);
  }
}

}  // namespace wensum::matching
