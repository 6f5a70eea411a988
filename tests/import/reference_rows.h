// Textbook readers of fixed width and of JSON lines: everything in memory, no speed. FixedReader and JsonLinesReader
// must agree with them on every input.
#ifndef WENSUM_TESTS_IMPORT_REFERENCE_ROWS_H_
#define WENSUM_TESTS_IMPORT_REFERENCE_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "import/fixed_reader.h"
#include "import/json_lines_reader.h"

namespace wensum::ingest {

struct ReferenceLine {
  std::string text;
  uint64_t line = 0;
  bool open_end = false;
};

// The lines that have a character.
inline std::vector<ReferenceLine> ReferenceLines(std::string_view text) {
  std::vector<ReferenceLine> lines;
  uint64_t number = 1;
  for (size_t at = 0; at < text.size(); ++number) {
    const size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    if (end > at) lines.push_back({std::string(text.substr(at, end - at)), number, end == text.size()});
    at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return lines;
}

// The columns of a line, or nothing if its length is not that of a row.
inline std::optional<std::vector<std::string>> ReferenceFixed(std::string_view line, const FixedOptions& options) {
  std::vector<std::string> characters;
  for (const char byte : line) {
    if (characters.empty() || (static_cast<unsigned char>(byte) & 0xC0U) != 0x80) characters.emplace_back();
    characters.back().push_back(byte);
  }
  if (characters.size() > options.length) return std::nullopt;
  if (characters.size() < options.length && !options.trimmed) return std::nullopt;
  characters.resize(options.length);  // what lacks is nothing
  std::vector<std::string> fields;
  for (const FixedColumn& column : options.columns) {
    std::string& field = fields.emplace_back();
    for (size_t i = 0; i < column.width; ++i) field += characters.at(column.begin + i);
  }
  return fields;
}

inline size_t JsonDepth(const nlohmann::json& value) {
  size_t depth = 0;
  if (!value.is_structured()) return depth;
  for (const nlohmann::json& item : value) depth = std::max(depth, JsonDepth(item));
  return depth + 1;
}

// The value at a path; null if there is none.
inline nlohmann::json JsonAt(nlohmann::json value, const std::vector<JsonStep>& steps) {
  for (const JsonStep& step : steps) {
    nlohmann::json next;
    if (step.list && value.is_array() && step.index < value.size()) next = value[step.index];
    if (!step.list && value.is_object() && value.contains(step.name)) next = value[step.name];
    value = std::move(next);
  }
  return value;
}

// Whether `text` is what a column at which `value` stands should have.
inline bool IsJsonText(const nlohmann::json& value, const std::string& text) {
  if (value.is_string()) return text == value.get<std::string>();
  if (value.is_number_float()) return ParseDouble(text) == value.get<double>();
  return text == (value.is_null() ? "" : value.dump());
}

// Whether some object of the line has a name twice.
inline bool HasNameTwice(std::string_view line) {
  std::vector<std::set<std::string>> names;
  bool twice = false;
  using Event = nlohmann::json::parse_event_t;
  const auto see = [&](int, Event event, nlohmann::json& value) {
    if (event == Event::object_start) names.emplace_back();
    if (event == Event::object_end) names.pop_back();
    if (event == Event::key) twice = !names.back().insert(value.get<std::string>()).second || twice;
    return true;
  };
  [[maybe_unused]] const auto parsed = nlohmann::json::parse(line, see, /*allow_exceptions=*/false);
  return twice;
}

// Whether the reader may give the fields for the line (nothing: a problem). Lines with a name twice are not judged: the
// tree has one of the two.
inline bool IsJsonRow(std::string_view line, const std::vector<std::string>& paths, size_t max_depth,
                      const std::optional<std::vector<std::string>>& fields) {
  if (HasNameTwice(line)) return true;
  const nlohmann::json root = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  bool fits = root.is_object() && JsonDepth(root) <= max_depth;
  for (size_t i = 0; i < paths.size() && fits; ++i) {
    const nlohmann::json value = JsonAt(root, *ParseJsonPath(paths[i]));
    const bool nul = value.is_string() && value.get<std::string>().find('\0') != std::string::npos;
    fits = !value.is_structured() && !nul && (!fields || IsJsonText(value, (*fields)[i]));
  }
  return fits == fields.has_value();
}

}  // namespace wensum::ingest

#endif  // WENSUM_TESTS_IMPORT_REFERENCE_ROWS_H_
