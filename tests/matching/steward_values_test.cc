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

TEST_F(StewardValuesTest, PinnedValuesOfAListAreKeptAndComeFirstTheNewestPinBeforeTheOthers) {
  records_[0].details.phones = {"+443"};
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+441", "+442", "+443"}));
  Decide(StewardAct::kPin, 0, "phones", "+443");
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+443", "+441", "+442"}));
  EXPECT_EQ(LineageOf("phones").rule, Rule::kPin);
  EXPECT_EQ(LineageOf("phones").contributor, 0U);
  Decide(StewardAct::kPin, 0, "phones", "+442");
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+442", "+443", "+441"}));
  // By another rule the list is one record's, and what is pinned.
  rules_.rules["phones"] = Rule::kOldest;
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+442", "+443"}));
  EXPECT_EQ(LineageOf("phones").losing, (std::vector<LosingValue>{{"+441", 2}}));
  records_[2].details.phones = {"+441"};  // nobody holds the newest pin's any more
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+443"}));
}

TEST_F(StewardValuesTest, AnIgnoredValueIsNotPinned) {
  Decide(StewardAct::kPin, 2, "phones", "+442");
  Decide(StewardAct::kIgnore, 2, "phones", "+442");
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+441"}));
  records_[1].details.phones = {"+442"};
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+442", "+441"}));
}

TEST_F(StewardValuesTest, IdentifiersOfEachTypeAreAListOfTheirOwn) {
  records_[0].details.identifiers = {{"nhs", "1"}, {"staff", "1"}};
  records_[1].details.identifiers = {{"nhs", "2"}};
  Decide(StewardAct::kPin, 0, "identifiers.nhs", "1");
  EXPECT_EQ(Run().details.identifiers, (std::vector<model::Identifier>{{"nhs", "1"}, {"nhs", "2"}, {"staff", "1"}}));
  EXPECT_EQ(LineageOf("identifiers").value, "nhs:1");
  EXPECT_EQ(LineageOf("identifiers").decision, 1U);
  Decide(StewardAct::kIgnore, 0, "identifiers.staff", "1");
  Decide(StewardAct::kIgnore, 1, "identifiers.nhs", "2");
  EXPECT_EQ(Run().details.identifiers, (std::vector<model::Identifier>{{"nhs", "1"}}));
  EXPECT_EQ(LineageOf("identifiers").losing, (std::vector<LosingValue>{{"nhs:2", 1, true}}));
  EXPECT_EQ(Run().lineage.back().losing, (std::vector<LosingValue>{{"staff:1", 0, true}}));
  given_ = {};
  given_.identifiers = {{"nhs", "9"}};
  Decide(StewardAct::kOverride, 0, "", "");
  EXPECT_EQ(Run().details.identifiers, (std::vector<model::Identifier>{{"nhs", "9"}}));
  EXPECT_EQ(LineageOf("identifiers").rule, Rule::kOverride);
  EXPECT_EQ(LineageOf("identifiers").losing, (std::vector<LosingValue>{{"nhs:1", 0}, {"nhs:2", 1, true}}));
}

// Two records with homes; the second's is the newer one.
class StewardAddressTest : public StewardValuesTest {
 protected:
  StewardAddressTest() {
    records_[0].key.source = "old";
    Home(0, "1 High Street");
    Home(1, "2 Low Road");
  }
  model::PersonAddress& Home(size_t record, std::string text) {
    model::PersonAddress& address = records_[record].details.addresses.emplace_back();
    address.text = std::move(text);
    return address;
  }
  [[nodiscard]] std::vector<std::string> Homes() const {
    std::vector<std::string> texts;
    for (const model::PersonAddress& address : Run().details.addresses) {
      texts.push_back(address.text);
    }
    return texts;
  }
  std::string Current() {
    const GoldenRecord golden = Run();
    return golden.current_address < 0 ? "" : golden.details.addresses[0].text;
  }
};

TEST_F(StewardAddressTest, AnIgnoredAddressIsNowhereButAmongTheLosingValues) {
  EXPECT_EQ(Current(), "2 Low Road");
  Decide(StewardAct::kIgnore, 1, "current_address", "2 Low Road");
  EXPECT_EQ(Current(), "1 High Street");
  EXPECT_EQ(Homes(), (std::vector<std::string>{"1 High Street"}));
  EXPECT_EQ(LineageOf("current_address").losing, (std::vector<LosingValue>{{"2 Low Road", 1, true}}));
  // The list's name says the same, and shows it there. Then nothing is left.
  Decide(StewardAct::kIgnore, 0, "addresses", "1 High Street");
  EXPECT_EQ(Current(), "");
  EXPECT_TRUE(Homes().empty());
  EXPECT_EQ(LineageOf("addresses").losing, (std::vector<LosingValue>{{"1 High Street", 0, true}}));
  EXPECT_EQ(LineageOf("current_address").value, "");
  // Another record may say it.
  Home(2, "1 High Street");
  EXPECT_EQ(Current(), "1 High Street");
}

TEST_F(StewardAddressTest, AnIgnoredHomeSpeaksAgainstNoOther) {
  records_[0].key.source = "s";  // of one source: the newer record contradicts the older one
  EXPECT_EQ(LineageOf("current_address").losing.size(), 0U);
  Decide(StewardAct::kIgnore, 1, "current_address", "2 Low Road");
  EXPECT_EQ(Current(), "1 High Street");
}

TEST_F(StewardAddressTest, APinnedAddressIsTheCurrentOne) {
  Decide(StewardAct::kPin, 2, "current_address", "1 High Street");
  EXPECT_EQ(Current(), "1 High Street");
  const ValueLineage pinned = LineageOf("current_address");
  EXPECT_EQ(pinned.rule, Rule::kPin);
  EXPECT_EQ(pinned.decision, 1U);
  EXPECT_EQ(pinned.contributor, 0U);
  EXPECT_EQ(pinned.losing, (std::vector<LosingValue>{{"2 Low Road", 1}}));
  EXPECT_EQ(LineageOf("addresses").rule, Rule::kPin);
  EXPECT_EQ(Homes(), (std::vector<std::string>{"1 High Street", "2 Low Road"}));
  records_[0].details.addresses.clear();
  EXPECT_EQ(Current(), "2 Low Road");
  // One that is no home, or has an end, counts as one without.
  model::PersonAddress& former = Home(2, "1 High Street");
  former.role = model::AddressRole::kPrevious;
  former.to_date = {2020, 1, 1};
  EXPECT_EQ(Current(), "1 High Street");
  EXPECT_EQ(Run().details.addresses[0].role, model::AddressRole::kResidence);
  EXPECT_TRUE(Run().details.addresses[0].to_date.empty());
  EXPECT_EQ(Run().details.addresses.size(), 3U);  // as a former one it is there too
}

TEST_F(StewardAddressTest, APinWinsWhereTheRulesFindNobody) {
  rules_.rules["current_address"] = Rule::kUnanimous;
  EXPECT_EQ(Current(), "");
  EXPECT_EQ(LineageOf("current_address").losing.size(), 2U);
  Decide(StewardAct::kPin, 0, "addresses", "2 Low Road");
  EXPECT_EQ(Current(), "2 Low Road");
  EXPECT_EQ(LineageOf("current_address").losing, (std::vector<LosingValue>{{"1 High Street", 0}}));
}

TEST_F(StewardAddressTest, AGivenAddressIsTheCurrentOneAndLiesWhereItWasMatched) {
  given_ = {};
  given_.addresses.emplace_back().text = "The Old Forge";
  Decide(StewardAct::kOverride, 0, "", "");
  steward_[0].resolved = {.uprn = 7, .outcome = 1};
  EXPECT_EQ(Current(), "The Old Forge");
  EXPECT_EQ(Run().resolved_addresses[0].uprn, 7U);
  EXPECT_EQ(LineageOf("current_address").rule, Rule::kOverride);
  EXPECT_EQ(LineageOf("current_address").losing, (std::vector<LosingValue>{{"2 Low Road", 1}, {"1 High Street", 0}}));
  EXPECT_EQ(Homes(), (std::vector<std::string>{"The Old Forge", "2 Low Road", "1 High Street"}));
  // It rests while the rules choose another than they did.
  steward_[0].while_consolidated = true;
  EXPECT_EQ(Current(), "2 Low Road");
  steward_[0].consolidated = {{0b01, "2 Low Road"}};
  EXPECT_EQ(Current(), "The Old Forge");
  Decide(StewardAct::kIgnore, 1, "current_address", "2 Low Road");
  EXPECT_EQ(Current(), "1 High Street");
  // Without any record's address too.
  steward_.pop_back();
  given_.addresses[0].text = "The New Forge";
  Decide(StewardAct::kRecordOfTruth, 2, "", "");
  records_[0].details.addresses.clear();
  records_[1].details.addresses.clear();
  EXPECT_EQ(Homes(), (std::vector<std::string>{"The New Forge"}));
}

TEST_F(StewardAddressTest, ADecisionAboutAnAddressCountsForItsPurposesAlone) {
  records_[1].field_purposes = {{"addresses", 0b10}};
  for (model::SourceRecord& record : records_) {
    record.purposes = 0b11;
  }
  Decide(StewardAct::kIgnore, 1, "current_address", "2 Low Road");
  EXPECT_EQ(LineageOf("current_address", 0).losing.size(), 0U);  // who may not see it is not told
  EXPECT_EQ(LineageOf("current_address", 1).losing, (std::vector<LosingValue>{{"2 Low Road", 1, true}}));
  steward_[0].purposes = 0b01;
  EXPECT_EQ(LineageOf("current_address", 1).value, "2 Low Road");
  EXPECT_EQ(LineageOf("current_address", 0).value, "1 High Street");
}

}  // namespace
}  // namespace wensum::matching
