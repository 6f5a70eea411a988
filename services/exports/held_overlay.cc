#include "services/exports/held_overlay.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include "base/status_macros.h"

namespace wensum::exports {
namespace {

// The order of rows within their owner.
template <typename Row>
std::pair<uint8_t, std::string_view> PlaceOf(const Row& row) {
  return {row.record_type, row.subkey};
}

}  // namespace

std::span<const uint64_t> HeldOverlay::Owners(gazetteer::RowOwner owner) const {
  return held_ == nullptr ? std::span<const uint64_t>() : std::span<const uint64_t>(held_->Owners(owner));
}

absl::Status HeldOverlay::Open(gazetteer::RowOwner owner, OwnerRows& rows) {
  rows_.clear();
  if (!std::ranges::binary_search(Owners(owner), rows.id)) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(rows_, held_->RowsOf(owner, rows.id));
  std::ranges::sort(rows_, {}, PlaceOf<gazetteer::HeldRow>);
  for (const gazetteer::HeldRow& held : rows_) {
    const auto place = std::ranges::lower_bound(rows.rows, PlaceOf(held), {}, PlaceOf<RowVersions>);
    if (place == rows.rows.end() || PlaceOf(*place) != PlaceOf(held)) {
      RowVersions row;
      row.record_type = held.record_type;
      row.subkey = held.subkey;
      rows.rows.insert(place, std::move(row));
    }
  }
  rows.changed |= !rows_.empty();
  return absl::OkStatus();
}

void HeldOverlay::Apply(const OwnerRows& rows, SelectedRows& before) const {
  if (rows_.empty()) {
    return;
  }
  for (const gazetteer::HeldRow& held : rows_) {
    const auto place = std::ranges::lower_bound(rows.rows, PlaceOf(held), {}, PlaceOf<RowVersions>);
    before.rows[static_cast<size_t>(place - rows.rows.begin())] = held.row;
  }
  before.head = false;
  before.held_back = false;
  before.parent = 0;
  for (const std::optional<model::GazetteerRow>& row : before.rows) {
    before.head |= row.has_value() && IsHead(model::RecordType(*row));
    if (const auto* const blpu = row.has_value() ? std::get_if<model::Blpu>(&*row) : nullptr) {
      before.parent = blpu->parent_uprn.value();
    }
  }
}

}  // namespace wensum::exports
