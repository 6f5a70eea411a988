#include "services/rpc/status_details.h"

#include "absl/strings/cord.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "google/rpc/error_details.pb.h"

namespace wensum::rpc {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";
// Violations that an error's message repeats; all of them are in its details.
constexpr size_t kViolationsInMessage = 10;

}  // namespace

absl::Status WithReason(absl::Status status, std::string_view reason,
                        const std::vector<std::pair<std::string, std::string>>& metadata) {
  if (status.ok() || status.GetPayload(kErrorInfoUrl).has_value()) {
    return status;
  }
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status WithFieldViolations(absl::Status status, const std::vector<FieldViolation>& violations) {
  if (status.ok()) {
    return status;
  }
  google::rpc::BadRequest bad;
  for (const FieldViolation& violation : violations) {
    auto* added = bad.add_field_violations();
    added->set_field(violation.field);
    added->set_description(violation.description);
  }
  status.SetPayload(kBadRequestUrl, absl::Cord(bad.SerializeAsString()));
  return status;
}

absl::Status InvalidField(std::string_view field, std::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}});
}

absl::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  std::string message;
  for (size_t i = 0; i < violations.size() && i < kViolationsInMessage; ++i) {
    AppendTo(message, i == 0 ? "" : "; ", violations[i].field, ": ", violations[i].description);
  }
  if (violations.size() > kViolationsInMessage) {
    AppendTo(message, "; and ", violations.size() - kViolationsInMessage, " more, see the error's details");
  }
  return WithFieldViolations(WithReason(InvalidArgument(message), reason::kFieldInvalid), violations);
}

absl::Status CustodianNotConfigured() {
  return WithReason(
      FailedPrecondition("the server's configuration names no custodian code: set `custodian` (docs/configuration.md)"),
      reason::kCustodianNotConfigured);
}

}  // namespace wensum::rpc
