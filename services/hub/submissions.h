// Which submission may follow which, and where its file begins.
#ifndef WENSUM_SERVICES_HUB_SUBMISSIONS_H_
#define WENSUM_SERVICES_HUB_SUBMISSIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {

// Statuses are those of the API (hub.proto).

// True until the hub or the custodian has said what becomes of it.
bool IsUndecided(v1::HubSubmission::State state);

// FAILED_PRECONDITION (SUBMISSION_STATE).
absl::Status StateForbids(std::string_view message);

// Of a custodian. At most one is undecided, and none is accepted after it.
struct LastSubmissions {
  std::optional<v1::HubSubmission> undecided;
  std::optional<v1::HubSubmission> accepted;  // the last one
};
// Reads the submissions back to the last accepted one.
absl::StatusOr<LastSubmissions> FindLast(const storage::Reader& reader, storage::RegisterId reg, int code);

// Where the file of a submission begins.
struct Start {
  std::optional<uint64_t> since;  // nullopt: a full supply
  std::string base;               // the submission that ended there
  friend bool operator==(const Start&, const Start&) = default;
};
// Of the submission that is asked for, of custodian `code`. FAILED_PRECONDITION (SUBMISSION_STATE) while another one is
// undecided, or if it is not known what the hub has. Cost: as FindLast.
absl::StatusOr<Start> StartOf(const storage::Reader& reader, storage::RegisterId reg, int code,
                              const v1::PrepareSubmissionRequest& request);

// Adds the first step to a submission.
void Begin(const std::string& author, TimeMicros time, const std::string& remark, v1::HubSubmission& submission);
// Adds the step that is asked for.
absl::Status Advance(const v1::RecordProgressRequest& request, const std::string& author, TimeMicros time,
                     v1::HubSubmission& submission);

// "SENT"
std::string StateName(v1::HubSubmission::State state);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_SUBMISSIONS_H_
