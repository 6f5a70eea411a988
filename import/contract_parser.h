// The part of the mapping language that holds a feed's contract.
#ifndef WENSUM_IMPORT_CONTRACT_PARSER_H_
#define WENSUM_IMPORT_CONTRACT_PARSER_H_

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "import/contract.h"
#include "import/value_rule_parser.h"
#include "import/yaml_walker.h"

namespace wensum::ingest {

// Not thread-safe. Errors go to the walker, whose rules on exceptions hold here too.
class ContractParser {
 public:
  // Fills `contract`. All must outlive the parser.
  ContractParser(YamlWalker* yaml, ValueRuleParser* values, Contract* contract)
      : yaml_(*yaml), values_(*values), contract_(*contract) {}

  void Parse(const YAML::Node& node);
  // Once all is parsed: `trailer_groups` is how many groups the trailer's pattern has, or -1 without a trailer.
  void CheckTrailer(int trailer_groups);

 private:
  void ParseRows(const YAML::Node& node);
  void ParseRule(const YAML::Node& node);
  // The keys of the rule's tests, each of which sets the test and adds to `tests`.
  YamlWalker::Keys TestKeys(ContractRule& rule, std::optional<SumRule>& sum, int& tests);
  void ParseRequired(const YAML::Node& node, ContractRule& rule);
  void ParseMatches(const YAML::Node& node, ContractRule& rule);
  void ParseOneOf(const YAML::Node& node, ContractRule& rule);
  void ParseDateBetween(const YAML::Node& node, ContractRule& rule);
  void ParseNumberBetween(const YAML::Node& node, ContractRule& rule);
  void ParseSum(const YAML::Node& node, SumRule& sum);
  std::string ParseRuleName(const YAML::Node& node);
  std::optional<Severity> ParseSeverity(const YAML::Node& node);
  std::optional<DateBound> ParseDateBound(const YAML::Node& node);
  std::optional<double> ParseNumber(const YAML::Node& node);
  std::optional<uint64_t> ParseCount(const YAML::Node& node);
  void Use(const std::vector<size_t>& columns);

  YamlWalker& yaml_;
  ValueRuleParser& values_;
  Contract& contract_;
  std::set<std::string> names_;
  YAML::Mark sum_mark_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_CONTRACT_PARSER_H_
