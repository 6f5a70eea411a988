// Machine-readable details of errors (AIP-193), carried by absl::Status until the transport sends them.
#ifndef WENSUM_SERVICES_RPC_STATUS_DETAILS_H_
#define WENSUM_SERVICES_RPC_STATUS_DETAILS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace wensum::rpc {

// Of every ErrorInfo.
inline constexpr std::string_view kErrorDomain = "wensum";
// Names the purpose of a call.
inline constexpr std::string_view kPurposeMetadata = "x-wensum-purpose";

// Reasons of ErrorInfo. Part of the API: docs/api.md lists them; never rename one.
namespace reason {
inline constexpr std::string_view kRemoteRefused = "REMOTE_REFUSED";
inline constexpr std::string_view kPurposeUnknown = "PURPOSE_UNKNOWN";
inline constexpr std::string_view kAuditUnavailable = "AUDIT_UNAVAILABLE";
inline constexpr std::string_view kShuttingDown = "SHUTTING_DOWN";
inline constexpr std::string_view kFieldInvalid = "FIELD_INVALID";
inline constexpr std::string_view kBatchTooLarge = "BATCH_TOO_LARGE";
inline constexpr std::string_view kPageTokenInvalid = "PAGE_TOKEN_INVALID";
inline constexpr std::string_view kPageTokenMismatch = "PAGE_TOKEN_MISMATCH";
inline constexpr std::string_view kRevisionNotReached = "REVISION_NOT_REACHED";
inline constexpr std::string_view kRevisionInFuture = "REVISION_IN_FUTURE";
inline constexpr std::string_view kResourceUnknown = "RESOURCE_UNKNOWN";
inline constexpr std::string_view kEtagMismatch = "ETAG_MISMATCH";
inline constexpr std::string_view kRecordRefused = "RECORD_REFUSED";
inline constexpr std::string_view kOverloaded = "OVERLOADED";
inline constexpr std::string_view kVerifyRunning = "VERIFY_RUNNING";
inline constexpr std::string_view kUploadInvalid = "UPLOAD_INVALID";
inline constexpr std::string_view kUploadStalled = "UPLOAD_STALLED";
inline constexpr std::string_view kModelInUse = "MODEL_IN_USE";
inline constexpr std::string_view kRunGoingOn = "RUN_GOING_ON";
inline constexpr std::string_view kCustodianUnknown = "CUSTODIAN_UNKNOWN";
inline constexpr std::string_view kExportStalled = "EXPORT_STALLED";
inline constexpr std::string_view kWatchStalled = "WATCH_STALLED";
inline constexpr std::string_view kTransformationMissing = "TRANSFORMATION_MISSING";
inline constexpr std::string_view kOperationRefused = "OPERATION_REFUSED";
inline constexpr std::string_view kCustodianNotConfigured = "CUSTODIAN_NOT_CONFIGURED";
inline constexpr std::string_view kNumbersExhausted = "NUMBERS_EXHAUSTED";
inline constexpr std::string_view kSubmissionState = "SUBMISSION_STATE";
inline constexpr std::string_view kTaskState = "TASK_STATE";
inline constexpr std::string_view kQueueEmpty = "QUEUE_EMPTY";
inline constexpr std::string_view kAlreadyLearnt = "ALREADY_LEARNT";
inline constexpr std::string_view kAddressContradicted = "ADDRESS_CONTRADICTED";
inline constexpr std::string_view kLearntRetracted = "LEARNT_RETRACTED";
inline constexpr std::string_view kNotCalibrated = "NOT_CALIBRATED";
inline constexpr std::string_view kDecisionConflict = "DECISION_CONFLICT";
inline constexpr std::string_view kDecisionState = "DECISION_STATE";
inline constexpr std::string_view kRulesetState = "RULESET_STATE";
inline constexpr std::string_view kRulesetNotTried = "RULESET_NOT_TRIED";
inline constexpr std::string_view kBulkState = "BULK_STATE";
inline constexpr std::string_view kProposalState = "PROPOSAL_STATE";
inline constexpr std::string_view kFeedCompacted = "FEED_COMPACTED";
inline constexpr std::string_view kConsumerBehind = "CONSUMER_BEHIND";
inline constexpr std::string_view kCompactionRunning = "COMPACTION_RUNNING";
inline constexpr std::string_view kSecondSteward = "SECOND_STEWARD";
}  // namespace reason

// `status` with an ErrorInfo of that reason; an ErrorInfo it already has is kept. OK stays OK.
absl::Status WithReason(absl::Status status, std::string_view reason,
                        const std::vector<std::pair<std::string, std::string>>& metadata = {});

struct FieldViolation {
  std::string field;        // path in the request, e.g. "record.details.date_of_birth"
  std::string description;  // a plain sentence
};

// `status` with a BadRequest that names the fields. OK stays OK.
absl::Status WithFieldViolations(absl::Status status, const std::vector<FieldViolation>& violations);

// INVALID_ARGUMENT for one field: message "field: description", reason FIELD_INVALID and the violation.
absl::Status InvalidField(std::string_view field, std::string_view description);
// The same for several. Not for an empty list.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations);

// Of a write to the gazetteer where the configuration does not say whose it is: FAILED_PRECONDITION, reason
// CUSTODIAN_NOT_CONFIGURED.
absl::Status CustodianNotConfigured();

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_STATUS_DETAILS_H_
