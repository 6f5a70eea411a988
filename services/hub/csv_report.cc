#include "services/hub/csv_report.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/rules/rule.h"
#include "services/hub/known_objects.h"
#include "services/rpc/resource_name.h"

namespace wensum::hub {
namespace {

using Report = v1::HubReport;

constexpr size_t kMaxChecks = 1'000;

// Makes the report and its findings of the rows.
class Builder {
 public:
  Builder(const storage::Reader& reader, storage::RegisterId reg) : reader_(reader), reg_(reg) {}

  absl::StatusOr<std::vector<NewFinding>> Run(ReportFile file, Report& report) {
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
    return std::move(findings_);
  }

 private:
  absl::Status LookUp(const std::vector<ReportRow>& rows) {
    for (const ReportRow& row : rows) {
      if (!row.uprn.empty()) {
        known_.uprns.insert(row.uprn.value());
      } else if (!row.usrn.empty()) {
        known_.usrns.insert(row.usrn.value());
      }
    }
    return KeepKnown(reader_, reg_, known_);
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
    v1::HubFinding& finding = findings_.emplace_back().finding;
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
    finding.set_known(row.uprn.empty() ? known_.usrns.contains(row.usrn.value())
                                       : known_.uprns.contains(row.uprn.value()));
    if (!finding.known()) {
      report.set_unknown_objects(report.unknown_objects() + 1);
      AddIssue(Report::Issue::KIND_UNKNOWN_OBJECT, row.line,
               row.uprn.empty() ? Cat("USRN ", row.usrn.value(), " is not in the gazetteer")
                                : Cat("UPRN ", row.uprn.value(), " is not in the gazetteer"));
    }
  }

  void AddIssue(Report::Issue::Kind kind, uint64_t line, std::string_view what) {
    issues_.push_back(MakeIssue(kind, line, what));
  }

  void SetIssues(Report& report) {
    report.set_issue_count(issues_.size());
    std::ranges::sort(issues_, {}, [](const Report::Issue& issue) { return std::tuple(issue.row(), issue.kind()); });
    issues_.resize(std::min(issues_.size(), kMaxReportIssues));
    for (Report::Issue& issue : issues_) {
      *report.add_issues() = std::move(issue);
    }
  }

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  KnownObjects known_;
  const llpg::Rule* rule_ = nullptr;  // of the check whose findings are added
  std::vector<NewFinding> findings_;
  std::vector<Report::Issue> issues_;
};

}  // namespace

absl::StatusOr<std::vector<NewFinding>> FindingsOf(const storage::Reader& reader, storage::RegisterId reg,
                                                   ReportFile file, Report& report) {
  return Builder(reader, reg).Run(std::move(file), report);
}

}  // namespace wensum::hub
