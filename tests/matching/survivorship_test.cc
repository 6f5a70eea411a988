#include "matching/survive/survivorship.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::matching {
namespace {

constexpr TimeMicros kDay = 86'400'000'000;

class SurviveTest : public testing::Test {
 protected:
  SurviveTest() { records_.reserve(16); }

  model::SourceRecord& Add(std::string source, std::string key, int64_t day) {
    model::SourceRecord& record = records_.emplace_back();
    record.key = {std::move(source), std::move(key), 0};
    record.source_time = day * kDay;
    return record;
  }
  static void AddResidence(model::SourceRecord& record, std::string text) {
    record.details.addresses.emplace_back().text = std::move(text);
  }
  [[nodiscard]] std::vector<Contributor> Contributors() const {
    std::vector<Contributor> contributors;
    for (const model::SourceRecord& record : records_) {
      contributors.push_back({&record, {}});
    }
    return contributors;
  }
  [[nodiscard]] GoldenRecord Run(int purpose = 0) const { return Survive(Contributors(), rules_, purpose); }
  static const ValueLineage* LineageOf(const GoldenRecord& golden, std::string_view field) {
    for (const ValueLineage& lineage : golden.lineage) {
      if (lineage.field == field) {
        return &lineage;
      }
    }
    return nullptr;
  }

  std::vector<model::SourceRecord> records_;
  SurvivorshipRules rules_{{}, {"benefits", "housing"}};
};

TEST_F(SurviveTest, TheNewestNameSurvivesWholeAndTheOtherBecomesAnOtherName) {
  Add("housing", "1", 10).details.name = {"Miss", "Mary", "Brown", "", ""};
  Add("library", "1", 20).details.name = {"", "Mary Ann", "Smith", "", ""};
  const GoldenRecord golden = Run();
  EXPECT_EQ(golden.details.name, records_[1].details.name);  // no title borrowed
  EXPECT_EQ(golden.details.other_names, std::vector<model::PersonName>{records_[0].details.name});
  const ValueLineage* lineage = LineageOf(golden, "person_name");
  ASSERT_NE(lineage, nullptr);
  EXPECT_EQ(lineage->value, "Mary Ann Smith");
  EXPECT_EQ(lineage->contributor, 1U);
  EXPECT_EQ(lineage->losing, (std::vector<LosingValue>{{"Miss Mary Brown", 0}}));
}

TEST_F(SurviveTest, DatesComeFromTheBestSourceThatHasOne) {
  Add("library", "1", 30).details.date_of_birth = {1980, 5, 17};
  Add("benefits", "1", 5);
  Add("housing", "1", 10).details.date_of_birth = {1980, 5, 18};
  const GoldenRecord golden = Run();
  EXPECT_EQ(golden.details.date_of_birth, records_[2].details.date_of_birth);
  EXPECT_EQ(LineageOf(golden, "date_of_birth")->losing, (std::vector<LosingValue>{{"1980-05-17", 0}}));
  rules_.rules["date_of_birth"] = Rule::kRecency;
  EXPECT_EQ(Run().details.date_of_birth, records_[0].details.date_of_birth);
}

TEST_F(SurviveTest, PhonesAreGatheredNewestFirstUnlessOneRecordIsToWin) {
  Add("housing", "1", 10).details.phones = {"+441", "+442"};
  Add("library", "1", 20).details.phones = {"+443", "+441"};
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+443", "+441", "+442"}));
  rules_.rules["phones"] = Rule::kSourcePriority;
  EXPECT_EQ(Run().details.phones, (std::vector<std::string>{"+441", "+442"}));
}

TEST_F(SurviveTest, TheTieBreakChainIsTotal) {
  const auto winner = [&] { return LineageOf(Run(), "sex")->contributor; };
  for (const auto& [source, key] : std::vector<std::pair<std::string, std::string>>{
           {"zoo", "1"}, {"zoo", "0"}, {"library", "9"}, {"library", "5"}, {"housing", "2"}, {"benefits", "3"}}) {
    Add(source, key, 10).details.sex = source == "zoo" ? model::Sex::kMale : model::Sex::kFemale;
  }
  EXPECT_EQ(winner(), 5U);  // source rank
  records_.pop_back();
  EXPECT_EQ(winner(), 4U);
  records_.pop_back();
  EXPECT_EQ(winner(), 3U);  // unranked sources by name, then key
  records_.erase(records_.begin() + 2, records_.end());
  EXPECT_EQ(winner(), 1U);
  records_[0].key.key = records_[1].key.key;
  records_[0].key.incarnation = 1;
  EXPECT_EQ(winner(), 0U);  // the newer incarnation
  records_[1].source_time += 1;
  EXPECT_EQ(winner(), 1U);  // recency first of all
}

TEST_F(SurviveTest, AttributesSurviveOneByOne) {
  Add("housing", "1", 10).details.attributes = {{"band", "A"}, {"tenure", "rent"}};
  Add("library", "1", 20).details.attributes = {{"band", "B"}};
  const GoldenRecord golden = Run();
  EXPECT_EQ(golden.details.attributes, (std::vector<model::Attribute>{{"band", "B"}, {"tenure", "rent"}}));
  EXPECT_EQ(LineageOf(golden, "attributes.band")->losing, (std::vector<LosingValue>{{"A", 0}}));
}

TEST_F(SurviveTest, TheCurrentAddressIsTheNewestResidenceThatItsSourceStandsBy) {
  AddResidence(Add("housing", "1", 10), "1 High Street");
  AddResidence(Add("housing", "2", 20), "2 High Street");
  AddResidence(Add("library", "1", 15), "3 High Street");
  GoldenRecord golden = Run();
  ASSERT_EQ(golden.details.addresses.size(), 3U);
  ASSERT_EQ(golden.current_address, 0);
  EXPECT_EQ(golden.details.addresses[0].text, "2 High Street");
  // Number 1 was contradicted by a later record of housing: it is kept, but does not compete.
  EXPECT_EQ(LineageOf(golden, "current_address")->losing, (std::vector<LosingValue>{{"3 High Street", 2}}));
  records_[1].details.addresses[0].to_date = {1971, 1, 1};
  golden = Run();
  EXPECT_EQ(golden.details.addresses[0].text, "3 High Street");
  records_[2].details.addresses[0].role = model::AddressRole::kCorrespondence;
  EXPECT_EQ(Run().current_address, -1);
}

TEST_F(SurviveTest, AddressesAtOneUprnAreOnePlace) {
  AddResidence(Add("housing", "1", 10), "Flat 1, 5 High Street");
  AddResidence(Add("library", "1", 20), "5A High Street");
  const std::vector<ResolvedAddress> resolved = {{77, 1}};
  std::vector<Contributor> contributors = Contributors();
  contributors[0].resolved_addresses = resolved;
  contributors[1].resolved_addresses = resolved;
  const GoldenRecord golden = Survive(contributors, rules_, 0);
  ASSERT_EQ(golden.details.addresses.size(), 1U);
  EXPECT_EQ(golden.details.addresses[0].text, "5A High Street");
  EXPECT_EQ(golden.resolved_addresses, resolved);
}

TEST_F(SurviveTest, AFencedValueNeitherWinsNorShows) {
  model::SourceRecord& fenced = Add("benefits", "1", 30);
  fenced.details.name = {"", "Secret", "Name", "", ""};
  fenced.details.ni_number = "AB123456C";
  fenced.details.phones = {"+449"};
  fenced.purposes = 0b10;
  fenced.field_purposes = {{"ni_number", 0b100}};
  AddResidence(fenced, "Refuge");
  model::SourceRecord& open = Add("library", "1", 20);
  open.details.name = {"", "Mary", "Smith", "", ""};
  AddResidence(open, "1 High Street");
  const GoldenRecord golden = Run(0);
  EXPECT_EQ(golden.details.name, open.details.name);
  EXPECT_TRUE(golden.details.other_names.empty());
  EXPECT_TRUE(golden.details.ni_number.empty());
  EXPECT_TRUE(golden.details.phones.empty());
  EXPECT_EQ(golden.details.addresses.size(), 1U);
  EXPECT_EQ(golden.contributors, std::vector<uint32_t>{1});
  for (const ValueLineage& lineage : golden.lineage) {
    EXPECT_EQ(lineage.contributor, 1U);
    EXPECT_TRUE(lineage.losing.empty());
  }
  EXPECT_EQ(Run(1).details.name, fenced.details.name);
  EXPECT_TRUE(Run(1).details.ni_number.empty());
  EXPECT_EQ(Run(2).details.ni_number, "AB123456C");

  const std::vector<GoldenView> views = SurviveForPurposes(Contributors(), rules_, 5);
  ASSERT_EQ(views.size(), 3U);
  EXPECT_EQ(views[0].purposes, 0b11001U);
  EXPECT_EQ(views[1].purposes, 0b00010U);
  EXPECT_EQ(views[2].purposes, 0b00100U);
  EXPECT_EQ(views[0].golden, golden);
}

TEST_F(SurviveTest, APurposeThatSeesNobodyIsInNoMask) {
  model::SourceRecord& record = Add("benefits", "1", 1);
  record.details.ni_number = "AB123456C";
  record.purposes = 0b1;
  const std::vector<GoldenView> views = SurviveForPurposes(Contributors(), rules_, 2);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].purposes, 0b1U);
}

TEST_F(SurviveTest, TheOrderOfContributorsDoesNotMatter) {
  constexpr uint64_t kSeed = 5;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (int run = 0; run < 200; ++run) {
    records_.clear();
    for (int i = 0; i < 7; ++i) {
      model::SourceRecord& record =
          Add(random.Chance(0.5) ? "housing" : "library", Cat(i), static_cast<int64_t>(random.Below(3)));
      record.details.name.surname = Cat("S", random.Below(3));
      record.details.sex = static_cast<model::Sex>(random.Below(4));
      record.details.date_of_birth = {1980, 1, static_cast<int8_t>(1 + random.Below(3))};
      record.details.phones = {Cat("+44", random.Below(3))};
      record.details.attributes = {{"band", Cat(random.Below(3))}};
      record.purposes = random.Below(4);
      AddResidence(record, Cat(random.Below(3), " High Street"));
    }
    const GoldenRecord expected = Run();
    std::vector<uint32_t> order = {0, 1, 2, 3, 4, 5, 6};
    for (size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[random.Below(i)]);
    }
    std::vector<Contributor> shuffled;
    for (const uint32_t i : order) {
      shuffled.push_back({&records_[i], {}});
    }
    GoldenRecord golden = Survive(shuffled, rules_, 0);
    for (uint32_t& contributor : golden.contributors) {
      contributor = order[contributor];
    }
    std::sort(golden.contributors.begin(), golden.contributors.end());
    for (ValueLineage& lineage : golden.lineage) {
      lineage.contributor = order[lineage.contributor];
      for (LosingValue& losing : lineage.losing) {
        losing.contributor = order[losing.contributor];
      }
    }
    ASSERT_EQ(golden, expected);
  }
}

TEST(RuleTest, NamesAndDefaults) {
  EXPECT_EQ(RuleName(Rule::kRecency), "recency");
  EXPECT_EQ(RuleName(Rule::kSourcePriority), "source_priority");
  EXPECT_EQ(RuleName(Rule::kAggregate), "aggregate");
  EXPECT_EQ(DefaultRule("name"), Rule::kRecency);
  EXPECT_EQ(DefaultRule("date_of_birth"), Rule::kSourcePriority);
  EXPECT_EQ(DefaultRule("phones"), Rule::kAggregate);
}

}  // namespace
}  // namespace wensum::matching
