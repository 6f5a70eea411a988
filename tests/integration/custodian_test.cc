// A custodian's day through a real channel: a street, a house, its split, an undo, and the numbers they got.
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/server/offline_verify.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/custodian.grpc.pb.h"
#include "wensum/v1/exports.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;

class CustodianServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_ = TestOptions(dir_.path());
    options_.custodian.codes = {2625};
    options_.custodian.uprns = {{.first = 10'000'001, .last = 10'000'100}};
    options_.custodian.usrns = {{.first = 14'200'001, .last = 14'200'010}};
    options_.custodian.low_water = 50;
    Start();
  }

  void Start() {
    custodian_.reset();
    properties_.reset();
    server_.reset();
    auto started = server::Server::Start(options_, &clock_);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    const auto channel = ConnectTo(server_->port());
    custodian_ = v1::Custodian::NewStub(channel);
    properties_ = v1::Properties::NewStub(channel);
  }

  grpc::Status Apply(const v1::ApplyOperationRequest& request, v1::OperationRecord& record) {
    grpc::ClientContext context;
    record.Clear();
    return custodian_->Apply(&context, request, &record);
  }

  static v1::ApplyOperationRequest NewStreet() {
    v1::ApplyOperationRequest request;
    auto& street = *request.mutable_operation()->mutable_create_street()->mutable_street();
    street.set_record_type(1);
    street.set_start_easting(623'000);
    street.set_start_northing(308'000);
    street.set_end_easting(623'200);
    street.set_end_northing(308'000);
    auto& descriptor = *street.add_descriptors();
    descriptor.set_description("Mill Lane");
    descriptor.set_town("Norwich");
    descriptor.set_administrative_area("Norfolk");
    return request;
  }

  static void SetHouse(uint64_t usrn, int number, v1::CustodianOperation::NewProperty& house) {
    house.set_classification("RD04");
    house.set_easting(623'010);
    house.set_northing(308'010);
    auto& address = *house.add_addresses();
    address.set_usrn(usrn);
    address.mutable_pao()->set_start_number(number);
    address.set_postcode("nr11aa");
    address.set_post_town("Norwich");
  }

  v1::Property Get(uint64_t uprn) {
    v1::GetPropertyRequest request;
    request.set_name(Cat("properties/", uprn));
    v1::Property property;
    grpc::ClientContext context;
    const grpc::Status status = properties_->Get(&context, request, &property);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return property;
  }

  // The records of that type in a DTF 7.3 file; `since` 0: a full supply.
  std::vector<std::string> Export(v1::ExportProfile profile, uint64_t since, int record_type) {
    v1::ExportGazetteerRequest request;
    request.set_profile(profile);
    request.set_custodian_code(2625);
    if (since != 0) {
      request.set_since_revision(since);
    }
    grpc::ClientContext context;
    const auto stream = v1::Exports::NewStub(ConnectTo(server_->port()))->ExportGazetteer(&context, request);
    std::string file;
    v1::ExportGazetteerResponse response;
    while (stream->Read(&response)) {
      file.append(response.chunk());
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> records;
    for (const std::string_view line : Split(file, '\n')) {
      if (line.starts_with(Cat(record_type, ","))) {
        records.emplace_back(line);
      }
    }
    return records;
  }

  TempDir dir_;
  SystemClock clock_;
  server::ServerOptions options_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<v1::Custodian::Stub> custodian_;
  std::unique_ptr<v1::Properties::Stub> properties_;
};

TEST_F(CustodianServiceTest, FromStreetToSplitAndBack) {
  v1::OperationRecord record;
  grpc::Status status = Apply(NewStreet(), record);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(record.new_usrns_size(), 1);
  const uint64_t usrn = record.new_usrns(0);
  EXPECT_EQ(usrn, 14'200'001U);

  v1::ApplyOperationRequest create;
  auto& house = *create.mutable_operation()->mutable_create_property()->mutable_property();
  SetHouse(usrn, 12, house);
  house.set_logical_status(1);
  create.set_reason("Completion certificate 26/0042");
  create.set_validate_only(true);
  ASSERT_TRUE(Apply(create, record).ok());
  EXPECT_EQ(record.name(), "");
  create.set_validate_only(false);
  ASSERT_TRUE(Apply(create, record).ok());
  const uint64_t uprn = record.new_uprns(0);
  EXPECT_EQ(uprn, 10'000'001U);
  EXPECT_EQ(record.caller(), "loopback");
  EXPECT_EQ(Get(uprn).address(), "12 Mill Lane, Norwich, NR1 1AA");
  EXPECT_EQ(Get(uprn).etag(), record.revision());

  v1::ApplyOperationRequest split;
  split.mutable_operation()->mutable_split()->set_uprn(uprn);
  SetHouse(usrn, 14, *split.mutable_operation()->mutable_split()->add_parts());
  SetHouse(usrn, 16, *split.mutable_operation()->mutable_split()->add_parts());
  split.add_etags()->set_name(Cat("properties/", uprn));
  split.mutable_etags(0)->set_etag(record.revision() - 1);
  status = Apply(split, record);
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  split.clear_etags();
  ASSERT_TRUE(Apply(split, record).ok());
  const std::string split_name = record.name();
  EXPECT_EQ(Get(uprn).logical_status(), 8);
  v1::MatchAddressRequest old;
  old.set_address("12 Mill Lane, Norwich");
  v1::MatchAddressResponse match;
  grpc::ClientContext match_context;
  ASSERT_TRUE(properties_->Match(&match_context, old, &match).ok());
  EXPECT_EQ(match.uprn(), uprn);
  EXPECT_TRUE(match.historical());
  EXPECT_EQ(match.successor_uprns_size(), 2);

  status = Apply(split, record);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "OPERATION_REFUSED");
  EXPECT_FALSE(status.error_message().empty());

  v1::GetLineageRequest lineage_request;
  lineage_request.set_name(Cat("properties/", uprn));
  v1::GetLineageResponse lineage;
  grpc::ClientContext lineage_context;
  ASSERT_TRUE(custodian_->GetLineage(&lineage_context, lineage_request, &lineage).ok());
  EXPECT_EQ(lineage.live_uprns_size(), 2);
  EXPECT_EQ(lineage.events_size(), 2);

  Start();  // all of it survives
  v1::UndoOperationRequest undo;
  undo.set_name(split_name);
  undo.set_reason("Not divided after all");
  undo.set_request_id("6f2c6d53-4f7e-4b59-9d1e-3b6a1d7a2b10");
  for (int i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    status = custodian_->Undo(&context, undo, &record);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(record.undoes(), split_name);
  }
  EXPECT_EQ(Get(uprn).logical_status(), 1);
  house.clear_addresses();
  SetHouse(usrn, 18, house);
  ASSERT_TRUE(Apply(create, record).ok());
  EXPECT_EQ(record.new_uprns(0), 10'000'004U) << "numbers of what was undone are not given again";

  v1::ListRangesResponse ranges;
  grpc::ClientContext ranges_context;
  ASSERT_TRUE(custodian_->ListRanges(&ranges_context, {}, &ranges).ok());
  ASSERT_GE(ranges.ranges_size(), 2);
  EXPECT_EQ(ranges.ranges(0).remaining(), 96U);
  EXPECT_FALSE(ranges.ranges(0).low());
  EXPECT_TRUE(ranges.ranges(1).low());

  v1::ListOperationsRequest list_request;
  list_request.set_parent(Cat("properties/", uprn));
  v1::ListOperationsResponse list;
  grpc::ClientContext list_context;
  ASSERT_TRUE(custodian_->ListOperations(&list_context, list_request, &list).ok());
  ASSERT_EQ(list.operations_size(), 3);
  EXPECT_EQ(list.operations(1).undone_by(), list.operations(0).name());
  EXPECT_EQ(list.operations(2).reason(), "Completion certificate 26/0042");
  v1::GetOperationRequest get;
  get.set_name("operations/99");
  grpc::ClientContext get_context;
  status = custodian_->GetOperation(&get_context, get, &record);
  EXPECT_EQ(ReasonOf(status), "RESOURCE_UNKNOWN");

  server_.reset();
  std::ostringstream out;
  const absl::StatusOr<bool> same = server::OfflineVerify(options_, out);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_TRUE(*same) << out.str();
}

TEST_F(CustodianServiceTest, WhatIsMarkedStaysOutOfTheHubsFiles) {
  v1::OperationRecord record;
  ASSERT_TRUE(Apply(NewStreet(), record).ok());
  v1::ApplyOperationRequest create;
  auto& house = *create.mutable_operation()->mutable_create_property()->mutable_property();
  SetHouse(record.new_usrns(0), 12, house);
  house.set_logical_status(1);
  ASSERT_TRUE(Apply(create, record).ok());
  const uint64_t uprn = record.new_uprns(0);
  const uint64_t since = record.revision();
  v1::ApplyOperationRequest alternative;
  alternative.mutable_operation()->mutable_add_alternative()->set_uprn(uprn);
  auto& mill = *alternative.mutable_operation()->mutable_add_alternative()->mutable_address();
  mill.set_usrn(14'200'001);
  mill.mutable_pao()->set_text("The Mill");
  ASSERT_TRUE(Apply(alternative, record).ok());
  const std::string key = record.changes(0).key();
  const uint64_t with_both = record.revision();

  v1::ApplyOperationRequest exclude;
  exclude.set_reason("The name is disputed");
  exclude.mutable_operation()->mutable_set_export_exclusion()->set_uprn(uprn);
  exclude.mutable_operation()->mutable_set_export_exclusion()->set_lpi_key(key);
  exclude.mutable_operation()->mutable_set_export_exclusion()->set_excluded(true);
  ASSERT_TRUE(Apply(exclude, record).ok());
  EXPECT_EQ(Export(v1::EXPORT_PROFILE_ARCHIVE, 0, 24).size(), 2U);
  EXPECT_EQ(Export(v1::EXPORT_PROFILE_HUB, 0, 24).size(), 1U);
  EXPECT_EQ(Export(v1::EXPORT_PROFILE_HUB, since, 24).size(), 0U) << "the hub never had it";
  std::vector<std::string> change = Export(v1::EXPORT_PROFILE_HUB, with_both, 24);
  ASSERT_EQ(change.size(), 1U) << "the hub has it and must hear that it is to go";
  EXPECT_TRUE(change[0].starts_with("24,\"D\"")) << change[0];

  exclude.mutable_operation()->mutable_set_export_exclusion()->clear_lpi_key();
  ASSERT_TRUE(Apply(exclude, record).ok());
  EXPECT_EQ(Export(v1::EXPORT_PROFILE_HUB, 0, 21).size(), 0U);
  EXPECT_EQ(Export(v1::EXPORT_PROFILE_ARCHIVE, 0, 21).size(), 1U);
  change = Export(v1::EXPORT_PROFILE_HUB, with_both, 21);
  ASSERT_EQ(change.size(), 1U);
  EXPECT_TRUE(change[0].starts_with("21,\"D\"")) << change[0];

  v1::ListMarksRequest request;
  request.set_kind(v1::PropertyMark::KIND_EXPORT_EXCLUSION);
  v1::ListMarksResponse list;
  grpc::ClientContext context;
  ASSERT_TRUE(custodian_->ListMarks(&context, request, &list).ok());
  ASSERT_EQ(list.marks_size(), 2);
  EXPECT_EQ(list.marks(0).text(), "The name is disputed");
  EXPECT_EQ(list.marks(0).author(), "loopback");

  // Pages go on after what they listed, though it is gone.
  request.set_page_size(1);
  v1::ListMarksResponse first;
  grpc::ClientContext first_context;
  ASSERT_TRUE(custodian_->ListMarks(&first_context, request, &first).ok());
  ASSERT_EQ(first.marks_size(), 1);
  EXPECT_EQ(first.marks(0).lpi_key(), "");
  exclude.mutable_operation()->mutable_set_export_exclusion()->set_excluded(false);
  ASSERT_TRUE(Apply(exclude, record).ok());
  request.set_page_token(first.next_page_token());
  v1::ListMarksResponse second;
  grpc::ClientContext second_context;
  ASSERT_TRUE(custodian_->ListMarks(&second_context, request, &second).ok());
  ASSERT_EQ(second.marks_size(), 1);
  EXPECT_EQ(second.marks(0).lpi_key(), key);
  EXPECT_EQ(second.next_page_token(), "");
}

TEST_F(CustodianServiceTest, ANamingCaseEndsWithItsAddresses) {
  v1::OperationRecord record;
  ASSERT_TRUE(Apply(NewStreet(), record).ok());
  const uint64_t usrn = record.new_usrns(0);
  v1::ApplyOperationRequest request;
  auto& open = *request.mutable_operation()->mutable_open_case();
  open.set_reference("SNN/26/0042");
  open.set_applicant("Mill Homes Ltd");
  open.set_kind(v1::NamingCase::KIND_NEW_DEVELOPMENT);
  ASSERT_TRUE(Apply(request, record).ok());
  ASSERT_EQ(record.cases_size(), 1);
  const std::string name = record.cases(0).name();
  for (const auto stage : {v1::NamingCase::STAGE_CONSULTED, v1::NamingCase::STAGE_APPROVED}) {
    request.mutable_operation()->mutable_advance_case()->set_name(name);
    request.mutable_operation()->mutable_advance_case()->set_stage(stage);
    ASSERT_TRUE(Apply(request, record).ok());
  }
  auto& allocation = *request.mutable_operation()->mutable_allocate_case();
  allocation.set_name(name);
  auto& range = *allocation.add_operations()->mutable_add_range();
  SetHouse(usrn, 0, *range.mutable_pattern());
  range.set_first(1);
  range.set_last(9);
  range.set_step(2);
  const grpc::Status status = Apply(request, record);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(record.new_uprns_size(), 5);
  EXPECT_EQ(Get(record.new_uprns(4)).address(), "9 Mill Lane, Norwich, NR1 1AA");

  v1::ListCasesRequest list_request;
  list_request.set_stage(v1::NamingCase::STAGE_ALLOCATED);
  v1::ListCasesResponse list;
  grpc::ClientContext list_context;
  ASSERT_TRUE(custodian_->ListCases(&list_context, list_request, &list).ok());
  ASSERT_EQ(list.cases_size(), 1);
  v1::GetCaseRequest get;
  get.set_name(name);
  v1::NamingCase one;
  grpc::ClientContext get_context;
  ASSERT_TRUE(custodian_->GetCase(&get_context, get, &one).ok());
  EXPECT_EQ(one.SerializeAsString(), list.cases(0).SerializeAsString());
  EXPECT_EQ(one.allocation(), record.name());
  EXPECT_EQ(one.steps_size(), 4);
}

TEST_F(CustodianServiceTest, WithoutConfigurationNothingIsWritten) {
  options_.custodian = {};
  Start();
  v1::OperationRecord record;
  const grpc::Status status = Apply(NewStreet(), record);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "CUSTODIAN_NOT_CONFIGURED");
}

}  // namespace
}  // namespace wensum
