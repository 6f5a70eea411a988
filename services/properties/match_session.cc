#include "services/properties/match_session.h"

#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/drain.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {

bool MatchSession::WantsMessage() const {
  ReaderLock lock(mutex_);
  return !ended_ && !draining_ && !cancelled_ && responses_.size() < kInFlight;
}

void MatchSession::OnMessage(const v1::MatchAddressStreamRequest& message) {
  v1::MatchAddressStreamResponse response;
  response.set_sequence(message.sequence());
  rpc::CallContext call("/wensum.v1.Properties/MatchStream");
  const absl::Status status = handler_.Match(call, message.request(), *response.mutable_result());
  if (!status.ok()) {
    response.clear_result();
    response.set_error_code(static_cast<int32_t>(status.code()));
    response.set_error_message(std::string(Message(status)));
  }
  {
    MutexLock lock(mutex_);
    ++asked_;
    refused_ += status.ok() ? 0 : 1;
    matched_ += response.result().uprn() != 0 ? 1 : 0;
    last_revision_ = response.has_result() ? response.result().revision() : last_revision_;
    if (!cancelled_) {
      responses_.push_back(std::move(response));
    }
  }
  changed_();
}

void MatchSession::OnEnd() {
  {
    MutexLock lock(mutex_);
    ended_ = true;
  }
  changed_();
}

void MatchSession::Cancel() {
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    responses_.clear();
  }
  changed_();
}

void MatchSession::Drain() {
  {
    MutexLock lock(mutex_);
    draining_ = true;
  }
  changed_();
}

bool MatchSession::TakeResponse(v1::MatchAddressStreamResponse& response, bool& more) {
  MutexLock lock(mutex_);
  if (responses_.empty()) {
    return false;
  }
  response.Swap(&responses_.front());
  responses_.pop_front();
  more = !responses_.empty();
  return true;
}

std::optional<absl::Status> MatchSession::outcome() const {
  ReaderLock lock(mutex_);
  if (cancelled_) {
    return MakeStatus(absl::StatusCode::kCancelled, "the caller went away");
  }
  if (!responses_.empty() || (!ended_ && !draining_)) {
    return std::nullopt;
  }
  return ended_ ? absl::OkStatus() : rpc::ShuttingDown();
}

void MatchSession::Describe(rpc::CallContext& call) const {
  ReaderLock lock(mutex_);
  call.AddResource(Cat("asked=", asked_, " matched=", matched_, " refused=", refused_));
  call.set_revision(last_revision_);
}

}  // namespace wensum::properties
