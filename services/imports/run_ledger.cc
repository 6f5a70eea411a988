#include "services/imports/run_ledger.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "matching/address/address_index.h"
#include "storage/keys.h"

namespace wensum::imports {

namespace {

// Rows of the register that the run has changed.
uint64_t Changed(const storage::v1::ImportRun& run) {
  return run.inserted() + run.updated() + run.deleted() + run.absent_deleted();
}

}  // namespace

RunLedger::RunLedger(uint32_t register_id, storage::v1::ImportRun run) : register_(register_id), run_(std::move(run)) {}

void RunLedger::Commit(const RunBatch& done, const registry::MutationResult& result, storage::WriteBatch& batch) {
  MutexLock lock(mutex_);
  if (batch_lost_) {
    return;
  }
  if (!done.absent) {
    const auto counted = static_cast<uint64_t>(std::ranges::count_if(done.items, &RunBatch::Item::counted));
    run_.set_read(run_.read() + counted + done.rejected + done.overtaken + done.unchanged);
  }
  run_.set_rejected(run_.rejected() + done.rejected);
  run_.set_unchanged(run_.unchanged() + done.overtaken + done.unchanged);
  run_.set_flagged(run_.flagged() + done.unchanged_flagged);
  for (const auto& [type, count] : done.by_record_type) {
    (*run_.mutable_by_record_type())[type] += count;
  }
  for (const ingest::RowIssue& issue : done.issues) {
    AddIssue(issue, batch);
  }
  if (done.absences_unsure) {
    run_.set_absences_unsure(true);
  }
  const uint64_t changed_before = Changed(run_);
  if (done.absent) {
    CountAbsent(result);
  } else {
    CountSources(done, result, batch);
    CountRows(done, result, batch);
  }
  if (done.writes) {
    done.writes(result, batch);
  }
  if (Changed(run_) != changed_before) {
    if (run_.first_revision() == 0) {
      run_.set_first_revision(result.revision);
    }
    run_.set_last_revision(result.revision);
  }
  run_.set_text_offset(done.position.text_offset);
  run_.set_next_line(done.position.line);
  run_.set_rows_done(done.position.rows);
  run_.set_bytes_done(done.raw_offset);
  run_.set_all_rows_done(done.last);
  Put(batch);
}

void RunLedger::CountSources(const RunBatch& done, const registry::MutationResult& result, storage::WriteBatch& batch) {
  for (size_t i = 0; i < result.sources.size(); ++i) {
    const registry::SourceResult& source = result.sources[i];
    if (!source.status.ok()) {
      CountRefusal(done.items[i], source.status, batch);
      continue;
    }
    CountOutcome(source.outcome, done.items[i].flagged);
    for (const uint8_t outcome : source.address_outcomes) {
      ++(*run_.mutable_addresses())[std::string(
          matching::address::OutcomeName(static_cast<matching::address::Outcome>(outcome)))];
    }
  }
}

void RunLedger::CountRows(const RunBatch& done, const registry::MutationResult& result, storage::WriteBatch& batch) {
  for (size_t i = 0; i < result.rows.size(); ++i) {
    const registry::GazetteerResult& row = result.rows[i];
    if (row.status.ok()) {
      if (done.items[i].counted) {
        CountOutcome(row.outcome, done.items[i].flagged);
      }
    } else {
      CountRefusal(done.items[i], row.status, batch);
    }
  }
}

// A row that is gone already was deleted before a stop, or by somebody else.
void RunLedger::CountAbsent(const registry::MutationResult& result) {
  const auto deleted = [](const auto& answer) {
    return answer.status.ok() && answer.outcome == registry::WriteOutcome::kDeleted;
  };
  const auto deletions = std::ranges::count_if(result.rows, deleted) + std::ranges::count_if(result.sources, deleted);
  run_.set_absent_deleted(run_.absent_deleted() + static_cast<uint64_t>(deletions));
}

void RunLedger::CountOutcome(registry::WriteOutcome outcome, bool flagged) {
  switch (outcome) {
    case registry::WriteOutcome::kInserted:
      run_.set_inserted(run_.inserted() + 1);
      break;
    case registry::WriteOutcome::kUpdated:
      run_.set_updated(run_.updated() + 1);
      break;
    case registry::WriteOutcome::kDeleted:
      run_.set_deleted(run_.deleted() + 1);
      break;
    case registry::WriteOutcome::kHeld:
      run_.set_held(run_.held() + 1);
      break;
    case registry::WriteOutcome::kUnchanged:
    case registry::WriteOutcome::kNone:
      run_.set_unchanged(run_.unchanged() + 1);
      break;
  }
  if (flagged) {
    run_.set_flagged(run_.flagged() + 1);
  }
}

void RunLedger::CountRefusal(const RunBatch::Item& item, const absl::Status& status, storage::WriteBatch& batch) {
  run_.set_rejected(run_.rejected() + 1);
  AddIssue({.line = item.line,
            .column = "",
            .rule = "refused_by_register",
            .severity = ingest::Severity::kReject,
            .message = std::string(Message(status)),
            .raw = item.raw},
           batch);
}

void RunLedger::AddIssues(const std::vector<ingest::RowIssue>& issues, storage::WriteBatch& batch) {
  MutexLock lock(mutex_);
  for (const ingest::RowIssue& issue : issues) {
    AddIssue(issue, batch);
  }
  Put(batch);
}

void RunLedger::AddIssue(const ingest::RowIssue& issue, storage::WriteBatch& batch) {
  ++(*run_.mutable_by_rule())[issue.rule];
  if (issue.severity == ingest::Severity::kWarning) {
    if (run_.stored_warnings() >= kMaxStoredWarnings) {
      return;
    }
    run_.set_stored_warnings(run_.stored_warnings() + 1);
  }
  run_.set_issues(run_.issues() + 1);
  storage::v1::ImportIssue stored;
  stored.set_format(1);
  stored.set_line(issue.line);
  stored.set_column(issue.column);
  stored.set_rule(issue.rule);
  stored.set_severity(static_cast<uint32_t>(issue.severity));
  stored.set_message(issue.message);
  stored.set_raw(issue.raw.substr(0, ingest::kMaxRawBytes));
  batch.Put(storage::Family::kImportRun, storage::ImportIssueKey(register_, run_.id(), run_.issues()),
            stored.SerializeAsString());
}

void RunLedger::SetFile(std::string sha256, uint64_t bytes, std::string format) {
  MutexLock lock(mutex_);
  run_.set_sha256(std::move(sha256));
  run_.set_file_bytes(bytes);
  run_.set_file_format(std::move(format));
}

void RunLedger::SetSupply(storage::v1::Supply supply) {
  MutexLock lock(mutex_);
  *run_.mutable_supply() = std::move(supply);
}

void RunLedger::SetAbsent(uint64_t absent) {
  MutexLock lock(mutex_);
  run_.set_absent(absent);
}

void RunLedger::SetWithheld(uint64_t withheld) {
  MutexLock lock(mutex_);
  run_.set_deletes_withheld(withheld);
}

void RunLedger::SetRepeats(uint64_t run) {
  MutexLock lock(mutex_);
  run_.set_repeats(run);
}

void RunLedger::Finish(uint32_t state, std::string error, int64_t time, storage::WriteBatch& batch) {
  MutexLock lock(mutex_);
  run_.set_state(state);
  run_.set_error(std::move(error));
  run_.set_end_time(time);
  Put(batch);
}

void RunLedger::LoseBatch() {
  MutexLock lock(mutex_);
  batch_lost_ = true;
}

void RunLedger::Reset(storage::v1::ImportRun run) {
  MutexLock lock(mutex_);
  batch_lost_ = false;
  run_ = std::move(run);
}

storage::v1::ImportRun RunLedger::run() const {
  ReaderLock lock(mutex_);
  return run_;
}

void RunLedger::Put(storage::WriteBatch& batch) {
  batch.Put(storage::Family::kImportRun, storage::ImportRunKey(register_, run_.id()), run_.SerializeAsString());
}

bool Reconciled(const storage::v1::ImportRun& run) {
  return run.read() == run.inserted() + run.updated() + run.unchanged() + run.deleted() + run.rejected() + run.held();
}

}  // namespace wensum::imports
