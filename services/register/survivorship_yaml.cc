#include "services/register/survivorship_yaml.h"

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/survive/fields.h"
#include "model/partial_date.h"
#include "services/register/yaml_nodes.h"

namespace wensum::registry {
namespace {

using matching::Condition;
using matching::Rule;

constexpr std::string_view kCurrentAddress = "current_address";
constexpr std::string_view kAllAttributes = "attributes";
constexpr uint32_t kMaxPercent = 100;

// Which attributes may be named somewhere.
enum class Naming : uint8_t {
  kAny,     // all
  kOne,     // not "attributes", which is many
  kMember,  // nor "current_address", which is chosen with its place
};

class SurvivorshipParser {
 public:
  explicit SurvivorshipParser(matching::SurvivorshipRules& rules) : rules_(rules) {}

  absl::Status Parse(const YAML::Node& root) {
    if (!root.IsMap()) {
      return InvalidArgument(Cat(Where(root), ": expected a map of attributes and rules"));
    }
    for (const auto& item : root) {
      const auto key = item.first.as<std::string>();
      if (!seen_.insert(key).second) {
        return InvalidArgument(Cat(Where(item.first), ": ", Quote(key), " is there twice"));
      }
      if (key == "groups") {
        WENSUM_RETURN_IF_ERROR(ParseEach(item.second, &SurvivorshipParser::ParseGroup));
      } else if (key == "trust") {
        WENSUM_RETURN_IF_ERROR(ParseEach(item.second, &SurvivorshipParser::ParseTrust));
      } else if (key == "quality") {
        WENSUM_RETURN_IF_ERROR(ParseEach(item.second, &SurvivorshipParser::ParseQuality));
      } else {
        WENSUM_RETURN_IF_ERROR(ParseAttribute(item.first, item.second));
      }
    }
    return CheckWhole(root);
  }

 private:
  absl::Status ParseEach(const YAML::Node& list, absl::Status (SurvivorshipParser::*one)(const YAML::Node&)) {
    if (!list.IsSequence()) {
      return InvalidArgument(Cat(Where(list), ": expected a list"));
    }
    for (const YAML::Node& item : list) {
      WENSUM_RETURN_IF_ERROR((this->*one)(item));
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<std::string> Attribute(const YAML::Node& node, Naming naming) {
    auto name = node.as<std::string>();
    if (matching::FieldOf(name).has_value() || (naming != Naming::kMember && name == kCurrentAddress) ||
        (naming == Naming::kAny && name == kAllAttributes)) {
      return name;
    }
    return InvalidArgument(
        Cat(Where(node), ": ", Quote(name), " is no attribute", naming == Naming::kAny ? "" : " that may stand here",
            "; known are name, date_of_birth, date_of_death, sex, ni_number, organisation_name, phones, emails, ",
            naming == Naming::kMember ? "" : "current_address, ", naming == Naming::kAny ? "attributes, " : "",
            "attributes.NAME"));
  }

  static absl::StatusOr<Rule> RuleAt(const YAML::Node& node) {
    const auto name = node.as<std::string>();
    std::string known;
    for (const Rule rule : matching::AllRules()) {
      if (name == matching::RuleName(rule)) {
        return rule;
      }
      AppendTo(known, known.empty() ? "" : ", ", matching::RuleName(rule));
    }
    return InvalidArgument(Cat(Where(node), ": unknown rule ", Quote(name), "; known are ", known));
  }

  // `attribute` is "" for a group.
  static absl::Status CheckRule(const YAML::Node& node, Rule rule, std::string_view attribute) {
    if (attribute == kCurrentAddress && (rule == Rule::kMin || rule == Rule::kMax)) {
      return InvalidArgument(Cat(Where(node), ": addresses have no order: take another rule than ", RuleName(rule)));
    }
    if (attribute.empty() && rule == Rule::kAggregate) {
      return InvalidArgument(Cat(Where(node), ": a group survives from one record: take another rule than aggregate"));
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<uint32_t> Number(const YAML::Node& node, uint32_t limit) {
    const auto number = node.as<int64_t>();
    if (number < 0 || number > int64_t{limit}) {
      return InvalidArgument(Cat(Where(node), ": ", number, " is not within 0 to ", limit));
    }
    return static_cast<uint32_t>(number);
  }

  static std::vector<std::string> Texts(const YAML::Node& node) {
    return node.IsScalar() ? std::vector{node.as<std::string>()} : node.as<std::vector<std::string>>();
  }

  static absl::StatusOr<std::vector<Condition>> Conditions(const YAML::Node& list, std::string_view attribute) {
    if (!list.IsSequence()) {
      return InvalidArgument(Cat(Where(list), ": expected a list of conditions"));
    }
    std::vector<Condition> conditions;
    for (const YAML::Node& item : list) {
      WENSUM_RETURN_IF_ERROR(CheckKeys(item, {"attribute", "present", "is", "rule"}));
      if (!item["attribute"] || !item["rule"] || bool(item["present"]) == bool(item["is"])) {
        return InvalidArgument(
            Cat(Where(item), ": a condition needs `attribute`, `rule` and either `present` or `is`"));
      }
      Condition& condition = conditions.emplace_back();
      WENSUM_ASSIGN_OR_RETURN(condition.attribute, Attribute(item["attribute"], Naming::kOne));
      WENSUM_ASSIGN_OR_RETURN(condition.rule, RuleAt(item["rule"]));
      WENSUM_RETURN_IF_ERROR(CheckRule(item["rule"], condition.rule, attribute));
      if (item["present"]) {
        condition.present = item["present"].as<bool>();
        continue;
      }
      condition.values = Texts(item["is"]);
      if (condition.values.empty() || condition.attribute == kCurrentAddress) {
        return InvalidArgument(
            Cat(Where(item["is"]), ": `is` needs at least one value, and an attribute other than current_address"));
      }
    }
    return conditions;
  }

  absl::Status ParseAttribute(const YAML::Node& key, const YAML::Node& value) {
    WENSUM_ASSIGN_OR_RETURN(const std::string attribute, Attribute(key, Naming::kAny));
    const YAML::Node& rule = value.IsMap() ? value["rule"] : value;
    if (value.IsMap()) {
      WENSUM_RETURN_IF_ERROR(CheckKeys(value, {"rule", "when"}));
      if (!value["rule"]) {
        return InvalidArgument(Cat(Where(value), ": `rule` is missing: what decides if no condition holds"));
      }
      if (value["when"]) {
        WENSUM_ASSIGN_OR_RETURN(rules_.conditions[attribute], Conditions(value["when"], attribute));
      }
    }
    WENSUM_ASSIGN_OR_RETURN(rules_.rules[attribute], RuleAt(rule));
    return CheckRule(rule, rules_.rules[attribute], attribute);
  }

  absl::Status ParseGroup(const YAML::Node& node) {
    WENSUM_RETURN_IF_ERROR(CheckKeys(node, {"name", "attributes", "rule", "when"}));
    if (!node["name"] || !node["attributes"] || !node["rule"] || !node["attributes"].IsSequence()) {
      return InvalidArgument(Cat(Where(node), ": a group needs `name`, a list of `attributes`, and `rule`"));
    }
    matching::AttributeGroup group;
    group.name = node["name"].as<std::string>();
    for (const matching::AttributeGroup& other : rules_.groups) {
      if (other.name == group.name) {
        return InvalidArgument(Cat(Where(node["name"]), ": there is a group ", Quote(group.name), " already"));
      }
    }
    for (const YAML::Node& item : node["attributes"]) {
      WENSUM_ASSIGN_OR_RETURN(std::string attribute, Attribute(item, Naming::kMember));
      const bool again = std::ranges::find(group.attributes, attribute) != group.attributes.end();
      if (again || StrategyOf(rules_, attribute).group != nullptr) {
        return InvalidArgument(Cat(Where(item), ": ", Quote(attribute), " is in a group already"));
      }
      group.attributes.push_back(std::move(attribute));
    }
    if (group.attributes.size() < 2) {
      return InvalidArgument(Cat(Where(node["attributes"]), ": a group has at least two attributes"));
    }
    WENSUM_ASSIGN_OR_RETURN(group.rule, RuleAt(node["rule"]));
    WENSUM_RETURN_IF_ERROR(CheckRule(node["rule"], group.rule, ""));
    if (node["when"]) {
      WENSUM_ASSIGN_OR_RETURN(group.conditions, Conditions(node["when"], ""));
    }
    rules_.groups.push_back(std::move(group));
    return absl::OkStatus();
  }

  absl::Status ParseTrust(const YAML::Node& node) {
    WENSUM_RETURN_IF_ERROR(CheckKeys(node, {"source", "attribute", "score", "half_life_days"}));
    matching::TrustEntry entry;
    if (!node["score"]) {
      return InvalidArgument(Cat(Where(node), ": `score` is missing, 0 to 100"));
    }
    WENSUM_ASSIGN_OR_RETURN(entry.score, Number(node["score"], kMaxPercent));
    if (node["half_life_days"]) {
      WENSUM_ASSIGN_OR_RETURN(entry.half_life_days, Number(node["half_life_days"], matching::kMaxHalfLifeDays));
    }
    if (node["attribute"]) {
      WENSUM_ASSIGN_OR_RETURN(entry.attribute, Attribute(node["attribute"], Naming::kAny));
    }
    if (node["source"]) {
      entry.source = node["source"].as<std::string>();
      if (std::ranges::find(rules_.source_order, entry.source) == rules_.source_order.end()) {
        return InvalidArgument(Cat(Where(node["source"]), ": ", Quote(entry.source), " is not among `sources`"));
      }
    }
    const auto same = [&entry](const matching::TrustEntry& other) {
      return other.source == entry.source && other.attribute == entry.attribute;
    };
    if (std::ranges::any_of(rules_.trust, same)) {
      return InvalidArgument(Cat(Where(node), ": the trust of this source and attribute is there already"));
    }
    rules_.trust.push_back(std::move(entry));
    return absl::OkStatus();
  }

  static absl::StatusOr<std::string> Date(const YAML::Node& node) {
    const auto text = node.as<std::string>();
    const auto date = model::PartialDate::Parse(text);
    if (!date.ok() || date->year == 0 || date->month == 0 || date->day == 0) {
      return InvalidArgument(Cat(Where(node), ": ", Quote(text), " is no date as YYYY-MM-DD"));
    }
    return date->ToString();
  }

  absl::Status ParseQuality(const YAML::Node& node) {
    WENSUM_RETURN_IF_ERROR(
        CheckKeys(node, {"attribute", "factor", "pattern", "requires", "not_one_of", "from", "until"}));
    const int tests = static_cast<int>(bool(node["pattern"])) + static_cast<int>(bool(node["requires"])) +
                      static_cast<int>(bool(node["not_one_of"])) +
                      static_cast<int>(bool(node["from"]) || bool(node["until"]));
    if (!node["attribute"] || !node["factor"] || tests != 1) {
      return InvalidArgument(Cat(Where(node), ": a quality rule needs `attribute`, `factor` and one test: ",
                                 "`pattern`, `requires`, `not_one_of`, or `from` and `until`"));
    }
    matching::QualityRule rule;
    WENSUM_ASSIGN_OR_RETURN(rule.attribute, Attribute(node["attribute"], Naming::kAny));
    WENSUM_ASSIGN_OR_RETURN(rule.factor, Number(node["factor"], kMaxPercent));
    if (node["pattern"]) {
      auto pattern = std::make_shared<re2::RE2>(node["pattern"].as<std::string>(), re2::RE2::Quiet);
      if (!pattern->ok()) {
        return InvalidArgument(Cat(Where(node["pattern"]), ": no pattern for RE2: ", pattern->error()));
      }
      rule.pattern = std::move(pattern);
    }
    if (node["requires"]) {
      for (const std::string& name : Texts(node["requires"])) {
        WENSUM_ASSIGN_OR_RETURN(std::string attribute, Attribute(YAML::Node(name), Naming::kOne));
        rule.required.push_back(std::move(attribute));
      }
    }
    if (node["not_one_of"]) {
      rule.sentinels = Texts(node["not_one_of"]);
    }
    if (node["from"]) {
      WENSUM_ASSIGN_OR_RETURN(rule.from, Date(node["from"]));
    }
    if (node["until"]) {
      WENSUM_ASSIGN_OR_RETURN(rule.until, Date(node["until"]));
    }
    rules_.quality.push_back(std::move(rule));
    return absl::OkStatus();
  }

  // What only shows when all is read.
  absl::Status CheckWhole(const YAML::Node& root) const {
    for (const auto& item : root) {
      const auto attribute = item.first.as<std::string>();
      if (rules_.rules.contains(attribute) && StrategyOf(rules_, attribute).group != nullptr) {
        return InvalidArgument(
            Cat(Where(item.first), ": ", Quote(attribute), " is in a group, which decides it: leave one out"));
      }
    }
    const std::vector<std::string> cycle = FindCycle(rules_);
    if (cycle.empty()) {
      return absl::OkStatus();
    }
    std::string names;
    for (const std::string& name : cycle) {
      AppendTo(names, name, " -> ");
    }
    return InvalidArgument(
        Cat(Where(CycleNode(root, cycle[0])), ": rules depend on each other in a circle: ", names, cycle[0]));
  }

  // Where the rule of an attribute stands.
  YAML::Node CycleNode(const YAML::Node& root, const std::string& attribute) const {
    const matching::AttributeGroup* const group = StrategyOf(rules_, attribute).group;
    if (group != nullptr) {
      return root["groups"][static_cast<size_t>(group - rules_.groups.data())];
    }
    return root[attribute] ? root[attribute] : root["attributes"];
  }

  matching::SurvivorshipRules& rules_;
  std::set<std::string> seen_;
};

}  // namespace

absl::Status ParseSurvivorship(const YAML::Node& node, matching::SurvivorshipRules& rules) {
  return SurvivorshipParser(rules).Parse(node);
}

}  // namespace wensum::registry
