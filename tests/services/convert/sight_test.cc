#include "services/convert/sight.h"

#include <gtest/gtest.h>

namespace wensum::convert {
namespace {

namespace attribute = matching::person_attribute;

model::SourceRecord Record(model::PurposeMask purposes,
                           std::vector<std::pair<std::string, model::PurposeMask>> fields = {}) {
  model::SourceRecord record;
  record.purposes = purposes;
  record.field_purposes = std::move(fields);
  return record;
}

TEST(SightTest, FollowsTheRecordsStamps) {
  EXPECT_TRUE(Sight(Record(1), 0).everything());
  EXPECT_TRUE(Sight(Record(1), 0).record());
  EXPECT_FALSE(Sight(Record(1), 1).record());
  EXPECT_FALSE(Sight(Record(1), 1).attribute(attribute::kSurname));
}

TEST(SightTest, AFieldHidesEveryAttributeThatIsMadeOfIt) {
  const auto hidden = [](const char* field, size_t place) {
    return !Sight(Record(3, {{field, 2}}), 0).attribute(place);
  };
  EXPECT_TRUE(hidden("date_of_birth", attribute::kBorn));
  EXPECT_FALSE(hidden("date_of_birth", attribute::kSurname));
  for (const size_t place : {attribute::kGivenName, attribute::kSurname, attribute::kOtherNames, attribute::kSuffix}) {
    EXPECT_TRUE(hidden("person_name", place));
    EXPECT_TRUE(hidden("other_names", place)) << "names are compared in every role";
  }
  EXPECT_TRUE(hidden("sex", attribute::kSex));
  EXPECT_TRUE(hidden("ni_number", attribute::kNiNumber));
  EXPECT_TRUE(hidden("phones", attribute::kPhone));
  EXPECT_TRUE(hidden("emails", attribute::kEmail));
  for (const size_t place : {attribute::kNhsNumber, attribute::kAccount}) {
    EXPECT_TRUE(hidden("identifiers", place));
    EXPECT_TRUE(hidden("identifiers.nhs_number", place));
  }
  for (const size_t place : {attribute::kUprn, attribute::kPostcode, attribute::kAddress}) {
    EXPECT_TRUE(hidden("addresses", place));
    EXPECT_TRUE(hidden("current_address", place));
  }
  EXPECT_TRUE(Sight(Record(3, {{"attributes.band", 2}}), 0).everything()) << "not matched by";
}

TEST(SightTest, AFieldMayBeSeenOfAnOtherwiseHiddenRecord) {
  const Sight sight(Record(2, {{"sex", 1}}), 0);
  EXPECT_TRUE(sight.record());
  EXPECT_TRUE(sight.attribute(attribute::kSex));
  EXPECT_FALSE(sight.attribute(attribute::kBorn));
}

TEST(SightTest, SeeingEverythingIsAMatterOfTheRules) {
  registry::RegisterRules rules;
  rules.sources = {{.name = "a"}, {.name = "b", .purposes = 2}};
  EXPECT_FALSE(SeesEverything(rules, 0));
  EXPECT_TRUE(SeesEverything(rules, 1));
  rules.sources[0].field_purposes = {{"date_of_birth", 1}};
  EXPECT_FALSE(SeesEverything(rules, 1));
}

TEST(SightTest, ASourceThatTheRulesDoNotKnowTellsNothingOfItsStamps) {
  registry::RegisterRules rules;
  rules.sources = {{.name = "a"}, {.name = "b"}};
  EXPECT_TRUE(KnowsAllSources(rules, {}));
  EXPECT_TRUE(KnowsAllSources(rules, {{"b", 3}, {"gone", 0}}));
  EXPECT_FALSE(KnowsAllSources(rules, {{"b", 3}, {"gone", 1}}));
}

}  // namespace
}  // namespace wensum::convert
