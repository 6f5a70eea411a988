#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

class GazetteerRun {
 public:
  explicit GazetteerRun(const FileRunContext& context) : run_(context, kRowsPerBatch) {}

  absl::Status Run() {
    if (run_.run().all_rows_done()) {
      return absl::OkStatus();  // it was cut off between its last batch and its end
    }
    WENSUM_ASSIGN_OR_RETURN(const model::GazetteerFormat named, ParseGazetteerFormat(run_.run().format_option()));
    WENSUM_ASSIGN_OR_RETURN(const ingest::GazetteerFileFacts facts,
                            ingest::InspectGazetteerFile(run_.context().path, {.format = named}));
    format_ = facts.gazetteer.format;
    const InspectedFile file = {.text = &facts.text,
                                .format = std::string(model::GazetteerFormatName(format_)),
                                .rows = facts.gazetteer.data_rows,
                                .rows_name = "data records",
                                .complete_name = "supply",
                                .stop = facts.gazetteer.stop()};
    WENSUM_RETURN_IF_ERROR(run_.Check(file));
    WENSUM_ASSIGN_OR_RETURN(ingest::ByteSource* const source, run_.Open(file));
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::GazetteerReader> reader,
                            ingest::GazetteerReader::Open(source, {.format = format_}));
    if (run_.resumes()) {
      const storage::v1::ImportRun& run = run_.run();
      WENSUM_RETURN_IF_ERROR(
          reader->Seek({.text_offset = run.text_offset(), .line = run.next_line(), .rows = run.rows_done()}));
    }
    if (!run_.resumes() && reader->facts().header_record.has_value()) {
      AddWrite(*reader->facts().header_record, model::ChangeType::kInsert).counted = false;
    }
    ingest::GazetteerRecord record;
    WENSUM_RETURN_IF_ERROR(run_.ReadAll(*reader, record, [this](ingest::GazetteerRecord& row) { Take(row); }));
    const auto& issues = facts.gazetteer.issues;
    run_.batch().issues.insert(run_.batch().issues.end(), issues.begin(), issues.end());
    return run_.Finish(reader->position());
  }

 private:
  void Take(ingest::GazetteerRecord& record) {
    ++run_.batch().by_record_type[Cat(record.record_type)];
    if (record.record_type == kMetadata) {  // about the file, like its header: no data row
      AddWrite(std::move(record.row), record.change).counted = false;
      return;
    }
    if (record.outcome == ingest::GazetteerRecord::Outcome::kRow) {
      CheckRow(record);
    }
    const bool flagged = !record.issues.empty();
    const std::string_view raw = record.raw.substr(0, ingest::kMaxRawBytes);
    std::move(record.issues.begin(), record.issues.end(), std::back_inserter(run_.batch().issues));
    if (record.outcome != ingest::GazetteerRecord::Outcome::kRow) {
      ++run_.batch().rejected;
      return;
    }
    RunBatch::Item& item = AddWrite(std::move(record.row), record.change);
    item.line = record.line;
    item.flagged = flagged;
    if (record.change == model::ChangeType::kDelete) {
      item.raw = std::string(raw);  // the only kind that the register may still refuse
    }
  }

  // Valid until the next call.
  RunBatch::Item& AddWrite(model::GazetteerRow row, model::ChangeType change) {
    if (run_.mutation().rows.empty()) {
      run_.mutation().rows.reserve(kRowsPerBatch);
      run_.batch().items.reserve(kRowsPerBatch);
    }
    registry::GazetteerWrite& write = run_.mutation().rows.emplace_back();
    write.row = std::move(row);
    write.change = change;
    write.format = format_;
    return run_.batch().items.emplace_back();
  }

  // The rules that look at one row; those that the reader has found already are not said twice.
  void CheckRow(ingest::GazetteerRecord& record) {
    findings_.clear();
    gazetteer::CheckRow(record.row, record.change, format_, run_.context().today, &findings_);
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

  FileRun run_;
  model::GazetteerFormat format_ = model::GazetteerFormat::kUnknown;
  std::vector<gazetteer::RowIssue> findings_;
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
