// What keeps a text from a property that looks like the one it means: each was matched wrongly once, or not at all.
#include <gtest/gtest.h>

#include <string>

#include "tests/matching/address/address_fixture.h"

namespace wensum::matching::address {
namespace {

class ContradictionsTest : public testing::Test {
 protected:
  void Add(uint64_t uprn, const AddressSpec& spec, uint64_t parent = 0) {
    index_.Upsert(MakeProperty(uprn, spec, parent), nullptr);
  }

  // Streets of the names, with numbers 1 to 9, so that each name is one of several.
  void AddStreet(uint64_t first, const std::string& street, const std::string& postcode,
                 const std::string& locality = "") {
    for (int number = 1; number <= 9; ++number) {
      Add(first + static_cast<uint64_t>(number),
          {.number = number, .street = street, .postcode = postcode, .locality = locality});
    }
  }

  // "MATCHED 114", "PARENT 114", "AMBIGUOUS", ...
  [[nodiscard]] std::string Ask(const std::string& text, const std::string& postcode = "") const {
    const Match match = index_.FindMatch({text, postcode}, {});
    std::string out(OutcomeName(match.outcome));
    if (match.uprn != 0 || match.parent_uprn != 0) {
      out += " " + std::to_string(match.uprn + match.parent_uprn);
    }
    return out;
  }

  AddressIndex index_;
};

TEST_F(ContradictionsTest, LandIsThatBesideItsNumber) {
  AddStreet(100, "YORK AVENUE", "NR1 1AB");
  Add(120, {.pao = "Land adjacent 8", .street = "YORK AVENUE"});
  Add(121, {.pao = "Land to rear of 4", .street = "YORK AVENUE"});
  Add(122, {.pao = "Land at York Avenue", .street = "YORK AVENUE"});
  EXPECT_EQ(Ask("Land adjacent 8, York Avenue, Norwich"), "MATCHED 120");
  EXPECT_EQ(Ask("LAND ADJACENT, 8 YORK AVENUE, NORWICH"), "MATCHED 120");
  EXPECT_EQ(Ask("land to rear of 4 york avnue norwich"), "MATCHED 121");
  EXPECT_EQ(Ask("Land at York Avenue, York Avenue, Norwich"), "MATCHED 122");
  EXPECT_EQ(Ask("Land opposite 8, York Avenue, Norwich").substr(0, 7), "STREET_") << "another side of the street";
  EXPECT_NE(Ask("Land to rear of 6, York Avenue, Norwich").substr(0, 7), "MATCHED");
  EXPECT_EQ(Ask("8 York Avenue, Norwich"), "MATCHED 108") << "the house is not the land beside it";
  EXPECT_EQ(Ask("York Avenue, Norwich"), "STREET_ONLY");
}

TEST_F(ContradictionsTest, ShopsAreNotTheFlatsOfTheirFloor) {
  Add(1, {.number = 2, .street = "WOODPECKER RISE", .postcode = "NR1 0DX"});
  Add(2, {.sao = "GROUND FLOOR SHOP", .number = 2, .street = "WOODPECKER RISE", .postcode = "NR1 0DX"}, 1);
  Add(3, {.sao = "FLAT ABOVE SHOP", .number = 4, .street = "WOODPECKER RISE", .postcode = "NR1 0DX"});
  EXPECT_EQ(Ask("Ground Floor Shop, 2 Woodpecker Rise", "NR1 0DX"), "MATCHED 2");
  EXPECT_EQ(Ask("Ground Floor Flat, 2 Woodpecker Rise", "NR1 0DX"), "PARENT 1");
  EXPECT_EQ(Ask("Flat above shop, 4 Woodpecker Rise", "NR1 0DX"), "MATCHED 3");
  EXPECT_EQ(Ask("Ground Floor Shop, 2A Woodpecker Rise", "NR1 0DX").substr(0, 7), "PARENT ");
}

TEST_F(ContradictionsTest, SomeUnitOfABuildingIsNotTheBuilding) {
  Add(1, {.number = 2, .street = "BISHOP LOKE", .postcode = "NR4 4LR"});
  Add(2, {.sao = "FLAT A", .number = 2, .street = "BISHOP LOKE", .postcode = "NR4 4LR"}, 1);
  Add(3, {.sao = "FLAT B", .number = 2, .street = "BISHOP LOKE", .postcode = "NR4 4LR"}, 1);
  Add(4, {.number = 6, .street = "BISHOP LOKE", .postcode = "NR4 4LR"});
  EXPECT_EQ(Ask("2 Bishop Loke"), "MATCHED 1");
  EXPECT_EQ(Ask("2 Bishop Loke, Flat"), "PARENT 1");
  EXPECT_EQ(Ask("2 Bishop Loke, F"), "PARENT 1");
  EXPECT_EQ(Ask("Flat, 6 Bishop Loke"), "MATCHED 4") << "it has no units";
  EXPECT_EQ(Ask("EXECUTORS OF MRS A CLARKE, B, 2 BISHOP LOKE", "NR4 4LR"), "MATCHED 3") << "A is an initial";
  EXPECT_EQ(Ask("c/o Miss B Clarke, 2 Bishop Loke", "NR4 4LR"), "MATCHED 1");
  Add(5, {.number = 7, .pao = "THE MALTINGS", .postcode = "NR4 4LS"});
  EXPECT_EQ(Ask("Flat, 7 The Maltings", "NR4 4LS"), "MATCHED 5") << "in no street";
}

TEST_F(ContradictionsTest, FloorsAndUnitsBehindTheStreet) {
  Add(1, {.number = 1, .street = "FOXGLOVE ROAD", .postcode = "NR1 5HX", .locality = "EARLSHAM"});
  Add(2,
      {.sao = "BASEMENT FLAT", .number = 1, .street = "FOXGLOVE ROAD", .postcode = "NR1 5HX", .locality = "EARLSHAM"},
      1);
  Add(3,
      {.sao = "FIRST FLOOR FLAT",
       .number = 1,
       .street = "FOXGLOVE ROAD",
       .postcode = "NR1 5HX",
       .locality = "EARLSHAM"},
      1);
  Add(4, {.sao = "FLAT 8", .pao = "FRANKLIN LODGE", .street = "FOXGLOVE ROAD", .postcode = "NR1 5HY"});
  EXPECT_EQ(Ask("1 Foxglove Road Basement Flat Earlsham Norwich"), "MATCHED 2");
  EXPECT_EQ(Ask("First F10or Flat, 1 Foxglove Road, Norwich"), "MATCHED 3");
  EXPECT_EQ(Ask("F 8, Franklin Lodge, Foxglove Road", "NR1 5HY"), "MATCHED 4");
}

TEST_F(ContradictionsTest, CentresAreNoSides) {
  Add(1, {.sao = "GROUND FLOOR SHOP",
          .number = 18,
          .street = "ABBEY ROAD",
          .postcode = "NR7 4JL",
          .organisation = "DOVE FITNESS CENTRE"});
  EXPECT_EQ(Ask("Dove Fitness Centre, Ground Floor Shop, 18 Abbey Road", "NR7 4JL"), "MATCHED 1");
  EXPECT_EQ(Ask("Ground Floor Shop, 18 Abbey Road", "NR7 4JL"), "MATCHED 1");
}

TEST_F(ContradictionsTest, AnotherFirmAtTheNumber) {
  Add(1, {.number = 3, .street = "LILAC PARK", .postcode = "NR7 0QL", .organisation = "HAYNES ARMS"});
  Add(2, {.number = 5, .street = "LILAC PARK", .postcode = "NR7 0QL"});
  EXPECT_EQ(Ask("Haynes Arms, 3 Lilac Park", "NR7 0QL"), "MATCHED 1");
  EXPECT_EQ(Ask("3 Lilac Park", "NR7 0QL"), "MATCHED 1");
  EXPECT_EQ(Ask("Pope Butchers, 3 Lilac Park", "NR7 0QL"), "PARENT 1");
  EXPECT_EQ(index_.FindMatch({"Pope Butchers, 3 Lilac Park", "NR7 0QL"}, {}).reason,
            "The property is known, but under another name than the one given.");
  EXPECT_EQ(Ask("Pope Butchers, 5 Lilac Park", "NR7 0QL"), "MATCHED 2") << "nobody is known to have it";
  EXPECT_EQ(Ask("Situated at 3 Lilac Park", "NR7 0QL"), "MATCHED 1");
}

TEST_F(ContradictionsTest, StreetsOfOneNameInTwoPlaces) {
  AddStreet(100, "ALDER LANE", "NR5 4WP", "KINGSLEY");
  AddStreet(200, "ALDER LANE", "NR2 5SU", "MILLBROOK");
  Add(230, {.number = 20, .street = "ALDER LANE", .postcode = "NR2 5SU", .locality = "MILLBROOK"});
  AddStreet(300, "UNTHANK PLACE", "NR3 3HW", "LARCHWOOD");
  EXPECT_EQ(Ask("2 Alder Lane, Kingsley, Norwich"), "MATCHED 102");
  EXPECT_EQ(Ask("20 Alder Lane, Norwich"), "MATCHED 230");
  EXPECT_NE(Ask("20 Alder Lane, Kingsley, Norwich").substr(0, 7), "MATCHED") << "Kingsley has an Alder Lane of its own";
  EXPECT_NE(Ask("4 Unthank Road, Kingsley, Norwich").substr(0, 7), "MATCHED");
  EXPECT_EQ(Ask("4 Unthank Road, Larchwood, Norwich"), "MATCHED 304");
}

TEST_F(ContradictionsTest, TheWordsBehindTheNumberNameTheStreet) {
  AddStreet(100, "THE WILLOWS", "NR8 1JX");
  AddStreet(200, "ROE STREET", "NR4 5YN");
  AddStreet(300, "JEWSON RISE", "NR2 4NW");
  EXPECT_EQ(Ask("3 The Willows, Norwich"), "MATCHED 103");
  EXPECT_NE(Ask("The Willows, 3 Pottets Lane, Norwich").substr(0, 7), "MATCHED");
  EXPECT_NE(Ask("2 Sougt Roe Street, Norwich").substr(0, 7), "MATCHED");
  EXPECT_NE(Ask("1 Jewson lPece, Norwich").substr(0, 7), "MATCHED");
  EXPECT_EQ(Ask("1 Jewson Rsie, Norwich"), "MATCHED 301");
  EXPECT_EQ(Ask("2 Roe Strret, Norwich"), "MATCHED 202");
}

TEST_F(ContradictionsTest, APostcodeOfOtherStreets) {
  AddStreet(100, "STEWARD PLACE", "NR4 0EZ");
  Add(200, {.number = 18, .street = "STEWARD CLOSE"});
  EXPECT_NE(Ask("18 Steward Palr, Norwich", "NR4 0EZ").substr(0, 7), "MATCHED");
  EXPECT_EQ(Ask("18 Steward Close, Norwich", "NR4 0EZ"), "MATCHED 200") << "the postcode alone is wrong";
  EXPECT_EQ(Ask("3 Steward Place, Norwich", "RN4 0EZ"), "MATCHED 103") << "there is no area RN";
  EXPECT_EQ(Ask("3 Steward Plaec, Norwich", "YR4 0EZ"), "MATCHED 103");
}

TEST_F(ContradictionsTest, RivalsThatAreRuledOut) {
  Add(1, {.pao = "RECTORY VILLA", .street = "POPLAR WAY", .postcode = "NR7 0UD"});
  Add(2, {.pao = "RECTORY VIEW", .street = "POPLAR WAY", .postcode = "NR7 0UD"});
  Add(3, {.sao = "FLAT 8", .pao = "QUAYSIDE COURT", .street = "WARWICK CRESCENT"});
  Add(4, {.sao = "FLAT 8", .pao = "QUAYSIDE HOUSE", .street = "WARWICK CRESCENT"});
  EXPECT_EQ(Ask("Rectory Villa, Poplar Way", "NR7 0UD"), "MATCHED 1");
  EXPECT_EQ(Ask("Rectory View, Poplar Way", "NR7 0UD"), "MATCHED 2");
  EXPECT_EQ(Ask("Flat 8, Quayside Court, Warwick Crescent"), "MATCHED 3");
  EXPECT_NE(Ask("Rectory Dene, Poplar Way", "NR7 0UD").substr(0, 7), "MATCHED");
}

// Many streets share their first word, and many firms have a word of a street's name.
TEST_F(ContradictionsTest, CommonWordsFindTheirStreets) {
  const char* const kinds[] = {"AVENUE", "CLOSE", "COURT",  "CRESCENT", "DRIVE",   "END",   "GARDENS", "GROVE",
                               "HILL",   "LANE",  "LOKE",   "MEWS",     "PARK",    "PLACE", "PLAIN",   "RISE",
                               "ROAD",   "ROW",   "SQUARE", "STREET",   "TERRACE", "WALK",  "WAY"};
  uint64_t first = 1000;
  for (const char* const kind : kinds) {
    AddStreet(first += 10, std::string("FOX ") + kind, "NR7 4BT");
  }
  for (int i = 0; i < 500; ++i) {
    const std::string owner =
        std::string(1, static_cast<char>('A' + i % 26)) + "NGUS" + static_cast<char>('A' + i / 26);
    Add(static_cast<uint64_t>(5000 + i),
        {.number = i + 1, .street = "HIGH STREET", .postcode = "NR1 1AA", .organisation = owner + " BUTCHERS"});
  }
  AddStreet(9000, "BUTCHERS DRIVE", "NR8 2GY");
  EXPECT_EQ(Ask("5 Fox Square, Norwich"), "MATCHED 1195");
  EXPECT_EQ(Ask("5 Butcherz Drive, Norwich"), "MATCHED 9005");
}

// Two errors in a short word are forgiven where nothing nearer was found.
TEST_F(ContradictionsTest, ShortNamesMisspeltTwice) {
  AddStreet(100, "MANOR AVENUE", "NR1 2QF");
  AddStreet(200, "CROWN ROAD", "NR2 3GF");
  EXPECT_EQ(Ask("4 Menir Avenue, Norwich"), "MATCHED 104");
  EXPECT_EQ(Ask("6 Croonw Road, Norwich"), "MATCHED 206");
  AddStreet(300, "MINOR AVENUE", "NR1 2QG");
  EXPECT_NE(Ask("4 Menir Avenue, Norwich"), "MATCHED 104") << "MINOR is nearer";
}

}  // namespace
}  // namespace wensum::matching::address
