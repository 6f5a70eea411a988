#include "gazetteer/geo/ostn15_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/gazetteer/geo/ostn15_fixture.h"
#include "tests/support/seed.h"

namespace wensum::llpg {
namespace {

using ::testing::HasSubstr;

// A number of the table, in millimetres, as the format's description has it.
int TableValue(const std::string& table, int base, int column, int row) {
  const size_t at = 2 * (static_cast<size_t>(row) * Ostn15Grid::kColumns + column);
  return base + static_cast<uint8_t>(table[at]) + 256 * static_cast<uint8_t>(table[at + 1]);
}

TEST(Ostn15GridTest, NodesAreTheTablesNumbers) {
  const auto grid = InstalledGrid();
  ASSERT_NE(grid, nullptr);
  const uint64_t seed = TestSeed(20251122);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (int i = 0; i < 1000; ++i) {
    // The corners among them.
    const int column =
        i < 4 ? (i % 2) * (Ostn15Grid::kColumns - 1) : static_cast<int>(random.Below(Ostn15Grid::kColumns));
    const int row = i < 4 ? (i / 2) * (Ostn15Grid::kRows - 1) : static_cast<int>(random.Below(Ostn15Grid::kRows));
    const auto shift = grid->At(column * 1000.0, row * 1000.0);
    ASSERT_TRUE(shift.has_value()) << column << " " << row;
    EXPECT_NEAR(shift->east * 1000, TableValue(EastTable(), Ostn15Grid::kEastBase, column, row), 1e-6);
    EXPECT_NEAR(shift->north * 1000, TableValue(NorthTable(), Ostn15Grid::kNorthBase, column, row), 1e-6);
  }
}

// Ordnance Survey prints the interpolated shift of test point TP01 too.
TEST(Ostn15GridTest, InterpolatesAsOrdnanceSurveyDoes) {
  const auto shift = InstalledGrid()->At(91400.0004, 11399.9993);
  ASSERT_TRUE(shift.has_value());
  EXPECT_NEAR(shift->east, 92.14556, 1e-5);
}

TEST(Ostn15GridTest, IsContinuousAcrossCells) {
  const auto grid = InstalledGrid();
  for (const double east : {1000.0, 530000.0, 699000.0}) {
    for (const double north : {1000.0, 178000.0, 1249000.0}) {
      const auto before = grid->At(std::nextafter(east, 0), std::nextafter(north, 0));
      const auto after = grid->At(east, north);
      ASSERT_TRUE(before.has_value() && after.has_value());
      EXPECT_NEAR(before->east, after->east, 1e-9);
      EXPECT_NEAR(before->north, after->north, 1e-9);
    }
  }
}

TEST(Ostn15GridTest, NothingOutside) {
  const auto grid = InstalledGrid();
  EXPECT_TRUE(grid->At(0, 0).has_value());
  EXPECT_TRUE(grid->At(700000, 1250000).has_value());
  EXPECT_FALSE(grid->At(-0.001, 500000).has_value());
  EXPECT_FALSE(grid->At(700000.001, 500000).has_value());
  EXPECT_FALSE(grid->At(500000, -0.001).has_value());
  EXPECT_FALSE(grid->At(500000, 1250000.001).has_value());
  EXPECT_FALSE(grid->At(std::numeric_limits<double>::quiet_NaN(), 0).has_value());
  EXPECT_FALSE(grid->At(0, std::numeric_limits<double>::infinity()).has_value());
}

TEST(Ostn15GridTest, RefusesTablesThatAreNotOstn15) {
  const auto message = [](const std::string& east, const std::string& north) {
    const auto grid = Ostn15Grid::Create(east, north);
    EXPECT_EQ(grid.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(Message(grid.status()));
  };
  EXPECT_THAT(message("", NorthTable()), HasSubstr("the east table of OSTN15 shifts has 0 bytes, not 1753902"));
  EXPECT_THAT(message(EastTable(), NorthTable() + "x"), HasSubstr("the north table"));
  EXPECT_THAT(message(NorthTable(), EastTable()), HasSubstr("swapped"));
  EXPECT_THAT(message(std::string(Ostn15Grid::kTableBytes, '\0'), NorthTable()), HasSubstr("not the shifts of OSTN15"));
}

// Ordnance Survey's file of the same numbers, written from the tables.
std::string DataFile() {
  std::string text =
      "Point_ID,ETRS89_Easting,ETRS89_Northing,ETRS89_OSGB36_EShift,ETRS89_OSGB36_NShift,"
      "ETRS89_ODN_HeightShift,Height_Datum_Flag\r\n";
  size_t id = 0;
  for (int row = 0; row < Ostn15Grid::kRows; ++row) {
    for (int column = 0; column < Ostn15Grid::kColumns; ++column) {
      AppendTo(text, ++id, ",", column * 1000, ",", row * 1000, ",",
               TableValue(EastTable(), Ostn15Grid::kEastBase, column, row) / 1000.0, ",",
               TableValue(NorthTable(), Ostn15Grid::kNorthBase, column, row) / 1000.0, ",55.1,1\r\n");
    }
  }
  return text;
}

TEST(Ostn15GridTest, ReadsTheDataFile) {
  const auto grid = Ostn15Grid::ParseDataFile(DataFile());
  ASSERT_TRUE(grid.ok()) << grid.status();
  const auto tables = InstalledGrid();
  const uint64_t seed = TestSeed(7);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (int i = 0; i < 1000; ++i) {
    const double east = random.Unit() * 700000;
    const double north = random.Unit() * 1250000;
    EXPECT_EQ(grid->At(east, north), tables->At(east, north));
  }
}

TEST(Ostn15GridTest, DataFileErrorsNameTheLine) {
  const auto message = [](const std::string& text) {
    const auto grid = Ostn15Grid::ParseDataFile(text);
    EXPECT_EQ(grid.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(Message(grid.status()));
  };
  EXPECT_THAT(message(""), HasSubstr("has 0 nodes"));
  EXPECT_THAT(message("h\n1,0,0,91.902\n"), HasSubstr("line 2"));
  EXPECT_THAT(message("h\n1,0,0,x,-81.603\n"), HasSubstr("line 2"));
  EXPECT_THAT(message("h\n1,0,0,91.902,-81.603,0,0\n1,0,0,91.902,-81.603,0,0\n"), HasSubstr("line 3"));
  EXPECT_THAT(message("h\n1,0,0,0,-81.603\n"), HasSubstr("a shift that OSTN15 does not have"));
  EXPECT_THAT(message("h\n1,0,0,91.902,-81.603,0,0\n"), HasSubstr("has 1 nodes"));
}

}  // namespace
}  // namespace wensum::llpg
