// Undoing operations: what comes back, and what stands in the way.
#include "tests/services/custodian/custodian_fixture.h"

namespace wensum::custodian {
namespace {

using ::testing::ElementsAre;

TEST_F(CustodianTest, UndoRestoresTheExactRows) {
  const auto rows = Rows();
  const v1::OperationRecord done = Do(Split(101, 1, 21, 22));
  const absl::StatusOr<v1::OperationRecord> preview = Undo(done.name(), /*validate_only=*/true);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_NE(Rows(), rows);
  const absl::StatusOr<v1::OperationRecord> undone = Undo(done.name());
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(Rows(), rows) << "the import run of the rows among them";
  EXPECT_EQ(undone->undoes(), done.name());
  EXPECT_EQ(undone->changes_size(), preview->changes_size());
  EXPECT_THAT(RulesOf(Undo(done.name()).status()), ElementsAre("undone"));
  // The undo may be undone, and that again.
  ASSERT_TRUE(Undo(undone->name()).ok());
  EXPECT_EQ(Get(101).logical_status(), 8);
  const auto redone = Undo(done.name());
  ASSERT_TRUE(redone.ok()) << redone.status();
  EXPECT_EQ(Rows(), rows);
  ExpectVerified();
}

Operation AmendClass(uint64_t uprn, const std::string& code) {
  Operation operation;
  operation.mutable_amend()->set_uprn(uprn);
  operation.mutable_amend()->set_classification(code);
  return operation;
}

Operation AddXref(uint64_t uprn, const std::string& reference) {
  Operation operation;
  operation.mutable_add_cross_reference()->set_uprn(uprn);
  operation.mutable_add_cross_reference()->set_source("CTAX");
  operation.mutable_add_cross_reference()->set_cross_reference(reference);
  return operation;
}

TEST_F(CustodianTest, UndoIsRefusedIfLaterRowsWouldBeLeftBehind) {
  const v1::OperationRecord first = Do(Create(2, 7, 1));
  const v1::OperationRecord second = Do(AddXref(kFirstUprn, "1"));
  const absl::Status status = Undo(first.name()).status();
  EXPECT_THAT(RulesOf(status), ElementsAre("changed_since"));
  EXPECT_THAT(std::string(Message(status)), ::testing::StartsWith(Cat("properties/", kFirstUprn)));
  EXPECT_THAT(std::string(Message(status)), ::testing::HasSubstr("Undo operations/2 first"));
  ASSERT_TRUE(Undo(second.name()).ok());
  const absl::StatusOr<v1::OperationRecord> undone = Undo(first.name());
  ASSERT_TRUE(undone.ok()) << "the second left nothing behind: " << undone.status();
  EXPECT_EQ(Get(kFirstUprn).uprn(), 0U);
  const absl::Status orphan = Undo("operations/3").status();
  EXPECT_THAT(RulesOf(orphan), ElementsAre("changed_since"))
      << "the undo of the second cannot be undone: the property is gone";
  EXPECT_THAT(std::string(Message(orphan)), ::testing::HasSubstr("Undo operations/4 first"));
}

TEST_F(CustodianTest, UndoNamesTheOperationThatIsInTheWay) {
  const v1::OperationRecord first = Do(Create(2, 7, 1));
  const v1::OperationRecord second = Do(AddXref(kFirstUprn, "1"));
  ASSERT_TRUE(Undo(Do(AddXref(kFirstUprn, "2")).name()).ok());
  Operation note;
  note.mutable_add_note()->set_uprn(kFirstUprn);
  note.mutable_add_note()->set_text("Gate locked.");
  Do(note);
  const absl::Status status = Undo(first.name()).status();
  EXPECT_THAT(RulesOf(status), ElementsAre("changed_since"));
  EXPECT_THAT(std::string(Message(status)), ::testing::HasSubstr(Cat("Undo ", second.name(), " first")));
}

TEST_F(CustodianTest, ARefusalOfManyCanBeRead) {
  constexpr int kHouses = 60;
  Operation range;
  SetProperty(2, 0, *range.mutable_add_range()->mutable_pattern());
  range.mutable_add_range()->set_first(100);
  range.mutable_add_range()->set_last(99 + kHouses);
  const v1::OperationRecord whole = Do(range);
  ASSERT_EQ(whole.new_uprns_size(), kHouses);
  for (const uint64_t uprn : whole.new_uprns()) {
    Do(AmendClass(uprn, "RD02"));
  }
  const absl::Status status = Undo(whole.name()).status();
  EXPECT_GT(RulesOf(status).size(), 10U);
  EXPECT_LE(RulesOf(status).size(), 20U);
  EXPECT_THAT(std::string(Message(status)), ::testing::EndsWith("And 55 more.")) << "five stand in the message";
  size_t bytes = Message(status).size();
  status.ForEachPayload([&bytes](const auto& /*type*/, const absl::Cord& payload) { bytes += payload.size(); });
  EXPECT_LT(bytes, 6'000U) << "8 KB of trailers with their encoding";
}

TEST_F(CustodianTest, UndoLooksAtRowsNotAtWholeProperties) {
  const v1::OperationRecord amended = Do(AmendClass(101, "CR08"));
  const v1::OperationRecord xref = Do(AddXref(101, "1"));
  const v1::OperationRecord readdressed = Do(Readdress(101, 1, 20));
  ASSERT_TRUE(Undo(amended.name()).ok()) << "later operations wrote other rows of the property";
  EXPECT_EQ(Get(101).classification(), "RD04");
  EXPECT_EQ(Get(101).address(), "20 High Street, Norwich, NR1 1AA") << "and what they did stands";
  EXPECT_EQ(Get(101).cross_references_size(), 1);
  // The same row: the one to undo first is named.
  const v1::OperationRecord second = Do(AmendClass(101, "CR08"));
  Operation rpc;
  rpc.mutable_amend()->set_uprn(101);
  rpc.mutable_amend()->set_rpc(2);
  const v1::OperationRecord third = Do(rpc);
  Do(AddXref(101, "2"));
  const absl::Status status = Undo(second.name()).status();
  EXPECT_THAT(RulesOf(status), ElementsAre("changed_since"));
  EXPECT_THAT(std::string(Message(status)), ::testing::HasSubstr(Cat("Undo ", third.name(), " first")));
  ASSERT_TRUE(Undo(third.name()).ok());
  EXPECT_TRUE(Undo(second.name()).ok()) << "what was undone left nothing behind";
  EXPECT_TRUE(Undo(xref.name()).ok());
  EXPECT_TRUE(Undo(readdressed.name()).ok());
  ExpectVerified();
}

TEST_F(CustodianTest, AnUndoIsUndoneUnlessItsRowsWereChanged) {
  const v1::OperationRecord amended = Do(AmendClass(101, "CR08"));
  const auto undone = Undo(amended.name());
  ASSERT_TRUE(undone.ok()) << undone.status();
  const v1::OperationRecord later = Do(AmendClass(101, "RD02"));
  const absl::Status status = Undo(undone->name()).status();
  EXPECT_THAT(RulesOf(status), ElementsAre("changed_since"));
  EXPECT_THAT(std::string(Message(status)), ::testing::HasSubstr(Cat("Undo ", later.name(), " first")));
  ASSERT_TRUE(Undo(later.name()).ok());
  ASSERT_TRUE(Undo(undone->name()).ok());
  EXPECT_EQ(Get(101).classification(), "CR08") << "done again";
  ASSERT_TRUE(Undo(amended.name()).ok()) << "and undone again";
  EXPECT_EQ(Get(101).classification(), "RD04");
}

TEST_F(CustodianTest, UndoBringsOldFaultsBack) {
  // As an import left them: without class, beneath a parent that is not there, at another's address.
  std::vector<registry::GazetteerWrite> rows = TownStreet(3, "The Close", 3);
  auto& blpu = std::get<model::Blpu>(rows[2].row);
  blpu.blpu_class.clear();
  blpu.parent_uprn = *model::Uprn::Create(999'999);
  std::get<model::Lpi>(rows[5].row).pao.start_number = 1;
  Load(rows);
  const auto before = Rows();
  const v1::OperationRecord classed = Do(AmendClass(301, "RD04"));
  Operation move;
  move.mutable_move_parent()->set_uprn(301);
  const v1::OperationRecord moved = Do(move);
  const v1::OperationRecord readdressed = Do(Readdress(302, 3, 20));
  for (const v1::OperationRecord* const record : {&readdressed, &moved, &classed}) {
    const auto undone = Undo(record->name());
    EXPECT_TRUE(undone.ok()) << undone.status();
  }
  EXPECT_EQ(Rows(), before);
  // What was no fault then and would be one now still counts.
  Do(Readdress(303, 3, 30));
  Do(Readdress(101, 3, 3));
  EXPECT_THAT(RulesOf(Undo("operations/7").status()), ElementsAre("AAU24.92"));
}

TEST_F(CustodianTest, UndoIsRefusedIfSomethingLeansOnIt) {
  const v1::OperationRecord parent = Do(Create(2, 7, 1));
  Operation move;
  move.mutable_move_parent()->set_uprn(201);
  move.mutable_move_parent()->set_parent_uprn(kFirstUprn);
  const v1::OperationRecord moved = Do(move);
  EXPECT_THAT(RulesOf(Undo(parent.name()).status()), ElementsAre("AAU21.5"));
  ASSERT_TRUE(Undo(moved.name()).ok());
  EXPECT_TRUE(Undo(parent.name()).ok());
  EXPECT_THAT(RulesOf(Apply(Create(1, 1)).status()), ElementsAre("AAU24.92"));
  Do(Gone(101));
  Do(Create(1, 1));
  EXPECT_THAT(RulesOf(Undo("operations/5").status()), ElementsAre("AAU24.92")) << "its address is taken";
}

TEST_F(CustodianTest, UndoDoesNotWriteRowsOfAnotherCustodian) {
  const v1::OperationRecord readdressed = Do(Readdress(101, 1, 20));
  const v1::OperationRecord made = Do(Create(2, 7, 1));
  Operation rename;
  rename.mutable_rename_street()->set_usrn(1);
  rename.mutable_rename_street()->add_descriptors()->set_description("Long Street");
  const v1::OperationRecord renamed = Do(rename);
  const auto undone = Undo(made.name());
  ASSERT_TRUE(undone.ok()) << undone.status();
  // An import hands the property and its street over.
  std::vector<registry::GazetteerWrite> rows = TownStreet(1, "High Street", 1);
  std::get<model::Street>(rows[0].row).swa_org_ref_naming = 2600;
  std::get<model::Blpu>(rows[2].row).local_custodian_code = 2605;
  Load({rows[0], rows[2]});
  const auto before = Rows();
  EXPECT_THAT(RulesOf(Undo(readdressed.name()).status()), ElementsAre("own_custodian"));
  EXPECT_THAT(RulesOf(Undo(renamed.name()).status()), ElementsAre("own_custodian"));
  EXPECT_EQ(Rows(), before);
  options_.street_authorities = {2600};
  Open();
  const absl::Status street = Undo(renamed.name()).status();
  EXPECT_TRUE(street.ok()) << street;
  // What is gone counts as what it would come back as.
  options_.codes = {2605};
  Open();
  EXPECT_THAT(RulesOf(Undo(undone->name()).status()), ElementsAre("own_custodian"));
  const absl::Status own = Undo(readdressed.name()).status();
  EXPECT_TRUE(own.ok()) << "now it is: " << own;
  ExpectVerified();
}

}  // namespace
}  // namespace wensum::custodian
