#include "services/hub/report_upload.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/rules/rule.h"
#include "services/convert/times.h"
#include "services/hub/hub_store.h"
#include "services/hub/report_file.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::hub {
namespace {

using Report = v1::HubReport;

constexpr uint8_t kBlpuRecord = 21;
constexpr uint8_t kStreetRecord = 11;
constexpr size_t kLookups = 1'000;  // at a time
constexpr size_t kMaxChecks = 1'000;
constexpr size_t kMaxIssues = 1'000;
constexpr size_t kMaxFileName = 200;
constexpr size_t kMaxRemark = 1'000;

absl::Status UploadError(std::string_view message) {
  return rpc::WithReason(InvalidArgument(message), rpc::reason::kUploadInvalid);
}

// Which of the numbers the gazetteer has.
template <typename KeyOf>
absl::StatusOr<std::set<uint64_t>> FindKnown(const storage::Reader& reader, const std::set<uint64_t>& numbers,
                                             KeyOf key_of) {
  std::set<uint64_t> known;
  std::vector<uint64_t> asked;
  std::vector<std::string> keys;
  for (auto next = numbers.begin(); next != numbers.end();) {
    asked.clear();
    keys.clear();
    for (; next != numbers.end() && keys.size() < kLookups; ++next) {
      asked.push_back(*next);
      keys.push_back(key_of(*next));
    }
    WENSUM_ASSIGN_OR_RETURN(const auto values, reader.MultiGet(storage::Family::kProperty, keys));
    for (size_t i = 0; i < asked.size(); ++i) {
      if (values[i].has_value()) {
        known.insert(asked[i]);
      }
    }
  }
  return known;
}

// Makes the report and its findings of the rows.
class Builder {
 public:
  Builder(const storage::Reader& reader, storage::RegisterId reg) : reader_(reader), reg_(reg) {}

  absl::Status Run(ReportFile file, Report& report) {
    WENSUM_RETURN_IF_ERROR(LookUp(file.rows));
    for (UnreadableRow& row : file.unreadable) {
      AddIssue(Report::Issue::KIND_UNREADABLE, row.line, row.why);
    }
    std::ranges::sort(file.rows, {}, [](const ReportRow& row) {
      return std::tuple(std::string_view(row.check_code), row.uprn, row.usrn, row.line);
    });
    findings_.reserve(file.rows.size());
    for (ReportRow& row : file.rows) {
      if (report.checks().empty() || report.checks().rbegin()->check_code() != row.check_code) {
        WENSUM_RETURN_IF_ERROR(BeginCheck(row.check_code, report));
      }
      AddFinding(row, report);
    }
    report.set_rows(file.rows.size() + file.unreadable.size());
    report.set_findings(file.rows.size());
    report.set_unreadable(file.unreadable.size());
    report.mutable_ignored_columns()->Add(file.ignored_columns.begin(), file.ignored_columns.end());
    SetIssues(report);
    return absl::OkStatus();
  }

  [[nodiscard]] const std::vector<v1::HubFinding>& findings() const { return findings_; }

 private:
  absl::Status LookUp(const std::vector<ReportRow>& rows) {
    std::set<uint64_t> uprns;
    std::set<uint64_t> usrns;
    for (const ReportRow& row : rows) {
      if (!row.uprn.empty()) {
        uprns.insert(row.uprn.value());
      } else if (!row.usrn.empty()) {
        usrns.insert(row.usrn.value());
      }
    }
    WENSUM_ASSIGN_OR_RETURN(uprns_, FindKnown(reader_, uprns, [this](uint64_t uprn) {
                              return storage::PropertyRowKey(reg_, uprn, kBlpuRecord, "");
                            }));
    WENSUM_ASSIGN_OR_RETURN(usrns_, FindKnown(reader_, usrns, [this](uint64_t usrn) {
                              return storage::StreetRowKey(reg_, static_cast<uint32_t>(usrn), kStreetRecord, "");
                            }));
    return absl::OkStatus();
  }

  absl::Status BeginCheck(const std::string& code, Report& report) {
    if (static_cast<size_t>(report.checks_size()) == kMaxChecks) {
      return UploadError(Cat("the file has more than ", kMaxChecks,
                             " different check codes: does the header line name the right column?"));
    }
    rule_ = llpg::FindRule(code);
    Report::Check& check = *report.add_checks();
    check.set_check_code(code);
    if (rule_ != nullptr) {
      check.set_rule(std::string(rule_->code));
      check.set_requirement(std::string(rule_->requirement));
      check.set_mend(std::string(rule_->mend));
    }
    return absl::OkStatus();
  }

  // Of the last check of the report.
  void AddFinding(ReportRow& row, Report& report) {
    Report::Check& check = *report.mutable_checks(report.checks_size() - 1);
    check.set_findings(check.findings() + 1);
    v1::HubFinding& finding = findings_.emplace_back();
    finding.set_check_code(row.check_code);
    finding.set_rule(check.rule());
    finding.set_lpi_key(std::move(row.lpi_key));
    finding.set_severity(row.severity);
    finding.set_message(std::move(row.message));
    finding.set_row(row.line);
    if (!row.uprn.empty()) {
      finding.set_property(rpc::PropertyName(row.uprn.value()));
    }
    if (!row.usrn.empty()) {
      finding.set_street(rpc::StreetName(row.usrn.value()));
    }
    if (rule_ == nullptr) {
      report.set_unknown_checks(report.unknown_checks() + 1);
      AddIssue(Report::Issue::KIND_UNKNOWN_CHECK, row.line,
               Cat("the health check here has no rule for ", row.check_code));
    }
    if (row.uprn.empty() && row.usrn.empty()) {
      report.set_without_object(report.without_object() + 1);
      return;
    }
    finding.set_known(row.uprn.empty() ? usrns_.contains(row.usrn.value()) : uprns_.contains(row.uprn.value()));
    if (!finding.known()) {
      report.set_unknown_objects(report.unknown_objects() + 1);
      AddIssue(Report::Issue::KIND_UNKNOWN_OBJECT, row.line,
               row.uprn.empty() ? Cat("USRN ", row.usrn.value(), " is not in the gazetteer")
                                : Cat("UPRN ", row.uprn.value(), " is not in the gazetteer"));
    }
  }

  void AddIssue(Report::Issue::Kind kind, uint64_t line, std::string_view what) {
    Report::Issue& issue = issues_.emplace_back();
    issue.set_kind(kind);
    issue.set_row(line);
    issue.set_message(Cat("row ", line, ": ", what));
  }

  void SetIssues(Report& report) {
    report.set_issue_count(issues_.size());
    std::ranges::sort(issues_, {}, [](const Report::Issue& issue) { return std::tuple(issue.row(), issue.kind()); });
    issues_.resize(std::min(issues_.size(), kMaxIssues));
    for (Report::Issue& issue : issues_) {
      *report.add_issues() = std::move(issue);
    }
  }

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  std::set<uint64_t> uprns_;  // in the gazetteer, of those that are named
  std::set<uint64_t> usrns_;
  const llpg::Rule* rule_ = nullptr;  // of the check whose findings are added
  std::vector<v1::HubFinding> findings_;
  std::vector<Report::Issue> issues_;
};

// NOT_FOUND, or FAILED_PRECONDITION for a submission that the hub cannot have seen.
absl::Status CheckSubmission(const storage::Reader& reader, storage::RegisterId reg, const std::string& name) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseSubmissionName(name, "spec.submission"));
  WENSUM_ASSIGN_OR_RETURN(const v1::HubSubmission submission, ReadSubmission(reader, reg, number));
  for (const v1::HubSubmission::Step& step : submission.steps()) {
    if (step.state() == v1::HubSubmission::STATE_SENT) {
      return absl::OkStatus();
    }
  }
  return rpc::WithReason(FailedPrecondition(Cat(name, " was never sent: record that it was, or name another")),
                         rpc::reason::kSubmissionState);
}

}  // namespace

ReportUpload::~ReportUpload() {
  if (begun_) {
    --*under_way_;
  }
}

absl::Status ReportUpload::OnMessage(const v1::ImportReportRequest& message) {
  if (message.has_spec()) {
    return OnSpec(message.spec());
  }
  if (!message.has_chunk()) {
    return UploadError("a message has neither spec nor chunk");
  }
  if (!begun_) {
    return UploadError("the first message must hold the spec");
  }
  if (message.chunk().size() > rpc::kMaxUploadChunk) {
    return UploadError(
        Cat("chunk: holds ", message.chunk().size(), " bytes; at most ", rpc::kMaxUploadChunk, " fit one message"));
  }
  if (file_.size() + message.chunk().size() > kMaxBytes) {
    return UploadError("the file is larger than 16 MiB: compress it with gzip, or send it in parts");
  }
  file_.append(message.chunk());
  return absl::OkStatus();
}

absl::Status ReportUpload::OnSpec(const v1::HubReportSpec& spec) {
  if (begun_) {
    return UploadError("the spec came twice");
  }
  if (spec.kind() != Report::KIND_SUBMISSION && spec.kind() != Report::KIND_HEALTH_CHECK) {
    return rpc::InvalidField("spec.kind", "is required: KIND_SUBMISSION (1) or KIND_HEALTH_CHECK (2)");
  }
  if (!spec.submission().empty()) {
    WENSUM_RETURN_IF_ERROR(ParseSubmissionName(spec.submission(), "spec.submission").status());
  } else if (spec.kind() == Report::KIND_SUBMISSION) {
    return rpc::InvalidField("spec.submission", "is required: which submission the report is about");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(spec.file_name(), kMaxFileName, "spec.file_name"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(spec.remark(), kMaxRemark, "spec.remark"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckRequestId(spec.request_id(), "spec.request_id"));
  if (++*under_way_ > kMaxUploads) {
    --*under_way_;
    return rpc::WithReason(ResourceExhausted("two reports are being taken in; wait for one to end"),
                           rpc::reason::kOverloaded);
  }
  begun_ = true;
  spec_ = spec;
  return absl::OkStatus();
}

absl::Status ReportUpload::Finish(rpc::CallContext& call, Report& response) {
  if (!begun_ || file_.empty()) {
    return UploadError("nothing was sent: first the spec, then the file");
  }
  absl::StatusOr<ReportFile> parsed = ParseReportFile(file_);
  if (!parsed.ok()) {
    return UploadError(Message(parsed.status()));
  }
  const storage::RegisterId reg = register_.register_id();
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  if (!spec_.submission().empty()) {
    WENSUM_RETURN_IF_ERROR(CheckSubmission(view.reader(), reg, spec_.submission()));
  }
  response.set_kind(spec_.kind());
  response.set_submission(spec_.submission());
  response.set_file_name(spec_.file_name());
  response.set_remark(spec_.remark());
  response.set_sha256(Sha256Hex(file_));
  response.set_bytes(file_.size());
  response.set_author(call.grant().caller);
  response.set_revision(view.revision());
  convert::ToTimestamp(clock_.Now(), *response.mutable_create_time());
  std::string().swap(file_);
  Builder builder(view.reader(), reg);
  WENSUM_RETURN_IF_ERROR(builder.Run(*std::move(parsed), response));

  registry::Mutation mutation;
  mutation.plan = [&](const registry::PlanView& state) -> absl::StatusOr<registry::Planned> {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t last, LastReport(state.reader, reg));
    const uint64_t number = last + 1;
    response.set_name(ReportName(number));
    registry::Planned planned;
    PutReport(reg, number, response, planned.writes);
    for (size_t i = 0; i < builder.findings().size(); ++i) {
      PutFinding(reg, {number, i + 1}, builder.findings()[i], planned.writes);
    }
    return planned;
  };
  if (!spec_.request_id().empty()) {
    v1::HubReportSpec content = spec_;
    content.clear_request_id();
    mutation.request_key = rpc::RequestKey(call, spec_.request_id());
    mutation.request_hash = HashCombine(rpc::HashMessage(content), Hash64(response.sha256()));
    mutation.make_response = [&response](const registry::MutationResult&) { return response.SerializeAsString(); };
  }
  const registry::MutationResult result = register_.Commit(std::move(mutation));
  if (result.replayed_response.has_value() && !response.ParseFromString(*result.replayed_response)) {
    return DataLoss("the stored answer of a repeated request_id cannot be read");
  }
  WENSUM_RETURN_IF_ERROR(result.status);
  call.set_revision(result.revision);
  call.AddResource(response.name());
  if (!response.submission().empty()) {
    call.AddResource(response.submission());
  }
  return absl::OkStatus();
}

}  // namespace wensum::hub
