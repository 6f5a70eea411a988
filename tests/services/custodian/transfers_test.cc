// Transfers between custodians: what is stored, what moves along, pages, and the way back.
#include <set>

#include "services/custodian/marks.h"
#include "tests/services/custodian/custodian_fixture.h"

namespace wensum::custodian {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr int kNorwich = 2625;
constexpr int kBroadland = 2610;

class TransfersTest : public CustodianTest {
 protected:
  TransfersTest() {
    options_.codes = {kNorwich, kBroadland};
    Open();
  }

  static Operation Listed(const std::vector<uint64_t>& uprns, int to = kBroadland) {
    Operation operation;
    v1::TransferProperties& transfer = *operation.mutable_transfer_properties();
    transfer.set_to_custodian_code(to);
    transfer.set_reference("LGR-2026");
    transfer.mutable_listed()->mutable_uprns()->Add(uprns.begin(), uprns.end());
    return operation;
  }
  static Operation All(int max_properties) {
    Operation operation;
    v1::TransferProperties& transfer = *operation.mutable_transfer_properties();
    transfer.set_to_custodian_code(kBroadland);
    transfer.set_from_custodian_code(kNorwich);
    transfer.set_all_properties(true);
    transfer.set_max_properties(max_properties);
    transfer.set_reference("LGR-2026");
    return operation;
  }
  static Operation Exclude(uint64_t uprn, const std::string& key) {
    Operation operation;
    operation.mutable_set_export_exclusion()->set_uprn(uprn);
    operation.mutable_set_export_exclusion()->set_lpi_key(key);
    operation.mutable_set_export_exclusion()->set_excluded(true);
    return operation;
  }
  static Operation Alternative(uint64_t uprn, uint64_t usrn, int number) {
    Operation operation;
    operation.mutable_add_alternative()->set_uprn(uprn);
    SetAddress(usrn, number, *operation.mutable_add_alternative()->mutable_address());
    return operation;
  }

  // The LPIs that are kept out of exports now.
  std::set<std::string> Excluded(uint64_t uprn) {
    const auto exclusions = LpiExclusions::Read(*store_, register_->register_id());
    EXPECT_TRUE(exclusions.ok());
    return exclusions->KeysOf(uprn, UINT64_MAX);
  }
  // "24 2625L500001101 -> 2610L500000001" of each key that was issued anew.
  static std::vector<std::pair<std::string, std::string>> Rekeyed(const v1::OperationRecord& record) {
    std::vector<std::pair<std::string, std::string>> keys;
    for (const v1::RowChange& change : record.changes()) {
      if (change.kind() == v1::RowChange::KIND_REKEYED) {
        keys.emplace_back(change.former_key(), change.key());
      }
    }
    return keys;
  }
  std::vector<v1::OperationSummary> Listing(const std::string& reference) {
    rpc::CallContext call("/wensum.v1.Custodian/ListOperations");
    v1::ListOperationsRequest request;
    request.set_transfer_reference(reference);
    request.set_page_size(2);
    std::vector<v1::OperationSummary> all;
    for (int pages = 0; pages < 10; ++pages) {
      v1::ListOperationsResponse response;
      const absl::Status status = handler_->ListOperations(call, request, response);
      EXPECT_TRUE(status.ok()) << status;
      all.insert(all.end(), response.operations().begin(), response.operations().end());
      if (response.next_page_token().empty()) {
        break;
      }
      request.set_page_token(response.next_page_token());
    }
    return all;
  }
};

TEST_F(TransfersTest, KeysAreIssuedAnewAndComeBack) {
  const auto before = Rows();
  const auto preview = Apply(Listed({101, 102}), /*validate_only=*/true);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(Rows(), before);
  EXPECT_EQ(preview->transfer().properties(), 2);
  EXPECT_EQ(preview->transfer().keys(), 2);
  EXPECT_EQ(preview->transfer().rows(), 4);
  EXPECT_EQ(preview->name(), "");
  const v1::OperationRecord done = Do(Listed({101, 102}));
  EXPECT_EQ(done.transfer().SerializeAsString(), preview->transfer().SerializeAsString());
  EXPECT_THAT(Rekeyed(done), ElementsAre(std::pair("2625L500001001", "2610L500000001"),
                                         std::pair("2625L500001002", "2610L500000002")));
  ASSERT_EQ(done.changes_size(), 4) << "one change for a row under a new key";
  const v1::RowChange& rekeyed = done.changes(2);
  EXPECT_EQ(rekeyed.name(), "properties/101");
  EXPECT_EQ(rekeyed.record_type(), 24);
  ASSERT_EQ(rekeyed.columns_size(), 1) << rekeyed.ShortDebugString();
  EXPECT_EQ(rekeyed.columns(0).column(), "LAST_UPDATE_DATE");
  EXPECT_THAT(done.uprns(), ElementsAre(101, 102));
  const v1::Property moved = Get(101);
  EXPECT_EQ(moved.local_custodian_code(), kBroadland);
  ASSERT_EQ(moved.lpis_size(), 1);
  EXPECT_EQ(moved.lpis(0).lpi_key(), "2610L500000001");
  EXPECT_EQ(moved.address(), "1 High Street, Norwich, NR1 1AA");
  EXPECT_EQ(Get(103).local_custodian_code(), kNorwich);
  ExpectVerified();

  const auto undone = Undo(done.name());
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(Rows(), before) << "the old keys, dates and origins";
  EXPECT_THAT(Rekeyed(*undone), ElementsAre(std::pair("2610L500000001", "2625L500001001"),
                                            std::pair("2610L500000002", "2625L500001002")));
  ExpectVerified();
  ASSERT_TRUE(Undo(undone->name()).ok()) << "the undo is undone";
  EXPECT_EQ(Get(101).lpis(0).lpi_key(), "2610L500000001");
  ASSERT_TRUE(Undo(done.name()).ok());
  EXPECT_EQ(Rows(), before);
  // A key that was given out is not given out again, whatever became of it.
  Open();
  EXPECT_THAT(Rekeyed(Do(Listed({101}))), ElementsAre(std::pair("2625L500001001", "2610L500000003")));
  // And back, to keys that are new too.
  const auto back = Rekeyed(Do(Listed({101}, kNorwich)));
  ASSERT_EQ(back.size(), 1U);
  EXPECT_THAT(back[0].second, StartsWith("2625L"));
  EXPECT_FALSE(before.contains(back[0].second));
  EXPECT_NE(back[0].second, "2625L500001001");
  ExpectVerified();
}

TEST_F(TransfersTest, RowsKeepWhereTheyCameFrom) {
  model::Classification classification;
  classification.uprn = *model::Uprn::Create(101);
  classification.class_key = "2625C000000009";
  classification.code = "RD04";
  classification.scheme = "AddressBase Premium Classification Scheme";
  model::CrossReference xref;
  xref.uprn = classification.uprn;
  xref.xref_key = "2625X000000009";
  xref.source = "CTAX";
  xref.cross_reference = "77";
  model::KeptRow kept;
  kept.record_type = 26;
  kept.owner = 101;
  kept.subkey = "2625E000000009";
  kept.text = "101,2625E000000009,1";
  Load({{.row = classification, .format = model::GazetteerFormat::kAddressBasePremium2},
        {.row = xref, .format = model::GazetteerFormat::kAddressBasePremium2},
        {.row = kept, .format = model::GazetteerFormat::kDtf73}});
  const auto before = Rows();
  const v1::OperationRecord done = Do(Listed({101}));
  std::set<int> types;
  for (const v1::RowChange& change : done.changes()) {
    types.insert(change.record_type());
  }
  EXPECT_THAT(types, ElementsAre(21, 23, 24, 26, 32));
  EXPECT_EQ(done.transfer().keys(), 4);
  int addressbase = 0;
  for (const auto& [key, value] : Rows()) {
    storage::v1::GazetteerRow row;
    if (key[sizeof(storage::RegisterId)] != 'U' || before.contains(key)) {
      continue;
    }
    ASSERT_TRUE(row.ParseFromString(value));
    EXPECT_EQ(row.import_run(), done.name());
    storage::v1::GazetteerRow former;
    for (const auto& [former_key, former_value] : before) {
      if (former_key[sizeof(storage::RegisterId)] == 'U' && former.ParseFromString(former_value) &&
          former.id() == row.id() && former.content_case() == row.content_case()) {
        break;
      }
    }
    EXPECT_EQ(row.source_format(), former.source_format());
    EXPECT_EQ(row.purposes(), former.purposes()) << "who may see it";
    addressbase += row.source_format() == static_cast<uint32_t>(model::GazetteerFormat::kAddressBasePremium2) ? 1 : 0;
  }
  EXPECT_EQ(addressbase, 2);
  EXPECT_EQ(Get(101).cross_references_size(), 1);
  ExpectVerified();
  ASSERT_TRUE(Undo(done.name()).ok());
  EXPECT_EQ(Rows(), before);
  ExpectVerified();
}

TEST_F(TransfersTest, WhatIsKeptOutOfExportsStaysOut) {
  Do(Alternative(101, 2, 40));
  const std::string key = Get(101).lpis(1).lpi_key();
  const v1::OperationRecord excluded = Do(Exclude(101, key));
  Do(Exclude(102, ""));
  const v1::OperationRecord done = Do(Listed({101, 102}));
  EXPECT_EQ(done.transfer().marks(), 1);
  const std::string moved = Get(101).lpis(1).lpi_key();
  EXPECT_THAT(moved, StartsWith("2610L"));
  EXPECT_THAT(Excluded(101), ElementsAre(moved));
  const auto whole = IsExcluded(*store_, register_->register_id(), 102, UINT64_MAX);
  EXPECT_TRUE(whole.ok() && *whole);
  const auto mark = std::find_if(done.marks().begin(), done.marks().end(),
                                 [&moved](const v1::PropertyMark& one) { return one.lpi_key() == moved; });
  ASSERT_NE(mark, done.marks().end());
  EXPECT_EQ(mark->text(), "as asked") << "why it was excluded";
  EXPECT_EQ(mark->author(), "tester");
  const absl::Status too_early = Undo(excluded.name()).status();
  EXPECT_THAT(RulesOf(too_early), ElementsAre("changed_since"));
  EXPECT_THAT(std::string(Message(too_early)), HasSubstr(Cat("Undo ", done.name(), " first")));
  ASSERT_TRUE(Undo(done.name()).ok());
  EXPECT_THAT(Excluded(101), ElementsAre(key));
  ASSERT_TRUE(Undo(excluded.name()).ok());
  EXPECT_THAT(Excluded(101), IsEmpty());
}

TEST_F(TransfersTest, AWholeCustodianInPagesAndBack) {
  Operation flats;
  flats.mutable_add_range()->mutable_pattern()->set_parent_uprn(103);
  flats.mutable_add_range()->mutable_pattern()->set_classification("RD06");
  flats.mutable_add_range()->set_first(1);
  flats.mutable_add_range()->set_last(3);
  flats.mutable_add_range()->set_label("Flat");
  Do(flats);
  Do(Gone(202));  // historical properties go along
  const auto before = Rows();
  std::vector<std::string> names;
  std::vector<int> moved;
  std::set<std::string> keys;
  Operation next = All(4);
  for (int remaining = 1; remaining > 0 && names.size() < 10;) {
    const auto preview = Apply(next, /*validate_only=*/true);
    const v1::OperationRecord done = Do(next);
    ASSERT_TRUE(preview.ok());
    EXPECT_EQ(preview->transfer().SerializeAsString(), done.transfer().SerializeAsString());
    names.push_back(done.name());
    moved.push_back(done.transfer().properties());
    for (const auto& [former, key] : Rekeyed(done)) {
      EXPECT_TRUE(keys.insert(key).second) << key;
    }
    remaining = done.transfer().remaining();
    next.mutable_transfer_properties()->set_after_uprn(done.transfer().last_uprn());
  }
  EXPECT_THAT(moved, ElementsAre(2, 4, 4, 1)) << "103 and its flats together";
  EXPECT_THAT(RulesOf(Apply(All(0)).status()), ElementsAre("no_change"));
  for (const uint64_t uprn : {101, 103, 105, 202, 203}) {
    EXPECT_EQ(Get(uprn).local_custodian_code(), kBroadland);
  }
  ExpectVerified();
  const std::vector<v1::OperationSummary> listed = Listing("LGR-2026");
  ASSERT_EQ(listed.size(), names.size());
  EXPECT_EQ(listed.front().name(), names.back()) << "newest first";
  EXPECT_EQ(listed.front().transfer_reference(), "LGR-2026");
  EXPECT_EQ(listed.front().kind(), "transfer_properties");
  EXPECT_EQ(listed.front().change_count(), 2);
  EXPECT_THAT(Listing("LGR-2027"), IsEmpty());
  for (const v1::OperationSummary& summary : listed) {
    ASSERT_TRUE(Undo(summary.name()).ok());
  }
  EXPECT_EQ(Rows(), before);
  ExpectVerified();
}

TEST_F(TransfersTest, AWardIsChosenByItsTopmostProperties) {
  for (const uint64_t uprn : {101, 103, 201}) {
    Operation ward;
    ward.mutable_amend()->set_uprn(uprn);
    ward.mutable_amend()->set_ward_code("E05009001");
    Do(ward);
  }
  Operation transfer;
  transfer.mutable_transfer_properties()->set_to_custodian_code(kBroadland);
  transfer.mutable_transfer_properties()->set_ward_code("E05009001");
  const v1::OperationRecord done = Do(transfer);
  EXPECT_THAT(done.uprns(), ElementsAre(101, 103, 201));
  EXPECT_EQ(done.transfer().remaining(), 0);
  EXPECT_EQ(Get(102).local_custodian_code(), kNorwich);
  transfer.mutable_transfer_properties()->set_ward_code("e05009001");
  EXPECT_THAT(RulesOf(Apply(transfer).status()), ElementsAre("no_change")) << "codes are compared as they stand";
}

TEST_F(TransfersTest, AnUndoPartsNoFamily) {
  const v1::OperationRecord done = Do(Listed({101}));
  Operation flat = Create(1, 1);
  auto& property = *flat.mutable_create_property()->mutable_property();
  property.set_parent_uprn(101);
  property.set_local_custodian_code(kBroadland);
  property.mutable_addresses(0)->mutable_sao()->set_text("Flat 1");
  const v1::OperationRecord child = Do(flat);
  const absl::Status status = Undo(done.name()).status();
  EXPECT_THAT(RulesOf(status), ElementsAre("family"));
  EXPECT_THAT(std::string(Message(status)), HasSubstr(Cat(child.new_uprns(0))));
  EXPECT_THAT(RulesOf(Apply(Listed({101}, kNorwich)).status()), ElementsAre("family"));
  ASSERT_TRUE(Undo(child.name()).ok());
  EXPECT_TRUE(Undo(done.name()).ok());
}

TEST_F(TransfersTest, WhatWasChangedSinceIsInTheWay) {
  const v1::OperationRecord done = Do(Listed({101, 102}));
  const v1::OperationRecord later = Do(Readdress(102, 1, 30));
  const absl::Status status = Undo(done.name()).status();
  EXPECT_THAT(RulesOf(status), ElementsAre("changed_since"));
  EXPECT_THAT(std::string(Message(status)), HasSubstr(Cat("Undo ", later.name(), " first")));
  ASSERT_TRUE(Undo(later.name()).ok());
  ASSERT_TRUE(Undo(done.name()).ok());
  // An authority that is gone from the configuration gets nothing back.
  const v1::OperationRecord again = Do(Listed({101}));
  options_.codes = {kBroadland};
  Open();
  EXPECT_THAT(RulesOf(Undo(again.name()).status()), ElementsAre("own_custodian"));
  EXPECT_THAT(RulesOf(Apply(Listed({102})).status()), ElementsAre("own_custodian"));
}

TEST_F(TransfersTest, WrongFormsAreRefused) {
  const auto field = [&](const Operation& operation) {
    const absl::Status status = Apply(operation).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return std::string(Message(status).substr(0, Message(status).find(':')));
  };
  Operation operation = Listed({101});
  operation.mutable_date()->set_year(2026);
  EXPECT_EQ(field(operation), "operation.date");
  EXPECT_EQ(field(Listed({})), "operation.transfer_properties.listed.uprns");
  EXPECT_EQ(field(Listed({101, 1'000'000'000'000'000})), "operation.transfer_properties.listed.uprns[1]");
  EXPECT_EQ(field(Listed({101, 101})), "operation.transfer_properties.listed.uprns");
  EXPECT_EQ(field(Listed({101}, 0)), "operation.transfer_properties.to_custodian_code");
  operation = Listed({101});
  operation.mutable_transfer_properties()->set_max_properties(5);
  EXPECT_EQ(field(operation), "operation.transfer_properties.max_properties");
  operation = All(1'001);
  EXPECT_EQ(field(operation), "operation.transfer_properties.max_properties");
  operation = All(0);
  operation.mutable_transfer_properties()->clear_from_custodian_code();
  EXPECT_EQ(field(operation), "operation.transfer_properties.from_custodian_code");
  operation.mutable_transfer_properties()->clear_selection();
  EXPECT_EQ(field(operation), "operation.transfer_properties");
  operation.mutable_transfer_properties()->set_ward_code("");
  EXPECT_EQ(field(operation), "operation.transfer_properties.ward_code");
  EXPECT_THAT(RulesOf(Apply(Listed({101}, 2605)).status()), ElementsAre("target_custodian"));
  v1::ApplyOperationRequest request;
  *request.mutable_operation() = Listed({101});
  request.add_etags()->set_name("properties/101");
  EXPECT_EQ(Apply(request).status().code(), absl::StatusCode::kAborted);
  rpc::CallContext call("/wensum.v1.Custodian/ListOperations");
  v1::ListOperationsRequest list;
  list.set_parent("properties/101");
  list.set_transfer_reference("LGR-2026");
  v1::ListOperationsResponse listed;
  EXPECT_EQ(handler_->ListOperations(call, list, listed).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace wensum::custodian
