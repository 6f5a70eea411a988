#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/server/options.h"

namespace wensum::server {
namespace {

std::string RangeText(const custodian::NumberRange& range) { return Cat(range.first, "-", range.last); }

void PrintCustodian(const custodian::CustodianOptions& options, YAML::Emitter& out) {
  const auto print_ranges = [&out](const char* key, const std::vector<custodian::NumberRange>& ranges) {
    out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const custodian::NumberRange& range : ranges) {
      out << RangeText(range);
    }
    out << YAML::EndSeq;
  };
  out << YAML::Key << "custodian" << YAML::Value << YAML::BeginMap;
  out << YAML::Key << "codes" << YAML::Value << YAML::Flow << options.codes;
  out << YAML::Key << "street_authorities" << YAML::Value << YAML::Flow << options.street_authorities;
  out << YAML::Key << "bilingual" << YAML::Value << options.gazetteer_rules.bilingual;
  print_ranges("uprns", options.uprns);
  print_ranges("usrns", options.usrns);
  out << YAML::Key << "record_keys" << YAML::Value << RangeText(options.record_keys);
  out << YAML::Key << "low_water" << YAML::Value << options.low_water;
  out << YAML::EndMap;
}

void PrintTasks(const tasks::TaskRules& rules, YAML::Emitter& out) {
  out << YAML::Key << "tasks" << YAML::Value << YAML::BeginMap;
  out << YAML::Key << "kinds" << YAML::Value << YAML::BeginMap;
  for (const tasks::TaskKind kind : tasks::kTaskKinds) {
    out << YAML::Key << std::string(tasks::TaskKindName(kind)) << YAML::Value << YAML::Flow << YAML::BeginMap;
    out << YAML::Key << "team" << YAML::Value << rules.Of(kind).team;
    out << YAML::Key << "due_days" << YAML::Value << rules.Of(kind).due_days << YAML::EndMap;
  }
  out << YAML::EndMap;
  out << YAML::Key << "reasons" << YAML::Value << YAML::Flow << rules.reasons;
  out << YAML::Key << "decision_reasons" << YAML::Value << YAML::Flow << rules.decision_reasons;
  if (!rules.teams.empty()) {
    out << YAML::Key << "teams" << YAML::Value << YAML::Flow << rules.teams;
  }
  out << YAML::Key << "lease_minutes" << YAML::Value << static_cast<int64_t>(rules.lease / tasks::kMinute);
  out << YAML::Key << "second_steward" << YAML::Value << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "bulk" << YAML::Value << rules.second_steward.bulk;
  out << YAML::Key << "merge_established" << YAML::Value << rules.second_steward.merge_established;
  out << YAML::Key << "merge_in_conflict" << YAML::Value << rules.second_steward.merge_in_conflict;
  out << YAML::Key << "merge_records_above" << YAML::Value << rules.second_steward.merge_records_above << YAML::EndMap;
  out << YAML::Key << "weak_entity" << YAML::Value << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "many" << YAML::Value << rules.weak_entity.many;
  out << YAML::Key << "least" << YAML::Value << rules.weak_entity.least;
  out << YAML::Key << "max_cohesion" << YAML::Value << rules.weak_entity.max_cohesion << YAML::EndMap;
  out << YAML::Key << "data_quality" << YAML::Value << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "records" << YAML::Value << rules.data_quality.records;
  out << YAML::Key << "share" << YAML::Value << rules.data_quality.share;
  out << YAML::Key << "least" << YAML::Value << rules.data_quality.least << YAML::EndMap;
  out << YAML::EndMap;
}

}  // namespace

std::string PrintServerOptions(const ServerOptions& options) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  out << YAML::Key << "data_dir" << YAML::Value << YAML::DoubleQuoted << options.data_dir;
  out << YAML::Key << "listen" << YAML::Value << YAML::DoubleQuoted << options.listen;
  out << YAML::Key << "allow_remote" << YAML::Value << options.allow_remote;
  out << YAML::Key << "ostn15" << YAML::Value << YAML::DoubleQuoted << options.ostn15;
  out << YAML::Key << "drop_dir" << YAML::Value << YAML::DoubleQuoted << options.drop_dir;
  out << YAML::Key << "mappings_dir" << YAML::Value << YAML::DoubleQuoted << options.mappings_dir;
  out << YAML::Key << "log_level" << YAML::Value << options.log_level;
  out << YAML::Key << "log_format" << YAML::Value << (options.log_format == LogFormat::kJson ? "json" : "text");
  out << YAML::Key << "block_cache_mb" << YAML::Value << options.block_cache_mb;
  out << YAML::Key << "threads" << YAML::Value << options.threads;
  out << YAML::Key << "grace_seconds" << YAML::Value << static_cast<int64_t>(options.grace.count());
  out << YAML::Key << "export_idle_seconds" << YAML::Value
      << static_cast<int64_t>(std::chrono::duration_cast<std::chrono::seconds>(options.export_idle).count());
  out << YAML::Key << "upload_idle_seconds" << YAML::Value
      << static_cast<int64_t>(std::chrono::duration_cast<std::chrono::seconds>(options.upload_idle).count());
  out << YAML::Key << "addresses" << YAML::Value << YAML::BeginMap;
  out << YAML::Key << "precision" << YAML::Value << Cat(options.address_precision);
  out << YAML::Key << "calibrate_after_seconds" << YAML::Value
      << static_cast<int64_t>(std::chrono::duration_cast<std::chrono::seconds>(options.address_quiet).count());
  out << YAML::EndMap;
  out << YAML::Key << "rules" << YAML::Value << YAML::Load(options.rules.yaml);
  PrintCustodian(options.custodian, out);
  PrintTasks(options.tasks, out);
  out << YAML::Key << "change_feed" << YAML::Value << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "keep_days" << YAML::Value << options.feed_keep_days;
  out << YAML::Key << "consumer_days" << YAML::Value << options.feed_consumer_days << YAML::EndMap;
  out << YAML::EndMap;
  return Cat(out.c_str(), "\n");
}

}  // namespace wensum::server
