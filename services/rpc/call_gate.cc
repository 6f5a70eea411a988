#include "services/rpc/call_gate.h"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"
#include "services/rpc/status_mapping.h"

namespace wensum::rpc {
namespace {

constexpr uint32_t kAuditFormat = 1;

}  // namespace

absl::Status CallGate::Admit(const grpc::CallbackServerContext& transport, CallContext& context) {
  const std::string peer = transport.peer();
  CallInfo info{.method = context.method(), .peer = peer, .purpose = {}};
  const auto& metadata = transport.client_metadata();
  const auto purpose = metadata.find(grpc::string_ref(kPurposeMetadata.data(), kPurposeMetadata.size()));
  if (purpose != metadata.end()) {
    info.purpose = {purpose->second.data(), purpose->second.size()};
  }
  WENSUM_ASSIGN_OR_RETURN(Grant grant, policy_->Authorise(info));
  context.set_grant(std::move(grant));
  context.set_deadline(transport.deadline());
  if (!audit_->accepting()) {
    return WithReason(
        Unavailable("the audit log cannot be written (is the disk full?); calls are refused until it can"),
        reason::kAuditUnavailable);
  }
  if (context.expired()) {
    return MakeStatus(absl::StatusCode::kDeadlineExceeded,
                      "the call's deadline passed before the server began with it");
  }
  return absl::OkStatus();
}

grpc::Status CallGate::Complete(const CallContext& context, const absl::Status& status) {
  thread_local storage::v1::AuditEntry entry;  // its texts keep their memory from call to call
  entry.Clear();
  entry.set_format(kAuditFormat);
  entry.set_time(clock_->Now());
  entry.set_caller(context.grant().caller);
  entry.set_purpose(context.grant().purpose);
  entry.mutable_method()->assign(context.method());
  if (context.resources_cut() == 0) {
    entry.set_resource(context.resources());
  } else {
    entry.set_resource(Cat(context.resources(), " +", context.resources_cut()));
  }
  entry.set_code(static_cast<uint32_t>(status.code()));
  entry.set_revision(context.revision());
  audit_->Append(entry);
  if (HidesMessage(status.code())) {
    spdlog::error("{} failed: {}", context.method(), Message(status));
  }
  return ToGrpcStatus(status);
}

}  // namespace wensum::rpc
