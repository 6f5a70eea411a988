#include "import/contract_check.h"

#include <utility>

#include "base/strings.h"

namespace wensum::ingest {
namespace {

RowIssue FileStop(uint64_t line, std::string column, std::string_view rule, std::string message) {
  return {.line = line,
          .column = std::move(column),
          .rule = std::string(rule),
          .severity = Severity::kStop,
          .message = std::move(message),
          .raw = {}};
}

}  // namespace

ContractCheck::ContractCheck(const Mapping* mapping, model::PartialDate today)
    : mapping_(*mapping), contract_(mapping->contract), today_(today) {
  Reset();
}

void ContractCheck::Reset() {
  failures_.clear();
  sum_ = 0;
  no_sum_line_ = 0;
  for (const ContractRule& rule : contract_.rules) {
    failures_.push_back({.rule = rule.name, .severity = rule.severity, .first_column = {}});
  }
}

bool ContractCheck::Check(RowValues values, uint64_t line, std::vector<RowIssue>* issues) {
  bool rejected = false;
  for (size_t i = 0; i < contract_.rules.size(); ++i) {
    const ContractRule& rule = contract_.rules[i];
    const std::optional<size_t> column = rule.Broken(values, mapping_.null_values, today_);
    if (!column) continue;
    const std::string& name = mapping_.columns[*column].name;
    if (RuleFailures& failures = failures_[i]; ++failures.rows == 1) {
      failures.first_line = line;
      failures.first_column = name;
    }
    const bool flag = rule.severity == Severity::kWarning;
    rejected = rejected || !flag;
    if (issues == nullptr) continue;
    issues->push_back({.line = line,
                       .column = name,
                       .rule = rule.name,
                       .severity = flag ? Severity::kWarning : Severity::kReject,
                       .message = rule.Sentence(),
                       .raw = {}});
  }
  if (contract_.sum) AddToSum(values[contract_.sum->column], line);
  return rejected;
}

void ContractCheck::AddToSum(std::string_view value, uint64_t line) {
  if (value.empty()) return;
  const std::optional<int64_t> number = ParseTenThousandths(value);
  if ((!number || __builtin_add_overflow(sum_, *number, &sum_)) && no_sum_line_ == 0) no_sum_line_ = line;
}

void ContractCheck::CheckFile(uint64_t rows, uint64_t rejected, std::optional<std::string_view> trailer_sum,
                              std::vector<RowIssue>& issues) const {
  for (size_t i = 0; i < failures_.size(); ++i) {
    const RuleFailures& failures = failures_[i];
    if (failures.severity != Severity::kStop || failures.rows == 0) continue;
    issues.push_back(FileStop(
        failures.first_line, failures.first_column, failures.rule,
        Cat(contract_.rules[i].Sentence(), " ", failures.rows, failures.rows == 1 ? " row breaks" : " rows break",
            " this rule of the contract; ask for the file again.")));
  }
  if (contract_.rows_at_least && rows < *contract_.rows_at_least) {
    issues.push_back(FileStop(0, "", "contract_rows",
                              Cat("The file has ", rows, " rows, the contract asks for at least ",
                                  *contract_.rows_at_least, "; was it cut off?")));
  }
  if (contract_.rows_at_most && rows > *contract_.rows_at_most) {
    issues.push_back(FileStop(0, "", "contract_rows",
                              Cat("The file has ", rows, " rows, the contract allows ", *contract_.rows_at_most,
                                  "; is it the right extract?")));
  }
  if (const std::optional<double> percent = contract_.rejected_at_most_percent;
      percent && static_cast<double>(rejected) * 100 > *percent * static_cast<double>(rows)) {
    issues.push_back(FileStop(0, "", "contract_rejected",
                              Cat(rejected, " of ", rows,
                                  " rows are rejected for their form or by the contract, which "
                                  "allows ",
                                  *percent, " %.")));
  }
  if (contract_.sum) CheckSum(trailer_sum, issues);
}

void ContractCheck::CheckSum(std::optional<std::string_view> trailer_sum, std::vector<RowIssue>& issues) const {
  const std::string& column = mapping_.columns[contract_.sum->column].name;
  const auto stop = [&](uint64_t line, std::string message) {
    issues.push_back(FileStop(line, column, contract_.sum->name, std::move(message)));
  };
  if (!trailer_sum) return;  // trailer_missing says so
  const std::optional<int64_t> expected = ParseTenThousandths(*trailer_sum);
  if (no_sum_line_ != 0) {
    stop(no_sum_line_,
         "The value cannot be added up: it is no number of at most four decimal places, or the sum is too "
         "large.");
  } else if (!expected) {
    stop(0, "The sum in the trailer is no number of at most four decimal places.");
  } else if (*expected != sum_) {
    stop(0,
         "The column's sum is not the one that the trailer says: rows are missing or changed; ask for the file again.");
  }
}

}  // namespace wensum::ingest
