#include "services/imports/supply_rows.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::imports {
namespace {

using model::GazetteerFormat;

bool IsAddressBase(GazetteerFormat format) {
  return format == GazetteerFormat::kAddressBasePremium1 || format == GazetteerFormat::kAddressBasePremium2;
}

}  // namespace

RowOrder RowOrderOf(const ingest::GazetteerFacts& facts) {
  if (IsAddressBase(facts.format)) return facts.file_type == 'C' ? RowOrder::kDeletionsFirst : RowOrder::kFile;
  const bool disorder = std::ranges::any_of(
      facts.issues, [](const ingest::RowIssue& issue) { return issue.rule == "pro_order_disorder"; });
  return disorder ? RowOrder::kProOrder : RowOrder::kFile;
}

bool RowPrecedence::Overtaken(const ingest::GazetteerRecord& record) {
  if (order_ == RowOrder::kFile) return false;
  const bool deletes = record.change == model::ChangeType::kDelete;
  if (order_ == RowOrder::kDeletionsFirst) {
    std::string key = gazetteer::RowKey(0, gazetteer::IdentityOf(record.row));
    if (deletes) return taken_.contains(key);
    taken_.try_emplace(std::move(key), 0);
    return false;
  }
  const auto [it, first] =
      taken_.try_emplace(gazetteer::RowKey(0, gazetteer::IdentityOf(record.row)), record.pro_order);
  if (!first && record.pro_order < it->second) return true;
  it->second = record.pro_order;
  return false;
}

void AbsentRows::Saw(const ingest::GazetteerRecord& record) {
  const gazetteer::RowIdentity identity = gazetteer::IdentityOf(record.row);
  if (identity.complete()) seen_.insert(Hash64(gazetteer::RowKey(reg_, identity)));
}

absl::Status AbsentRows::ForEach(const storage::Reader& stored,
                                 const std::function<absl::Status(registry::GazetteerWrite)>& visit) const {
  WENSUM_RETURN_IF_ERROR(Scan(stored, storage::AllPropertyRowsPrefix(reg_), visit));
  return Scan(stored, storage::AllStreetRowsPrefix(reg_), visit);
}

// The record 21 or 11 comes first among the rows of its property or street, and says whose they are.
absl::Status AbsentRows::Scan(const storage::Reader& stored, const std::string& prefix,
                              const std::function<absl::Status(registry::GazetteerWrite)>& visit) const {
  const auto it = stored.NewIterator(storage::Family::kProperty, storage::PrefixRange(prefix));
  uint64_t owner = 0;
  bool ours = true;
  storage::v1::GazetteerRow row;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(it->value(), &row));
    if (row.id() != owner) {
      owner = row.id();
      ours = true;
      if (!IsAddressBase(format_)) {
        if (row.has_blpu()) ours = row.blpu().local_custodian_code() == custodian_code_;
        if (row.has_street()) ours = row.street().swa_org_ref_naming() == custodian_code_;
      }
    }
    if (!ours || row.source_format() != static_cast<uint32_t>(format_) || seen_.contains(Hash64(it->key()))) continue;
    registry::GazetteerWrite write;
    WENSUM_ASSIGN_OR_RETURN(write.row, gazetteer::DecodeRow(row));
    write.change = model::ChangeType::kDelete;
    write.format = format_;
    WENSUM_RETURN_IF_ERROR(visit(std::move(write)));
  }
  return it->status();
}

std::string DescribeRow(const model::GazetteerRow& row) {
  const gazetteer::RowIdentity identity = gazetteer::IdentityOf(row);
  std::string text = Cat("record ", identity.row_type, " of ",
                         identity.owner == gazetteer::RowOwner::kStreet ? "USRN " : "UPRN ", identity.id);
  if (!identity.subkey.empty()) AppendTo(text, " (", identity.subkey, ")");
  return text;
}

}  // namespace wensum::imports
