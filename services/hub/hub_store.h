// Submissions, reports and findings in the store, and their names. Internal to this folder.
#ifndef WENSUM_SERVICES_HUB_HUB_STORE_H_
#define WENSUM_SERVICES_HUB_HUB_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/gazetteer/held_rows.h"
#include "services/gazetteer/row_codec.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {

// "submissions/7", "hubReports/7"
std::string SubmissionName(uint64_t number);
std::string ReportName(uint64_t number);
// INVALID_ARGUMENT, naming `field`, for anything but a well-formed name.
absl::StatusOr<uint64_t> ParseSubmissionName(std::string_view name, std::string_view field);
absl::StatusOr<uint64_t> ParseReportName(std::string_view name, std::string_view field);

// What the functions below read may be DATA_LOSS: a value that is none of ours. Those that read one give NOT_FOUND if
// there is none.

absl::StatusOr<v1::HubSubmission> ReadSubmission(const storage::Reader& reader, storage::RegisterId reg,
                                                 uint64_t number);
// Calls `visit` with the submissions of numbers below `before`, newest first, until it returns false.
absl::Status VisitSubmissions(const storage::Reader& reader, storage::RegisterId reg, uint64_t before,
                              absl::FunctionRef<bool(uint64_t number, v1::HubSubmission& submission)> visit);
// 0: there is none.
absl::StatusOr<uint64_t> LastSubmission(const storage::Reader& reader, storage::RegisterId reg);
void PutSubmission(storage::RegisterId reg, uint64_t number, const v1::HubSubmission& submission,
                   storage::WriteBatch& batch);

absl::StatusOr<v1::HubReport> ReadReport(const storage::Reader& reader, storage::RegisterId reg, uint64_t number);
absl::Status VisitReports(const storage::Reader& reader, storage::RegisterId reg, uint64_t before,
                          absl::FunctionRef<bool(uint64_t number, v1::HubReport& report)> visit);
absl::StatusOr<uint64_t> LastReport(const storage::Reader& reader, storage::RegisterId reg);
void PutReport(storage::RegisterId reg, uint64_t number, const v1::HubReport& report, storage::WriteBatch& batch);

struct FindingId {
  uint64_t report = 0;
  uint64_t number = 0;  // in its report, from 1
};
// Adds the finding, which has no name, and lists it under its property and its street. `held`: the record that it is
// about, as the hub holds it; null: it is about none in particular.
void PutFinding(storage::RegisterId reg, const FindingId& id, const v1::HubFinding& finding,
                const gazetteer::HeldRow* held, storage::WriteBatch& batch);
struct ListedFinding {
  FindingId id;
  v1::HubFinding finding;  // with its name
};
// Of a report, those of numbers above `after` and up to `last`, at most `limit`.
absl::StatusOr<std::vector<ListedFinding>> ListFindingsOfReport(const storage::Reader& reader, storage::RegisterId reg,
                                                                uint64_t report, uint64_t after, uint64_t last,
                                                                size_t limit);
// Of a property or street, after `after`, at most `limit`.
absl::StatusOr<std::vector<ListedFinding>> ListFindingsOfProperty(const storage::Reader& reader,
                                                                  storage::RegisterId reg, uint64_t uprn,
                                                                  const FindingId& after, size_t limit);
absl::StatusOr<std::vector<ListedFinding>> ListFindingsOfStreet(const storage::Reader& reader, storage::RegisterId reg,
                                                                uint32_t usrn, const FindingId& after, size_t limit);

// The records that a report's findings about a property or street are about, as the hub holds them.
absl::StatusOr<std::vector<gazetteer::HeldRow>> ReadHeldRows(const storage::Reader& reader, storage::RegisterId reg,
                                                             uint64_t report, gazetteer::RowOwner owner, uint64_t id);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_HUB_STORE_H_
