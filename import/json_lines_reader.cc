#include "import/json_lines_reader.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

using nlohmann::json;

// Elements of lists beyond it are beyond any row's budget.
constexpr size_t kMaxIndex = 100'000;

// Reads the name at the start of `rest`, up to a dot or bracket.
absl::StatusOr<std::string> TakeName(std::string_view& rest, std::string_view text) {
  std::string name;
  size_t at = 0;
  for (; at < rest.size() && rest[at] != '.' && rest[at] != '[' && rest[at] != ']'; ++at) {
    if (rest[at] == '\\' && ++at == rest.size()) {
      return InvalidArgument(Cat("the path ", Quote(text), " ends with a backslash"));
    }
    name.push_back(rest[at]);
  }
  rest.remove_prefix(at);
  if (name.empty()) {
    return InvalidArgument(Cat("the path ", Quote(text),
                               " has an empty name; write it like address.postcode or "
                               "lines[0]"));
  }
  return name;
}

}  // namespace

absl::StatusOr<std::vector<JsonStep>> ParseJsonPath(std::string_view text) {
  std::vector<JsonStep> steps;
  std::string_view rest = text;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(std::string name, TakeName(rest, text));
    steps.push_back({std::move(name), false, 0});
    while (!rest.empty() && rest.front() == '[') {
      const size_t close = std::min(rest.find(']'), rest.size());
      const std::optional<size_t> index = ParseInteger<size_t>(rest.substr(1, close - 1));
      if (close == rest.size() || !index || *index > kMaxIndex) {
        return InvalidArgument(Cat("the path ", Quote(text), " needs a number from 0 to ", kMaxIndex,
                                   " between [ and ]: lines[0] is the first"));
      }
      steps.push_back({"", true, *index});
      rest.remove_prefix(close + 1);
    }
    if (rest.empty()) return steps;
    if (rest.front() != '.') return InvalidArgument(Cat("the path ", Quote(text), " needs a dot behind each ]"));
    rest.remove_prefix(1);
  }
}

// Takes the values of the paths out of the parser's events. Paths are one tree; a place outside it is node kNone.
class JsonLinesReader::Handler {
 public:
  explicit Handler(size_t max_depth) : max_depth_(max_depth) {}

  void AddColumn(const std::vector<JsonStep>& steps) {
    int node = 0;
    for (const JsonStep& step : steps) node = ChildOf(node, step);
    nodes_[static_cast<size_t>(node)].columns.push_back(values_.size());
    values_.emplace_back();
  }

  // True if `line` is well-formed; else problem() says why not.
  bool Parse(std::string_view line) {
    for (std::string& value : values_) value.clear();
    seen_.assign(nodes_.size(), false);
    frames_.clear();
    problem_.clear();
    const bool parsed = json::sax_parse(line.begin(), line.end(), this);
    if (!parsed && problem_.empty()) problem_ = "The line is not valid JSON.";
    return parsed;
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] const std::vector<std::string>& values() const { return values_; }
  [[nodiscard]] const std::set<std::string>& unknown() const { return unknown_; }

  // The events, by the names that nlohmann::json calls them; false ends the parse.
  bool null() { return Value({}); }
  bool boolean(bool value) { return Value(value ? "true" : "false"); }
  bool number_integer(json::number_integer_t value) { return Value(Cat(value)); }
  bool number_unsigned(json::number_unsigned_t value) { return Value(Cat(value)); }
  bool number_float(json::number_float_t, const std::string& text) { return Value(text); }
  bool string(const std::string& text) { return Value(text); }
  bool binary(const json::binary_t&) { return Refuse("The line is not JSON text."); }
  bool start_object(size_t) { return Open(false); }
  bool start_array(size_t) { return Open(true); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }

  bool key(const std::string& name) {
    Frame& frame = frames_.back();
    frame.next = kNone;
    if (frame.node == kNone) return true;
    const Node& node = nodes_[static_cast<size_t>(frame.node)];
    const auto found = node.members.find(name);
    if (found == node.members.end()) {
      Remember(frame.node, {name, false, 0});
      return true;
    }
    frame.next = found->second;
    if (seen_[static_cast<size_t>(frame.next)]) {
      return Refuse(Cat("The line has ", nodes_[static_cast<size_t>(frame.next)].path, " twice."));
    }
    seen_[static_cast<size_t>(frame.next)] = true;
    return true;
  }

  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) {
    return Refuse(Cat("The line is not valid JSON at byte ", position, "."));
  }

 private:
  static constexpr int kNone = -1;

  struct Node {
    std::string path;
    std::map<std::string, int, std::less<>> members = {};
    std::map<size_t, int> elements = {};
    std::vector<size_t> columns = {};
    std::set<std::string, std::less<>> unknown = {};  // names below it that are in unknown_ already
  };
  // An object or list that is being read.
  struct Frame {
    int node = kNone;
    bool list = false;
    size_t index = 0;  // of a list's next element
    int next = kNone;  // node of an object's next value
  };

  // Made if it is not there yet.
  int ChildOf(int node, const JsonStep& step) {
    const auto fresh = static_cast<int>(nodes_.size());
    Node& parent = nodes_[static_cast<size_t>(node)];
    const int child = step.list ? parent.elements.emplace(step.index, fresh).first->second
                                : parent.members.emplace(step.name, fresh).first->second;
    if (child == fresh) nodes_.push_back({.path = Below(parent, step)});
    return child;
  }

  static std::string Below(const Node& node, const JsonStep& step) {
    if (step.list) return Cat(node.path, "[", step.index, "]");
    return Cat(node.path, node.path.empty() ? "" : ".", step.name);
  }

  bool Refuse(std::string message) {
    if (problem_.empty()) problem_ = std::move(message);
    return false;
  }

  void Remember(int node_index, JsonStep step) {
    if (unknown_.size() >= kMaxUnknown) return;
    Node& node = nodes_[static_cast<size_t>(node_index)];
    if (step.name.size() > kMaxUnknownBytes) {
      step.name.resize(ValidUtf8Prefix(std::string_view(step.name).substr(0, kMaxUnknownBytes)));
    }
    if (!step.list && !node.unknown.insert(step.name).second) return;
    unknown_.insert(Below(node, step));
  }

  // The node of the value that begins now.
  int Enter() {
    if (frames_.empty()) return 0;
    Frame& frame = frames_.back();
    if (!frame.list) return frame.next;
    const size_t index = frame.index++;
    if (frame.node == kNone) return kNone;
    const Node& node = nodes_[static_cast<size_t>(frame.node)];
    const auto found = node.elements.find(index);
    if (found != node.elements.end()) return found->second;
    Remember(frame.node, {"", true, index});
    return kNone;
  }

  bool Value(std::string_view text) {
    if (frames_.empty()) return Refuse("The line is not a JSON object.");
    const int node = Enter();
    if (node == kNone) return true;
    for (const size_t column : nodes_[static_cast<size_t>(node)].columns) {
      if (text.find('\0') != std::string_view::npos) {
        return Refuse(Cat("The value of ", nodes_[static_cast<size_t>(node)].path, " has a character U+0000."));
      }
      values_[column] = text;
    }
    return true;
  }

  bool Open(bool list) {
    if (frames_.empty() && list) return Refuse("The line is a JSON list, not an object.");
    if (frames_.size() >= max_depth_) {
      return Refuse(Cat("The line has objects and lists more than ", max_depth_, " deep in each other, the limit."));
    }
    const int node = Enter();
    if (node != kNone && !nodes_[static_cast<size_t>(node)].columns.empty()) {
      return Refuse(Cat(nodes_[static_cast<size_t>(node)].path, " is ", list ? "a list" : "an object",
                        ", where the mapping means a value."));
    }
    frames_.push_back({.node = node, .list = list});
    return true;
  }

  bool Close() {
    frames_.pop_back();
    return true;
  }

  const size_t max_depth_;
  std::vector<Node> nodes_ = {Node()};
  std::vector<std::string> values_;
  std::vector<bool> seen_;  // by node, of the members of the current line
  std::vector<Frame> frames_;
  std::set<std::string> unknown_;
  std::string problem_;
};

JsonLinesReader::JsonLinesReader(ByteSource* source, const JsonLinesOptions& options)
    : lines_(source, options.lines), handler_(std::make_unique<Handler>(options.max_depth)) {}

JsonLinesReader::~JsonLinesReader() = default;

absl::StatusOr<std::unique_ptr<JsonLinesReader>> JsonLinesReader::Create(ByteSource* source,
                                                                         const std::vector<std::string>& paths,
                                                                         const JsonLinesOptions& options) {
  std::unique_ptr<JsonLinesReader> reader(new JsonLinesReader(source, options));
  for (const std::string& path : paths) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<JsonStep> steps, ParseJsonPath(path));
    reader->handler_->AddColumn(steps);
  }
  reader->fields_.resize(paths.size());
  return reader;
}

absl::StatusOr<bool> JsonLinesReader::Next(Row& row) {
  WENSUM_ASSIGN_OR_RETURN(const bool more, lines_.Next(row));
  if (!more) return false;
  row.fields = {};
  row.problem_rule = row.problem = {};
  if (!handler_->Parse(row.raw)) {
    row.problem_rule = "row_unreadable";
    row.problem = handler_->problem();
    return true;
  }
  std::ranges::copy(handler_->values(), fields_.begin());
  row.fields = fields_;
  row.open_end = false;  // its closing brace is there
  return true;
}

std::set<std::string> JsonLinesReader::unknown() const { return handler_->unknown(); }

}  // namespace wensum::ingest
