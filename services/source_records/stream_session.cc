#include "services/source_records/stream_session.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/person_details.h"
#include "services/rpc/drain.h"
#include "services/rpc/status_details.h"
#include "services/source_records/source_records_handler.h"

namespace wensum::source_records {

std::shared_ptr<StreamSession> StreamSession::Create(registry::Register* reg, rpc::Executor* executor,
                                                     StreamLimits limits, std::function<void()> changed) {
  return std::shared_ptr<StreamSession>(new StreamSession(reg, executor, limits, std::move(changed)));
}

StreamSession::StreamSession(registry::Register* reg, rpc::Executor* executor, StreamLimits limits,
                             std::function<void()> changed)
    : register_(*reg), executor_(*executor), limits_(limits), changed_(std::move(changed)) {}

bool StreamSession::WantsMessage() const {
  ReaderLock lock(mutex_);
  return !ended_ && !draining_ && !cancelled_ && failure_.ok() && !backing_off_ &&
         pending_.size() + submitted_ + responses_.size() < limits_.in_flight;
}

void StreamSession::Refuse(uint64_t sequence, const absl::Status& status) {
  ++refused_;
  v1::StreamSourceRecordsResponse& response = responses_.emplace_back();
  response.set_sequence(sequence);
  response.set_error_code(static_cast<int32_t>(status.code()));
  response.set_error_message(std::string(Message(status)));
}

void StreamSession::OnMessage(const v1::StreamSourceRecordsRequest& message) {
  Item item;
  item.sequence = message.sequence();
  absl::Status status;
  if (message.delete_()) {
    absl::StatusOr<model::SourceKey> key = convert::FromSourceKey(message.record().source_key(), "record.source_key");
    status = key.status();
    if (key.ok()) {
      item.write.record.key = *std::move(key);
      item.write.erase = true;
    }
  } else {
    convert::Findings findings;
    item.write.record = convert::FromSourceRecord(message.record(), "record", findings);
    item.issues = std::move(findings.issues);
    if (!findings.violations.empty()) {
      status = rpc::InvalidFields(findings.violations);
    }
  }
  bool submit = false;
  {
    MutexLock lock(mutex_);
    if (status.ok()) {
      pending_.push_back(std::move(item));
      submit = mutations_ < limits_.mutations || pending_.size() >= limits_.group;
    } else {
      Refuse(message.sequence(), status);
    }
  }
  if (submit) {
    SubmitPending();
  }
  if (!status.ok()) {
    changed_();
  }
}

// Submits groups for as long as there are full ones, or few mutations under way. One thread at a time, so that records
// keep their order; preparing a mutation costs the calling thread, never the register's.
void StreamSession::SubmitPending() {
  MutexLock lock(mutex_);
  if (submitting_ || backing_off_) {
    return;
  }
  submitting_ = true;
  while (!pending_.empty() && failure_.ok() && (pending_.size() >= limits_.group || mutations_ < limits_.mutations)) {
    const size_t count = std::min(pending_.size(), limits_.group);
    const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(count);
    auto items =
        std::make_shared<std::vector<Item>>(std::make_move_iterator(pending_.begin()), std::make_move_iterator(end));
    pending_.erase(pending_.begin(), end);
    submitted_ += count;
    ++mutations_;
    mutex_.unlock();
    registry::Mutation mutation;
    mutation.sources.reserve(count);
    for (const Item& item : *items) {
      mutation.sources.push_back(item.write);  // a copy: a full register does not give the mutation back
    }
    const absl::Status status = register_.Submit(
        std::move(mutation), [self = shared_from_this(), items](const registry::MutationResult& result) {
          self->OnCommitted(*items, result);
        });
    mutex_.lock();
    if (status.ok()) {
      continue;
    }
    submitted_ -= count;
    --mutations_;
    if (status.code() != absl::StatusCode::kResourceExhausted) {
      failure_ = status;
      break;
    }
    if (cancelled_) {
      break;
    }
    pending_.insert(pending_.begin(), std::make_move_iterator(items->begin()), std::make_move_iterator(items->end()));
    backing_off_ = true;
    executor_.RunAfter(limits_.retry_pause, [self = shared_from_this()] {
      {
        MutexLock retry_lock(self->mutex_);
        self->backing_off_ = false;
      }
      self->SubmitPending();
      self->changed_();
    });
    break;
  }
  submitting_ = false;
}

void StreamSession::OnCommitted(const std::vector<Item>& items, const registry::MutationResult& result) {
  bool submit = false;
  {
    MutexLock lock(mutex_);
    submitted_ -= items.size();
    --mutations_;
    if (cancelled_) {
      return;  // the register or the executor may be the next to go
    }
    if (!result.status.ok()) {
      failure_.Update(result.status);
    } else {
      last_revision_ = std::max(last_revision_, result.revision);
      for (size_t i = 0; i < items.size() && i < result.sources.size(); ++i) {
        if (!result.sources[i].status.ok()) {
          Refuse(items[i].sequence, result.sources[i].status);
          continue;
        }
        ++accepted_;
        v1::StreamSourceRecordsResponse& response = responses_.emplace_back();
        response.set_sequence(items[i].sequence);
        ToUpsertResponse(result.sources[i], register_.ids(), items[i].issues, *response.mutable_result());
      }
    }
    submit = !pending_.empty() && mutations_ < limits_.mutations;
  }
  if (submit) {
    executor_.Run([self = shared_from_this()] { self->SubmitPending(); });
  }
  changed_();
}

void StreamSession::OnEnd() {
  {
    MutexLock lock(mutex_);
    ended_ = true;
  }
  changed_();
}

void StreamSession::Cancel() {
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    ended_ = true;
    pending_.clear();
    responses_.clear();
  }
  changed_();
}

void StreamSession::Drain() {
  {
    MutexLock lock(mutex_);
    draining_ = true;
  }
  changed_();
}

bool StreamSession::TakeResponse(v1::StreamSourceRecordsResponse& response, bool& more) {
  MutexLock lock(mutex_);
  if (responses_.empty()) {
    return false;
  }
  response.Swap(&responses_.front());
  responses_.pop_front();
  more = !responses_.empty();
  return true;
}

std::optional<absl::Status> StreamSession::outcome() const {
  ReaderLock lock(mutex_);
  if (cancelled_) {
    return MakeStatus(absl::StatusCode::kCancelled, "the caller went away");
  }
  if (submitted_ > 0 || !responses_.empty()) {
    return std::nullopt;
  }
  if (!failure_.ok()) {
    return failure_;
  }
  if (!pending_.empty() || (!ended_ && !draining_)) {
    return std::nullopt;
  }
  return ended_ ? absl::OkStatus() : rpc::ShuttingDown();
}

void StreamSession::Describe(rpc::CallContext& call) const {
  ReaderLock lock(mutex_);
  call.AddResource(Cat("accepted=", accepted_, " refused=", refused_));
  call.set_revision(last_revision_);
}

uint64_t StreamSession::accepted() const {
  ReaderLock lock(mutex_);
  return accepted_;
}

uint64_t StreamSession::refused() const {
  ReaderLock lock(mutex_);
  return refused_;
}

uint64_t StreamSession::last_revision() const {
  ReaderLock lock(mutex_);
  return last_revision_;
}

}  // namespace wensum::source_records
