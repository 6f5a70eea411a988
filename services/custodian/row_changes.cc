#include "services/custodian/row_changes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/row_columns.h"
#include "services/gazetteer/row_codec.h"
#include "services/rpc/resource_name.h"

namespace wensum::custodian {
namespace {

using storage::v1::RowVersion;

absl::StatusOr<std::optional<model::GazetteerRow>> ReadVersion(bool given, const std::string& bytes) {
  std::optional<model::GazetteerRow> row;
  if (given) {
    storage::v1::GazetteerRow stored;
    WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(bytes, &stored));
    WENSUM_ASSIGN_OR_RETURN(row, gazetteer::DecodeRow(stored));
  }
  return row;
}

// `former`: the version that says what stood under the former key; null if the row stays under its key.
absl::Status ToChange(const RowVersion& version, const RowVersion* former, v1::RowChange& out) {
  const RowVersion& was = former == nullptr ? version : *former;
  WENSUM_ASSIGN_OR_RETURN(const auto before, ReadVersion(was.has_before(), was.before()));
  WENSUM_ASSIGN_OR_RETURN(const auto after, ReadVersion(version.has_after(), version.after()));
  if (!before.has_value() && !after.has_value()) {
    return DataLoss("a stored operation changes a row that never was; restore the data directory from a backup");
  }
  const gazetteer::RowIdentity identity = gazetteer::IdentityOf(after.has_value() ? *after : *before);
  out.set_name(identity.owner == gazetteer::RowOwner::kStreet ? rpc::StreetName(identity.id)
                                                              : rpc::PropertyName(identity.id));
  out.set_record_type(identity.row_type);
  out.set_key(identity.subkey);
  out.set_kind(!before.has_value()  ? v1::RowChange::KIND_INSERTED
               : !after.has_value() ? v1::RowChange::KIND_DELETED
                                    : v1::RowChange::KIND_UPDATED);
  if (former != nullptr && before.has_value() && after.has_value()) {
    out.set_kind(v1::RowChange::KIND_REKEYED);
    out.set_former_key(gazetteer::IdentityOf(*before).subkey);
  }
  for (llpg::ColumnChange& change : llpg::CompareRows(before, after)) {
    v1::ColumnChange& column = *out.add_columns();
    column.set_column(std::string(change.column));
    column.set_before(std::move(change.before));
    column.set_after(std::move(change.after));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ToChanges(const storage::v1::CustodianOperation& stored, v1::OperationRecord& out) {
  absl::flat_hash_map<std::string_view, const RowVersion*> former;  // by key: rows that stand under another now
  for (const RowVersion& version : stored.rows()) {
    if (!version.former_key().empty()) {
      former[version.former_key()] = nullptr;
    }
  }
  for (const RowVersion& version : stored.rows()) {
    if (const auto found = former.find(version.key()); found != former.end() && !version.has_after()) {
      found->second = &version;
    }
  }
  for (const RowVersion& version : stored.rows()) {
    if (!version.has_after() && former.contains(version.key())) {
      continue;  // told with its new key
    }
    const auto found = former.find(version.former_key());
    WENSUM_RETURN_IF_ERROR(ToChange(version, found == former.end() ? nullptr : found->second, *out.add_changes()));
  }
  return absl::OkStatus();
}

int CountChanges(const storage::v1::CustodianOperation& stored) {
  const auto rekeyed = std::ranges::count_if(stored.rows(), [](const auto& row) { return !row.former_key().empty(); });
  return stored.rows_size() - static_cast<int>(rekeyed);
}

}  // namespace wensum::custodian
