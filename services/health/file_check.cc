#include "services/health/file_check.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/rules/register_check.h"
#include "gazetteer/rules/row_rules.h"
#include "import/byte_source.h"
#include "import/gazetteer_reader.h"
#include "services/health/reader_rules.h"

namespace wensum::health {
namespace {

using ingest::GazetteerFacts;
using ingest::GazetteerRecord;
using llpg::Finding;
using llpg::RuleId;

// What the next file is held against.
struct Predecessor {
  GazetteerFacts facts;
  std::string sha256;
};

class FileCheck {
 public:
  explicit FileCheck(const FileCheckOptions& options)
      : options_(options), whole_(options.config), builder_(options.max_examples) {}

  absl::StatusOr<HealthReport> Run() {
    for (size_t i = 0; i < options_.files.size(); ++i) {
      file_ = static_cast<uint16_t>(i);
      if (absl::Status status = CheckFile(options_.files[i]); !status.ok()) {
        return Annotate(status, options_.files[i]);
      }
      whole_.NextFile();
    }
    if (previous_.has_value() && previous_->facts.trailer && previous_->facts.next_volume_number != 0) {
      AddAboutFile(RuleId::kFileVolumes,
                   Cat("The last file says that volume ", previous_->facts.next_volume_number, " follows"));
    }
    whole_.set_complete(full_supply_);
    whole_.Finish([this](Finding finding) { builder_.Add(std::move(finding)); });
    return builder_.Finish(whole_);
  }

 private:
  absl::Status CheckFile(const std::string& path) {
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::ByteSource> source, ingest::ByteSource::OpenFile(path));
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::GazetteerReader> reader,
                            ingest::GazetteerReader::Open(source.get(), {.format = options_.format}));
    CheckSequence(reader->facts(), source->facts().sha256);
    unchecked_.clear();
    GazetteerRecord record;
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader->Next(record));
      if (!more) {
        break;
      }
      CheckRecord(record, reader->facts().format);
    }
    const GazetteerFacts& facts = reader->facts();
    for (const ingest::RowIssue& issue : facts.issues) {
      builder_.Add(FileFinding(issue, {.format = facts.format, .file = file_}));
    }
    for (const auto& [type, rows] : unchecked_) {
      AddAboutFile(RuleId::kFileUnchecked, Cat("There are ", rows, " records of type ", type));
    }
    builder_.AddFile({.path = path,
                      .format = facts.format,
                      .custodian = facts.custodian_name,
                      .process_date = facts.process_date,
                      .volume = facts.volume_number,
                      .file_type = facts.file_type,
                      .rows = facts.data_rows});
    previous_ = {facts, source->facts().sha256};
    return absl::OkStatus();
  }

  void CheckRecord(const GazetteerRecord& record, model::GazetteerFormat format) {
    const llpg::RowOrigin origin = {.format = format, .file = file_, .line = static_cast<uint32_t>(record.line)};
    findings_.clear();
    if (record.outcome == GazetteerRecord::Outcome::kRow) {
      if (const auto* const kept = std::get_if<model::KeptRow>(&record.row); kept != nullptr) {
        ++unchecked_[kept->record_type];
      }
      llpg::CheckRow(record.row,
                     {.config = &options_.config, .origin = origin, .change = record.change, .today = options_.today},
                     &findings_);
      const bool stored = std::ranges::none_of(
          findings_, [](const Finding& finding) { return finding.severity == llpg::Severity::kReject; });
      if (stored) {
        whole_.Add(record.row, record.change, origin, &findings_);
      }
    }
    AddRowIssues(record, origin, &findings_);
    for (Finding& finding : findings_) {
      builder_.Add(std::move(finding));
    }
  }

  // Whether the file may follow the one before it; only what its header says is known.
  void CheckSequence(const GazetteerFacts& facts, const std::string& sha256) {
    full_supply_ = full_supply_ || (!previous_.has_value() && facts.file_type == 'F');
    if (!hashes_.insert(sha256).second) {
      AddAboutFile(RuleId::kFileSequence, "The file is given twice");
      return;
    }
    const int awaited = previous_.has_value() ? previous_->facts.next_volume_number : 0;
    if (awaited != 0 && facts.volume_number != awaited) {
      AddAboutFile(RuleId::kFileVolumes,
                   Cat("The file is volume ", facts.volume_number, ", but volume ", awaited, " should follow"));
    } else if (awaited == 0 && facts.volume_number > 1) {
      AddAboutFile(RuleId::kFileVolumes,
                   Cat("The file is volume ", facts.volume_number, ", and those before it are not given"));
    }
    if (!previous_.has_value()) {
      return;
    }
    if (awaited == 0 && facts.file_type == 'F') {
      AddAboutFile(RuleId::kFileSequence, "The file is a full supply, but comes after another file");
    }
    if (facts.process_date < previous_->facts.process_date) {
      AddAboutFile(RuleId::kFileSequence, Cat("The file's process date is ", facts.process_date.ToString(),
                                              ", the one before it has ", previous_->facts.process_date.ToString()));
    }
  }

  void AddAboutFile(RuleId rule, std::string_view what) {
    const llpg::Rule& about = llpg::GetRule(rule);
    Finding finding;
    finding.rule = rule;
    finding.severity = about.local;
    finding.origin.file = file_;
    finding.message = Cat(what, "; ", about.mend, ".");
    builder_.Add(std::move(finding));
  }

  const FileCheckOptions& options_;
  llpg::RegisterCheck whole_;
  ReportBuilder builder_;
  std::vector<Finding> findings_;
  uint16_t file_ = 0;
  bool full_supply_ = false;  // the first file is one
  std::optional<Predecessor> previous_;
  std::set<std::string> hashes_;
  std::map<int, uint64_t> unchecked_;  // rows by record type
};

}  // namespace

absl::StatusOr<HealthReport> CheckFiles(const FileCheckOptions& options) {
  if (options.files.empty() || options.files.size() > UINT16_MAX) {
    return InvalidArgument("name at least one file to check, and no more than 65535");
  }
  return FileCheck(options).Run();
}

}  // namespace wensum::health
