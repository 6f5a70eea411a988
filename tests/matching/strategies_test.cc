// Each rule alone, by example; survivorship_random_test.cc has them together.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <memory>
#include <string>
#include <vector>

#include "matching/survive/survivorship.h"

namespace wensum::matching {
namespace {

constexpr TimeMicros kDay = 86'400'000'000;

class StrategiesTest : public testing::Test {
 protected:
  StrategiesTest() { records_.reserve(8); }

  model::SourceRecord& Add(std::string source, int64_t day, std::string band = "") {
    model::SourceRecord& record = records_.emplace_back();
    record.key = {std::move(source), std::to_string(records_.size()), 0};
    record.source_time = day * kDay;
    if (!band.empty()) {
      record.details.attributes.push_back({"band", std::move(band)});
    }
    return record;
  }
  [[nodiscard]] GoldenRecord Run() const {
    std::vector<Contributor> contributors;
    for (const model::SourceRecord& record : records_) {
      contributors.push_back({&record, {}});
    }
    return Survive(contributors, rules_, 0);
  }
  ValueLineage LineageOf(std::string_view field) const {
    for (const ValueLineage& lineage : Run().lineage) {
      if (lineage.field == field) {
        return lineage;
      }
    }
    return {};
  }
  std::string Band(Rule rule) {
    rules_.rules["attributes.band"] = rule;
    return LineageOf("attributes.band").value;
  }

  std::vector<model::SourceRecord> records_;
  SurvivorshipRules rules_{
      .rules = {}, .source_order = {"a", "b", "c"}, .conditions = {}, .groups = {}, .trust = {}, .quality = {}};
};

TEST_F(StrategiesTest, EachRuleHasItsWinner) {
  Add("c", 30, "10");
  Add("b", 10, "9");
  Add("a", 20, "Zürich");
  Add("b", 40, "9");
  Add("c", 25, "10");
  Add("a", 24, "10");
  EXPECT_EQ(Band(Rule::kRecency), "9");
  EXPECT_EQ(Band(Rule::kOldest), "9");
  EXPECT_EQ(Band(Rule::kSourcePriority), "10");  // of a: the newest
  EXPECT_EQ(Band(Rule::kFrequency), "10");       // c and a, against b twice
  EXPECT_EQ(Band(Rule::kLongest), "Zürich");
  EXPECT_EQ(Band(Rule::kShortest), "9");
  EXPECT_EQ(Band(Rule::kMin), "9");  // by value
  EXPECT_EQ(Band(Rule::kMax), "Zürich");
  EXPECT_EQ(Band(Rule::kUnanimous), "");
  EXPECT_EQ(LineageOf("attributes.band").losing.size(), 3U);
}

TEST_F(StrategiesTest, FrequencyCountsSourcesNotRecords) {
  Add("c", 1, "x");
  Add("c", 2, "x");
  Add("c", 3, "x");
  Add("b", 4, "y");
  Add("a", 5, "y");
  EXPECT_EQ(Band(Rule::kFrequency), "y");
}

TEST_F(StrategiesTest, MostCompleteCountsTheParts) {
  Add("a", 9).details.name = {"", "", "Smith", "", ""};
  Add("b", 1).details.name = {"Dr", "Mary", "Smith", "", ""};
  rules_.rules["name"] = Rule::kMostComplete;
  EXPECT_EQ(LineageOf("person_name").value, "Dr Mary Smith");
}

TEST_F(StrategiesTest, TrustHalvesWithAgeAgainstTheNewestRecord) {
  Add("a", 0, "old");
  Add("b", 100, "new");
  rules_.trust = {{"a", "", 80, 100}, {"b", "", 50, 0}};
  EXPECT_EQ(Band(Rule::kTrust), "new");  // 40 against 50
  rules_.trust[0].half_life_days = 200;  // 60 against 50
  EXPECT_EQ(Band(Rule::kTrust), "old");
  rules_.quality.push_back({.attribute = "attributes", .factor = 50, .sentinels = {"old"}});
  EXPECT_EQ(Band(Rule::kTrust), "new");
  // The same with all dates a thousand days later: there is no clock in it.
  rules_.quality.clear();
  for (model::SourceRecord& record : records_) {
    record.source_time += 1000 * kDay;
  }
  EXPECT_EQ(Band(Rule::kTrust), "old");
}

TEST_F(StrategiesTest, AConditionLooksAtTheGoldenValueOfAnotherAttribute) {
  Add("a", 1, "first").details.sex = model::Sex::kFemale;
  Add("b", 2, "second");
  rules_.rules["attributes.band"] = Rule::kRecency;
  rules_.conditions["attributes.band"] = {{"sex", true, {"male"}, Rule::kMax},
                                          {"date_of_death", false, {}, Rule::kOldest}};
  EXPECT_EQ(LineageOf("attributes.band").value, "first");
  EXPECT_EQ(LineageOf("attributes.band").rule, Rule::kOldest);
  records_[1].details.date_of_death = {2020, 1, 1};
  EXPECT_EQ(LineageOf("attributes.band").value, "second");
}

TEST_F(StrategiesTest, AGroupSurvivesFromOneRecordEvenWhereThatHasNoValue) {
  Add("a", 1, "A").details.ni_number = "AB123456C";
  Add("b", 2, "B");
  rules_.groups = {{"money", {"ni_number", "attributes.band"}, Rule::kRecency, {}}};
  const GoldenRecord golden = Run();
  EXPECT_EQ(golden.details.ni_number, "");
  EXPECT_EQ(golden.details.attributes, (std::vector<model::Attribute>{{"band", "B"}}));
  EXPECT_EQ(LineageOf("ni_number").losing, (std::vector<LosingValue>{{"AB123456C", 0}}));
}

TEST_F(StrategiesTest, TheCurrentAddressFollowsItsRule) {
  Add("a", 1).details.addresses.emplace_back().text = "1 High Street, Norwich";
  Add("b", 2).details.addresses.emplace_back().text = "2 High Street, Norwich";
  Add("c", 3).details.addresses.emplace_back().text = "1 High Street, Norwich";
  rules_.rules["current_address"] = Rule::kFrequency;
  EXPECT_EQ(LineageOf("current_address").value, "1 High Street, Norwich");
  rules_.rules["current_address"] = Rule::kUnanimous;
  EXPECT_EQ(Run().current_address, -1);
  EXPECT_EQ(Run().details.addresses.size(), 2U);
}

TEST_F(StrategiesTest, TheStepThatDecidesIsTold) {
  const Contender first{"a", "1", 10, 10};
  const Contender second{"b", "1", 10, 10};
  EXPECT_EQ(DecidingStepOf(Rule::kRecency, false, first, second), DecidingStep::kSourceRank);
  EXPECT_EQ(DecidingStepOf(Rule::kSourcePriority, false, first, second), DecidingStep::kRule);
  EXPECT_EQ(DecidingStepOf(Rule::kRecency, false, first, {"b", "1", 9, 9}), DecidingStep::kRule);
  EXPECT_EQ(DecidingStepOf(Rule::kLongest, false, first, second), DecidingStep::kRule);
  EXPECT_EQ(DecidingStepOf(Rule::kLongest, true, first, second), DecidingStep::kSourceRank);
  EXPECT_EQ(DecidingStepOf(Rule::kLongest, true, first, {"a", "1", 9, 9}), DecidingStep::kSourceDate);
  EXPECT_EQ(DecidingStepOf(Rule::kLongest, true, first, {"a", "2", 10, 10}), DecidingStep::kSourceKey);
  EXPECT_EQ(DecidingStepOf(Rule::kLongest, true, first, first), DecidingStep::kIncarnation);
}

TEST_F(StrategiesTest, RulesThatDependOnThemselvesAreFound) {
  rules_.conditions["sex"] = {{"name", true, {}, Rule::kOldest}};
  EXPECT_TRUE(FindCycle(rules_).empty());
  rules_.conditions["name"] = {{"attributes.band", true, {}, Rule::kOldest}};
  EXPECT_TRUE(FindCycle(rules_).empty());
  rules_.groups = {{"g", {"sex", "attributes.band"}, Rule::kOldest, {{"phones", true, {}, Rule::kRecency}}}};
  EXPECT_TRUE(FindCycle(rules_).empty());  // the group's conditions count, not those of sex
  rules_.groups[0].conditions[0].attribute = "name";
  EXPECT_FALSE(FindCycle(rules_).empty());
  rules_.groups[0].conditions[0].attribute = "sex";
  EXPECT_FALSE(FindCycle(rules_).empty());
}

}  // namespace
}  // namespace wensum::matching
