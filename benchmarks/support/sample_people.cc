#include "benchmarks/support/sample_people.h"

#include <span>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "matching/address/address_index.h"
#include "matching/person/person_schema.h"
#include "services/dedupe/files.h"
#include "services/gazetteer/property_reader.h"

namespace wensum::benchmarks {
namespace {

using matching::address::AddressIndex;
using NumberMap = absl::flat_hash_map<std::string, uint32_t>;

// The person of each record, by source and key.
absl::StatusOr<NumberMap> ReadTruth(const std::string& city) {
  NumberMap records;
  NumberMap people;
  const std::string columns[] = {"source", "source_key", "person_id"};
  WENSUM_RETURN_IF_ERROR(
      dedupe::ReadColumns(Cat(city, "/truth.csv"), columns, [&](std::span<const std::string_view> values, uint64_t) {
        const auto person = people.try_emplace(std::string(values[2]), static_cast<uint32_t>(people.size())).first;
        records.emplace(Cat(values[0], "/", values[1]), person->second);
        return absl::OkStatus();
      }));
  return records;
}

// As registry::ResolveAddresses: the source's own UPRN if the gazetteer knows it, else what the text is matched to.
std::vector<uint64_t> Resolve(const model::PersonDetails& details, const AddressIndex& index) {
  std::vector<uint64_t> uprns;
  for (const model::PersonAddress& address : details.addresses) {
    const uint64_t known = address.source_uprn.value();
    uprns.push_back(
        known != 0 && index.Contains(known)
            ? known
            : index.FindMatch({.text = address.text, .postcode = address.postcode.ToString()}, {.max_candidates = 0})
                  .uprn);
  }
  return uprns;
}

}  // namespace

absl::StatusOr<std::vector<PersonRow>> ReadSamplePeople(const std::string& city, const std::string& directory) {
  WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(directory));
  WENSUM_RETURN_IF_ERROR(open->ImportGazetteer(city).status());
  AddressIndex index;
  index.StartBulk();
  const gazetteer::PropertyReader properties(open->store(), open->reg().register_id());
  WENSUM_RETURN_IF_ERROR(properties.ForEachIndexed(
      DefaultThreads(), [&index](const std::vector<matching::address::IndexedProperty>& chunk) {
        for (const matching::address::IndexedProperty& property : chunk) {
          if (!property.addresses.empty()) index.Upsert(property, nullptr);
        }
      }));
  index.FinishBulk();
  WENSUM_ASSIGN_OR_RETURN(const registry::RegisterRules rules,
                          registry::ParseRegisterRules(registry::DefaultRulesYaml()));
  WENSUM_ASSIGN_OR_RETURN(const NumberMap truth, ReadTruth(city));
  std::vector<PersonRow> rows;
  std::vector<model::SourceRecord> records;
  WENSUM_RETURN_IF_ERROR(ForEachRecord(city, [&](model::SourceRecord record) -> absl::Status {
    if (record.kind != model::RecordKind::kPerson) return absl::OkStatus();
    PersonRow& row = rows.emplace_back();
    row.key = Cat(record.key.source, "/", record.key.key);
    const auto person = truth.find(row.key);
    if (person == truth.end()) return Internal(Cat("the truth has no record ", row.key));
    row.person = person->second;
    if (rules.UniqueSource(record.key.source) != 0) row.once = record.key.source;
    records.push_back(std::move(record));
    return absl::OkStatus();
  }));
  ParallelFor(rows.size(), DefaultThreads(), 1024, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const model::PersonDetails& details = records[i].details;
      rows[i].values = matching::PersonValues(details, records[i].kind, Resolve(details, index));
    }
  });
  return rows;
}

}  // namespace wensum::benchmarks
