#include "import/contract_parser.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

constexpr size_t kMaxRuleName = 64;

}  // namespace

void ContractParser::Parse(const YAML::Node& node) {
  yaml_.Fields(
      node, "contract",
      {{"rows", [&](const YAML::Node& n) { ParseRows(n); }},
       {"rejected_at_most_percent",
        [&](const YAML::Node& n) {
          contract_.rejected_at_most_percent = ParseNumber(n);
          const double percent = contract_.rejected_at_most_percent.value_or(0);
          if (percent < 0 || percent > 100) yaml_.Error(n, "the percentage must be from 0 to 100");
        }},
       {"rules", [&](const YAML::Node& n) { yaml_.Each(n, [&](const YAML::Node& rule) { ParseRule(rule); }); }}});
}

void ContractParser::ParseRows(const YAML::Node& node) {
  yaml_.Fields(node, "rows",
               {{"at_least", [&](const YAML::Node& n) { contract_.rows_at_least = ParseCount(n); }},
                {"at_most", [&](const YAML::Node& n) { contract_.rows_at_most = ParseCount(n); }}});
  if (contract_.rows_at_least && contract_.rows_at_most && *contract_.rows_at_least > *contract_.rows_at_most) {
    yaml_.Error(node, "at_least is more than at_most");
  }
}

void ContractParser::ParseRule(const YAML::Node& node) {
  ContractRule rule;
  std::optional<SumRule> sum;
  std::optional<Severity> severity;
  bool named = false;
  int tests = 0;
  YamlWalker::Keys keys = {{"name",
                            [&](const YAML::Node& n) {
                              named = true;
                              rule.name = ParseRuleName(n);
                            }},
                           {"severity", [&](const YAML::Node& n) { severity = ParseSeverity(n); }}};
  YamlWalker::Keys more = TestKeys(rule, sum, tests);
  std::move(more.begin(), more.end(), std::back_inserter(keys));
  yaml_.Fields(node, "a contract rule", keys);
  if (!node.IsMap()) return;
  if (!named) yaml_.Error(node, "name is missing: the rule's own, such as account_shape");
  if (tests != 1) {
    yaml_.Error(node, "a contract rule has one of required, matches, one_of, date_between, number_between and sum");
    return;
  }
  if (sum) {
    if (severity.value_or(Severity::kStop) != Severity::kStop)
      yaml_.Error(node, "a sum is of the file: severity: stop");
    if (contract_.sum) yaml_.Error(node, "a contract has one sum");
    sum->name = rule.name;
    sum_mark_ = node.Mark();
    Use({sum->column});
    contract_.sum = *std::move(sum);
    return;
  }
  if (!severity) {
    yaml_.Error(node, "severity is missing: reject the row, flag it, or stop the file");
    return;
  }
  rule.severity = *severity;
  if (rule.columns.empty()) return;  // told already
  Use(rule.columns);
  contract_.rules.push_back(std::move(rule));
}

YamlWalker::Keys ContractParser::TestKeys(ContractRule& rule, std::optional<SumRule>& sum, int& tests) {
  const auto test = [this, &rule, &tests](ContractRule::Test kind,
                                          void (ContractParser::*parse)(const YAML::Node&, ContractRule&)) {
    return [this, &rule, &tests, kind, parse](const YAML::Node& n) {
      ++tests;
      rule.test = kind;
      (this->*parse)(n, rule);
    };
  };
  using Test = ContractRule::Test;
  return {{"required", test(Test::kRequired, &ContractParser::ParseRequired)},
          {"matches", test(Test::kMatches, &ContractParser::ParseMatches)},
          {"one_of", test(Test::kOneOf, &ContractParser::ParseOneOf)},
          {"date_between", test(Test::kDateBetween, &ContractParser::ParseDateBetween)},
          {"number_between", test(Test::kNumberBetween, &ContractParser::ParseNumberBetween)},
          {"sum", [this, &sum, &tests](const YAML::Node& n) {
             ++tests;
             ParseSum(n, sum.emplace());
           }}};
}

void ContractParser::ParseRequired(const YAML::Node& node, ContractRule& rule) {
  yaml_.Each(node, [&](const YAML::Node& column) { rule.columns.push_back(values_.ParseColumn(column)); });
  if (node.IsSequence() && node.size() == 0) yaml_.Error(node, "required needs columns: [A, B]");
}

void ContractParser::ParseMatches(const YAML::Node& node, ContractRule& rule) {
  yaml_.Fields(node, "matches",
               {{"column", [&](const YAML::Node& n) { rule.columns = {values_.ParseColumn(n)}; }},
                {"pattern", [&](const YAML::Node& n) { rule.pattern = values_.ParsePattern(n, 0); }}});
  if (node.IsMap() && (rule.columns.empty() || rule.pattern == nullptr)) {
    yaml_.Error(node, "matches is {column: X, pattern: \"RE2 for the whole value\"}");
    rule.columns.clear();
  }
}

void ContractParser::ParseOneOf(const YAML::Node& node, ContractRule& rule) {
  yaml_.Fields(node, "one_of",
               {{"column", [&](const YAML::Node& n) { rule.columns = {values_.ParseColumn(n)}; }},
                {"values", [&](const YAML::Node& n) {
                   yaml_.Each(n, [&](const YAML::Node& value) { rule.values.emplace(Trim(yaml_.Text(value))); });
                 }}});
  if (node.IsMap() && (rule.columns.empty() || rule.values.empty())) {
    yaml_.Error(node, "one_of is {column: X, values: [A, B]}");
    rule.columns.clear();
  }
}

void ContractParser::ParseDateBetween(const YAML::Node& node, ContractRule& rule) {
  YamlWalker::Keys keys = {{"column", [&](const YAML::Node& n) { rule.columns = {values_.ParseColumn(n)}; }},
                           {"from", [&](const YAML::Node& n) { rule.date_from = ParseDateBound(n); }},
                           {"to", [&](const YAML::Node& n) { rule.date_to = ParseDateBound(n); }}};
  YamlWalker::Keys more = values_.DateKeys(rule.date);
  std::erase_if(more, [](const auto& key) { return key.first != "date" && key.first != "pivot_year"; });
  std::move(more.begin(), more.end(), std::back_inserter(keys));
  yaml_.Fields(node, "date_between", keys);
  rule.date.reads_date = true;
  rule.date.columns = rule.columns;
  if (node.IsMap() && (rule.columns.empty() || (!rule.date_from && !rule.date_to))) {
    yaml_.Error(node,
                "date_between is {column: X, date: [DD/MM/YYYY], from: 1900-01-01, to: today}, one bound at least");
    rule.columns.clear();
  }
}

void ContractParser::ParseNumberBetween(const YAML::Node& node, ContractRule& rule) {
  yaml_.Fields(node, "number_between",
               {{"column", [&](const YAML::Node& n) { rule.columns = {values_.ParseColumn(n)}; }},
                {"from", [&](const YAML::Node& n) { rule.from = ParseNumber(n); }},
                {"to", [&](const YAML::Node& n) { rule.to = ParseNumber(n); }}});
  if (node.IsMap() && (rule.columns.empty() || (!rule.from && !rule.to))) {
    yaml_.Error(node, "number_between is {column: X, from: 0, to: 100}, one bound at least");
    rule.columns.clear();
  }
}

void ContractParser::ParseSum(const YAML::Node& node, SumRule& sum) {
  bool column = false;
  yaml_.Fields(node, "sum",
               {{"column",
                 [&](const YAML::Node& n) {
                   column = true;
                   sum.column = values_.ParseColumn(n);
                 }},
                {"trailer_group", [&](const YAML::Node& n) {
                   const std::optional<uint64_t> group = ParseCount(n);
                   sum.trailer_group = group && *group <= INT16_MAX ? static_cast<int>(*group) : 0;
                 }}});
  if (node.IsMap() && !column) yaml_.Error(node, "sum is {column: X, trailer_group: 2}");
}

void ContractParser::CheckTrailer(int trailer_groups) {
  if (!contract_.sum) return;
  if (contract_.sum->trailer_group < 1 || contract_.sum->trailer_group > trailer_groups) {
    yaml_.Error(sum_mark_,
                "a sum needs a trailer whose pattern has the group that trailer_group: names, counted from 1");
  }
}

std::string ContractParser::ParseRuleName(const YAML::Node& node) {
  std::string name = yaml_.Text(node);
  const bool fits = !name.empty() && name.size() <= kMaxRuleName &&
                    std::ranges::all_of(name, [](char c) { return IsLower(c) || IsDigit(c) || c == '_'; });
  if (!fits) {
    if (node.IsScalar()) yaml_.Error(node, "a rule's name has 1 to 64 of a to z, 0 to 9 and _");
  } else if (!names_.insert(name).second) {
    yaml_.Error(node, Cat("the rule ", Quote(name), " is given twice"));
  }
  return name;
}

std::optional<Severity> ContractParser::ParseSeverity(const YAML::Node& node) {
  const std::string text = yaml_.Text(node);
  if (text == "flag") return Severity::kWarning;
  if (text == "stop") return Severity::kStop;
  if (text != "reject") yaml_.Error(node, "severity must be reject, flag or stop");
  return Severity::kReject;
}

std::optional<DateBound> ContractParser::ParseDateBound(const YAML::Node& node) {
  const std::string text = yaml_.Text(node);
  if (text == "today") return DateBound{.date = {}, .today = true};
  const absl::StatusOr<model::PartialDate> date = model::PartialDate::Parse(text);
  if (!date.ok() || !date->complete()) yaml_.Error(node, "the bound must be a date such as 1900-01-01, or today");
  return DateBound{.date = date.value_or(model::PartialDate()), .today = false};
}

std::optional<double> ContractParser::ParseNumber(const YAML::Node& node) {
  const std::optional<double> number = ParseDouble(yaml_.Text(node));
  if (!number && node.IsScalar()) yaml_.Error(node, "this must be a number");
  return number.value_or(0);
}

std::optional<uint64_t> ContractParser::ParseCount(const YAML::Node& node) {
  const std::optional<uint64_t> count = ParseInteger<uint64_t>(yaml_.Text(node));
  if (!count && node.IsScalar()) yaml_.Error(node, "this must be a whole number");
  return count;
}

void ContractParser::Use(const std::vector<size_t>& columns) {
  for (const size_t column : columns) {
    if (std::ranges::find(contract_.columns, column) == contract_.columns.end()) contract_.columns.push_back(column);
  }
}

}  // namespace wensum::ingest
