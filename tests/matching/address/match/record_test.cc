// How the gazetteer's own texts are read into fields, with commas and without.
#include "matching/address/match/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "tests/matching/address/match/match_text.h"
#include "tests/matching/address/match/town.h"

namespace wensum::matching::address::match {
namespace {

using ::testing::Contains;
using ::testing::Not;

struct RecordCase {
  std::string_view text;
  // Unit, house, building, street and places, last place first; "single" or "relation" behind them.
  std::string_view record;
};

class RecordTest : public testing::Test {
 protected:
  RecordTest() {
    for (const std::string_view place : {"NORWICH", "THORPE", "SPROWSTON", "GREAT YARMOUTH"}) {
      index_.AddPlaces({WordsOf(place, index_.mutable_names())});
    }
  }

  std::string Read(std::string_view text) {
    const AddressLine line(text, "", index_.mutable_names());
    const NameTable& names = index_.names();
    const RecordDraft draft = ReadRecord(line, names, nullptr);
    std::vector<std::string> places;
    for (const NameWords& place : draft.places) places.push_back(Print(place, names));
    return Cat(Print(draft.unit), " | ", Print(draft.house), " | ", Print(draft.building, names),
               draft.extra.empty() ? "" : " + ", Print(draft.extra, names), " | ", Print(draft.street, names), " | ",
               Join(places, ", "), draft.single ? " | single" : "", draft.relation ? " | relation" : "");
  }

  void Check(const std::vector<RecordCase>& cases) {
    for (const RecordCase& example : cases) EXPECT_EQ(Read(example.text), example.record) << example.text;
  }

  MatchIndex index_;
};

TEST_F(RecordTest, WithCommas) {
  Check({{"12 MILL ROAD, NORWICH", "- | 12 |  | MILL ROAD | NORWICH"},
         {"12, MILL ROAD, THORPE, NORWICH", "- | 12 |  | MILL ROAD | NORWICH, THORPE"},
         {"12A MILL RD, NORWICH", "- | 12A |  | MILL ROAD | NORWICH"},
         {"12-14 MILL ROAD, NORWICH", "- | 12-14 |  | MILL ROAD | NORWICH"},
         {"FLAT 3, 12 MILL ROAD, NORWICH", "FLAT 3 | 12 |  | MILL ROAD | NORWICH"},
         {"3, 12 MILL ROAD, NORWICH", "3 | 12 |  | MILL ROAD | NORWICH"},
         {"FLAT 3, ARGYLE HOUSE, PARK LANE, NORWICH", "FLAT 3 | - | ARGYLE HOUSE | PARK LANE | NORWICH"},
         {"FLAT 3, ARGYLE HOUSE, 12 PARK LANE, NORWICH", "FLAT 3 | 12 | ARGYLE HOUSE | PARK LANE | NORWICH"},
         {"ROSE COTTAGE, CHURCH HILL, THORPE, NORWICH", "- | - | ROSE COTTAGE | CHURCH HILL | NORWICH, THORPE"},
         {"GROUND FLOOR FLAT, 30 PARK LANE, NORWICH", "FLAT, floors G | 30 |  | PARK LANE | NORWICH"},
         {"3, ARGYLE HOUSE, PARK LANE, NORWICH", "3 | - | ARGYLE HOUSE | PARK LANE | NORWICH | single"},
         {"LAND AT 14 CHURCH HILL, THORPE", "- | 14 |  | CHURCH HILL | THORPE | relation"},
         {"12 MILL ROAD, GREAT YARMOUTH", "- | 12 |  | MILL ROAD | GREAT YARMOUTH"},
         {"12 MILL ROAD, NORWICH, NORFOLK", "- | 12 |  | MILL ROAD | NORWICH"},
         {"12 TOMBLAND, NORWICH", "- | 12 |  | TOMBLAND | NORWICH"}});
}

TEST_F(RecordTest, WithoutCommas) {
  Check({{"12 MILL ROAD NORWICH", "- | 12 |  | MILL ROAD | NORWICH"},
         {"12 MILL ROAD THORPE NORWICH", "- | 12 |  | MILL ROAD | NORWICH, THORPE"},
         {"FLAT 3 12 MILL ROAD NORWICH", "FLAT 3 | 12 |  | MILL ROAD | NORWICH"},
         {"FLAT 24 MERROW COURT EAST CANAL ROAD NORWICH", "FLAT 24 | - | MERROW COURT | EAST CANAL ROAD | NORWICH"},
         {"FLAT 3 ARGYLE HOUSE 12 PARK LANE NORWICH", "FLAT 3 | 12 | ARGYLE HOUSE | PARK LANE | NORWICH"},
         {"12 CHURCH HILL ROAD NORWICH", "- | 12 |  | CHURCH HILL ROAD | NORWICH"},
         {"12 ALDBOROUGH ROAD SOUTH NORWICH", "- | 12 |  | ALDBOROUGH ROAD SOUTH | NORWICH"},
         {"GROUND FLOOR LEFT FLAT 76 MILL ROAD NORWICH", "FLAT, floors G, left | 76 |  | MILL ROAD | NORWICH"},
         {"FLAT 165 BLOCK 3 ROSE SQUARE NORWICH", "FLAT 165, block 3 | - |  | ROSE SQUARE | NORWICH | single"}});
}

TEST_F(RecordTest, PlacesAreNoStreets) {
  Check({{"12 NORWICH ROAD, NORWICH", "- | 12 |  | NORWICH ROAD | NORWICH"},
         {"12 THORPE ROAD, NORWICH", "- | 12 |  | THORPE ROAD | NORWICH"},
         // The only name: it is the street, for a record must have something to be known by.
         {"12 NORWICH", "- | 12 |  | NORWICH | "}});
}

TEST_F(RecordTest, EmptyTextsAreEmptyRecords) {
  for (const std::string_view text : {"", ",", "12345", "NR1 1AA"}) EXPECT_EQ(Read(text), "- | - |  |  | ") << text;
  EXPECT_EQ(Read("12"), "- | 12 |  |  | ");
}

TEST_F(RecordTest, WordsOfTypedFields) {
  NameTable* const names = index_.mutable_names();
  EXPECT_EQ(Print(WordsOf("Mill Rd.", names), *names), "MILL ROAD");
  EXPECT_EQ(Print(WordsOf("St. Andrew's Hill", names), *names), "ST ANDREWS HILL");
  EXPECT_EQ(Print(WordsOf("Heol y Parc", names), *names), "HEOL Y PARC");
  EXPECT_EQ(Print(WordsOf("", names), *names), "");
}

std::vector<std::string> PlacesLearnt(const std::vector<std::string>& lines) {
  MatchIndex index;
  ListLearner list(index.names());
  for (const std::string& line : lines) list.See(AddressLine(line, "", index.mutable_names()));
  std::vector<std::string> places;
  for (const NameWords& place : list.Places()) places.push_back(Print(place, index.names()));
  return places;
}

TEST(ListLearnerTest, WhatFollowsManyNamesIsAPlace) {
  std::vector<std::string> lines;
  for (const char* const street : {"MILL ROAD", "PARK LANE", "OAK AVENUE", "CHURCH HILL", "TOMBLAND"}) {
    for (int number = 1; number <= 4; ++number) lines.push_back(Cat(number, " ", street, ", LITTLE SNORING"));
    lines.push_back(Cat("ROSE COTTAGE, ", street, ", LITTLE SNORING"));
  }
  const std::vector<std::string> places = PlacesLearnt(lines);
  EXPECT_THAT(places, Contains("LITTLE SNORING"));
  EXPECT_THAT(places, Not(Contains("MILL ROAD")));
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
  // In any order of the list.
  std::vector<std::string> reversed(lines.rbegin(), lines.rend());
  EXPECT_EQ(PlacesLearnt(reversed), places);
}

TEST(ListLearnerTest, WhatFollowsNumbersIsAStreet) {
  std::vector<std::string> lines;
  for (int number = 1; number <= 30; ++number) {
    lines.push_back(Cat(number, ", TOMBLAND"));
    lines.push_back(Cat("FLAT ", number, ", TOMBLAND"));
  }
  EXPECT_THAT(PlacesLearnt(lines), Not(Contains("TOMBLAND")));
}

TEST(ListLearnerTest, WithoutCommasWhatFollowsTheStreetsIsAPlace) {
  std::vector<std::string> lines;
  for (const char* const street : {"MILL ROAD", "PARK LANE", "OAK AVENUE", "CHURCH HILL", "ELM CLOSE"}) {
    for (int number = 1; number <= 4; ++number) lines.push_back(Cat(number, " ", street, " SNORING"));
  }
  EXPECT_THAT(PlacesLearnt(lines), Contains("SNORING"));
}

TEST(ListLearnerTest, AFewNamesAreNotEnough) {
  EXPECT_THAT(PlacesLearnt({"1 MILL ROAD, SNORING", "2 MILL ROAD, SNORING"}), Not(Contains("SNORING")));
  EXPECT_TRUE(PlacesLearnt({}).empty());
}

}  // namespace
}  // namespace wensum::matching::address::match
