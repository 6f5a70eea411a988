#include "matching/survive/steward_values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "matching/survive/survivorship.h"

namespace wensum::matching {
namespace {

class StewardValuesTest : public testing::Test {
 protected:
  StewardValuesTest() {
    records_.resize(3);
    for (size_t i = 0; i < records_.size(); ++i) {
      records_[i].key = {"s", std::to_string(i), 0};
      records_[i].source_time = static_cast<TimeMicros>(10 + i);
    }
    records_[0].details.ni_number = "AB123456C";
    records_[1].details.ni_number = "CE123456D";
    records_[2].details.phones = {"+441", "+442"};
    given_.ni_number = "TN000000A";
    given_.phones = {"+443", "+441"};
  }
  [[nodiscard]] GoldenRecord Run(int purpose = 0) const { return Survive(Contributors(), rules_, purpose, steward_); }
  [[nodiscard]] std::vector<Contributor> Contributors() const {
    std::vector<Contributor> contributors;
    for (const model::SourceRecord& record : records_) {
      contributors.push_back({&record, {}});
    }
    return contributors;
  }
  ValueLineage LineageOf(std::string_view field, int purpose = 0) const {
    for (const ValueLineage& lineage : Run(purpose).lineage) {
      if (lineage.field == field) {
        return lineage;
      }
    }
    return {};
  }
  // The newest first.
  void Decide(StewardAct act, uint32_t contributor, std::string attribute, std::string value) {
    steward_.insert(steward_.begin(), {.decision = steward_.size() + 1,
                                       .act = act,
                                       .contributor = contributor,
                                       .attribute = std::move(attribute),
                                       .value = std::move(value),
                                       .details = act >= StewardAct::kOverride ? &given_ : nullptr});
  }

  std::vector<model::SourceRecord> records_;
  model::PersonDetails given_;
  std::vector<StewardValue> steward_;
  SurvivorshipRules rules_{.rules = {{"ni_number", Rule::kRecency}},
                           .source_order = {"s"},
                           .conditions = {},
                           .groups = {},
                           .trust = {},
                           .quality = {}};
};

TEST_F(StewardValuesTest, APinWinsWhileAContributorHoldsTheValue) {
  EXPECT_EQ(LineageOf("ni_number").value, "CE123456D");
  Decide(StewardAct::kPin, 2, "ni_number", "AB123456C");
  const ValueLineage pinned = LineageOf("ni_number");
  EXPECT_EQ(pinned.value, "AB123456C");
  EXPECT_EQ(pinned.rule, Rule::kPin);
  EXPECT_EQ(pinned.decision, 1U);
  EXPECT_EQ(pinned.contributor, 0U);
  EXPECT_EQ(pinned.losing, (std::vector<LosingValue>{{"CE123456D", 1}}));
  EXPECT_EQ(Run().details.ni_number, "AB123456C");
  records_[0].details.ni_number.clear();
  EXPECT_EQ(LineageOf("ni_number").rule, Rule::kRecency);
  EXPECT_EQ(Run().details.ni_number, "CE123456D");
}

TEST_F(StewardValuesTest, AnIgnoredValueNeverWinsAndIsShown) {
  Decide(StewardAct::kIgnore, 1, "ni_number", "CE123456D");
  EXPECT_EQ(LineageOf("ni_number").value, "AB123456C");
  EXPECT_EQ(LineageOf("ni_number").losing, (std::vector<LosingValue>{{"CE123456D", 1, true}}));
  Decide(StewardAct::kIgnore, 0, "ni_number", "AB123456C");
  EXPECT_EQ(Run().details.ni_number, "");
  EXPECT_EQ(LineageOf("ni_number").losing, (std::vector<LosingValue>{{"CE123456D", 1, true}, {"AB123456C", 0, true}}));
  // Of a list one value; another record may hold it.
  Decide(StewardAct::kIgnore, 2, "phones", "+441");
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+442"}));
  records_[0].details.phones = {"+441"};
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+442", "+441"}));
}

TEST_F(StewardValuesTest, TruthBeatsOverridesBeatPins) {
  Decide(StewardAct::kRecordOfTruth, 0, "", "");
  Decide(StewardAct::kOverride, 0, "", "");
  Decide(StewardAct::kPin, 0, "ni_number", "AB123456C");
  EXPECT_EQ(LineageOf("ni_number").rule, Rule::kRecordOfTruth);
  EXPECT_EQ(LineageOf("ni_number").losing, (std::vector<LosingValue>{{"AB123456C", 0}, {"CE123456D", 1}}));
  steward_.pop_back();
  EXPECT_EQ(LineageOf("ni_number").rule, Rule::kOverride);
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+443", "+441"}));
  EXPECT_EQ(LineageOf("phones").losing, (std::vector<LosingValue>{{"+442", 2}}));
}

TEST_F(StewardValuesTest, AValueIsForItsPurposesAlone) {
  records_[0].field_purposes = {{"ni_number", 0b10}};
  Decide(StewardAct::kOverride, 0, "", "");
  EXPECT_EQ(LineageOf("ni_number", 0).value, "CE123456D");  // those of the field at the record
  EXPECT_EQ(LineageOf("ni_number", 1).value, "TN000000A");
  steward_[0].purposes = 0b01;
  EXPECT_EQ(LineageOf("ni_number", 0).value, "TN000000A");
  EXPECT_EQ(LineageOf("ni_number", 1).value, "CE123456D");
  const std::vector<GoldenView> views = SurviveForPurposes(Contributors(), rules_, 2, steward_);
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[0].golden.details.ni_number, "TN000000A");
  EXPECT_EQ(views[1].golden.details.ni_number, "CE123456D");
}

TEST_F(StewardValuesTest, AnOverrideMayLastUntilTheConsolidatedValueChanges) {
  given_.phones.clear();
  Decide(StewardAct::kOverride, 0, "", "");
  steward_[0].while_consolidated = true;
  steward_[0].consolidated = {{0b01, "CE123456D"}};
  EXPECT_EQ(Run().details.ni_number, "TN000000A");
  records_[1].details.ni_number = "ZZ123456A";
  EXPECT_EQ(Run().details.ni_number, "ZZ123456A");
}

}  // namespace
}  // namespace wensum::matching
