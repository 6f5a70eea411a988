#include "services/register/core.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/learnt/text_form.h"
#include "matching/person/person_schema.h"
#include "services/register/learnt_addresses.h"
#include "storage/change_log.h"
#include "storage/keys.h"

namespace wensum::registry {

std::string Core::HashSourceKey(const model::SourceKey& key) const {
  // Lengths first, so that no two keys spell the same bytes.
  return hash.Hash(Cat("source:", key.source.size(), ":", key.source, key.key.size(), ":", key.key, key.incarnation));
}

std::string Core::HashIdentifier(std::string_view type, std::string_view value) const {
  return hash.Hash(Cat("identifier:", type.size(), ":", type, value));
}

absl::StatusOr<TimeMicros> NextCommitTime(const Core& core) {
  WENSUM_ASSIGN_OR_RETURN(const auto newest,
                          storage::ReadCommits(*core.store, core.options.register_id, core.revision.load(), 1));
  return newest.empty() ? core.clock->Now() : std::max(core.clock->Now(), newest.front().commit.time());
}

matching::ResolvedAddress MatchText(const model::PersonAddress& address,
                                    const matching::address::AddressIndex& addresses, double least_strength) {
  const matching::address::Match match =
      addresses.FindMatch({.text = address.text, .postcode = address.postcode.ToString()},
                          {.max_candidates = 0, .least_strength = least_strength});
  return {.uprn = match.uprn, .outcome = static_cast<uint8_t>(match.outcome)};
}

matching::ResolvedAddress LearntMatch(const matching::address::LearntMeaning& meaning) {
  using matching::address::Outcome;
  return {.uprn = meaning.uprn,
          .outcome = static_cast<uint8_t>(meaning.uprn == 0 ? Outcome::kOutOfArea : Outcome::kMatched)};
}

namespace {

std::vector<matching::ResolvedAddress> ResolveLocked(const model::PersonDetails& details, std::string_view source,
                                                     const Indexes& indexes, double least_strength)
    WENSUM_REQUIRES_SHARED(indexes.address_mutex) {
  std::vector<matching::ResolvedAddress> resolved;
  resolved.reserve(details.addresses.size());
  for (const model::PersonAddress& address : details.addresses) {
    const uint64_t source_uprn = address.source_uprn.value();
    if (source_uprn != 0 && indexes.addresses->Contains(source_uprn)) {
      resolved.push_back({.uprn = source_uprn, .outcome = static_cast<uint8_t>(matching::address::Outcome::kMatched)});
      continue;
    }
    const auto learnt = indexes.learnt.empty()
                            ? std::nullopt
                            : FindLearnt(indexes.learnt, *indexes.addresses,
                                         {.text = address.text, .postcode = address.postcode.ToString()}, source);
    resolved.push_back(learnt.has_value() ? LearntMatch(*learnt)
                                          : MatchText(address, *indexes.addresses, least_strength));
  }
  return resolved;
}

}  // namespace

std::vector<matching::ResolvedAddress> ResolveAddresses(const model::PersonDetails& details, std::string_view source,
                                                        const Indexes& indexes) {
  ReaderLock lock(indexes.address_mutex);
  return ResolveLocked(details, source, indexes, LeastStrength(indexes.address_calibration.get()));
}

std::vector<matching::ResolvedAddress> ResolveAddressesAt(const model::PersonDetails& details, std::string_view source,
                                                          const Indexes& indexes, double least_strength) {
  ReaderLock lock(indexes.address_mutex);
  return ResolveLocked(details, source, indexes, least_strength);
}

void AddDependant(matching::RecordId id, const model::PersonDetails& details, Indexes& indexes) {
  for (const model::PersonAddress& address : details.addresses) {
    if (!address.source_uprn.empty()) {
      indexes.uprn_dependants[address.source_uprn.value()].push_back(id);
    }
    const std::string postcode = address.postcode.ToString();
    indexes.dependants.Add(id, address.text, postcode);
    if (const std::string form = matching::address::TextForm(address.text, postcode); !form.empty()) {
      std::vector<matching::RecordId>& ids = indexes.form_dependants[Hash64(form)];
      if (ids.empty() || ids.back() != id) {
        ids.push_back(id);
      }
    }
  }
}

matching::LinkageRecord LinkageRecordOf(const RegisterRules& rules, const model::SourceRecord& record,
                                        const std::vector<matching::ResolvedAddress>& resolved) {
  std::vector<uint64_t> uprns;
  uprns.reserve(resolved.size());
  for (const matching::ResolvedAddress& address : resolved) {
    uprns.push_back(address.uprn);
  }
  const uint32_t unique_source = rules.UniqueSource(record.key.source);
  return {.values = matching::PersonValues(record.details, record.kind, uprns),
          .key = Cat(record.key.source, "/", record.key.key, "/", record.key.incarnation),
          .once = unique_source == 0 ? "" : Cat(unique_source)};
}

std::vector<model::Identifier> IdentifiersOf(const model::PersonDetails& details) {
  std::vector<model::Identifier> identifiers = details.identifiers;
  if (!details.ni_number.empty()) {
    identifiers.push_back({.type = "ni_number", .value = details.ni_number});
  }
  return identifiers;
}

absl::StatusOr<std::optional<uint64_t>> FindOrdinal(const storage::Reader& reader, uint32_t register_id,
                                                    std::string_view key_hash) {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                          reader.Get(storage::Family::kCrosswalk, storage::CrosswalkSourceKey(register_id, key_hash)));
  if (!value.has_value()) {
    return std::nullopt;
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t ordinal, DecodeOrdinal(*value));
  return ordinal;
}

std::string EncodeOrdinal(uint64_t ordinal) {
  std::string bytes(8, '\0');
  for (size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(ordinal >> (8 * (7 - i)));
  }
  return bytes;
}

absl::StatusOr<uint64_t> DecodeOrdinal(std::string_view bytes) {
  if (bytes.size() != 8) {
    return DataLoss(Cat("crosswalk value has ", bytes.size(), " bytes instead of 8"));
  }
  uint64_t ordinal = 0;
  for (const char c : bytes) {
    ordinal = (ordinal << 8) | static_cast<unsigned char>(c);
  }
  return ordinal;
}

}  // namespace wensum::registry
