#include "matching/schema/schema.h"

#include <gtest/gtest.h>

#include <string>

#include "matching/schema/record_set.h"
#include "matching/schema/value_text.h"
#include "tests/matching/people/people_sample.h"

namespace wensum::matching {
namespace {

TEST(SchemaTest, LevelsFitTheirWordAndInformedValuesAddUp) {
  for (size_t t = 0; t < kAttributeTypes; ++t) {
    const auto type = static_cast<AttributeType>(t);
    EXPECT_LE(LevelsOf(type).size(), kMaxLevelIndex + 1);
    double total = 0;
    for (const Level& level : LevelsOf(type)) total += level.informed_m;
    EXPECT_NEAR(total, 1, 0.011) << TypeName(type);
    EXPECT_EQ(TypeByName(TypeName(type)), type);
    EXPECT_EQ(LevelsOf(type)[1].name == "exact" || LevelsOf(type)[1].name == "shared", true);
  }
  EXPECT_FALSE(TypeByName("nonsense"));
}

TEST(SchemaTest, RefusesWhatCannotBeCompared) {
  EXPECT_FALSE(Schema().Validate().ok());
  EXPECT_TRUE(PeopleSchema().Validate().ok());
  EXPECT_FALSE(Schema({{"a", AttributeType::kText}, {"a", AttributeType::kDate}}).Validate().ok());
  EXPECT_FALSE(Schema({{"a", AttributeType::kSurname}, {"b", AttributeType::kSurname}}).Validate().ok());
  std::vector<Attribute> many;
  for (size_t i = 0; i <= kMaxAttributes; ++i) many.push_back({"a" + std::to_string(i), AttributeType::kText});
  EXPECT_FALSE(Schema(many).Validate().ok());
}

TEST(ValueTextTest, Names) {
  EXPECT_EQ(ValueText(AttributeType::kGivenName, "  Zoë-Anne "), "ZOE ANNE");
  EXPECT_EQ(ValueText(AttributeType::kSurname, "O'Brien"), "OBRIEN");
  EXPECT_EQ(ValueText(AttributeType::kSurname, "Unknown"), "");
  EXPECT_EQ(ValueText(AttributeType::kSurname, " "), "");
  EXPECT_EQ(ValueText(AttributeType::kGivenName, "x"), "X");
}

TEST(ValueTextTest, Dates) {
  const auto date = [](std::string_view raw) { return ValueText(AttributeType::kDate, raw); };
  EXPECT_EQ(date("1956-06-18"), "19560618");
  EXPECT_EQ(date("19560618"), "19560618");
  EXPECT_EQ(date("18/06/1956"), "19560618");
  EXPECT_EQ(date("8.6.1956"), "19560608");
  EXPECT_EQ(date("18 June 1956"), "19560618");
  EXPECT_EQ(date("1956"), "19560000");
  EXPECT_EQ(date("1956-06"), "19560600");
  EXPECT_EQ(date("1956-13-45"), "19561345");  // impossible, but most of a date
  EXPECT_EQ(date("01/01/1900"), "");
  EXPECT_EQ(date("00000000"), "");
  EXPECT_EQ(date("n/a"), "");
}

TEST(ValueTextTest, CodesPhonesAndEmails) {
  EXPECT_EQ(ValueText(AttributeType::kPostcode, "nr2 1ab"), "NR21AB");
  EXPECT_EQ(ValueText(AttributeType::kCode, "QQ 12 34 56 C"), "QQ123456C");
  EXPECT_EQ(ValueText(AttributeType::kCode, "999999999"), "");
  EXPECT_EQ(ValueText(AttributeType::kPhone, "+44 (0)1603 212121"), "001603212121");
  EXPECT_EQ(ValueText(AttributeType::kPhone, "+44 1603 212121"), "01603212121");
  EXPECT_EQ(ValueText(AttributeType::kPhone, "00000 000000"), "");
  EXPECT_EQ(ValueText(AttributeType::kEmail, " a.b@Example.org "), "A.B@EXAMPLE.ORG");
  EXPECT_EQ(ValueText(AttributeType::kEmail, "none"), "");
}

TEST(ValueTextTest, HostileTextIsCutAndKeepsItsCharactersWhole) {
  const std::string nul("A\0B", 3);
  EXPECT_EQ(ValueText(AttributeType::kSurname, nul), "A B");
  for (size_t t = 0; t < kAttributeTypes; ++t) {
    const auto type = static_cast<AttributeType>(t);
    EXPECT_LE(ValueText(type, std::string(1 << 20, 'Q')).size(), kMaxValueBytes);
    std::string wide;
    for (int i = 0; i < 100000; ++i) wide += "语";
    EXPECT_LE(ValueText(type, wide).size(), kMaxValueBytes);
    EXPECT_LE(ValueText(type, "\xFF\xFE\x80").size(), kMaxValueBytes);
  }
}

TEST(RecordSetTest, OrderOfArrivalDoesNotShow) {
  const std::vector<SampleRow> rows = MakePeople({.households = 30});
  RecordSet first(PeopleSchema());
  RecordSet second(PeopleSchema());
  Fill(rows, 0, first);
  Fill(rows, 5, second);
  ASSERT_EQ(first.size(), rows.size());
  for (RecordIndex i = 0; i < first.size(); ++i) {
    ASSERT_EQ(first.key(i), second.key(i));
    for (size_t f = 0; f < first.schema().size(); ++f) {
      EXPECT_EQ(first.dictionary(f)[first.row(i)[f]].text, second.dictionary(f)[second.row(i)[f]].text);
    }
  }
}

TEST(RecordSetTest, OtherNamesAreWhatTheOtherNamesDoNotSay) {
  RecordSet records(Schema({{"given", AttributeType::kGivenName},
                            {"surname", AttributeType::kSurname},
                            {"full", AttributeType::kOtherNames}}));
  const std::string_view values[] = {"Frank", "Brightman", "Frank Edward Brightman"};
  records.Add("1", values);
  records.Seal();
  EXPECT_EQ(records.dictionary(2)[records.row(0)[2]].text, "EDWARD");
}

}  // namespace
}  // namespace wensum::matching
