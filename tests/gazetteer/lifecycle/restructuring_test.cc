// Operations on several properties, and on streets.
#include <gmock/gmock.h>

#include "tests/gazetteer/lifecycle/town_fixture.h"

namespace wensum::llpg {
namespace {

using ::testing::ElementsAre;

class RestructuringTest : public TownTest {
 protected:
  static Split SplitOf(uint64_t uprn, int a, int b) {
    Split act{.uprn = U(uprn), .parts = {NewAt(1, a), NewAt(1, b)}};
    for (NewProperty& part : act.parts) {
      part.x = part.y = 0;  // where the old one stands
    }
    return act;
  }
};

TEST_F(RestructuringTest, SplitsAndMergesBackToTheOriginal) {
  const Outcome split = Do(SplitOf(101, 21, 22));
  EXPECT_EQ(BlpuOf(101).logical_status, kHistorical);
  EXPECT_EQ(BlpuOf(101).state, 4);
  EXPECT_EQ(LpisOf(101), "8:1@1");
  EXPECT_EQ(BlpuOf(500).logical_status, kApproved);
  EXPECT_EQ(BlpuOf(500).x, 623'001.5);
  EXPECT_THAT(split.lineage, ElementsAre(LineageEvent{LineageKind::kSplit, kToday, {U(101)}, {U(500), U(501)}}));
  // DEC 11.8.3: the original comes back, the new ones become historical.
  const Outcome merge = Do(Merge{.uprns = {U(500), U(501)}, .into = U(101), .addresses = {}, .lpi_keys = {}});
  EXPECT_EQ(LpisOf(101), "1:1@1");
  EXPECT_EQ(BlpuOf(501).logical_status, kHistorical);
  EXPECT_THAT(merge.lineage, ElementsAre(LineageEvent{LineageKind::kReinstated, kToday, {U(101)}, {U(101)}},
                                         LineageEvent{LineageKind::kMerged, kToday, {U(500), U(501)}, {U(101)}}));
}

TEST_F(RestructuringTest, SplitsIntoAShellWithChildren) {
  Split act = SplitOf(101, 1, 1);
  for (size_t i = 0; i < 2; ++i) {
    act.parts[i].addresses.front().sao.text = Cat("Flat ", i + 1);
  }
  act.keep_as_shell = true;
  const Outcome outcome = Do(act);
  EXPECT_EQ(BlpuOf(101).logical_status, kApproved);
  EXPECT_EQ(BlpuOf(101).blpu_class, "PP");
  EXPECT_EQ(town_.properties.at(U(101)).lpis.front().postal_address, "N");
  EXPECT_EQ(BlpuOf(500).parent_uprn, U(101));
  EXPECT_EQ(LpisOf(501), "1:Flat 2 1@1");
  EXPECT_THAT(outcome.lineage.front().successors, ElementsAre(U(101), U(500), U(501)));
}

TEST_F(RestructuringTest, SplittingAsksForTheChildren) {
  AddFlat(105, 101, 1);
  AddFlat(106, 105, 1);
  EXPECT_EQ(Refused(SplitOf(101, 21, 22)), "live_children");
  Split act = SplitOf(101, 21, 22);
  act.cascade = true;
  Do(act);
  EXPECT_EQ(BlpuOf(105).logical_status, kHistorical);
  EXPECT_EQ(BlpuOf(106).logical_status, kHistorical);
  EXPECT_EQ(Refused(SplitOf(101, 31, 32)), "status");
  EXPECT_EQ(Refused(Split{.uprn = U(102), .parts = {NewAt(1, 31)}}), "INVALID_ARGUMENT parts");
}

TEST_F(RestructuringTest, RefusesNumbersGivenTwiceAndMoreThanOneOperationTakes) {
  Split act = SplitOf(101, 21, 22);
  act.parts[0].uprn = act.parts[1].uprn = U(9);
  EXPECT_EQ(Refused(act), "INVALID_ARGUMENT uprn");
  act.parts.resize(501, act.parts[0]);
  EXPECT_EQ(Refused(act), "INVALID_ARGUMENT parts");
  Merge all{.uprns = {}, .into = U(101), .addresses = {}, .lpi_keys = {}};
  for (uint64_t uprn = 1; uprn <= 501; ++uprn) all.uprns.push_back(U(uprn));
  EXPECT_EQ(Refused(all), "INVALID_ARGUMENT uprns");
}

TEST_F(RestructuringTest, MergesIntoOneOfThemWithANewAddress) {
  NewAddress both = At(1, 1);
  both.pao.end_number = 2;
  Do(Merge{.uprns = {U(101), U(102)}, .into = U(101), .addresses = {both}, .lpi_keys = {}});
  EXPECT_EQ(BlpuOf(102).logical_status, kHistorical);
  EXPECT_EQ(LpisOf(101), "8:1@1, 1:1@1");
  EXPECT_EQ(town_.properties.at(U(101)).lpis.back().pao.end_number, 2);
}

TEST_F(RestructuringTest, AHistoricalPropertyGoesOnAtANewAddress) {
  constexpr model::PartialDate kEnded{.year = 2020, .month = 2, .day = 3};
  Do(Demolish{.uprns = {U(101)}}, kEnded);
  Merge act{.uprns = {U(102), U(103)}, .into = U(101), .addresses = {At(1, 20)}, .lpi_keys = {"2625L100000101"}};
  EXPECT_EQ(Refused(act), "INVALID_ARGUMENT lpi_keys") << "a new address is given in that language";
  act.lpi_keys.clear();
  Do(act);
  EXPECT_EQ(LpisOf(101), "8:1@1, 1:20@1");
  EXPECT_EQ(town_.properties.at(U(101)).lpis.front().dates.end, kEnded) << "it ended then, not today";
}

TEST_F(RestructuringTest, AnAddressThatIsStillApprovedOnAHistoricalPropertyStays) {
  Do(Demolish{.uprns = {U(101)}});
  // As a faulty import leaves it.
  model::Lpi left = town_.properties.at(U(101)).lpis.front();
  left.lpi_key = "2625L100000999";
  left.logical_status = kApproved;
  left.pao.start_number = 90;
  left.dates.end = {};
  town_.properties.at(U(101)).lpis.push_back(left);
  Merge act{.uprns = {U(102), U(103)}, .into = U(101), .addresses = {}, .lpi_keys = {"2625L100000101"}};
  EXPECT_EQ(Refused(act), "still_approved");
  EXPECT_EQ(Refused(Reinstate{.uprn = U(101), .lpi_keys = {"2625L100000101"}}), "still_approved");
  act.lpi_keys.clear();
  Do(act);
  EXPECT_EQ(LpisOf(101), "8:1@1, 1:90@1");
}

TEST_F(RestructuringTest, FlatsOfTheOneThatGoesOnFollowItsNewAddress) {
  AddFlat(105, 101, 1);
  NewAddress both = At(1, 1);
  both.pao.end_number = 2;
  Merge act{.uprns = {U(101), U(102)}, .into = U(101), .addresses = {both}, .lpi_keys = {}};
  EXPECT_EQ(Refused(act), "live_children");
  act.cascade = true;
  Do(act);
  EXPECT_EQ(town_.properties.at(U(105)).lpis.back().pao.end_number, 2);
}

TEST_F(RestructuringTest, MergesIntoANewOneAndTakesTheChildrenAlong) {
  AddFlat(105, 101, 1);
  NewProperty made = NewAt(1, 1);
  made.x = made.y = 0;
  Merge act{.uprns = {U(101), U(102)}, .into = {}, .property = made, .addresses = {}, .lpi_keys = {}};
  EXPECT_EQ(Refused(act), "live_children");
  act.cascade = true;
  const Outcome outcome = Do(act);
  EXPECT_EQ(BlpuOf(105).parent_uprn, U(500));
  EXPECT_EQ(BlpuOf(105).logical_status, kApproved);
  EXPECT_EQ(LpisOf(500), "1:1@1") << "the address of one that ended is free";
  EXPECT_THAT(outcome.lineage, ElementsAre(LineageEvent{LineageKind::kMerged, kToday, {U(101), U(102)}, {U(500)}}));
}

TEST_F(RestructuringTest, MergesTwoFlatsBeneathTheirParent) {
  AddFlat(105, 101, 1);
  AddFlat(106, 101, 2);
  NewProperty made = NewAt(1, 1);
  made.addresses.front().sao.text = "Flat 1 to 2";
  Do(Merge{.uprns = {U(105), U(106)}, .into = {}, .property = made, .addresses = {}, .lpi_keys = {}});
  EXPECT_EQ(BlpuOf(500).parent_uprn, U(101));
  AddFlat(107, 102, 1);
  made.addresses.front().sao.text = "Flat 9";
  EXPECT_EQ(Refused(Merge{.uprns = {U(500), U(107)}, .into = {}, .property = made, .addresses = {}, .lpi_keys = {}}),
            "AAU24.7")
      << "they share no parent";
}

TEST_F(RestructuringTest, MergesAShellIntoItsChild) {
  AddFlat(105, 101, 1);
  AddHouse(106, 1, 6);
  Do(MoveParent{.uprn = U(101), .parent = U(106)});
  Do(Merge{.uprns = {U(101)}, .into = U(105), .addresses = {}, .lpi_keys = {}});
  EXPECT_EQ(BlpuOf(105).parent_uprn, U(106)) << "the parent of its parent, which ended";
}

TEST_F(RestructuringTest, RefusesMergesThatAreWrong) {
  const auto merge = [](std::vector<model::Uprn> uprns, model::Uprn into) {
    return Merge{.uprns = std::move(uprns), .into = into, .addresses = {}, .lpi_keys = {}};
  };
  EXPECT_EQ(Refused(merge({U(101)}, U(101))), "INVALID_ARGUMENT uprns");
  EXPECT_EQ(Refused(merge({U(101), U(101)}, U(102))), "INVALID_ARGUMENT uprns");
  EXPECT_EQ(Refused(merge({U(101), U(102)}, {})), "INVALID_ARGUMENT into");
  EXPECT_EQ(Refused(merge({U(101), U(999)}, U(102))), "NOT_FOUND ");
  AddHouse(104, 2, 4, kProvisional);
  EXPECT_EQ(Refused(merge({U(104)}, U(101))), "status");
  EXPECT_EQ(Refused(merge({U(101)}, U(104))), "status");
}

TEST_F(RestructuringTest, ClearsASite) {
  NewAddress land = At(1, 0);
  land.pao = {.text = "Land at 1"};
  land.postcode.clear();
  land.post_town.clear();
  AddFlat(105, 101, 1);
  Demolish act{.kind = Demolish::Kind::kClearedSite,
               .uprns = {U(101)},
               .land = {land},
               .former_as_alternative = true,
               .land_class = "LD"};
  EXPECT_EQ(Refused(act), "live_children");
  act.cascade = true;
  const Outcome outcome = Do(act);
  EXPECT_EQ(BlpuOf(101).logical_status, kApproved);
  EXPECT_EQ(BlpuOf(101).blpu_class, "LD");
  EXPECT_EQ(LpisOf(101), "8:1@1, 1:Land at 1@1, 3:Site of 1@1");
  EXPECT_EQ(BlpuOf(105).logical_status, kHistorical);
  EXPECT_EQ(outcome.lineage.front().successors, std::vector{U(101)});
}

TEST_F(RestructuringTest, DemolishesAndNamesWhatStandsThere) {
  AddHouse(104, 1, 40);
  const Outcome outcome = Do(Demolish{.uprns = {U(101)}, .successors = {U(104)}});
  EXPECT_EQ(BlpuOf(101).state, 4);
  EXPECT_THAT(outcome.lineage, ElementsAre(LineageEvent{LineageKind::kRedeveloped, kToday, {U(101)}, {U(104)}}));
  EXPECT_EQ(Refused(Demolish{.uprns = {U(102)}, .successors = {U(101)}}), "live_successor");
  EXPECT_EQ(Refused(Demolish{.uprns = {U(102)}, .successors = {U(102)}}), "live_successor");
  EXPECT_EQ(Refused(Demolish{.uprns = {U(102)}, .successors = {U(999)}}), "NOT_FOUND ");
  EXPECT_EQ(Refused(Demolish{.uprns = {U(101)}}), "status");
  EXPECT_EQ(Refused(Demolish{.uprns = {U(102), U(103)}}), "INVALID_ARGUMENT uprns");
  EXPECT_EQ(Refused(Demolish{.uprns = {U(102)}}, {.year = 1999, .month = 1, .day = 1}), "AAU24.50 VB-5C")
      << "before it was there";
}

TEST_F(RestructuringTest, DemolishesAWholeSite) {
  AddFlat(105, 101, 1);
  NewProperty site = NewAt(1, 0);
  site.addresses.front().pao = {.text = "Development site"};
  Demolish act{.kind = Demolish::Kind::kSite, .uprns = {U(101), U(102)}, .site = site};
  EXPECT_EQ(Refused(act), "live_children");
  act.uprns.push_back(U(105));
  const Outcome outcome = Do(act);
  EXPECT_EQ(BlpuOf(105).logical_status, kHistorical) << "named itself";
  EXPECT_EQ(BlpuOf(500).logical_status, kApproved);
  EXPECT_THAT(outcome.lineage,
              ElementsAre(LineageEvent{LineageKind::kRedeveloped, kToday, {U(101), U(102), U(105)}, {U(500)}}));
  act.site.reset();
  EXPECT_EQ(Refused(act), "INVALID_ARGUMENT site");
}

TEST_F(RestructuringTest, AddsARangeOfFlats) {
  NewProperty flat;
  flat.parent = U(101);
  flat.blpu_class = "RD06";
  const Outcome outcome = Do(AddRange{.pattern = flat, .first = 1, .last = 12, .label = "Flat"});
  EXPECT_EQ(outcome.new_uprns.size(), 12U);
  EXPECT_EQ(LpisOf(511), "6:Flat 12 1@1");
  EXPECT_EQ(BlpuOf(511).parent_uprn, U(101));
  EXPECT_EQ(BlpuOf(511).x, BlpuOf(101).x);
  EXPECT_EQ(town_.properties.at(U(511)).lpis.front().postcode, "NR1 1AA");
  EXPECT_EQ(outcome.lineage.front().successors.size(), 12U);
  EXPECT_EQ(Refused(AddRange{.pattern = flat, .first = 12, .last = 13, .label = "Flat"}), "AAU24.92");
}

TEST_F(RestructuringTest, AddsARangeOfHouses) {
  AddRange odd{.pattern = NewAt(2, 0), .first = 1, .last = 9, .step = 2};
  const Outcome outcome = Do(odd);
  EXPECT_EQ(outcome.new_uprns.size(), 5U);
  EXPECT_EQ(LpisOf(504), "6:9@2");
  AddRange plots{.pattern = NewAt(2, 0), .first = 1, .last = 3, .label = "Plot"};
  Do(plots);
  EXPECT_EQ(LpisOf(507), "6:Plot 3@2");
  odd.last = 0;
  EXPECT_EQ(Refused(odd), "INVALID_ARGUMENT range");
  odd = {.pattern = NewAt(2, 0), .first = 1, .last = 501};
  EXPECT_EQ(Refused(odd), "INVALID_ARGUMENT range");
  odd = {.pattern = NewAt(2, 0), .first = 9999, .last = 10001};
  EXPECT_EQ(Refused(odd), "INVALID_ARGUMENT range") << "no addressable object has five digits";
  odd = {.pattern = NewAt(2, 0), .first = 1, .last = 3};
  odd.pattern.uprn = U(9);
  EXPECT_EQ(Refused(odd), "INVALID_ARGUMENT pattern");
  odd.pattern.uprn = {};
  odd.pattern.parent = U(9);
  EXPECT_EQ(Refused(odd), "NOT_FOUND ");
}

TEST_F(RestructuringTest, CreatesRenamesAndClosesAStreet) {
  CreateStreet act;
  act.street.record_type = 1;
  act.street.start_x = act.street.end_x = 623'000;
  act.street.start_y = act.street.end_y = 308'000;
  act.descriptors.emplace_back().language = "ENG";
  act.descriptors.front().description = "New Road";
  act.descriptors.front().town = "Norwich";
  act.descriptors.front().administrative_area = "Norfolk";
  const Outcome created = Do(act);
  EXPECT_THAT(created.new_usrns, ElementsAre(S(50)));
  EXPECT_EQ(town_.streets.at(S(50)).street.state, 2);
  EXPECT_EQ(town_.streets.at(S(50)).street.swa_org_ref_naming, kNorwich);

  RenameStreet rename{.usrn = S(50), .descriptors = {}};
  rename.descriptors.emplace_back().language = "ENG";
  rename.descriptors.front().description = "Newer Road";
  Do(rename);
  EXPECT_EQ(town_.streets.at(S(50)).descriptors.front().description, "Newer Road");
  EXPECT_EQ(town_.streets.at(S(50)).descriptors.front().town, "Norwich") << "stays as it was";
  EXPECT_EQ(Refused(rename), "no_change");

  Do(CloseStreet{S(50)});
  EXPECT_EQ(town_.streets.at(S(50)).street.state, 4);
  EXPECT_EQ(town_.streets.at(S(50)).street.dates.end, kToday);
  EXPECT_EQ(Refused(CloseStreet{S(50)}), "no_change");
  EXPECT_EQ(Refused(rename), "street_closed");
  EXPECT_EQ(Refused(CreateProperty{NewAt(50, 1)}), "AAU24.3") << "no live property on a closed street";
}

TEST_F(RestructuringTest, AStreetClosesOnceNothingLivesThere) {
  EXPECT_EQ(Refused(CloseStreet{S(1)}), "AAU24.3");
  Do(Readdress{.uprn = U(101), .addresses = {At(2, 1)}});
  Do(Demolish{.uprns = {U(102)}});
  Do(Demolish{.uprns = {U(103)}});
  Do(CloseStreet{S(1)});
  EXPECT_EQ(Refused(Reinstate{.uprn = U(102), .lpi_keys = {}}), "AAU24.3");
  EXPECT_EQ(Refused(CloseStreet{S(9)}), "NOT_FOUND ");
}

TEST_F(RestructuringTest, RefusesStreetsThatAreWrong) {
  CreateStreet act;
  act.street.record_type = 1;
  EXPECT_EQ(Refused(act), "INVALID_ARGUMENT descriptors");
  act.descriptors.emplace_back().language = "ENG";
  act.descriptors.front().description = "New Road";
  EXPECT_EQ(Refused(act), "AAU15.17 AAU15.43 S-6G") << "a town, an area and its ends";
  act.street.record_type = 7;
  EXPECT_EQ(Refused(act), "INVALID_ARGUMENT street.record_type");
  act.street.record_type = 1;
  act.street.usrn = S(1);
  EXPECT_EQ(Refused(act), "usrn_in_use");
  act.street.swa_org_ref_naming = 2600;
  EXPECT_EQ(Refused(act), "INVALID_ARGUMENT street.swa_org_ref_naming");
}

}  // namespace
}  // namespace wensum::llpg
