#include "services/convert/links.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/golden.h"
#include "services/convert/times.h"
#include "storage/keys.h"

namespace wensum::convert {
namespace {

using storage::Family;

// What the comparison needs of it: no losing values.
absl::StatusOr<matching::GoldenRecord> DecodeGolden(const storage::v1::Entity& entity,
                                                    const storage::v1::Golden& stored) {
  const auto members = static_cast<uint32_t>(entity.members_size());
  const auto damaged = [&entity] {
    return DataLoss(Cat("the golden record of revision ", entity.revision(), " cannot be read"));
  };
  matching::GoldenRecord golden;
  golden.details = registry::DecodeDetails(stored.details());
  for (const storage::v1::ResolvedAddress& address : stored.resolved_addresses()) {
    golden.resolved_addresses.push_back({address.uprn(), static_cast<uint8_t>(address.outcome())});
  }
  golden.current_address = static_cast<int>(stored.current_address()) - 1;
  golden.contributors.assign(stored.contributors().begin(), stored.contributors().end());
  storage::v1::Lineage lineage;
  if (!lineage.ParseFromString(stored.lineage()) ||
      golden.current_address >= static_cast<int>(golden.details.addresses.size()) ||
      std::ranges::any_of(golden.contributors, [members](uint32_t member) { return member >= members; })) {
    return damaged();
  }
  for (storage::v1::ValueLineage& value : *lineage.mutable_values()) {
    if (value.member() >= members) {
      return damaged();
    }
    matching::ValueLineage& out = golden.lineage.emplace_back();
    out.field = std::move(*value.mutable_field());
    out.value = std::move(*value.mutable_value());
    out.contributor = value.member();
    out.rule = static_cast<matching::Rule>(value.rule());
  }
  return golden;
}

}  // namespace

bool LinkFilter::WantsSource(std::string_view source) const {
  return sources.empty() || std::ranges::find(sources, source) != sources.end();
}

bool LinkFilter::WantsStatus(matching::LinkStatus status) const {
  return statuses.empty() || std::ranges::find(statuses, status) != statuses.end();
}

bool LinkFilter::WantsMissing() const {
  return std::ranges::find(statuses, matching::LinkStatus::kMissing) != statuses.end();
}

LinkFilter ToLinkFilter(const google::protobuf::RepeatedPtrField<std::string>& sources,
                        const google::protobuf::RepeatedField<int>& statuses, const registry::Register& reg,
                        std::vector<rpc::FieldViolation>& violations) {
  LinkFilter filter;
  for (int i = 0; i < sources.size(); ++i) {
    if (reg.rules().FindSource(sources[i]) == nullptr) {
      violations.push_back({Cat("sources[", i, "]"), Cat("is ", Quote(sources[i]), ", which is no configured source")});
    }
    filter.sources.push_back(sources[i]);
  }
  for (int i = 0; i < statuses.size(); ++i) {
    if (!v1::LinkStatus_IsValid(statuses[i]) || statuses[i] == v1::LINK_STATUS_UNSPECIFIED) {
      violations.push_back({Cat("statuses[", i, "]"), Cat("has no value ", statuses[i])});
    }
    filter.statuses.push_back(static_cast<matching::LinkStatus>(statuses[i]));
  }
  return filter;
}

absl::StatusOr<std::vector<matching::ValueLink>> LinksOf(const storage::v1::Entity& entity,
                                                         const LinkReader::Records& records, int purpose_bit,
                                                         const registry::GivenFields* given) {
  const storage::v1::Golden* const golden = GoldenFor(entity, purpose_bit);
  if (golden == nullptr) {
    return std::vector<matching::ValueLink>();
  }
  WENSUM_ASSIGN_OR_RETURN(const matching::GoldenRecord decoded, DecodeGolden(entity, *golden));
  std::vector<matching::Contributor> contributors(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i] != nullptr) {
      contributors[i] = {.record = &records[i]->record, .resolved_addresses = records[i]->state.resolved_addresses};
    }
  }
  if (given == nullptr) {
    return matching::CompareWithGolden(contributors, decoded, purpose_bit);
  }
  return matching::CompareWithGolden(
      contributors, decoded, purpose_bit,
      [given](std::string_view source, std::string_view field) { return given->Gives(source, field); });
}

LinkReader::LinkReader(const storage::Reader& reader, uint32_t register_id, int purpose_bit,
                       std::shared_ptr<const registry::GivenFields> given)
    : register_(register_id),
      purpose_bit_(purpose_bit),
      given_(std::move(given)),
      history_(reader.NewIterator(Family::kSourceHistory, storage::PrefixRange(storage::RegisterPrefix(register_id)))) {
}

absl::StatusOr<registry::DecodedSource> LinkReader::ReadRecord(uint64_t ordinal, uint64_t revision) {
  history_->SeekForPrev(storage::SourceHistoryKey(register_, ordinal, revision));
  const std::string what = Cat("source record ", ordinal);
  if (!history_->Valid() || !history_->key().starts_with(storage::SourceHistoryPrefix(register_, ordinal))) {
    WENSUM_RETURN_IF_ERROR(history_->status());
    return DataLoss(Cat(what, " of a golden record was not there at revision ", revision));
  }
  return decoder_.Decode(history_->value(), what);
}

absl::StatusOr<LinkReader::Records> LinkReader::ReadRecords(const storage::v1::Entity& entity, uint64_t revision) {
  Records records(static_cast<size_t>(entity.members_size()));
  const storage::v1::Golden* const golden = GoldenFor(entity, purpose_bit_);
  if (golden == nullptr) {
    return records;
  }
  for (const uint32_t member : golden->contributors()) {
    if (member >= records.size()) {
      return DataLoss(Cat("a golden record names member ", member, " of ", records.size()));
    }
    WENSUM_ASSIGN_OR_RETURN(registry::DecodedSource record,
                            ReadRecord(entity.members(static_cast<int>(member)).ordinal(), revision));
    records[member] = std::make_unique<registry::DecodedSource>(std::move(record));
  }
  return records;
}

absl::StatusOr<std::vector<matching::ValueLink>> LinkReader::Read(const storage::v1::Entity& entity,
                                                                  uint64_t revision) {
  WENSUM_ASSIGN_OR_RETURN(const Records records, ReadRecords(entity, revision));
  return LinksOf(entity, records, purpose_bit_, given_.get());
}

absl::StatusOr<bool> LinkReader::HasStale(const storage::v1::Entity& entity, uint64_t revision,
                                          std::span<const std::string> sources) {
  const auto wanted = [&](uint32_t member) {
    return std::ranges::binary_search(sources, entity.members(static_cast<int>(member)).source());
  };
  const storage::v1::Golden* const golden = GoldenFor(entity, purpose_bit_);
  if (golden == nullptr || std::ranges::none_of(golden->contributors(), [&](uint32_t member) {
        return member < static_cast<uint32_t>(entity.members_size()) && wanted(member);
      })) {
    return false;
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<matching::ValueLink> links, Read(entity, revision));
  return std::ranges::any_of(links, [&](const matching::ValueLink& link) {
    return (link.status == matching::LinkStatus::kStale || link.status == matching::LinkStatus::kMissing) &&
           wanted(link.contributor);
  });
}

void ToSourceKey(const storage::v1::Member& member, v1::SourceKey& out) {
  out.set_source(member.source());
  out.set_key(member.source_key());
  out.set_incarnation(member.incarnation());
}

void ToLinkedValue(const storage::v1::Entity& entity, const matching::ValueLink& link, v1::LinkedValue& out) {
  static_assert(static_cast<int>(matching::LinkStatus::kMissing) == v1::LINK_STATUS_MISSING);
  out.set_field(link.field);
  out.set_value(link.value);
  out.set_status(static_cast<v1::LinkStatus>(link.status));
  out.set_golden_value(link.golden_value);
  if (link.golden_contributor.has_value()) {
    const storage::v1::Member& giver = entity.members(static_cast<int>(*link.golden_contributor));
    ToSourceKey(giver, *out.mutable_golden_source_key());
    ToTimestamp(giver.source_time(), *out.mutable_golden_source_time());
  }
}

void ToSourceLinks(const storage::v1::Entity& entity, std::span<const matching::ValueLink> links,
                   const LinkFilter& filter, const std::function<std::string(uint64_t ordinal)>& minted_name,
                   google::protobuf::RepeatedPtrField<v1::SourceLink>& out) {
  std::optional<uint32_t> last;
  for (const matching::ValueLink& link : links) {
    const storage::v1::Member& member = entity.members(static_cast<int>(link.contributor));
    if (!filter.WantsSource(member.source()) || !filter.WantsStatus(link.status)) {
      continue;
    }
    if (last != link.contributor) {
      last = link.contributor;
      v1::SourceLink& added = *out.Add();
      ToSourceKey(member, *added.mutable_source_key());
      added.set_minted_name(minted_name(member.ordinal()));
      ToTimestamp(member.source_time(), *added.mutable_source_time());
      ToTimestamp(member.receive_time(), *added.mutable_receive_time());
    }
    ToLinkedValue(entity, link, *out.Mutable(out.size() - 1)->add_values());
  }
}

}  // namespace wensum::convert
