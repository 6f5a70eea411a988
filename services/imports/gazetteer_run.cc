#include <algorithm>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/gazetteer_reader.h"
#include "services/gazetteer/row_rules.h"
#include "services/imports/file_run.h"

namespace wensum::imports {
namespace {

constexpr size_t kRowsPerBatch = 4000;
constexpr int kMetadata = 29;

struct FormatOption {
  std::string_view name;
  model::GazetteerFormat format;
};
constexpr FormatOption kFormats[] = {{"", model::GazetteerFormat::kUnknown},
                                     {"auto", model::GazetteerFormat::kUnknown},
                                     {"dtf_7_3", model::GazetteerFormat::kDtf73},
                                     {"abp_2", model::GazetteerFormat::kAddressBasePremium2},
                                     {"abp_1", model::GazetteerFormat::kAddressBasePremium1}};

absl::Status CheckFacts(const ingest::GazetteerFileFacts& facts, const storage::v1::ImportRun& run) {
  if (!run.expected_sha256().empty() && run.expected_sha256() != facts.text.sha256) {
    return InvalidArgument(Cat("the file's SHA-256 is ", facts.text.sha256, ", expected was ", run.expected_sha256(),
                               ": it was changed or cut on its way; send it again"));
  }
  if (const ingest::RowIssue* stop = facts.gazetteer.stop(); stop != nullptr) {
    return InvalidArgument(Cat("line ", stop->line, ": ", stop->message, " (rule ", stop->rule, ")"));
  }
  if (run.expected_rows() != 0 && run.expected_rows() != facts.gazetteer.data_rows) {
    return InvalidArgument(Cat("the file has ", facts.gazetteer.data_rows, " data records, expected were ",
                               run.expected_rows(), ": it is not the complete supply"));
  }
  return absl::OkStatus();
}

class GazetteerRun {
 public:
  explicit GazetteerRun(const FileRunContext& context) : context_(context), sender_(context.reg, context.ledger) {}

  absl::Status Run() {
    const storage::v1::ImportRun run = context_.ledger->run();
    if (run.all_rows_done()) {
      return absl::OkStatus();  // it was cut off between its last batch and its end
    }
    WENSUM_ASSIGN_OR_RETURN(const model::GazetteerFormat named, ParseGazetteerFormat(run.format_option()));
    WENSUM_ASSIGN_OR_RETURN(const ingest::GazetteerFileFacts facts,
                            ingest::InspectGazetteerFile(context_.path, {.format = named}));
    if (run.rows_done() == 0) {
      WENSUM_RETURN_IF_ERROR(CheckFacts(facts, run));
    } else if (run.sha256() != facts.text.sha256) {
      return InvalidArgument("the file is not the one that the run began with; start a new run with it");
    }
    run_id_ = Cat(run.id());
    format_ = facts.gazetteer.format;
    context_.ledger->SetFile(facts.text.sha256, facts.text.file_bytes,
                             std::string(model::GazetteerFormatName(format_)));
    WENSUM_ASSIGN_OR_RETURN(source_, ingest::ByteSource::OpenFileAgain(context_.path, facts.text));
    WENSUM_ASSIGN_OR_RETURN(reader_, ingest::GazetteerReader::Open(source_.get(), {.format = format_}));
    if (run.rows_done() != 0) {
      WENSUM_RETURN_IF_ERROR(
          reader_->Seek({.text_offset = run.text_offset(), .line = run.next_line(), .rows = run.rows_done()}));
    }
    WENSUM_RETURN_IF_ERROR(Read(facts.gazetteer.issues));
    return sender_.Drain();
  }

 private:
  absl::Status Read(const std::vector<ingest::RowIssue>& file_issues) {
    ingest::GazetteerRecord record;
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader_->Next(record));
      if (!more) {
        break;
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
    batch_.issues.insert(batch_.issues.end(), file_issues.begin(), file_issues.end());
    batch_.last = true;
    return Send();
  }

  void Take(ingest::GazetteerRecord& record) {
    ++batch_.by_record_type[Cat(record.record_type)];
    if (record.record_type == kMetadata) {
      return;  // about the file, like its header: no data row
    }
    if (record.outcome == ingest::GazetteerRecord::Outcome::kRow) {
      CheckRow(record);
    }
    const bool flagged = !record.issues.empty();
    const std::string_view raw = record.raw.substr(0, ingest::kMaxRawBytes);
    if (record.outcome == ingest::GazetteerRecord::Outcome::kNotUsed) {
      // Known, and not read by this version: kept as a reject with its raw line, never dropped in silence.
      record.issues.push_back({.line = record.line,
                               .column = "",
                               .rule = "record_not_used",
                               .severity = ingest::Severity::kReject,
                               .message = Cat("records of type ", record.record_type, " are kept here and not applied"),
                               .raw = std::string(raw)});
    }
    std::move(record.issues.begin(), record.issues.end(), std::back_inserter(batch_.issues));
    if (record.outcome != ingest::GazetteerRecord::Outcome::kRow) {
      ++batch_.rejected;
      return;
    }
    if (mutation_.rows.empty()) {
      mutation_.rows.reserve(kRowsPerBatch);
      batch_.items.reserve(kRowsPerBatch);
    }
    registry::GazetteerWrite& write = mutation_.rows.emplace_back();
    write.row = std::move(record.row);
    write.change = record.change;
    write.format = format_;
    RunBatch::Item& item = batch_.items.emplace_back();
    item.line = record.line;
    item.flagged = flagged;
    if (record.change == model::ChangeType::kDelete) {
      item.raw = std::string(raw);  // the only kind that the register may still refuse
    }
  }

  // The rules that look at one row; those that the reader has found already are not said twice.
  void CheckRow(ingest::GazetteerRecord& record) {
    findings_.clear();
    gazetteer::CheckRow(record.row, record.change, format_, context_.today, &findings_);
    for (gazetteer::RowIssue& finding : findings_) {
      const bool known =
          std::any_of(record.issues.begin(), record.issues.end(),
                      [&finding](const ingest::RowIssue& issue) { return issue.column == finding.column; });
      const bool reject = finding.severity == gazetteer::Severity::kReject;
      if (reject) {
        record.outcome = ingest::GazetteerRecord::Outcome::kRejected;
      }
      if (!known || reject) {
        record.issues.push_back(
            {.line = record.line,
             .column = std::string(finding.column),
             .rule = std::string(finding.rule),
             .severity = reject ? ingest::Severity::kReject : ingest::Severity::kWarning,
             .message = std::move(finding.message),
             .raw = reject ? std::string(record.raw.substr(0, ingest::kMaxRawBytes)) : std::string()});
      }
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
  model::GazetteerFormat format_ = model::GazetteerFormat::kUnknown;
  std::unique_ptr<ingest::ByteSource> source_;
  std::unique_ptr<ingest::GazetteerReader> reader_;
  std::vector<gazetteer::RowIssue> findings_;
  registry::Mutation mutation_;
  RunBatch batch_;
};

}  // namespace

absl::StatusOr<model::GazetteerFormat> ParseGazetteerFormat(std::string_view name) {
  for (const FormatOption& option : kFormats) {
    if (option.name == name) {
      return option.format;
    }
  }
  return InvalidArgument(Cat("format ", Quote(name), " is unknown; known are auto, dtf_7_3, abp_2, abp_1"));
}

absl::Status RunGazetteerFile(const FileRunContext& context) { return GazetteerRun(context).Run(); }

}  // namespace wensum::imports
