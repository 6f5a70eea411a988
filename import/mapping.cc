#include "import/mapping.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/edit_distance.h"
#include "import/raw_input.h"

namespace wensum::ingest {
namespace {

constexpr size_t kMaxErrors = 100;
constexpr int64_t kMaxPatternMemory = int64_t{1} << 20;
// Items of a mapping that are looked at, aliases followed: a small text with aliases can stand for billions.
constexpr size_t kMaxItems = 20'000;

constexpr std::pair<std::string_view, model::AddressRole> kRoles[] = {
    {"residence", model::AddressRole::kResidence},
    {"liable_for", model::AddressRole::kLiableFor},
    {"correspondence", model::AddressRole::kCorrespondence},
    {"care_of", model::AddressRole::kCareOf},
    {"previous", model::AddressRole::kPrevious},
    {"landlord_of", model::AddressRole::kLandlordOf},
    {"business", model::AddressRole::kBusiness}};

// Walks the YAML tree and builds the mapping, going on after errors. yaml-cpp throws; callers catch.
class MappingParser {
 public:
  using Handler = std::function<void(const YAML::Node&)>;
  using Keys = std::vector<std::pair<std::string_view, Handler>>;

  void Parse(const YAML::Node& root) {
    bool version = false;
    bool records = false;
    bool kind = false;
    Fields(root, "the mapping",
           {{"version",
             [&](const YAML::Node& n) {
               version = true;
               if (Text(n) != "1") Error(n, "the mapping's version must be 1");
             }},
            {"feed", [&](const YAML::Node& n) { mapping.feed = Name(n); }},
            {"source", [&](const YAML::Node& n) { mapping.source = Name(n); }},
            {"kind",
             [&](const YAML::Node& n) {
               kind = true;
               ParseKind(n);
             }},
            {"csv", [&](const YAML::Node& n) { ParseCsv(n); }},
            {"null_values",
             [&](const YAML::Node& n) {
               mapping.null_values.clear();
               Each(n, [&](const YAML::Node& value) { mapping.null_values.emplace(Trim(Text(value))); });
               mapping.null_values.emplace("");
             }},
            {"ignore_columns",
             [&](const YAML::Node& n) {
               Each(n, [&](const YAML::Node& value) { ignored_.emplace_back(value.Mark(), Text(value)); });
             }},
            {"duplicate_keys",
             [&](const YAML::Node& n) {
               if (Text(n) != "reject") Error(n, "duplicate_keys must be reject, the only policy");
             }},
            {"records", [&](const YAML::Node& n) {
               records = true;
               Each(n, [&](const YAML::Node& record) { ParseRecord(record); });
               if (n.IsSequence() && n.size() == 0) Error(n, "records must have at least one item");
             }}});
    if (!version) Error(root, "version is missing; it must be 1");
    if (mapping.feed.empty()) Error(root, "feed is missing: the feed's unique name");
    if (mapping.source.empty()) Error(root, "source is missing: the source system's name");
    if (!kind) Error(root, "kind is missing: person or organisation");
    if (!records) Error(root, "records is missing: how rows become records");
    FinishColumns();
    if (kind) CheckNames();
  }

  // All errors in the order of the text, or OK.
  absl::Status Finish() {
    if (errors_.empty()) return absl::OkStatus();
    std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    std::string message;
    for (size_t i = 0; i < errors_.size() && i < kMaxErrors; ++i) {
      AppendTo(message, i == 0 ? "" : "\n", "line ", errors_[i].line, ", column ", errors_[i].column, ": ",
               errors_[i].message);
    }
    if (errors_.size() > kMaxErrors) AppendTo(message, "\nand ", errors_.size() - kMaxErrors, " more errors");
    return InvalidArgument(message);
  }

  void Error(const YAML::Mark& mark, std::string message) {
    errors_.push_back({std::max(mark.line, -1) + 1, std::max(mark.column, -1) + 1, std::move(message)});
  }
  void Error(const YAML::Node& node, std::string message) { Error(node.Mark(), std::move(message)); }

  Mapping mapping;

 private:
  struct Problem {
    int line;
    int column;
    std::string message;
  };

  // Calls the handler of each key of the map `node`; unknown and repeated keys are errors.
  void Fields(const YAML::Node& node, std::string_view what, const Keys& keys) {
    if (!node.IsMap()) {
      Error(node, Cat(what, " must be a map (key: value)"));
      return;
    }
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (Exhausted(node)) return;
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      const auto found = std::ranges::find(keys, key, &Keys::value_type::first);
      if (found == keys.end()) {
        std::vector<std::string_view> names;
        for (const auto& [name, handler] : keys) names.push_back(name);
        Error(entry.first, Cat(what, " has no key ", Quote(key), DidYouMean(key, names)));
      } else if (!seen.insert(key).second) {
        Error(entry.first, Cat("the key ", Quote(key), " is given twice"));
      } else {
        found->second(entry.second);
      }
    }
  }

  void Each(const YAML::Node& node, const Handler& handler) {
    if (!node.IsSequence()) {
      Error(node, "this must be a list ([a, b] or lines that start with -)");
      return;
    }
    for (const auto& item : node) {
      if (Exhausted(node)) return;
      handler(item);
    }
  }

  // Counts an item; true, with one error, if there are too many.
  bool Exhausted(const YAML::Node& node) {
    if (++items_ == kMaxItems + 1) Error(node, Cat("the mapping has more than ", kMaxItems, " items, the limit"));
    return items_ > kMaxItems;
  }

  std::string Text(const YAML::Node& node) {
    if (node.IsScalar()) return node.Scalar();
    Error(node, node.IsNull() ? "this must be a text; put it in quotes if it is meant to be empty, ~ or null"
                              : "this must be a text");
    return {};
  }

  std::string Name(const YAML::Node& node) {
    static const RE2 kName("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    std::string name = Text(node);
    if (node.IsScalar() && !RE2::FullMatch(name, kName)) {
      Error(node, "a name has 1 to 64 letters, digits, _ . or -, and starts with a letter or digit");
    }
    return name;
  }

  bool Bool(const YAML::Node& node) {
    const std::string text = Text(node);
    if (text != "true" && text != "false") Error(node, "this must be true or false");
    return text == "true";
  }

  std::shared_ptr<const RE2> Pattern(const YAML::Node& node, int groups) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMaxPatternMemory);
    auto pattern = std::make_shared<const RE2>(Text(node), options);
    if (!pattern->ok()) {
      Error(node, Cat("the pattern is not a valid RE2 expression: ", pattern->error()));
    } else if (pattern->NumberOfCapturingGroups() < groups) {
      Error(node, "the pattern needs a group in ( ) around what is taken");
    }
    return pattern;
  }

  size_t Column(const YAML::Node& node) {
    const std::string name(Trim(Text(node)));
    if (name.empty() && node.IsScalar()) Error(node, "the column's name is empty");
    return ColumnNamed(name, node);
  }

  // Index of the column `name`, which `node` is the first to use if it is new.
  size_t ColumnNamed(const std::string& name, const YAML::Node& node) {
    const auto found = std::ranges::find(mapping.columns, name, &MappingColumn::name);
    if (found != mapping.columns.end()) return static_cast<size_t>(found - mapping.columns.begin());
    mapping.columns.push_back({name, node.Mark().line + 1, node.Mark().column + 1});
    return mapping.columns.size() - 1;
  }

  void ParseKind(const YAML::Node& node) {
    const std::string kind = Text(node);
    if (kind != "person" && kind != "organisation") Error(node, "kind must be person or organisation");
    mapping.kind = kind == "organisation" ? model::RecordKind::kOrganisation : model::RecordKind::kPerson;
  }

  void ParseCsv(const YAML::Node& node) {
    Fields(node, "csv",
           {{"delimiter",
             [&](const YAML::Node& n) {
               const std::string text = Text(n);
               if (text.size() == 1 && text != "\n" && text != "\r") {
                 mapping.csv.delimiter = text.front();
               } else {
                 Error(n, "the delimiter must be one ASCII character, such as \",\" or \"\\t\"");
               }
             }},
            {"quote",
             [&](const YAML::Node& n) {
               const std::string text = Text(n);
               if (text.size() > 1 || text == "\n" || text == "\r") {
                 Error(n, "the quote must be one ASCII character, or \"\" for none");
               } else {
                 mapping.csv.quote = text.empty() ? '\0' : text.front();
               }
             }},
            {"encoding", [&](const YAML::Node& n) { ParseEncoding(n); }},
            {"header", [&](const YAML::Node& n) { mapping.header = Bool(n); }},
            {"trailer", [&](const YAML::Node& n) {
               if (n.IsScalar() && !n.Scalar().empty()) mapping.trailer = Pattern(n, 0);
               if (!n.IsScalar()) Text(n);
             }}});
    if (mapping.csv.delimiter == mapping.csv.quote) Error(node, "delimiter and quote must not be the same");
  }

  void ParseEncoding(const YAML::Node& node) {
    const std::string text = Text(node);
    for (const Encoding encoding : {Encoding::kAuto, Encoding::kUtf8, Encoding::kWindows1252}) {
      if (text == EncodingName(encoding)) {
        mapping.encoding = encoding;
        return;
      }
    }
    Error(node, "encoding must be auto, utf-8 or windows-1252 (UTF-16 is recognised by its mark with auto)");
  }

  void ParseRecord(const YAML::Node& node) {
    RecordRule record;
    bool key = false;
    bool fields = false;
    Fields(node, "a record",
           {{"key",
             [&](const YAML::Node& n) {
               key = true;
               ParseKey(n, record.key);
             }},
            {"when", [&](const YAML::Node& n) { record.when = ParseCondition(n); }},
            {"source_time", [&](const YAML::Node& n) { record.source_time = DateRule(n); }},
            {"fields", [&](const YAML::Node& n) {
               fields = true;
               ParseFields(n, record);
             }}});
    if (node.IsMap() && !key) Error(node, "key is missing: a template such as \"{ACCOUNT}-1\"");
    if (node.IsMap() && !fields) Error(node, "fields is missing");
    mapping.records.push_back(std::move(record));
    record_marks_.push_back(node.Mark());
  }

  void ParseKey(const YAML::Node& node, std::vector<KeyPart>& key) {
    const std::string text = Text(node);
    std::string_view rest = text;
    bool variable = false;
    while (!rest.empty()) {
      const size_t open = std::min(rest.find_first_of("{}"), rest.size());
      if (open > 0) key.push_back({KeyPart::Kind::kLiteral, std::string(rest.substr(0, open)), 0});
      rest.remove_prefix(open);
      if (rest.empty()) break;
      const size_t close = rest.find('}');
      if (rest.front() == '}' || close == std::string_view::npos) {
        Error(node, "the key has a { without } or the other way round");
        return;
      }
      const std::string name(Trim(rest.substr(1, close - 1)));
      rest.remove_prefix(close + 1);
      variable = true;
      if (name == "#row") {
        key.push_back({KeyPart::Kind::kRowNumber, "", 0});
      } else {
        if (name.empty() || name.front() == '#') {
          Error(node, Cat("the key has no part ", Quote(Cat("{", name, "}")), "; use {COLUMN} or {#row}"));
        }
        key.push_back({KeyPart::Kind::kColumn, "", ColumnNamed(name, node)});
      }
    }
    if (!variable && node.IsScalar()) {
      Error(node, "the key must name a column, such as \"{ACCOUNT}\", or {#row}; else all rows have the same key");
    }
  }

  std::optional<Condition> ParseCondition(const YAML::Node& node) {
    Condition condition;
    int tests = 0;
    bool column = false;
    Fields(node, "a condition",
           {{"column",
             [&](const YAML::Node& n) {
               column = true;
               condition.column = Column(n);
             }},
            {"not_empty",
             [&](const YAML::Node& n) {
               ++tests;
               if (!Bool(n)) Error(n, "not_empty can only be true; use matches: \"\" for an empty column");
             }},
            {"matches", [&](const YAML::Node& n) {
               ++tests;
               condition.matches = Pattern(n, 0);
             }}});
    if (!column || tests != 1) {
      if (node.IsMap()) Error(node, "a condition is {column: X, not_empty: true} or {column: X, matches: \"pattern\"}");
      if (!column) return std::nullopt;
    }
    return condition;
  }

  std::optional<ValueRule> DateRule(const YAML::Node& node) {
    std::optional<ValueRule> rule = ParseRule(node);
    if (rule && rule->codes) Error(node, "a date cannot have codes");
    if (rule) rule->reads_date = !rule->constant;
    if (rule && rule->constant) Error(node, "a date must come from a column");
    return rule;
  }

  std::optional<ValueRule> ParseRule(const YAML::Node& node) {
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
    Fields(node, "a value",
           {{"column",
             [&](const YAML::Node& n) {
               ++origins;
               rule.columns = {Column(n)};
             }},
            {"columns",
             [&](const YAML::Node& n) {
               ++origins;
               Each(n, [&](const YAML::Node& column) { rule.columns.push_back(Column(column)); });
             }},
            {"constant",
             [&](const YAML::Node& n) {
               ++origins;
               rule.constant = Text(n);
             }},
            {"join",
             [&](const YAML::Node& n) {
               join = true;
               rule.join = Text(n);
             }},
            {"replace", transform([&](const YAML::Node& n) {
               Each(n, [&](const YAML::Node& item) { ParseReplace(item, rule); });
             })},
            {"extract", transform([&](const YAML::Node& n) { rule.extract = Pattern(n, 1); })},
            {"codes", transform([&](const YAML::Node& n) { ParseCodes(n, rule); })},
            {"default", transform([&](const YAML::Node& n) { rule.unlisted = Text(n); })},
            {"date", transform([&](const YAML::Node& n) { ParseDates(n, rule); })},
            {"pivot_year", transform([&](const YAML::Node& n) { ParsePivot(n, rule); })},
            {"dummies", transform([&](const YAML::Node& n) {
               Each(n, [&](const YAML::Node& value) { rule.dummies.insert(Text(value)); });
             })}});
    if (!node.IsMap()) return std::nullopt;
    if (origins != 1) {
      Error(node, "a value has exactly one of column, columns and constant");
      return std::nullopt;
    }
    if (join && rule.columns.size() < 2) Error(node, "join needs columns: [A, B]");
    if (rule.constant && transforms) Error(node, "a constant cannot be transformed");
    if (rule.unlisted && !rule.codes) Error(node, "default needs codes");
    return rule;
  }

  void ParseReplace(const YAML::Node& node, ValueRule& rule) {
    ReplaceRule replace;
    bool with = false;
    Fields(
        node, "a replacement",
        {{"pattern", [&](const YAML::Node& n) { replace.pattern = Pattern(n, 0); }}, {"with", [&](const YAML::Node& n) {
                                                                                        with = true;
                                                                                        replace.with = Text(n);
                                                                                      }}});
    if (replace.pattern == nullptr || !with) {
      if (node.IsMap()) Error(node, "a replacement is {pattern: \"RE2\", with: \"text\"}");
      return;
    }
    if (replace.with.size() > kMaxReplacementBytes) {
      Error(node, Cat("the replacement text is longer than ", kMaxReplacementBytes, " bytes, the limit"));
    }
    std::string error;
    if (replace.pattern->ok() && !replace.pattern->CheckRewriteString(replace.with, &error)) {
      Error(node, Cat("the replacement text does not fit its pattern: ", error));
    }
    rule.replace.push_back(std::move(replace));
  }

  void ParseCodes(const YAML::Node& node, ValueRule& rule) {
    rule.codes.emplace();
    if (!node.IsMap()) {
      Error(node, "codes must be a map from the file's codes to values");
      return;
    }
    for (const auto& entry : node) {
      if (Exhausted(node)) return;
      if (!rule.codes->emplace(Text(entry.first), Text(entry.second)).second) {
        Error(entry.first, "the code is given twice");
      }
    }
  }

  void ParseDates(const YAML::Node& node, ValueRule& rule) {
    rule.reads_date = true;
    const auto add = [&](const YAML::Node& n) {
      absl::StatusOr<DateFormat> format = DateFormat::Create(Text(n));
      if (format.ok()) {
        rule.dates.push_back(*std::move(format));
      } else if (n.IsScalar()) {
        Error(n, std::string(Message(format.status())));
      }
    };
    if (node.IsScalar()) {
      add(node);
    } else {
      Each(node, add);
    }
  }

  void ParsePivot(const YAML::Node& node, ValueRule& rule) {
    const std::optional<int> year = ParseInteger<int>(Text(node));
    if (!year || *year < 1900 || *year > 2200) {
      Error(node, "pivot_year must be a year from 1900 to 2200: the last one that two digits can mean");
    } else {
      rule.pivot_year = year;
    }
  }

  void ParseName(const YAML::Node& node, NameRule& name) { Fields(node, "a name", NameKeys(name, false)); }

  // Keys of a name's parts, as they stand among the fields ("name.title") or in a map of their own.
  Keys NameKeys(NameRule& name, bool dotted) {
    return {{dotted ? "name.title" : "title", [&](const YAML::Node& n) { name.title = ParseRule(n); }},
            {dotted ? "name.forenames" : "forenames", [&](const YAML::Node& n) { name.forenames = ParseRule(n); }},
            {dotted ? "name.surname" : "surname", [&](const YAML::Node& n) { name.surname = ParseRule(n); }},
            {dotted ? "name.suffix" : "suffix", [&](const YAML::Node& n) { name.suffix = ParseRule(n); }},
            {dotted ? "name.full" : "full", [&](const YAML::Node& n) { name.full = ParseRule(n); }}};
  }

  void ParseFields(const YAML::Node& node, RecordRule& record) {
    Keys keys = NameKeys(record.name, true);
    const auto list = [this](std::vector<ValueRule>& rules) {
      return [this, &rules](const YAML::Node& n) {
        Each(n, [&](const YAML::Node& item) {
          if (std::optional<ValueRule> rule = ParseRule(item)) rules.push_back(*std::move(rule));
        });
      };
    };
    const Keys more = {{"other_names",
                        [&](const YAML::Node& n) {
                          Each(n, [&](const YAML::Node& item) { ParseName(item, record.other_names.emplace_back()); });
                        }},
                       {"date_of_birth", [&](const YAML::Node& n) { record.date_of_birth = DateRule(n); }},
                       {"date_of_death", [&](const YAML::Node& n) { record.date_of_death = DateRule(n); }},
                       {"sex", [&](const YAML::Node& n) { ParseSex(n, record); }},
                       {"ni_number", [&](const YAML::Node& n) { record.ni_number = ParseRule(n); }},
                       {"phones", list(record.phones)},
                       {"emails", list(record.emails)},
                       {"addresses",
                        [&](const YAML::Node& n) {
                          Each(n, [&](const YAML::Node& item) { ParseAddress(item, record.addresses.emplace_back()); });
                        }},
                       {"identifiers", [&](const YAML::Node& n) { ParseIdentifiers(n, record); }},
                       {"attributes", [&](const YAML::Node& n) { ParseAttributes(n, record); }},
                       {"organisation_name", [&](const YAML::Node& n) { record.organisation_name = ParseRule(n); }}};
    keys.insert(keys.end(), more.begin(), more.end());
    Fields(node, "fields", keys);
  }

  void ParseSex(const YAML::Node& node, RecordRule& record) {
    record.sex = ParseRule(node);
    if (!record.sex || !record.sex->codes) return;
    const auto known = [](std::string_view value) {
      return value == "male" || value == "female" || value == "other" || value == "unknown";
    };
    const bool listed = std::ranges::all_of(*record.sex->codes, [&](const auto& entry) { return known(entry.second); });
    if (!listed || (record.sex->unlisted && !known(*record.sex->unlisted))) {
      Error(node, "the codes of sex must mean male, female, other or unknown");
    }
  }

  void ParseAddress(const YAML::Node& node, AddressRule& address) {
    bool role = false;
    Fields(node, "an address",
           {{"role",
             [&](const YAML::Node& n) {
               role = true;
               SetRole(n, Text(n), address);
             }},
            {"text", [&](const YAML::Node& n) { address.text = ParseRule(n); }},
            {"postcode", [&](const YAML::Node& n) { address.postcode = ParseRule(n); }},
            {"uprn", [&](const YAML::Node& n) { address.uprn = ParseRule(n); }},
            {"from", [&](const YAML::Node& n) { address.from = DateRule(n); }},
            {"to", [&](const YAML::Node& n) { address.to = DateRule(n); }},
            {"when", [&](const YAML::Node& n) { address.when = ParseCondition(n); }}});
    if (node.IsMap() && !role) Error(node, "role is missing: residence, liable_for, correspondence, ...");
    if (node.IsMap() && !address.text && !address.postcode && !address.uprn) {
      Error(node, "an address needs text, postcode or uprn");
    }
  }

  void SetRole(const YAML::Node& node, std::string_view text, AddressRule& address) {
    for (const auto& [name, role] : kRoles) {
      if (name == text) {
        address.role = role;
        return;
      }
    }
    Error(node, "role must be residence, liable_for, correspondence, care_of, previous, landlord_of or business");
  }

  void ParseIdentifiers(const YAML::Node& node, RecordRule& record) {
    Each(node, [&](const YAML::Node& item) {
      std::string type;
      std::optional<ValueRule> value;
      Fields(item, "an identifier",
             {{"type", [&](const YAML::Node& n) { type = Name(n); }},
              {"value", [&](const YAML::Node& n) { value = ParseRule(n); }}});
      if (type.empty() || !value) {
        if (item.IsMap()) Error(item, "an identifier is {type: name, value: {column: X}}");
        return;
      }
      record.identifiers.push_back({std::move(type), *std::move(value)});
    });
  }

  void ParseAttributes(const YAML::Node& node, RecordRule& record) {
    if (!node.IsMap()) {
      Error(node, "attributes must be a map from names to values");
      return;
    }
    for (const auto& entry : node) {
      if (Exhausted(node)) return;
      std::string name = Name(entry.first);
      if (std::ranges::find(record.attributes, name, &NamedRule::name) != record.attributes.end()) {
        Error(entry.first, Cat("the attribute ", Quote(name), " is given twice"));
      }
      if (std::optional<ValueRule> rule = ParseRule(entry.second)) {
        record.attributes.push_back({std::move(name), *std::move(rule)});
      }
    }
  }

  void FinishColumns() {
    for (const auto& [mark, raw] : ignored_) {
      std::string name(Trim(raw));
      if (std::ranges::find(mapping.columns, name, &MappingColumn::name) != mapping.columns.end()) {
        Error(mark, Cat("the column ", Quote(name), " is both used and ignored"));
      }
      mapping.ignored_columns.push_back(std::move(name));
    }
    if (mapping.header) return;
    for (const MappingColumn& column : mapping.columns) {
      if (ParseInteger<uint32_t>(column.name).value_or(0) == 0) {
        errors_.push_back({column.line, column.column,
                           Cat("the file has no header, so columns are named 1, 2, 3 ..., not ", Quote(column.name))});
      }
    }
  }

  void CheckNames() {
    for (size_t i = 0; i < mapping.records.size(); ++i) {
      const RecordRule& record = mapping.records[i];
      const bool person = record.name.forenames || record.name.surname || record.name.full;
      if (mapping.kind == model::RecordKind::kPerson && !person) {
        Error(record_marks_[i], "a person needs name.forenames, name.surname or name.full");
      }
      if (mapping.kind == model::RecordKind::kOrganisation && !record.organisation_name) {
        Error(record_marks_[i], "an organisation needs organisation_name");
      }
    }
  }

  size_t items_ = 0;
  std::vector<Problem> errors_;
  std::vector<std::pair<YAML::Mark, std::string>> ignored_;
  std::vector<YAML::Mark> record_marks_;
};

}  // namespace

absl::StatusOr<Mapping> ParseMapping(std::string_view yaml) {
  if (yaml.size() > kMaxMappingBytes) {
    return InvalidArgument(Cat("the mapping has ", yaml.size(), " bytes; the limit is ", kMaxMappingBytes));
  }
  if (!IsValidUtf8(yaml) || yaml.find('\0') != std::string_view::npos) {
    return InvalidArgument("the mapping is not UTF-8 text");
  }
  MappingParser parser;
  parser.mapping.null_values.emplace("");
  try {
    parser.Parse(YAML::Load(std::string(yaml)));
  } catch (const YAML::Exception& error) {
    parser.Error(error.mark, Cat("not valid YAML: ", error.msg));
  } catch (const std::exception& error) {
    return InvalidArgument(Cat("the mapping cannot be read: ", error.what()));
  }
  WENSUM_RETURN_IF_ERROR(parser.Finish());
  return std::move(parser.mapping);
}

absl::StatusOr<Mapping> LoadMapping(const std::string& path) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<RawInput> input, OpenRawFile(path));
  std::string text(static_cast<size_t>(std::min<uint64_t>(input->size(), kMaxMappingBytes + 1)), '\0');
  size_t size = 0;
  while (size < text.size()) {
    WENSUM_ASSIGN_OR_RETURN(const size_t got, input->ReadAt(size, text.data() + size, text.size() - size));
    if (got == 0) break;
    size += got;
  }
  text.resize(size);
  absl::StatusOr<Mapping> mapping = ParseMapping(text);
  if (!mapping.ok()) return Annotate(mapping.status(), path);
  return mapping;
}

}  // namespace wensum::ingest
