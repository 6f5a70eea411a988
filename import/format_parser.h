// The part of the mapping language that says of which format a file is and where its columns are.
#ifndef WENSUM_IMPORT_FORMAT_PARSER_H_
#define WENSUM_IMPORT_FORMAT_PARSER_H_

#include <yaml-cpp/yaml.h>

#include <string_view>

#include "import/mapping.h"
#include "import/value_rule_parser.h"
#include "import/yaml_walker.h"

namespace wensum::ingest {

// Not thread-safe. Errors go to the walker, whose rules on exceptions hold here too.
class FormatParser {
 public:
  // Fills `mapping`. All must outlive the parser.
  FormatParser(YamlWalker* yaml, ValueRuleParser* values, Mapping* mapping)
      : yaml_(*yaml), values_(*values), mapping_(*mapping) {}

  // The keys csv, fixed, jsonl and xml, of which a mapping has one at most.
  YamlWalker::Keys FormatKeys();
  // Once all is parsed: the columns in use must be columns of the format.
  void CheckColumns();

 private:
  void Begin(const YAML::Node& node, RowFormat format);
  void ParseCsv(const YAML::Node& node);
  void ParseFixed(const YAML::Node& node);
  void ParseFixedColumn(const YAML::Node& node);
  void CheckOverlaps(const YAML::Node& node);
  void ParseXml(const YAML::Node& node);
  // Keys that several formats share.
  YamlWalker::Keys TextKeys();
  YamlWalker::Keys LineKeys();
  void ParseEncoding(const YAML::Node& node);
  // The one ASCII character of `node`, or '\0' with an error of `message`.
  char ParseCharacter(const YAML::Node& node, std::string_view message);
  // A number of characters, or 0 with an error.
  size_t ParseWidth(const YAML::Node& node);

  YamlWalker& yaml_;
  ValueRuleParser& values_;
  Mapping& mapping_;
  bool chosen_ = false;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_FORMAT_PARSER_H_
