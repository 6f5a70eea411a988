#include "gazetteer/lifecycle/invariants.h"

#include "gazetteer/lifecycle/row_columns.h"
#include "tests/gazetteer/lifecycle/town_fixture.h"

namespace wensum::llpg {
namespace {

TEST(InvariantsTest, StatusMatrices) {
  // DEC 7.3.4.6 and AAU21.42, by BLPU status: which LPI statuses, which states.
  const struct {
    int blpu;
    std::string lpis;
    std::string states;
  } rows[] = {{1, "1356789", "0123"}, {5, "5", "12346"}, {6, "6789", "1567"},
              {7, "79", "012346"},    {8, "789", "047"}, {9, "79", "01234567"}};
  const RuleConfig& rules = RuleConfig::Default();
  for (const auto& row : rows) {
    for (int i = 0; i <= 9; ++i) {
      const char digit = static_cast<char>('0' + i);
      EXPECT_EQ(rules.lpi_statuses_of_blpu[static_cast<size_t>(row.blpu)].contains(i),
                i != 0 && row.lpis.find(digit) != std::string::npos)
          << row.blpu << " " << i;
      EXPECT_EQ(StateFits(row.blpu, i), row.states.find(digit) != std::string::npos) << row.blpu << " " << i;
    }
  }
  EXPECT_FALSE(StateFits(10, 2)) << "no status";
}

class FaultTest : public TownTest {
 protected:
  // The rules that the town breaks.
  std::set<std::string> Rules() const {
    std::set<std::string> rules;
    for (const Refusal& fault : Faults()) {
      rules.insert(fault.rule);
    }
    return rules;
  }
  using Set = std::set<std::string>;
};

TEST_F(FaultTest, EndDates) {
  town_.properties.at(U(101)).blpu.dates.end = kLongAgo;
  EXPECT_EQ(Rules(), (Set{"AAU21.39", "WSI-4"})) << "and its LPI is open on it";
  town_.properties.at(U(101)).blpu.dates.end = {};
  town_.properties.at(U(101)).lpis.front().dates.end = kLongAgo;
  EXPECT_EQ(Rules(), Set{"AAU24.55"});
}

TEST_F(FaultTest, MissingLpi) {
  town_.properties.at(U(101)).lpis.clear();
  EXPECT_EQ(Rules(), Set{"AAU21.86"});
}

TEST_F(FaultTest, TwoApprovedLpis) {
  model::Lpi other = town_.properties.at(U(101)).lpis.front();
  other.lpi_key = "2625L100000999";
  other.pao.start_number = 90;
  town_.properties.at(U(101)).lpis.push_back(other);
  EXPECT_EQ(Rules(), Set{"AAU24.8"});
}

TEST_F(FaultTest, LastUpdateBeforeEntry) {
  town_.properties.at(U(101)).blpu.dates.entry = kToday;
  EXPECT_EQ(Rules(), Set{"AAU21.26"});
}

TEST_F(FaultTest, AStreetWithEndDateIsClosed) {
  town_.streets.at(S(2)).street.dates.end = kToday;
  EXPECT_EQ(Rules(), Set{"AAU11.32"});
  town_.streets.at(S(2)).street.state = 4;
  EXPECT_EQ(Rules(), Set{});
  town_.streets.at(S(2)).street.state_date = {.year = 1989, .month = 1, .day = 1};
  EXPECT_EQ(Rules(), Set{"S-9C"});
}

TEST_F(FaultTest, BothLanguagesWhereTheAuthorityIsBilingual) {
  PropertyState& house = town_.properties.at(U(101));
  StreetState& street = town_.streets.at(S(1));
  model::Lpi welsh = house.lpis.front();
  welsh.lpi_key = "2625L100000999";
  welsh.language = "CYM";
  house.lpis.push_back(welsh);
  model::StreetDescriptor name = street.descriptors.front();
  name.language = "CYM";
  street.descriptors.push_back(name);
  EXPECT_EQ(Rules(), (Set{"AAU15.20", "LPI-V5"})) << "by default there is no Welsh";
  config_.bilingual = true;
  EXPECT_EQ(Rules(), (Set{"AAU24.6", "BS7666-4A"})) << "other houses and streets have only English";
  for (const Refusal& fault : Faults()) {
    EXPECT_NE(fault.object, ObjectName(U(101)));
    EXPECT_NE(fault.object, ObjectName(S(1)));
  }
}

TEST_F(FaultTest, CirclesEnd) {
  town_.properties.at(U(101)).blpu.parent_uprn = U(102);
  town_.properties.at(U(102)).blpu.parent_uprn = U(103);
  town_.properties.at(U(103)).blpu.parent_uprn = U(102);
  EXPECT_EQ(Rules(), Set{"WVB-29"});
}

TEST_F(FaultTest, NoChildrenBeneathAStreetRecord) {
  PropertyState& record = AddHouse(110, 2, 0);
  record.blpu.blpu_class = "PS";
  record.lpis.front().pao = {.text = "STREET RECORD"};
  EXPECT_EQ(Rules(), Set{});
  town_.properties.at(U(101)).blpu.parent_uprn = U(110);
  EXPECT_EQ(Rules(), Set{"AAU21.95"});
}

TEST(RowColumnsTest, TellsWhatChanged) {
  model::Blpu before;
  before.uprn = U(1);
  before.logical_status = 6;
  before.x = 623'001.5;
  model::Blpu after = before;
  after.logical_status = 1;
  after.parent_uprn = U(7);
  after.dates.last_update = kToday;
  const std::vector<ColumnChange> expected = {
      {"LOGICAL_STATUS", "6", "1"}, {"PARENT_UPRN", "", "7"}, {"LAST_UPDATE_DATE", "", "2026-11-22"}};
  EXPECT_EQ(CompareRows(before, after), expected);
  EXPECT_TRUE(CompareRows(before, before).empty());
  const std::vector<ColumnChange> inserted = {{"LOGICAL_STATUS", "", "6"}, {"X_COORDINATE", "", "623001.5"}};
  EXPECT_EQ(CompareRows(std::nullopt, before), inserted);
  const std::vector<ColumnChange> deleted = {{"LOGICAL_STATUS", "6", ""}, {"X_COORDINATE", "623001.5", ""}};
  EXPECT_EQ(CompareRows(before, std::nullopt), deleted);
}

TEST(RefusalTest, TravelsInAStatus) {
  const std::vector<Refusal> refusals = {{"A1", "properties/1", "One."}, {"B2", "streets/2", "Two."}};
  const absl::Status status = Refuse(refusals);
  EXPECT_EQ(RefusalsOf(status), refusals);
  EXPECT_EQ(Message(status), "properties/1: One. (A1) streets/2: Two. (B2)");
  EXPECT_FALSE(WrongFieldOf(status).has_value());
  EXPECT_EQ(WrongFieldOf(WrongOperation("date", "is wrong")), "date");
  EXPECT_TRUE(RefusalsOf(UnknownObject("streets/2")).empty());
}

}  // namespace
}  // namespace wensum::llpg
