// What the tokens of a text say as typed evidence, and the readings of its numbers.
#include "matching/address/match/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/matching/address/match/match_text.h"

namespace wensum::matching::address::match {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

struct EvidenceCase {
  std::string_view text;
  // Unit, numbers (those of a neighbour in brackets) and words left for names, with "relation" behind them.
  std::string_view evidence;
};

std::string PrintSpan(const Numeral& numeral) {
  const std::string span = (numeral.prefix != 0 ? std::string(1, numeral.prefix) : "") + Print(numeral.span);
  return numeral.contextual ? Cat("(", span, ")") : span;
}

std::string EvidenceOf(std::string_view text) {
  const NameTable names;
  const AddressLine line(text, "", names);
  const Evidence evidence = ReadEvidence(line.tokens());
  std::vector<std::string> numbers;
  for (const Numeral& numeral : evidence.numbers) numbers.push_back(PrintSpan(numeral));
  std::vector<std::string> words;
  for (size_t i = 0; i < line.tokens().size(); ++i) {
    if ((evidence.names >> i & 1) != 0) words.emplace_back(line.tokens()[i].text);
  }
  return Cat(Print(evidence.unit), " | ", Join(numbers, " "), " | ", Join(words, " "),
             evidence.relation ? " | relation" : "");
}

void CheckEvidence(const std::vector<EvidenceCase>& cases) {
  for (const EvidenceCase& example : cases) {
    EXPECT_EQ(EvidenceOf(example.text), example.evidence) << example.text;
  }
}

// "FLAT 3 @ 12": a unit at a house; what is left out is "-".
std::vector<std::string> ReadingsOf(std::string_view text) {
  const NameTable names;
  const AddressLine line(text, "", names);
  std::vector<std::string> readings;
  for (const Reading& reading : MakeReadings(ReadEvidence(line.tokens()))) {
    readings.push_back(Cat(Print(reading.unit), " @ ", Print(reading.house), reading.contextual ? " near" : "",
                           reading.leaves_number ? " and more" : ""));
  }
  return readings;
}

// The reading that costs least; of equals the first.
std::string LikeliestOf(std::string_view text) {
  const NameTable names;
  const AddressLine line(text, "", names);
  const Readings readings = MakeReadings(ReadEvidence(line.tokens()));
  const auto best = std::max_element(readings.begin(), readings.end(),
                                     [](const Reading& a, const Reading& b) { return a.penalty < b.penalty; });
  return Cat(Print(best->unit), " @ ", Print(best->house));
}

TEST(EvidenceTest, Units) {
  CheckEvidence({{"FLAT 3, 12 MILL ROAD", "FLAT 3 | 12 | MILL ROAD"},
                 {"FLAT 3A 12 MILL ROAD", "FLAT 3A | 12 | MILL ROAD"},
                 {"FLAT A 12 MILL ROAD", "FLAT A | 12 | MILL ROAD"},
                 {"FLAT B12, ARGYLE HOUSE", "FLAT B12 |  | ARGYLE HOUSE"},
                 {"APARTMENT 3, ARGYLE HOUSE", "FLAT 3 |  | ARGYLE HOUSE"},
                 {"FLAT NO 3, ARGYLE HOUSE", "FLAT 3 |  | ARGYLE HOUSE"},
                 {"UNIT 6, 2 MILL ROAD", "UNIT 6 | 2 | MILL ROAD"},
                 {"STUDIO 4, 2 MILL ROAD", "STUDIO 4 | 2 | MILL ROAD"},
                 {"OFFICE 4, 2 MILL ROAD", "SUITE 4 | 2 | MILL ROAD"},
                 {"ROOM 4, 2 MILL ROAD", "ROOM 4 | 2 | MILL ROAD"},
                 {"SHOP 4, 2 MILL ROAD", "SHOP 4 | 2 | MILL ROAD"},
                 {"GARAGE 4, 2 MILL ROAD", "GARAGE 4 | 2 | MILL ROAD"},
                 {"PLOT 4, MILL ROAD", "PLOT 4 |  | MILL ROAD"},
                 {"CARAVAN 4, MILL PARK", "CARAVAN 4 |  | MILL PARK"},
                 {"MOORING 4, MILL QUAY", "MOORING 4 |  | MILL QUAY"},
                 {"ANNEXE, 12 MILL ROAD", "ANNEXE | 12 | MILL ROAD"},
                 {"THE FLAT, 12 MILL ROAD", "FLAT | 12 | THE MILL ROAD"},
                 {"PENTHOUSE, 12 MILL ROAD", "PENTHOUSE | 12 | MILL ROAD"},
                 {"FLATS 3-4, 12 MILL ROAD", "3/4 | 12 | MILL ROAD"}});
}

TEST(EvidenceTest, Floors) {
  CheckEvidence({{"FIRST FLOOR FLAT 98 MILL ROAD", "FLAT, floors 1 | 98 | MILL ROAD"},
                 {"FLAT 1ST FLR, 98 MILL ROAD", "FLAT, floors 1 | 98 | MILL ROAD"},
                 {"FIRST AND SECOND FLOOR FLAT, 98 MILL ROAD", "FLAT, floors 12 | 98 | MILL ROAD"},
                 {"MAIS 1ST 2ND AND 3RD FLRS 169 MILL ROAD", "FLAT, floors 123 | 169 | MILL ROAD"},
                 {"FIRST TO THIRD FLOOR FLAT 169 MILL ROAD", "FLAT, floors 123 | 169 | MILL ROAD"},
                 {"GROUND TO SECOND FLOORS, 169 MILL ROAD", "floors G12 | 169 | MILL ROAD"},
                 {"FIRST FLOOR AND SECOND FLOOR FLAT 19 MILL ROAD", "FLAT, floors 12 | 19 | MILL ROAD"},
                 {"BASEMENT FLAT 98 MILL ROAD", "FLAT, floors B | 98 | MILL ROAD"},
                 {"FLAT LGND FLR 22A MILL ROAD", "FLAT, floors B | 22A | MILL ROAD"},
                 {"LOWER GROUND FLOOR FLAT 22 MILL ROAD", "FLAT, floors B | 22 | MILL ROAD"},
                 {"UPPER GROUND FLOOR FLAT 22 MILL ROAD", "FLAT, floors G | 22 | MILL ROAD"},
                 {"GARDEN FLAT, 22 MILL ROAD", "FLAT, floors BG | 22 | MILL ROAD"},
                 {"GFF, 22 MILL ROAD", "FLAT, floors G | 22 | MILL ROAD"},
                 {"FFF 22 MILL ROAD", "FLAT, floors 1 | 22 | MILL ROAD"},
                 {"TOP FLOOR FLAT 30 MILL ROAD", "FLAT, floors T | 30 | MILL ROAD"},
                 {"FLAT ATTIC FLR 163A MILL ROAD", "FLAT, floors A | 163A | MILL ROAD"},
                 {"SECOND FLAT C 19 MILL ROAD", "FLAT C, floors 2 | 19 | MILL ROAD"},
                 {"FLAT 5 3RD FLR 172 MILL ROAD", "FLAT 5, floors 3 | 172 | MILL ROAD"}});
}

TEST(EvidenceTest, FloorWordsInNamesAreNoFloors) {
  CheckEvidence({{"12 FIRST AVENUE", "- | 12 | FIRST AVENUE"},
                 {"12 TOP ROAD", "- | 12 | TOP ROAD"},
                 {"12 GARDEN STREET", "- | 12 | GARDEN STREET"},
                 {"12 LOFT COURT", "- | 12 | LOFT COURT"},
                 {"4 SECOND CROSS ROAD", "- | 4 | SECOND CROSS ROAD"}});
}

TEST(EvidenceTest, Sides) {
  CheckEvidence({{"GROUND FLOOR LEFT FLAT 76 MILL ROAD", "FLAT, floors G, left | 76 | MILL ROAD"},
                 {"FLAT GND FLR LHS 76A MILL ROAD", "FLAT, floors G, left | 76A | MILL ROAD"},
                 {"2FR, 30, MILL ROAD", "floors 2, right | 30 | MILL ROAD"},
                 {"TF/L 30 MILL ROAD", "floors T, left | 30 | MILL ROAD"},
                 {"FLAT BST FT 141 MILL ROAD", "FLAT, floors B, front | 141 | MILL ROAD"},
                 {"BASEMENT REAR FLAT 141 MILL ROAD", "FLAT, floors B, rear | 141 | MILL ROAD"},
                 {"FIRST FLOOR RIGHT HAND SIDE, 30 MILL ROAD", "floors 1, right | 30 | MILL ROAD"},
                 // Of a name, not of a flat.
                 {"12 CENTRE ROAD", "- | 12 | CENTRE ROAD"},
                 {"12 REAR STREET", "- | 12 | REAR STREET"},
                 {"3 MIDDLE ROW", "- | 3 | MIDDLE ROW"}});
}

TEST(EvidenceTest, Blocks) {
  CheckEvidence({{"FLAT 165 BLOCK 3 ROSE SQUARE", "FLAT 165, block 3 |  | ROSE SQUARE"},
                 {"FLAT 165 BLOCK C ROSE SQUARE", "FLAT 165, block C |  | ROSE SQUARE"},
                 {"FLAT 165 C BLOCK ROSE SQUARE", "FLAT 165C |  | BLOCK ROSE SQUARE"},
                 {"BLOCK B STANNARD HALL", "block B |  | STANNARD HALL"},
                 {"FLAT 2, B BLOCK, STANNARD HALL", "FLAT 2, block B |  | STANNARD HALL"},
                 {"THE BLOCK, 12 MILL ROAD", "- | 12 | THE BLOCK MILL ROAD"}});
}

TEST(EvidenceTest, Relations) {
  CheckEvidence({{"REAR OF 130 MILL ROAD", "- | (130) | MILL ROAD | relation"},
                 {"TY CEDAR REAR OF 130 MILL ROAD", "- | (130) | TY CEDAR MILL ROAD | relation"},
                 {"R/O 130 MILL ROAD", "- | (130) | MILL ROAD | relation"},
                 {"LAND AT 130 MILL ROAD", "- | (130) | MILL ROAD | relation"},
                 {"LAND ADJ TO 130 MILL ROAD", "- | (130) | MILL ROAD | relation"},
                 {"LAND TO REAR OF 130 MILL ROAD", "- | (130) | MILL ROAD | relation"},
                 {"OPPOSITE 130 MILL ROAD", "- | (130) | MILL ROAD | relation"},
                 {"NEXT TO 130 MILL ROAD", "- | (130) | MILL ROAD | relation"},
                 {"GARAGE 1, ADJACENT 130 MILL ROAD", "GARAGE 1 | (130) | MILL ROAD | relation"},
                 {"SUBSTATION ADJACENT TO 130 MILL ROAD", "- | (130) | SUBSTATION MILL ROAD | relation"},
                 {"GARAGES OPP 130 MILL ROAD", "- | (130) | GARAGES MILL ROAD | relation"},
                 // The shop is not the property, the number is.
                 {"FLAT ABOVE THE SHOP, 30A MILL ROAD", "FLAT | 30A | MILL ROAD"},
                 {"12 LAND ROAD", "- | 12 | LAND ROAD"},
                 {"12 ABOVE BAR", "- | 12 | ABOVE BAR"}});
}

TEST(EvidenceTest, UnitWordsInNames) {
  CheckEvidence({{"EVERGREEN APARTMENTS 253 MILL ROAD", "- | 253 | EVERGREEN APARTMENTS MILL ROAD"},
                 {"3 EVERGREEN APARTMENTS, MILL ROAD", "- | 3 | EVERGREEN APARTMENTS MILL ROAD"},
                 {"ROOMS AT 1-3 CROSSWAY", "- | 1-3 | ROOMS AT CROSSWAY"},
                 {"THE COFFEE SHOP, 12 MILL ROAD", "- | 12 | THE COFFEE SHOP MILL ROAD"},
                 {"12 MARSH FLAT LANE", "- | 12 | MARSH FLAT LANE"},
                 {"12 BAY ROAD", "- | 12 | BAY ROAD"},
                 {"12 PLOT LANE", "- | 12 | PLOT LANE"},
                 {"MR J SMITH, 12 MILL ROAD", "- | 12 | MR J SMITH MILL ROAD"}});
}

TEST(ReadingsTest, OneNumberIsTheHouseOrElseTheUnit) {
  EXPECT_EQ(LikeliestOf("12 MILL ROAD"), "- @ 12");
  EXPECT_THAT(ReadingsOf("12 MILL ROAD"), Contains("12 @ -"));
  EXPECT_EQ(LikeliestOf("12A MILL ROAD"), "- @ 12A");
  EXPECT_THAT(ReadingsOf("12A MILL ROAD"), Contains("A @ 12"));
  EXPECT_EQ(ReadingsOf("MILL ROAD"), std::vector<std::string>{"- @ -"});
  EXPECT_EQ(ReadingsOf(""), std::vector<std::string>{"- @ -"});
}

TEST(ReadingsTest, AStatedUnitIsNeverTheHouseBesideAHouse) {
  EXPECT_EQ(LikeliestOf("FLAT 3, 12 MILL ROAD"), "FLAT 3 @ 12");
  EXPECT_THAT(ReadingsOf("FLAT 3, 12 MILL ROAD"), Not(Contains("FLAT 12 @ 3")));
  EXPECT_EQ(LikeliestOf("FLAT 3 MILL ROAD"), "FLAT 3 @ -");
  EXPECT_THAT(ReadingsOf("FLAT 3 MILL ROAD"), Contains("FLAT @ 3"));
  EXPECT_THAT(ReadingsOf("FLAT 12A, MILL ROAD"), Contains("FLAT A @ 12"));
  EXPECT_EQ(LikeliestOf("FLAT 3, 12A MILL ROAD"), "FLAT 3 @ 12A");
  EXPECT_THAT(ReadingsOf("FLAT 3, 12A MILL ROAD"), Contains("FLAT 3A @ 12"));
  EXPECT_EQ(LikeliestOf("FLAT A, 12 MILL ROAD"), "FLAT A @ 12");
  EXPECT_THAT(ReadingsOf("FLAT A, 12 MILL ROAD"), Contains("FLAT @ 12A"));
}

TEST(ReadingsTest, TwoNumbersAreUnitAndHouseInEitherOrder) {
  EXPECT_EQ(LikeliestOf("3, 12 MILL ROAD"), "3 @ 12");
  EXPECT_THAT(ReadingsOf("3, 12 MILL ROAD"), Contains("12 @ 3"));
  EXPECT_THAT(ReadingsOf("3, 12 MILL ROAD"), Contains("- @ 12 and more"));
}

TEST(ReadingsTest, EqualNumbersAreOneHouseOrAUnitOfItsNumber) {
  EXPECT_EQ(LikeliestOf("3, 3 LOVE LANE"), "- @ 3");
  EXPECT_THAT(ReadingsOf("3, 3 LOVE LANE"), Contains("3 @ 3"));
}

TEST(ReadingsTest, LooseLettersAreOfTheHouseOrTheUnit) {
  EXPECT_THAT(ReadingsOf("A, 133 FULLWELL AVENUE"), Contains("A @ 133"));
  EXPECT_THAT(ReadingsOf("A, 133 FULLWELL AVENUE"), Contains("- @ 133A"));
  EXPECT_THAT(ReadingsOf("A, 133 FULLWELL AVENUE"), Contains("- @ 133 and more"));
  EXPECT_THAT(ReadingsOf("A, ARGYLE HOUSE"), Contains("A @ -"));
  EXPECT_THAT(ReadingsOf("A, ARGYLE HOUSE"), Contains("- @ -"));
}

TEST(ReadingsTest, RangesAndSlashesAreAlsoAFlatAndItsHouse) {
  EXPECT_EQ(LikeliestOf("12-14 MILL ROAD"), "- @ 12-14");
  EXPECT_THAT(ReadingsOf("12-14 MILL ROAD"), Contains("12 @ 14"));
  EXPECT_EQ(LikeliestOf("12/14 MILL ROAD"), "- @ 12-14");
  EXPECT_EQ(LikeliestOf("3/12 MILL ROAD"), "3 @ 12");
  EXPECT_THAT(ReadingsOf("3/12 MILL ROAD"), Contains("3 @ 12"));
  EXPECT_EQ(LikeliestOf("3/125 MILL ROAD"), "3 @ 125");
  EXPECT_EQ(LikeliestOf("14/12 MILL ROAD"), "14 @ 12");
  EXPECT_THAT(ReadingsOf("14/12 MILL ROAD"), Contains("12 @ 14"));
}

TEST(ReadingsTest, ScottishFlats) {
  EXPECT_THAT(ReadingsOf("3/2 41 DUMMY ROAD"), Contains("2, floors 3 @ 41"));
  EXPECT_THAT(ReadingsOf("3/2 41 DUMMY ROAD"), Contains("3/2 @ 41"));
  EXPECT_THAT(ReadingsOf("0/2 41 DUMMY ROAD"), Contains("2, floors G @ 41"));
  EXPECT_THAT(ReadingsOf("2F1 41 DUMMY ROAD"), Contains("FLAT 1, floors 2 @ 41"));
}

TEST(ReadingsTest, CodesAreUnits) {
  EXPECT_EQ(LikeliestOf("B12 ARGYLE HOUSE"), "B12 @ -");
  EXPECT_THAT(ReadingsOf("B12 ARGYLE HOUSE"), Contains("B @ 12"));
  EXPECT_THAT(ReadingsOf("F12 ARGYLE HOUSE"), Contains("12 @ -"));
}

TEST(ReadingsTest, FloorBeforeUnitLeavesTheNumberOpen) {
  EXPECT_EQ(LikeliestOf("GROUND FLOOR FLAT 98 MILL ROAD"), "FLAT, floors G @ 98");
  EXPECT_THAT(ReadingsOf("GROUND FLOOR FLAT 98 MILL ROAD"), Contains("FLAT 98, floors G @ -"));
  EXPECT_EQ(LikeliestOf("GROUND FLOOR FLAT 3, 98 MILL ROAD"), "FLAT 3, floors G @ 98");
}

TEST(ReadingsTest, ANeighboursNumberIsMarked) {
  EXPECT_THAT(ReadingsOf("REAR OF 130 MILL ROAD"), Contains("- @ 130 near"));
  EXPECT_THAT(ReadingsOf("REAR OF 130 MILL ROAD"), Not(Contains("- @ 130")));
}

TEST(ReadingsTest, ManyNumbersKeepTheirMarks) {
  // More ways to read six numbers than are kept: what is over the limit must leave no trace on the last.
  const NameTable names;
  for (const std::string_view text :
       {"1, 3, 5, 7, 9, REAR OF 11 MILL ROAD", "REAR OF 11, 1, 3, 5, 7, 9 MILL ROAD",
        "FLAT 2, 1, 3, 5, 7, 9, REAR OF 11 MILL ROAD", "REAR OF 11, 1/2, 3/40, 5, 7, 9 MILL ROAD",
        "1/2, 3/4, 5/6, 7/8, 9/10, 11/12", "1A, 3A, 5A, 7A, 9A, REAR OF 11A"}) {
    const AddressLine line(text, "", names);
    const Evidence evidence = ReadEvidence(line.tokens());
    const Readings readings = MakeReadings(evidence);
    EXPECT_THAT(readings, Not(IsEmpty()));
    EXPECT_LE(readings.size(), kMostReadings) << text;
    for (const Reading& reading : readings) {
      if (reading.house_position < 0) {
        EXPECT_FALSE(reading.contextual) << text;
        continue;
      }
      const auto numeral = std::find_if(evidence.numbers.begin(), evidence.numbers.end(),
                                        [&](const Numeral& other) { return other.position == reading.house_position; });
      ASSERT_NE(numeral, evidence.numbers.end()) << text;
      EXPECT_EQ(reading.contextual, numeral->contextual) << text << ": house " << Print(reading.house);
    }
  }
}

}  // namespace
}  // namespace wensum::matching::address::match
