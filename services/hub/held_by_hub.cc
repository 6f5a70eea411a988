#include "services/hub/held_by_hub.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/sorted.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/hub/hub_store.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {
namespace {

using gazetteer::RowOwner;

constexpr std::string_view kField = "resynchronisation";
constexpr size_t kFindingsAtATime = 1'000;

class ReportedRows final : public gazetteer::HeldRows {
 public:
  ReportedRows(const storage::Reader& reader, storage::RegisterId reg, uint64_t report)
      : reader_(reader), reg_(reg), report_(report) {}

  // Finds the owners in the first `findings` of the report.
  absl::Status Open(uint64_t findings) {
    for (uint64_t after = 0; after < findings;) {
      WENSUM_ASSIGN_OR_RETURN(const std::vector<ListedFinding> listed,
                              ListFindingsOfReport(reader_, reg_, report_, after, findings, kFindingsAtATime));
      if (listed.empty()) {
        return DataLoss(
            Cat(ReportName(report_), " has ", findings, " findings, and those after ", after, " are missing"));
      }
      for (const ListedFinding& each : listed) {
        if (!each.finding.street().empty()) {
          WENSUM_ASSIGN_OR_RETURN(streets_.emplace_back(), rpc::ParseStreetName(each.finding.street(), kField));
        } else {
          WENSUM_ASSIGN_OR_RETURN(properties_.emplace_back(), rpc::ParsePropertyName(each.finding.property(), kField));
        }
      }
      after = listed.back().id.number;
    }
    SortUnique(streets_);
    SortUnique(properties_);
    return absl::OkStatus();
  }

  [[nodiscard]] const std::vector<uint64_t>& Owners(RowOwner owner) const override {
    return owner == RowOwner::kStreet ? streets_ : owner == RowOwner::kProperty ? properties_ : none_;
  }
  [[nodiscard]] absl::StatusOr<std::vector<gazetteer::HeldRow>> RowsOf(RowOwner owner, uint64_t id) const override {
    return ReadHeldRows(reader_, reg_, report_, owner, id);
  }

 private:
  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const uint64_t report_;
  std::vector<uint64_t> streets_;
  std::vector<uint64_t> properties_;
  const std::vector<uint64_t> none_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const gazetteer::HeldRows>> OpenHeldRows(const storage::Reader& reader,
                                                                        storage::RegisterId reg,
                                                                        const v1::ExportGazetteerRequest& request) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseReportName(request.resynchronisation(), kField));
  WENSUM_ASSIGN_OR_RETURN(const v1::HubReport report, ReadReport(reader, reg, number));
  if (report.kind() != v1::HubReport::KIND_RESYNCHRONISATION) {
    return rpc::InvalidField(kField, Cat(report.name(), " is no resynchronisation report"));
  }
  if (report.custodian_code() != request.custodian_code() || report.compared_revision() != request.since_revision()) {
    return rpc::InvalidField(kField, Cat(report.name(), " is of custodian ", report.custodian_code(), " and revision ",
                                         report.compared_revision(), ", the file of custodian ",
                                         request.custodian_code(), " and since revision ", request.since_revision()));
  }
  auto rows = std::make_shared<ReportedRows>(reader, reg, number);
  WENSUM_RETURN_IF_ERROR(rows->Open(report.findings()));
  return std::shared_ptr<const gazetteer::HeldRows>(std::move(rows));
}

}  // namespace wensum::hub
