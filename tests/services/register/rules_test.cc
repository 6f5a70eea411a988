#include "services/register/rules.h"

#include <gtest/gtest.h>

#include <string>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::registry {
namespace {

using matching::Rule;

constexpr std::string_view kHead = "purposes: [p]\nsources: [{name: a}, {name: b}]\nsurvivorship:\n";

TEST(RegisterRulesTest, AllOfSurvivorshipIsRead) {
  const auto rules = ParseRegisterRules(Cat(kHead, R"(  phones: aggregate
  sex: {rule: frequency, when: [{attribute: date_of_death, present: true, rule: oldest}]}
  attributes.band:
    rule: trust
    when:
      - {attribute: attributes.tenure, is: council, rule: min}
      - {attribute: attributes.tenure, is: [private, other], rule: max}
  groups:
    - {name: birth, attributes: [date_of_birth, attributes.birth_place], rule: most_complete}
  trust:
    - {source: b, attribute: attributes, score: 90, half_life_days: 365}
    - {score: 10}
  quality:
    - {attribute: ni_number, factor: 0, pattern: '[A-Z]{2}[0-9]{6}[A-D]'}
    - {attribute: date_of_birth, factor: 20, not_one_of: [1900-01-01]}
    - {attribute: date_of_birth, factor: 10, from: 1900-01-01, until: 2100-01-01}
    - {attribute: ni_number, factor: 50, requires: [date_of_birth, current_address]}
)"));
  ASSERT_TRUE(rules.ok()) << rules.status();
  const matching::SurvivorshipRules& survivorship = rules->configured_survivorship;
  EXPECT_EQ(StrategyOf(survivorship, "sex").rule, Rule::kFrequency);
  ASSERT_EQ(StrategyOf(survivorship, "sex").conditions.size(), 1U);
  EXPECT_EQ(StrategyOf(survivorship, "sex").conditions[0].rule, Rule::kOldest);
  ASSERT_EQ(StrategyOf(survivorship, "attributes.band").conditions.size(), 2U);
  EXPECT_EQ(StrategyOf(survivorship, "attributes.band").conditions[1].values,
            (std::vector<std::string>{"private", "other"}));
  EXPECT_EQ(StrategyOf(survivorship, "attributes.birth_place").group, &survivorship.groups[0]);
  EXPECT_EQ(survivorship.trust[0].score, 90U);
  EXPECT_EQ(survivorship.trust[0].half_life_days, 365U);
  ASSERT_EQ(survivorship.quality.size(), 4U);
  EXPECT_EQ(survivorship.quality[2].from, "1900-01-01");
  EXPECT_EQ(survivorship.quality[3].required, (std::vector<std::string>{"date_of_birth", "current_address"}));
}

TEST(RegisterRulesTest, FaultsNameLineAndColumn) {
  struct Case {
    std::string yaml;
    std::string_view says;
  };
  for (const Case& wrong : {
           Case{"  shoes: recency\n", "line 4, column 3: \"shoes\" is no attribute"},
           Case{"  sex: newest\n", "line 4, column 8: unknown rule \"newest\"; known are recency, source_priority"},
           Case{"  sex: {rule: min, wen: []}\n", "line 4, column 20: unknown key \"wen\""},
           Case{"  sex: {when: []}\n", "line 4, column 8: `rule` is missing"},
           Case{"  sex: min\n  sex: max\n", "line 5, column 3: \"sex\" is there twice"},
           Case{"  current_address: max\n", "line 4, column 20: addresses have no order"},
           Case{"  sex: {rule: min, when: [{attribute: sex, present: true, rule: max}]}\n", "in a circle: sex -> sex"},
           Case{"  sex: {rule: min, when: [{attribute: name, present: true, rule: max}]}\n"
                "  name: {rule: min, when: [{attribute: sex, present: true, rule: max}]}\n",
                "in a circle: name -> sex -> name"},
           Case{"  sex: {rule: min, when: [{attribute: attributes, present: true, rule: max}]}\n",
                "line 4, column 39: \"attributes\" is no attribute that may stand here"},
           Case{"  groups: [{name: g, attributes: [sex, name], rule: min}, {name: h, attributes: [phones, sex], rule: "
                "max}]\n",
                "line 4, column 90: \"sex\" is in a group already"},
           Case{"  groups: [{name: g, attributes: [sex], rule: min}]\n", "a group has at least two attributes"},
           Case{"  groups: [{name: g, attributes: [sex, name], rule: aggregate}]\n", "survives from one record"},
           Case{"  sex: min\n  groups: [{name: g, attributes: [sex, name], rule: min}]\n",
                "line 4, column 3: \"sex\" is in a group, which decides it"},
           Case{"  groups: [{name: g, attributes: [sex, name], rule: min, when: [{attribute: name, present: true, "
                "rule: max}]}]\n",
                "in a circle"},
           Case{"  trust: [{source: c, score: 5}]\n", "line 4, column 20: \"c\" is not among `sources`"},
           Case{"  trust: [{score: 101}]\n", "line 4, column 19: 101 is not within 0 to 100"},
           Case{"  trust: [{score: 1}, {score: 2}]\n", "is there already"},
           Case{"  quality: [{attribute: sex, factor: 1}]\n", "line 4, column 13: a quality rule needs"},
           Case{"  quality: [{attribute: sex, factor: 1, pattern: '('}]\n", "line 4, column 50: no pattern for RE2"},
           Case{"  quality: [{attribute: sex, factor: 1, from: '1980'}]\n", "is no date as YYYY-MM-DD"},
       }) {
    const auto rules = ParseRegisterRules(Cat(kHead, wrong.yaml));
    ASSERT_FALSE(rules.ok()) << wrong.yaml;
    EXPECT_NE(Message(rules.status()).find(wrong.says), std::string_view::npos)
        << wrong.yaml << Message(rules.status());
  }
}

}  // namespace
}  // namespace wensum::registry
