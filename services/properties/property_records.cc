#include "services/properties/property_records.h"

#include <string>
#include <utility>

#include "base/status_macros.h"
#include "services/convert/golden.h"
#include "services/convert/person_details.h"
#include "services/register/property_facts.h"
#include "services/rpc/resource_name.h"

namespace wensum::properties {

absl::Status AddFacts(const registry::Register& reg, const storage::Reader& reader, uint64_t uprn, int purpose_bit,
                      v1::Property& out) {
  WENSUM_ASSIGN_OR_RETURN(registry::PropertyFacts facts,
                          registry::ReadPropertyFacts(reader, reg.register_id(), uprn, purpose_bit, reg.rules(),
                                                      reg.survivorship()->rules));
  if (convert::GoldenFor(std::as_const(facts.entity), purpose_bit) == nullptr) {
    return absl::OkStatus();
  }
  return convert::ToPropertyFacts(facts, reg.ids(), out.name(), purpose_bit, *out.mutable_facts());
}

absl::StatusOr<uint64_t> FillRecord(const registry::Register& reg, const registry::ReadView& state, uint64_t ordinal,
                                    int purpose_bit, gazetteer::View view, v1::Property& out) {
  std::string name = rpc::PropertyRecordName(reg.ids(), ordinal);
  absl::StatusOr<registry::SourceVersion> version = reg.GetSourceByOrdinal(state, ordinal);
  if (!version.ok()) {
    return absl::IsNotFound(version.status()) ? rpc::UnknownResource(name) : version.status();
  }
  v1::SourceRecord record;
  if (version->record.kind != model::RecordKind::kProperty ||
      !convert::ToSourceRecord(*version, reg.ids(), purpose_bit, record)) {
    return rpc::UnknownResource(name);
  }
  const auto& resolved = version->stored.resolved_addresses();
  const bool placed = !record.deleted() && !resolved.empty() && resolved[0].uprn() != 0;
  const bool shown = registry::ShowsPlace(version->record, purpose_bit);
  if (placed && shown) {
    return resolved[0].uprn();
  }
  out.set_name(std::move(name));
  out.set_etag(record.revision());
  out.set_ended(record.deleted());
  out.set_unplaced(!record.deleted() && shown);
  if (record.details().addresses_size() > 0) {
    out.set_address(record.details().addresses(0).text());
    out.set_postcode(record.details().addresses(0).postcode());
  }
  if (view == gazetteer::View::kFull && !state.past() && !record.deleted()) {
    WENSUM_ASSIGN_OR_RETURN(
        registry::PropertyFacts facts,
        registry::ReadRecordFacts(state.reader(), reg.register_id(), ordinal, reg.rules(), reg.survivorship()->rules));
    WENSUM_RETURN_IF_ERROR(convert::ToPropertyFacts(facts, reg.ids(), out.name(), purpose_bit, *out.mutable_facts()));
  }
  return uint64_t{0};
}

}  // namespace wensum::properties
