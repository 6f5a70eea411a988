#include "matching/survive/golden_addresses.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "matching/survive/contest.h"
#include "matching/survive/steward_step.h"

namespace wensum::matching {
namespace {

// One address of one contributor. Entries are made in the chain's order and only ever sorted stably.
struct Entry {
  uint32_t contributor = 0;  // of an address that a steward gave: that it belongs to
  const model::PersonAddress* address = nullptr;
  ResolvedAddress resolved;
  int32_t since = 0;  // ResidentSince
  bool may_be_current = false;
  int64_t score = 0;  // of a rule that IsScored
  // Of the address that a steward pinned or gave.
  Rule rule = Rule::kRecency;
  uint64_t decision = 0;
};

bool SamePlace(const Entry& a, const Entry& b) {
  if (a.resolved.uprn != 0 && b.resolved.uprn != 0) {
    return a.resolved.uprn == b.resolved.uprn;
  }
  return a.address->postcode == b.address->postcode && EqualsIgnoreCaseAscii(a.address->text, b.address->text);
}

bool IsResidence(const Entry& entry) { return entry.address->role == model::AddressRole::kResidence; }

// All but those that are ignored.
std::vector<Entry> Entries(std::span<const Contributor> contributors, std::span<const uint32_t> order,
                           const StewardStep* steward) {
  std::vector<Entry> entries;
  for (const uint32_t c : order) {
    const model::SourceRecord& record = *contributors[c].record;
    for (size_t i = 0; i < record.details.addresses.size(); ++i) {
      Entry entry;
      entry.contributor = c;
      entry.address = &record.details.addresses[i];
      if (steward != nullptr && steward->IgnoredAddress(c, AddressText(*entry.address))) {
        continue;
      }
      if (i < contributors[c].resolved_addresses.size()) {
        entry.resolved = contributors[c].resolved_addresses[i];
      }
      entry.since = ResidentSince(entry.address->from_date.ToNumber(), record.source_time);
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

// The parts of an address that are there: its lines, postcode, a date and a property.
uint32_t AddressParts(const Entry& entry) {
  const std::string& text = entry.address->text;
  return static_cast<uint32_t>(!text.empty()) + static_cast<uint32_t>(std::ranges::count(text, ',')) +
         static_cast<uint32_t>(!entry.address->postcode.empty()) +
         static_cast<uint32_t>(!entry.address->from_date.empty()) + static_cast<uint32_t>(entry.resolved.uprn != 0);
}

// Places that differ get texts that differ: for rules that ask whether values are equal.
std::string PlaceOf(const std::vector<Entry>& entries, const Entry& entry) {
  const auto first = std::ranges::find_if(
      entries, [&entry](const Entry& other) { return other.may_be_current && SamePlace(other, entry); });
  return Cat(first - entries.begin());
}

// Scores the residences that may be current; true if one of them wins.
bool ScoreCurrent(std::span<const Contributor> contributors, Rule rule, const SurvivorshipRules& rules,
                  const std::function<bool(uint32_t, std::string_view)>& has, std::vector<Entry>& entries) {
  TimeMicros newest = std::numeric_limits<TimeMicros>::min();
  for (const Entry& entry : entries) {
    newest = entry.may_be_current ? std::max(newest, contributors[entry.contributor].record->source_time) : newest;
  }
  std::vector<Candidate> candidates;
  std::vector<Entry*> scored;
  for (Entry& entry : entries) {
    if (!entry.may_be_current) {
      continue;
    }
    const model::SourceRecord& record = *contributors[entry.contributor].record;
    const bool by_place = rule == Rule::kFrequency || rule == Rule::kUnanimous;
    Candidate candidate{.contributor = static_cast<uint32_t>(scored.size()),
                        .record = &record,
                        .text = by_place ? PlaceOf(entries, entry) : AddressText(*entry.address),
                        .parts = AddressParts(entry),
                        .date = entry.since};
    if (rule == Rule::kTrust) {
      candidate.trust =
          TrustOf(rules, record.key.source, "current_address", candidate.text, newest - record.source_time,
                  [&](std::string_view other) { return has(entry.contributor, other); });
    }
    candidates.push_back(std::move(candidate));
    scored.push_back(&entry);
  }
  RankCandidates(rule, candidates);
  for (const Candidate& candidate : candidates) {
    scored[candidate.contributor]->score = candidate.score;
  }
  return HasWinner(rule, candidates);
}

// The first wins, if anybody does.
void AddLineage(std::string field, const std::vector<const Entry*>& values, Rule rule, bool has_winner,
                GoldenRecord& golden) {
  const Entry& first = *values[0];
  const bool decided = has_winner && first.decision != 0;  // by a steward
  ValueLineage lineage;
  lineage.field = std::move(field);
  lineage.value = has_winner ? AddressText(*first.address) : std::string();
  lineage.contributor = first.contributor;
  lineage.rule = decided ? first.rule : rule;
  lineage.decision = decided ? first.decision : 0;
  lineage.tied = has_winner && !decided && IsScored(rule) && values.size() > 1 && first.score == values[1]->score;
  for (size_t i = has_winner ? 1 : 0; i < values.size(); ++i) {
    lineage.losing.push_back({AddressText(*values[i]->address), values[i]->contributor});
  }
  golden.lineage.push_back(std::move(lineage));
}

// Best first, as the rules have it.
void SortEntries(Rule rule, std::vector<Entry>& entries) {
  // Entries stand in the chain's order; by recency the newest comes first and the chain breaks ties.
  std::stable_sort(entries.begin(), entries.end(), [rule](const Entry& a, const Entry& b) {
    if (a.may_be_current != b.may_be_current) {
      return a.may_be_current;
    }
    if (IsScored(rule) && a.may_be_current) {
      return a.score > b.score;
    }
    return rule != Rule::kSourcePriority && a.since > b.since;
  });
}

// Puts the address first that the newest pin names of which a record holds one. `pinned` is where it then lies. False
// if there is none.
bool PinEntry(const StewardStep& steward, std::vector<Entry>& entries, model::PersonAddress& pinned) {
  for (const StewardValue* pin : steward.AddressPins()) {
    const auto held =
        std::ranges::find_if(entries, [pin](const Entry& entry) { return AddressText(*entry.address) == pin->value; });
    if (held == entries.end()) {
      continue;
    }
    Entry entry = *held;
    entry.rule = Rule::kPin;
    entry.decision = pin->decision;
    if (held->may_be_current) {
      entries.erase(held);
    } else {
      pinned = *entry.address;
      pinned.role = model::AddressRole::kResidence;
      pinned.to_date = {};
      entry.address = &pinned;
      entry.may_be_current = true;
    }
    entries.insert(entries.begin(), entry);
    return true;
  }
  return false;
}

// Puts the address first that a steward gave, if one counts.
bool GiveEntry(const StewardStep& steward, bool has_winner, std::vector<Entry>& entries) {
  const bool any = has_winner && !entries.empty() && entries[0].may_be_current;
  const StewardValue* const given = steward.GivenAddress(any ? AddressText(*entries[0].address) : std::string());
  if (given == nullptr) {
    return false;
  }
  Entry entry{.contributor = given->contributor,
              .address = &given->details->addresses[0],
              .resolved = given->resolved,
              .may_be_current = true,
              .rule = given->act == StewardAct::kOverride ? Rule::kOverride : Rule::kRecordOfTruth,
              .decision = given->decision};
  entries.insert(entries.begin(), entry);
  return true;
}

}  // namespace

std::string AddressText(const model::PersonAddress& address) {
  if (address.postcode.empty()) {
    return address.text;
  }
  return address.text.empty() ? address.postcode.ToString() : Cat(address.text, ", ", address.postcode.ToString());
}

void SurviveAddresses(std::span<const Contributor> contributors, std::span<const uint32_t> order, Rule rule,
                      const SurvivorshipRules& rules, const std::function<bool(uint32_t, std::string_view)>& has,
                      const StewardStep* steward, GoldenRecord& golden) {
  std::vector<Entry> entries = Entries(contributors, order, steward);
  MarkPossiblyCurrent(contributors, entries);
  bool has_winner = !IsScored(rule) || ScoreCurrent(contributors, rule, rules, has, entries);
  SortEntries(rule, entries);
  model::PersonAddress pinned;
  if (steward != nullptr) {
    has_winner = PinEntry(*steward, entries, pinned) || has_winner;
    has_winner = GiveEntry(*steward, has_winner, entries) || has_winner;
  }
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
    AddLineage("addresses", {entry}, rule, true, golden);
  }
  if (!current.empty()) {
    golden.current_address = has_winner ? 0 : -1;  // the best stands first
    AddLineage("current_address", current, rule, has_winner, golden);
  }
  if (steward != nullptr) {
    steward->ShowIgnoredAddresses(golden);
  }
}

}  // namespace wensum::matching
