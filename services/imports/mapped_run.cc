#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/mapped_reader.h"
#include "import/mapping.h"
#include "services/imports/file_run.h"

namespace wensum::imports {
namespace {

constexpr size_t kRecordsPerBatch = 1000;

// Refuses files that cannot be what the feed expects.
absl::Status CheckFacts(const ingest::CsvFileFacts& facts, const storage::v1::ImportRun& run) {
  if (!run.expected_sha256().empty() && run.expected_sha256() != facts.text.sha256) {
    return InvalidArgument(Cat("the file's SHA-256 is ", facts.text.sha256, ", expected was ", run.expected_sha256(),
                               ": it was changed or cut on its way; send it again"));
  }
  if (const ingest::RowIssue* stop = facts.mapped.stop(); stop != nullptr) {
    return InvalidArgument(Cat("line ", stop->line, ": ", stop->message, " (rule ", stop->rule, ")"));
  }
  const uint64_t rows = facts.mapped.data_rows;
  if (run.expected_rows() != 0 && run.expected_rows() != rows) {
    return InvalidArgument(Cat("the file has ", rows, " data rows, expected were ", run.expected_rows(),
                               ": it is not the complete extract"));
  }
  if (facts.mapped.wrong_column_count > rows / 2) {
    return InvalidArgument(
        Cat(facts.mapped.wrong_column_count, " of ", rows,
            " rows do not have as many columns as the header: delimiter or quoting of the mapping do not fit"));
  }
  return absl::OkStatus();
}

class MappedRun {
 public:
  explicit MappedRun(const FileRunContext& context) : context_(context), sender_(context.reg, context.ledger) {}

  absl::Status Run() {
    const storage::v1::ImportRun run = context_.ledger->run();
    if (run.all_rows_done()) {
      return absl::OkStatus();  // it was cut off between its last batch and its end
    }
    WENSUM_ASSIGN_OR_RETURN(mapping_, ingest::ParseMapping(run.mapping_yaml()));
    WENSUM_ASSIGN_OR_RETURN(const ingest::CsvFileFacts facts, ingest::InspectCsvFile(context_.path, mapping_));
    if (run.rows_done() == 0) {
      WENSUM_RETURN_IF_ERROR(CheckFacts(facts, run));
    } else if (run.sha256() != facts.text.sha256) {
      return InvalidArgument("the file is not the one that the run began with; start a new run with it");
    }
    run_id_ = Cat(run.id());
    context_.ledger->SetFile(facts.text.sha256, facts.text.file_bytes, "csv");
    WENSUM_ASSIGN_OR_RETURN(source_, ingest::ByteSource::OpenFileAgain(context_.path, facts.text));
    WENSUM_ASSIGN_OR_RETURN(reader_, ingest::MappedReader::Open(&mapping_, source_.get(), {.today = context_.today}));
    WENSUM_RETURN_IF_ERROR(SkipDone(run.rows_done()));
    WENSUM_RETURN_IF_ERROR(Read());
    return sender_.Drain();
  }

 private:
  // On resume: the rows taken in before are read again for their keys alone, which repeats are found by.
  absl::Status SkipDone(uint64_t rows_done) {
    ingest::MappedRow row;
    while (reader_->position().rows < rows_done) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader_->Next(row));
      if (!more) {
        return InvalidArgument("the file is shorter than what was already taken in");
      }
      for (const ingest::MappedRecord& record : row.records) {
        if (!record.rejected) {
          first_line_.try_emplace(KeyHash(record.record.key), row.line);
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status Read() {
    ingest::MappedRow row;
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader_->Next(row));
      if (!more) {
        break;
      }
      ++batch_.by_record_type["row"];
      for (ingest::MappedRecord& record : row.records) {
        Take(record, row);
      }
      if (batch_.items.size() + batch_.rejected >= kRecordsPerBatch) {
        WENSUM_RETURN_IF_ERROR(Send());
        if (context_.stopping()) {
          WENSUM_RETURN_IF_ERROR(sender_.Drain());
          return absl::CancelledError("stopped at a checkpoint");
        }
      }
    }
    const auto& issues = reader_->facts().issues;
    batch_.issues.insert(batch_.issues.end(), issues.begin(), issues.end());
    batch_.last = true;
    return Send();
  }

  void Take(ingest::MappedRecord& record, const ingest::MappedRow& row) {
    const bool flagged = !record.issues.empty();
    std::move(record.issues.begin(), record.issues.end(), std::back_inserter(batch_.issues));
    if (record.rejected) {
      ++batch_.rejected;
      return;
    }
    const auto [first, fresh] = first_line_.try_emplace(KeyHash(record.record.key), row.line);
    if (!fresh) {
      ++batch_.rejected;
      batch_.issues.push_back({.line = row.line,
                               .column = "",
                               .rule = "key_repeated",
                               .severity = ingest::Severity::kReject,
                               .message = Cat("the key ", Quote(record.record.key.key), " was already used in line ",
                                              first->second, "; the first row was taken"),
                               .raw = std::string(row.raw.substr(0, ingest::kMaxRawBytes))});
      return;
    }
    registry::SourceWrite& write = mutation_.sources.emplace_back();
    write.record = std::move(record.record);
    write.canonical = true;
    write.import_run = run_id_;
    write.import_line = row.line;
    batch_.items.push_back({.line = row.line, .flagged = flagged, .raw = std::string(row.raw.substr(0, 4096))});
  }

  absl::Status Send() {
    batch_.position = reader_->position();
    batch_.raw_offset = source_->raw_offset();
    return sender_.Send(std::exchange(mutation_, {}), std::exchange(batch_, {}));
  }

  static uint64_t KeyHash(const model::SourceKey& key) { return HashCombine(Hash64(key.key), key.incarnation); }

  const FileRunContext& context_;
  BatchSender sender_;
  std::string run_id_;
  ingest::Mapping mapping_;
  std::unique_ptr<ingest::ByteSource> source_;
  std::unique_ptr<ingest::MappedReader> reader_;
  absl::flat_hash_map<uint64_t, uint64_t> first_line_;  // by hash of the key
  registry::Mutation mutation_;
  RunBatch batch_;
};

}  // namespace

absl::Status RunMappedFile(const FileRunContext& context) { return MappedRun(context).Run(); }

}  // namespace wensum::imports
