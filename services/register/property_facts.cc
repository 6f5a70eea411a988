#include "services/register/property_facts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/codec.h"
#include "services/register/entity_builder.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

// `wanted` says of a live record whether it speaks.
template <typename Wanted>
absl::StatusOr<PropertyFacts> FactsOf(const storage::Reader& reader, uint32_t register_id,
                                      const std::vector<uint64_t>& ordinals, const RegisterRules& rules,
                                      const matching::SurvivorshipRules& survivorship, const Wanted& wanted) {
  std::vector<std::string> keys;
  keys.reserve(ordinals.size());
  for (const uint64_t ordinal : ordinals) {
    keys.push_back(storage::SourceKey(register_id, ordinal));
  }
  WENSUM_ASSIGN_OR_RETURN(const auto values, reader.MultiGet(Family::kSource, keys));
  std::vector<DecodedSource> sources;
  std::vector<uint64_t> live;
  PropertyFacts facts;
  SourceDecoder decoder;
  for (size_t i = 0; i < ordinals.size(); ++i) {
    if (!values[i].has_value()) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(DecodedSource source, decoder.Decode(*values[i], Cat("source record ", ordinals[i])));
    const std::optional<uint64_t> uprn = UprnOfProperty(source);
    if (!uprn.has_value() || !wanted(source.record, *uprn)) {
      continue;
    }
    sources.push_back(std::move(source));
    live.push_back(ordinals[i]);
  }
  if (sources.empty()) {
    return facts;
  }
  std::vector<std::pair<uint64_t, const DecodedSource*>> members;
  members.reserve(sources.size());
  for (size_t i = 0; i < sources.size(); ++i) {
    members.emplace_back(live[i], &sources[i]);
  }
  facts.entity = BuildEntity(members, rules, survivorship, ValueDecisions());  // which are about people alone
  return facts;
}

}  // namespace

bool ShowsPlace(const model::SourceRecord& record, int purpose_bit) {
  return ShowsField(record, "addresses", purpose_bit);
}

bool ShowsPlace(const storage::v1::Golden& golden) { return golden.current_address() != 0; }

bool ShowsField(const model::SourceRecord& record, std::string_view field, int purpose_bit) {
  const model::PurposeMask bit = model::PurposeMask{1} << purpose_bit;
  for (const auto& [name, purposes] : record.field_purposes) {
    if (name == field) {
      return (purposes & bit) != 0;
    }
  }
  return (record.purposes & bit) != 0;
}

absl::StatusOr<std::vector<uint64_t>> ListPropertyRecords(const storage::Reader& reader, uint32_t register_id,
                                                          uint64_t uprn, uint64_t after, size_t limit) {
  const auto it =
      reader.NewIterator(Family::kCrosswalk, storage::PrefixRange(storage::CrosswalkPropertyPrefix(register_id, uprn)));
  std::vector<uint64_t> ordinals;
  for (it->Seek(storage::CrosswalkPropertyKey(register_id, uprn, after + 1)); it->Valid() && ordinals.size() < limit;
       it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseCrosswalkPropertyKey(it->key()));
    ordinals.push_back(parts.ordinal);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return ordinals;
}

absl::StatusOr<PropertyFacts> ReadPropertyFacts(const storage::Reader& reader, uint32_t register_id, uint64_t uprn,
                                                int purpose_bit, const RegisterRules& rules,
                                                const matching::SurvivorshipRules& survivorship) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<uint64_t> ordinals,
                          ListPropertyRecords(reader, register_id, uprn, 0, kMaxPropertyRecords + 1));
  const bool truncated = ordinals.size() > kMaxPropertyRecords;
  ordinals.resize(std::min(ordinals.size(), kMaxPropertyRecords));
  // A record may have moved in the moment between index and record.
  const auto wanted = [uprn, purpose_bit](const model::SourceRecord& record, uint64_t now) {
    return now == uprn && ShowsPlace(record, purpose_bit);
  };
  WENSUM_ASSIGN_OR_RETURN(PropertyFacts facts, FactsOf(reader, register_id, ordinals, rules, survivorship, wanted));
  facts.truncated = truncated;
  return facts;
}

absl::StatusOr<PropertyFacts> ReadRecordFacts(const storage::Reader& reader, uint32_t register_id, uint64_t ordinal,
                                              const RegisterRules& rules,
                                              const matching::SurvivorshipRules& survivorship) {
  return FactsOf(reader, register_id, {ordinal}, rules, survivorship,
                 [](const model::SourceRecord&, uint64_t) { return true; });
}

}  // namespace wensum::registry
