#include "services/hub/resynchronisation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/byte_source.h"
#include "import/gazetteer_reader.h"
#include "services/hub/hub_store.h"
#include "services/hub/known_objects.h"
#include "services/hub/record_columns.h"
#include "services/hub/submissions.h"
#include "services/hub/supply_comparison.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/spool_file.h"

namespace wensum::hub {
namespace {

using gazetteer::RowOwner;
using Report = v1::HubReport;

constexpr uint64_t kMaxTextBytes = uint64_t{8} << 30;  // of a compressed file
constexpr size_t kMaxValue = 200;
constexpr size_t kMaxMessage = 2'000;

// In the order in which findings are stored.
constexpr std::string_view kDiffers = "DIFFERS";
constexpr std::string_view kMissingAtHub = "MISSING_AT_HUB";
constexpr std::string_view kNotInRegister = "NOT_IN_REGISTER";

std::string_view CheckOf(const DifferingRecord& record) {
  return !record.ours.has_value() ? kNotInRegister : !record.hubs.has_value() ? kMissingAtHub : kDiffers;
}

// What is wrong with the file is the caller's to mend; the rest, such as a full disk, is not.
absl::Status FileError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kResourceExhausted:
      return UploadError(Message(status));
    default:
      return status;
  }
}

// A DTF 7.3 file, opened at its beginning.
struct SupplyFile {
  std::unique_ptr<ingest::ByteSource> source;
  std::unique_ptr<ingest::GazetteerReader> reader;  // of the source
};
absl::StatusOr<SupplyFile> OpenSupply(const std::string& path, const ingest::GazetteerOptions& options) {
  SupplyFile file;
  WENSUM_ASSIGN_OR_RETURN(file.source, ingest::ByteSource::OpenFile(path, {.max_text_bytes = kMaxTextBytes}));
  WENSUM_ASSIGN_OR_RETURN(file.reader, ingest::GazetteerReader::Open(file.source.get(), options));
  return file;
}

// The custodian of the file, if it is one whose gazetteer this server submits.
absl::StatusOr<int> CheckHeader(const ingest::GazetteerFacts& facts, const std::vector<int>& own_custodians) {
  if (facts.format != model::GazetteerFormat::kDtf73) {
    return UploadError(Cat("the file is of the format ", model::GazetteerFormatName(facts.format),
                           ": a resynchronisation report is what the hub holds as DTF 7.3"));
  }
  if (facts.file_type == 'C') {
    return UploadError("the file has changes alone (FILE_TYPE C): a resynchronisation report is a full supply");
  }
  if (facts.volume_number > 1) {
    return UploadError(Cat("the file is volume ", facts.volume_number, ": send all volumes in one zip archive"));
  }
  if (own_custodians.empty()) {
    return rpc::CustodianNotConfigured();
  }
  const int code = facts.local_custodian_code;
  if (std::ranges::find(own_custodians, code) == own_custodians.end()) {
    return UploadError(Cat("the file is of custodian ", code,
                           ", whose gazetteer this server does not submit: the "
                           "configuration names its own custodians"));
  }
  return code;
}

// Sets the submission and the revision that the file is compared with. `newest`: that of the register.
absl::Status SetBase(const storage::Reader& reader, storage::RegisterId reg, uint64_t newest, Report& report) {
  const int code = report.custodian_code();
  if (report.submission().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const LastSubmissions last, FindLast(reader, reg, code));
    report.set_submission(last.accepted.has_value() ? last.accepted->name() : std::string());
    report.set_compared_revision(last.accepted.has_value() ? last.accepted->revision() : newest);
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseSubmissionName(report.submission(), "spec.submission"));
  WENSUM_ASSIGN_OR_RETURN(const v1::HubSubmission submission, ReadSubmission(reader, reg, number));
  if (submission.custodian_code() != code) {
    return rpc::InvalidField(
        "spec.submission", Cat("is of custodian ", submission.custodian_code(), ", and the file of custodian ", code));
  }
  if (submission.state() != v1::HubSubmission::STATE_ACCEPTED) {
    return StateForbids(Cat(submission.name(), " is ", StateName(submission.state()),
                            ", so the hub does not hold what it says: name one that was accepted"));
  }
  report.set_compared_revision(submission.revision());
  return absl::OkStatus();
}

// What the register would send: a file on disk, which goes with what is returned.
absl::StatusOr<std::unique_ptr<rpc::SpoolFile>> WriteSupply(const ReportSite& site, rpc::CallContext& call,
                                                            const Report& report) {
  WENSUM_ASSIGN_OR_RETURN(std::unique_ptr<rpc::SpoolFile> file, rpc::SpoolFile::Create(site.hooks->scratch_directory));
  WENSUM_RETURN_IF_ERROR(site.hooks
                             ->measure(call, SupplyRequest(report.custodian_code(), report.compared_revision()),
                                       [&file](std::string_view bytes) { return file->Append(bytes); })
                             .status());
  return file;
}

std::string Cut(std::string_view text, size_t bytes) {
  const std::string_view cut = text.substr(0, bytes);
  return std::string(cut.substr(0, ValidUtf8Prefix(cut)));
}

// The key of the record for people: a row whose columns are not known has its place among those of its key behind it.
std::string KeyForPeople(const gazetteer::RowIdentity& identity) {
  const size_t place = identity.subkey.find('\x01');
  if (place == std::string::npos) {
    return Cut(identity.subkey, kMaxValue);
  }
  const uint64_t number = ParseInteger<uint64_t>(std::string_view(identity.subkey).substr(place + 1)).value_or(0);
  return Cat(Cut(std::string_view(identity.subkey).substr(0, place), kMaxValue), " #", number);
}

// Adds the columns that differ, and says it all in a sentence.
void Describe(const DifferingRecord& record, v1::HubFinding& finding) {
  std::string message =
      Cat("record ", finding.record_type(), finding.record_key().empty() ? "" : " ", finding.record_key());
  if (!record.hubs.has_value()) {
    message += ": the hub does not hold it";
  } else if (!record.ours.has_value()) {
    message += finding.known() ? ": the hub holds it, and the register does not send it"
                               : ": the hub holds it, and what it belongs to is not in the register";
  } else {
    std::string_view before = ": ";
    for (const ColumnDifference& each : DifferingColumns(*record.ours, *record.hubs)) {
      v1::HubFinding::Difference& difference = *finding.add_differences();
      difference.set_column(each.column);
      difference.set_register_value(Cut(each.ours, kMaxValue));
      difference.set_hub_value(Cut(each.hubs, kMaxValue));
      AppendTo(message, before, each.column, " is ", Quote(each.ours, kMaxValue), " here and ",
               Quote(each.hubs, kMaxValue), " at the hub");
      before = "; ";
    }
  }
  finding.set_message(Cut(message, kMaxMessage));
}

NewFinding MakeFinding(DifferingRecord record, const KnownObjects& known) {
  const gazetteer::RowIdentity& identity = record.identity;
  const bool of_street = identity.owner == RowOwner::kStreet;
  NewFinding made;
  v1::HubFinding& finding = made.finding;
  finding.set_check_code(std::string(CheckOf(record)));
  if (of_street) {
    finding.set_street(rpc::StreetName(identity.id));
  } else {
    finding.set_property(rpc::PropertyName(identity.id));
  }
  finding.set_known((of_street ? known.usrns : known.uprns).contains(identity.id));
  finding.set_row(record.line);
  finding.set_record_type(identity.row_type);
  finding.set_record_key(KeyForPeople(identity));
  constexpr int kLpiRecord = 24;
  if (identity.row_type == kLpiRecord) {
    finding.set_lpi_key(finding.record_key());
  }
  Describe(record, finding);
  made.held = {.record_type = identity.row_type, .subkey = identity.subkey, .row = std::move(record.hubs)};
  return made;
}

// Counts and issues of the comparison.
void Fill(const SupplyComparison& found, const ingest::GazetteerFacts& facts, Report& report) {
  report.set_rows(facts.data_rows);
  report.set_hub_records(found.hub_records);
  report.set_register_records(found.register_records);
  report.set_other_custodians(found.other_custodians);
  report.set_unreadable(found.unreadable);
  report.set_issue_count(found.unreadable);
  for (const UnreadableRow& row : found.first_unreadable) {
    *report.add_issues() = MakeIssue(Report::Issue::KIND_UNREADABLE, row.line, row.why);
  }
}

absl::StatusOr<std::vector<NewFinding>> MakeFindings(const storage::Reader& reader, storage::RegisterId reg,
                                                     std::vector<DifferingRecord> differing, Report& report) {
  KnownObjects known;
  for (const DifferingRecord& record : differing) {
    (record.identity.owner == RowOwner::kStreet ? known.usrns : known.uprns).insert(record.identity.id);
  }
  WENSUM_RETURN_IF_ERROR(KeepKnown(reader, reg, known));
  std::ranges::sort(differing, {}, [](const DifferingRecord& record) {
    const gazetteer::RowIdentity& identity = record.identity;
    return std::tuple(CheckOf(record), identity.owner != RowOwner::kStreet, identity.id, identity.row_type,
                      std::string_view(identity.subkey));
  });
  std::vector<NewFinding> findings;
  findings.reserve(differing.size());
  for (DifferingRecord& record : differing) {
    NewFinding& made = findings.emplace_back(MakeFinding(std::move(record), known));
    if (report.checks().empty() || report.checks().rbegin()->check_code() != made.finding.check_code()) {
      report.add_checks()->set_check_code(made.finding.check_code());
    }
    Report::Check& check = *report.mutable_checks(report.checks_size() - 1);
    check.set_findings(check.findings() + 1);
    report.set_unknown_objects(report.unknown_objects() + (made.finding.known() ? 0 : 1));
  }
  report.set_findings(findings.size());
  return findings;
}

}  // namespace

v1::ExportGazetteerRequest SupplyRequest(int custodian_code, uint64_t revision) {
  v1::ExportGazetteerRequest file;
  file.set_format(v1::EXPORT_FORMAT_DTF_7_3);
  file.set_profile(v1::EXPORT_PROFILE_HUB);
  file.set_custodian_code(custodian_code);
  file.mutable_read()->set_as_of_revision(revision);
  return file;
}

absl::StatusOr<std::optional<Report>> FindSameReport(const storage::Reader& reader, storage::RegisterId reg,
                                                     const Report& report) {
  std::optional<Report> same;
  WENSUM_RETURN_IF_ERROR(
      VisitReports(reader, reg, std::numeric_limits<uint64_t>::max(), [&](uint64_t /*number*/, Report& earlier) {
        if (earlier.kind() == Report::KIND_RESYNCHRONISATION && earlier.sha256() == report.sha256() &&
            earlier.submission() == report.submission()) {
          same = std::move(earlier);
        }
        return !same.has_value();
      }));
  return same;
}

absl::StatusOr<std::vector<NewFinding>> CompareWithHub(const ReportSite& site, rpc::CallContext& call,
                                                       const std::string& path, Report& report) {
  absl::StatusOr<SupplyFile> hub = OpenSupply(path, {});
  if (!hub.ok()) {
    return FileError(hub.status());
  }
  WENSUM_ASSIGN_OR_RETURN(const int code, CheckHeader(hub->reader->facts(), *site.own_custodians));
  report.set_custodian_code(code);
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, site.reg->OpenView({}));
  if (view.revision() == 0) {
    return FailedPrecondition("the register is empty: import a gazetteer first");
  }
  const storage::RegisterId reg = site.reg->register_id();
  WENSUM_RETURN_IF_ERROR(SetBase(view.reader(), reg, view.revision(), report));
  WENSUM_ASSIGN_OR_RETURN(std::optional<Report> same, FindSameReport(view.reader(), reg, report));
  if (same.has_value()) {
    report = *std::move(same);
    return std::vector<NewFinding>();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<rpc::SpoolFile> supply, WriteSupply(site, call, report));
  WENSUM_ASSIGN_OR_RETURN(const SupplyFile ours,
                          OpenSupply(supply->path(), {.format = model::GazetteerFormat::kDtf73}));
  absl::StatusOr<SupplyComparison> found =
      CompareSupplies(*hub->reader, *ours.reader, code, {.unreadable = kMaxReportIssues},
                      [&call] { return call.cancelled() || call.expired(); });
  if (!found.ok()) {
    return found.status().code() == absl::StatusCode::kInvalidArgument ? UploadError(Message(found.status()))
                                                                       : found.status();
  }
  Fill(*found, hub->reader->facts(), report);
  return MakeFindings(view.reader(), reg, std::move(found->differing), report);
}

}  // namespace wensum::hub
