// Which columns of two records are compared, and what counts as the same.
#include "services/hub/record_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/gazetteer/format/random_dtf_rows.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/support/seed.h"

namespace wensum::hub {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Differ(const model::GazetteerRow& ours, const model::GazetteerRow& hubs) {
  std::vector<std::string> out;
  for (const ColumnDifference& each : DifferingColumns(ours, hubs)) {
    out.push_back(Cat(each.column, " ", each.ours, "|", each.hubs));
  }
  RecordColumns a;
  RecordColumns b;
  a.Read(ours);
  b.Read(hubs);
  EXPECT_EQ(a.Hash() == b.Hash(), out.empty());
  return out;
}

model::KeptRow Kept(int type, std::string text) {
  model::KeptRow row;
  row.record_type = type;
  row.owner = 1;
  row.subkey = "K";
  row.text = std::move(text);
  return row;
}

TEST(RecordColumnsTest, ColumnsThatDifferAreNamedWithBothValues) {
  const model::Lpi ours = gazetteer::TestLpi(1, 1, 27700001, 12);
  model::Lpi hubs = ours;
  EXPECT_THAT(Differ(ours, hubs), IsEmpty());
  hubs.pao.start_number = 14;
  hubs.pao.text = "THE \"OLD\", MILL";
  hubs.postcode.clear();
  EXPECT_THAT(Differ(ours, hubs),
              ElementsAre("PAO_START_NUMBER 12|14", "PAO_TEXT |THE \"OLD\", MILL", "POSTCODE NR1 1AB|"));
  model::Blpu moved = gazetteer::TestBlpu(1);
  moved.x += 0.25;
  EXPECT_THAT(Differ(gazetteer::TestBlpu(1), moved), ElementsAre("X_COORDINATE 623050.00|623050.25"));
}

TEST(RecordColumnsTest, WhatEachHolderStampsForItselfIsNotCompared) {
  const model::Blpu ours = gazetteer::TestBlpu(1);
  model::Blpu hubs = ours;
  hubs.dates.entry = {2026, 1, 1};
  hubs.dates.last_update = {2026, 1, 2};
  hubs.hub = {"26", "7", "CAN1"};
  EXPECT_THAT(Differ(ours, hubs), IsEmpty());
  hubs.dates.start = {2026, 1, 3};
  EXPECT_THAT(Differ(ours, hubs), ElementsAre("START_DATE 2001-05-07|2026-01-03"));
  model::Street street = gazetteer::TestStreet(1);
  street.dates.entry = {};
  street.dates.last_update = {};
  EXPECT_THAT(Differ(gazetteer::TestStreet(1), street), IsEmpty());
}

TEST(RecordColumnsTest, ANumberZeroIsNoneButInAnAddress) {
  model::Blpu ours = gazetteer::TestBlpu(1);
  model::Blpu hubs = ours;
  ours.state = hubs.state = 0;
  ours.x = hubs.x = 0;
  hubs.zeros = ~model::ZeroColumns{0};
  EXPECT_THAT(Differ(ours, hubs), IsEmpty());
  model::Lpi none = gazetteer::TestLpi(1, 1, 27700001, 0);
  const model::Lpi zero = none;
  none.pao.has_number = false;
  EXPECT_THAT(Differ(none, zero), ElementsAre("PAO_START_NUMBER |0"));
}

TEST(RecordColumnsTest, RowsWhoseColumnsAreNotKnownAreComparedColumnByColumn) {
  EXPECT_THAT(Differ(Kept(26, "1,\"K\",1.5, 7"), Kept(26, "1,K,1.5,\"7 \"")), IsEmpty());
  EXPECT_THAT(Differ(Kept(26, "1,\"K\",1,2"), Kept(26, "1,\"K\",1,3,\"more \"\"text\"\"\"")),
              ElementsAre("column 7 2|3", "column 8 |more \"text\""));
  EXPECT_THAT(Differ(Kept(26, "1,K"), Kept(26, "1,K,,\"\"")), IsEmpty()) << "nothing more is said";
  EXPECT_THAT(Differ(Kept(26, ""), Kept(26, ",")), IsEmpty());
  // A provenance that does not fit its layout, and one that does.
  model::Provenance fits;
  fits.uprn = *model::Uprn::Create(1);
  fits.provenance_key = "K";
  fits.code = "T";
  EXPECT_THAT(Differ(fits, Kept(22, "1,\"K\",\"L\"")), ElementsAre("PROVENANCE_CODE T|L"));
}

TEST(RecordColumnsTest, HashesAgreeWithColumnsOnRandomRows) {
  const uint64_t seed = TestSeed(2112);
  SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
  Random random(seed);
  std::vector<std::vector<model::GazetteerRow>> by_type;
  for (const int type : {11, 12, 13, 15, 21, 22, 23, 24, 26}) {
    std::vector<model::GazetteerRow>& rows = by_type.emplace_back();
    for (int i = 0; i < 40; ++i) {
      rows.push_back(llpg::RandomDtfRow(random, type, {}));
    }
  }
  size_t same = 0;
  for (const std::vector<model::GazetteerRow>& rows : by_type) {
    for (const model::GazetteerRow& a : rows) {
      for (const model::GazetteerRow& b : rows) {
        same += Differ(a, b).empty() ? 1 : 0;
      }
    }
  }
  EXPECT_GE(same, by_type.size() * 40) << "each with itself";
}

}  // namespace
}  // namespace wensum::hub
