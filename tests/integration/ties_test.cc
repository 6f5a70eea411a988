// Who lives where and who is related to whom: through a real server, and by the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "services/cli/commands.h"
#include "tests/integration/high_street.h"
#include "tests/integration/shell.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class TiesTest : public ::testing::Test {
 protected:
  TiesTest() { ImportHighStreet(server_.channel()); }
  void TearDown() override { ExpectSound(server_.channel()); }

  // Somebody in the house since a year; 0: nobody says since when.
  static v1::SourceRecord Resident(std::string_view key, std::string_view forenames, int since) {
    v1::SourceRecord record = TestRecord(key, forenames, "Castellane");
    v1::PersonAddress& address = *record.mutable_details()->add_addresses();
    address.set_text("1 High Street, Norwich");
    address.set_source_uprn(kHouse);
    if (since != 0) address.mutable_from_date()->set_year(since);
    return record;
  }
  grpc::Status Upsert(v1::SourceRecord record, std::string* person) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = std::move(record);
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    if (person != nullptr) *person = response.person();
    return status;
  }
  std::string Shell(std::vector<std::string> arguments, int expected_code = 0) {
    return RunShell(server_, cli::AddClientCommands, std::move(arguments), expected_code);
  }

  TestServer server_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::People::Stub> people_ = v1::People::NewStub(server_.channel());
  std::unique_ptr<v1::Properties::Stub> properties_ = v1::Properties::NewStub(server_.channel());
};

TEST_F(TiesTest, AHouseAndItsPeople) {
  v1::SourceRecord ann_record = Resident("1", "Ann", 2015);
  v1::Relation& partner = *ann_record.add_relations();
  partner.set_type(v1::RELATION_TYPE_PARTNER);
  partner.mutable_other()->set_key("2");
  v1::Relation& friendly = *ann_record.add_relations();
  friendly.set_type(v1::RELATION_TYPE_OTHER);
  friendly.set_text("emergency contact");
  friendly.mutable_other()->set_source("council_tax");
  friendly.mutable_other()->set_key("99");
  friendly.mutable_from_date()->set_year(2020);
  std::string ann;
  std::string bob;
  ASSERT_TRUE(Upsert(ann_record, &ann).ok());
  ASSERT_TRUE(Upsert(Resident("2", "Bob", 0), &bob).ok());
  ASSERT_NE(ann, bob);

  v1::GetSourceRecordRequest get;
  get.mutable_source_key()->set_source("housing");
  get.mutable_source_key()->set_key("1");
  v1::SourceRecord read;
  grpc::ClientContext get_context;
  ASSERT_TRUE(records_->Get(&get_context, get, &read).ok());
  ASSERT_EQ(read.relations_size(), 2);
  EXPECT_EQ(read.relations(0).other().source(), "housing");
  EXPECT_EQ(read.relations(1).text(), "emergency contact");
  EXPECT_EQ(read.relations(1).from_date().year(), 2020);

  v1::ListPersonOccupanciesRequest homes_request;
  homes_request.set_name(ann);
  v1::ListPersonOccupanciesResponse homes;
  grpc::ClientContext homes_context;
  ASSERT_TRUE(people_->ListOccupancies(&homes_context, homes_request, &homes).ok());
  ASSERT_EQ(homes.occupancies_size(), 1);
  EXPECT_EQ(homes.occupancies(0).uprn(), kHouse);

  v1::GetHouseholdRequest household_request;
  household_request.set_name(Cat("properties/", kHouse));
  household_request.mutable_on_date()->set_year(2026);
  v1::Household household;
  grpc::ClientContext refused;
  EXPECT_EQ(properties_->GetHousehold(&refused, household_request, &household).error_code(),
            StatusCode::INVALID_ARGUMENT);
  household_request.mutable_on_date()->set_month(1);
  household_request.mutable_on_date()->set_day(1);
  grpc::ClientContext household_context;
  ASSERT_TRUE(properties_->GetHousehold(&household_context, household_request, &household).ok());
  EXPECT_EQ(household.people(), 2);
  EXPECT_EQ(household.since_unknown(), 1);

  EXPECT_THAT(Shell({"people", "homes", ann}),
              HasSubstr(Cat("properties/", kHouse, "  RESIDENCE       2015 to now  housing 1")));
  EXPECT_THAT(Shell({"people", "relations", ann}),
              AllOf(HasSubstr(Cat("housing 1 says: its PARTNER is housing 2  ", bob)),
                    HasSubstr("its OTHER \"emergency contact\" is council_tax 99, 2020 to now  NEVER_RECEIVED")));
  EXPECT_THAT(Shell({"people", "relations", bob}),
              HasSubstr(Cat("housing 1 says: this is its PARTNER at housing 2  ", ann)));
  EXPECT_THAT(Shell({"people", "relations", bob, "--json"}), HasSubstr("\"DIRECTION_IS_SAID\""));
  const std::string house = Cat(kHouse);
  EXPECT_THAT(Shell({"property", "occupants", house}), AllOf(HasSubstr(ann), HasSubstr(bob)));
  EXPECT_THAT(Shell({"property", "occupants", house, "--on", "2014-01-01"}),
              AllOf(Not(HasSubstr(ann)), HasSubstr(bob)));
  EXPECT_THAT(Shell({"property", "occupants", house, "--role", "LANDLORD_OF", "--json"}), Not(HasSubstr("people/")));
  EXPECT_THAT(Shell({"property", "occupants", house, "--on", "2014"}, 2), HasSubstr("expected a whole date"));
  EXPECT_THAT(Shell({"property", "occupants", house, "--role", "KING"}, 2), HasSubstr("known are RESIDENCE"));
  EXPECT_THAT(Shell({"property", "household", house, "--on", "2026-01-01"}),
              HasSubstr(": 2 people, 1 of them since a date that nobody gives"));
  EXPECT_THAT(Shell({"property", "household", house}), HasSubstr(ann));
  EXPECT_THAT(Shell({"people", "homes", "people/none"}, 1), HasSubstr("name"));
}

TEST_F(TiesTest, ARelationThatTellsNothingIsRefused) {
  v1::SourceRecord record = Resident("1", "Ann", 2015);
  record.add_relations()->mutable_other()->set_key("2");
  grpc::Status status = Upsert(record, nullptr);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("relations[0].type"));
  record.mutable_relations(0)->set_type(v1::RELATION_TYPE_AGENT);
  record.mutable_relations(0)->mutable_other()->set_key("1");
  status = Upsert(record, nullptr);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("the record itself"));
}

}  // namespace
}  // namespace wensum
