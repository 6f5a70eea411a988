// Properties that change their custodian: new keys, whole families, and who may not be moved.
#include "gazetteer/lifecycle/transfer.h"

#include <gmock/gmock.h>

#include "tests/gazetteer/lifecycle/town_fixture.h"

namespace wensum::llpg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kBroadland = 2610;
constexpr int kBreckland = 2605;

class TransferTest : public TownTest {
 protected:
  absl::StatusOr<Outcome> Transfer(const std::vector<uint64_t>& uprns, int from = 0, int to = kBroadland) {
    TransferProperties transfer{.to = to, .from = from, .uprns = {}};
    for (const uint64_t uprn : uprns) {
      transfer.uprns.push_back(U(uprn));
    }
    return ApplyTransfer(transfer, town_, town_, rules_);
  }
  std::vector<std::string> RulesOf(const absl::Status& status) {
    std::vector<std::string> rules;
    for (const Refusal& refusal : RefusalsOf(status)) {
      rules.push_back(refusal.rule);
    }
    return rules;
  }
  SelectedProperties Select(TransferSelection selection) {
    selection.to = kBroadland;
    for (const auto& [uprn, property] : town_.properties) {
      selection.candidates.push_back(uprn);
    }
    absl::StatusOr<SelectedProperties> selected = SelectTransfer(selection, town_, rules_);
    EXPECT_TRUE(selected.ok()) << selected.status();
    return selected.ok() ? *std::move(selected) : SelectedProperties();
  }
  static std::vector<uint64_t> Numbers(const std::vector<model::Uprn>& uprns) {
    std::vector<uint64_t> numbers;
    for (const model::Uprn uprn : uprns) {
      numbers.push_back(uprn.value());
    }
    return numbers;
  }
  static std::vector<std::string> Names(const std::vector<Refusal>& refusals) {
    std::vector<std::string> names;
    for (const Refusal& refusal : refusals) {
      names.push_back(Cat(refusal.rule, " ", refusal.object));
    }
    return names;
  }

  LifecycleRules rules_{.today = kToday, .own_custodians = {kNorwich, kBroadland}, .street_authorities = {}};
};

TEST(RecordKeyTest, IsOfItsCustodian) {
  EXPECT_TRUE(IsRecordKeyOf("2625L000000001", 2625));
  EXPECT_TRUE(IsRecordKeyOf("0114X999999999", 114));
  EXPECT_FALSE(IsRecordKeyOf("2625L000000001", 2610));
  EXPECT_FALSE(IsRecordKeyOf("2625L00000001", 2625)) << "too short";
  EXPECT_FALSE(IsRecordKeyOf("2625L0000000011", 2625)) << "too long";
  EXPECT_FALSE(IsRecordKeyOf("26250000000001", 2625)) << "no letter";
  EXPECT_FALSE(IsRecordKeyOf("2625LL00000001", 2625));
  EXPECT_FALSE(IsRecordKeyOf("+625L000000001", 625));
  EXPECT_FALSE(IsRecordKeyOf("", 0));
}

TEST_F(TransferTest, KeysAreIssuedAnewAndNothingElseChanges) {
  PropertyState& house = town_.properties.at(U(101));
  model::CrossReference xref;
  xref.uprn = U(101);
  xref.xref_key = "2625X000000007";
  xref.cross_reference = "CT1";
  xref.source = "CTAX";
  xref.dates = {.start = kLongAgo, .end = {}, .last_update = kLongAgo, .entry = kLongAgo};
  house.xrefs.push_back(xref);
  xref.xref_key = "7655X000000008";  // the Ordnance Survey's
  house.xrefs.push_back(xref);
  house.lpis.push_back(house.lpis.front());
  house.lpis.back().lpi_key = "2625L100000555";
  house.lpis.back().logical_status = kHistorical;
  const auto outcome = Transfer({101});
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_THAT(Numbers(outcome->uprns), ElementsAre(101));
  ASSERT_EQ(outcome->changes.size(), 1U);
  model::Blpu blpu = house.blpu;
  blpu.local_custodian_code = kBroadland;
  blpu.dates.last_update = kToday;
  EXPECT_EQ(std::get<model::Blpu>(outcome->changes[0].after), blpu);
  ASSERT_EQ(outcome->rekeyed.size(), 3U) << "two LPIs and one cross reference; the other custodian's key stays";
  std::set<std::string> keys;
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(std::get<model::Lpi>(outcome->rekeyed[i].before), house.lpis[i]);
    auto after = std::get<model::Lpi>(outcome->rekeyed[i].after);
    EXPECT_TRUE(IsRecordKeyOf(after.lpi_key, kBroadland)) << after.lpi_key;
    EXPECT_EQ(after.lpi_key[4], 'L');
    EXPECT_EQ(after.dates.last_update, kToday);
    keys.insert(after.lpi_key);
    after.lpi_key = house.lpis[i].lpi_key;
    after.dates.last_update = kLongAgo;
    EXPECT_EQ(after, house.lpis[i]) << "entry and start dates among it";
  }
  const auto moved = std::get<model::CrossReference>(outcome->rekeyed[2].after);
  EXPECT_TRUE(IsRecordKeyOf(moved.xref_key, kBroadland));
  EXPECT_EQ(moved.xref_key[4], 'X');
  EXPECT_EQ(moved.cross_reference, "CT1");
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_THAT(outcome->lineage, IsEmpty());
}

TEST_F(TransferTest, EveryKindOfRowWithAKeyIsMoved) {
  model::Provenance provenance;
  provenance.uprn = U(101);
  provenance.provenance_key = "2625P000000001";
  provenance.code = "R";
  provenance.annotation = "Deed";
  model::Successor successor;
  successor.uprn = U(101);
  successor.successor_key = "2625S000000002";
  successor.successor = U(102);
  model::PropertyOrganisation organisation;
  organisation.uprn = U(101);
  organisation.org_key = "2625O000000003";
  organisation.organisation = "Jarrold";
  model::Classification classification;
  classification.uprn = U(101);
  classification.class_key = "2625C000000004";
  classification.code = "RD04";
  model::KeptRow kept;
  kept.record_type = 25;
  kept.owner = 101;
  kept.subkey = "2625E000000005";
  kept.text = "101,\"2625E000000005\",1,\"2625E000000005\"";
  model::KeptRow second = kept;
  second.occurrence = 2;
  model::KeptRow other = kept;
  other.subkey = "~5c0ffee";
  other.text = "101,,7";
  town_.keyed_rows[U(101)] = {provenance, kept, second, other, successor, organisation, classification};
  const auto outcome = Transfer({101}, kNorwich);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->rekeyed.size(), 7U) << "an LPI, and all but the row without a key";
  const auto key = [&](size_t i) {
    return std::visit(
        [](const auto& row) -> std::string {
          using Row = std::decay_t<decltype(row)>;
          if constexpr (std::is_same_v<Row, model::Provenance>) return row.provenance_key;
          if constexpr (std::is_same_v<Row, model::Successor>) return row.successor_key;
          if constexpr (std::is_same_v<Row, model::PropertyOrganisation>) return row.org_key;
          if constexpr (std::is_same_v<Row, model::Classification>) return row.class_key;
          if constexpr (std::is_same_v<Row, model::KeptRow>) return row.subkey;
          return {};
        },
        outcome->rekeyed[i].after);
  };
  const std::vector<char> letters = {'P', 'E', 'E', 'S', 'O', 'C'};
  for (size_t i = 0; i < letters.size(); ++i) {
    EXPECT_TRUE(IsRecordKeyOf(key(i + 1), kBroadland)) << key(i + 1);
    EXPECT_EQ(key(i + 1)[4], letters[i]);
  }
  EXPECT_EQ(std::get<model::Provenance>(outcome->rekeyed[1].after).dates.last_update, kToday);
  EXPECT_EQ(std::get<model::Provenance>(outcome->rekeyed[1].after).annotation, "Deed");
  const auto first_kept = std::get<model::KeptRow>(outcome->rekeyed[2].after);
  EXPECT_EQ(first_kept.text, Cat("101,\"", first_kept.subkey, "\",1,\"2625E000000005\"")) << "the key column alone";
  EXPECT_EQ(key(3), key(2)) << "rows that shared a key share the new one";
  EXPECT_EQ(std::get<model::KeptRow>(outcome->rekeyed[3].after).occurrence, 2);
}

TEST_F(TransferTest, OldFaultsAreNoHindrance) {
  town_.properties.at(U(101)).blpu.blpu_class.clear();
  town_.properties.at(U(101)).lpis.front().usrn = S(77);  // which is not there
  EXPECT_TRUE(Transfer({101}).ok());
}

TEST_F(TransferTest, WhoMayNotBeMovedIsTold) {
  rules_.own_custodians = {kNorwich, kBroadland, kBreckland};
  town_.properties.at(U(101)).blpu.local_custodian_code = 7655;
  town_.properties.at(U(102)).blpu.local_custodian_code = 2620;
  town_.properties.at(U(102)).blpu.logical_status = kCandidate;
  town_.properties.at(U(103)).blpu.local_custodian_code = kBroadland;
  AddHouse(104, 1, 4).blpu.local_custodian_code = kBreckland;
  AddHouse(105, 1, 5);
  const absl::Status status = Transfer({101, 102, 103, 104, 105}, kNorwich).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(RulesOf(status), ElementsAre("own_custodian", "candidate", "expected_custodian", "expected_custodian"));
  EXPECT_THAT(std::string(Message(status)), HasSubstr("kept by custodian 2605, not by 2625 as expected"));
  EXPECT_TRUE(Transfer({104, 105}).ok()) << "of any own custodian";
  EXPECT_EQ(Transfer({105, 999}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(TransferTest, WrongCodesAreRefused) {
  EXPECT_THAT(RulesOf(Transfer({101}, 0, kBreckland).status()), ElementsAre("target_custodian"));
  EXPECT_THAT(RulesOf(Transfer({101}, kBreckland).status()), ElementsAre("own_custodian"));
  EXPECT_EQ(WrongFieldOf(Transfer({101}, kNorwich, kNorwich).status()), "transfer_properties.from_custodian_code");
  EXPECT_EQ(WrongFieldOf(Transfer({101}, 0, 0).status()), "transfer_properties.to_custodian_code");
  EXPECT_EQ(WrongFieldOf(Transfer({101}, -1).status()), "transfer_properties.from_custodian_code");
  EXPECT_EQ(WrongFieldOf(Transfer({101, 101}).status()), "transfer_properties.listed.uprns");
  EXPECT_EQ(WrongFieldOf(Transfer({}).status()), "transfer_properties.listed.uprns");
}

TEST_F(TransferTest, FamiliesAreNotParted) {
  AddFlat(111, 101, 1);
  AddFlat(112, 101, 2, kHistorical);
  AddFlat(121, 111, 3);
  const absl::Status parent_alone = Transfer({101}).status();
  EXPECT_THAT(RulesOf(parent_alone), ElementsAre("family"));
  EXPECT_THAT(std::string(Message(parent_alone)), HasSubstr("Add 111, 112."));
  const absl::Status middle = Transfer({111, 112}).status();
  EXPECT_THAT(RulesOf(middle), ElementsAre("family", "family", "family"));
  EXPECT_THAT(std::string(Message(middle)), HasSubstr("properties/111: Its parent would stay with custodian 2625. "
                                                      "Add 101."));
  EXPECT_THAT(std::string(Message(middle)), HasSubstr("Add 121."));
  EXPECT_TRUE(Transfer({101, 111, 112, 121}).ok());
  // What had two custodians before may go on so.
  town_.properties.at(U(111)).blpu.local_custodian_code = 7655;
  EXPECT_TRUE(Transfer({101, 112}).ok());
  EXPECT_TRUE(Transfer({121}).ok()) << "its parent is another's already";
}

TEST_F(TransferTest, AllAreChosenInWholeFamilies) {
  AddFlat(90, 102, 1);  // lower than its parent
  AddFlat(111, 101, 1);
  AddHouse(104, 1, 4).blpu.local_custodian_code = kBreckland;
  SelectedProperties page = Select({.from = kNorwich, .limit = 3});
  EXPECT_THAT(Numbers(page.uprns), ElementsAre(90, 102)) << "the next family would make it four";
  EXPECT_EQ(page.last.value(), 90U);
  EXPECT_EQ(page.remaining, 3U + 1U) << "101 and 111, 103; the candidate 104 is not looked at";
  page = Select({.from = kNorwich, .after = page.last, .limit = 3});
  EXPECT_THAT(Numbers(page.uprns), ElementsAre(101, 103, 111)) << "102 was met before";
  EXPECT_EQ(page.last.value(), 103U);
  EXPECT_EQ(page.remaining, 0U);
  EXPECT_THAT(page.left_out, IsEmpty());
  EXPECT_THAT(Numbers(Select({.from = kNorwich, .limit = 1}).uprns), ElementsAre(90, 102)) << "a first family is taken";
  EXPECT_THAT(Select({.from = kNorwich, .after = U(999)}).uprns, IsEmpty());
}

TEST_F(TransferTest, WhatCameSinceTheCandidatesWereListedGoesAlong) {
  AddFlat(90, 102, 1);
  TransferSelection selection{
      .to = kBroadland, .from = kNorwich, .after = U(101), .candidates = {U(101), U(102), U(103)}};
  const auto page = SelectTransfer(selection, town_, rules_);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(Numbers(page->uprns), ElementsAre(90, 102, 103)) << "no earlier page met 90";
  EXPECT_EQ(page->last.value(), 103U);
}

TEST_F(TransferTest, AWardTakesTheFamiliesWhoseTopIsInIt) {
  for (const uint64_t uprn : {101, 102, 103}) {
    town_.properties.at(U(uprn)).blpu.ward_code = "E05000001";
  }
  AddFlat(111, 101, 1);  // without ward: it goes along
  AddHouse(104, 1, 4).blpu.ward_code = "E05000002";
  AddFlat(112, 104, 1).blpu.ward_code = "E05000001";
  AddHouse(105, 1, 5).blpu = town_.properties.at(U(103)).blpu;
  town_.properties.at(U(105)).blpu.uprn = U(105);
  town_.properties.at(U(105)).blpu.local_custodian_code = 7655;
  SelectedProperties page = Select({.ward = "E05000001", .limit = 2});
  EXPECT_THAT(Numbers(page.uprns), ElementsAre(101, 111));
  EXPECT_EQ(page.remaining, 2U) << "what is left out does not count";
  EXPECT_THAT(Names(page.left_out), ElementsAre("own_custodian properties/105", "family_ward properties/112"));
  page = Select({.ward = "E05000001", .after = page.last});
  EXPECT_THAT(Numbers(page.uprns), ElementsAre(102, 103));
  EXPECT_EQ(page.remaining, 0U);
}

TEST_F(TransferTest, ACircleOfParentsIsAFamily) {
  AddHouse(111, 1, 11);
  AddHouse(112, 1, 12);
  town_.properties.at(U(111)).blpu.parent_uprn = U(112);
  town_.properties.at(U(112)).blpu.parent_uprn = U(111);
  EXPECT_THAT(Numbers(Select({.from = kNorwich, .after = U(103)}).uprns), ElementsAre(111, 112));
}

TEST_F(TransferTest, AFamilyThatIsTooLargeStays) {
  for (uint64_t i = 0; i < kMaxTransferred; ++i) {
    AddFlat(1'000 + i, 101, static_cast<int>(i) + 1);
  }
  const SelectedProperties page = Select({.from = kNorwich});
  EXPECT_THAT(Numbers(page.uprns), ElementsAre(102, 103));
  EXPECT_EQ(page.left_out.size(), kMaxTransferred + 1);
  EXPECT_EQ(page.left_out.front().rule, "family_size");
  EXPECT_EQ(page.remaining, 0U);
}

}  // namespace
}  // namespace wensum::llpg
