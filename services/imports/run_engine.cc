#include "services/imports/run_engine.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/imports/feed_order.h"
#include "services/imports/file_run.h"
#include "services/register/prepare.h"
#include "services/tasks/task_writer.h"
#include "storage/keys.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::imports {
namespace {

using storage::Family;

constexpr uint32_t kRunFormat = 1;
constexpr size_t kRunsAtOnce = 100;
constexpr TimeMicros kClockTolerance = TimeMicros{3'600} * 1'000'000;

// Feed names become file names.
bool IsFeedName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '_' || c == '-';
  });
}

// All feeds but those whose files have a form of their own.
bool NeedsMapping(std::string_view feed) {
  return feed != RunEngine::kGazetteerFeed && feed != RunEngine::kCodePointFeed;
}

absl::StatusOr<storage::v1::ImportRun> ParseRun(std::string_view bytes, uint64_t id) {
  storage::v1::ImportRun run;
  if (!run.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || run.format() > kRunFormat) {
    return DataLoss(Cat("import run ", id, " cannot be read"));
  }
  return run;
}

// A run whose end is recorded may be active for a moment more; its feed is free.
bool StillRuns(const RunLedger& ledger, std::string_view feed) {
  const storage::v1::ImportRun run = ledger.run();
  return run.feed() == feed && run.state() == v1::ImportRun::STATE_RUNNING;
}

void RemoveSpooled(const storage::v1::ImportRun& run) {
  if (!run.spool_file().empty()) {
    std::error_code ignored;  // a file left behind costs room, nothing else
    std::filesystem::remove(run.spool_file(), ignored);
  }
}

}  // namespace

RunEngine::RunEngine(registry::Register* reg, const Clock* clock, RunEngineOptions options)
    : register_(reg), clock_(clock), options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<RunEngine>> RunEngine::Create(registry::Register* reg, const Clock* clock,
                                                             RunEngineOptions options) {
  auto engine = std::unique_ptr<RunEngine>(new RunEngine(reg, clock, std::move(options)));
  WENSUM_RETURN_IF_ERROR(engine->Resume());
  engine->thread_ = std::thread([raw = engine.get()] { raw->Work(); });
  return engine;
}

RunEngine::~RunEngine() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  work_.NotifyAll();
  if (thread_.joinable()) {
    thread_.join();
  }
}

absl::Status RunEngine::Resume() {
  const auto snapshot = register_->store()->NewSnapshot();
  const auto iterator = snapshot->NewIterator(Family::kImportRun,
                                              storage::PrefixRange(storage::ImportRunPrefix(register_->register_id())));
  MutexLock lock(mutex_);
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const auto key, storage::ParseImportRunKey(iterator->key()));
    WENSUM_ASSIGN_OR_RETURN(storage::v1::ImportRun run, ParseRun(iterator->value(), key.number));
    next_id_ = key.number + 1;
    if (run.state() != v1::ImportRun::STATE_RUNNING) {
      RemoveSpooled(run);  // the server may have ended before it came to that
    } else {
      run.set_resumed(run.resumed() + 1);
      waiting_.push_back(key.number);
      active_[key.number] = std::make_shared<RunLedger>(register_->register_id(), std::move(run));
    }
  }
  return iterator->status();
}

absl::StatusOr<std::string> RunEngine::MappingText(const StartSpec& spec) const {
  if (!spec.mapping_yaml.empty()) {
    return spec.mapping_yaml;
  }
  if (options_.mappings_dir.empty()) {
    return InvalidArgument(Cat("feed ", Quote(spec.feed),
                               " has no mapping: send one along, or set mappings_dir in the server's configuration"));
  }
  const std::string path = Cat(options_.mappings_dir, "/", spec.feed, ".yaml");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.is_open() || file.bad()) {
    return InvalidArgument(
        Cat("feed ", Quote(spec.feed), " is unknown: there is no ", spec.feed, ".yaml in the server's mappings_dir"));
  }
  return text.str();
}

absl::Status RunEngine::Check(const StartSpec& spec) {
  if (!IsFeedName(spec.feed)) {
    return InvalidArgument(Cat("feed ", Quote(spec.feed), " must be 1 to 64 letters, digits, _ or -"));
  }
  if (spec.extract_time != 0 && !NeedsMapping(spec.feed)) {
    return InvalidArgument(Cat("extract_time is of extracts that a mapping reads; files of feed ", Quote(spec.feed),
                               " say their own date"));
  }
  // A wrong clock at the source would have every later extract refused.
  if (spec.extract_time > clock_->Now() + kClockTolerance) {
    return InvalidArgument("extract_time lies in the future: send the time of the source's query, in UTC");
  }
  if (spec.feed == kGazetteerFeed) {
    WENSUM_RETURN_IF_ERROR(ParseGazetteerFormat(spec.format).status());
  } else if (NeedsMapping(spec.feed)) {
    WENSUM_ASSIGN_OR_RETURN(const std::string text, MappingText(spec));
    WENSUM_ASSIGN_OR_RETURN(const ingest::Mapping mapping, ingest::ParseMapping(text));
    if (mapping.feed != spec.feed) {
      return InvalidArgument(Cat("the mapping is for feed ", Quote(mapping.feed), ", not for ", Quote(spec.feed)));
    }
    if (register_->rules().FindSource(mapping.source) == nullptr) {
      return InvalidArgument(Cat("the mapping's source ", Quote(mapping.source),
                                 " is not configured: add it to `sources` in the server's configuration"));
    }
  }
  MutexLock lock(mutex_);
  for (const auto& [id, ledger] : active_) {
    if (StillRuns(*ledger, spec.feed)) {
      return FailedPrecondition(
          Cat("importRuns/", id, " of feed ", Quote(spec.feed), " has not ended yet: wait for it, see GetRun"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<storage::v1::ImportRun> RunEngine::Start(const StartSpec& spec) {
  WENSUM_RETURN_IF_ERROR(Check(spec));
  storage::v1::ImportRun run;
  run.set_format(kRunFormat);
  run.set_feed(spec.feed);
  run.set_format_option(spec.format);
  run.set_file_name(spec.file_name);
  run.set_expected_sha256(spec.expected_sha256);
  run.set_expected_rows(spec.expected_rows);
  run.set_any_order(spec.any_order);
  run.set_absent_rows(spec.absent_rows);
  run.set_extract_time(spec.extract_time);
  run.set_state(v1::ImportRun::STATE_RUNNING);
  run.set_start_time(clock_->Now());
  (spec.spooled ? *run.mutable_spool_file() : *run.mutable_drop_path()) = spec.path;
  if (NeedsMapping(spec.feed)) {
    WENSUM_ASSIGN_OR_RETURN(*run.mutable_mapping_yaml(), MappingText(spec));
    run.set_tracked(true);
  }
  return Launch(std::move(run));
}

absl::Status RunEngine::MayFollowUp(RunKind kind, const storage::v1::ImportRun& about, uint64_t self) const {
  std::vector<storage::v1::ImportRun> newer;
  for (uint64_t before = self;;) {
    WENSUM_ASSIGN_OR_RETURN(const auto page, ListRuns(about.feed(), before, kRunsAtOnce));
    for (const storage::v1::ImportRun& other : page) {
      if (other.id() > about.id()) {
        newer.push_back(other);
      }
    }
    if (page.size() < kRunsAtOnce || page.back().id() <= about.id()) {
      break;
    }
    before = page.back().id();
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::Feed feed,
                          ReadFeed(*register_->store(), register_->register_id(), about.feed()));
  return CheckFollowUp(kind, about, feed, newer);
}

absl::StatusOr<storage::v1::ImportRun> RunEngine::StartFollowUp(const FollowUpSpec& spec) {
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::ImportRun about, ReadRun(spec.run));
  WENSUM_RETURN_IF_ERROR(MayFollowUp(spec.kind, about, 0));
  storage::v1::ImportRun run;
  run.set_format(kRunFormat);
  run.set_feed(about.feed());
  run.set_kind(static_cast<uint32_t>(spec.kind));
  run.set_of_run(spec.run);
  run.set_mapping_yaml(about.mapping_yaml());
  run.set_tracked(true);
  run.set_actor(spec.actor);
  run.set_caller(spec.caller);
  run.set_comment(spec.comment);
  run.set_state(v1::ImportRun::STATE_RUNNING);
  run.set_start_time(clock_->Now());
  return Launch(std::move(run));
}

absl::StatusOr<storage::v1::ImportRun> RunEngine::Launch(storage::v1::ImportRun run) {
  std::shared_ptr<RunLedger> ledger;
  {
    MutexLock lock(mutex_);
    if (stopping_) {
      return Unavailable("the server is shutting down; try again later");
    }
    for (const auto& [id, other] : active_) {  // two callers may have passed Check together
      if (StillRuns(*other, run.feed())) {
        return FailedPrecondition(
            Cat("importRuns/", id, " of feed ", Quote(run.feed()), " has not ended yet: wait for it, see GetRun"));
      }
    }
    run.set_id(next_id_++);
    ledger = std::make_shared<RunLedger>(register_->register_id(), run);
    active_[run.id()] = ledger;
  }
  absl::Status stored =
      CommitWrites([&](storage::WriteBatch& batch) { ledger->Update([](storage::v1::ImportRun&) {}, batch); });
  MutexLock lock(mutex_);
  if (!stored.ok()) {
    active_.erase(run.id());
    return stored;
  }
  waiting_.push_back(run.id());
  work_.NotifyAll();
  return run;
}

absl::Status RunEngine::CommitWrites(const std::function<void(storage::WriteBatch&)>& add) {
  registry::Mutation mutation;
  mutation.extra_writes = [&add](const registry::MutationResult&, storage::WriteBatch& batch) { add(batch); };
  return register_->Commit(std::move(mutation)).status;
}

void RunEngine::Work() {
  while (true) {
    uint64_t id = 0;
    std::shared_ptr<RunLedger> ledger;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && !stopping_) {
        work_.Wait(mutex_);
      }
      if (stopping_) {
        return;
      }
      id = waiting_.front();
      waiting_.pop_front();
      ledger = active_.at(id);
    }
    Execute(id, *ledger);
  }
}

void RunEngine::Execute(uint64_t id, RunLedger& ledger) {
  absl::Status status = ExecuteFile(ledger);
  if (status.code() == absl::StatusCode::kCancelled) {
    return;  // goes on at the next start
  }
  EndRun(ledger, status);
  MutexLock lock(mutex_);
  active_.erase(id);
}

absl::Status RunEngine::ExecuteFile(RunLedger& ledger) {
  const storage::v1::ImportRun run = ledger.run();
  FileRunContext context{
      .reg = register_,
      .ledger = &ledger,
      .path = run.spool_file().empty() ? run.drop_path() : run.spool_file(),
      .about = {},
      .today = registry::Today(*clock_),
      .rules = &options_.gazetteer_rules,
      .earlier_runs = [this](uint64_t before, size_t limit) { return ListRuns(kGazetteerFeed, before, limit); },
      .stopping =
          [this] {
            MutexLock lock(mutex_);
            return stopping_;
          }};
  if (run.kind() != static_cast<uint32_t>(RunKind::kFile)) {
    WENSUM_ASSIGN_OR_RETURN(context.about, ReadRun(run.of_run()));
    if (!run.all_rows_done()) {  // another run of the feed may have ended since it was asked for
      WENSUM_RETURN_IF_ERROR(MayFollowUp(static_cast<RunKind>(run.kind()), context.about, run.id()));
    }
    return run.kind() == static_cast<uint32_t>(RunKind::kRollBack) ? RunRollBack(context)
                                                                   : RunConfirmedDeletes(context);
  }
  if (NeedsMapping(run.feed())) {
    return RunMappedFile(context);
  }
  return run.feed() == kGazetteerFeed ? RunGazetteerFile(context) : RunCodePointFile(context);
}

void RunEngine::EndRun(RunLedger& ledger, const absl::Status& status) {
  if (!status.ok()) {
    // What the ledger counted of a commit that failed did not happen: the store's word holds.
    if (auto stored = ReadRun(ledger.run().id()); stored.ok()) {
      ledger.Reset(*std::move(stored));
    }
  }
  const absl::Status ended = CommitEnd(ledger, status);
  // Where not even that could be stored the run stays RUNNING in the store and goes on from its checkpoint at the next
  // start.
  if (ended.ok()) {
    RemoveSpooled(ledger.run());
  }
}

absl::Status RunEngine::CommitEnd(RunLedger& ledger, const absl::Status& status) {
  registry::Mutation mutation;
  mutation.plan = [&](const registry::PlanView& view) -> absl::StatusOr<registry::Planned> {
    registry::Planned planned;
    if (status.code() == absl::StatusCode::kInvalidArgument) {
      ledger.AddIssues({{.line = 0,
                         .column = "",
                         .rule = "file_refused",
                         .severity = ingest::Severity::kStop,
                         .message = std::string(Message(status)),
                         .raw = ""}},
                       planned.writes);
    }
    ledger.Finish(status.ok() ? v1::ImportRun::STATE_SUCCEEDED : v1::ImportRun::STATE_FAILED,
                  std::string(Message(status)), clock_->Now(), planned.writes);
    const storage::v1::ImportRun run = ledger.run();
    tasks::TaskWriter writer(view.reader, register_->register_id(), options_.tasks);
    if (status.ok()) {
      WENSUM_RETURN_IF_ERROR(writer.Withdraw(tasks::TaskKind::kImportStopped, run.feed()));
    } else {
      tasks::Condition condition;
      condition.kind = tasks::TaskKind::kImportStopped;
      condition.cause = run.feed();
      condition.subject = run.feed();
      condition.priority = tasks::Priority::kHigh;
      condition.evidence = run.id();
      storage::v1::ImportStoppedFacts& facts = *condition.facts.mutable_import_stopped();
      facts.set_run(run.id());
      facts.set_feed(run.feed());
      facts.set_error(run.error());
      writer.Raise(std::move(condition));
    }
    WENSUM_ASSIGN_OR_RETURN(planned.has_revision,
                            writer.Finish({.revision = view.revision, .time = view.time}, planned.writes));
    return planned;
  };
  return register_->Commit(std::move(mutation)).status;
}

absl::StatusOr<storage::v1::ImportRun> RunEngine::ReadRun(uint64_t id) const {
  WENSUM_ASSIGN_OR_RETURN(
      const auto value,
      register_->store()->Get(Family::kImportRun, storage::ImportRunKey(register_->register_id(), id)));
  if (!value.has_value()) {
    return NotFound(Cat("importRuns/", id, " does not exist"));
  }
  return ParseRun(*value, id);
}

// The stored run, not the ledger's: that is ahead of the store while a commit is under way.
absl::StatusOr<storage::v1::ImportRun> RunEngine::GetRun(uint64_t id) const { return ReadRun(id); }

absl::StatusOr<std::vector<storage::v1::ImportRun>> RunEngine::ListRuns(std::string_view feed, uint64_t before_id,
                                                                        size_t limit) const {
  const uint32_t reg = register_->register_id();
  const auto snapshot = register_->store()->NewSnapshot();
  const auto iterator = snapshot->NewIterator(Family::kImportRun, storage::PrefixRange(storage::ImportRunPrefix(reg)));
  if (before_id == 0) {
    iterator->SeekToLast();
  } else {
    iterator->SeekForPrev(storage::ImportRunKey(reg, before_id - 1));
  }
  std::vector<storage::v1::ImportRun> runs;
  for (; iterator->Valid() && runs.size() < limit; iterator->Prev()) {
    WENSUM_ASSIGN_OR_RETURN(const auto key, storage::ParseImportRunKey(iterator->key()));
    WENSUM_ASSIGN_OR_RETURN(storage::v1::ImportRun run, ParseRun(iterator->value(), key.number));
    if (feed.empty() || run.feed() == feed) {
      runs.push_back(std::move(run));
    }
  }
  WENSUM_RETURN_IF_ERROR(iterator->status());
  return runs;
}

absl::StatusOr<std::vector<std::pair<uint64_t, storage::v1::ImportIssue>>> RunEngine::ListIssues(uint64_t run,
                                                                                                 uint64_t after_number,
                                                                                                 size_t limit) const {
  WENSUM_RETURN_IF_ERROR(ReadRun(run).status());
  const uint32_t reg = register_->register_id();
  const auto snapshot = register_->store()->NewSnapshot();
  const auto iterator =
      snapshot->NewIterator(Family::kImportRun, storage::PrefixRange(storage::ImportIssuePrefix(reg, run)));
  std::vector<std::pair<uint64_t, storage::v1::ImportIssue>> issues;
  iterator->Seek(storage::ImportIssueKey(reg, run, after_number + 1));
  for (; iterator->Valid() && issues.size() < limit; iterator->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const auto key, storage::ParseImportIssueKey(iterator->key()));
    storage::v1::ImportIssue issue;
    const std::string_view value = iterator->value();
    if (!issue.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      return DataLoss(Cat("an issue of import run ", run, " cannot be read"));
    }
    issues.emplace_back(key.number, std::move(issue));
  }
  WENSUM_RETURN_IF_ERROR(iterator->status());
  return issues;
}

}  // namespace wensum::imports
