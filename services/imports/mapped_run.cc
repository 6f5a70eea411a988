#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/mapped_reader.h"
#include "import/mapping.h"
#include "services/imports/absent_records.h"
#include "services/imports/delivered.h"
#include "services/imports/feed_order.h"
#include "services/imports/file_run.h"
#include "storage/import_keys.h"

namespace wensum::imports {
namespace {

constexpr size_t kRecordsPerBatch = 1000;
constexpr size_t kRowsPerLook = 250;
constexpr size_t kKeptRawBytes = 4096;

// Of what rows are read by, beside the mapping: a change to how values become records must change it.
constexpr uint64_t kReadingVersion = 1;

// Two-digit years are read by the year of today, unless the mapping says otherwise.
uint64_t HashSeed(const std::string& mapping, model::PartialDate today) {
  return HashCombine(HashCombine(kReadingVersion, Hash64(mapping)), static_cast<uint64_t>(today.year));
}

// What the record says depends on the day it is read.
bool DependsOnToday(const ingest::MappedRecord& record) {
  return std::ranges::find(record.issues, "date_in_future", &ingest::RowIssue::rule) != record.issues.end();
}

class MappedRun {
 public:
  explicit MappedRun(const FileRunContext& context) : run_(context, kRecordsPerBatch) {}

  absl::Status Run();

 private:
  // A record of the rows at hand, with what is known of its key.
  struct Candidate {
    ingest::MappedRow* row = nullptr;
    ingest::MappedRecord* record = nullptr;
  };

  absl::Status ReadRows();
  // Reads the next rows; false at the end.
  absl::StatusOr<bool> ReadSome(uint64_t up_to_rows);
  absl::Status TakeRows();
  absl::Status TakeRejected();
  void Take(const Candidate& candidate, const RowKey& key, const KnownKey& known);
  void Send(const Candidate& candidate, const RowKey& key, const KnownKey& known);
  void Reject(std::vector<ingest::RowIssue>& issues);
  // Those of the rows at hand that are not rejected by their structure.
  [[nodiscard]] std::vector<Candidate> Candidates();
  [[nodiscard]] std::vector<RowKey> KeysOf(const std::vector<Candidate>& candidates) const;
  // Of the rows at hand that the contract refuses.
  [[nodiscard]] std::vector<RowKey> RefusedKeys() const;
  // What the batch at hand keeps of its rows.
  DeliveredBatch& Kept();
  absl::Status Finish();

  FileRun run_;
  ingest::Mapping mapping_;
  storage::v1::Feed feed_;
  uint64_t rows_ = 0;  // of the file
  std::unique_ptr<ingest::MappedReader> reader_;
  std::shared_ptr<DeliveredTable> table_;
  std::shared_ptr<DeliveredBatch> kept_;
  std::vector<ingest::MappedRow> some_;  // read, and being taken: the first some_used_
  size_t some_used_ = 0;
};

absl::Status MappedRun::Run() {
  storage::v1::ImportRun run = run_.run();
  if (run.all_rows_done()) {
    return absl::OkStatus();  // it was cut off between its last batch and its end
  }
  const FileRunContext& context = run_.context();
  WENSUM_ASSIGN_OR_RETURN(mapping_, ingest::ParseMapping(run.mapping_yaml()));
  WENSUM_ASSIGN_OR_RETURN(const ingest::FileFacts facts, ingest::InspectFile(context.path, mapping_, context.today));
  const InspectedFile file = {.text = &facts.text,
                              .format = std::string(ingest::FormatName(mapping_.format)),
                              .rows = facts.mapped.data_rows,
                              .rows_name = "data rows",
                              .complete_name = "extract",
                              .stop = facts.mapped.stop()};
  WENSUM_RETURN_IF_ERROR(run_.Check(file));
  rows_ = facts.mapped.data_rows;
  WENSUM_ASSIGN_OR_RETURN(feed_, ReadFeed(*context.reg->store(), context.reg->register_id(), run.feed()));
  WENSUM_ASSIGN_OR_RETURN(ingest::ByteSource* const source, run_.Open(file));
  if (!run_.resumes()) {
    run.set_sha256(facts.text.sha256);
    WENSUM_ASSIGN_OR_RETURN(const bool again, IsLastExtractAgain(feed_, run, rows_, mapping_.delivery));
    if (again) {
      context.ledger->SetRepeats(feed_.last_run());
      return absl::OkStatus();
    }
  }
  const ingest::MappedOptions options{
      .today = context.today, .structure_only = false, .hash_seed = HashSeed(run.mapping_yaml(), context.today)};
  WENSUM_ASSIGN_OR_RETURN(reader_, ingest::MappedReader::Open(&mapping_, source, options));
  table_ = std::make_shared<DeliveredTable>(context.reg, run.feed(), run.id());
  WENSUM_RETURN_IF_ERROR(ReadRows());
  return Finish();
}

absl::Status MappedRun::ReadRows() {
  // The rows taken in before are needed for their keys.
  std::vector<KnownKey> known;
  const uint64_t done = run_.run().rows_done();
  while (reader_->position().rows < done) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, ReadSome(done));
    WENSUM_RETURN_IF_ERROR(table_->Look(KeysOf(Candidates()), known));
    DeliveredBatch written_before;
    WENSUM_RETURN_IF_ERROR(table_->Mention(RefusedKeys(), written_before));
    if (!more) {
      break;  // the trailer counts among the rows
    }
  }
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, ReadSome(UINT64_MAX));
    WENSUM_RETURN_IF_ERROR(TakeRows());
    WENSUM_ASSIGN_OR_RETURN(const bool sent, run_.SendIfFull(reader_->position()));
    if (sent) {
      kept_ = nullptr;
    }
    if (!more) {
      return absl::OkStatus();
    }
  }
}

absl::StatusOr<bool> MappedRun::ReadSome(uint64_t up_to_rows) {
  some_.resize(kRowsPerLook);
  for (some_used_ = 0; some_used_ < kRowsPerLook && reader_->position().rows < up_to_rows; ++some_used_) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader_->Read(some_[some_used_]));
    if (!more) {
      return false;
    }
  }
  return true;
}

std::vector<MappedRun::Candidate> MappedRun::Candidates() {
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < some_used_; ++i) {
    for (ingest::MappedRecord& record : some_[i].records) {
      if (!record.rejected) {
        candidates.push_back({.row = &some_[i], .record = &record});
      }
    }
  }
  return candidates;
}

std::vector<RowKey> MappedRun::KeysOf(const std::vector<Candidate>& candidates) const {
  std::vector<RowKey> keys;
  keys.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    keys.push_back(
        {.hash = run_.context().reg->HashSourceKey(candidate.record->record.key), .row_hash = candidate.row->hash});
  }
  return keys;
}

absl::Status MappedRun::TakeRows() {
  RunBatch& batch = run_.batch();
  if (some_used_ != 0) {
    batch.by_record_type["row"] += some_used_;
  }
  const std::vector<Candidate> candidates = Candidates();
  WENSUM_RETURN_IF_ERROR(TakeRejected());
  const std::vector<RowKey> keys = KeysOf(candidates);
  std::vector<KnownKey> known;
  WENSUM_RETURN_IF_ERROR(table_->Look(keys, known));
  const ingest::MappedRow* mapped = nullptr;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (known[i].answer == KnownKey::Answer::kNew && candidates[i].row != mapped) {
      mapped = candidates[i].row;
      reader_->Map(*candidates[i].row);
    }
    Take(candidates[i], keys[i], known[i]);
  }
  return absl::OkStatus();
}

absl::Status MappedRun::TakeRejected() {
  for (size_t i = 0; i < some_used_; ++i) {
    ingest::MappedRow& row = some_[i];
    for (ingest::MappedRecord& record : row.records) {
      if (!record.rejected) {
        continue;
      }
      // A row that makes no record at all is nobody's.
      if (row.refused_keys.empty() && record.issues.front().rule != "no_record") {
        run_.batch().absences_unsure = true;
      }
      Reject(record.issues);
    }
  }
  const std::vector<RowKey> refused = RefusedKeys();
  return refused.empty() ? absl::OkStatus() : table_->Mention(refused, Kept());
}

std::vector<RowKey> MappedRun::RefusedKeys() const {
  std::vector<RowKey> keys;
  for (size_t i = 0; i < some_used_; ++i) {
    for (const model::SourceKey& key : some_[i].refused_keys) {
      keys.push_back({.hash = run_.context().reg->HashSourceKey(key), .row_hash = 0});
    }
  }
  return keys;
}

void MappedRun::Take(const Candidate& candidate, const RowKey& key, const KnownKey& known) {
  ingest::MappedRecord& record = *candidate.record;
  switch (known.answer) {
    case KnownKey::Answer::kSame:
      ++run_.batch().unchanged;
      run_.batch().unchanged_flagged += known.last->flagged() ? 1 : 0;
      DeliveredTable::Pass(key, known, Kept());
      return;
    case KnownKey::Answer::kRepeated:
      record.issues.push_back(
          {.line = candidate.row->line,
           .column = "",
           .rule = "key_repeated",
           .severity = ingest::Severity::kReject,
           .message = Cat("an earlier row has the key ", Quote(record.record.key.key), ", and counts"),
           .raw = std::string(candidate.row->raw.substr(0, ingest::kMaxRawBytes))});
      Reject(record.issues);
      return;
    case KnownKey::Answer::kNew:
      break;
  }
  if (!record.rejected) {
    Send(candidate, key, known);
    return;
  }
  if (known.last.has_value()) {
    DeliveredTable::Pass(key, known, Kept());
  }
  Reject(record.issues);
}

void MappedRun::Send(const Candidate& candidate, const RowKey& key, const KnownKey& known) {
  ingest::MappedRecord& record = *candidate.record;
  const bool flagged = !record.issues.empty();
  Kept().written.push_back({.hash = key.hash,
                            .row_hash = DependsOnToday(record) ? 0 : key.row_hash,
                            .flagged = flagged,
                            .last = known.last});
  std::move(record.issues.begin(), record.issues.end(), std::back_inserter(run_.batch().issues));
  registry::SourceWrite& write = run_.mutation().sources.emplace_back();
  write.record = std::move(record.record);
  write.canonical = true;
  write.import_run = run_.run_id();
  write.import_line = candidate.row->line;
  run_.batch().items.push_back({.line = candidate.row->line,
                                .flagged = flagged,
                                .raw = std::string(candidate.row->raw.substr(0, kKeptRawBytes))});
}

void MappedRun::Reject(std::vector<ingest::RowIssue>& issues) {
  ++run_.batch().rejected;
  std::move(issues.begin(), issues.end(), std::back_inserter(run_.batch().issues));
}

DeliveredBatch& MappedRun::Kept() {
  if (kept_ == nullptr) {
    kept_ = std::make_shared<DeliveredBatch>();
    run_.batch().writes = [table = table_, kept = kept_](const registry::MutationResult& result,
                                                         storage::WriteBatch& writes) {
      table->Write(*kept, result, writes);
    };
    run_.batch().settled = [table = table_, kept = kept_](const registry::MutationResult& result) {
      table->Settle(*kept, result);
    };
  }
  return *kept_;
}

absl::Status MappedRun::Finish() {
  const FileRunContext& context = run_.context();
  WENSUM_RETURN_IF_ERROR(run_.EndRows(reader_->position()));
  if (mapping_.delivery.complete && !context.ledger->run().absences_unsure()) {
    AbsentRecords absent(&run_, table_, &mapping_.delivery, feed_.extracts() + 1);
    WENSUM_RETURN_IF_ERROR(absent.Run(reader_->position()));
    WENSUM_RETURN_IF_ERROR(run_.EndRows(reader_->position()));
  }
  const auto& issues = reader_->facts().issues;
  run_.batch().issues.insert(run_.batch().issues.end(), issues.begin(), issues.end());
  NoteExtract(context.ledger->run(), rows_, feed_);
  run_.batch().writes = [key = storage::FeedKey(context.reg->register_id(), run_.run().feed()), feed = feed_](
                            const registry::MutationResult&, storage::WriteBatch& writes) {
    writes.Put(storage::Family::kImportRun, key, feed.SerializeAsString());
  };
  return run_.Finish(reader_->position());
}

}  // namespace

absl::Status RunMappedFile(const FileRunContext& context) { return MappedRun(context).Run(); }

}  // namespace wensum::imports
