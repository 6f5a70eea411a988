// Every rule against a world that keeps it and one that breaks it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/strings.h"
#include "gazetteer/rules/register_check.h"
#include "gazetteer/rules/row_rules.h"
#include "gazetteer/rules/rule.h"
#include "tests/gazetteer/rules/rule_world.h"

namespace wensum::llpg {
namespace {

using model::GazetteerFormat;
using testing::IsEmpty;

std::vector<RuleCase> AllCases() {
  std::vector<RuleCase> cases;
  for (const auto& some : {StreetCases(), PropertyCases(), AddressCases(), OtherCases()}) {
    cases.insert(cases.end(), some.begin(), some.end());
  }
  return cases;
}

std::string Code(RuleId id) { return std::string(GetRule(id).code); }

std::set<std::string> Codes(const std::vector<Finding>& findings) {
  std::set<std::string> codes;
  for (const Finding& finding : findings) {
    codes.insert(Code(finding.rule));
  }
  return codes;
}

std::string Text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    AppendTo(text, "\n  ", Code(finding.rule), " line ", finding.origin.line, " ", finding.column, ": ",
             finding.message);
  }
  return text;
}

std::string CaseName(const testing::TestParamInfo<RuleCase>& info) {
  std::string name = Code(info.param.rule);
  std::ranges::replace_if(name, [](char c) { return !IsLetter(c) && !IsDigit(c); }, '_');
  return name;
}

class RuleCasesTest : public testing::TestWithParam<RuleCase> {
 protected:
  const Rule& rule_ = GetRule(GetParam().rule);

  // In the format at hand the breach is found as the rule grades it, or not at all if it does not apply.
  void ExpectBreach(GazetteerFormat format, bool alone) {
    World world;
    world.format = format;
    GetParam().breach(world);
    const std::vector<Finding> findings = world.Check();
    const Severity severity = rule_.SeverityFor(format);
    std::set<std::string> expected;
    if (severity != Severity::kOff) {
      expected.insert(Code(rule_.id));
    }
    for (const RuleId other : GetParam().also) {
      if (GetRule(other).SeverityFor(format) != Severity::kOff) {
        expected.insert(Code(other));
      }
    }
    if (alone) {
      EXPECT_EQ(Codes(findings), expected) << Text(findings);
    }
    int found = 0;
    for (const Finding& finding : findings) {
      EXPECT_TRUE(finding.message.ends_with('.')) << finding.message;
      EXPECT_NE(finding.message.find("; "), std::string::npos) << finding.message;
      if (finding.rule == rule_.id) {
        ++found;
        EXPECT_EQ(finding.severity, severity) << Text(findings);
        EXPECT_GT(finding.origin.line, 0U) << Text(findings);
      }
    }
    EXPECT_EQ(found > 0, severity != Severity::kOff) << Text(findings);
  }
};

TEST_P(RuleCasesTest, IsKept) {
  for (const GazetteerFormat format : {GazetteerFormat::kDtf73, GazetteerFormat::kAddressBasePremium2}) {
    World world;
    world.format = format;
    GetParam().keep(world);
    const std::vector<Finding> findings = world.Check();
    EXPECT_FALSE(Codes(findings).contains(Code(rule_.id))) << Text(findings);
    if (rule_.SeverityFor(format) != Severity::kOff) {
      EXPECT_THAT(findings, IsEmpty()) << Text(findings);
    }
  }
}

TEST_P(RuleCasesTest, IsBroken) {
  ExpectBreach(GazetteerFormat::kDtf73, rule_.local != Severity::kOff);
  ExpectBreach(GazetteerFormat::kAddressBasePremium2, rule_.local == Severity::kOff);
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleCasesTest, testing::ValuesIn(AllCases()), CaseName);

TEST(RuleRegistryTest, EveryRuleHasItsCases) {
  std::map<std::string, int> cases;
  for (const RuleCase& one : AllCases()) {
    ++cases[Code(one.rule)];
  }
  for (const Rule& rule : AllRules()) {
    // Those of files are tested where files are read: tests/services/health.
    EXPECT_EQ(cases[std::string(rule.code)], rule.scope == Scope::kFile ? 0 : 1) << rule.code;
  }
}

TEST(RuleRegistryTest, CodesAreUnique) {
  std::set<std::string> codes;
  for (const Rule& rule : AllRules()) {
    EXPECT_TRUE(codes.insert(std::string(rule.code)).second) << rule.code;
    for (const std::string_view alias : Split(rule.aliases, ' ')) {
      EXPECT_TRUE(alias.empty() || codes.insert(std::string(alias)).second) << alias;
      EXPECT_TRUE(alias.empty() || FindRule(alias) == &rule) << alias;
    }
    EXPECT_EQ(FindRule(ToLowerAscii(rule.code)), &rule);
    EXPECT_FALSE(rule.requirement.empty() || rule.requirement.ends_with('.')) << rule.code;
    EXPECT_FALSE(rule.mend.empty() || rule.mend.ends_with('.')) << rule.code;
    EXPECT_FALSE(rule.local == Severity::kOff && rule.addressbase == Severity::kOff) << rule.code;
  }
  EXPECT_EQ(FindRule("AAU99.1"), nullptr);
  EXPECT_EQ(FindRule(""), nullptr);
}

TEST(RuleWorldTest, HasNoFault) {
  for (const GazetteerFormat format : {GazetteerFormat::kDtf73, GazetteerFormat::kAddressBasePremium2}) {
    World world;
    world.format = format;
    EXPECT_THAT(world.Check(), IsEmpty()) << Text(world.Check());
  }
}

}  // namespace

void PrintTo(const RuleCase& one, std::ostream* out) { *out << GetRule(one.rule).code; }

}  // namespace wensum::llpg
