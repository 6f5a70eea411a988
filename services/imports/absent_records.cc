#include "services/imports/absent_records.h"

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::imports {
namespace {

constexpr size_t kKeysPerBatch = 1'000;

}  // namespace

absl::Status AbsentRecords::Run(const ingest::CsvPosition& position) {
  absent_ = run_.context().ledger->run().absent_deleted();  // before a stop
  WENSUM_ASSIGN_OR_RETURN(const uint64_t keys,
                          table_->ForEachAbsent([&](const std::string& hash, const storage::v1::Delivered& delivered) {
                            return Take({hash, delivered}, position);
                          }));
  run_.context().ledger->SetAbsent(absent_);
  WENSUM_RETURN_IF_ERROR(Send(position));
  if (!TooMany(keys)) {
    return Delete(due_, position);
  }
  run_.context().ledger->SetWithheld(due_count_);
  run_.batch().issues.push_back(
      {.line = 0,
       .column = "",
       .rule = "deletes_withheld",
       .severity = ingest::Severity::kWarning,
       .message =
           Cat(due_count_, " of the feed's ", keys, " records are missing from ", rule_.delete_after,
               " complete extracts in a row, and were not deleted: delete_at_most is ", rule_.delete_at_most,
               ", delete_at_most_percent is ", rule_.delete_at_most_percent, ". Ask the source whether they are gone"),
       .raw = ""});
  return absl::OkStatus();
}

absl::Status AbsentRecords::DeleteDue() {
  WENSUM_RETURN_IF_ERROR(table_
                             ->ForEachAbsent([&](const std::string& hash, const storage::v1::Delivered& delivered) {
                               if (Due(delivered)) {
                                 due_.emplace_back(hash, delivered);
                               }
                               return due_.size() < kKeysPerBatch ? absl::OkStatus()
                                                                  : Delete(std::exchange(due_, {}), {});
                             })
                             .status());
  return Delete(due_, {});
}

bool AbsentRecords::Due(const storage::v1::Delivered& delivered) const {
  return delivered.missing_since() != 0 && extract_ - delivered.missing_since() + 1 >= rule_.delete_after;
}

absl::Status AbsentRecords::Take(Key key, const ingest::CsvPosition& position) {
  ++absent_;
  storage::v1::Delivered& delivered = key.second;
  if (delivered.missing_since() == 0) {
    delivered.set_missing_since(extract_);
    batch_.changed.push_back(key);
  }
  if (Due(delivered)) {
    // More than may be deleted need not be kept: none is.
    if (++due_count_ <= rule_.delete_at_most) {
      due_.push_back(std::move(key));
    }
  }
  return batch_.changed.size() < kKeysPerBatch ? absl::OkStatus() : Send(position);
}

bool AbsentRecords::TooMany(uint64_t keys) const {
  return due_count_ > rule_.delete_at_most || due_count_ * 100 > keys * rule_.delete_at_most_percent;
}

absl::Status AbsentRecords::Delete(const std::vector<Key>& keys, const ingest::CsvPosition& position) {
  registry::Register& reg = *run_.context().reg;
  for (const Key& key : keys) {
    WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, reg.OpenView({}));
    WENSUM_ASSIGN_OR_RETURN(registry::SourceVersion version, reg.GetSourceByOrdinal(view, key.second.ordinal()));
    const int64_t extract_time = run_.run().extract_time();
    const bool sent_by_feed = version.stored.import_run() == Cat(key.second.run());
    if (extract_time != 0 && version.record.receive_time > extract_time && !sent_by_feed && !version.stored.deleted()) {
      continue;  // somebody else sent it after the extract was made
    }
    registry::SourceWrite& write = run_.mutation().sources.emplace_back();
    write.record.key = std::move(version.record.key);
    write.record.kind = version.record.kind;
    write.erase = true;
    write.import_run = run_.run_id();
    batch_.written.push_back({.hash = key.first, .row_hash = 0, .flagged = false, .last = key.second, .erases = true});
    if (batch_.written.size() == kKeysPerBatch) {
      WENSUM_RETURN_IF_ERROR(Send(position));
    }
  }
  return Send(position);
}

absl::Status AbsentRecords::Send(const ingest::CsvPosition& position) {
  if (batch_.changed.empty() && batch_.written.empty()) {
    return absl::OkStatus();
  }
  RunBatch& batch = run_.batch();
  batch.absent = true;
  batch.items.resize(batch_.written.size());
  batch.writes = [table = table_, rows = std::make_shared<const DeliveredBatch>(std::exchange(batch_, {}))](
                     const registry::MutationResult& result, storage::WriteBatch& writes) {
    table->Write(*rows, result, writes);
  };
  WENSUM_RETURN_IF_ERROR(run_.Send(position));
  if (run_.context().stopping()) {
    return absl::CancelledError("stopped at a checkpoint");
  }
  return absl::OkStatus();
}

}  // namespace wensum::imports
