#include "services/register/writer.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/decision_writes.h"
#include "services/register/loader.h"
#include "services/register/ruleset_store.h"
#include "storage/change_log.h"
#include "storage/keys.h"
#include "storage/request_log.h"

namespace wensum::registry {
namespace {

constexpr size_t kExpiredRequestsPerCommit = 16;
// Contents whose neighbours the matcher finds at a time while nothing is queued: a write that comes waits for them.
constexpr size_t kWarmedAtATime = 16;
// A caller who sends one write after the other leaves gaps, which are not idle times.
constexpr std::chrono::milliseconds kIdleBefore(100);

}  // namespace

Writer::Writer(Core& core) : core_(core), thread_([this] { Run(); }) {}

Writer::~Writer() {
  {
    MutexLock lock(queue_mutex_);
    stopping_ = true;
  }
  queue_filled_.NotifyAll();
  queue_drained_.NotifyAll();
  thread_.join();
}

absl::Status Writer::Submit(Mutation mutation, Done done, bool wait) {
  auto queued = std::make_unique<Queued>();
  queued->weight = 1 + mutation.sources.size() + mutation.rows.size() / 8;
  {
    MutexLock lock(queue_mutex_);
    while (wait && !stopping_ && queued_weight_ > core_.options.queue_records) {
      queue_drained_.Wait(queue_mutex_);
    }
    if (stopping_) {
      return Unavailable("the register is shutting down; try again later");
    }
    if (queued_weight_ > core_.options.queue_records) {
      return ResourceExhausted(Cat(queued_weight_, " writes are waiting, more than queue_records = ",
                                   core_.options.queue_records, ": send more slowly"));
    }
    queued_weight_ += queued->weight;  // taken before the costly part, so that callers together stay within the limit
  }
  queued->sources.reserve(mutation.sources.size());
  for (SourceWrite& write : mutation.sources) {
    queued->sources.push_back(Prepare(core_, std::move(write)));
  }
  mutation.sources.clear();
  queued->rows = PrepareRows(core_, mutation);
  mutation.rows.clear();
  queued->mutation = std::move(mutation);
  queued->done = std::move(done);
  {
    MutexLock lock(queue_mutex_);
    if (stopping_) {
      return Unavailable("the register is shutting down; try again later");
    }
    queue_.push_back(std::move(queued));
  }
  queue_filled_.NotifyOne();
  return absl::OkStatus();
}

absl::Status Writer::RunAlone(std::function<absl::Status()> alone) {
  std::promise<absl::Status> promise;
  std::future<absl::Status> future = promise.get_future();
  auto queued = std::make_unique<Queued>();
  queued->weight = 1;
  queued->alone = std::move(alone);
  queued->done = [&promise](MutationResult result) { promise.set_value(std::move(result.status)); };
  {
    MutexLock lock(queue_mutex_);
    if (stopping_) {
      return Unavailable("the register is shutting down; try again later");
    }
    queued_weight_ += queued->weight;
    // Before all mutations that wait: behind a full queue there would always be as much to take in again.
    queue_.push_front(std::move(queued));
  }
  queue_filled_.NotifyOne();
  return future.get();
}

absl::Status Writer::RunBetweenCommits(const std::function<void()>& body) {
  return RunAlone([this, &body]() WENSUM_NO_THREAD_SAFETY_ANALYSIS {  // run by Process, which holds commit_mutex_
    if (broken_) {
      Recover().IgnoreError();  // else the next commit tries again
    }
    body();
    return absl::OkStatus();
  });
}

absl::Status Writer::CommitAlone(const OwnCommit& commit) {
  return RunAlone([this, &commit]() WENSUM_NO_THREAD_SAFETY_ANALYSIS {  // run by Process, which holds commit_mutex_
    const absl::Status status = WriteOwn(commit);
    if (!status.ok()) {
      Fail(status);
    }
    open_ = Open();
    return status;
  });
}

absl::Status Writer::WriteOwn(const OwnCommit& commit) {
  WENSUM_RETURN_IF_ERROR(EnsureOpen());
  Slice& slice = *open_.slice;
  WENSUM_RETURN_IF_ERROR(commit.stage(slice));
  WENSUM_RETURN_IF_ERROR(slice.Resolve());
  storage::WriteBatch batch = slice.TakeBatch();
  const uint64_t revision = slice.changed() ? open_revision_ : core_.revision.load(std::memory_order_relaxed);
  commit.add(revision, open_time_, batch);
  WENSUM_RETURN_IF_ERROR(core_.store->Write(batch, storage::Durability::kSync));
  commit.written();
  if (slice.changed()) {
    Publish(slice, open_revision_);
  }
  return absl::OkStatus();
}

void Writer::WithWritesHeld(const std::function<void()>& body) {
  MutexLock lock(commit_mutex_);
  body();
}

uint64_t Writer::Subscribe(std::function<void(uint64_t)> wake) {
  MutexLock lock(wake_mutex_);
  wakes_.emplace_back(next_subscription_, std::move(wake));
  return next_subscription_++;
}

void Writer::Unsubscribe(uint64_t subscription) {
  MutexLock lock(wake_mutex_);
  wakes_.remove_if([subscription](const auto& wake) { return wake.first == subscription; });
}

void Writer::Run() {
  while (true) {
    WarmUp();
    Group group = TakeGroup();
    if (group.empty()) {
      return;
    }
    MutexLock lock(commit_mutex_);
    Process(std::move(group));
  }
}

// Nobody else changes the matcher, so that searches go on while the neighbours are found.
void Writer::WarmUp() {
  const auto idle = [this] {
    MutexLock lock(queue_mutex_);
    return queue_.empty() && !stopping_;
  };
  {
    MutexLock lock(queue_mutex_);
    if (queue_.empty() && !stopping_) queue_filled_.WaitFor(queue_mutex_, kIdleBefore);
  }
  while (idle()) {
    MutexLock commit(commit_mutex_);
    matching::LiveMatcher::ColdNeighbours found;
    {
      ReaderLock lock(core_.indexes.matcher_mutex);
      found = core_.indexes.matcher->FindCold(kWarmedAtATime);
    }
    const bool done = found.empty();
    MutexLock lock(core_.indexes.matcher_mutex);
    core_.indexes.matcher->Keep(std::move(found));  // where to look on, if nothing else
    if (done) return;
  }
}

Writer::Group Writer::TakeGroup() {
  MutexLock lock(queue_mutex_);
  while (queue_.empty() && !stopping_) {
    queue_filled_.Wait(queue_mutex_);
  }
  Group group;
  size_t weight = 0;
  while (!queue_.empty() && (group.empty() || (weight + queue_.front()->weight <= core_.options.group_records &&
                                               !queue_.front()->alone && !group.front()->alone))) {
    weight += queue_.front()->weight;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_weight_ -= weight;
  queue_drained_.NotifyAll();
  return group;
}

void Writer::Process(Group group) {
  if (group.front()->alone) {
    Queued& queued = *group.front();
    queued.result.status = queued.alone();
    Answer(queued, std::move(queued.result));
    return;
  }
  for (const std::unique_ptr<Queued>& queued : group) {
    if (const absl::Status status = Stage(*queued); !status.ok()) {
      queued->result.status = status;
      Fail(status);
      Answer(*queued, queued->result);
    }
  }
  Flush();
  for (const std::unique_ptr<Queued>& queued : group) {
    Answer(*queued, std::move(queued->result));
  }
}

void Writer::Answer(Queued& queued, MutationResult result) {
  if (queued.done == nullptr) {
    return;  // it failed and was answered at once
  }
  if (result.revision == 0) {
    result.revision = core_.revision.load(std::memory_order_relaxed);
  }
  std::exchange(queued.done, nullptr)(std::move(result));
}

absl::Status Writer::Stage(Queued& queued) {
  WENSUM_ASSIGN_OR_RETURN(const bool answered, AnsweredAtOnce(queued));
  if (answered) {
    return absl::OkStatus();
  }
  if (queued.mutation.plan) {
    return StagePlan(queued);
  }
  WENSUM_RETURN_IF_ERROR(EnsureOpen());
  open_.holders.push_back(&queued);
  if (!queued.rows.empty()) {
    WENSUM_RETURN_IF_ERROR(StageRows(queued));
  }
  if (!queued.sources.empty()) {
    WENSUM_RETURN_IF_ERROR(StageSources(queued));
  }
  if (!queued.result.status.ok()) {
    return absl::OkStatus();  // an earlier part of it failed to be written; what followed was not staged
  }
  if (!queued.mutation.request_key.empty()) {
    open_.keys.insert(queued.mutation.request_key);
  }
  open_.completed.push_back(&queued);
  return absl::OkStatus();
}

absl::Status Writer::StagePlan(Queued& queued) {
  Flush();  // so that the store shows every earlier write
  WENSUM_RETURN_IF_ERROR(EnsureOpen());
  gazetteer::RecordKeys& record_keys = core_.indexes.record_keys;
  if (!record_keys.loaded()) {
    WENSUM_RETURN_IF_ERROR(record_keys.Load(*core_.store, core_.options.register_id));
  }
  absl::StatusOr<Planned> planned = queued.mutation.plan(
      {.reader = *core_.store,
       .revision = open_revision_,
       .time = open_time_,
       .record_keys = record_keys,
       .decisions = core_.indexes.decisions,
       .values = core_.indexes.values,
       .held = core_.indexes.held,
       .preview_learnt = [this](const LearntAddress& address) { return PreviewLearnt(core_, address); }});
  if (!planned.ok()) {
    queued.result.status = planned.status();
    return absl::OkStatus();
  }
  open_.holders.push_back(&queued);
  if (planned->decision != nullptr) {
    return StageDecision(queued, *planned->decision);
  }
  if (!planned->rows.empty()) {
    queued.rows = std::move(planned->rows);
    WENSUM_RETURN_IF_ERROR(StageRows(queued));
    for (const GazetteerResult& row : queued.result.rows) {
      if (!row.status.ok()) {
        return Internal(Cat("a planned row was rejected: ", Message(row.status)));
      }
    }
  }
  for (const uint64_t uprn : planned->touched_uprns) {
    open_.slice->TouchProperty(uprn);
  }
  if (planned->has_revision) {
    open_.slice->TakeRevision();
  }
  if (!planned->learnt.empty()) {
    WENSUM_RETURN_IF_ERROR(open_.slice->StageLearnt(planned->learnt));
  }
  queued.mutation.extra_writes = [writes = std::move(planned->writes)](const MutationResult& /*result*/,
                                                                       storage::WriteBatch& batch) {
    storage::WriteBatch copy = writes;
    batch.Append(std::move(copy));
  };
  open_.completed.push_back(&queued);
  Flush();
  return absl::OkStatus();
}

absl::Status Writer::StageDecision(Queued& queued, DecisionWrites& writes) {
  WENSUM_RETURN_IF_ERROR(open_.slice->StageDecision(writes));
  WENSUM_RETURN_IF_ERROR(open_.slice->Resolve());
  open_.resolved = true;
  const absl::Status told = open_.slice->TellDecision();
  if (!told.ok() || writes.preview) {
    open_.slice->RevertDecision();
    open_ = Open();
    queued.result.status = told;
    return absl::OkStatus();
  }
  open_.completed.push_back(&queued);
  Flush();
  return absl::OkStatus();
}

absl::StatusOr<bool> Writer::AnsweredAtOnce(Queued& queued) {
  const std::string& request_key = queued.mutation.request_key;
  if (!request_key.empty()) {
    if (open_.keys.contains(request_key)) {
      Flush();
    }
    auto stored =
        storage::FindRequest(*core_.store, core_.options.register_id, request_key, queued.mutation.request_hash);
    if (!stored.ok() && stored.status().code() != absl::StatusCode::kInvalidArgument) {
      return stored.status();
    }
    if (!stored.ok()) {
      queued.result.status = stored.status();
      return true;
    }
    if (stored->has_value()) {
      queued.result.replayed_response = **std::move(stored);
      return true;
    }
  }
  if (queued.mutation.atomic) {
    // Other parts of the open commit are flushed first, so that the checks see every earlier write to the same records.
    bool conflict = false;
    for (const PreparedSource& source : queued.sources) {
      conflict = conflict || open_.keys.contains(source.key_hash);
    }
    if (conflict) {
      Flush();
    }
    WENSUM_RETURN_IF_ERROR(CheckPreconditions(queued));
    return !queued.result.status.ok();
  }
  return false;
}

// All or nothing: whatever could refuse one record is looked at before any of them is staged.
absl::Status Writer::CheckPreconditions(Queued& queued) {
  absl::flat_hash_set<std::string_view> keys;
  for (const PreparedSource& source : queued.sources) {
    SourceResult& result = queued.result.sources.emplace_back();
    result.issues = source.issues;
    result.status = source.status;
    if (!result.status.ok()) {
      continue;
    }
    if (!keys.insert(source.key_hash).second) {
      result.status = InvalidArgument(Cat("record ", Quote(source.record.key.key), " of source ",
                                          Quote(source.record.key.source), " is in the batch twice"));
      continue;
    }
    if (!source.etag.has_value() && !source.erase) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const auto ordinal, FindOrdinal(*core_.store, core_.options.register_id, source.key_hash));
    uint64_t revision = 0;
    if (ordinal.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(
          const auto value,
          core_.store->Get(storage::Family::kSource, storage::SourceKey(core_.options.register_id, *ordinal)));
      if (!value.has_value()) {
        return DataLoss(Cat("source record ", *ordinal, " is missing; run `wensum verify`"));
      }
      WENSUM_ASSIGN_OR_RETURN(const DecodedSource stored, DecodeSource(*value, Cat("source record ", *ordinal)));
      revision = stored.state.revision;
    } else if (source.erase) {
      result.status = NotFound(Cat("no record ", Quote(source.record.key.key), " of source ",
                                   Quote(source.record.key.source), " was ever received"));
      continue;
    }
    if (source.etag.has_value() && *source.etag != revision) {
      result.status = Aborted(Cat("etag ", *source.etag, " does not fit: the record's revision is ", revision,
                                  "; read it again and decide anew"));
    }
  }
  for (size_t i = 0; i < queued.result.sources.size(); ++i) {
    const absl::Status& status = queued.result.sources[i].status;
    if (!status.ok()) {
      queued.result.status = queued.sources.size() == 1 ? status : Annotate(status, Cat("records[", i, "]"));
      return absl::OkStatus();
    }
  }
  queued.result.sources.clear();
  return absl::OkStatus();
}

absl::Status Writer::StageRows(Queued& queued) {
  if (open_.has_sources) {
    // Rows come before sources in a commit: addresses are matched against the gazetteer as the commit leaves it.
    open_.holders.pop_back();
    Flush();
    WENSUM_RETURN_IF_ERROR(EnsureOpen());
    open_.holders.push_back(&queued);
  }
  open_.has_rows = true;
  queued.result.rows.resize(queued.rows.size());
  return open_.slice->StageRows(std::move(queued.rows), queued.result.rows);
}

absl::Status Writer::StageSources(Queued& queued) {
  queued.result.sources.resize(queued.sources.size());
  for (size_t i = 0; i < queued.sources.size(); ++i) {
    PreparedSource& source = queued.sources[i];
    if (source.status.ok() && open_.keys.contains(source.key_hash)) {
      Flush();
      if (!queued.result.status.ok()) {
        return absl::OkStatus();  // the part before failed: the rest must not go on without it
      }
      WENSUM_RETURN_IF_ERROR(EnsureOpen());
      open_.holders.push_back(&queued);
    }
    if (open_.has_rows) {
      WENSUM_RETURN_IF_ERROR(open_.slice->ApplyRows());
      open_.has_rows = false;
    }
    open_.has_sources = true;
    if (source.status.ok()) {
      open_.keys.insert(source.key_hash);
    }
    open_.staged.emplace_back(&queued, i);
    WENSUM_RETURN_IF_ERROR(open_.slice->StageSource(source, queued.result.sources[i]));
  }
  return absl::OkStatus();
}

absl::Status Writer::EnsureOpen() {
  if (broken_) {
    WENSUM_RETURN_IF_ERROR(Recover());
  }
  if (open_.slice == nullptr) {
    open_revision_ = core_.revision.load(std::memory_order_relaxed) + 1;
    if (last_time_ == 0) {
      WENSUM_ASSIGN_OR_RETURN(last_time_, NextCommitTime(core_));
    }
    open_time_ = std::max(core_.clock->Now(), last_time_);
    open_.slice = std::make_unique<Slice>(core_, open_revision_, open_time_);
  }
  return absl::OkStatus();
}

void Writer::Flush() {
  if (open_.slice == nullptr) {
    return;
  }
  if (const absl::Status status = WriteOpen(); !status.ok()) {
    Fail(status);
  }
  open_ = Open();
}

absl::Status Writer::WriteOpen() {
  if (open_.has_rows) {
    WENSUM_RETURN_IF_ERROR(open_.slice->ApplyRows());
  }
  if (!open_.resolved) {
    WENSUM_RETURN_IF_ERROR(open_.slice->Resolve());
  }
  for (const auto& [queued, index] : open_.staged) {
    SourceResult& result = queued->result.sources[index];
    if (result.ordinal != 0) {
      result.anchor = open_.slice->AnchorOf(result.ordinal);
    }
  }
  storage::WriteBatch batch = open_.slice->TakeBatch();
  const bool changed = open_.slice->changed();
  for (Queued* queued : open_.completed) {
    queued->result.revision = changed ? open_revision_ : core_.revision.load(std::memory_order_relaxed);
    if (queued->mutation.extra_writes) {
      queued->mutation.extra_writes(queued->result, batch);
    }
    if (!queued->mutation.request_key.empty()) {
      AddRequest(*queued, open_time_, batch);
    }
  }
  if (!batch.empty()) {
    WENSUM_RETURN_IF_ERROR(core_.store->Write(batch, storage::Durability::kSync));
  }
  if (changed) {
    Publish(*open_.slice, open_revision_);
  }
  return absl::OkStatus();
}

void Writer::AddRequest(Queued& queued, TimeMicros now, storage::WriteBatch& batch) {
  const uint32_t reg = core_.options.register_id;
  const std::string response = queued.mutation.make_response ? queued.mutation.make_response(queued.result) : "";
  storage::PutRequest(reg, queued.mutation.request_key, queued.mutation.request_hash, now, response, batch);
  // Housekeeping rides along; if it fails, the next request does it.
  storage::ExpireRequests(*core_.store, reg, now - core_.options.request_ttl, kExpiredRequestsPerCommit, batch)
      .IgnoreError();
}

void Writer::Publish(const Slice& slice, uint64_t revision) {
  last_time_ = open_time_;
  {
    MutexLock lock(core_.indexes.counts_mutex);
    RegisterStats& counts = core_.indexes.counts;
    const auto add = [](uint64_t& count, int64_t delta) {
      count = static_cast<uint64_t>(static_cast<int64_t>(count) + delta);
    };
    add(counts.entities, slice.deltas().entities);
    add(counts.deleted_source_records, slice.deltas().deleted_sources);
    add(counts.properties, slice.deltas().properties);
    add(counts.streets, slice.deltas().streets);
    for (size_t i = 0; i < counts.reviews.size(); ++i) {
      counts.reviews[i] += slice.deltas().reviews[i];
    }
    for (const auto& [source, delta] : slice.deltas().live_by_source) {
      add(counts.by_source[source], delta);
      add(counts.source_records, delta);
    }
    core_.indexes.given.Add(slice.deltas().given);
  }
  if (slice.gazetteer_changed()) {
    core_.gazetteer_revision.store(revision, std::memory_order_release);
  }
  core_.revision.store(revision, std::memory_order_release);
  MutexLock lock(wake_mutex_);
  for (const auto& [subscription, wake] : wakes_) {
    wake(revision);
  }
}

void Writer::Fail(const absl::Status& status) {
  broken_ = true;
  const std::vector<Queued*> holders = std::move(open_.holders);
  open_ = Open();
  for (Queued* queued : holders) {
    queued->result.status = status;
    Answer(*queued, queued->result);  // a copy: the mutation may still be looked at
  }
}

absl::Status Writer::Recover() {
  // A small synced write first: while the disk is full or the store has failed, loading the indexes would be in vain.
  storage::WriteBatch probe;
  probe.Put(storage::Family::kMeta, "probe", "");
  WENSUM_RETURN_IF_ERROR(core_.store->Write(probe, storage::Durability::kSync));
  WENSUM_RETURN_IF_ERROR(LoadIndexes(core_));
  WENSUM_ASSIGN_OR_RETURN(const auto ruleset, RulesetInForce(*core_.store, core_.options.register_id));
  if (ruleset.has_value() && ruleset->number() != core_.survivorship()->ruleset) {
    WENSUM_ASSIGN_OR_RETURN(auto survivorship, SurvivorshipOf(*ruleset, core_.options.rules));
    core_.set_survivorship(std::move(survivorship));
  }
  broken_ = false;
  return absl::OkStatus();
}

}  // namespace wensum::registry
