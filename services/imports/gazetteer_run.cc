#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/format/gazetteer_layout.h"
#include "import/gazetteer_reader.h"
#include "services/gazetteer/row_rules.h"
#include "services/imports/file_run.h"
#include "services/imports/supply_order.h"
#include "services/imports/supply_rows.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::imports {
namespace {

using v1::ImportSpec;

constexpr size_t kRowsPerBatch = 4000;
constexpr int kMetadata = 29;
constexpr uint64_t kListedAbsent = 1'000;  // the others are only counted
// A full supply deletes no more than the larger of so many rows and one in so many of its own.
constexpr uint64_t kFewAbsent = 100;
constexpr uint64_t kMostAbsentShare = 10;

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
    WENSUM_RETURN_IF_ERROR(CheckSupply(facts));
    precedence_.emplace(RowOrderOf(facts.gazetteer));
    for (const auto& [type, counts] : facts.gazetteer.by_type) {
      keeps_rows_ |= llpg::IsKeptWhole(format_, type) || llpg::IsReadLeniently(format_, type);
    }
    WENSUM_ASSIGN_OR_RETURN(ingest::ByteSource* const source, run_.Open(file));
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::GazetteerReader> reader,
                            ingest::GazetteerReader::Open(source, {.format = format_}));
    if (!run_.resumes() && reader->facts().header_record.has_value()) {
      AddWrite(*reader->facts().header_record, model::ChangeType::kInsert).counted = false;
    }
    ingest::GazetteerRecord record;
    if (run_.resumes()) WENSUM_RETURN_IF_ERROR(Resume(*reader, record));
    WENSUM_RETURN_IF_ERROR(run_.ReadAll(*reader, record, [this](ingest::GazetteerRecord& row) { Take(row); }));
    if (absent_.has_value()) WENSUM_RETURN_IF_ERROR(TakeAbsent(reader->position()));
    const auto& issues = facts.gazetteer.issues;
    run_.batch().issues.insert(run_.batch().issues.end(), issues.begin(), issues.end());
    return run_.Finish(reader->position());
  }

 private:
  // Whether the file may come now; only a run that begins is asked.
  absl::Status CheckSupply(const ingest::GazetteerFileFacts& facts) {
    storage::v1::ImportRun run = run_.run();
    *run.mutable_supply() = SupplyOf(facts.gazetteer);
    run.set_sha256(facts.text.sha256);
    run.set_file_format(std::string(model::GazetteerFormatName(format_)));
    if (facts.gazetteer.header) {
      storage::v1::Supply taken = run.supply();
      taken.set_volume(taken.volume() + facts.gazetteer.volumes - 1);  // the files that follow follow the last volume
      run_.context().ledger->SetSupply(taken);
    }
    const bool whole_supply = run.supply().file_type() == "F" && run.supply().volume() <= 1 &&
                              run.supply().next_volume() == 0 && run.supply().custodian_code() != 0 &&
                              facts.gazetteer.trailer;
    if (run.absent_rows() == ImportSpec::ABSENT_ROWS_REPORT || run.absent_rows() == ImportSpec::ABSENT_ROWS_DELETE) {
      if (!whole_supply) {
        return InvalidArgument(
            "absent rows can only be told from a full supply in one volume with a trailer, whose header names the "
            "custodian; leave absent_rows out");
      }
      absent_.emplace(run_.context().reg->register_id(), format_, run.supply().custodian_code());
    }
    if (run_.resumes() || run.any_order()) return absl::OkStatus();
    WENSUM_RETURN_IF_ERROR(CheckSupplyOrder(run, run_.context().earlier_runs));
    if (run.supply().file_type() != "C") return absl::OkStatus();
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::ByteSource> source,
                            ingest::ByteSource::OpenFileAgain(run_.context().path, facts.text));
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::GazetteerReader> reader,
                            ingest::GazetteerReader::Open(source.get(), {.format = format_}));
    const auto snapshot = run_.context().reg->store()->NewSnapshot();
    WENSUM_ASSIGN_OR_RETURN(const BaseConflicts found,
                            FindBaseConflicts(*snapshot, run_.context().reg->register_id(), *reader));
    return CheckBase(found);
  }

  // Goes to where the run was stopped. What is remembered of the rows before is read again.
  absl::Status Resume(ingest::GazetteerReader& reader, ingest::GazetteerRecord& record) {
    // The reader numbers kept rows of one key as they come.
    if (absent_.has_value() || precedence_->remembers() || keeps_rows_) {
      return run_.SkipDone(reader, record, [this](ingest::GazetteerRecord& row) {
        if (row.outcome != ingest::GazetteerRecord::Outcome::kRow) return;
        if (absent_.has_value()) absent_->Saw(row);
        CheckRow(row);
        if (row.outcome == ingest::GazetteerRecord::Outcome::kRow) precedence_->Overtaken(row);
      });
    }
    const storage::v1::ImportRun& run = run_.run();
    return reader.Seek({.text_offset = run.text_offset(), .line = run.next_line(), .rows = run.rows_done()});
  }

  // What the supply lacks is looked for once all its rows are in.
  absl::Status TakeAbsent(const ingest::CsvPosition& position) {
    WENSUM_RETURN_IF_ERROR(run_.EndRows(position));
    const storage::v1::ImportRun now = run_.context().ledger->run();
    const auto snapshot = run_.context().reg->store()->NewSnapshot();
    uint64_t found = now.absent_deleted();
    WENSUM_RETURN_IF_ERROR(absent_->ForEach(*snapshot, [&found](const registry::GazetteerWrite&) {
      ++found;
      return absl::OkStatus();
    }));
    // A row that was rejected is not known to be absent; and a supply that lacks much of what is here is not believed.
    const bool many = found > kFewAbsent && found * kMostAbsentShare > now.read();
    const bool deletes = now.absent_rows() == ImportSpec::ABSENT_ROWS_DELETE && now.rejected() == 0 && !many;
    if (now.absent_rows() == ImportSpec::ABSENT_ROWS_DELETE && many) {
      run_.batch().issues.push_back({.line = 0,
                                     .column = "",
                                     .rule = "absent_too_many",
                                     .severity = ingest::Severity::kWarning,
                                     .message = Cat("the full supply of ", now.read(), " rows lacks ", found,
                                                    " that are stored: so many are listed and not deleted. If it is "
                                                    "right, delete them with a change-only file"),
                                     .raw = ""});
    }
    // Those that were deleted before a stop are counted already.
    uint64_t absent = now.absent_deleted();
    std::vector<registry::GazetteerWrite> rows;
    WENSUM_RETURN_IF_ERROR(absent_->ForEach(*snapshot, [&](registry::GazetteerWrite write) {
      ++absent;
      if (!deletes) {
        if (absent > kListedAbsent) return absl::OkStatus();
        run_.batch().issues.push_back(
            {.line = 0,
             .column = "",
             .rule = "absent_from_supply",
             .severity = ingest::Severity::kWarning,
             .message = Cat("the full supply does not have ", DescribeRow(write.row),
                            now.rejected() == 0 ? "" : ", unless it is among the rejected rows"),
             .raw = ""});
        return absl::OkStatus();
      }
      rows.push_back(std::move(write));
      if (rows.size() < kRowsPerBatch) return absl::OkStatus();
      return run_.DeleteAbsent(std::exchange(rows, {}), position);
    }));
    if (!rows.empty()) WENSUM_RETURN_IF_ERROR(run_.DeleteAbsent(std::move(rows), position));
    run_.context().ledger->SetAbsent(absent);
    return absl::OkStatus();
  }

  void Take(ingest::GazetteerRecord& record) {
    ++run_.batch().by_record_type[Cat(record.record_type)];
    if (record.record_type == kMetadata) {  // about the file, like its header: no data row
      AddWrite(std::move(record.row), record.change).counted = false;
      return;
    }
    if (record.outcome == ingest::GazetteerRecord::Outcome::kRow) {
      if (absent_.has_value()) absent_->Saw(record);
      CheckRow(record);
      if (record.outcome == ingest::GazetteerRecord::Outcome::kRow && precedence_->Overtaken(record)) {
        ++run_.batch().overtaken;
        return;
      }
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
    gazetteer::CheckRow(record.row, record.change, format_, run_.context().today, *run_.context().rules, &findings_);
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
  std::optional<RowPrecedence> precedence_;
  std::optional<AbsentRows> absent_;
  bool keeps_rows_ = false;  // the file has rows that are kept whole
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
