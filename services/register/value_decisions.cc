#include "services/register/value_decisions.h"

#include <algorithm>
#include <utility>

#include "services/register/codec.h"
#include "services/register/decision_store.h"

namespace wensum::registry {
namespace {

matching::StewardAct ActOf(DecisionOperation operation) {
  switch (operation) {
    case DecisionOperation::kPin:
      return matching::StewardAct::kPin;
    case DecisionOperation::kIgnore:
      return matching::StewardAct::kIgnore;
    case DecisionOperation::kOverride:
      return matching::StewardAct::kOverride;
    default:
      return matching::StewardAct::kRecordOfTruth;
  }
}

}  // namespace

void ValueDecisions::Add(const storage::v1::LinkDecision& decision) {
  if (!decision.has_value() || IsRetracted(decision)) {
    return;
  }
  const storage::v1::ValueDecision& from = decision.value();
  Entry entry;
  entry.value.decision = decision.number();
  entry.value.act = ActOf(static_cast<DecisionOperation>(decision.operation()));
  entry.value.attribute = from.attribute();
  entry.value.value = from.value();
  entry.value.purposes = from.purposes();
  for (const storage::v1::ValueDecision::Consolidated& consolidated : from.consolidated()) {
    entry.value.consolidated.emplace_back(consolidated.purposes(), consolidated.value());
  }
  entry.details = std::make_unique<const model::PersonDetails>(DecodeDetails(from.details()));
  entry.value.details = entry.details.get();
  if (!from.resolved_addresses().empty()) {
    const storage::v1::ResolvedAddress& resolved = from.resolved_addresses(0);
    entry.value.resolved = {.uprn = resolved.uprn(), .outcome = static_cast<uint8_t>(resolved.outcome())};
  }
  entry.lifetime = static_cast<ValueLifetime>(from.lifetime());
  entry.value.while_consolidated = entry.lifetime == ValueLifetime::kUntilValueChanges;
  entry.until = from.until();
  std::vector<Entry>& entries = by_record_[from.record()];
  const auto after =
      std::ranges::upper_bound(entries, decision.number(), {}, [](const Entry& other) { return other.value.decision; });
  entries.insert(after, std::move(entry));
  record_of_[decision.number()] = from.record();
}

void ValueDecisions::Remove(uint64_t number) {
  const auto found = record_of_.find(number);
  if (found == record_of_.end()) {
    return;
  }
  std::vector<Entry>& entries = by_record_[found->second];
  std::erase_if(entries, [number](const Entry& entry) { return entry.value.decision == number; });
  if (entries.empty()) {
    by_record_.erase(found->second);
  }
  record_of_.erase(found);
}

std::vector<matching::StewardValue> ValueDecisions::Of(std::span<const uint64_t> records) const {
  std::vector<matching::StewardValue> values;
  if (empty()) {
    return values;
  }
  for (size_t i = 0; i < records.size(); ++i) {
    const auto found = by_record_.find(records[i]);
    if (found == by_record_.end()) {
      continue;
    }
    for (const Entry& entry : found->second) {
      values.push_back(entry.value);
      values.back().contributor = static_cast<uint32_t>(i);
    }
  }
  std::ranges::sort(values, std::ranges::greater(), &matching::StewardValue::decision);
  return values;
}

std::vector<uint64_t> ValueDecisions::EndedBySending(uint64_t record) const {
  std::vector<uint64_t> numbers;
  if (const auto found = by_record_.find(record); found != by_record_.end()) {
    for (const Entry& entry : found->second) {
      if (entry.lifetime == ValueLifetime::kUntilReasserted) {
        numbers.push_back(entry.value.decision);
      }
    }
  }
  return numbers;
}

std::vector<uint64_t> ValueDecisions::DueAt(TimeMicros now) const {
  std::vector<uint64_t> numbers;
  for (const auto& [record, entries] : by_record_) {
    for (const Entry& entry : entries) {
      if (entry.lifetime == ValueLifetime::kUntilTime && entry.until <= now) {
        numbers.push_back(entry.value.decision);
      }
    }
  }
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace wensum::registry
