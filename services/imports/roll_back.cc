// Takes a run over an extract back.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/mapping.h"
#include "services/imports/absent_records.h"
#include "services/imports/delivered.h"
#include "services/imports/feed_order.h"
#include "services/imports/file_run.h"
#include "storage/import_keys.h"
#include "storage/keys.h"

namespace wensum::imports {
namespace {

using storage::v1::Delivered;
using storage::v1::Feed;
using storage::v1::ImportRun;

constexpr size_t kRestoresPerBatch = 1'000;

class RollBack {
 public:
  explicit RollBack(const FileRunContext& context)
      : run_(context, kRestoresPerBatch),
        about_(context.about),
        about_id_(Cat(about_.id())),
        table_(std::make_shared<DeliveredTable>(context.reg, about_.feed(), run_.run().id())) {}

  absl::Status Run();

 private:
  // The record as it is, and as it was before the run: nullopt if nobody had ever sent it.
  struct States {
    registry::SourceVersion now;
    std::optional<registry::SourceVersion> before;
  };

  absl::Status Take(const std::string& hash, const Delivered& delivered);
  absl::StatusOr<States> Read(uint64_t ordinal) const;
  void Restore(const std::string& hash, const Delivered& delivered, States states);
  void LeaveAlone(const std::string& hash, const Delivered& delivered, const registry::SourceVersion& now);
  // `as`: the version that is in force again; nullptr: there was none.
  void Write(const std::string& hash, const Delivered& delivered, registry::SourceWrite write,
             const registry::SourceVersion* as);
  absl::Status SendIfFull();
  absl::Status Send();
  absl::Status Finish();

  FileRun run_;
  const ImportRun about_;
  const std::string about_id_;
  const std::shared_ptr<DeliveredTable> table_;
  std::optional<registry::ReadView> before_;
  Feed feed_;
  DeliveredBatch rows_;
};

absl::Status RollBack::Run() {
  registry::Register& reg = *run_.context().reg;
  if (run_.run().all_rows_done()) {
    return absl::OkStatus();  // it was cut off between its last batch and its end
  }
  WENSUM_ASSIGN_OR_RETURN(feed_, ReadFeed(*reg.store(), reg.register_id(), about_.feed()));
  if (about_.first_revision() != 0) {
    WENSUM_ASSIGN_OR_RETURN(before_, reg.OpenView({.as_of_revision = about_.first_revision() - 1}));
  }
  WENSUM_RETURN_IF_ERROR(
      table_->ForEach([this](const std::string& hash, const Delivered& delivered) { return Take(hash, delivered); }));
  WENSUM_RETURN_IF_ERROR(Send());
  return Finish();
}

absl::Status RollBack::Take(const std::string& hash, const Delivered& delivered) {
  if (delivered.run() == about_.id()) {
    WENSUM_ASSIGN_OR_RETURN(States states, Read(delivered.ordinal()));
    Restore(hash, delivered, std::move(states));
    return SendIfFull();
  }
  if (feed_.last_run() == about_.id() && delivered.missing_since() == feed_.extracts()) {
    Delivered there = delivered;
    there.clear_missing_since();
    rows_.changed.emplace_back(hash, std::move(there));
    return SendIfFull();
  }
  return absl::OkStatus();
}

absl::StatusOr<RollBack::States> RollBack::Read(uint64_t ordinal) const {
  const registry::Register& reg = *run_.context().reg;
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView newest, reg.OpenView({}));
  States states;
  WENSUM_ASSIGN_OR_RETURN(states.now, reg.GetSourceByOrdinal(newest, ordinal));
  if (before_.has_value()) {
    auto before = reg.GetSourceByOrdinal(*before_, ordinal);
    if (before.ok()) {
      states.before = *std::move(before);
    } else if (before.status().code() != absl::StatusCode::kNotFound) {
      return before.status();
    }
  }
  return states;
}

void RollBack::Restore(const std::string& hash, const Delivered& delivered, States states) {
  registry::SourceWrite write;
  const bool changed = states.now.stored.import_run() == about_id_;
  const bool untouched = about_.first_revision() == 0 || states.now.stored.revision() < about_.first_revision();
  if (changed) {
    const registry::SourceVersion* const before = states.before.has_value() ? &*states.before : nullptr;
    write.erase = before == nullptr || before->stored.deleted();
    write.record = before == nullptr ? states.now.record : before->record;
    Write(hash, delivered, std::move(write), before);
  } else if (untouched && !states.now.stored.deleted()) {
    write.record = states.now.record;  // what is held of it goes
    Write(hash, delivered, std::move(write), &states.now);
  } else {
    LeaveAlone(hash, delivered, states.now);
  }
}

void RollBack::LeaveAlone(const std::string& hash, const Delivered& delivered, const registry::SourceVersion& now) {
  Delivered next = delivered;
  next.clear_run();
  next.set_row_hash(0);
  rows_.changed.emplace_back(hash, std::move(next));
  if (now.stored.deleted()) {
    return;  // it is gone as it is
  }
  run_.batch().issues.push_back({.line = now.stored.import_line(),
                                 .column = "",
                                 .rule = "changed_since",
                                 .severity = ingest::Severity::kWarning,
                                 .message = Cat("the record ", Quote(now.record.key.key), " of source ",
                                                Quote(now.record.key.source), " was changed since, and stays as it is"),
                                 .raw = ""});
}

void RollBack::Write(const std::string& hash, const Delivered& delivered, registry::SourceWrite write,
                     const registry::SourceVersion* as) {
  // The version is again of the run that had made it, so that that one can be taken back too.
  const auto former_run = as == nullptr ? std::nullopt : ParseInteger<uint64_t>(as->stored.import_run());
  const uint64_t own_run = run_.run().id();
  rows_.written.push_back({.hash = hash,
                           .row_hash = 0,
                           .flagged = false,
                           .last = delivered,
                           .erases = write.erase,
                           .run = former_run.value_or(own_run)});
  write.canonical = true;
  write.restores = true;
  write.import_run = as == nullptr ? run_.run_id() : as->stored.import_run();
  write.import_line = as == nullptr ? 0 : as->stored.import_line();
  run_.mutation().sources.push_back(std::move(write));
  run_.batch().items.push_back({});
}

absl::Status RollBack::SendIfFull() {
  if (rows_.written.size() + rows_.changed.size() < kRestoresPerBatch) {
    return absl::OkStatus();
  }
  WENSUM_RETURN_IF_ERROR(Send());
  if (run_.context().stopping()) {
    return absl::CancelledError("stopped at a checkpoint");
  }
  return absl::OkStatus();
}

absl::Status RollBack::Send() {
  run_.batch().writes = [table = table_, rows = std::make_shared<const DeliveredBatch>(std::exchange(rows_, {}))](
                            const registry::MutationResult& result, storage::WriteBatch& writes) {
    table->Write(*rows, result, writes);
  };
  return run_.Send({});
}

absl::Status RollBack::Finish() {
  const uint32_t reg = run_.context().reg->register_id();
  if (feed_.last_run() == about_.id()) {
    ForgetExtract(feed_);
  }
  ImportRun about = about_;
  about.set_rolled_back_by(run_.run().id());
  run_.batch().writes = [feed_key = storage::FeedKey(reg, about_.feed()), feed = feed_,
                         run_key = storage::ImportRunKey(reg, about_.id()),
                         about](const registry::MutationResult&, storage::WriteBatch& writes) {
    writes.Put(storage::Family::kImportRun, feed_key, feed.SerializeAsString());
    writes.Put(storage::Family::kImportRun, run_key, about.SerializeAsString());
  };
  return run_.Finish({});
}

}  // namespace

absl::Status RunRollBack(const FileRunContext& context) { return RollBack(context).Run(); }

absl::Status RunConfirmedDeletes(const FileRunContext& context) {
  FileRun run(context, kRestoresPerBatch);
  if (run.run().all_rows_done()) {
    return absl::OkStatus();
  }
  registry::Register& reg = *context.reg;
  WENSUM_ASSIGN_OR_RETURN(const Feed feed, ReadFeed(*reg.store(), reg.register_id(), context.about.feed()));
  WENSUM_ASSIGN_OR_RETURN(const ingest::Mapping mapping, ingest::ParseMapping(context.about.mapping_yaml()));
  const auto table = std::make_shared<DeliveredTable>(&reg, context.about.feed(), run.run().id());
  AbsentRecords absent(&run, table, &mapping.delivery, feed.extracts());
  WENSUM_RETURN_IF_ERROR(absent.DeleteDue());
  return run.Finish({});
}

}  // namespace wensum::imports
