#include "services/exports/custodian_records.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/exports/export.h"
#include "services/gazetteer/row_codec.h"
#include "services/rpc/status_details.h"
#include "wensum/storage/v1/gazetteer.pb.h"

namespace wensum::exports {
namespace {

bool IsAddressBaseRow(const storage::v1::GazetteerRow& stored) {
  return IsAddressBase(static_cast<model::GazetteerFormat>(stored.source_format()));
}

absl::Status CustodianUnknown(std::string_view message) {
  return rpc::WithReason(FailedPrecondition(message), rpc::reason::kCustodianUnknown);
}

}  // namespace

absl::StatusOr<CustodianRecords> ReadCustodianRecords(const storage::Reader& reader, storage::RegisterId reg,
                                                      const StateSpan& span) {
  CustodianRecords found;
  RowWalk walk(reader, reg, gazetteer::RowOwner::kCustodian, span);
  OwnerRows rows;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, walk.Next(&rows));
    if (!more) {
      return found;
    }
    for (const RowVersions& row : rows.rows) {
      if (!row.after.has_value()) {
        continue;
      }
      storage::v1::GazetteerRow stored;
      WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(*row.after, &stored));
      if (!stored.has_custodian() || IsAddressBaseRow(stored)) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(model::GazetteerRow record, gazetteer::DecodeRow(stored));
      if (auto* const custodian = std::get_if<model::CustodianRecord>(&record)) {
        found.records.push_back(std::move(*custodian));
      }
    }
    if (rows.id == 0) {
      found.ownerless = rows;
    }
  }
}

absl::StatusOr<int> ChooseCustodian(const std::vector<model::CustodianRecord>& records, int wanted) {
  if (wanted != 0) {
    return wanted;
  }
  std::set<int> codes;
  for (const model::CustodianRecord& record : records) {
    if (record.record_type == kHeaderRecord) {
      codes.insert(record.custodian_code);
    }
  }
  if (codes.size() == 1 && *codes.begin() != 0) {
    return *codes.begin();
  }
  if (codes.size() <= 1) {
    return CustodianUnknown(
        "no DTF 7.3 file with a header was imported, so it is not known whose file this is: give a custodian code");
  }
  std::vector<std::string> texts;
  texts.reserve(codes.size());
  for (const int each : codes) {
    texts.push_back(Cat(each));
  }
  return CustodianUnknown(Cat("the register has gazetteers of the custodians ", Join(texts, ", "),
                              ": give the code of the one whose file this is"));
}

}  // namespace wensum::exports
