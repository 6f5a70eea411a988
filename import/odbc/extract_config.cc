#include "import/odbc/extract_config.h"

#include <algorithm>
#include <memory>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/odbc/connection_text.h"
#include "import/odbc/field_text.h"
#include "import/odbc/query_text.h"
#include "import/raw_input.h"
#include "import/yaml_walker.h"
#include "re2/re2.h"

namespace wensum::ingest {
namespace {

constexpr size_t kMaxTextBytes = 4096;  // of every value but the query

// One parse of one configuration.
class ExtractConfigParser {
 public:
  absl::StatusOr<ExtractConfig> Parse(const std::string& yaml) {
    try {
      const YAML::Node root = YAML::Load(yaml);
      Root(root);
    } catch (const YAML::Exception& error) {
      walker_.Error(error.mark, error.msg);
    }
    WENSUM_RETURN_IF_ERROR(walker_.Finish());
    return std::move(config_);
  }

 private:
  using Node = YAML::Node;

  void Root(const Node& root) {
    bool connection = false;
    bool query = false;
    walker_.Fields(root, "an extract configuration",
                   {{"connection", [&](const Node& node) { connection = true, Connection(node); }},
                    {"query", [&](const Node& node) { query = true, Query(node); }},
                    {"key", [&](const Node& node) { Key(node); }},
                    {"watermark", [&](const Node& node) { Watermark(node); }},
                    {"timeout", [&](const Node& node) { config_.timeout_seconds = Seconds(node, 1); }},
                    {"encoding", [&](const Node& node) { Encoding(node); }},
                    {"row_limit", [&](const Node& node) { config_.row_limit = Number(node, 1, 1'000'000'000'000); }}});
    if (!root.IsMap()) return;
    if (!connection) walker_.Error(root, "connection is missing");
    if (!query) walker_.Error(root, "query is missing");
    if (config_.key.empty()) walker_.Error(root, "key is missing: the columns that the query orders its rows by");
    if (config_.watermark.has_value() && query && config_.parameters == 0) {
      walker_.Error(root["query"], "the query has no ? for the last watermark, though watermark is given");
    }
    if (!config_.watermark.has_value() && config_.parameters > 0) {
      walker_.Error(root["query"], "the query has a ?, though no watermark is given that would stand in its place");
    }
  }

  void Connection(const Node& node) {
    ConnectionRule& rule = config_.connection;
    walker_.Fields(node, "connection",
                   {{"driver", [&](const Node& value) { Driver(value); }},
                    {"dsn", [&](const Node& value) { rule.dsn = OneLine(value); }},
                    {"server", [&](const Node& value) { rule.server = OneLine(value); }},
                    {"port", [&](const Node& value) { rule.port = static_cast<int>(Number(value, 1, 65535)); }},
                    {"database", [&](const Node& value) { rule.database = OneLine(value); }},
                    {"user", [&](const Node& value) { rule.user = OneLine(value); }},
                    {"password_env", [&](const Node& value) { PasswordEnv(value); }},
                    {"password_file", [&](const Node& value) { rule.password_file = OneLine(value); }},
                    {"options", [&](const Node& value) { Options(value); }}});
    if (!node.IsMap()) return;
    if (rule.driver.empty() == rule.dsn.empty()) {
      walker_.Error(node, "connection needs a driver or a dsn, and only one of them");
    }
    if (!rule.password_env.empty() && !rule.password_file.empty()) {
      walker_.Error(node, "give password_env or password_file, not both");
    }
  }

  void Driver(const Node& node) {
    config_.connection.driver = OneLine(node);
    if (config_.connection.driver.find_first_of("{}") != std::string::npos) {
      walker_.Error(node, "a driver's name has no braces; give it as odbcinst.ini does");
    }
  }

  void PasswordEnv(const Node& node) {
    static const RE2 kVariable("[A-Za-z_][A-Za-z0-9_]{0,127}");
    config_.connection.password_env = OneLine(node);
    if (!RE2::FullMatch(config_.connection.password_env, kVariable)) {
      // Not quoted in the message: who writes the password here by mistake should not find it in a log.
      walker_.Error(node, "password_env is the name of an environment variable, not the password");
    }
  }

  void Options(const Node& node) {
    static const RE2 kKey("[A-Za-z][A-Za-z0-9_ ]{0,63}");
    if (!node.IsMap()) {
      walker_.Error(node, "options must be a map (key: value)");
      return;
    }
    auto& options = config_.connection.options;
    for (const auto& entry : node) {
      if (walker_.Exhausted(node)) return;
      const std::string key = OneLine(entry.first);
      if (!RE2::FullMatch(key, kKey)) {
        walker_.Error(entry.first, "a key of options has letters, digits, _ and blanks, and begins with a letter");
      } else if (IsReservedOption(key)) {
        walker_.Error(entry.first, Cat("options may not hold ", key,
                                       ": say it by a key of connection; secrets by password_env or password_file"));
      } else if (std::ranges::any_of(options,
                                     [&key](const auto& option) { return EqualsIgnoreCaseAscii(option.first, key); })) {
        walker_.Error(entry.first, Cat("the key ", Quote(key), " is given twice"));
      } else {
        options.emplace_back(key, OneLine(entry.second));
      }
    }
  }

  void Query(const Node& node) {
    const std::string text = walker_.Text(node);
    if (!node.IsScalar()) return;
    absl::StatusOr<QueryText> query = CheckQuery(text);
    if (!query.ok()) {
      walker_.Error(node, std::string(Message(query.status())));
      return;
    }
    config_.query = std::move(query->text);
    config_.parameters = query->parameters;
  }

  void Key(const Node& node) {
    walker_.Each(node, [this](const Node& item) {
      std::string name = OneLine(item);
      if (std::ranges::find(config_.key, name) != config_.key.end()) {
        walker_.Error(item, Cat("the column ", Quote(name), " is given twice"));
      }
      config_.key.push_back(std::move(name));
    });
  }

  void Watermark(const Node& node) {
    WatermarkRule rule;
    walker_.Fields(node, "watermark",
                   {{"column", [&](const Node& value) { rule.column = OneLine(value); }},
                    {"overlap", [&](const Node& value) { rule.overlap_seconds = Seconds(value, 0); }},
                    {"start", [&](const Node& value) { rule.start = OneLine(value); }}});
    if (!node.IsMap()) return;
    if (rule.column.empty()) walker_.Error(node, "watermark has no column");
    if (!rule.start.empty()) {
      const absl::StatusOr<WatermarkValue> start = ParseWatermark(rule.start);
      if (!start.ok()) walker_.Error(node["start"], std::string(Message(start.status())));
      if (start.ok() && start->is_number && rule.overlap_seconds != 0) {
        walker_.Error(node["start"], "a watermark with an overlap is a date and time, not a number");
      }
    }
    config_.watermark = std::move(rule);
  }

  void Encoding(const Node& node) {
    const std::string text = walker_.Text(node);
    if (text == "utf-8") {
      config_.encoding = CharEncoding::kUtf8;
    } else if (text == "windows-1252") {
      config_.encoding = CharEncoding::kWindows1252;
    } else if (text != "driver") {
      walker_.Error(node, "encoding is driver, utf-8 or windows-1252");
    }
  }

  // A text without control characters.
  std::string OneLine(const Node& node) {
    std::string text = walker_.Text(node);
    if (!node.IsScalar()) return text;
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (text.empty() || text.size() > kMaxTextBytes || std::ranges::any_of(text, control)) {
      walker_.Error(node, Cat("this must be one line of 1 to ", kMaxTextBytes, " bytes"));
    }
    return text;
  }

  uint64_t Number(const Node& node, uint64_t least, uint64_t most) {
    const std::optional<uint64_t> number = ParseInteger<uint64_t>(walker_.Text(node));
    if (number.has_value() && *number >= least && *number <= most) return *number;
    if (node.IsScalar()) walker_.Error(node, Cat("this must be a number from ", least, " to ", most));
    return least;
  }

  // 90s, 30m, 2h or 7d.
  int64_t Seconds(const Node& node, int64_t least) {
    static constexpr int64_t kMost = 366 * 86'400;
    const std::string text = walker_.Text(node);
    if (!node.IsScalar()) return least;
    const std::string_view digits = text.empty() ? text : std::string_view(text).substr(0, text.size() - 1);
    const std::optional<int64_t> number = IsDigits(digits) ? ParseInteger<int64_t>(digits) : std::nullopt;
    const char unit = text.empty() ? ' ' : text.back();
    const int64_t scale = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86'400 : 0;
    if (number.has_value() && scale != 0 && *number <= kMost / scale && *number * scale >= least) {
      return *number * scale;
    }
    walker_.Error(node, Cat("this must be a length of time such as 90s, 30m, 2h or 7d, from ", least,
                            "s to 366d; a unit is needed"));
    return least;
  }

  ExtractConfig config_;
  YamlWalker walker_;
};

}  // namespace

absl::StatusOr<ExtractConfig> ParseExtractConfig(std::string_view yaml) {
  if (yaml.size() > kMaxExtractConfigBytes) {
    return InvalidArgument(Cat("the configuration has ", yaml.size(), " bytes; the limit is ", kMaxExtractConfigBytes));
  }
  if (!IsValidUtf8(yaml) || yaml.find('\0') != std::string_view::npos) {
    return InvalidArgument("the configuration is not UTF-8 text");
  }
  return ExtractConfigParser().Parse(std::string(yaml));
}

absl::StatusOr<ExtractConfig> LoadExtractConfig(const std::string& path) {
  WENSUM_ASSIGN_OR_RETURN(const std::string text, ReadRawText(path, kMaxExtractConfigBytes));
  absl::StatusOr<ExtractConfig> config = ParseExtractConfig(text);
  if (!config.ok()) return Annotate(config.status(), path);
  return config;
}

}  // namespace wensum::ingest
