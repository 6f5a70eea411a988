#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/codepoint_reader.h"
#include "services/gazetteer/row_rules.h"
#include "services/imports/file_run.h"

namespace wensum::imports {
namespace {

constexpr size_t kRowsPerBatch = 4000;

// Refuses files that cannot be Code-Point Open.
absl::Status CheckFacts(const ingest::CodePointFileFacts& facts) {
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
  explicit CodePointRun(const FileRunContext& context) : run_(context, kRowsPerBatch) {}

  absl::Status Run() {
    if (run_.run().all_rows_done()) {
      return absl::OkStatus();  // it was cut off between its last batch and its end
    }
    WENSUM_ASSIGN_OR_RETURN(const ingest::CodePointFileFacts facts, ingest::InspectCodePointFile(run_.context().path));
    const InspectedFile file = {
        .text = &facts.text,
        .format = std::string(model::GazetteerFormatName(model::GazetteerFormat::kCodePointOpen)),
        .rows = facts.rows,
        .rows_name = "rows",
        .complete_name = "supply"};
    WENSUM_RETURN_IF_ERROR(run_.Check(file));
    WENSUM_RETURN_IF_ERROR(CheckFacts(facts));
    WENSUM_ASSIGN_OR_RETURN(ingest::ByteSource* const source, run_.Open(file));
    ingest::CodePointReader reader(source);
    ingest::CodePointRecord record;
    // The rows taken in before are needed for their postcodes, which repeats are found by.
    WENSUM_RETURN_IF_ERROR(run_.SkipDone(reader, record, [this](const ingest::CodePointRecord& done) {
      if (!done.rejected.has_value()) {
        first_line_.try_emplace(Packed(done.row.postcode), done.line);
      }
    }));
    WENSUM_RETURN_IF_ERROR(run_.ReadAll(reader, record, [this](ingest::CodePointRecord& row) { Take(row); }));
    return run_.Finish(reader.position());
  }

 private:
  void Take(ingest::CodePointRecord& record) {
    ++run_.batch().by_record_type["postcode"];
    if (!record.rejected.has_value()) {
      RejectRepeat(record);
    }
    if (record.rejected.has_value()) {
      ++run_.batch().rejected;
      run_.batch().issues.push_back(*std::move(record.rejected));
      return;
    }
    registry::GazetteerWrite& write = run_.mutation().rows.emplace_back();
    write.row = std::move(record.row);
    write.format = model::GazetteerFormat::kCodePointOpen;
    findings_.clear();
    gazetteer::CheckRow(write.row, write.change, write.format, run_.context().today, *run_.context().rules, &findings_);
    for (gazetteer::RowIssue& finding : findings_) {
      run_.batch().issues.push_back({.line = record.line,
                                     .column = std::string(finding.column),
                                     .rule = std::string(finding.rule),
                                     .severity = ingest::Severity::kWarning,
                                     .message = std::move(finding.message),
                                     .raw = ""});
    }
    // Warnings are all there can be: the row has its key, which is the only thing it could be refused for.
    run_.batch().items.push_back({.line = record.line, .flagged = !findings_.empty(), .raw = ""});
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

  FileRun run_;
  absl::flat_hash_map<uint64_t, uint64_t> first_line_;  // by packed postcode
  std::vector<gazetteer::RowIssue> findings_;
};

}  // namespace

absl::Status RunCodePointFile(const FileRunContext& context) { return CodePointRun(context).Run(); }

}  // namespace wensum::imports
