// Gazetteer files one after another: their order, rows that overtake each other, rows a supply no longer has.
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/strings.h"
#include "services/gazetteer/property_reader.h"
#include "tests/import/test_text.h"
#include "tests/services/imports/run_engine_fixture.h"

namespace wensum::imports {
namespace {

using storage::v1::ImportRun;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uint64_t kFirstUprn = 100090900000;

// What a header says.
struct Head {
  char type = 'F';
  std::string_view date = "2026-11-20";
  int volume = 1;
  int next = 0;
  int custodian = 2625;
};

std::string DtfHeader(const Head& head) {
  return Cat("10,\"NORWICH\",10001234,", head.custodian, ",", head.date, ",", head.volume, ",", head.date,
             ",21:05:00,\"7.3.1\",\"", std::string(1, head.type), "\"\r\n");
}

// Rows of a DTF file, and their number.
class Rows {
 public:
  Rows& Street(char change = 'I') {
    return Add(Cat("11,\"", std::string(1, change), "\",", ++order_,
                   ",27700001,1,2625,2,2008-06-03,1,8,0,2006-08-04,2017-01-04,2008-06-03,,623145.00,308321.00,"
                   "623200.50,308400.00,1"));
  }
  Rows& Blpu(int house, char change = 'I', std::string_view ward = "E05005886", uint64_t order = 0,
             int custodian = 2625, std::string_view start = "2001-04-04") {
    return Add(Cat("21,\"", std::string(1, change), "\",", order == 0 ? ++order_ : order, ",", kFirstUprn + house,
                   ",1,2,2007-06-26,\"RD04\",,623150.25,308330.00,1,", custodian, ",", start,
                   ",,2016-02-10,2001-04-05,\"\",\"", ward, "\",\"\",,,\"\""));
  }
  Rows& Blpus(int first, int last, char change = 'I', std::string_view ward = "E05005886") {
    for (int house = first; house <= last; ++house) Blpu(house, change, ward);
    return *this;
  }
  [[nodiscard]] std::string File(const Head& head) const {
    return Cat(DtfHeader(head), text_, "99,", head.next, ",", count_, ",2026-11-20,\"21:05:00\"\r\n");
  }

 private:
  Rows& Add(std::string_view row) {
    AppendTo(text_, row, "\r\n");
    ++count_;
    return *this;
  }

  std::string text_;
  int count_ = 0;
  uint64_t order_ = 0;
};

class SupplyRunTest : public RunEngineFixture {
 protected:
  ImportRun Import(std::string_view content) { return RunToEnd(SupplySpec(content)); }
  ImportRun ImportSupply(std::string_view content, v1::ImportSpec::AbsentRows absent) {
    StartSpec spec = SupplySpec(content);
    spec.absent_rows = static_cast<uint32_t>(absent);
    return RunToEnd(spec);
  }
  void ExpectTaken(const ImportRun& run) { EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error(); }
  void ExpectRefused(std::string_view content, std::string_view why) {
    const uint64_t revision = register_->revision();
    const ImportRun run = Import(content);
    EXPECT_EQ(run.state(), v1::ImportRun::STATE_FAILED);
    EXPECT_THAT(run.error(), HasSubstr(std::string(why)));
    EXPECT_EQ(run.read(), 0);
    ExpectNothingTold(revision);
  }
  // Empty if the register has no such property.
  std::string WardOf(int house) {
    const auto property = gazetteer::PropertyReader(store_, register_->register_id())
                              .GetProperty(kFirstUprn + house, gazetteer::View::kBasic);
    EXPECT_TRUE(property.ok()) << property.status();
    return property.ok() && property->has_value() ? (*property)->ward_code() : "";
  }
};

TEST_F(SupplyRunTest, ChangesFollowASupplyInOrder) {
  ExpectRefused(Rows().Blpu(1).File({.type = 'C'}), "no full supply of custodian 2625");
  ExpectTaken(Import(Rows().Street().Blpus(1, 5).File({.date = "2026-11-20"})));
  ExpectRefused(Rows().Blpu(1).File({.date = "2026-11-19"}), "older than volume 1 of 2026-11-20");

  const std::string first = Rows().Blpu(1, 'U', "W1").File({.type = 'C', .date = "2026-11-21"});
  ExpectTaken(Import(first));
  EXPECT_EQ(WardOf(1), "W1");
  ExpectRefused(first, "was taken in already, as importRuns/");
  ExpectRefused(Rows().Blpu(1, 'U', "W0").File({.type = 'C', .date = "2026-11-20"}), "older than");
  ExpectRefused(Rows().Blpu(1, 'U', "W0").File({.type = 'C', .date = "2026-11-21"}), "does not follow");
  ExpectRefused(Rows().Blpu(1, 'U', "W0").File({.type = 'C', .date = "2026-11-22", .volume = 4}),
                "volume 2 or 1 is expected");
  ExpectTaken(Import(Rows().Blpu(2, 'U', "W2").File({.type = 'C', .date = "2026-11-21", .volume = 2, .next = 3})));
  ExpectRefused(Rows().Blpu(1, 'U', "W0").File({.type = 'C', .date = "2026-11-22"}), "must come its volume 3");
  ExpectTaken(Import(Rows().Blpu(3, 'U', "W3").File({.type = 'C', .date = "2026-11-21", .volume = 3})));
  ExpectTaken(Import(Rows().Blpu(4, 'U', "W4").File({.type = 'C', .date = "2026-11-24", .volume = 4})));
  ExpectTaken(Import(Rows().Blpu(5, 'U', "W5").File({.type = 'C', .date = "2026-11-25"})));
  EXPECT_EQ(WardOf(1) + WardOf(2) + WardOf(3) + WardOf(4) + WardOf(5), "W1W2W3W4W5");

  // Another custodian's files are another sequence.
  ExpectRefused(Rows().Blpu(9).File({.type = 'C', .date = "2026-11-25", .custodian = 2630}), "custodian 2630");
  StartSpec spec = SupplySpec(Rows().Blpu(1, 'U', "W9").File({.type = 'C', .date = "2026-11-20"}));
  spec.any_order = true;
  ExpectTaken(RunToEnd(spec));
  EXPECT_EQ(WardOf(1), "W9");
}

TEST_F(SupplyRunTest, VolumesOfASupplyComeOneAfterTheOther) {
  ExpectRefused(Rows().Blpu(1).File({.volume = 2}), "the volume before it was not taken in");
  const std::string first = Rows().Street().Blpus(1, 3).File({.next = 2});
  ExpectTaken(Import(first));
  ExpectRefused(Rows().Blpu(9).File({.volume = 3}), "volume before it");
  ExpectRefused(Rows().Blpu(1, 'U').File({.type = 'C', .date = "2026-11-21"}), "must come its volume 2");
  ExpectTaken(Import(Rows().Blpus(4, 6).File({.volume = 2})));
  const ImportRun again = Import(first);
  ExpectTaken(again);
  EXPECT_EQ(again.unchanged(), 4) << "a full supply may come again: it says the same";
}

TEST_F(SupplyRunTest, TheVolumesOfAnArchiveAreTakenInTogether) {
  const std::string second = Rows().Blpus(4, 6).Blpu(3, 'U', "W3").File({.volume = 2, .next = 3});
  const std::string first = Rows().Street().Blpus(1, 3).File({.next = 2});
  const std::string archive = ingest::Zip({{"later.csv", second}, {"first.csv", first}});
  ExpectRefused(ingest::Zip({{"later.csv", second}, {"first.csv", Rows().Blpu(1).File({})}}),
                "The trailer of volume 1 says that it is the last");
  ExpectRefused(ingest::Zip({{"1.csv", first}, {"3.csv", Rows().Blpu(7).File({.volume = 3})}}), "lacks volume 2");
  const ImportRun run = Import(archive);
  ExpectTaken(run);
  EXPECT_EQ(run.read(), 8);
  EXPECT_EQ(WardOf(3), "W3") << "PRO_ORDER begins anew in each volume; the later volume counts";
  ExpectRefused(Rows().Blpu(1, 'U').File({.type = 'C', .date = "2026-11-21"}), "must come its volume 3");
  ExpectTaken(Import(Rows().Blpu(7).File({.volume = 3})));
  ExpectTaken(Import(archive));

  // Changes count on from the last volume of an archive.
  ExpectTaken(Import(Rows().Blpu(7, 'U', "W7").File({.volume = 3})));
  ExpectTaken(
      Import(ingest::Zip({{"a", Rows().Blpu(1, 'U', "W1").File({.type = 'C', .date = "2026-11-22", .next = 2})},
                          {"b", Rows().Blpu(2, 'U', "W2").File({.type = 'C', .date = "2026-11-22", .volume = 2})}})));
  EXPECT_EQ(WardOf(1) + WardOf(2), "W1W2");
  ExpectTaken(Import(Rows().Blpu(1, 'U', "W0").File({.type = 'C', .date = "2026-11-22", .volume = 3})));
}

TEST_F(SupplyRunTest, RefusesChangesToAnotherState) {
  ExpectTaken(Import(Rows().Street().Blpus(1, 50).File({})));
  Rows foreign;
  foreign.Blpus(100, 140, 'U').Blpus(1, 20, 'U', "X");
  ExpectRefused(foreign.File({.type = 'C', .date = "2026-11-21"}), "the file builds on another state");
  // Single rows that do not fit are rejected one by one, and what the file itself inserts is there.
  const ImportRun run =
      Import(Rows().Blpu(60).Blpu(60, 'U', "W").Blpu(70, 'D').Blpu(2, 'D').File({.type = 'C', .date = "2026-11-21"}));
  ExpectTaken(run);
  EXPECT_EQ(run.rejected(), 1);
  EXPECT_EQ(WardOf(60), "W");
  EXPECT_THAT(WardOf(2), IsEmpty());
}

TEST_F(SupplyRunTest, TheHighestProOrderOfAKeyCounts) {
  const ImportRun run = Import(Rows()
                                   .Street()
                                   .Blpu(1, 'I', "NEWEST", 9)
                                   .Blpu(1, 'I', "OLD", 3)
                                   .Blpu(2, 'I', "KEPT", 8)
                                   .Blpu(2, 'D', "", 4)
                                   .Blpu(3, 'I', "GONE", 5)
                                   .Blpu(3, 'D', "", 6)
                                   .File({}));
  ExpectTaken(run);
  EXPECT_EQ(WardOf(1), "NEWEST");
  EXPECT_EQ(WardOf(2), "KEPT");
  EXPECT_EQ(WardOf(3), "");
  EXPECT_EQ(run.by_rule().at("pro_order_disorder"), 1);
}

// AddressBase: record 32 of one UPRN.
std::string Class(char change, int order, std::string_view code) {
  return Cat("32,\"", std::string(1, change), "\",", order, ",", kFirstUprn + 1, ",\"2625C000000001\",\"", code,
             "\",\"AddressBase Premium Classification Scheme\",1.0,2007-01-01,,2020-01-01,2007-01-01\r\n");
}

TEST_F(SupplyRunTest, DeletionsOfAddressBaseChangesCountAsIfTheyStoodFirst) {
  const auto file = [](char type, std::string_view date, std::string_view rows, int count) {
    return Cat("10,\"Ordnance Survey\",7655,", date, ",1,", date, ",21:05:00,\"2.3\",\"", std::string(1, type),
               "\"\r\n", rows, "99,0,", count, ",", date, ",\"21:05:00\"\r\n");
  };
  ExpectTaken(Import(file('F', "2026-10-01", Class('I', 1, "RD02"), 1)));
  const ImportRun run = Import(file('C', "2026-11-01", Class('I', 2, "RD04") + Class('D', 1, "RD02"), 2));
  ExpectTaken(run);
  EXPECT_EQ(run.updated(), 1);
  EXPECT_EQ(run.unchanged(), 1) << "the deletion that the insertion overtakes";
  EXPECT_EQ(run.deleted(), 0);
}

TEST_F(SupplyRunTest, ListsOrDeletesWhatASupplyNoLongerHas) {
  ExpectTaken(Import(Rows().Street().Blpus(1, 6).Blpu(7, 'I', "E1", 0, 2630).File({})));
  const std::string smaller = Rows().Street().Blpus(1, 4).File({.date = "2026-11-21"});
  const ImportRun kept = Import(smaller);
  ExpectTaken(kept);
  EXPECT_EQ(kept.absent(), 0);

  const ImportRun listed = ImportSupply(smaller, v1::ImportSpec::ABSENT_ROWS_REPORT);
  ExpectTaken(listed);
  EXPECT_EQ(listed.absent(), 2);
  EXPECT_EQ(listed.absent_deleted(), 0);
  EXPECT_EQ(listed.by_rule().at("absent_from_supply"), 2);
  EXPECT_THAT(WardOf(5), Not(IsEmpty()));

  const ImportRun damaged =
      ImportSupply(Rows().Street().Blpus(1, 4).Blpu(5, 'I', "E", 0, 2625, "2001-02-30").File({.date = "2026-11-21"}),
                   v1::ImportSpec::ABSENT_ROWS_DELETE);
  ExpectTaken(damaged);
  EXPECT_EQ(damaged.rejected(), 1);
  EXPECT_EQ(damaged.absent_deleted(), 0) << "a rejected row is not known to be absent";

  const ImportRun deleted = ImportSupply(smaller, v1::ImportSpec::ABSENT_ROWS_DELETE);
  ExpectTaken(deleted);
  EXPECT_EQ(deleted.absent(), 2);
  EXPECT_EQ(deleted.absent_deleted(), 2);
  EXPECT_EQ(deleted.deleted(), 0);
  EXPECT_THAT(WardOf(5) + WardOf(6), IsEmpty());
  EXPECT_EQ(WardOf(4), "E05005886");
  EXPECT_EQ(WardOf(7), "E1") << "another custodian's property stays";
  ExpectVerified();

  const ImportRun part =
      ImportSupply(Rows().Blpu(1).File({.date = "2026-11-22", .next = 2}), v1::ImportSpec::ABSENT_ROWS_DELETE);
  EXPECT_EQ(part.state(), v1::ImportRun::STATE_FAILED);
  EXPECT_THAT(part.error(), HasSubstr("full supply in one volume"));
}

TEST_F(SupplyRunTest, ASupplyThatLacksMuchDeletesNothing) {
  ExpectTaken(Import(Rows().Street().Blpus(1, 150).File({})));
  const ImportRun run =
      ImportSupply(Rows().Street().Blpus(1, 20).File({.date = "2026-11-21"}), v1::ImportSpec::ABSENT_ROWS_DELETE);
  ExpectTaken(run);
  EXPECT_EQ(run.absent(), 130);
  EXPECT_EQ(run.absent_deleted(), 0);
  EXPECT_EQ(run.by_rule().at("absent_too_many"), 1);
  EXPECT_THAT(WardOf(150), Not(IsEmpty()));
  // Its end lost with the trailer.
  std::string cut = Rows().Street().Blpus(1, 149).File({.date = "2026-11-22"});
  cut.resize(cut.rfind("99,"));
  StartSpec spec = SupplySpec(cut);
  spec.absent_rows = static_cast<uint32_t>(v1::ImportSpec::ABSENT_ROWS_DELETE);
  EXPECT_EQ(RunToEnd(spec).state(), v1::ImportRun::STATE_FAILED);
  EXPECT_THAT(WardOf(150), Not(IsEmpty()));
  ExpectVerified();
}

// A run with memory of its rows that is stopped at a checkpoint ends as one that is not.
TEST_F(SupplyRunTest, ARunThatWasStoppedRemembersItsRows) {
  constexpr int kHouses = 30'000;  // seven batches, of which at most four are under way at once
  ExpectTaken(Import(Rows().Street().Blpus(1, kHouses + 10).File({})));
  Rows rows;
  rows.Street().Blpus(1, kHouses / 2).Blpu(1, 'I', "LATE", 900'000);
  for (int house = kHouses / 2 + 1; house <= kHouses; ++house) rows.Blpu(house);
  rows.Blpu(1, 'I', "EARLY", 3);
  StartSpec spec = SupplySpec(rows.File({.date = "2026-11-21"}));
  spec.absent_rows = static_cast<uint32_t>(v1::ImportSpec::ABSENT_ROWS_DELETE);
  const uint64_t id = StartAndStop(spec);
  NewEngine();
  const ImportRun run = Finish(id);
  ExpectTaken(run);
  EXPECT_EQ(run.resumed(), 1);
  EXPECT_EQ(run.read(), kHouses + 3);
  EXPECT_EQ(run.absent_deleted(), 10);
  EXPECT_EQ(WardOf(1), "LATE");
  EXPECT_THAT(WardOf(kHouses + 1), IsEmpty());
  EXPECT_THAT(WardOf(kHouses), Not(IsEmpty()));
}

}  // namespace
}  // namespace wensum::imports
