#include "matching/survive/rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace wensum::matching {
namespace {

constexpr std::array<std::pair<Rule, std::string_view>, 15> kRuleNames = {{
    {Rule::kRecency, "recency"},
    {Rule::kSourcePriority, "source_priority"},
    {Rule::kAggregate, "aggregate"},
    {Rule::kOldest, "oldest"},
    {Rule::kFrequency, "frequency"},
    {Rule::kLongest, "longest"},
    {Rule::kShortest, "shortest"},
    {Rule::kMostComplete, "most_complete"},
    {Rule::kMin, "min"},
    {Rule::kMax, "max"},
    {Rule::kUnanimous, "unanimous"},
    {Rule::kTrust, "trust"},
    {Rule::kPin, "pin"},
    {Rule::kOverride, "override"},
    {Rule::kRecordOfTruth, "record_of_truth"},
}};

constexpr auto kAllRules = [] {
  std::array<Rule, static_cast<size_t>(Rule::kTrust)> rules{};
  for (size_t i = 0; i < rules.size(); ++i) {
    rules[i] = kRuleNames[i].first;
  }
  return rules;
}();

std::string_view WithoutName(std::string_view attribute) { return attribute.substr(0, attribute.find('.')); }

// Depth first from one attribute after the other.
class CycleSearch {
 public:
  explicit CycleSearch(const SurvivorshipRules& rules) : rules_(rules) {}

  // True if `path_` now ends in a cycle.
  bool From(const std::string& attribute) {
    if (const auto again = std::find(path_.begin(), path_.end(), attribute); again != path_.end()) {
      path_.erase(path_.begin(), again);
      return true;
    }
    if (!visited_.insert(attribute).second) {
      return false;
    }
    path_.push_back(attribute);
    const Strategy strategy = StrategyOf(rules_, attribute);
    for (const Condition& condition : strategy.conditions) {
      // Attributes of a group are decided at once: who depends on one of them depends on all.
      if (strategy.group != nullptr && StrategyOf(rules_, condition.attribute).group == strategy.group) {
        path_ = {attribute, condition.attribute};
        return true;
      }
      if (From(condition.attribute)) {
        return true;
      }
    }
    path_.pop_back();
    return false;
  }

  [[nodiscard]] const std::vector<std::string>& path() const { return path_; }

 private:
  const SurvivorshipRules& rules_;
  std::vector<std::string> path_;
  std::set<std::string> visited_;
};

}  // namespace

std::string_view RuleName(Rule rule) {
  const auto* const found = std::ranges::find(kRuleNames, rule, &std::pair<Rule, std::string_view>::first);
  return found == kRuleNames.end() ? std::string_view() : found->second;
}

std::span<const Rule> AllRules() { return kAllRules; }

Rule DefaultRule(std::string_view attribute) {
  if (attribute == "date_of_birth" || attribute == "date_of_death" || attribute == "ni_number" ||
      attribute == "organisation_name") {
    return Rule::kSourcePriority;
  }
  return attribute == "phones" || attribute == "emails" ? Rule::kAggregate : Rule::kRecency;
}

Strategy StrategyOf(const SurvivorshipRules& rules, std::string_view attribute) {
  for (const AttributeGroup& group : rules.groups) {
    if (std::ranges::find(group.attributes, attribute) != group.attributes.end()) {
      return {.rule = group.rule, .group = &group, .conditions = group.conditions};
    }
  }
  if (rules.rules.empty() && rules.conditions.empty()) {
    return {.rule = DefaultRule(WithoutName(attribute)), .group = nullptr, .conditions = {}};
  }
  auto rule = rules.rules.find(attribute);
  auto conditions = rules.conditions.find(attribute);
  if (rule == rules.rules.end() && conditions == rules.conditions.end()) {
    attribute = WithoutName(attribute);
    rule = rules.rules.find(attribute);
    conditions = rules.conditions.find(attribute);
  }
  Strategy strategy;
  strategy.rule = rule == rules.rules.end() ? DefaultRule(attribute) : rule->second;
  if (conditions != rules.conditions.end()) {
    strategy.conditions = conditions->second;
  }
  return strategy;
}

std::vector<std::string> FindCycle(const SurvivorshipRules& rules) {
  CycleSearch search(rules);
  for (const auto& [attribute, conditions] : rules.conditions) {
    if (search.From(attribute)) {
      return search.path();
    }
  }
  for (const AttributeGroup& group : rules.groups) {
    for (const std::string& attribute : group.attributes) {
      if (search.From(attribute)) {
        return search.path();
      }
    }
  }
  return {};
}

}  // namespace wensum::matching
