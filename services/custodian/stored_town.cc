#include "services/custodian/stored_town.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "services/gazetteer/property_reader.h"
#include "services/gazetteer/property_rows.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::custodian {
namespace {

using storage::Family;

// Calls `visit(row)` for each row beneath the prefix, in the order of keys.
template <typename Visitor>
absl::Status ForEachRow(const storage::Reader& reader, const std::string& prefix, std::optional<uint64_t> as_of,
                        const Visitor& visit) {
  return gazetteer::ReadRows(reader, prefix, as_of, [&visit](std::string_view value) -> absl::Status {
    storage::v1::GazetteerRow stored;
    WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(value, &stored));
    return visit(stored);
  });
}

}  // namespace

absl::StatusOr<const llpg::PropertyState*> StoredTown::FindProperty(model::Uprn uprn) const {
  const auto [entry, is_new] = properties_.try_emplace(uprn.value());
  if (!is_new) {
    return entry->second.get();
  }
  auto property = std::make_unique<llpg::PropertyState>();
  bool has_blpu = false;
  const auto add = [&](const storage::v1::GazetteerRow& stored) -> absl::Status {
    WENSUM_ASSIGN_OR_RETURN(model::GazetteerRow row, gazetteer::DecodeRow(stored));
    if (auto* const blpu = std::get_if<model::Blpu>(&row)) {
      property->blpu = std::move(*blpu);
      has_blpu = true;
    } else if (auto* const lpi = std::get_if<model::Lpi>(&row)) {
      property->lpis.push_back(std::move(*lpi));
    } else if (auto* const xref = std::get_if<model::CrossReference>(&row)) {
      property->xrefs.push_back(std::move(*xref));
    }
    return absl::OkStatus();
  };
  WENSUM_RETURN_IF_ERROR(ForEachRow(reader_, storage::PropertyRowPrefix(reg_, uprn.value()), as_of_, add));
  if (has_blpu) {
    entry->second = std::move(property);
  }
  return entry->second.get();
}

absl::StatusOr<const llpg::StreetState*> StoredTown::FindStreet(model::Usrn usrn) const {
  const auto [entry, is_new] = streets_.try_emplace(usrn.value());
  if (!is_new) {
    return entry->second.get();
  }
  auto found = std::make_unique<llpg::StreetState>();
  bool has_street = false;
  const auto add = [&](const storage::v1::GazetteerRow& stored) -> absl::Status {
    WENSUM_ASSIGN_OR_RETURN(model::GazetteerRow row, gazetteer::DecodeRow(stored));
    if (auto* const street = std::get_if<model::Street>(&row)) {
      found->street = *street;
      has_street = true;
    } else if (auto* const descriptor = std::get_if<model::StreetDescriptor>(&row)) {
      found->descriptors.push_back(std::move(*descriptor));
    }
    return absl::OkStatus();
  };
  WENSUM_RETURN_IF_ERROR(ForEachRow(reader_, storage::StreetRowPrefix(reg_, usrn.value()), as_of_, add));
  if (has_street) {
    entry->second = std::move(found);
  }
  return entry->second.get();
}

absl::StatusOr<std::vector<model::Uprn>> StoredTown::ChildrenOf(model::Uprn parent) const {
  std::vector<model::Uprn> children;
  const auto it = reader_.NewIterator(Family::kProperty,
                                      storage::PrefixRange(storage::PropertyByParentPrefix(reg_, parent.value())));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::PropertyByParentParts parts, storage::ParsePropertyByParentKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(const model::Uprn child, model::Uprn::Create(parts.uprn));
    if (as_of_.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const then, FindProperty(child));
      if (then == nullptr || then->blpu.parent_uprn != parent) {
        continue;
      }
    }
    children.push_back(child);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return children;
}

absl::StatusOr<std::vector<model::Uprn>> StoredTown::PropertiesOn(model::Usrn usrn) const {
  const gazetteer::PropertyReader reader(reader_, reg_);
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, reader.ListByStreet(usrn.value(), 0, SIZE_MAX));
  std::vector<model::Uprn> uprns;
  uprns.reserve(numbers.size());
  for (const uint64_t number : numbers) {
    WENSUM_ASSIGN_OR_RETURN(const model::Uprn uprn, model::Uprn::Create(number));
    if (as_of_.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const then, FindProperty(uprn));
      const auto names = [usrn](const model::Lpi& lpi) { return lpi.usrn == usrn; };
      if (then == nullptr || std::none_of(then->lpis.begin(), then->lpis.end(), names)) {
        continue;
      }
    }
    uprns.push_back(uprn);
  }
  return uprns;
}

absl::StatusOr<std::vector<model::GazetteerRow>> StoredTown::KeyedRowsOf(model::Uprn uprn) const {
  std::vector<model::GazetteerRow> rows;
  const auto add = [&rows](const storage::v1::GazetteerRow& stored) -> absl::Status {
    if (stored.has_blpu() || stored.has_lpi() || stored.has_xref() || stored.has_delivery_point()) {
      return absl::OkStatus();
    }
    WENSUM_ASSIGN_OR_RETURN(rows.emplace_back(), gazetteer::DecodeRow(stored));
    return absl::OkStatus();
  };
  WENSUM_RETURN_IF_ERROR(ForEachRow(reader_, storage::PropertyRowPrefix(reg_, uprn.value()), as_of_, add));
  return rows;
}

}  // namespace wensum::custodian
