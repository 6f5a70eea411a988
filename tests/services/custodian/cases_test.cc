#include "services/custodian/cases.h"

#include "tests/services/custodian/custodian_fixture.h"

namespace wensum::custodian {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CasesTest : public CustodianTest {
 protected:
  static Operation OpenCase(const std::string& reference) {
    Operation operation;
    operation.mutable_open_case()->set_reference(reference);
    operation.mutable_open_case()->set_applicant("Mill Homes Ltd");
    operation.mutable_open_case()->set_kind(v1::NamingCase::KIND_NEW_DEVELOPMENT);
    operation.mutable_open_case()->set_description("Nine houses behind the mill");
    return operation;
  }
  static Operation Advance(const std::string& name, v1::NamingCase::Stage stage) {
    Operation operation;
    operation.mutable_advance_case()->set_name(name);
    operation.mutable_advance_case()->set_stage(stage);
    return operation;
  }
  // Its name.
  std::string Approved(const std::string& reference) {
    const std::string name = Do(OpenCase(reference)).cases(0).name();
    Do(Advance(name, v1::NamingCase::STAGE_CONSULTED));
    Do(Advance(name, v1::NamingCase::STAGE_APPROVED));
    return name;
  }
  // A street of a reserved number with houses 1 to 3, and a new number for 101.
  Operation Allocation(const std::string& name, uint64_t usrn) {
    Operation operation;
    auto& allocation = *operation.mutable_allocate_case();
    allocation.set_name(name);
    auto& street = *allocation.add_operations()->mutable_create_street()->mutable_street();
    street.set_usrn(usrn);
    street.set_record_type(1);
    street.set_start_easting(623'000);
    street.set_start_northing(308'000);
    street.set_end_easting(623'100);
    street.set_end_northing(308'000);
    street.add_descriptors()->set_description("Miller Close");
    street.mutable_descriptors(0)->set_town("Norwich");
    street.mutable_descriptors(0)->set_administrative_area("Norfolk");
    auto& range = *allocation.add_operations()->mutable_add_range();
    SetProperty(usrn, 0, *range.mutable_pattern());
    range.set_first(1);
    range.set_last(3);
    *allocation.add_operations() = Readdress(101, 1, 50);
    return operation;
  }
  uint64_t Reserve() {
    Operation reserve;
    reserve.mutable_allocate_numbers()->set_usrns(1);
    return Do(reserve).new_usrns(0);
  }
  absl::StatusOr<v1::NamingCase> GetCase(const std::string& name) {
    rpc::CallContext call("/wensum.v1.Custodian/GetCase");
    v1::GetCaseRequest request;
    request.set_name(name);
    v1::NamingCase response;
    WENSUM_RETURN_IF_ERROR(handler_->GetCase(call, request, response));
    return response;
  }
  v1::NamingCase::Stage StageOf(const std::string& name) {
    const auto one = GetCase(name);
    EXPECT_TRUE(one.ok()) << one.status();
    return one.ok() ? one->stage() : v1::NamingCase::STAGE_UNSPECIFIED;
  }
  // References, in pages of two.
  std::vector<std::string> List(v1::NamingCase::Stage stage) {
    rpc::CallContext call("/wensum.v1.Custodian/ListCases");
    v1::ListCasesRequest request;
    request.set_stage(stage);
    request.set_page_size(2);
    std::vector<std::string> references;
    do {
      v1::ListCasesResponse page;
      const absl::Status status = handler_->ListCases(call, request, page);
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_LE(page.cases_size(), 2);
      for (const v1::NamingCase& one : page.cases()) {
        references.push_back(one.reference());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return references;
  }
};

TEST_F(CasesTest, FromApplicationToAllocatedAddresses) {
  const std::string name = Do(OpenCase("SNN/26/1")).cases(0).name();
  clock_.Advance(TimeMicros{86'400} * 1'000'000);
  Do(Advance(name, v1::NamingCase::STAGE_CONSULTED));
  Do(Advance(name, v1::NamingCase::STAGE_APPROVED));
  const uint64_t usrn = Reserve();
  const auto rows = Rows();
  const auto preview = Apply(Allocation(name, usrn), /*validate_only=*/true);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(Rows(), rows);
  const uint64_t before = register_->revision();
  const v1::OperationRecord allocated = Do(Allocation(name, usrn));
  EXPECT_EQ(allocated.changes_size(), preview->changes_size());
  EXPECT_EQ(register_->revision(), before + 1) << "street, houses and the new number in one";
  EXPECT_EQ(allocated.new_uprns_size(), 3);
  EXPECT_EQ(Get(allocated.new_uprns(1)).address(), "2 Miller Close, Norwich, NR1 1AA");
  EXPECT_EQ(Get(allocated.new_uprns(1)).logical_status(), 6) << "provisional";
  EXPECT_EQ(Get(101).address(), "50 High Street, Norwich, NR1 1AA");

  const auto one = GetCase(name);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->stage(), v1::NamingCase::STAGE_ALLOCATED);
  EXPECT_EQ(one->allocation(), allocated.name()) << "the case names the operation, which names the properties";
  EXPECT_EQ(one->applicant(), "Mill Homes Ltd");
  ASSERT_EQ(one->steps_size(), 4);
  EXPECT_EQ(one->steps(0).author(), "tester");
  EXPECT_EQ(one->steps(0).comment(), "as asked");
  EXPECT_EQ(one->steps(1).operation(), "operations/2");
  EXPECT_EQ(one->steps(0).date().day() + 1, one->steps(1).date().day());
  EXPECT_EQ(allocated.cases(0).SerializeAsString(), one->SerializeAsString());
  Open();
  EXPECT_EQ(GetCase(name)->SerializeAsString(), one->SerializeAsString());
  ExpectVerified();

  // It is taken back whole.
  ASSERT_TRUE(Undo(allocated.name()).ok());
  EXPECT_EQ(Rows(), rows);
  EXPECT_EQ(StageOf(name), v1::NamingCase::STAGE_APPROVED);
  ExpectVerified();
}

TEST_F(CasesTest, WhatIsRefusedOfOneLeavesAllUndone) {
  const std::string name = Approved("SNN/26/1");
  Operation allocation = Allocation(name, Reserve());
  *allocation.mutable_allocate_case()->add_operations() = Readdress(102, 1, 3);
  const auto rows = Rows();
  EXPECT_THAT(RulesOf(Apply(allocation).status()), ElementsAre("AAU24.92")) << "3 High Street is another's";
  EXPECT_EQ(Rows(), rows);
  EXPECT_EQ(StageOf(name), v1::NamingCase::STAGE_APPROVED);
  auto& last = *allocation.mutable_allocate_case()->mutable_operations(3);
  last = Gone(102);
  EXPECT_EQ(ReasonOf(Apply(allocation).status()), "FIELD_INVALID") << "a case demolishes nothing";
  last = Create(1, 60, 8);
  const absl::Status wrong = Apply(allocation).status();
  EXPECT_EQ(ReasonOf(wrong), "FIELD_INVALID");
  EXPECT_THAT(std::string(Message(wrong)), ::testing::StartsWith("operation.allocate_case.operations[3].property: "));
  last = Create(1, 60);
  last.mutable_date()->set_year(2026);
  EXPECT_EQ(ReasonOf(Apply(allocation).status()), "FIELD_INVALID");
  allocation.mutable_allocate_case()->clear_operations();
  EXPECT_EQ(ReasonOf(Apply(allocation).status()), "FIELD_INVALID");
}

TEST_F(CasesTest, OneAllocationHasABound) {
  const std::string name = Approved("SNN/26/1");
  Operation allocation;
  allocation.mutable_allocate_case()->set_name(name);
  for (int i = 0; i < 3; ++i) {
    auto& range = *allocation.mutable_allocate_case()->add_operations()->mutable_add_range();
    SetProperty(2, 0, *range.mutable_pattern());
    range.set_first(1'000 * (i + 1));
    range.set_last(1'000 * (i + 1) + 499);
  }
  const absl::Status status = Apply(allocation).status();
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
  EXPECT_THAT(std::string(Message(status)),
              ::testing::StartsWith("operation.allocate_case.operations[2]: changes more than 1000 properties"));
  EXPECT_EQ(StageOf(name), v1::NamingCase::STAGE_APPROVED);
}

TEST_F(CasesTest, ValidatingNamesNoOperationAndNoCaseToBe) {
  const auto opened = Apply(OpenCase("SNN/26/1"), /*validate_only=*/true);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->cases(0).name(), "");
  EXPECT_EQ(opened->cases(0).steps(0).operation(), "");
  EXPECT_EQ(opened->cases(0).reference(), "SNN/26/1");
  const std::string name = Do(OpenCase("SNN/26/1")).cases(0).name();
  const auto advanced = Apply(Advance(name, v1::NamingCase::STAGE_CONSULTED), /*validate_only=*/true);
  ASSERT_TRUE(advanced.ok()) << advanced.status();
  EXPECT_EQ(advanced->cases(0).name(), name);
  EXPECT_EQ(advanced->cases(0).steps(0).operation(), "operations/1");
  EXPECT_EQ(advanced->cases(0).steps(1).operation(), "");
}

TEST_F(CasesTest, StagesFollowEachOther) {
  const std::string name = Do(OpenCase("SNN/26/1")).cases(0).name();
  EXPECT_THAT(RulesOf(Apply(Advance(name, v1::NamingCase::STAGE_APPROVED)).status()), ElementsAre("case_stage"));
  EXPECT_EQ(ReasonOf(Apply(Advance(name, v1::NamingCase::STAGE_ALLOCATED)).status()), "FIELD_INVALID");
  EXPECT_THAT(RulesOf(Apply(Allocation(name, Reserve())).status()), ElementsAre("case_stage"));
  Operation early = Advance(name, v1::NamingCase::STAGE_CONSULTED);
  early.mutable_date()->set_year(2001);
  early.mutable_date()->set_month(2);
  early.mutable_date()->set_day(3);
  EXPECT_THAT(RulesOf(Apply(early).status()), ElementsAre("case_date")) << "before it was received";
  early.mutable_date()->set_year(2099);
  EXPECT_EQ(ReasonOf(Apply(early).status()), "FIELD_INVALID") << "in the future";
  Do(Advance(name, v1::NamingCase::STAGE_CONSULTED));
  Do(Advance(name, v1::NamingCase::STAGE_REFUSED));
  EXPECT_THAT(RulesOf(Apply(Advance(name, v1::NamingCase::STAGE_APPROVED)).status()), ElementsAre("case_stage"));
  EXPECT_EQ(ReasonOf(Apply(Advance("cases/99", v1::NamingCase::STAGE_CONSULTED)).status()), "RESOURCE_UNKNOWN");
  EXPECT_EQ(ReasonOf(Apply(Advance("case", v1::NamingCase::STAGE_CONSULTED)).status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(GetCase("cases/99").status()), "RESOURCE_UNKNOWN");
}

TEST_F(CasesTest, AReferenceIsOneCases) {
  const v1::OperationRecord opened = Do(OpenCase("SNN/26/1"));
  EXPECT_THAT(RulesOf(Apply(OpenCase("SNN/26/1")).status()), ElementsAre("case_reference"));
  Operation wrong = OpenCase("");
  EXPECT_EQ(ReasonOf(Apply(wrong).status()), "FIELD_INVALID");
  wrong = OpenCase("SNN/26/2");
  wrong.mutable_open_case()->clear_kind();
  EXPECT_EQ(ReasonOf(Apply(wrong).status()), "FIELD_INVALID");
  const auto undone = Undo(opened.name());
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(ReasonOf(GetCase(opened.cases(0).name()).status()), "RESOURCE_UNKNOWN");
  const v1::OperationRecord again = Do(OpenCase("SNN/26/1"));
  EXPECT_NE(again.cases(0).name(), opened.cases(0).name()) << "no case is named twice";
  EXPECT_THAT(RulesOf(Undo(undone->name()).status()), ElementsAre("case_reference"));
  Do(Advance(again.cases(0).name(), v1::NamingCase::STAGE_CONSULTED));
  const absl::Status status = Undo(again.name()).status();
  EXPECT_THAT(RulesOf(status), ElementsAre("changed_since"));
  EXPECT_THAT(std::string(Message(status)), ::testing::HasSubstr("Undo operations/4 first"));
}

TEST_F(CasesTest, ListsByStage) {
  for (const char* reference : {"A", "B", "C", "D"}) {
    Do(OpenCase(reference));
  }
  Approved("E");
  Do(Advance("cases/2", v1::NamingCase::STAGE_CONSULTED));
  EXPECT_THAT(List(v1::NamingCase::STAGE_UNSPECIFIED), ElementsAre("A", "B", "C", "D", "E"));
  EXPECT_THAT(List(v1::NamingCase::STAGE_RECEIVED), ElementsAre("A", "C", "D"));
  EXPECT_THAT(List(v1::NamingCase::STAGE_CONSULTED), ElementsAre("B"));
  EXPECT_THAT(List(v1::NamingCase::STAGE_APPROVED), ElementsAre("E"));
  EXPECT_THAT(List(v1::NamingCase::STAGE_REFUSED), IsEmpty());
}

}  // namespace
}  // namespace wensum::custodian
