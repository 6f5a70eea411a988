// Addresses matched through a real channel, one by one and as a stream; and what a record's address is matched to,
// kept in step with the gazetteer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "tests/integration/test_server.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/health/supply_file.h"
#include "wensum/v1/imports.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using v1::MatchAddressResponse;

constexpr uint32_t kHigh = 14'200'901;
constexpr uint32_t kMill = 14'200'902;
constexpr uint64_t kOld = 100'090'000'031;
constexpr uint64_t kNew = 100'090'000'032;

uint64_t HouseOf(uint64_t number) { return 100'090'000'000 + number; }

model::Lpi Flat(uint64_t uprn, uint64_t key, int house, int flat) {
  model::Lpi lpi = gazetteer::TestLpi(uprn, key, kHigh, house);
  lpi.sao.text = "FLAT";
  lpi.sao.has_number = true;
  lpi.sao.start_number = flat;
  return lpi;
}

// Houses 1 to 20 of High Street, 5 with two flats; 1 Mill Lane, which is no more, and 2 Mill Lane.
health::SupplyFile Town() {
  health::SupplyFile file;
  file.Add({gazetteer::TestStreet(kHigh), gazetteer::TestDescriptor(kHigh, "HIGH STREET"), gazetteer::TestStreet(kMill),
            gazetteer::TestDescriptor(kMill, "MILL LANE")});
  for (uint64_t number = 1; number <= 20; ++number) {
    file.Add({gazetteer::TestBlpu(HouseOf(number)),
              gazetteer::TestLpi(HouseOf(number), number, kHigh, static_cast<int>(number))});
  }
  for (uint64_t flat = 1; flat <= 2; ++flat) {
    model::Blpu blpu = gazetteer::TestBlpu(HouseOf(20 + flat));
    blpu.parent_uprn = *model::Uprn::Create(HouseOf(5));
    file.Add({blpu, Flat(HouseOf(20 + flat), 20 + flat, 5, static_cast<int>(flat))});
  }
  model::Blpu old = gazetteer::TestBlpu(kOld);
  old.logical_status = 8;
  file.Add({old, gazetteer::TestLpi(kOld, 31, kMill, 1, 8), gazetteer::TestBlpu(kNew),
            gazetteer::TestLpi(kNew, 32, kMill, 2)});
  return file;
}

class AddressMatchTest : public ::testing::Test {
 protected:
  AddressMatchTest() { Import(Town()); }

  void Import(const health::SupplyFile& file) {
    const v1::ImportRun run = ImportGazetteer(server_.channel(), file.Text());
    ASSERT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
    ASSERT_EQ(run.counts().rejected(), 0U);
  }

  static v1::MatchAddressRequest Asking(const std::string& address) {
    v1::MatchAddressRequest request;
    request.set_address(address);
    return request;
  }
  MatchAddressResponse Match(const v1::MatchAddressRequest& request) {
    MatchAddressResponse response;
    grpc::ClientContext context;
    const grpc::Status status = properties_->Match(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.uprn() != 0, response.outcome() == v1::ADDRESS_OUTCOME_MATCHED);
    EXPECT_EQ(response.confidence() > 0, response.uprn() != 0);
    EXPECT_EQ(response.none_reason() != 0, response.outcome() == v1::ADDRESS_OUTCOME_NONE);
    EXPECT_FALSE(response.reason().empty());
    return response;
  }
  MatchAddressResponse Match(const std::string& address) { return Match(Asking(address)); }

  TestServer server_;
  std::unique_ptr<v1::Properties::Stub> properties_ = v1::Properties::NewStub(server_.channel());
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
};

TEST_F(AddressMatchTest, OutcomesAndTheirEvidence) {
  const MatchAddressResponse house = Match("12 High St, Norwich");
  EXPECT_EQ(house.uprn(), HouseOf(12));
  EXPECT_EQ(house.property(), Cat("properties/", HouseOf(12)));
  EXPECT_GT(house.candidates(0).evidence().street(), 0);
  EXPECT_GT(house.candidates(0).evidence().number(), 0);
  EXPECT_EQ(house.candidates(0).contradictions_size(), 0);
  EXPECT_EQ(Match("Flat 2, 5 High Street, Norwich").uprn(), HouseOf(22));
  EXPECT_EQ(Match("5 High Street, Norwich").uprn(), HouseOf(5));

  const MatchAddressResponse parent = Match("Flat 9, 5 High Street, Norwich");
  EXPECT_EQ(parent.outcome(), v1::ADDRESS_OUTCOME_PARENT);
  EXPECT_EQ(parent.parent_uprn(), HouseOf(5));
  ASSERT_GT(parent.candidates_size(), 0);
  EXPECT_THAT(parent.candidates(0).contradictions(),
              testing::Contains(testing::AnyOf(MatchAddressResponse::CONTRADICTION_UNIT_NOT_LISTED,
                                               MatchAddressResponse::CONTRADICTION_OTHER_UNIT)));
  EXPECT_EQ(Match("99 High Street, Norwich").outcome(), v1::ADDRESS_OUTCOME_STREET_ONLY);
  EXPECT_EQ(Match("12 High Street, Cromer").outcome(), v1::ADDRESS_OUTCOME_OUT_OF_AREA);
  EXPECT_EQ(Match("12 Nowhere Gardens").none_reason(), MatchAddressResponse::NONE_REASON_NOTHING);
}

TEST_F(AddressMatchTest, WhatIsNoLongerInUseIsSaidToBe) {
  v1::MatchAddressRequest request = Asking("1 Mill Lane, Norwich");
  const MatchAddressResponse old = Match(request);
  EXPECT_EQ(old.uprn(), kOld);
  EXPECT_TRUE(old.historical());
  EXPECT_EQ(old.successor_uprns_size(), 0);  // nothing tells
  request.set_exclude_historical(true);
  EXPECT_EQ(Match(request).none_reason(), MatchAddressResponse::NONE_REASON_EXCLUDED);
  EXPECT_FALSE(Match("2 Mill Lane, Norwich").historical());
}

TEST_F(AddressMatchTest, OnlyWhatIsAskedForIsAnswered) {
  v1::MatchAddressRequest request = Asking("12 High Street, Norwich");
  request.mutable_filter()->add_class_prefixes("Z");
  EXPECT_EQ(Match(request).none_reason(), MatchAddressResponse::NONE_REASON_EXCLUDED);
  request.mutable_filter()->set_class_prefixes(0, "R");
  EXPECT_EQ(Match(request).uprn(), HouseOf(12));
}

TEST_F(AddressMatchTest, AStreamAnswersEveryMessageInOrderAndABadOneEndsNothing) {
  constexpr uint64_t kMessages = 3'000;  // more than may be in flight
  constexpr uint64_t kBad = 77;
  grpc::ClientContext context;
  const auto stream = properties_->MatchStream(&context);
  std::thread writer([&stream] {
    for (uint64_t i = 1; i <= kMessages; ++i) {
      v1::MatchAddressStreamRequest message;
      message.set_sequence(i);
      *message.mutable_request() = Asking(i == kBad ? " " : Cat(i % 20 + 1, " High Street"));
      ASSERT_TRUE(stream->Write(message));
    }
    stream->WritesDone();
  });
  uint64_t next = 1;
  v1::MatchAddressStreamResponse response;
  while (stream->Read(&response)) {
    ASSERT_EQ(response.sequence(), next);
    if (next == kBad) {
      EXPECT_EQ(response.error_code(), StatusCode::INVALID_ARGUMENT);
      EXPECT_THAT(response.error_message(), HasSubstr("address"));
      EXPECT_FALSE(response.has_result());
    } else {
      EXPECT_EQ(response.error_code(), 0) << response.error_message();
      EXPECT_EQ(response.result().uprn(), HouseOf(next % 20 + 1));
    }
    ++next;
  }
  writer.join();
  const grpc::Status status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(next, kMessages + 1);
}

TEST_F(AddressMatchTest, AClientThatReadsNothingIsNotReadFromForEver) {
  grpc::ClientContext context;
  const auto stream = properties_->MatchStream(&context);
  v1::MatchAddressStreamRequest message;
  *message.mutable_request() = Asking("12 High Street");
  ASSERT_TRUE(stream->Write(message));
  v1::MatchAddressStreamResponse response;
  ASSERT_TRUE(stream->Read(&response));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
  EXPECT_EQ(Match("12 High Street").uprn(), HouseOf(12));  // nobody else is disturbed
}

// The address of a record that was sent before its property was built, misspelt.
TEST_F(AddressMatchTest, ARecordsAddressFollowsTheGazetteer) {
  const auto address_of = [this] {
    v1::GetSourceRecordRequest request;
    request.mutable_source_key()->set_source("housing");
    request.mutable_source_key()->set_key("T-1");
    v1::SourceRecord record;
    grpc::ClientContext context;
    const grpc::Status status = records_->Get(&context, request, &record);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return record.details().addresses(0);
  };
  v1::UpsertSourceRecordRequest upsert;
  *upsert.mutable_record() = TestRecord("T-1", "Ada", "Fenn");
  v1::PersonAddress& address = *upsert.mutable_record()->mutable_details()->add_addresses();
  address.set_role(v1::ADDRESS_ROLE_RESIDENCE);
  address.set_text("44 Hihg Street, Norwich");
  v1::UpsertSourceRecordResponse upserted;
  grpc::ClientContext context;
  ASSERT_TRUE(records_->Upsert(&context, upsert, &upserted).ok());
  EXPECT_EQ(address_of().outcome(), v1::ADDRESS_OUTCOME_STREET_ONLY);

  health::SupplyFile change;
  change.file_type = 'C';
  change.volume = 2;
  change.Add({gazetteer::TestBlpu(HouseOf(44)), gazetteer::TestLpi(HouseOf(44), 44, kHigh, 44)});
  Import(change);
  EXPECT_EQ(address_of().uprn(), HouseOf(44));
  EXPECT_EQ(address_of().outcome(), v1::ADDRESS_OUTCOME_MATCHED);
  ExpectSound(server_.channel());
}

}  // namespace
}  // namespace wensum
