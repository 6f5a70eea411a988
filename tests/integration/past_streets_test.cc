// What a street was, as of a revision and as of a time, through a real channel and across a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/custodian.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

constexpr TimeMicros kBegin = 1'790'000'000'000'000;  // September 2026
constexpr TimeMicros kDay = 86'400'000'000;

class PastStreetsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_ = TestOptions(dir_.path());
    options_.custodian.codes = {2625};
    options_.custodian.uprns = {{.first = 10'000'001, .last = 10'000'100}};
    options_.custodian.usrns = {{.first = 14'200'001, .last = 14'200'010}};
    Start();
  }

  void Start() {
    server_.reset();
    auto started = server::Server::Start(options_, &clock_);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    custodian_ = v1::Custodian::NewStub(ConnectTo(server_->port()));
    properties_ = v1::Properties::NewStub(ConnectTo(server_->port()));
  }

  // One operation a day.
  v1::OperationRecord Do(const std::function<void(v1::CustodianOperation& operation)>& fill) {
    clock_.Advance(kDay);
    v1::ApplyOperationRequest request;
    fill(*request.mutable_operation());
    v1::OperationRecord record;
    grpc::ClientContext context;
    const grpc::Status status = custodian_->Apply(&context, request, &record);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return record;
  }

  grpc::Status Get(const v1::GetStreetRequest& request, v1::Street* street) {
    grpc::ClientContext context;
    return properties_->GetStreet(&context, request, street);
  }
  // Empty if there is no such street.
  std::string Read(uint64_t usrn, const v1::ReadOptions& read) {
    v1::GetStreetRequest request;
    request.set_name(Cat("streets/", usrn));
    *request.mutable_read() = read;
    v1::Street street;
    const grpc::Status status = Get(request, &street);
    if (status.error_code() == StatusCode::NOT_FOUND) {
      EXPECT_EQ(ReasonOf(status), "RESOURCE_UNKNOWN");
      return {};
    }
    EXPECT_TRUE(status.ok()) << status.error_message();
    return street.ShortDebugString();
  }
  static v1::ReadOptions AsOf(uint64_t revision) {
    v1::ReadOptions read;
    read.set_as_of_revision(revision);
    return read;
  }
  static v1::ReadOptions AsOfTime(TimeMicros time) {
    v1::ReadOptions read;
    convert::ToTimestamp(time, *read.mutable_as_of_time());
    return read;
  }

  // A state of the street, and when it began.
  struct State {
    uint64_t revision = 0;
    TimeMicros time = 0;
    std::string street;
  };
  State Now(uint64_t usrn, const v1::OperationRecord& record) {
    return {.revision = record.revision(), .time = clock_.Now(), .street = Read(usrn, {})};
  }
  // Every state as of its revision, the one before, its time and the moment before.
  void ExpectPast(uint64_t usrn, const std::vector<State>& states) {
    std::string before;  // nothing
    for (const State& state : states) {
      SCOPED_TRACE(state.revision);
      EXPECT_EQ(Read(usrn, AsOf(state.revision)), state.street);
      EXPECT_EQ(Read(usrn, AsOf(state.revision - 1)), before);
      EXPECT_EQ(Read(usrn, AsOfTime(state.time)), state.street);
      EXPECT_EQ(Read(usrn, AsOfTime(state.time - 1)), before);
      before = state.street;
    }
    EXPECT_EQ(Read(usrn, AsOfTime(clock_.Now())), before);
    EXPECT_EQ(Read(usrn, AsOfTime(0)), "");
  }

  TempDir dir_;
  ManualClock clock_{kBegin};
  server::ServerOptions options_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<v1::Custodian::Stub> custodian_;
  std::unique_ptr<v1::Properties::Stub> properties_;
};

void CreateStreet(const std::string& name, v1::CustodianOperation& operation) {
  auto& street = *operation.mutable_create_street()->mutable_street();
  street.set_record_type(1);
  street.set_start_easting(623'000);
  street.set_start_northing(308'000);
  street.set_end_easting(623'200);
  street.set_end_northing(308'000);
  auto& descriptor = *street.add_descriptors();
  descriptor.set_description(name);
  descriptor.set_town("Norwich");
  descriptor.set_administrative_area("Norfolk");
}

TEST_F(PastStreetsTest, AreReadAsOfARevisionAndATime) {
  v1::OperationRecord record = Do([](auto& operation) { CreateStreet("Mill Lane", operation); });
  const uint64_t usrn = record.new_usrns(0);
  std::vector<State> states = {Now(usrn, record)};
  Do([](auto& operation) { CreateStreet("Another Lane", operation); });  // changes nothing of this one
  record = Do([usrn](auto& operation) {
    operation.mutable_rename_street()->set_usrn(usrn);
    operation.mutable_rename_street()->add_descriptors()->set_description("Miller's Lane");
  });
  const std::string rename = record.name();
  states.push_back(Now(usrn, record));
  clock_.Advance(kDay);
  v1::UndoOperationRequest undo;
  undo.set_name(rename);
  {
    grpc::ClientContext context;
    const grpc::Status status = custodian_->Undo(&context, undo, &record);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  states.push_back(Now(usrn, record));
  record = Do([usrn](auto& operation) { operation.mutable_close_street()->set_usrn(usrn); });
  states.push_back(Now(usrn, record));

  EXPECT_THAT(states[0].street, HasSubstr("Mill Lane"));
  EXPECT_THAT(states[1].street, HasSubstr("Miller"));
  EXPECT_THAT(states[2].street, HasSubstr("Mill Lane"));
  EXPECT_THAT(states[2].street, HasSubstr("state: 2"));
  EXPECT_THAT(states[3].street, HasSubstr("state: 4"));
  ExpectPast(usrn, states);
  Start();
  ExpectPast(usrn, states);
}

TEST_F(PastStreetsTest, GoWithThePropertiesOnThem) {
  v1::OperationRecord record = Do([](auto& operation) { CreateStreet("Mill Lane", operation); });
  const uint64_t usrn = record.new_usrns(0);
  record = Do([usrn](auto& operation) {
    auto& house = *operation.mutable_create_property()->mutable_property();
    house.set_classification("RD04");
    house.set_easting(623'010);
    house.set_northing(308'010);
    house.set_logical_status(1);
    auto& address = *house.add_addresses();
    address.set_usrn(usrn);
    address.mutable_pao()->set_start_number(12);
  });
  const uint64_t uprn = record.new_uprns(0);
  const uint64_t before = record.revision();
  const uint64_t after = Do([usrn](auto& operation) {
                           operation.mutable_rename_street()->set_usrn(usrn);
                           operation.mutable_rename_street()->add_descriptors()->set_description("Church Road");
                         }).revision();
  for (const uint64_t revision : {before, after}) {
    v1::GetPropertyRequest request;
    request.set_name(Cat("properties/", uprn));
    request.mutable_read()->set_as_of_revision(revision);
    v1::Property property;
    grpc::ClientContext context;
    ASSERT_TRUE(properties_->Get(&context, request, &property).ok());
    const std::string name = revision == before ? "Mill Lane" : "Church Road";
    EXPECT_THAT(property.address(), HasSubstr(name));
    EXPECT_THAT(Read(usrn, AsOf(revision)), HasSubstr(name));
  }
}

TEST_F(PastStreetsTest, MaskedAndRefused) {
  const v1::OperationRecord record = Do([](auto& operation) { CreateStreet("Mill Lane", operation); });
  const uint64_t usrn = record.new_usrns(0);
  Do([usrn](auto& operation) { operation.mutable_close_street()->set_usrn(usrn); });
  v1::GetStreetRequest request;
  request.set_name(Cat("streets/", usrn));
  request.mutable_read()->set_as_of_revision(record.revision());
  request.mutable_read_mask()->add_paths("state");
  v1::Street street;
  ASSERT_TRUE(Get(request, &street).ok());
  EXPECT_EQ(street.ShortDebugString(), "state: 2");

  request.mutable_read()->set_as_of_revision(record.revision() + 100);
  grpc::Status status = Get(request, &street);
  EXPECT_EQ(status.error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonOf(status), "REVISION_IN_FUTURE");
  *request.mutable_read() = AsOfTime(clock_.Now() + 1);
  status = Get(request, &street);
  EXPECT_EQ(status.error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonOf(status), "REVISION_IN_FUTURE");
  *request.mutable_read() = AsOf(record.revision());
  request.mutable_read()->set_min_revision(record.revision() + 100);
  status = Get(request, &street);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "REVISION_NOT_REACHED");
}

}  // namespace
}  // namespace wensum
