#include "matching/standardise.h"

#include <gtest/gtest.h>

#include "matching/person/person_schema.h"

namespace wensum::matching {
namespace {

model::PersonDetails John() {
  model::PersonDetails details;
  details.name = {"Mr", "John Arthur", "O'Brien", "Jnr", ""};
  details.other_names = {{"", "John", "Smith", "", ""}};
  details.date_of_birth = {1980, 5, 17};
  details.sex = model::Sex::kMale;
  details.phones = {"+441603212343"};
  details.addresses.resize(2);
  details.addresses[0].text = "1 High Street, Norwich";
  details.addresses[0].postcode = *model::Postcode::Parse("NR2 1AB");
  details.addresses[1].role = model::AddressRole::kLandlordOf;
  details.addresses[1].text = "2 Low Street";
  return details;
}

TEST(StandardiseTest, TakesWhatTellsPeopleApart) {
  const std::vector<uint64_t> uprns = {7, 8};
  const PersonFeatures features = Standardise(John(), model::RecordKind::kPerson, uprns);
  EXPECT_EQ(features.forenames, "JOHN ARTHUR");
  EXPECT_EQ(features.surname, "OBRIEN");
  EXPECT_EQ(features.other_surnames, std::vector<std::string>{"SMITH"});
  EXPECT_EQ(features.suffix, "JR");
  EXPECT_EQ(features.date_of_birth, 19800517);
  ASSERT_EQ(features.addresses.size(), 1U);  // not the one they let
  EXPECT_EQ(features.addresses[0].uprn, 7U);
  EXPECT_EQ(features.addresses[0].postcode, "NR21AB");
}

TEST(StandardiseTest, DropsDummies) {
  model::PersonDetails details = John();
  details.date_of_birth = {1900, 1, 1};
  EXPECT_EQ(Standardise(details, model::RecordKind::kPerson, {}).date_of_birth, 0);
}

TEST(StandardiseTest, OrganisationsAreMarked) {
  model::PersonDetails details;
  details.organisation_name = "Anglia Bakeries Ltd.";
  const PersonFeatures features = Standardise(details, model::RecordKind::kOrganisation, {});
  EXPECT_TRUE(features.organisation);
  EXPECT_EQ(features.surname, "ANGLIA BAKERIES LTD");
}

TEST(StandardiseQueryTest, FindsTypedPartsInAnyOrder) {
  const PersonFeatures query = StandardiseQuery("17/05/1980 jon NR2 1AB smyth");
  EXPECT_EQ(query.date_of_birth, 19800517);
  EXPECT_EQ(query.forenames, "JON");
  EXPECT_EQ(query.surname, "SMYTH");
  ASSERT_EQ(query.addresses.size(), 1U);
  EXPECT_EQ(query.addresses[0].postcode, "NR21AB");
  EXPECT_EQ(StandardiseQuery("smith 1980").date_of_birth, 19800000);
  EXPECT_EQ(StandardiseQuery("John.Smith@Example.org").emails.size(), 1U);
  EXPECT_EQ(StandardiseQuery("AB123456C").ni_number, "AB123456C");
  EXPECT_EQ(StandardiseQuery("").surname, "");
  StandardiseQuery("\xff\xfe \xc3");  // malformed text is no failure
}

TEST(QueryValuesTest, HoldsWhatTheQuerySays) {
  const PersonFeatures query = StandardiseQuery("john arthur smith 17/05/1980 nr2 1ab");
  const std::vector<std::string> values = QueryValues(query);
  ASSERT_EQ(values.size(), person_attribute::kCount);
  EXPECT_EQ(values[person_attribute::kGivenName], "JOHN");
  EXPECT_EQ(values[person_attribute::kOtherNames], "ARTHUR");
  EXPECT_EQ(values[person_attribute::kSurname], "SMITH");
  EXPECT_EQ(values[person_attribute::kBorn], "19800517");
  EXPECT_EQ(values[person_attribute::kPostcode], "NR21AB");
  EXPECT_EQ(QueryValues(StandardiseQuery("01603212343"))[person_attribute::kPhone], "01603212343");
}

TEST(SearchScoreTest, RanksByFitWhateverTheOrder) {
  const PersonFeatures john = StandardiseQuery("john smith 17/05/1980 nr2 1ab");
  const auto score = [&john](std::string_view text) { return SearchScore(StandardiseQuery(text), john); };
  EXPECT_DOUBLE_EQ(score("john smith"), 1);
  EXPECT_GT(score("smith john"), 0.95);
  EXPECT_GT(score("jon smyth"), 0.8);
  EXPECT_GT(score("jon smyth"), score("jon brown"));
  EXPECT_GT(score("smith 17/05/1980"), score("smith 17/05/1981"));
  EXPECT_GT(score("smith nr2 1ab"), score("smith nr3 1ab"));
  EXPECT_DOUBLE_EQ(score("peter brown"), 0);
  EXPECT_DOUBLE_EQ(score(""), 0);
}

}  // namespace
}  // namespace wensum::matching
