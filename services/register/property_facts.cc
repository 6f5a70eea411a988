#include "services/register/property_facts.h"

#include <algorithm>
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

absl::StatusOr<PropertyFacts> FactsOf(const storage::Reader& reader, uint32_t register_id,
                                      const std::vector<uint64_t>& ordinals, const RegisterRules& rules) {
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
    if (!UprnOfProperty(source).has_value()) {
      continue;  // it went in the moment between index and record
    }
    facts.revision = std::max(facts.revision, source.state.revision);
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
  facts.entity = BuildEntity(members, rules);
  return facts;
}

}  // namespace

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
                                                const RegisterRules& rules) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<uint64_t> ordinals,
                          ListPropertyRecords(reader, register_id, uprn, 0, kMaxPropertyRecords + 1));
  const bool truncated = ordinals.size() > kMaxPropertyRecords;
  ordinals.resize(std::min(ordinals.size(), kMaxPropertyRecords));
  WENSUM_ASSIGN_OR_RETURN(PropertyFacts facts, FactsOf(reader, register_id, ordinals, rules));
  facts.truncated = truncated;
  return facts;
}

absl::StatusOr<PropertyFacts> ReadRecordFacts(const storage::Reader& reader, uint32_t register_id, uint64_t ordinal,
                                              const RegisterRules& rules) {
  return FactsOf(reader, register_id, {ordinal}, rules);
}

}  // namespace wensum::registry
