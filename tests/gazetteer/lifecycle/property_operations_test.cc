// Operations on one property.
#include <gmock/gmock.h>

#include "tests/gazetteer/lifecycle/town_fixture.h"

namespace wensum::llpg {
namespace {

using ::testing::ElementsAre;

TEST_F(TownTest, TheTownItselfIsWithoutFault) { EXPECT_TRUE(Faults().empty()); }

TEST_F(TownTest, CreatesAProvisionalProperty) {
  const Outcome outcome = Do(CreateProperty{NewAt(2, 7)});
  EXPECT_THAT(outcome.new_uprns, ElementsAre(U(500)));
  EXPECT_THAT(outcome.uprns, ElementsAre(U(500)));
  ASSERT_EQ(outcome.changes.size(), 2U) << "a BLPU and its LPI";
  const model::Blpu& blpu = BlpuOf(500);
  EXPECT_EQ(blpu.logical_status, kProvisional);
  EXPECT_EQ(blpu.state, 6);
  EXPECT_EQ(blpu.state_date, kToday);
  EXPECT_EQ(blpu.local_custodian_code, kNorwich);
  EXPECT_EQ(blpu.dates.start, kToday);
  EXPECT_EQ(blpu.dates.entry, kToday);
  EXPECT_EQ(blpu.dates.last_update, kToday);
  EXPECT_EQ(LpisOf(500), "6:7@2");
  EXPECT_EQ(town_.properties.at(U(500)).lpis.front().lpi_key, "2625L900000001");
  EXPECT_THAT(outcome.lineage, ElementsAre(LineageEvent{LineageKind::kCreated, kToday, {}, {U(500)}}));
}

TEST_F(TownTest, CreatesApprovedAndCandidateProperties) {
  NewProperty approved = NewAt(2, 7);
  approved.status = kApproved;
  approved.uprn = U(77);
  Do(CreateProperty{approved}, kLongAgo);
  EXPECT_EQ(BlpuOf(77).state, 2);
  EXPECT_EQ(BlpuOf(77).dates.start, kLongAgo) << "as dated, but entered today";
  EXPECT_EQ(BlpuOf(77).dates.entry, kToday);
  NewProperty candidate = NewAt(2, 8);
  candidate.status = kCandidate;
  Do(CreateProperty{candidate});
  EXPECT_EQ(LpisOf(500), "5:8@2");
}

TEST_F(TownTest, RefusesToCreateWhatIsWrong) {
  const auto with = [](auto change) {
    CreateProperty act{NewAt(2, 7)};
    change(act.property);
    return act;
  };
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.uprn = U(101); })), "uprn_in_use");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.status = kHistorical; })), "INVALID_ARGUMENT property");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.clear(); })), "INVALID_ARGUMENT property");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.push_back(p.addresses.front()); })),
            "INVALID_ARGUMENT property");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().language = "FRA"; })), "INVALID_ARGUMENT property");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.custodian_code = 2605; })), "INVALID_ARGUMENT property");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().usrn = S(9); })), "LPI-V9");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front() = At(1, 2); })), "AAU24.92") << "two at one address";
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.x = 623; })), "AAU21.17");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.blpu_class.clear(); })), "VBI-2F");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.state = 2; })), "AAU21.42") << "provisional and in use";
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.parent = U(9); })), "AAU21.5");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().sao.text = "Flat 1"; })), "AAU24.7");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().pao = {}; })), "AAU24.20");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().pao.end_number = 5; })), "WEN-24-RANGE");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().pao.start_number = 10'000; })), "WEN-24-NUMBER");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().pao.text = "12"; })), "WEN-24-BARE-NUMBER");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().pao.text = "The  Mill"; })), "AAU24.109");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().postcode.clear(); })), "ok")
      << "then it is not postal";
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.addresses.front().post_town.clear(); })), "AAU24.34");
  EXPECT_EQ(Refused(with([](NewProperty& p) { p.blpu_class = "PS"; })), "AAU21.102");
  constexpr model::PartialDate kTomorrow{.year = 2026, .month = 11, .day = 23};
  EXPECT_EQ(Refused(CreateProperty{NewAt(2, 7)}, kTomorrow), "INVALID_ARGUMENT date");
  EXPECT_EQ(Refused(CreateProperty{NewAt(2, 7)}, {.year = 2020, .month = 0, .day = 0}), "INVALID_ARGUMENT date");
  EXPECT_EQ(Refused(CreateProperty{NewAt(2, 7)}, {.year = 1752, .month = 1, .day = 1}), "LPI-V13G VBI-2C");
}

TEST_F(TownTest, ApprovesAPropertyWithItsAddress) {
  AddHouse(104, 2, 4, kProvisional);
  const Outcome outcome = Do(Approve{.uprn = U(104), .lpi_keys = {}});
  EXPECT_EQ(BlpuOf(104).logical_status, kApproved);
  EXPECT_EQ(BlpuOf(104).state, 2) << "permission granted is no state of an approved property";
  EXPECT_EQ(BlpuOf(104).dates.last_update, kToday);
  EXPECT_EQ(BlpuOf(104).dates.entry, kLongAgo);
  EXPECT_EQ(LpisOf(104), "1:4@2");
  EXPECT_THAT(outcome.lineage, ElementsAre(LineageEvent{LineageKind::kApproved, kToday, {U(104)}, {U(104)}}));
  EXPECT_EQ(Refused(Approve{.uprn = U(104), .lpi_keys = {}}), "status");
  EXPECT_EQ(Refused(Approve{.uprn = U(999), .lpi_keys = {}}), "NOT_FOUND ");
}

TEST_F(TownTest, ApprovingAsksWhichAddressIfThereAreSeveral) {
  PropertyState& property = AddHouse(104, 2, 4, kProvisional);
  model::Lpi other = property.lpis.front();
  other.lpi_key = "2625L100000999";
  other.pao.start_number = 6;
  property.lpis.push_back(other);
  EXPECT_EQ(Refused(Approve{.uprn = U(104), .lpi_keys = {}}), "lpi_choice");
  EXPECT_EQ(Refused(Approve{.uprn = U(104), .lpi_keys = {"x"}}), "INVALID_ARGUMENT lpi_keys");
  Do(Approve{.uprn = U(104), .lpi_keys = {"2625L100000999"}});
  EXPECT_EQ(LpisOf(104), "6:4@2, 1:6@2") << "the other may stay provisional";
}

TEST_F(TownTest, ApprovesChildrenOnDemand) {
  AddHouse(104, 2, 4, kProvisional);
  AddFlat(105, 104, 1, kProvisional);
  AddFlat(106, 104, 2, kProvisional);
  Do(Approve{.uprn = U(104), .lpi_keys = {}, .cascade = true});
  EXPECT_EQ(LpisOf(105), "1:Flat 1 4@2");
  EXPECT_EQ(BlpuOf(106).logical_status, kApproved);
}

TEST_F(TownTest, RejectsForEver) {
  PropertyState& property = AddHouse(104, 2, 4, kProvisional);
  model::Lpi former = property.lpis.front();
  former.lpi_key = "2625L100000999";
  former.logical_status = kHistorical;
  former.dates.end = kLongAgo;
  property.lpis.push_back(former);
  Do(Reject{.uprn = U(104)});
  EXPECT_EQ(BlpuOf(104).logical_status, kRejectedExternal);
  EXPECT_EQ(BlpuOf(104).dates.end, kToday);
  EXPECT_EQ(LpisOf(104), "7:4@2, 7:4@2") << "even historical ones: beneath 7 stand 7 and 9 alone";
  EXPECT_EQ(town_.properties.at(U(104)).lpis.back().dates.end, kLongAgo);
  EXPECT_EQ(Refused(Approve{.uprn = U(104), .lpi_keys = {}}), "rejected_status");
  EXPECT_EQ(Refused(Reinstate{.uprn = U(104), .lpi_keys = {}}), "rejected_status");
  AddHouse(107, 2, 7, kProvisional);
  Do(Reject{.uprn = U(107), .internal = true});
  EXPECT_EQ(LpisOf(107), "9:7@2");
  EXPECT_EQ(Refused(Reject{.uprn = U(101)}), "status") << "an approved one is demolished, not rejected";
}

TEST_F(TownTest, RejectingAsksForTheChildren) {
  AddHouse(104, 2, 4, kProvisional);
  AddFlat(105, 104, 1, kProvisional);
  EXPECT_EQ(Refused(Reject{.uprn = U(104)}), "live_children");
  Do(Reject{.uprn = U(104), .cascade = true});
  EXPECT_EQ(BlpuOf(105).logical_status, kRejectedExternal);
}

TEST_F(TownTest, Renumbers) {
  const Outcome outcome = Do(Readdress{.uprn = U(102), .addresses = {At(1, 20)}});
  EXPECT_EQ(LpisOf(102), "8:2@1, 1:20@1");
  EXPECT_EQ(town_.properties.at(U(102)).lpis.front().dates.end, kToday);
  EXPECT_EQ(BlpuOf(102).dates.last_update, kLongAgo) << "the BLPU did not change";
  EXPECT_THAT(outcome.lineage, ElementsAre(LineageEvent{LineageKind::kReaddressed, kToday, {U(102)}, {U(102)}}));
  Do(Readdress{.uprn = U(102), .addresses = {At(2, 2)}, .former = Readdress::Former::kBecomesAlternative});
  EXPECT_EQ(LpisOf(102), "8:2@1, 3:20@1, 1:2@2");
}

TEST_F(TownTest, RefusesAnAddressThatIsWrong) {
  EXPECT_EQ(Refused(Readdress{.uprn = U(102), .addresses = {At(1, 2)}}), "no_change");
  EXPECT_EQ(Refused(Readdress{.uprn = U(102), .addresses = {At(1, 3)}}), "AAU24.92");
  EXPECT_EQ(Refused(Readdress{.uprn = U(102), .addresses = {}}), "INVALID_ARGUMENT addresses");
  AddHouse(104, 2, 4, kProvisional);
  EXPECT_EQ(
      Refused(Readdress{.uprn = U(104), .addresses = {At(2, 5)}, .former = Readdress::Former::kBecomesAlternative}),
      "AAU21.2");
  Do(Readdress{.uprn = U(104), .addresses = {At(2, 5)}});
  EXPECT_EQ(LpisOf(104), "8:4@2, 6:5@2");
  Do(Demolish{.uprns = {U(101)}});
  EXPECT_EQ(Refused(Readdress{.uprn = U(101), .addresses = {At(1, 20)}}), "status");
}

TEST_F(TownTest, ChildrenTakeTheNewAddressOnDemand) {
  AddFlat(105, 101, 1);
  AddFlat(106, 105, 2);                 // a room in the flat
  AddHouse(107, 2, 9, kApproved, 101);  // with an address of its own
  NewAddress now = At(2, 30);
  now.postcode = "NR2 2BB";
  Do(Readdress{.uprn = U(101), .addresses = {now}, .cascade = true});
  EXPECT_EQ(LpisOf(105), "8:Flat 1 1@1, 1:Flat 1 30@2");
  EXPECT_EQ(LpisOf(106), "8:Flat 2 1@1, 1:Flat 2 30@2");
  EXPECT_EQ(town_.properties.at(U(105)).lpis.back().postcode, "NR2 2BB");
  EXPECT_EQ(LpisOf(107), "1:9@2");
}

TEST_F(TownTest, ABuildingIsNotRenumberedWithoutItsFlats) {
  AddFlat(105, 101, 1);
  AddFlat(106, 101, 2, kProvisional);
  PropertyState& candidate = AddFlat(107, 101, 3, kCandidate);
  candidate.blpu.state = 1;
  model::Lpi alternative = town_.properties.at(U(105)).lpis.front();
  alternative.lpi_key = "2625L100000999";
  alternative.logical_status = kAlternative;
  alternative.sao.text = "Garden Flat";
  town_.properties.at(U(105)).lpis.push_back(alternative);
  EXPECT_EQ(Refused(Readdress{.uprn = U(101), .addresses = {At(2, 30)}}), "live_children");
  const Outcome outcome = Do(Readdress{
      .uprn = U(101), .addresses = {At(2, 30)}, .former = Readdress::Former::kBecomesAlternative, .cascade = true});
  EXPECT_EQ(LpisOf(101), "3:1@1, 1:30@2");
  EXPECT_EQ(LpisOf(105), "3:Flat 1 1@1, 8:Garden Flat 1@1, 1:Flat 1 30@2, 3:Garden Flat 30@2");
  EXPECT_EQ(LpisOf(106), "8:Flat 2 1@1, 6:Flat 2 30@2") << "only an approved property has alternatives";
  EXPECT_EQ(LpisOf(107), "5:Flat 3 30@2") << "beneath a candidate stand candidates alone";
  EXPECT_THAT(outcome.uprns, ElementsAre(U(101), U(105), U(106), U(107))) << "all in one";
  EXPECT_EQ(outcome.lineage.size(), 4U);
}

TEST_F(TownTest, AChildOfItsOwnAddressIsLeftAlone) {
  AddFlat(105, 101, 1);
  town_.properties.at(U(105)).lpis.front().postcode = "NR3 3AD";
  AddFlat(106, 101, 2);
  town_.properties.at(U(106)).blpu.local_custodian_code = 7655;
  town_.properties.at(U(106)).lpis.front().pao.start_number = 90;
  NewAddress now = At(1, 1);
  now.postcode = "NR2 2BB";
  EXPECT_EQ(Refused(Readdress{.uprn = U(101), .addresses = {now}, .cascade = true}), "ok")
      << "a new postcode: the flat has its own, and the other one is another custodian's";
  const Outcome outcome = Do(Readdress{.uprn = U(101), .addresses = {now}});
  EXPECT_THAT(outcome.uprns, ElementsAre(U(101)));
}

TEST_F(TownTest, KeepsAlternativeAddresses) {
  NewAddress mill = At(1, 0);
  mill.pao = {.text = "The Mill"};
  Do(AddAlternative{.uprn = U(102), .address = mill});
  EXPECT_EQ(LpisOf(102), "1:2@1, 3:The Mill@1");
  EXPECT_EQ(Refused(AddAlternative{.uprn = U(102), .address = mill}), "no_change");
  const std::string key = town_.properties.at(U(102)).lpis.back().lpi_key;
  Do(EndAlternative{.uprn = U(102), .lpi_key = key});
  EXPECT_EQ(LpisOf(102), "1:2@1, 8:The Mill@1");
  EXPECT_EQ(Refused(EndAlternative{.uprn = U(102), .lpi_key = key}), "INVALID_ARGUMENT lpi_key");
  AddHouse(104, 2, 4, kProvisional);
  EXPECT_EQ(Refused(AddAlternative{.uprn = U(104), .address = mill}), "status");
}

TEST_F(TownTest, AmendsTheBlpu) {
  const Outcome outcome = Do(Amend{.uprn = U(101), .blpu_class = "CR08", .x = 623'050, .y = 308'060, .state = 3});
  EXPECT_EQ(BlpuOf(101).blpu_class, "CR08");
  EXPECT_EQ(BlpuOf(101).x, 623'050);
  EXPECT_EQ(BlpuOf(101).state_date, kToday);
  EXPECT_EQ(BlpuOf(101).rpc, 1) << "what is not given stays";
  EXPECT_EQ(outcome.changes.size(), 1U);
  EXPECT_TRUE(outcome.lineage.empty());
  EXPECT_EQ(Refused(Amend{.uprn = U(101), .x = 623'050}), "INVALID_ARGUMENT coordinates");
  EXPECT_EQ(Refused(Amend{.uprn = U(101), .x = 5, .y = 5}), "AAU21.17");
  EXPECT_EQ(Refused(Amend{.uprn = U(101), .state = 4}), "AAU21.42");
  EXPECT_EQ(Refused(Amend{.uprn = U(101), .blpu_class = "CR08"}), "no_change");
}

TEST_F(TownTest, MovesBetweenParents) {
  AddFlat(105, 101, 1);
  Do(MoveParent{.uprn = U(105), .parent = U(102)});
  EXPECT_EQ(BlpuOf(105).parent_uprn, U(102));
  EXPECT_EQ(Refused(MoveParent{.uprn = U(105), .parent = {}}), "AAU24.7") << "an SAO needs a parent";
  EXPECT_EQ(Refused(MoveParent{.uprn = U(102), .parent = U(102)}), "VB-8H");
  EXPECT_EQ(Refused(MoveParent{.uprn = U(102), .parent = U(105)}), "WVB-29");
  EXPECT_EQ(Refused(MoveParent{.uprn = U(102), .parent = U(999)}), "NOT_FOUND ");
  Do(Demolish{.uprns = {U(103)}});
  EXPECT_EQ(Refused(MoveParent{.uprn = U(105), .parent = U(103)}), "AAU21.4");
}

TEST_F(TownTest, FourLevelsAreAllowed) {
  Do(MoveParent{.uprn = U(102), .parent = U(101)});
  Do(MoveParent{.uprn = U(103), .parent = U(102)});
  AddHouse(104, 2, 4, kApproved, 103);
  EXPECT_TRUE(Faults().empty());
  AddHouse(105, 2, 5);
  AddHouse(106, 2, 6, kApproved, 105);
  EXPECT_EQ(Refused(MoveParent{.uprn = U(106), .parent = U(104)}), "WEN-21-DEPTH");
  EXPECT_EQ(Refused(MoveParent{.uprn = U(105), .parent = U(103)}), "WEN-21-DEPTH") << "with what is beneath it";
  EXPECT_EQ(Refused(MoveParent{.uprn = U(106), .parent = U(103)}), "ok");
}

TEST_F(TownTest, ReinstatesWhatIsHistorical) {
  Do(Demolish{.uprns = {U(101)}});
  Do(Reinstate{.uprn = U(101), .lpi_keys = {}});
  EXPECT_EQ(BlpuOf(101).logical_status, kApproved);
  EXPECT_EQ(BlpuOf(101).state, 2);
  EXPECT_TRUE(BlpuOf(101).dates.end.empty());
  EXPECT_EQ(LpisOf(101), "1:1@1");
  EXPECT_EQ(Refused(Reinstate{.uprn = U(101), .lpi_keys = {}}), "status");
}

TEST_F(TownTest, ReinstatingAsksWhichAddressIfSeveralEndedTogether) {
  NewAddress mill = At(1, 0);
  mill.pao = {.text = "The Mill"};
  Do(AddAlternative{.uprn = U(101), .address = mill});
  Do(Demolish{.uprns = {U(101)}});
  EXPECT_EQ(Refused(Reinstate{.uprn = U(101), .lpi_keys = {}}), "lpi_choice");
  Do(Reinstate{.uprn = U(101), .lpi_keys = {"2625L100000101"}});
  EXPECT_EQ(LpisOf(101), "1:1@1, 8:The Mill@1");
}

TEST_F(TownTest, WhoseAddressIsTakenCannotBeReinstated) {
  Do(Demolish{.uprns = {U(101)}});
  Do(Readdress{.uprn = U(102), .addresses = {At(1, 1)}});
  EXPECT_EQ(Refused(Reinstate{.uprn = U(101), .lpi_keys = {}}), "AAU24.92");
}

TEST_F(TownTest, KeepsCrossReferences) {
  Do(AddCrossReference{.uprn = U(101), .source = "CTAX", .reference = "00012345"});
  const model::CrossReference& xref = town_.properties.at(U(101)).xrefs.front();
  EXPECT_EQ(xref.dates.start, kToday);
  EXPECT_EQ(xref.xref_key, "2625X900000001");
  EXPECT_EQ(Refused(AddCrossReference{.uprn = U(101), .source = "CTAX", .reference = "00012345"}), "no_change");
  EXPECT_EQ(Refused(AddCrossReference{.uprn = U(101), .source = "COUNCIL", .reference = "1"}),
            "INVALID_ARGUMENT source");
  EXPECT_EQ(Refused(AddCrossReference{.uprn = U(101), .source = "CTAX", .reference = ""}),
            "INVALID_ARGUMENT reference");
  Do(EndCrossReference{.uprn = U(101), .xref_key = "2625X900000001"});
  EXPECT_EQ(town_.properties.at(U(101)).xrefs.front().dates.end, kToday);
  EXPECT_EQ(Refused(EndCrossReference{.uprn = U(101), .xref_key = "2625X900000001"}), "INVALID_ARGUMENT xref_key");
  Do(AddCrossReference{.uprn = U(101), .source = "CTAX", .reference = "00012345"});
}

TEST_F(TownTest, LeavesOtherCustodiansAlone) {
  town_.properties.at(U(101)).blpu.local_custodian_code = 7655;
  EXPECT_EQ(Refused(Amend{.uprn = U(101), .rpc = 2}), "own_custodian");
  EXPECT_EQ(Refused(Demolish{.uprns = {U(101)}}), "own_custodian");
  town_.streets.at(S(1)).street.swa_org_ref_naming = 2600;
  EXPECT_EQ(Refused(CloseStreet{S(1)}), "own_custodian");
}

TEST_F(TownTest, FaultsThatWereThereDoNotCount) {
  town_.properties.at(U(101)).blpu.blpu_class.clear();
  town_.properties.at(U(101)).lpis.front().usrn = S(77);
  const absl::StatusOr<Outcome> outcome = Try(AddCrossReference{.uprn = U(101), .source = "CTAX", .reference = "1"});
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Refused(Amend{.uprn = U(101), .state = 4}), "AAU21.42") << "but another is not added";
}

}  // namespace
}  // namespace wensum::llpg
