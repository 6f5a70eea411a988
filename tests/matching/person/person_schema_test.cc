#include "matching/person/person_schema.h"

#include <gtest/gtest.h>

#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/schema/value_text.h"

namespace wensum::matching {
namespace {

namespace attribute = person_attribute;

model::PersonDetails John() {
  model::PersonDetails details;
  details.name = {.title = "Mr", .forenames = "John Arthur", .surname = "O'Brien", .suffix = "Jnr"};
  details.other_names = {{.forenames = "John", .surname = "Smith"}};
  details.date_of_birth = {.year = 1980, .month = 5, .day = 17};
  details.sex = model::Sex::kMale;
  details.ni_number = "AB123456C";
  details.phones = {"+441603212343", "+447777777777"};
  details.emails = {"john@example.org", "j.obrien@example.com"};
  details.identifiers = {{.type = "nhs_number", .value = "943 476 5919"},
                         {.type = "council_tax_account", .value = "600 000 123"},
                         {.type = "Locker", .value = "12"}};
  return details;
}

model::PersonAddress Address(model::AddressRole role, std::string_view text, std::string_view postcode,
                             model::PartialDate to = {}) {
  model::PersonAddress address;
  address.role = role;
  address.text = std::string(text);
  address.postcode = *model::Postcode::Parse(postcode);
  address.to_date = to;
  return address;
}

std::string Several(std::initializer_list<std::string_view> values) {
  std::string text;
  for (const std::string_view value : values) AppendTo(text, text.empty() ? "" : "\x1F", value);
  return text;
}

TEST(PersonSchemaTest, IsValidAndTellsHouses) {
  ASSERT_TRUE(PersonSchema().Validate().ok());
  EXPECT_EQ(PersonSchema().size(), attribute::kCount);
  EXPECT_TRUE(PersonSchema().has_house());
  EXPECT_EQ(PersonSchema()[attribute::kNiNumber].name, "NI number");
  EXPECT_TRUE(PersonSchema()[attribute::kNiNumber].unique);
  EXPECT_TRUE(PersonSchema()[attribute::kSuffix].unique);
  EXPECT_FALSE(PersonSchema()[attribute::kAccount].unique);
  EXPECT_EQ(PersonSchema()[attribute::kUprn].address, AddressPart::kHouse);
  EXPECT_EQ(PersonSchema()[attribute::kAddress].name, "address");
}

TEST(PersonSchemaTest, ValuesOfARecord) {
  const std::vector<std::string> values = PersonValues(John(), model::RecordKind::kPerson, {});
  ASSERT_EQ(values.size(), attribute::kCount);
  EXPECT_EQ(values[attribute::kGivenName], "JOHN");
  EXPECT_EQ(values[attribute::kSurname], "OBRIEN");
  EXPECT_EQ(values[attribute::kOtherNames], "ARTHUR SMITH");
  EXPECT_EQ(values[attribute::kSuffix], "JR");
  EXPECT_EQ(values[attribute::kBorn], "19800517");
  EXPECT_EQ(values[attribute::kSex], "MALE");
  EXPECT_EQ(values[attribute::kNiNumber], "AB123456");
  EXPECT_EQ(values[attribute::kNhsNumber], "9434765919");
  EXPECT_EQ(values[attribute::kPhone], "01603212343");  // the other is a dummy
  EXPECT_EQ(values[attribute::kEmail], Several({"J.OBRIEN@EXAMPLE.COM", "JOHN@EXAMPLE.ORG"}));
  EXPECT_EQ(values[attribute::kAccount], Several({"600000123", "LOCKER12"}));
  EXPECT_EQ(values[attribute::kUprn], "");
  // In the form that is compared: nothing changes when they are read again.
  for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ(ValueSetText(PersonSchema()[i].type, values[i]), values[i]);
}

TEST(PersonSchemaTest, AddressesThatTellWhereTheyLive) {
  model::PersonDetails details = John();
  details.addresses = {
      Address(model::AddressRole::kResidence, "1 High Street, Norwich", "NR2 1AB"),
      Address(model::AddressRole::kLandlordOf, "2 Low Street, Norwich", "NR3 1AB"),
      Address(model::AddressRole::kBusiness, "3 Market, Norwich", "NR4 1AB"),
      Address(model::AddressRole::kCorrespondence, "4 Long Lane, Leeds", "LS1 4AP"),
  };
  const std::vector<std::string> values =
      PersonValues(details, model::RecordKind::kPerson, std::vector<uint64_t>{7, 8, 9});
  EXPECT_EQ(values[attribute::kUprn], "7");
  EXPECT_EQ(values[attribute::kPostcode], Several({"LS14AP", "NR21AB"}));
  EXPECT_EQ(values[attribute::kAddress], "4 LONG LANE LEEDS");
}

TEST(PersonSchemaTest, KeepsTheLatestOfManyAddresses) {
  model::PersonDetails details = John();
  std::vector<uint64_t> uprns;
  for (int16_t year = 2001; year <= 2020; ++year) {
    details.addresses.push_back(
        Address(model::AddressRole::kPrevious, "1 High Street", "NR2 1AB", {.year = year, .month = 1, .day = 1}));
    uprns.push_back(static_cast<uint64_t>(year));
  }
  details.addresses.push_back(Address(model::AddressRole::kResidence, "9 High Street", "NR2 1AB"));
  uprns.push_back(100);
  EXPECT_EQ(PersonValues(details, model::RecordKind::kPerson, uprns)[attribute::kUprn],
            Several({"100", "2014", "2015", "2016", "2017", "2018", "2019", "2020"}));
}

TEST(PersonSchemaTest, WhatSaysNothing) {
  model::PersonDetails details = John();
  details.date_of_birth = {.year = 1900, .month = 1, .day = 1};
  details.sex = model::Sex::kUnknown;
  std::vector<std::string> values = PersonValues(details, model::RecordKind::kPerson, {});
  EXPECT_EQ(values[attribute::kBorn], "");
  EXPECT_EQ(values[attribute::kSex], "");
  details.date_of_birth = {.year = 1980};
  EXPECT_EQ(PersonValues(details, model::RecordKind::kPerson, {})[attribute::kBorn], "19800000");
}

TEST(PersonSchemaTest, OrganisationsAndNobodyMatchNothing) {
  const std::vector<std::string> nothing(attribute::kCount);
  EXPECT_EQ(PersonValues(John(), model::RecordKind::kOrganisation, {}), nothing);
  model::PersonDetails details = John();
  details.name = {.full = "THE OCCUPIER"};
  EXPECT_EQ(PersonValues(details, model::RecordKind::kPerson, {}), nothing);
}

}  // namespace
}  // namespace wensum::matching
