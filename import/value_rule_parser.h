// The part of the mapping language that says how a value comes from columns: value rules and conditions.
#ifndef WENSUM_IMPORT_VALUE_RULE_PARSER_H_
#define WENSUM_IMPORT_VALUE_RULE_PARSER_H_

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "import/mapping.h"
#include "import/value_rule.h"
#include "import/yaml_walker.h"
#include "re2/re2.h"

namespace wensum::ingest {

// Not thread-safe. Errors go to the walker, whose rules on exceptions hold here too.
class ValueRuleParser {
 public:
  // Columns that rules use are added to `columns`. Both must outlive the parser.
  ValueRuleParser(YamlWalker* yaml, std::vector<MappingColumn>* columns) : yaml_(*yaml), columns_(*columns) {}

  // Nothing if `node` says no origin of the value; this is an error then.
  std::optional<ValueRule> ParseRule(const YAML::Node& node);
  // A rule whose value is a date.
  std::optional<ValueRule> ParseDateRule(const YAML::Node& node);
  // Nothing if `node` names no column; this is an error then.
  std::optional<Condition> ParseCondition(const YAML::Node& node);
  // Never null. A pattern that is not valid, or has fewer than `groups` groups, is an error.
  std::shared_ptr<const RE2> ParsePattern(const YAML::Node& node, int groups);
  // Index of the column that `node` names.
  size_t ParseColumn(const YAML::Node& node);
  // Keys that say how a text is read as a date.
  YamlWalker::Keys DateKeys(ValueRule& rule);
  // Index of the column `name`, which `node` is the first to use if it is new.
  size_t ColumnNamed(const std::string& name, const YAML::Node& node);

 private:
  void ParseColumns(const YAML::Node& node, ValueRule& rule);
  void ParseTrim(const YAML::Node& node, ValueRule& rule);
  void ParseCase(const YAML::Node& node, ValueRule& rule);
  void ParseReplace(const YAML::Node& node, ValueRule& rule);
  void ParseCodes(const YAML::Node& node, ValueRule& rule);
  void ParseDates(const YAML::Node& node, ValueRule& rule);
  void ParsePivot(const YAML::Node& node, ValueRule& rule);

  YamlWalker& yaml_;
  std::vector<MappingColumn>& columns_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_VALUE_RULE_PARSER_H_
