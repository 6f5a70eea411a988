#include "matching/address/errors/address_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "matching/address/errors/listed_addresses.h"
#include "matching/address/errors/word_tables.h"

namespace wensum::matching::address::errors {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A list that shows which endings are places: each follows two streets at least.
AddressSplitter Splitter() {
  FlatGazetteer gazetteer;
  for (const char* const text :
       {"1, High Road, Seven Kings, Ilford, Essex", "2, Green Lane, Seven Kings, Ilford, Essex",
        "3, Park Avenue, Goodmayes, Ilford, Essex", "4, Barley Lane, Goodmayes, Ilford, Essex",
        "5, Grove Road, Chadwell Heath, Romford, Essex", "6, Farm Lane, Chadwell Heath, Romford, Essex",
        "7, The Green, Woodford Green, Essex", "8, Glandford Way, Woodford Green, Essex"}) {
    gazetteer.addresses.push_back({static_cast<uint32_t>(gazetteer.ids.size()), text, ""});
    gazetteer.ids.emplace_back(text);
  }
  return AddressSplitter(gazetteer);
}

AddressParts Split(std::string_view text) {
  const auto parts = Splitter().Split(text);
  EXPECT_TRUE(parts.has_value()) << text;
  return parts.value_or(AddressParts());
}

TEST(AddressPartsTest, House) {
  const AddressParts parts = Split("701, High Road, Seven Kings, Ilford, Essex");
  EXPECT_EQ(parts.number, "701");
  EXPECT_EQ(parts.street, "High Road");
  EXPECT_THAT(parts.places, ElementsAre("Seven Kings", "Ilford", "Essex"));
  EXPECT_FALSE(parts.has_unit());
}

TEST(AddressPartsTest, FlatFloorSideBuildingAndRange) {
  const AddressParts parts =
      Split("Flat 2, Ground Floor Left, Holly House, 12-14 High Road, Seven Kings, Ilford, Essex IG3 8RH");
  EXPECT_EQ(parts.unit_word, "Flat");
  EXPECT_EQ(parts.unit_id, "2");
  EXPECT_THAT(parts.floors, ElementsAre(0));
  EXPECT_EQ(parts.sides, "L");
  EXPECT_EQ(parts.building, "Holly House");
  EXPECT_EQ(parts.number, "12-14");
  EXPECT_EQ(parts.street, "High Road");
}

TEST(AddressPartsTest, NumberOfAUnitBeforeItsBuilding) {
  const AddressParts parts = Split("8, Frank Slater House, Green Lane, Goodmayes Ilford, Essex");
  EXPECT_EQ(parts.unit_id, "8");
  EXPECT_EQ(parts.unit_word, "");
  EXPECT_EQ(parts.building, "Frank Slater House");
  EXPECT_EQ(parts.number, "");
  EXPECT_THAT(parts.places, ElementsAre("Goodmayes Ilford", "Essex"));
}

TEST(AddressPartsTest, BuildingAndStreetWithoutACommaBetween) {
  const AddressParts parts = Split("24 Dunwich Court Glandford Way, Chadwell Heath, Romford, Essex");
  EXPECT_EQ(parts.unit_id, "24");
  EXPECT_EQ(parts.building, "Dunwich Court");
  EXPECT_EQ(parts.street, "Glandford Way");
}

TEST(AddressPartsTest, NoCommasAtAll) {
  const AddressParts parts = Split("FLAT 7 68 UNIONHEATH LANE SOUTH NORLAND LONDON");
  EXPECT_EQ(parts.unit_id, "7");
  EXPECT_EQ(parts.number, "68");
  EXPECT_EQ(parts.street, "UNIONHEATH LANE");
  EXPECT_THAT(parts.places, ElementsAre("SOUTH NORLAND LONDON"));
}

TEST(AddressPartsTest, SpacedRangeIsOneNumber) { EXPECT_EQ(Split("12 - 14 High Road, Ilford, Essex").number, "12-14"); }

TEST(AddressPartsTest, LeavesNothingOverOrRefuses) {
  const AddressSplitter splitter = Splitter();
  for (const char* const text : {"", ",,,", "12", "IG1 1AA", "High", "a@b.example", "12 34 56 78"}) {
    EXPECT_FALSE(splitter.Split(text).has_value()) << text;
  }
}

TEST(StreetNameTest, TypeAndDirection) {
  EXPECT_EQ(ReadStreetName("Roding Lane South"), (StreetName{"RODING", "LANE", "SOUTH"}));
  EXPECT_EQ(ReadStreetName("St. Mary's Rd"), (StreetName{"STMARYS", "ROAD", ""}));
  EXPECT_EQ(ReadStreetName("Whitehall"), (StreetName{"WHITEHALL", "", ""}));
}

TEST(EditDistanceTest, KnownAnswers) {
  EXPECT_EQ(EditDistance("KITTEN", "SITTING", 5), 3U);
  EXPECT_EQ(EditDistance("HIGH", "HGIH", 3), 1U);
  EXPECT_EQ(EditDistance("", "ABC", 5), 3U);
  EXPECT_EQ(EditDistance("ABCDEF", "UVWXYZ", 2), 3U) << "counted up to the limit and one";
  EXPECT_EQ(EditDistance("SAME", "SAME", 0), 0U);
}

TEST(WordTablesTest, FloorsAndSides) {
  EXPECT_EQ(FloorOf("GND"), 0);
  EXPECT_EQ(FloorOf("BSMT"), -1);
  EXPECT_EQ(FloorOf("ROAD"), kNoFloor);
  EXPECT_EQ(SideOf("LHS"), 'L');
  EXPECT_EQ(SideOf("HOUSE"), '\0');
}

// What an address means, told from the text alone.
class CompareTest : public testing::Test {
 protected:
  static Statement Say(const std::string& text, const std::string& postcode = "") {
    return {.parts = Split(text), .postcode = postcode};
  }
};

TEST_F(CompareTest, EqualAddressesDisagreeInNothing) {
  const Statement said = Say("Flat 2, 12 High Road, Ilford, Essex", "IG1 1AA");
  EXPECT_THAT(Compare(said, said.parts, "IG1 1AA", false), testing::Each(0));
}

TEST_F(CompareTest, LooseAndSoftIdsAgreeOnlyWhereTheyMay) {
  Statement said = Say("Flat A, 12 High Road, Ilford, Essex");
  const AddressParts lettered = Split("12A High Road, Ilford, Essex");
  EXPECT_GT(Compare(said, lettered, "", false)[0], 0);
  EXPECT_EQ(Compare(said, lettered, "", true)[0], 0) << "an absent flat may be the listed house";
  said.loose_ids = true;
  EXPECT_EQ(Compare(said, lettered, "", false)[0], 0);
  EXPECT_EQ(Compare(Say("14 High Road, Ilford"), Split("12-16 High Road, Ilford"), "", true)[0], 0);
  EXPECT_GT(Compare(Say("Flat 3, 12 High Road, Ilford"), Split("Flat 4, 12 High Road, Ilford"), "", true)[0], 0);
}

TEST_F(CompareTest, PlacesAndPostcodesCountWhatTheListLacks) {
  const Statement said = Say("12 High Road, Goodmayes, Ilford, Essex", "IG1 1AB");
  const Disagreement other = Compare(said, Split("12 High Road, Seven Kings, Ilford, Essex"), "IG1 1AA", false);
  EXPECT_EQ(other[3], 1);
  EXPECT_EQ(other[4], 1);
  EXPECT_EQ(Compare(said, said.parts, "RM6 4AA", false)[4], 3);
}

}  // namespace
}  // namespace wensum::matching::address::errors
