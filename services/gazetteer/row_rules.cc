#include "services/gazetteer/row_rules.h"

#include <utility>

#include "gazetteer/rules/row_rules.h"

namespace wensum::gazetteer {
namespace {

void Append(std::vector<llpg::Finding>& findings, std::vector<RowIssue>* issues) {
  for (llpg::Finding& finding : findings) {
    issues->push_back({.column = finding.column,
                       .rule = llpg::GetRule(finding.rule).code,
                       .severity = finding.severity == llpg::Severity::kReject ? Severity::kReject : Severity::kWarning,
                       .message = std::move(finding.message)});
  }
}

}  // namespace

void CheckRow(const model::GazetteerRow& row, model::ChangeType change, model::GazetteerFormat format,
              model::PartialDate today, const llpg::RuleConfig& config, std::vector<RowIssue>* issues) {
  std::vector<llpg::Finding> findings;  // allocates only if something is wrong
  llpg::CheckRow(row, {.config = &config, .origin = {.format = format}, .change = change, .today = today}, &findings);
  Append(findings, issues);
}

void CheckRowKey(const model::GazetteerRow& row, std::vector<RowIssue>* issues) {
  std::vector<llpg::Finding> findings;
  llpg::CheckRowKey(row, &findings);
  Append(findings, issues);
}

}  // namespace wensum::gazetteer
