#include "services/custodian/marks.h"

#include "tests/services/custodian/custodian_fixture.h"

namespace wensum::custodian {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MarksTest : public CustodianTest {
 protected:
  static Operation Note(uint64_t uprn, const std::string& text) {
    Operation operation;
    operation.mutable_add_note()->set_uprn(uprn);
    operation.mutable_add_note()->set_text(text);
    return operation;
  }
  static Operation Exclude(uint64_t uprn, bool excluded, const std::string& lpi_key = "") {
    Operation operation;
    operation.mutable_set_export_exclusion()->set_uprn(uprn);
    operation.mutable_set_export_exclusion()->set_lpi_key(lpi_key);
    operation.mutable_set_export_exclusion()->set_excluded(excluded);
    return operation;
  }
  static Operation Visit(uint64_t uprn, bool needed) {
    Operation operation;
    operation.mutable_set_site_visit()->set_uprn(uprn);
    operation.mutable_set_site_visit()->set_needed(needed);
    return operation;
  }

  v1::ListMarksResponse Page(v1::ListMarksRequest request) {
    rpc::CallContext call("/wensum.v1.Custodian/ListMarks");
    v1::ListMarksResponse response;
    const absl::Status status = handler_->ListMarks(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
  // "UPRN text" of each, in pages of `page_size`.
  std::vector<std::string> List(v1::PropertyMark::Kind kind, const std::string& parent = "", int page_size = 2) {
    v1::ListMarksRequest request;
    request.set_kind(kind);
    request.set_parent(parent);
    request.set_page_size(page_size);
    std::vector<std::string> marks;
    do {
      const v1::ListMarksResponse page = Page(request);
      EXPECT_LE(page.marks_size(), page_size);
      for (const v1::PropertyMark& mark : page.marks()) {
        EXPECT_FALSE(mark.cleared());
        marks.push_back(Cat(mark.name().substr(mark.name().find('/') + 1), " ", mark.text()));
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return marks;
  }
  // An approved LPI of 101 beside its first, 2625L500001001.
  void LoadSecondAddress() {
    model::Lpi lpi = std::get<model::Lpi>(TownStreet(1, "High Street", 1)[3].row);
    lpi.lpi_key = "2625L500001900";
    lpi.pao.start_number = 90;
    Load({{.row = lpi, .change = model::ChangeType::kInsert, .format = model::GazetteerFormat::kDtf73}});
  }
  bool Excluded(uint64_t uprn, uint64_t revision) {
    const absl::StatusOr<bool> excluded = IsExcluded(*store_, register_->register_id(), uprn, revision);
    EXPECT_TRUE(excluded.ok()) << excluded.status();
    return excluded.value_or(false);
  }
};

TEST_F(MarksTest, NotesAreKeptWithAuthorAndTime) {
  const auto rows = Rows();
  const uint64_t revision = register_->revision();
  const v1::OperationRecord first = Do(Note(102, "The owner rang."));
  clock_.Advance(TimeMicros{60} * 1'000'000);
  Do(Note(101, "Gate locked."));
  Do(Note(102, "Rang again."));
  Do(Note(102, "And again."));
  EXPECT_EQ(Rows(), rows) << "no row is touched, so no file has them";
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_THAT(List(v1::PropertyMark::KIND_NOTE, "properties/102"),
              ElementsAre("102 The owner rang.", "102 Rang again.", "102 And again."));
  EXPECT_THAT(List(v1::PropertyMark::KIND_NOTE),
              ElementsAre("101 Gate locked.", "102 The owner rang.", "102 Rang again.", "102 And again."));
  EXPECT_THAT(List(v1::PropertyMark::KIND_NOTE, "properties/103"), IsEmpty());
  v1::ListMarksRequest request;
  request.set_kind(v1::PropertyMark::KIND_NOTE);
  request.set_parent("properties/102");
  const v1::PropertyMark mark = Page(request).marks(0);
  EXPECT_EQ(mark.author(), "tester");
  EXPECT_EQ(mark.time().seconds(), first.time().seconds());
  EXPECT_EQ(mark.operation(), first.name());
  ASSERT_EQ(first.marks_size(), 1);
  EXPECT_EQ(first.marks(0).text(), "The owner rang.");
  // An undo takes one away, the next gives it back as it was.
  const auto undone = Undo(first.name());
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_TRUE(undone->marks(0).cleared());
  EXPECT_THAT(List(v1::PropertyMark::KIND_NOTE, "properties/102"), ElementsAre("102 Rang again.", "102 And again."));
  ASSERT_TRUE(Undo(undone->name()).ok());
  EXPECT_EQ(Page(request).marks(0).time().seconds(), first.time().seconds());
  EXPECT_EQ(Page(request).marks(0).author(), "tester");
  Open();
  EXPECT_EQ(List(v1::PropertyMark::KIND_NOTE, "properties/102").size(), 3U);
  ExpectVerified();
}

TEST_F(MarksTest, SaysWhatIsWrong) {
  EXPECT_EQ(ReasonOf(Apply(Note(101, "")).status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Apply(Note(101, std::string(4'001, 'x'))).status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Apply(Note(0, "x")).status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Apply(Note(999, "x")).status()), "RESOURCE_UNKNOWN");
  EXPECT_EQ(ReasonOf(Apply(Exclude(101, true, "2625L999999999")).status()), "FIELD_INVALID");
  EXPECT_THAT(RulesOf(Apply(Visit(101, false)).status()), ElementsAre("no_change"));
  v1::ApplyOperationRequest without_reason;
  *without_reason.mutable_operation() = Exclude(101, true);
  EXPECT_EQ(ReasonOf(Apply(without_reason).status()), "FIELD_INVALID");
  rpc::CallContext call("/wensum.v1.Custodian/ListMarks");
  v1::ListMarksResponse response;
  EXPECT_EQ(ReasonOf(handler_->ListMarks(call, {}, response)), "FIELD_INVALID") << "which marks?";
  options_.codes = {2605};
  Open();
  EXPECT_THAT(RulesOf(Apply(Exclude(101, true)).status()), ElementsAre("own_custodian"));
}

TEST_F(MarksTest, ExclusionsHoldFromTheirRevisionOn) {
  const uint64_t before = register_->revision();
  const auto preview = Apply(Exclude(101, true), /*validate_only=*/true);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->marks_size(), 1);
  EXPECT_EQ(register_->revision(), before);
  const v1::OperationRecord excluded = Do(Exclude(101, true));
  EXPECT_EQ(excluded.revision(), before + 1) << "a revision of its own, though no row changed";
  EXPECT_EQ(register_->revision(), before + 1);
  EXPECT_FALSE(Excluded(101, before));
  EXPECT_TRUE(Excluded(101, before + 1));
  EXPECT_FALSE(Excluded(102, before + 1));
  EXPECT_THAT(RulesOf(Apply(Exclude(101, true)).status()), ElementsAre("no_change"));
  Do(Exclude(101, false));
  EXPECT_TRUE(Excluded(101, before + 1));
  EXPECT_FALSE(Excluded(101, before + 2));
  const absl::Status status = Undo(excluded.name()).status();
  EXPECT_THAT(RulesOf(status), ElementsAre("changed_since"));
  EXPECT_THAT(std::string(Message(status)), ::testing::HasSubstr("Undo operations/2 first"));
  ASSERT_TRUE(Undo("operations/2").ok());
  EXPECT_TRUE(Excluded(101, register_->revision()));
  ASSERT_TRUE(Undo(excluded.name()).ok());
  EXPECT_FALSE(Excluded(101, register_->revision()));
  EXPECT_TRUE(Excluded(101, register_->revision() - 1));
  ExpectVerified();
}

TEST_F(MarksTest, AMarkThatCannotBeReadIsNoAnswer) {
  Do(Exclude(101, true));
  const storage::RegisterId reg = register_->register_id();
  storage::WriteBatch batch;
  batch.Put(storage::Family::kDecision,
            storage::PropertyMarkKey(reg, static_cast<uint8_t>(MarkKind::kExclusion), 101, ""), "damaged");
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  EXPECT_EQ(IsExcluded(*store_, reg, 101, register_->revision()).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(MarksTest, AddressesAreExcludedByTheirKeys) {
  const std::string key = "2625L500001001";
  EXPECT_THAT(RulesOf(Apply(Exclude(101, true, key)).status()), ElementsAre("only_address"));
  LoadSecondAddress();
  const uint64_t before = register_->revision();
  Do(Exclude(101, true, key));
  EXPECT_FALSE(Excluded(101, register_->revision())) << "the property itself goes on";
  const auto exclusions = LpiExclusions::Read(*store_, register_->register_id());
  ASSERT_TRUE(exclusions.ok()) << exclusions.status();
  EXPECT_THAT(exclusions->KeysOf(101, before), IsEmpty());
  EXPECT_THAT(exclusions->KeysOf(101, before + 1), ElementsAre(key));
  EXPECT_THAT(exclusions->KeysOf(102, before + 1), IsEmpty());
  EXPECT_THAT(RulesOf(Apply(Exclude(101, true, "2625L500001900")).status()), ElementsAre("only_address"))
      << "the other one is out already";
  Do(Exclude(101, true));
  v1::ListMarksRequest request;
  request.set_kind(v1::PropertyMark::KIND_EXPORT_EXCLUSION);
  const v1::ListMarksResponse list = Page(request);
  ASSERT_EQ(list.marks_size(), 2);
  EXPECT_EQ(list.marks(0).lpi_key(), "");
  EXPECT_EQ(list.marks(1).lpi_key(), key);
  EXPECT_EQ(list.marks(1).text(), "as asked") << "the reason";
}

TEST_F(MarksTest, AMarkIsClearedWhateverBecameOfItsObject) {
  Operation alternative;
  alternative.mutable_add_alternative()->set_uprn(101);
  SetAddress(2, 40, *alternative.mutable_add_alternative()->mutable_address());
  const v1::OperationRecord added = Do(alternative);
  const std::string key = added.changes(0).key();
  Do(Exclude(101, true, key));
  ASSERT_TRUE(Undo(added.name()).ok());
  EXPECT_EQ(List(v1::PropertyMark::KIND_EXPORT_EXCLUSION).size(), 1U) << "of an LPI that is gone";
  Do(Exclude(101, false, key));
  EXPECT_THAT(List(v1::PropertyMark::KIND_EXPORT_EXCLUSION), IsEmpty());
  EXPECT_EQ(ReasonOf(Apply(Exclude(101, false, key)).status()), "FIELD_INVALID") << "neither LPI nor mark";
  const v1::OperationRecord made = Do(Create(2, 7));
  Do(Visit(kFirstUprn, true));
  ASSERT_TRUE(Undo(made.name()).ok());
  Do(Visit(kFirstUprn, false));
  EXPECT_THAT(List(v1::PropertyMark::KIND_SITE_VISIT), IsEmpty());
  EXPECT_EQ(ReasonOf(Apply(Visit(kFirstUprn, false)).status()), "RESOURCE_UNKNOWN");
  ExpectVerified();
}

TEST_F(MarksTest, WhatIsKeptOutDoesNotComeBackByAnEdit) {
  const std::string key = "2625L500001001";
  LoadSecondAddress();
  Do(Exclude(101, true, key));
  const Operation readdress = Readdress(101, 1, 30);
  const auto rows = Rows();
  EXPECT_THAT(RulesOf(Apply(readdress).status()), ElementsAre("export_exclusion"));
  Operation as_alternative = readdress;
  as_alternative.mutable_readdress()->set_keep_former_as_alternative(true);
  EXPECT_THAT(RulesOf(Apply(as_alternative).status()), ElementsAre("export_exclusion"));
  const absl::Status split = Apply(Split(101, 1, 31, 32)).status();
  EXPECT_THAT(RulesOf(split), ElementsAre("export_exclusion"));
  EXPECT_THAT(std::string(Message(split)), ::testing::HasSubstr("Clear the exclusion first"));
  EXPECT_EQ(Rows(), rows);
  EXPECT_TRUE(Apply(Gone(101), /*validate_only=*/true).ok()) << "nothing takes its place";
  Do(Exclude(101, false, key));
  Do(readdress);

  Do(Exclude(102, true));
  Do(Readdress(102, 1, 34));  // the property stays itself, and out
  EXPECT_THAT(RulesOf(Apply(Split(102, 1, 35, 36)).status()), ElementsAre("export_exclusion"));
  Operation shell = Split(102, 1, 35, 36);
  shell.mutable_split()->set_keep_as_shell(true);
  EXPECT_THAT(RulesOf(Apply(shell).status()), ElementsAre("export_exclusion"));
  Operation merge;
  merge.mutable_merge()->add_uprns(102);
  merge.mutable_merge()->add_uprns(103);
  SetProperty(1, 37, *merge.mutable_merge()->mutable_property());
  EXPECT_THAT(RulesOf(Apply(merge).status()), ElementsAre("export_exclusion"));
  EXPECT_TRUE(Apply(Gone(102), /*validate_only=*/true).ok());
  Do(Exclude(102, false));
  Do(merge);
  ExpectVerified();
}

TEST_F(MarksTest, AnExclusionIsNotSetAgainOnAnothersProperty) {
  Do(Exclude(101, true));
  const v1::OperationRecord cleared = Do(Exclude(101, false));
  const v1::OperationRecord again = Do(Exclude(102, true));
  const v1::OperationRecord note = Do(Note(101, "Gate locked."));
  options_.codes = {2605};
  Open();
  EXPECT_THAT(RulesOf(Undo(cleared.name()).status()), ElementsAre("own_custodian"));
  EXPECT_TRUE(Undo(again.name()).ok()) << "clearing writes no rows of theirs";
  EXPECT_TRUE(Undo(note.name()).ok()) << "notes may be kept on any property";
}

TEST_F(MarksTest, ListsWhatIsToBeVisited) {
  for (const uint64_t uprn : {103, 101, 202, 105}) {
    Do(Visit(uprn, true));
  }
  Do(Visit(101, false));
  EXPECT_THAT(List(v1::PropertyMark::KIND_SITE_VISIT), ElementsAre("103 as asked", "105 as asked", "202 as asked"));
  ASSERT_TRUE(Undo("operations/5").ok());
  EXPECT_EQ(List(v1::PropertyMark::KIND_SITE_VISIT).size(), 4U);
  ExpectVerified();
}

}  // namespace
}  // namespace wensum::custodian
