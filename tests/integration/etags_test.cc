// Etags as a custodian's client has them: read from Properties, checked by Custodian, made stale by a change-only file.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/server/options.h"
#include "tests/integration/test_server.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/health/supply_file.h"
#include "wensum/v1/custodian.grpc.pb.h"
#include "wensum/v1/imports.pb.h"
#include "wensum/v1/properties.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;

constexpr uint32_t kStreet = 14'200'901;
constexpr uint64_t kHouse = 100'090'000'001;

class EtagsServiceTest : public ::testing::Test {
 protected:
  EtagsServiceTest()
      : server_([](server::ServerOptions& options) {
          options.custodian.codes = {2625};
          options.custodian.uprns = {{.first = 10'000'001, .last = 10'000'100}};
          options.custodian.usrns = {{.first = 14'200'001, .last = 14'200'010}};
        }),
        custodian_(v1::Custodian::NewStub(server_.channel())),
        properties_(v1::Properties::NewStub(server_.channel())) {
    alternative_.pao = {};
    alternative_.pao.text = "THE COTTAGE";
  }

  // A full supply: a house on a street, with what is deleted later on, and what comes behind it in the order of keys.
  void ImportAll() {
    health::SupplyFile file;
    file.Add({gazetteer::TestStreet(kStreet), gazetteer::TestDescriptor(kStreet, "HIGH STREET"), welsh_,
              gazetteer::TestBlpu(kHouse), gazetteer::TestLpi(kHouse, 1, kStreet, 1), alternative_, xref_});
    Import(file);
  }
  // The next file, which does one thing to one row.
  void ImportChange(const model::GazetteerRow& row, model::ChangeType change) {
    health::SupplyFile file;
    file.file_type = 'C';
    file.date = {2026, 3, static_cast<int8_t>(++day_)};
    file.lines = {{.row = row, .change = change}};
    Import(file);
  }
  void Import(const health::SupplyFile& file) {
    const v1::ImportRun run = ImportGazetteer(server_.channel(), file.Text());
    EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
    EXPECT_EQ(run.counts().rejected(), 0U) << run.ShortDebugString();
  }

  v1::Property GetHouse(v1::PropertyView view) {
    v1::GetPropertyRequest request;
    request.set_name(Cat("properties/", kHouse));
    request.set_view(view);
    v1::Property property;
    grpc::ClientContext context;
    const grpc::Status status = properties_->Get(&context, request, &property);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return property;
  }
  v1::ExpectedEtag House(v1::PropertyView view = v1::PROPERTY_VIEW_FULL) {
    v1::ExpectedEtag etag;
    etag.set_name(Cat("properties/", kHouse));
    etag.set_etag(GetHouse(view).etag());
    return etag;
  }
  v1::ExpectedEtag Street() {
    v1::GetStreetRequest request;
    request.set_name(Cat("streets/", kStreet));
    v1::Street street;
    grpc::ClientContext context;
    const grpc::Status status = properties_->GetStreet(&context, request, &street);
    EXPECT_TRUE(status.ok()) << status.error_message();
    v1::ExpectedEtag etag;
    etag.set_name(request.name());
    etag.set_etag(street.etag());
    return etag;
  }

  // Gives the house another number, if it and its street are what was seen.
  grpc::Status Readdress(int number, const std::vector<v1::ExpectedEtag>& seen, bool validate_only = true) {
    v1::ApplyOperationRequest request;
    request.mutable_operation()->mutable_readdress()->set_uprn(kHouse);
    auto& address = *request.mutable_operation()->mutable_readdress()->add_addresses();
    address.set_usrn(kStreet);
    address.mutable_pao()->set_start_number(number);
    address.set_postcode("NR1 1AB");
    address.set_post_town("NORWICH");
    *request.mutable_etags() = {seen.begin(), seen.end()};
    request.set_validate_only(validate_only);
    grpc::ClientContext context;
    v1::OperationRecord record;
    return custodian_->Apply(&context, request, &record);
  }

  TestServer server_;
  std::unique_ptr<v1::Custodian::Stub> custodian_;
  std::unique_ptr<v1::Properties::Stub> properties_;
  int day_ = 0;
  model::Lpi alternative_ = gazetteer::TestLpi(kHouse, 2, kStreet, 1, 3);
  const model::CrossReference xref_ = gazetteer::TestXref(kHouse, 1, "CT/77");
  const model::StreetDescriptor welsh_ = gazetteer::TestDescriptor(kStreet, "STRYD FAWR", "CYM");
};

TEST_F(EtagsServiceTest, RowsThatAFileDeletesMakeThemStale) {
  ImportAll();
  struct Case {
    model::GazetteerRow row;
    bool of_street;
  };
  const std::vector<Case> cases = {{.row = alternative_, .of_street = false},
                                   {.row = xref_, .of_street = false},
                                   {.row = welsh_, .of_street = true}};
  for (const Case& one : cases) {
    SCOPED_TRACE(model::RecordType(one.row));
    const v1::ExpectedEtag house = House();
    const v1::ExpectedEtag street = Street();
    grpc::Status status = Readdress(3, {house, street});
    ASSERT_TRUE(status.ok()) << status.error_message();
    ImportChange(one.row, model::ChangeType::kDelete);
    status = Readdress(3, {house, street});
    EXPECT_EQ(status.error_code(), StatusCode::ABORTED);
    EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
    EXPECT_EQ(Readdress(3, {one.of_street ? street : house}).error_code(), StatusCode::ABORTED);
    status = Readdress(3, {one.of_street ? house : street});
    EXPECT_TRUE(status.ok()) << "the other one is what it was: " << status.error_message();
    status = Readdress(3, {House(), Street()});
    EXPECT_TRUE(status.ok()) << "read anew: " << status.error_message();
  }
  const v1::ExpectedEtag seen = House();
  EXPECT_TRUE(Readdress(5, {seen, Street()}, /*validate_only=*/false).ok());
  EXPECT_EQ(ReasonOf(Readdress(7, {seen})), "ETAG_MISMATCH");
}

// An operation on another object may lean on a street or property that lost its record 11 or 21 meanwhile.
TEST_F(EtagsServiceTest, WhatIsThereNoMoreIsNotWhatWasSeen) {
  ImportAll();
  constexpr uint32_t kOther = 14'200'902;
  ImportChange(gazetteer::TestStreet(kOther), model::ChangeType::kInsert);
  ImportChange(gazetteer::TestDescriptor(kOther, "BACK LANE"), model::ChangeType::kInsert);
  v1::GetStreetRequest request;
  request.set_name(Cat("streets/", kOther));
  v1::Street street;
  grpc::ClientContext context;
  ASSERT_TRUE(properties_->GetStreet(&context, request, &street).ok());
  v1::ExpectedEtag seen;
  seen.set_name(request.name());
  seen.set_etag(street.etag());
  ASSERT_TRUE(Readdress(3, {seen}).ok());
  ImportChange(gazetteer::TestStreet(kOther), model::ChangeType::kDelete);  // its descriptor stays
  const grpc::Status status = Readdress(3, {seen});
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  seen.set_etag(0);
  EXPECT_TRUE(Readdress(3, {seen}).ok()) << "it is known not to be there";
}

// What the source systems say of a property has etags of its own: no operation reads or writes it.
TEST_F(EtagsServiceTest, EveryViewGivesTheSameAndFactsDoNotCount) {
  ImportAll();
  v1::UpsertSourceRecordRequest request;
  v1::SourceRecord& record = *request.mutable_record();
  record.mutable_source_key()->set_source("housing");
  record.mutable_source_key()->set_key("H-1");
  record.set_kind(v1::RECORD_KIND_PROPERTY);
  record.mutable_details()->add_addresses()->set_text("1 High Street, Norwich");
  record.mutable_details()->mutable_addresses(0)->set_postcode("NR1 1AB");
  v1::Attribute& tenure = *record.mutable_details()->add_attributes();
  tenure.set_name("tenure");
  tenure.set_value("secure");
  v1::UpsertSourceRecordResponse written;
  {
    grpc::ClientContext context;
    const auto records = v1::SourceRecords::NewStub(server_.channel());
    const grpc::Status status = records->Upsert(&context, request, &written);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  ASSERT_EQ(written.property(), Cat("properties/", kHouse));
  const v1::Property full = GetHouse(v1::PROPERTY_VIEW_FULL);
  ASSERT_EQ(full.facts().contributors_size(), 1);
  EXPECT_LT(full.etag(), written.revision());
  EXPECT_EQ(full.etag(), GetHouse(v1::PROPERTY_VIEW_BASIC).etag());
  v1::BatchGetPropertiesRequest batch;
  batch.add_names(full.name());
  batch.set_view(v1::PROPERTY_VIEW_FULL);
  v1::BatchGetPropertiesResponse found;
  grpc::ClientContext context;
  ASSERT_TRUE(properties_->BatchGet(&context, batch, &found).ok());
  EXPECT_EQ(found.entries(0).property().etag(), full.etag());
  const grpc::Status status = Readdress(3, {House()});
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace wensum
