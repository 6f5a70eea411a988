#include "services/health/link_rates.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/address_index.h"
#include "services/convert/address_outcomes.h"
#include "services/register/property_facts.h"

namespace wensum::health {
namespace {

struct Counts {
  std::map<std::pair<v1::LinkCount::Match, v1::RecordKind>, uint64_t> records;
  uint64_t hidden = 0;
};

bool IsLinked(v1::LinkCount::Match match) {
  return match == v1::LinkCount::MATCH_UPRN_GIVEN || match == v1::LinkCount::MATCH_ADDRESS_MATCHED;
}

v1::LinkCount::Match MatchOf(const model::PersonAddress& address, const matching::ResolvedAddress& resolved) {
  if (resolved.uprn != 0) {
    return address.source_uprn.value() == resolved.uprn ? v1::LinkCount::MATCH_UPRN_GIVEN
                                                        : v1::LinkCount::MATCH_ADDRESS_MATCHED;
  }
  return convert::ToMatch(static_cast<matching::address::Outcome>(resolved.outcome));
}

// By how much is known of where the record is.
bool Better(v1::LinkCount::Match a, v1::LinkCount::Match b) {
  static constexpr std::array kBestFirst = {
      v1::LinkCount::MATCH_UPRN_GIVEN,     v1::LinkCount::MATCH_ADDRESS_MATCHED, v1::LinkCount::MATCH_UNIT_MISSING,
      v1::LinkCount::MATCH_BUILDING_ALONE, v1::LinkCount::MATCH_AMBIGUOUS,       v1::LinkCount::MATCH_STREET_ONLY,
      v1::LinkCount::MATCH_NOTHING_FITS,   v1::LinkCount::MATCH_OUT_OF_AREA,     v1::LinkCount::MATCH_NO_ADDRESS};
  return std::find(kBestFirst.begin(), kBestFirst.end(), a) < std::find(kBestFirst.begin(), kBestFirst.end(), b);
}

void Compose(const std::string& source, const Counts& counts, v1::SourceLinkRate& out) {
  out.set_source(source);
  out.set_hidden(counts.hidden);
  for (const auto& [what, records] : counts.records) {
    const auto& [match, kind] = what;
    out.set_records(out.records() + records);
    if (IsLinked(match)) {
      out.set_linked(out.linked() + records);
    } else if (kind == v1::RECORD_KIND_PROPERTY) {
      out.set_without_uprn(out.without_uprn() + records);
    } else {
      out.set_unlinked(out.unlinked() + records);
    }
    v1::LinkCount& count = *out.add_by_match();
    count.set_match(match);
    count.set_kind(kind);
    count.set_records(records);
  }
  if (out.records() > 0) {
    out.set_rate(static_cast<double>(out.linked()) / static_cast<double>(out.records()));
  }
}

}  // namespace

v1::LinkCount::Match MatchOf(const registry::DecodedSource& source) {
  const std::vector<model::PersonAddress>& addresses = source.record.details.addresses;
  v1::LinkCount::Match best = v1::LinkCount::MATCH_NO_ADDRESS;
  for (size_t i = 0; i < addresses.size() && i < source.state.resolved_addresses.size(); ++i) {
    best = std::min(best, MatchOf(addresses[i], source.state.resolved_addresses[i]), Better);
  }
  return best;
}

absl::Status CountLinks(const storage::Reader& reader, storage::RegisterId reg, int purpose_bit,
                        const absl::flat_hash_set<std::string>& sources, v1::LinkRates& rates) {
  std::map<std::string, Counts> by_source;
  registry::SourceDecoder decoder;
  storage::KeyRange range = storage::PrefixRange(storage::RegisterPrefix(reg));
  range.once = true;
  const auto it = reader.NewIterator(storage::Family::kSource, range);
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const registry::DecodedSource source, decoder.Decode(it->value(), "a source record"));
    const std::string& name = source.record.key.source;
    if (source.state.deleted || (!sources.empty() && !sources.contains(name))) {
      continue;
    }
    Counts& counts = by_source[name];
    if (registry::ShowsPlace(source.record, purpose_bit)) {
      ++counts.records[{MatchOf(source), static_cast<v1::RecordKind>(source.record.kind)}];
    } else {
      ++counts.hidden;
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  for (const auto& [name, counts] : by_source) {
    Compose(name, counts, *rates.add_sources());
  }
  return absl::OkStatus();
}

}  // namespace wensum::health
