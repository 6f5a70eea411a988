#include "import/value_rule_parser.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/date_format.h"

namespace wensum::ingest {
namespace {

constexpr int64_t kMaxPatternMemory = int64_t{1} << 20;

}  // namespace

std::optional<ValueRule> ValueRuleParser::ParseRule(const YAML::Node& node) {
  ValueRule rule;
  int origins = 0;
  bool join = false;
  bool transforms = false;
  const auto transform = [&](auto parse) {
    return [&transforms, parse](const YAML::Node& n) {
      transforms = true;
      parse(n);
    };
  };
  const auto origin = [&](auto parse) {
    return [&origins, parse](const YAML::Node& n) {
      ++origins;
      parse(n);
    };
  };
  YamlWalker::Keys keys = {{"column", origin([&](const YAML::Node& n) { rule.columns = {ParseColumn(n)}; })},
                           {"columns", origin([&](const YAML::Node& n) { ParseColumns(n, rule); })},
                           {"first_of", origin([&](const YAML::Node& n) {
                              rule.first_of = true;
                              ParseColumns(n, rule);
                            })},
                           {"constant", origin([&](const YAML::Node& n) { rule.constant = yaml_.Text(n); })},
                           {"join",
                            [&](const YAML::Node& n) {
                              join = true;
                              rule.join = yaml_.Text(n);
                            }},
                           {"trim", transform([&](const YAML::Node& n) { ParseTrim(n, rule); })},
                           {"replace", transform([&](const YAML::Node& n) {
                              yaml_.Each(n, [&](const YAML::Node& item) { ParseReplace(item, rule); });
                            })},
                           {"extract", transform([&](const YAML::Node& n) { rule.extract = ParsePattern(n, 1); })},
                           {"case", transform([&](const YAML::Node& n) { ParseCase(n, rule); })},
                           {"codes", transform([&](const YAML::Node& n) { ParseCodes(n, rule); })},
                           {"default", transform([&](const YAML::Node& n) { rule.unlisted = yaml_.Text(n); })}};
  for (auto& [key, handler] : DateKeys(rule)) keys.emplace_back(key, transform(std::move(handler)));
  yaml_.Fields(node, "a value", keys);
  if (!node.IsMap()) return std::nullopt;
  if (origins != 1) {
    yaml_.Error(node, "a value has exactly one of column, columns, first_of and constant");
    return std::nullopt;
  }
  if (join && (rule.columns.size() < 2 || rule.first_of)) yaml_.Error(node, "join needs columns: [A, B]");
  if (rule.first_of && rule.columns.size() < 2) yaml_.Error(node, "first_of needs two columns or more: [A, B]");
  if (rule.constant && transforms) yaml_.Error(node, "a constant cannot be transformed");
  if (rule.unlisted && !rule.codes) yaml_.Error(node, "default needs codes");
  return rule;
}

YamlWalker::Keys ValueRuleParser::DateKeys(ValueRule& rule) {
  const auto texts = [this](std::set<std::string, std::less<>>& values) {
    return [this, &values](const YAML::Node& n) {
      yaml_.Each(n, [&](const YAML::Node& value) { values.insert(yaml_.Text(value)); });
    };
  };
  return {{"date", [&](const YAML::Node& n) { ParseDates(n, rule); }},
          {"pivot_year", [&](const YAML::Node& n) { ParsePivot(n, rule); }},
          {"dummies", texts(rule.dummies)},
          {"open_ended", texts(rule.open_ended)}};
}

std::optional<ValueRule> ValueRuleParser::ParseDateRule(const YAML::Node& node) {
  std::optional<ValueRule> rule = ParseRule(node);
  if (rule && rule->codes) yaml_.Error(node, "a date cannot have codes");
  if (rule) rule->reads_date = !rule->constant;
  if (rule && rule->constant) yaml_.Error(node, "a date must come from a column");
  return rule;
}

std::optional<Condition> ValueRuleParser::ParseCondition(const YAML::Node& node) {
  Condition condition;
  int tests = 0;
  bool column = false;
  yaml_.Fields(node, "a condition",
               {{"column",
                 [&](const YAML::Node& n) {
                   column = true;
                   condition.column = ParseColumn(n);
                 }},
                {"not_empty",
                 [&](const YAML::Node& n) {
                   ++tests;
                   if (!yaml_.Bool(n)) {
                     yaml_.Error(n, "not_empty can only be true; use matches: \"\" for an empty column");
                   }
                 }},
                {"matches", [&](const YAML::Node& n) {
                   ++tests;
                   condition.matches = ParsePattern(n, 0);
                 }}});
  if (!column || tests != 1) {
    if (node.IsMap()) {
      yaml_.Error(node, "a condition is {column: X, not_empty: true} or {column: X, matches: \"pattern\"}");
    }
    if (!column) return std::nullopt;
  }
  return condition;
}

std::shared_ptr<const RE2> ValueRuleParser::ParsePattern(const YAML::Node& node, int groups) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemory);
  auto pattern = std::make_shared<const RE2>(yaml_.Text(node), options);
  if (!pattern->ok()) {
    yaml_.Error(node, Cat("the pattern is not a valid RE2 expression: ", pattern->error()));
  } else if (pattern->NumberOfCapturingGroups() < groups) {
    yaml_.Error(node, "the pattern needs a group in ( ) around what is taken");
  }
  return pattern;
}

size_t ValueRuleParser::ColumnNamed(const std::string& name, const YAML::Node& node) {
  const auto found = std::ranges::find(columns_, name, &MappingColumn::name);
  if (found != columns_.end()) return static_cast<size_t>(found - columns_.begin());
  columns_.push_back({name, node.Mark().line + 1, node.Mark().column + 1});
  return columns_.size() - 1;
}

size_t ValueRuleParser::ParseColumn(const YAML::Node& node) {
  const std::string name(Trim(yaml_.Text(node)));
  if (name.empty() && node.IsScalar()) yaml_.Error(node, "the column's name is empty");
  return ColumnNamed(name, node);
}

void ValueRuleParser::ParseColumns(const YAML::Node& node, ValueRule& rule) {
  yaml_.Each(node, [&](const YAML::Node& column) { rule.columns.push_back(ParseColumn(column)); });
}

void ValueRuleParser::ParseTrim(const YAML::Node& node, ValueRule& rule) {
  rule.trim = yaml_.Text(node);
  const bool ascii = std::ranges::all_of(rule.trim, [](char c) { return c > 0 && c < 0x7F; });
  if (node.IsScalar() && (rule.trim.empty() || !ascii)) {
    yaml_.Error(node, "trim must be one or more ASCII characters, such as \".-*\"; spaces always go");
  }
}

void ValueRuleParser::ParseCase(const YAML::Node& node, ValueRule& rule) {
  const std::string text = yaml_.Text(node);
  if (text == "upper") {
    rule.letter_case = LetterCase::kUpper;
  } else if (text == "lower") {
    rule.letter_case = LetterCase::kLower;
  } else if (text == "title") {
    rule.letter_case = LetterCase::kTitle;
  } else {
    yaml_.Error(node, "case must be upper, lower or title");
  }
}

void ValueRuleParser::ParseReplace(const YAML::Node& node, ValueRule& rule) {
  ReplaceRule replace;
  bool with = false;
  yaml_.Fields(node, "a replacement",
               {{"pattern", [&](const YAML::Node& n) { replace.pattern = ParsePattern(n, 0); }},
                {"with", [&](const YAML::Node& n) {
                   with = true;
                   replace.with = yaml_.Text(n);
                 }}});
  if (replace.pattern == nullptr || !with) {
    if (node.IsMap()) yaml_.Error(node, "a replacement is {pattern: \"RE2\", with: \"text\"}");
    return;
  }
  if (replace.with.size() > kMaxReplacementBytes) {
    yaml_.Error(node, Cat("the replacement text is longer than ", kMaxReplacementBytes, " bytes, the limit"));
  }
  std::string error;
  if (replace.pattern->ok() && !replace.pattern->CheckRewriteString(replace.with, &error)) {
    yaml_.Error(node, Cat("the replacement text does not fit its pattern: ", error));
  }
  rule.replace.push_back(std::move(replace));
}

void ValueRuleParser::ParseCodes(const YAML::Node& node, ValueRule& rule) {
  rule.codes.emplace();
  if (!node.IsMap()) {
    yaml_.Error(node, "codes must be a map from the file's codes to values");
    return;
  }
  for (const auto& entry : node) {
    if (yaml_.Exhausted(node)) return;
    if (!rule.codes->emplace(yaml_.Text(entry.first), yaml_.Text(entry.second)).second) {
      yaml_.Error(entry.first, "the code is given twice");
    }
  }
}

void ValueRuleParser::ParseDates(const YAML::Node& node, ValueRule& rule) {
  rule.reads_date = true;
  const auto add = [&](const YAML::Node& n) {
    absl::StatusOr<DateFormat> format = DateFormat::Create(yaml_.Text(n));
    if (format.ok()) {
      rule.dates.push_back(*std::move(format));
    } else if (n.IsScalar()) {
      yaml_.Error(n, std::string(Message(format.status())));
    }
  };
  if (node.IsScalar()) {
    add(node);
  } else {
    yaml_.Each(node, add);
  }
}

void ValueRuleParser::ParsePivot(const YAML::Node& node, ValueRule& rule) {
  const std::optional<int> year = ParseInteger<int>(yaml_.Text(node));
  if (!year || *year < 1900 || *year > 2200) {
    yaml_.Error(node, "pivot_year must be a year from 1900 to 2200: the last one that two digits can mean");
  } else {
    rule.pivot_year = year;
  }
}

}  // namespace wensum::ingest
