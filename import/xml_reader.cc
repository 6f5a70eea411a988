#include "import/xml_reader.h"

#include <expat.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

constexpr size_t kMaxNumber = 100'000;

// What a name cannot have, of what a path could be mistaken with.
bool IsXmlName(std::string_view name) {
  return !name.empty() && name.find_first_of("/@[]()*:\"'<>&= \t") == std::string_view::npos && name != "." &&
         name != "..";
}

std::string_view LocalName(std::string_view name) { return name.substr(name.rfind(':') + 1); }

}  // namespace

absl::StatusOr<std::vector<XmlStep>> ParseXmlPath(std::string_view text) {
  std::vector<XmlStep> steps;
  if (text == ".") return steps;
  const std::vector<std::string_view> parts = Split(text, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    std::string_view part = parts[i];
    XmlStep step;
    if (!part.empty() && part.front() == '@') {
      step.attribute = true;
      part.remove_prefix(1);
    } else if (const size_t open = part.find('['); open != std::string_view::npos && part.back() == ']') {
      const std::optional<size_t> number = ParseInteger<size_t>(part.substr(open + 1, part.size() - open - 2));
      if (!number || *number == 0 || *number > kMaxNumber) {
        return InvalidArgument(Cat("the path ", Quote(text), " needs a number from 1 to ", kMaxNumber,
                                   " between [ and ]: Phone[1] is the first"));
      }
      step.number = *number;
      part = part.substr(0, open);
    }
    if (!IsXmlName(part) || (step.attribute && i + 1 < parts.size())) {
      return InvalidArgument(
          Cat("the path ", Quote(text),
              " is not one below a record: write it like Name/Surname, @id, Phone[2] or Phone/@type, "
              "names without prefixes"));
    }
    step.name = part;
    steps.push_back(std::move(step));
  }
  return steps;
}

absl::StatusOr<std::vector<std::string>> ParseXmlRecordPath(std::string_view text) {
  std::vector<std::string> names;
  if (!text.empty() && text.front() == '/') {
    for (const std::string_view name : Split(text.substr(1), '/')) names.emplace_back(name);
  }
  if (names.empty() || !std::ranges::all_of(names, IsXmlName)) {
    return InvalidArgument(Cat("the path ", Quote(text),
                               " is not one of records: write it from the root, like /Extract/Accounts/Account, names "
                               "without prefixes"));
  }
  return names;
}

// Wraps expat: it is fed with text and stops behind each record. The columns' paths are one tree; a place outside it is
// node kNone.
class XmlReader::Parser {
 public:
  explicit Parser(const XmlOptions& options) : options_(options) {}
  ~Parser() { XML_ParserFree(expat_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  void AddColumn(const std::vector<XmlStep>& steps) {
    int node = 0;
    for (const XmlStep& step : steps) {
      const auto fresh = static_cast<int>(nodes_.size());
      Node& parent = nodes_[Index(node)];
      const int child = step.attribute ? parent.attributes.emplace(step.name, fresh).first->second
                                       : parent.elements[step.name].emplace(step.number, fresh).first->second;
      if (child == fresh) nodes_.push_back({.path = Below(parent, step)});
      node = child;
    }
    nodes_[Index(node)].columns.push_back(values_.size());
    values_.emplace_back();
  }

  // Begins a text.
  absl::Status Start() {
    XML_ParserFree(expat_);
    expat_ = XML_ParserCreate("UTF-8");
    if (expat_ == nullptr) return ResourceExhausted("there is no memory for an XML parser");
    XML_SetUserData(expat_, this);
    XML_SetElementHandler(expat_, OnStart, OnEnd);
    XML_SetCharacterDataHandler(expat_, OnText);
    XML_SetStartDoctypeDeclHandler(expat_, OnDoctype);
    window_.clear();
    window_begin_ = 0;
    depth_ = matched_ = deepest_ = 0;
    frames_.clear();
    stranger_.clear();
    refusal_ = absl::OkStatus();
    in_record_ = suspended_ = last_piece_ = finished_ = false;
    record_begin_ = record_end_ = 0;
    return absl::OkStatus();
  }

  enum class Step { kRecord, kNeedMore, kEnd };

  // Goes on to the end of the next record; after kNeedMore with the next piece of the text, which is empty at its end.
  absl::StatusOr<Step> Resume() {
    if (!suspended_) return finished_ ? Step::kEnd : Step::kNeedMore;
    suspended_ = false;
    return Judge(XML_ResumeParser(expat_));
  }
  absl::StatusOr<Step> Feed(std::string_view piece) {
    last_piece_ = piece.empty();
    window_.append(piece);
    return Judge(XML_Parse(expat_, piece.data(), static_cast<int>(piece.size()), piece.empty() ? 1 : 0));
  }

  // Of the last record.
  [[nodiscard]] const std::vector<std::string>& values() const { return values_; }
  [[nodiscard]] std::string_view raw() const {
    return std::string_view(window_).substr(record_begin_ - window_begin_, record_end_ - record_begin_);
  }
  [[nodiscard]] uint64_t line() const { return record_line_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] const std::set<std::string>& unknown() const { return unknown_; }

  // Why a text without any record is likely not the one that is meant; OK if it may be.
  [[nodiscard]] absl::Status CheckEmpty() const {
    if (deepest_ + 1 < options_.record.size()) {
      return InvalidArgument(Cat("the file has no element ", PathTo(deepest_ + 1), ", where the mapping's records are",
                                 stranger_.empty() ? "" : Cat("; beside its place is ", Quote(stranger_)),
                                 "; mend record: of the mapping"));
    }
    if (!stranger_.empty()) {
      return InvalidArgument(Cat("the file has no element ", PathTo(options_.record.size()), ", but ", Quote(stranger_),
                                 " in its place; mend record: of the mapping"));
    }
    return absl::OkStatus();
  }

 private:
  static constexpr int kNone = -1;

  struct Node {
    std::string path;
    std::map<std::string, std::map<size_t, int>, std::less<>> elements = {};  // by name and number
    std::map<std::string, int, std::less<>> attributes = {};
    std::vector<size_t> columns = {};
    std::set<std::string, std::less<>> unknown = {};  // names below it that are in unknown_ already
  };
  // An element of a record that is open.
  struct Frame {
    int node = kNone;
    std::map<std::string, size_t, std::less<>> counts = {};  // of its children so far, of names that columns have
  };

  static size_t Index(int node) { return static_cast<size_t>(node); }

  static std::string Below(const Node& node, const XmlStep& step) {
    return Cat(node.path, node.path.empty() ? "" : "/", step.attribute ? "@" : "", step.name,
               step.number > 1 ? Cat("[", step.number, "]") : "");
  }

  std::string PathTo(size_t count) const {
    std::string path;
    for (size_t i = 0; i < count; ++i) AppendTo(path, "/", options_.record[i]);
    return path;
  }

  static void OnStart(void* self, const char* name, const char** attributes) {
    static_cast<Parser*>(self)->StartElement(LocalName(name), attributes);
  }
  static void OnEnd(void* self, const char*) { static_cast<Parser*>(self)->EndElement(); }
  static void OnText(void* self, const char* text, int size) {
    static_cast<Parser*>(self)->Text({text, static_cast<size_t>(size)});
  }
  static void OnDoctype(void* self, const char*, const char*, const char*, int) {
    auto* const parser = static_cast<Parser*>(self);
    parser->Refuse("the file has a DOCTYPE, which is not read: remove it; entities must be written out");
  }

  [[nodiscard]] uint64_t Offset() const { return static_cast<uint64_t>(XML_GetCurrentByteIndex(expat_)); }
  [[nodiscard]] uint64_t Line() const { return static_cast<uint64_t>(XML_GetCurrentLineNumber(expat_)); }

  void Refuse(std::string_view message) {
    if (refusal_.ok()) refusal_ = InvalidArgument(Cat("line ", Line(), ": ", message));
    XML_StopParser(expat_, XML_FALSE);
  }

  void StartElement(std::string_view name, const char** attributes) {
    if (!refusal_.ok()) return;
    if (++depth_ > options_.max_depth) {
      Refuse(Cat("elements are more than ", options_.max_depth, " deep in each other, the limit"));
      return;
    }
    if (in_record_) {
      StartInRecord(name, attributes);
      return;
    }
    // Outside records the path of open elements is compared: `matched_` of them are as the records' path has them.
    if (matched_ + 1 != depth_ || matched_ >= options_.record.size()) return;
    if (name != options_.record[matched_]) {
      if (matched_ == 0) {
        Refuse(Cat("the root element is ", Quote(name), ", the mapping's records are in ", Quote(options_.record[0]),
                   "; is it the right file?"));
      } else if (matched_ >= deepest_) {
        stranger_ = name;
      }
      return;
    }
    ++matched_;
    if (matched_ > deepest_) {
      deepest_ = matched_;
      stranger_.clear();
    }
    if (matched_ == options_.record.size()) BeginRecord(attributes);
  }

  void BeginRecord(const char** attributes) {
    in_record_ = true;
    record_begin_ = Offset();
    record_line_ = Line();
    for (std::string& value : values_) value.clear();
    problem_.clear();
    frames_.push_back({.node = 0});
    Attributes(0, attributes);
  }

  void StartInRecord(std::string_view name, const char** attributes) {
    Frame& frame = frames_.back();
    int node = kNone;
    if (frame.node != kNone) {
      Node& parent = nodes_[Index(frame.node)];
      XmlStep step = {std::string(name)};
      if (const auto found = parent.elements.find(name); found != parent.elements.end()) {
        step.number = ++frame.counts[step.name];
        const auto numbered = found->second.find(step.number);
        if (numbered != found->second.end()) node = numbered->second;
      }
      if (node == kNone) Remember(parent, std::move(step));
      if (node == kNone && !parent.columns.empty() && frame.node != 0 && problem_.empty()) {
        problem_ = Cat(parent.path, " has elements in it, where the mapping means a text.");
      }
    }
    frames_.push_back({.node = node});
    if (node != kNone) Attributes(node, attributes);
  }

  void Attributes(int index, const char** attributes) {
    Node& node = nodes_[Index(index)];
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view whole = attributes[0];
      if (whole == "xmlns" || whole.substr(0, 6) == "xmlns:") continue;
      const auto found = node.attributes.find(LocalName(whole));
      if (found == node.attributes.end()) {
        Remember(node, {.name = std::string(LocalName(whole)), .attribute = true});
        continue;
      }
      for (const size_t column : nodes_[Index(found->second)].columns) values_[column] = attributes[1];
    }
  }

  void Remember(Node& node, XmlStep step) {
    if (unknown_.size() >= kMaxUnknown) return;
    if (step.name.size() > kMaxUnknownBytes) {
      step.name.resize(ValidUtf8Prefix(std::string_view(step.name).substr(0, kMaxUnknownBytes)));
    }
    const std::string name = Cat(step.attribute ? "@" : "", step.name, step.number > 1 ? "[]" : "");
    if (node.unknown.insert(name).second) unknown_.insert(Below(node, step));
  }

  void EndElement() {
    if (!refusal_.ok()) return;
    --depth_;
    if (!in_record_) {
      matched_ = std::min(matched_, depth_);
      return;
    }
    frames_.pop_back();
    if (!frames_.empty()) return;
    in_record_ = false;
    matched_ = depth_;
    record_end_ = Offset() + static_cast<uint64_t>(XML_GetCurrentByteCount(expat_));
    if (record_end_ - record_begin_ > options_.max_row_bytes) {
      Refuse(Cat("the record that ends here is longer than ", options_.max_row_bytes, " bytes, the limit"));
      return;
    }
    XML_StopParser(expat_, XML_TRUE);
  }

  void Text(std::string_view text) {
    if (!in_record_ || frames_.back().node == kNone) return;
    for (const size_t column : nodes_[Index(frames_.back().node)].columns) values_[column].append(text);
  }

  absl::StatusOr<Step> Judge(XML_Status status) {
    if (status == XML_STATUS_SUSPENDED) {
      suspended_ = true;
      return Step::kRecord;
    }
    if (status == XML_STATUS_ERROR) {
      if (!refusal_.ok()) return refusal_;
      return InvalidArgument(Cat("line ", Line(), ", column ", XML_GetCurrentColumnNumber(expat_) + 1,
                                 ": the file is not well-formed XML: ", XML_ErrorString(XML_GetErrorCode(expat_)),
                                 last_piece_ ? "; it was cut off, or a tag is not closed" : ""));
    }
    XML_ParsingStatus parsing;
    XML_GetParsingStatus(expat_, &parsing);
    finished_ = parsing.parsing == XML_FINISHED;
    if (finished_) return Step::kEnd;
    Trim();
    const uint64_t held = window_begin_ + window_.size() - (in_record_ ? record_begin_ : window_begin_);
    if (held > options_.max_row_bytes + options_.read_bytes) {
      return InvalidArgument(Cat("line ", in_record_ ? record_line_ : Line(), ": ",
                                 in_record_ ? "the record" : "a tag, comment or text",
                                 " that begins here is longer than ", options_.max_row_bytes, " bytes, the limit"));
    }
    return Step::kNeedMore;
  }

  // Forgets the text that is neither of the open record nor still to be parsed.
  void Trim() {
    const XML_Index at = XML_GetCurrentByteIndex(expat_);
    uint64_t keep = window_begin_;
    if (in_record_) {
      keep = record_begin_;
    } else if (at >= 0) {
      keep = static_cast<uint64_t>(at);
    }
    if (keep <= window_begin_) return;
    window_.erase(0, std::min<uint64_t>(keep - window_begin_, window_.size()));
    window_begin_ = keep;
  }

  const XmlOptions& options_;
  XML_Parser expat_ = nullptr;
  std::vector<Node> nodes_ = {Node()};
  std::vector<std::string> values_;
  std::set<std::string> unknown_;
  std::string window_;  // the text from offset window_begin_ on
  uint64_t window_begin_ = 0;
  size_t depth_ = 0;    // elements that are open
  size_t matched_ = 0;  // of these, from the root, as in the records' path
  size_t deepest_ = 0;  // the most that matched_ was
  std::string stranger_;
  std::vector<Frame> frames_;
  bool in_record_ = false;
  bool suspended_ = false;
  bool last_piece_ = false;
  bool finished_ = false;
  uint64_t record_begin_ = 0;
  uint64_t record_end_ = 0;
  uint64_t record_line_ = 0;
  std::string problem_;
  absl::Status refusal_;
};

XmlReader::XmlReader(ByteSource* source, const XmlOptions& options)
    : source_(source), options_(options), parser_(std::make_unique<Parser>(options_)), buffer_(options.read_bytes) {}

XmlReader::~XmlReader() = default;

absl::StatusOr<std::unique_ptr<XmlReader>> XmlReader::Create(ByteSource* source, const std::vector<std::string>& paths,
                                                             const XmlOptions& options) {
  std::unique_ptr<XmlReader> reader(new XmlReader(source, options));
  for (const std::string& path : paths) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<XmlStep> steps, ParseXmlPath(path));
    reader->parser_->AddColumn(steps);
  }
  WENSUM_RETURN_IF_ERROR(reader->parser_->Start());
  return reader;
}

absl::StatusOr<bool> XmlReader::Next(Row& row) {
  if (!status_.ok()) return status_;
  absl::StatusOr<bool> more = Advance();
  status_ = more.status();
  if (!more.ok() || !*more) return more;
  row.raw = parser_->raw();
  row.line = parser_->line();
  row.number = ++rows_;
  row.open_end = false;
  row.fields = {};
  row.problem_rule = row.problem = {};
  if (!parser_->problem().empty()) {
    row.problem_rule = "row_unreadable";
    row.problem = parser_->problem();
  } else {
    fields_.assign(parser_->values().begin(), parser_->values().end());
    row.fields = fields_;
  }
  return true;
}

absl::StatusOr<bool> XmlReader::Advance() {
  WENSUM_ASSIGN_OR_RETURN(Parser::Step step, parser_->Resume());
  while (step == Parser::Step::kNeedMore) {
    WENSUM_ASSIGN_OR_RETURN(const size_t got, source_->Read(buffer_.data(), buffer_.size()));
    WENSUM_ASSIGN_OR_RETURN(step, parser_->Feed({buffer_.data(), got}));
  }
  if (step == Parser::Step::kEnd && rows_ == 0) WENSUM_RETURN_IF_ERROR(parser_->CheckEmpty());
  return step == Parser::Step::kRecord;
}

absl::Status XmlReader::Seek(const RowPosition& position) {
  WENSUM_RETURN_IF_ERROR(source_->SeekText(0));
  status_ = parser_->Start();
  rows_ = 0;
  Row row;
  while (rows_ < position.rows) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, Next(row));
    if (!more) {
      return MakeStatus(absl::StatusCode::kOutOfRange,
                        Cat("the file has ", rows_, " records, fewer than ", position.rows));
    }
  }
  return status_;
}

std::set<std::string> XmlReader::unknown() const { return parser_->unknown(); }

}  // namespace wensum::ingest
