#include "services/server/options.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/uprn.h"
#include "services/register/register.h"

namespace wensum::server {
namespace {

constexpr uint64_t kMaxBlockCacheMb = 1'048'576;
constexpr uint64_t kMaxThreads = 1'024;
constexpr uint64_t kMaxGraceSeconds = 3'600;
constexpr uint64_t kMaxIdleSeconds = 86'400;
constexpr uint64_t kMaxFaults = 1'000'000'000;
constexpr uint64_t kMaxWeakRecords = 1'000'000;
constexpr double kLeastPrecision = 0.9;
constexpr double kMostPrecision = 0.9999;
constexpr uint64_t kMaxLeaseMinutes = 1'440;
constexpr uint64_t kMaxDueDays = 3'650;
constexpr uint64_t kMaxFeedDays = 36'500;
constexpr size_t kMaxNameBytes = 100;
const std::set<std::string, std::less<>>& LogLevels() {
  static const auto& levels = *new std::set<std::string, std::less<>>{"trace", "debug", "info", "warn", "error"};
  return levels;
}

class Parser {
 public:
  explicit Parser(std::string_view name) : name_(name) {}

  absl::Status Parse(const YAML::Node& root, ServerOptions& options) {
    if (root.IsNull()) {
      return absl::OkStatus();
    }
    if (!root.IsMap()) {
      return InvalidArgument(Cat(Where(root), ": expected a map of keys and values"));
    }
    std::set<std::string> seen;
    for (const auto& item : root) {
      const auto key = item.first.as<std::string>();
      if (!seen.insert(key).second) {
        return InvalidArgument(Cat(Where(item.first), ": key ", Quote(key), " is given twice"));
      }
      WENSUM_RETURN_IF_ERROR(ParseKey(key, item.first, item.second, options));
    }
    return absl::OkStatus();
  }

 private:
  [[nodiscard]] std::string Where(const YAML::Node& node) const {
    const YAML::Mark mark = node.Mark();
    return mark.is_null() ? std::string(name_) : Cat(name_, ", line ", mark.line + 1, ", column ", mark.column + 1);
  }

  template <typename T>
  absl::Status Scalar(const std::string& key, const YAML::Node& node, std::string_view expected, T& out) const {
    if (!node.IsScalar() || !YAML::convert<T>::decode(node, out)) {
      return InvalidArgument(Cat(Where(node), ": ", key, ": expected ", expected));
    }
    return absl::OkStatus();
  }

  absl::Status Number(const std::string& key, const YAML::Node& node, uint64_t max, uint64_t& out) const {
    const std::optional<uint64_t> value = node.IsScalar() ? ParseInteger<uint64_t>(node.Scalar()) : std::nullopt;
    if (!value.has_value() || *value > max) {
      return InvalidArgument(Cat(Where(node), ": ", key, ": expected a whole number from 0 to ", max));
    }
    out = *value;
    return absl::OkStatus();
  }

  absl::Status ParseKey(const std::string& key, const YAML::Node& key_node, const YAML::Node& node,
                        ServerOptions& options) {
    if (key == "data_dir") {
      return Scalar(key, node, "a path", options.data_dir);
    }
    if (key == "listen") {
      return Scalar(key, node, "host:port", options.listen);
    }
    if (key == "allow_remote") {
      return Scalar(key, node, "true or false", options.allow_remote);
    }
    if (key == "ostn15") {
      return Scalar(key, node, "a path", options.ostn15);
    }
    if (key == "drop_dir") {
      return Scalar(key, node, "a path", options.drop_dir);
    }
    if (key == "mappings_dir") {
      return Scalar(key, node, "a path", options.mappings_dir);
    }
    if (key == "log_level") {
      WENSUM_RETURN_IF_ERROR(Scalar(key, node, "a level", options.log_level));
      return LogLevels().contains(options.log_level)
                 ? absl::OkStatus()
                 : InvalidArgument(Cat(Where(node), ": log_level: expected trace, debug, info, warn or error"));
    }
    if (key == "log_format") {
      std::string format;
      WENSUM_RETURN_IF_ERROR(Scalar(key, node, "json or text", format));
      if (format != "json" && format != "text") {
        return InvalidArgument(Cat(Where(node), ": log_format: expected json or text"));
      }
      options.log_format = format == "json" ? LogFormat::kJson : LogFormat::kText;
      return absl::OkStatus();
    }
    if (key == "block_cache_mb") {
      return Number(key, node, kMaxBlockCacheMb, options.block_cache_mb);
    }
    if (key == "threads") {
      return Number(key, node, kMaxThreads, options.threads);
    }
    if (key == "grace_seconds") {
      uint64_t seconds = 0;
      WENSUM_RETURN_IF_ERROR(Number(key, node, kMaxGraceSeconds, seconds));
      options.grace = std::chrono::seconds(seconds);
      return absl::OkStatus();
    }
    if (key == "export_idle_seconds" || key == "upload_idle_seconds") {
      uint64_t seconds = 0;
      WENSUM_RETURN_IF_ERROR(Number(key, node, kMaxIdleSeconds, seconds));
      if (seconds == 0) {
        return InvalidArgument(Cat(Where(node), ": ", key, ": expected at least 1"));
      }
      (key == "export_idle_seconds" ? options.export_idle : options.upload_idle) = std::chrono::seconds(seconds);
      return absl::OkStatus();
    }
    if (key == "addresses") {
      return ParseAddresses(node, options);
    }
    if (key == "rules") {
      return ParseRules(node, options);
    }
    if (key == "custodian") {
      return ParseCustodian(node, options.custodian);
    }
    if (key == "tasks") {
      return ParseTasks(node, options.tasks);
    }
    if (key == "change_feed") {
      return ParseChangeFeed(node, options);
    }
    return InvalidArgument(Cat(Where(key_node), ": unknown key ", Quote(key),
                               "; known are data_dir, listen, allow_remote, drop_dir, mappings_dir, ostn15, log_level, "
                               "log_format, block_cache_mb, threads, grace_seconds, export_idle_seconds, "
                               "upload_idle_seconds, addresses, rules, custodian, tasks, change_feed"));
  }

  absl::Status ParseAddresses(const YAML::Node& node, ServerOptions& options) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": addresses: expected a map"));
    }
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      const std::string path = Cat("addresses.", key);
      if (key == "precision") {
        double precision = 0;
        WENSUM_RETURN_IF_ERROR(Scalar(path, item.second, "a number", precision));
        if (!(precision >= kLeastPrecision && precision <= kMostPrecision)) {
          return InvalidArgument(Cat(Where(item.second), ": ", path, ": expected a number from ", kLeastPrecision,
                                     " to ", kMostPrecision));
        }
        options.address_precision = precision;
      } else if (key == "calibrate_after_seconds") {
        uint64_t seconds = 0;
        WENSUM_RETURN_IF_ERROR(Number(path, item.second, kMaxIdleSeconds, seconds));
        options.address_quiet = std::chrono::seconds(seconds);
      } else {
        return InvalidArgument(Cat(Where(item.first), ": unknown key ", Quote(key),
                                   " of addresses; known are precision, calibrate_after_seconds"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ParseChangeFeed(const YAML::Node& node, ServerOptions& options) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": change_feed: expected a map"));
    }
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      const std::string path = Cat("change_feed.", key);
      if (key == "keep_days") {
        WENSUM_RETURN_IF_ERROR(Number(path, item.second, kMaxFeedDays, options.feed_keep_days));
      } else if (key == "consumer_days") {
        WENSUM_RETURN_IF_ERROR(Number(path, item.second, kMaxFeedDays, options.feed_consumer_days));
      } else {
        return InvalidArgument(Cat(Where(item.first), ": unknown key ", Quote(key),
                                   " of change_feed; known are keep_days, consumer_days"));
      }
    }
    return absl::OkStatus();
  }

  // The register compares the text with that in force: comments and spacing must not count.
  absl::Status ParseRules(const YAML::Node& node, ServerOptions& options) const {
    absl::StatusOr<registry::RegisterRules> rules = registry::ParseRegisterRules(YAML::Dump(node));
    if (!rules.ok()) {
      return Annotate(rules.status(), Cat(Where(node), " (lines below count from there, without comments)"));
    }
    options.rules = *std::move(rules);
    return absl::OkStatus();
  }

  absl::Status ParseCustodian(const YAML::Node& node, custodian::CustodianOptions& out) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": custodian: expected a map"));
    }
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      const std::string path = Cat("custodian.", key);
      if (key == "codes") {
        WENSUM_RETURN_IF_ERROR(ParseCodes(path, item.second, out.codes));
      } else if (key == "street_authorities") {
        WENSUM_RETURN_IF_ERROR(ParseCodes(path, item.second, out.street_authorities));
      } else if (key == "bilingual") {
        WENSUM_RETURN_IF_ERROR(Scalar(path, item.second, "true or false", out.gazetteer_rules.bilingual));
      } else if (key == "uprns") {
        WENSUM_RETURN_IF_ERROR(ParseRanges(path, item.second, model::Uprn::kMax, out.uprns));
      } else if (key == "usrns") {
        WENSUM_RETURN_IF_ERROR(ParseRanges(path, item.second, model::Usrn::kMax, out.usrns));
      } else if (key == "record_keys") {
        WENSUM_RETURN_IF_ERROR(ParseRange(path, item.second, registry::kLastRecordKey, out.record_keys));
      } else if (key == "low_water") {
        WENSUM_RETURN_IF_ERROR(Number(path, item.second, model::Uprn::kMax, out.low_water));
      } else {
        return InvalidArgument(
            Cat(Where(item.first), ": unknown key ", Quote(key),
                " of custodian; known are codes, street_authorities, bilingual, uprns, usrns, record_keys, low_water"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ParseTasks(const YAML::Node& node, tasks::TaskRules& out) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": tasks: expected a map"));
    }
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      const std::string path = Cat("tasks.", key);
      if (key == "kinds") {
        WENSUM_RETURN_IF_ERROR(ParseTaskKinds(path, item.second, out));
      } else if (key == "reasons") {
        WENSUM_RETURN_IF_ERROR(ParseNames(path, item.second, out.reasons));
      } else if (key == "decision_reasons") {
        WENSUM_RETURN_IF_ERROR(ParseNames(path, item.second, out.decision_reasons));
      } else if (key == "teams") {
        WENSUM_RETURN_IF_ERROR(ParseNames(path, item.second, out.teams));
      } else if (key == "lease_minutes") {
        uint64_t minutes = 0;
        WENSUM_RETURN_IF_ERROR(Number(path, item.second, kMaxLeaseMinutes, minutes));
        if (minutes == 0) {
          return InvalidArgument(Cat(Where(item.second), ": ", path, ": expected at least 1"));
        }
        out.lease = static_cast<TimeMicros>(minutes) * tasks::kMinute;
      } else if (key == "second_steward") {
        WENSUM_RETURN_IF_ERROR(ParseSecondSteward(path, item.second, out.second_steward));
      } else if (key == "weak_entity") {
        WENSUM_RETURN_IF_ERROR(ParseWeakEntity(path, item.second, out.weak_entity));
      } else if (key == "data_quality") {
        WENSUM_RETURN_IF_ERROR(ParseDataQuality(path, item.second, out.data_quality));
      } else {
        return InvalidArgument(Cat(Where(item.first), ": unknown key ", Quote(key),
                                   " of tasks; known are kinds, reasons, decision_reasons, teams, lease_minutes, "
                                   "second_steward, weak_entity, data_quality"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ParseSecondSteward(const std::string& path, const YAML::Node& node,
                                  tasks::SecondStewardRules& out) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": ", path, ": expected a map"));
    }
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      const std::string name = Cat(path, ".", key);
      if (key == "merge_records_above") {
        WENSUM_RETURN_IF_ERROR(Number(name, item.second, kMaxWeakRecords, out.merge_records_above));
        continue;
      }
      bool* const wanted = key == "bulk"                ? &out.bulk
                           : key == "merge_established" ? &out.merge_established
                           : key == "merge_in_conflict" ? &out.merge_in_conflict
                                                        : nullptr;
      if (wanted == nullptr) {
        return InvalidArgument(Cat(Where(item.first), ": unknown key ", Quote(key), " of ", path,
                                   "; known are bulk, merge_established, merge_in_conflict, merge_records_above"));
      }
      WENSUM_RETURN_IF_ERROR(Scalar(name, item.second, "true or false", *wanted));
    }
    return absl::OkStatus();
  }

  absl::Status ParseDataQuality(const std::string& path, const YAML::Node& node, tasks::DataQualityBounds& out) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": ", path, ": expected a map"));
    }
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      const std::string name = Cat(path, ".", key);
      if (key == "records" || key == "least") {
        uint64_t& records = key == "records" ? out.records : out.least;
        WENSUM_RETURN_IF_ERROR(Number(name, item.second, kMaxFaults, records));
        if (records == 0) {
          return InvalidArgument(Cat(Where(item.second), ": ", name, ": expected at least 1"));
        }
      } else if (key == "share") {
        WENSUM_RETURN_IF_ERROR(Share(name, item.second, out.share));
      } else {
        return InvalidArgument(
            Cat(Where(item.first), ": unknown key ", Quote(key), " of ", path, "; known are records, share, least"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Share(const std::string& key, const YAML::Node& node, double& out) const {
    WENSUM_RETURN_IF_ERROR(Scalar(key, node, "a share, 0 to 1", out));
    return out >= 0 && out <= 1  // which NaN is not
               ? absl::OkStatus()
               : InvalidArgument(Cat(Where(node), ": ", key, ": expected a share, 0 to 1"));
  }

  absl::Status ParseWeakEntity(const std::string& path, const YAML::Node& node, tasks::WeakEntityBounds& out) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": ", path, ": expected a map"));
    }
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      const std::string name = Cat(path, ".", key);
      if (key == "many" || key == "least") {
        uint64_t records = 0;
        WENSUM_RETURN_IF_ERROR(Number(name, item.second, kMaxWeakRecords, records));
        if (records < 2) {
          return InvalidArgument(Cat(Where(item.second), ": ", name, ": expected at least 2 records"));
        }
        (key == "many" ? out.many : out.least) = static_cast<uint32_t>(records);
      } else if (key == "max_cohesion") {
        WENSUM_RETURN_IF_ERROR(Share(name, item.second, out.max_cohesion));
      } else {
        return InvalidArgument(Cat(Where(item.first), ": unknown key ", Quote(key), " of ", path,
                                   "; known are many, least, max_cohesion"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ParseTaskKinds(const std::string& path, const YAML::Node& node, tasks::TaskRules& out) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": ", path, ": expected a map"));
    }
    for (const auto& item : node) {
      const auto name = item.first.as<std::string>();
      const std::optional<tasks::TaskKind> kind = tasks::FindTaskKind(name);
      if (!kind.has_value()) {
        std::vector<std::string> known;
        known.reserve(tasks::kTaskKinds.size());
        for (const tasks::TaskKind one : tasks::kTaskKinds) {
          known.emplace_back(tasks::TaskKindName(one));
        }
        return InvalidArgument(
            Cat(Where(item.first), ": unknown key ", Quote(name), " of ", path, "; known are ", Join(known, ", ")));
      }
      WENSUM_RETURN_IF_ERROR(ParseTaskKind(Cat(path, ".", name), item.second, out.Of(*kind)));
    }
    return absl::OkStatus();
  }

  absl::Status ParseTaskKind(const std::string& path, const YAML::Node& node, tasks::KindRules& out) const {
    if (!node.IsMap()) {
      return InvalidArgument(Cat(Where(node), ": ", path, ": expected a map"));
    }
    for (const auto& item : node) {
      const auto key = item.first.as<std::string>();
      if (key == "team") {
        WENSUM_RETURN_IF_ERROR(ParseName(Cat(path, ".team"), item.second, out.team));
      } else if (key == "due_days") {
        uint64_t days = 0;
        WENSUM_RETURN_IF_ERROR(Number(Cat(path, ".due_days"), item.second, kMaxDueDays, days));
        out.due_days = static_cast<int>(days);
      } else {
        return InvalidArgument(
            Cat(Where(item.first), ": unknown key ", Quote(key), " of ", path, "; known are team, due_days"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ParseName(const std::string& key, const YAML::Node& node, std::string& out) const {
    if (!node.IsScalar() || node.Scalar().empty() || node.Scalar().size() > kMaxNameBytes ||
        !IsValidUtf8(node.Scalar())) {
      return InvalidArgument(Cat(Where(node), ": ", key, ": expected a name of 1 to ", kMaxNameBytes, " bytes"));
    }
    out = node.Scalar();
    return absl::OkStatus();
  }

  absl::Status ParseNames(const std::string& key, const YAML::Node& node, std::vector<std::string>& out) const {
    if (!node.IsSequence() || node.size() == 0) {
      return InvalidArgument(Cat(Where(node), ": ", key, ": expected a list of names"));
    }
    out.clear();
    for (const YAML::Node& item : node) {
      std::string name;
      WENSUM_RETURN_IF_ERROR(ParseName(key, item, name));
      if (std::find(out.begin(), out.end(), name) != out.end()) {
        return InvalidArgument(Cat(Where(item), ": ", key, ": ", Quote(name), " is given twice"));
      }
      out.push_back(std::move(name));
    }
    return absl::OkStatus();
  }

  absl::Status ParseCodes(const std::string& key, const YAML::Node& node, std::vector<int>& codes) const {
    constexpr uint64_t kMaxCode = 9999;
    if (!node.IsSequence()) {
      return InvalidArgument(Cat(Where(node), ": ", key, ": expected a list of codes, e.g. [2625]"));
    }
    codes.clear();
    for (const YAML::Node& item : node) {
      uint64_t code = 0;
      WENSUM_RETURN_IF_ERROR(Number(key, item, kMaxCode, code));
      if (code == 0 || std::find(codes.begin(), codes.end(), static_cast<int>(code)) != codes.end()) {
        return InvalidArgument(Cat(Where(item), ": ", key, ": expected different codes from 1 to ", kMaxCode));
      }
      codes.push_back(static_cast<int>(code));
    }
    return absl::OkStatus();
  }

  // "FIRST-LAST".
  absl::Status ParseRange(const std::string& key, const YAML::Node& node, uint64_t max,
                          custodian::NumberRange& out) const {
    const std::vector<std::string_view> ends =
        node.IsScalar() ? Split(node.Scalar(), '-') : std::vector<std::string_view>();
    const auto end = [&ends](size_t i) {
      return ends.size() == 2 ? ParseInteger<uint64_t>(Trim(ends[i])).value_or(0) : 0;
    };
    out = {.first = end(0), .last = end(1)};
    if (out.first == 0 || out.last < out.first || out.last > max) {
      return InvalidArgument(Cat(Where(node), ": ", key, ": expected FIRST-LAST, two numbers from 1 to ", max));
    }
    return absl::OkStatus();
  }

  absl::Status ParseRanges(const std::string& key, const YAML::Node& node, uint64_t max,
                           std::vector<custodian::NumberRange>& out) const {
    if (!node.IsSequence()) {
      return InvalidArgument(Cat(Where(node), ": ", key, ": expected a list of ranges, FIRST-LAST each"));
    }
    out.clear();
    for (const YAML::Node& item : node) {
      custodian::NumberRange range;
      WENSUM_RETURN_IF_ERROR(ParseRange(key, item, max, range));
      for (const custodian::NumberRange& other : out) {
        if (range.first <= other.last && other.first <= range.last) {
          return InvalidArgument(Cat(Where(item), ": ", key, ": the range overlaps an earlier one"));
        }
      }
      out.push_back(range);
    }
    return absl::OkStatus();
  }

  const std::string_view name_;
};

}  // namespace

absl::StatusOr<ServerOptions> ParseServerOptions(std::string_view yaml, std::string_view name) {
  ServerOptions options;
  WENSUM_ASSIGN_OR_RETURN(options.rules, registry::ParseRegisterRules(registry::DefaultRulesYaml()));
  try {
    WENSUM_RETURN_IF_ERROR(Parser(name).Parse(YAML::Load(std::string(yaml)), options));
  } catch (const YAML::Exception& error) {
    return InvalidArgument(
        Cat(name, ", line ", error.mark.line + 1, ", column ", error.mark.column + 1, ": ", error.msg));
  }
  return options;
}

absl::StatusOr<ServerOptions> ReadServerOptions(const std::string& path) {
  if (path.empty()) {
    return ParseServerOptions("", "");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    return NotFound(Cat("the configuration file ", Quote(path), " cannot be read"));
  }
  return ParseServerOptions(text.str(), path);
}

absl::Status CheckServerOptions(const ServerOptions& options) {
  if (options.data_dir.empty()) {
    return InvalidArgument("data_dir is required: give --data-dir, or data_dir in the configuration file");
  }
  const size_t colon = options.listen.rfind(':');
  if (!options.listen.starts_with("unix:") &&
      (colon == std::string::npos || colon == 0 || !ParseInteger<uint16_t>(options.listen.substr(colon + 1)))) {
    return InvalidArgument(Cat("listen: ", Quote(options.listen), " is not host:port with a port from 0 to 65535"));
  }
  if (!LogLevels().contains(options.log_level)) {
    return InvalidArgument(
        Cat("log_level: ", Quote(options.log_level), "; expected trace, debug, info, warn or error"));
  }
  return absl::OkStatus();
}

}  // namespace wensum::server
