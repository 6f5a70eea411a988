#include "import/format_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/edit_distance.h"
#include "import/json_lines_reader.h"

namespace wensum::ingest {
namespace {

// Of a row of fixed width, in characters.
constexpr size_t kMaxLength = 100'000;

YamlWalker::Keys Together(YamlWalker::Keys keys, YamlWalker::Keys more) {
  std::move(more.begin(), more.end(), std::back_inserter(keys));
  return keys;
}

}  // namespace

YamlWalker::Keys FormatParser::FormatKeys() {
  return {{"csv",
           [this](const YAML::Node& n) {
             Begin(n, RowFormat::kCsv);
             ParseCsv(n);
           }},
          {"fixed",
           [this](const YAML::Node& n) {
             Begin(n, RowFormat::kFixed);
             ParseFixed(n);
           }},
          {"jsonl",
           [this](const YAML::Node& n) {
             Begin(n, RowFormat::kJsonLines);
             yaml_.Fields(n, "jsonl", TextKeys());
           }},
          {"xml", [this](const YAML::Node& n) {
             Begin(n, RowFormat::kXml);
             ParseXml(n);
           }}};
}

void FormatParser::Begin(const YAML::Node& node, RowFormat format) {
  if (chosen_) yaml_.Error(node, "a mapping has one of csv, fixed, jsonl and xml");
  chosen_ = true;
  mapping_.format = format;
  mapping_.header = format == RowFormat::kCsv;
}

void FormatParser::ParseCsv(const YAML::Node& node) {
  yaml_.Fields(
      node, "csv",
      Together({{"delimiter",
                 [&](const YAML::Node& n) {
                   mapping_.csv.delimiter =
                       ParseCharacter(n, "the delimiter must be one ASCII character, such as \",\" or \"\\t\"");
                 }},
                {"quote",
                 [&](const YAML::Node& n) {
                   const bool none = n.IsScalar() && n.Scalar().empty();
                   mapping_.csv.quote =
                       none ? '\0' : ParseCharacter(n, "the quote must be one ASCII character, or \"\" for none");
                 }}},
               LineKeys()));
  if (mapping_.csv.delimiter == mapping_.csv.quote) yaml_.Error(node, "delimiter and quote must not be the same");
}

char FormatParser::ParseCharacter(const YAML::Node& node, std::string_view message) {
  const std::string text = yaml_.Text(node);
  if (text.size() == 1 && text != "\n" && text != "\r") return text.front();
  if (node.IsScalar()) yaml_.Error(node, std::string(message));
  return '\0';
}

YamlWalker::Keys FormatParser::TextKeys() {
  return {{"encoding", [this](const YAML::Node& n) { ParseEncoding(n); }}};
}

YamlWalker::Keys FormatParser::LineKeys() {
  return Together(TextKeys(), {{"header", [this](const YAML::Node& n) { mapping_.header = yaml_.Bool(n); }},
                               {"trailer", [this](const YAML::Node& n) {
                                  if (n.IsScalar() && !n.Scalar().empty())
                                    mapping_.trailer = values_.ParsePattern(n, 0);
                                  if (!n.IsScalar()) yaml_.Text(n);
                                }}});
}

void FormatParser::ParseEncoding(const YAML::Node& node) {
  const std::string text = yaml_.Text(node);
  for (const Encoding encoding : {Encoding::kAuto, Encoding::kUtf8, Encoding::kWindows1252}) {
    if (text == EncodingName(encoding)) {
      mapping_.encoding = encoding;
      return;
    }
  }
  yaml_.Error(node, "encoding must be auto, utf-8 or windows-1252 (UTF-16 is recognised by its mark with auto)");
}

void FormatParser::ParseFixed(const YAML::Node& node) {
  size_t length = 0;
  yaml_.Fields(
      node, "fixed",
      Together(
          {{"columns",
            [&](const YAML::Node& n) { yaml_.Each(n, [&](const YAML::Node& column) { ParseFixedColumn(column); }); }},
           {"length", [&](const YAML::Node& n) { length = ParseWidth(n); }},
           {"trimmed", [&](const YAML::Node& n) { mapping_.fixed.trimmed = yaml_.Bool(n); }}},
          LineKeys()));
  if (mapping_.fixed.columns.empty()) {
    if (node.IsMap()) yaml_.Error(node, "fixed needs columns: [{name: ACCOUNT, start: 1, width: 8}]");
    return;
  }
  CheckOverlaps(node);
  size_t end = 0;
  for (const FixedColumn& column : mapping_.fixed.columns) end = std::max(end, column.begin + column.width);
  if (length != 0 && length < end) {
    yaml_.Error(node, Cat("the length is ", length, ", but the last column ends at character ", end));
  }
  mapping_.fixed.length = std::max(length, end);
}

void FormatParser::ParseFixedColumn(const YAML::Node& node) {
  FixedColumn column;
  size_t start = 0;
  size_t width = 0;
  size_t end = 0;
  yaml_.Fields(node, "a column",
               {{"name", [&](const YAML::Node& n) { column.name = Trim(yaml_.Text(n)); }},
                {"start", [&](const YAML::Node& n) { start = ParseWidth(n); }},
                {"width", [&](const YAML::Node& n) { width = ParseWidth(n); }},
                {"end", [&](const YAML::Node& n) { end = ParseWidth(n); }}});
  if (!node.IsMap()) return;
  if (column.name.empty() || start == 0 || (width == 0) == (end == 0) || (end != 0 && end < start)) {
    yaml_.Error(node,
                "a column has a name, start: its first character, from 1, and either width: its characters or end: the "
                "last one");
    return;
  }
  if (std::ranges::find(mapping_.fixed.columns, column.name, &FixedColumn::name) != mapping_.fixed.columns.end()) {
    yaml_.Error(node, Cat("the column ", Quote(column.name), " is given twice"));
    return;
  }
  column.begin = start - 1;
  column.width = width != 0 ? width : end - start + 1;
  mapping_.fixed.columns.push_back(std::move(column));
}

void FormatParser::CheckOverlaps(const YAML::Node& node) {
  std::vector<const FixedColumn*> columns;
  columns.reserve(mapping_.fixed.columns.size());
  for (const FixedColumn& column : mapping_.fixed.columns) columns.push_back(&column);
  std::ranges::stable_sort(columns, {}, &FixedColumn::begin);
  for (size_t i = 1; i < columns.size(); ++i) {
    const FixedColumn& before = *columns[i - 1];
    if (before.begin + before.width > columns[i]->begin) {
      yaml_.Error(node, Cat("the columns ", Quote(before.name), " and ", Quote(columns[i]->name),
                            " overlap; take parts of a column with extract"));
    }
  }
}

size_t FormatParser::ParseWidth(const YAML::Node& node) {
  const size_t value = ParseInteger<size_t>(yaml_.Text(node)).value_or(0);
  if (value > 0 && value <= kMaxLength) return value;
  if (node.IsScalar()) yaml_.Error(node, Cat("this must be a number of characters from 1 to ", kMaxLength));
  return 0;
}

void FormatParser::ParseXml(const YAML::Node& node) {
  yaml_.Fields(node, "xml",
               Together({{"record",
                          [&](const YAML::Node& n) {
                            absl::StatusOr<std::vector<std::string>> path = ParseXmlRecordPath(yaml_.Text(n));
                            if (path.ok()) {
                              mapping_.xml.record = *std::move(path);
                            } else if (n.IsScalar()) {
                              yaml_.Error(n, std::string(Message(path.status())));
                              mapping_.xml.record = {"?"};
                            }
                          }}},
                        TextKeys()));
  if (node.IsMap() && mapping_.xml.record.empty()) {
    yaml_.Error(node, "xml needs record: the path of a record's element, such as /Extract/Accounts/Account");
  }
}

void FormatParser::CheckColumns() {
  std::vector<std::string> names;
  names.reserve(mapping_.fixed.columns.size());
  for (const FixedColumn& column : mapping_.fixed.columns) names.push_back(column.name);
  for (const MappingColumn& column : mapping_.columns) {
    const auto error = [&](std::string message) { yaml_.ErrorAt(column.line, column.column, std::move(message)); };
    switch (mapping_.format) {
      case RowFormat::kCsv:
        if (!mapping_.header && ParseInteger<uint32_t>(column.name).value_or(0) == 0) {
          error(Cat("the file has no header, so columns are named 1, 2, 3 ..., not ", Quote(column.name)));
        }
        break;
      case RowFormat::kFixed:
        if (!names.empty() && std::ranges::find(names, column.name) == names.end()) {
          error(Cat("fixed has no column ", Quote(column.name), DidYouMean(column.name, names)));
        }
        break;
      case RowFormat::kJsonLines:
        if (const auto path = ParseJsonPath(column.name); !path.ok()) error(std::string(Message(path.status())));
        break;
      case RowFormat::kXml:
        if (const auto path = ParseXmlPath(column.name); !path.ok()) error(std::string(Message(path.status())));
        break;
    }
  }
}

}  // namespace wensum::ingest
