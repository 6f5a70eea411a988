#include "services/health/health_tasks.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/health/health_messages.h"
#include "services/register/codec.h"
#include "services/register/property_facts.h"
#include "wensum/v1/health.pb.h"

namespace wensum::health {
namespace {

constexpr size_t kReadAtOnce = 512;

tasks::Condition MakeDuplicate(DuplicateKind kind, uint64_t first, const std::set<uint64_t>& uprns) {
  const bool one = kind == DuplicateKind::kOneAddress;
  tasks::Condition condition;
  condition.kind = tasks::TaskKind::kPropertyDuplicate;
  condition.cause = Cat(one ? "one:" : "many:", first);
  condition.subject = condition.cause;
  storage::v1::PropertyDuplicateFacts& facts = *condition.facts.mutable_property_duplicate();
  facts.set_kind(one ? v1::PropertyDuplicate::KIND_ONE_ADDRESS : v1::PropertyDuplicate::KIND_TWO_ADDRESSES);
  facts.set_count(uprns.size());
  for (const uint64_t uprn : uprns) {
    condition.evidence = HashCombine(condition.evidence, uprn);
    if (condition.names.size() < kListedProperties) {
      facts.add_uprns(uprn);
      condition.names.emplace_back(tasks::NameType::kProperty, uprn);
    }
  }
  return condition;
}

absl::StatusOr<tasks::Condition> MakeProvisional(uint64_t ordinal, std::string_view value) {
  WENSUM_ASSIGN_OR_RETURN(const registry::DecodedSource source,
                          registry::DecodeSource(value, Cat("source record ", ordinal)));
  tasks::Condition condition;
  condition.kind = tasks::TaskKind::kProvisionalProperty;
  condition.cause = Cat(ordinal);
  condition.subject = condition.cause;
  for (const model::PersonAddress& address : source.record.details.addresses) {
    condition.evidence = HashCombine(condition.evidence, Hash64(Cat(address.text, "\n", address.postcode.ToString())));
  }
  storage::v1::ProvisionalPropertyFacts& facts = *condition.facts.mutable_provisional_property();
  facts.set_ordinal(ordinal);
  facts.set_receive_time(source.record.receive_time);
  facts.set_outcome(source.state.resolved_addresses.empty() ? 0 : source.state.resolved_addresses.front().outcome);
  condition.names = {{tasks::NameType::kRecord, ordinal}};
  return condition;
}

}  // namespace

std::vector<tasks::Condition> DuplicateConditions(const PropertyDuplicates& duplicates) {
  std::map<std::pair<DuplicateKind, uint64_t>, std::set<uint64_t>> groups;
  for (const PropertyDuplicate& duplicate : duplicates.listed) {
    groups[{duplicate.kind, duplicate.uprns.front()}].insert(duplicate.uprns.begin(), duplicate.uprns.end());
  }
  std::vector<tasks::Condition> conditions;
  conditions.reserve(groups.size());
  for (const auto& [key, uprns] : groups) {
    conditions.push_back(MakeDuplicate(key.first, key.second, uprns));
  }
  return conditions;
}

absl::StatusOr<std::vector<tasks::Condition>> ProvisionalConditions(const storage::Reader& reader,
                                                                    storage::RegisterId reg) {
  std::vector<tasks::Condition> conditions;
  for (uint64_t after = 0;;) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> ordinals,
                            registry::ListPropertyRecords(reader, reg, 0, after, kReadAtOnce));
    if (ordinals.empty()) {
      return conditions;
    }
    std::vector<std::string> keys;
    keys.reserve(ordinals.size());
    for (const uint64_t ordinal : ordinals) {
      keys.push_back(storage::SourceKey(reg, ordinal));
    }
    WENSUM_ASSIGN_OR_RETURN(const auto values, reader.MultiGet(storage::Family::kSource, keys));
    for (size_t i = 0; i < ordinals.size(); ++i) {
      if (!values[i].has_value()) {
        return DataLoss(Cat("source record ", ordinals[i], " is missing; run `wensum verify`"));
      }
      WENSUM_ASSIGN_OR_RETURN(tasks::Condition condition, MakeProvisional(ordinals[i], *values[i]));
      conditions.push_back(std::move(condition));
    }
    after = ordinals.back();
  }
}

absl::Status RaiseHealthTasks(const storage::Reader& reader, storage::RegisterId reg,
                              std::vector<tasks::Condition> duplicates, std::vector<tasks::Condition> provisional,
                              std::vector<tasks::Condition> data_quality, tasks::TaskWriter& writer) {
  // How many are left out the report's own counts tell.
  WENSUM_RETURN_IF_ERROR(
      tasks::Reconcile(reader, reg, tasks::TaskKind::kPropertyDuplicate, std::move(duplicates), kMostNewTasks, writer)
          .status());
  WENSUM_RETURN_IF_ERROR(tasks::Reconcile(reader, reg, tasks::TaskKind::kProvisionalProperty, std::move(provisional),
                                          kMostNewTasks, writer)
                             .status());
  return tasks::Reconcile(reader, reg, tasks::TaskKind::kDataQuality, std::move(data_quality), kMostNewTasks, writer)
      .status();
}

}  // namespace wensum::health
