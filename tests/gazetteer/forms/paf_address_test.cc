#include "gazetteer/forms/paf_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/support/seed.h"

namespace wensum::llpg {
namespace {

using ::testing::ElementsAre;

// The fields of record 28 that tests set, in the order of an address.
struct Paf {
  std::string organisation, department, po_box, sub_building, building, number;
  std::string dependent_thoroughfare, thoroughfare, double_dependent_locality, dependent_locality;
  std::string post_town = "NORWICH";
  std::string postcode = "NR1 1AB";
};

model::DeliveryPoint MakePoint(const Paf& paf) {
  model::DeliveryPoint point;
  point.organisation_name = paf.organisation;
  point.department_name = paf.department;
  point.po_box_number = paf.po_box;
  point.sub_building_name = paf.sub_building;
  point.building_name = paf.building;
  point.building_number = paf.number;
  point.dependent_thoroughfare = paf.dependent_thoroughfare;
  point.thoroughfare = paf.thoroughfare;
  point.double_dependent_locality = paf.double_dependent_locality;
  point.dependent_locality = paf.dependent_locality;
  point.post_town = paf.post_town;
  point.postcode = paf.postcode;
  return point;
}

std::string Line(const Paf& paf) { return OneLine(PafLines(MakePoint(paf))); }

TEST(PafAddressTest, NumberLikeNames) {
  for (const char* const name : {"A", "7", "12A", "110-114", "1to1", "100:1", "12A-14B"}) {
    EXPECT_TRUE(IsNumberLike(name)) << name;
  }
  for (const char* const name :
       {"", "-", "HOLLY HOUSE", "FLAT 1", "K2 HEIGHTS", "12AB", "10 SELLON COURT", "1A HOUSE"}) {
    EXPECT_FALSE(IsNumberLike(name)) << name;
  }
}

TEST(PafAddressTest, ByTheProgrammersGuide) {
  // Every combination of sub-building name, building name and number.
  EXPECT_EQ(Line({.thoroughfare = "HIGH STREET"}), "HIGH STREET, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.number = "1", .thoroughfare = "HIGH STREET"}), "1 HIGH STREET, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.building = "THE MANOR", .thoroughfare = "HIGH STREET"}), "THE MANOR, HIGH STREET, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.building = "1A", .thoroughfare = "HIGH STREET"}), "1A HIGH STREET, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.building = "THE MANOR", .number = "11", .thoroughfare = "HIGH STREET"}),
            "THE MANOR, 11 HIGH STREET, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.sub_building = "FLAT 1", .number = "12", .thoroughfare = "HIGH STREET"}),
            "FLAT 1, 12 HIGH STREET, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.sub_building = "10B", .building = "BARRY TOWER", .thoroughfare = "ESTONE WALK"}),
            "10B BARRY TOWER, ESTONE WALK, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.sub_building = "CARETAKERS FLAT", .building = "110-114", .thoroughfare = "HIGH STREET WEST"}),
            "CARETAKERS FLAT, 110-114 HIGH STREET WEST, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.sub_building = "2B", .building = "THE TOWER", .number = "27", .thoroughfare = "JOHN STREET"}),
            "2B THE TOWER, 27 JOHN STREET, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.sub_building = "B", .thoroughfare = "HIGH STREET"}), "B HIGH STREET, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.sub_building = "A", .building = "14", .number = "16", .thoroughfare = "HIGH STREET"}),
            "A 14, 16 HIGH STREET, NORWICH, NR1 1AB");
}

TEST(PafAddressTest, NumbersWithoutAThoroughfare) {
  EXPECT_EQ(Line({.number = "4", .dependent_locality = "REEPHAM"}), "4 REEPHAM, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.number = "4", .double_dependent_locality = "EASTGATE", .dependent_locality = "CAWSTON"}),
            "4 EASTGATE, CAWSTON, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.number = "4"}), "4, NORWICH, NR1 1AB");
}

TEST(PafAddressTest, AllFields) {
  const Paf paf = {.organisation = "ACME LTD",
                   .department = "SALES DEPARTMENT",
                   .po_box = "22",
                   .sub_building = "UNIT 3",
                   .building = "MILL HOUSE",
                   .number = "5",
                   .dependent_thoroughfare = "MILL MEWS",
                   .thoroughfare = "MILL ROAD",
                   .double_dependent_locality = "EASTGATE",
                   .dependent_locality = "CAWSTON"};
  const AddressLines lines = PafLines(MakePoint(paf));
  EXPECT_EQ(OneLine(lines),
            "ACME LTD, SALES DEPARTMENT, PO BOX 22, UNIT 3, MILL HOUSE, 5 MILL MEWS, MILL ROAD, EASTGATE, CAWSTON, "
            "NORWICH, NR1 1AB");
  EXPECT_THAT(MultiLine(LabelLines(lines), 6),
              ElementsAre("Acme Ltd, Sales Department", "PO Box 22, Unit 3, Mill House", "5 Mill Mews, Mill Road",
                          "Eastgate, Cawston", "NORWICH", "NR1 1AB"));
}

TEST(PafAddressTest, PoBoxes) {
  EXPECT_EQ(Line({.organisation = "ACME LTD", .po_box = "22"}), "ACME LTD, PO BOX 22, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.po_box = "PO Box 22"}), "PO Box 22, NORWICH, NR1 1AB");
}

TEST(PafAddressTest, RepeatedOrganisationsAndUntidyFields) {
  EXPECT_EQ(Line({.organisation = "Mill House", .building = "MILL HOUSE", .thoroughfare = " MILL  ROAD,"}),
            "MILL HOUSE, MILL ROAD, NORWICH, NR1 1AB");
  EXPECT_EQ(Line({.number = "1", .thoroughfare = "MILL ROAD", .postcode = "nr11ab"}), "1 MILL ROAD, NORWICH, NR1 1AB");
}

TEST(PafAddressTest, Welsh) {
  model::DeliveryPoint point = MakePoint({.number = "5",
                                          .thoroughfare = "WELL LANE",
                                          .dependent_locality = "RADYR",
                                          .post_town = "CARDIFF",
                                          .postcode = "CF15 8AA"});
  EXPECT_FALSE(HasWelsh(point));
  EXPECT_EQ(PafLines(point, PafLanguage::kWelsh), PafLines(point, PafLanguage::kEnglish));
  point.welsh_thoroughfare = "LÔN Y FFYNNON";
  point.welsh_post_town = "CAERDYDD";
  EXPECT_TRUE(HasWelsh(point));
  EXPECT_EQ(OneLine(PafLines(point, PafLanguage::kWelsh)), "5 LÔN Y FFYNNON, RADYR, CAERDYDD, CF15 8AA");
  EXPECT_EQ(OneLine(PafLines(point)), "5 WELL LANE, RADYR, CARDIFF, CF15 8AA");
}

TEST(PafAddressTest, EveryFieldOnce) {
  const uint64_t seed = TestSeed(28);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (int round = 0; round < Rounds(5000, 100000); ++round) {
    std::vector<std::string> words;
    const auto word = [&random, &words](bool number) {
      if (random.Chance(0.4)) {
        return std::string();
      }
      words.push_back(number ? Cat(100 + words.size(), random.Chance(0.5) ? "A" : "") : Cat("W", 100 + words.size()));
      return words.back();
    };
    const Paf paf = {.organisation = word(false),
                     .department = word(false),
                     .po_box = word(false),
                     .sub_building = word(random.Chance(0.5)),
                     .building = word(random.Chance(0.5)),
                     .number = word(true),
                     .dependent_thoroughfare = word(false),
                     .thoroughfare = word(false),
                     .double_dependent_locality = word(false),
                     .dependent_locality = word(false),
                     .post_town = word(false),
                     .postcode = word(false)};
    const AddressLines lines = PafLines(MakePoint(paf));
    for (size_t max_lines = 1; max_lines <= 12; ++max_lines) {
      const std::vector<std::string> printed = MultiLine(lines, max_lines);
      ASSERT_EQ(printed.size(), std::min(max_lines, lines.size()));
      std::string all;
      for (const std::string& line : printed) {
        ASSERT_FALSE(line.empty());
        ASSERT_EQ(CleanComponent(line), line);
        AppendTo(all, line, "\n");
      }
      for (const std::string& one : words) {
        const size_t at = all.find(one);
        ASSERT_NE(at, std::string::npos) << one << " in\n" << all;
        ASSERT_EQ(all.find(one, at + 1), std::string::npos) << one << " in\n" << all;
      }
    }
  }
}

}  // namespace
}  // namespace wensum::llpg
