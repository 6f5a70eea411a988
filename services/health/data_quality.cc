#include "services/health/data_quality.h"

#include <bit>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::health {
namespace {

constexpr size_t kExamples = 20;

// "details.phones" of "details.phones[3]".
std::string WithoutPlaces(std::string_view field) {
  std::string out;
  bool inside = false;
  for (const char c : field) {
    inside = c == '[' || (inside && c != ']');
    if (!inside && c != ']') {
      out.push_back(c);
    }
  }
  return out;
}

using Fault = std::tuple<std::string, std::string, std::string>;  // source, field, rule

struct FaultTally {
  uint64_t records = 0;
  std::vector<uint64_t> examples;  // ordinals, the first ones
};

tasks::Condition MakeCondition(const Fault& fault, const FaultTally& tally, uint64_t live) {
  const auto& [source, field, rule] = fault;
  tasks::Condition condition;
  condition.kind = tasks::TaskKind::kDataQuality;
  condition.cause = Cat(source, ":", field, ":", rule);
  condition.subject = condition.cause;
  condition.priority = tasks::Priority::kLow;
  condition.evidence = static_cast<uint64_t>(std::bit_width(tally.records));
  storage::v1::DataQualityFacts& facts = *condition.facts.mutable_data_quality();
  facts.set_source(source);
  facts.set_field(field);
  facts.set_rule(rule);
  facts.set_records(tally.records);
  facts.set_live(live);
  facts.mutable_ordinals()->Assign(tally.examples.begin(), tally.examples.end());
  return condition;
}

}  // namespace

absl::StatusOr<std::vector<tasks::Condition>> DataQualityConditions(const storage::Reader& reader,
                                                                    storage::RegisterId reg,
                                                                    const tasks::DataQualityBounds& bounds) {
  std::map<std::string, uint64_t> live;  // by source
  std::map<Fault, FaultTally> tallies;
  storage::KeyRange range = storage::PrefixRange(storage::RegisterPrefix(reg));
  range.once = true;
  const auto it = reader.NewIterator(storage::Family::kSource, range);
  storage::v1::SourceRecord record;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseSourceKey(it->key()));
    if (!record.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return DataLoss(Cat("source record ", key.number, " cannot be read; run `wensum verify`"));
    }
    if (record.deleted()) {
      continue;
    }
    ++live[record.source()];
    std::set<Fault> faults;
    for (const storage::v1::FieldIssue& issue : record.issues()) {
      faults.emplace(record.source(), WithoutPlaces(issue.field()), issue.rule());
    }
    for (const Fault& fault : faults) {
      FaultTally& tally = tallies[fault];
      ++tally.records;
      if (tally.examples.size() < kExamples) {
        tally.examples.push_back(key.number);
      }
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  std::vector<tasks::Condition> conditions;
  for (const auto& [fault, tally] : tallies) {
    const uint64_t all = live[std::get<0>(fault)];
    const bool often = static_cast<double>(tally.records) >= bounds.share * static_cast<double>(all);
    if (tally.records >= bounds.records || (often && tally.records >= bounds.least)) {
      conditions.push_back(MakeCondition(fault, tally, all));
    }
  }
  return conditions;
}

}  // namespace wensum::health
