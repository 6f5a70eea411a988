#include "services/exports/row_selector.h"

#include <google/protobuf/arena.h>

#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "gazetteer/format/row_writer.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::exports {

using gazetteer::RowOwner;
using model::GazetteerRow;

namespace {

// Parents have many children, of numbers that are close together.
constexpr size_t kKnownProperties = 4'096;

}  // namespace

RowSelector::RowSelector(const storage::Reader& reader, storage::RegisterId reg, const Selection& selection,
                         int custodian_code, const StateSpan& span)
    : reader_(reader), reg_(reg), selection_(selection), custodian_code_(custodian_code), span_(span) {
  if (selection_.profile == Profile::kHub) {
    known_.fill(std::vector<Known>(kKnownProperties));
  }
}

bool RowSelector::TakesSource(const storage::v1::GazetteerRow& stored) const {
  const auto format = static_cast<model::GazetteerFormat>(stored.source_format());
  return !IsAddressBase(format) || (selection_.with_addressbase && !stored.has_custodian());
}

bool RowSelector::TakesRow(const storage::v1::GazetteerRow& stored, const std::set<std::string>& excluded_lpis) const {
  const bool held_back =
      selection_.profile == Profile::kHub && stored.has_lpi() &&
      (HoldsBackLpi(stored.lpi().logical_status()) || excluded_lpis.contains(stored.lpi().lpi_key()));
  return TakesSource(stored) && !held_back;
}

absl::StatusOr<std::optional<GazetteerRow>> RowSelector::Decode(const std::string& serialised) const {
  google::protobuf::Arena arena;
  auto& stored = *google::protobuf::Arena::CreateMessage<storage::v1::GazetteerRow>(&arena);
  WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(serialised, &stored));
  if (!TakesSource(stored)) {
    return std::optional<GazetteerRow>();
  }
  WENSUM_ASSIGN_OR_RETURN(GazetteerRow row, gazetteer::DecodeRow(stored));
  return llpg::HasDtfRecord(row) ? std::optional<GazetteerRow>(std::move(row)) : std::nullopt;
}

bool RowSelector::TakesProperty(const model::Blpu* blpu, uint64_t uprn, uint64_t revision) const {
  if (selection_.profile == Profile::kArchive) {
    return true;
  }
  return blpu != nullptr && !HoldsBack(*blpu) && blpu->local_custodian_code == custodian_code_ &&
         !(selection_.excluded && selection_.excluded(uprn, revision));
}

absl::StatusOr<bool> RowSelector::HasProperty(uint64_t uprn, bool before, uint64_t revision) {
  Known& known = known_[before ? 1 : 0][uprn % kKnownProperties];
  if (known.uprn != uprn) {
    RowWalk walk(reader_, reg_, RowOwner::kProperty, uprn, span_);
    OwnerRows rows;
    WENSUM_RETURN_IF_ERROR(walk.Next(&rows).status());
    rows.id = uprn;  // where it has no rows
    WENSUM_ASSIGN_OR_RETURN(const SelectedRows selected, SelectWithParent(RowOwner::kProperty, rows, before, revision));
    known = {.uprn = uprn, .taken = selected.head};
  }
  return known.taken;
}

absl::StatusOr<SelectedRows> RowSelector::Select(RowOwner owner, const OwnerRows& rows, bool before,
                                                 uint64_t revision) {
  WENSUM_ASSIGN_OR_RETURN(SelectedRows selected, SelectWithParent(owner, rows, before, revision));
  if (selection_.profile == Profile::kArchive || selected.parent == 0) {
    return selected;
  }
  WENSUM_ASSIGN_OR_RETURN(const bool has_parent, HasProperty(selected.parent, before, revision));
  if (has_parent) {
    return selected;
  }
  selected.parent = 0;
  for (std::optional<GazetteerRow>& row : selected.rows) {
    if (auto* const blpu = row.has_value() ? std::get_if<model::Blpu>(&*row) : nullptr; blpu != nullptr) {
      blpu->parent_uprn = {};
    }
  }
  return selected;
}

absl::StatusOr<SelectedRows> RowSelector::SelectWithParent(RowOwner owner, const OwnerRows& rows, bool before,
                                                           uint64_t revision) const {
  SelectedRows selected;
  selected.rows.resize(rows.rows.size());
  const model::Blpu* blpu = nullptr;
  bool any = false;
  for (size_t i = 0; i < rows.rows.size(); ++i) {
    const std::optional<std::string>& serialised = before ? rows.rows[i].before() : rows.rows[i].after;
    if (!serialised.has_value()) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(selected.rows[i], Decode(*serialised));
    if (!selected.rows[i].has_value()) {
      continue;
    }
    any = true;
    selected.head |= IsHead(model::RecordType(*selected.rows[i]));
    if (const auto* const found = std::get_if<model::Blpu>(&*selected.rows[i])) {
      blpu = found;
    }
  }
  if (owner != RowOwner::kProperty || !any) {
    return selected;
  }
  if (!TakesProperty(blpu, rows.id, revision)) {
    selected.held_back = true;
    selected.head = false;
    selected.rows.assign(rows.rows.size(), std::nullopt);
    return selected;
  }
  selected.parent = blpu == nullptr ? 0 : blpu->parent_uprn.value();
  if (selection_.profile == Profile::kHub) {
    if (selection_.excluded_lpis) {
      selected.excluded_lpis = selection_.excluded_lpis(rows.id, revision);
    }
    for (std::optional<GazetteerRow>& row : selected.rows) {
      const auto* const lpi = row.has_value() ? std::get_if<model::Lpi>(&*row) : nullptr;
      if (lpi != nullptr && (HoldsBackLpi(lpi->logical_status) || selected.excluded_lpis.contains(lpi->lpi_key))) {
        row.reset();
      }
    }
  }
  return selected;
}

}  // namespace wensum::exports
