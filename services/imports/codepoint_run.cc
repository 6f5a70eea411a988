#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/codepoint_reader.h"
#include "services/gazetteer/row_rules.h"
#include "services/imports/file_run.h"

namespace wensum::imports {
namespace {

constexpr size_t kRowsPerBatch = 4000;

// Refuses files that cannot be what the feed expects.
absl::Status CheckFacts(const ingest::CodePointFileFacts& facts, const storage::v1::ImportRun& run) {
  if (!run.expected_sha256().empty() && run.expected_sha256() != facts.text.sha256) {
    return InvalidArgument(Cat("the file's SHA-256 is ", facts.text.sha256, ", expected was ", run.expected_sha256(),
                               ": it was changed or cut on its way; send it again"));
  }
  if (run.expected_rows() != 0 && run.expected_rows() != facts.rows) {
    return InvalidArgument(Cat("the file has ", facts.rows, " rows, expected were ", run.expected_rows(),
                               ": it is not the complete supply"));
  }
  if (facts.rows == 0) {
    return InvalidArgument("the file has no rows: it is not a file of Code-Point Open");
  }
  if (facts.rejected > facts.rows / 2) {
    return InvalidArgument(Cat(facts.rejected, " of ", facts.rows,
                               " rows cannot be read as Code-Point Open in its form of 10 columns; the first is line ",
                               facts.first_reject->line, ": ", facts.first_reject->message));
  }
  return absl::OkStatus();
}

// A postcode of at most 8 characters as a number, one to one.
uint64_t Packed(const model::Postcode& postcode) {
  uint64_t packed = 0;
  for (const char c : postcode.ToString()) {
    packed = packed << 8 | static_cast<uint8_t>(c);
  }
  return packed;
}

class CodePointRun {
 public:
  explicit CodePointRun(const FileRunContext& context) : context_(context), sender_(context.reg, context.ledger) {}

  absl::Status Run() {
    const storage::v1::ImportRun run = context_.ledger->run();
    WENSUM_ASSIGN_OR_RETURN(const ingest::CodePointFileFacts facts, ingest::InspectCodePointFile(context_.path));
    if (run.rows_done() == 0) {
      WENSUM_RETURN_IF_ERROR(CheckFacts(facts, run));
    } else if (run.sha256() != facts.text.sha256) {
      return InvalidArgument("the file is not the one that the run began with; start a new run with it");
    }
    run_id_ = Cat(run.id());
    context_.ledger->SetFile(facts.text.sha256, facts.text.file_bytes,
                             std::string(model::GazetteerFormatName(model::GazetteerFormat::kCodePointOpen)));
    WENSUM_ASSIGN_OR_RETURN(source_, ingest::ByteSource::OpenFileAgain(context_.path, facts.text));
    reader_.emplace(source_.get());
    WENSUM_RETURN_IF_ERROR(SkipDone(run.rows_done()));
    WENSUM_RETURN_IF_ERROR(Read());
    return sender_.Drain();
  }

 private:
  // On resume: the rows taken in before are read again for their postcodes alone, which repeats are found by.
  absl::Status SkipDone(uint64_t rows_done) {
    ingest::CodePointRecord record;
    while (reader_->position().rows < rows_done) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader_->Next(record));
      if (!more) {
        return InvalidArgument("the file is shorter than what was already taken in");
      }
      if (!record.rejected.has_value()) {
        first_line_.try_emplace(Packed(record.row.postcode), record.line);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Read() {
    ingest::CodePointRecord record;
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader_->Next(record));
      if (!more) {
        return Send();
      }
      Take(record);
      if (batch_.items.size() + batch_.rejected >= kRowsPerBatch) {
        WENSUM_RETURN_IF_ERROR(Send());
        if (context_.stopping()) {
          WENSUM_RETURN_IF_ERROR(sender_.Drain());
          return absl::CancelledError("stopped at a checkpoint");
        }
      }
    }
  }

  void Take(ingest::CodePointRecord& record) {
    ++batch_.by_record_type["postcode"];
    if (!record.rejected.has_value()) {
      RejectRepeat(record);
    }
    if (record.rejected.has_value()) {
      ++batch_.rejected;
      batch_.issues.push_back(*std::move(record.rejected));
      return;
    }
    registry::GazetteerWrite& write = mutation_.rows.emplace_back();
    write.row = std::move(record.row);
    write.format = model::GazetteerFormat::kCodePointOpen;
    findings_.clear();
    gazetteer::CheckRow(write.row, write.change, write.format, context_.today, &findings_);
    for (gazetteer::RowIssue& finding : findings_) {
      batch_.issues.push_back({.line = record.line,
                               .column = std::string(finding.column),
                               .rule = std::string(finding.rule),
                               .severity = ingest::Severity::kWarning,
                               .message = std::move(finding.message),
                               .raw = ""});
    }
    // Warnings are all there can be: the row has its key, which is the only thing it could be refused for.
    batch_.items.push_back({.line = record.line, .flagged = !findings_.empty(), .raw = ""});
  }

  // The first row of a postcode counts.
  void RejectRepeat(ingest::CodePointRecord& record) {
    const auto [first, fresh] = first_line_.try_emplace(Packed(record.row.postcode), record.line);
    if (!fresh) {
      record.rejected = {.line = record.line,
                         .column = "Postcode",
                         .rule = "key_repeated",
                         .severity = ingest::Severity::kReject,
                         .message = Cat("The postcode ", record.row.postcode.ToString(), " was already used in line ",
                                        first->second, "; the first row was taken."),
                         .raw = std::string(record.raw.substr(0, ingest::kMaxRawBytes))};
    }
  }

  absl::Status Send() {
    batch_.position = reader_->position();
    batch_.raw_offset = source_->raw_offset();
    mutation_.import_run = run_id_;
    return sender_.Send(std::exchange(mutation_, {}), std::exchange(batch_, {}));
  }

  const FileRunContext& context_;
  BatchSender sender_;
  std::string run_id_;
  std::unique_ptr<ingest::ByteSource> source_;
  std::optional<ingest::CodePointReader> reader_;
  absl::flat_hash_map<uint64_t, uint64_t> first_line_;  // by packed postcode
  std::vector<gazetteer::RowIssue> findings_;
  registry::Mutation mutation_;
  RunBatch batch_;
};

}  // namespace

absl::Status RunCodePointFile(const FileRunContext& context) { return CodePointRun(context).Run(); }

}  // namespace wensum::imports
