#include <algorithm>
#include <array>

#include "base/strings.h"
#include "gazetteer/rules/other_rule_table.h"
#include "gazetteer/rules/property_rule_table.h"
#include "gazetteer/rules/rule.h"
#include "gazetteer/rules/street_rule_table.h"

namespace wensum::llpg {
namespace {

constexpr std::array<Rule, kRuleCount> JoinTables() {
  std::array<Rule, kRuleCount> rules{};
  auto out = rules.begin();
  out = std::ranges::copy(rule_table::kFileRules, out).out;
  out = std::ranges::copy(rule_table::kStreetRules, out).out;
  out = std::ranges::copy(rule_table::kPropertyRules, out).out;
  out = std::ranges::copy(rule_table::kAddressRules, out).out;
  std::ranges::copy(rule_table::kOtherRules, out);
  return rules;
}
constexpr std::array<Rule, kRuleCount> kRules = JoinTables();

constexpr bool InOrder() {
  for (size_t i = 0; i < kRuleCount; ++i) {
    if (static_cast<size_t>(kRules[i].id) != i) {
      return false;
    }
  }
  return true;
}
static_assert(InOrder(), "the tables list the rules in the order of RuleId, each once");

}  // namespace

std::string_view SeverityName(Severity severity) {
  constexpr std::array<std::string_view, 4> kNames = {"off", "warning", "error", "reject"};
  return kNames[static_cast<size_t>(severity)];
}

std::string_view ScopeName(Scope scope) {
  constexpr std::array<std::string_view, 5> kNames = {"row", "street", "property", "register", "file"};
  return kNames[static_cast<size_t>(scope)];
}

Severity Rule::SeverityFor(model::GazetteerFormat format) const {
  const bool published =
      format == model::GazetteerFormat::kAddressBasePremium1 || format == model::GazetteerFormat::kAddressBasePremium2;
  return published ? addressbase : local;
}

std::span<const Rule> AllRules() { return kRules; }

const Rule& GetRule(RuleId id) { return kRules[static_cast<size_t>(id)]; }

const Rule* FindRule(std::string_view code) {
  for (const Rule& rule : kRules) {
    if (EqualsIgnoreCaseAscii(rule.code, code)) {
      return &rule;
    }
    for (const std::string_view alias : Split(rule.aliases, ' ')) {
      if (!alias.empty() && EqualsIgnoreCaseAscii(alias, code)) {
        return &rule;
      }
    }
  }
  return nullptr;
}

}  // namespace wensum::llpg
