// Decisions about where somebody lives, about identifiers and about single values of lists: over a real channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/strings.h"
#include "tests/integration/test_server.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/health/supply_file.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/decisions.grpc.pb.h"
#include "wensum/v1/imports.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint32_t kHigh = 20'900'001;
constexpr uint64_t kHouse = 100'090'000'001;
constexpr uint64_t kOther = 100'090'000'002;

class DecidedValuesTest : public ::testing::Test {
 protected:
  DecidedValuesTest() {
    health::SupplyFile file;
    file.Add({gazetteer::TestStreet(kHigh), gazetteer::TestDescriptor(kHigh, "HIGH STREET"),
              gazetteer::TestBlpu(kHouse), gazetteer::TestLpi(kHouse, 1, kHigh, 1), gazetteer::TestBlpu(kOther),
              gazetteer::TestLpi(kOther, 2, kHigh, 2)});
    const v1::ImportRun run = ImportGazetteer(server_.channel(), file.Text());
    EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
    Write();
  }
  void TearDown() override {
    grpc::ClientContext context;
    v1::VerifyResponse report;
    const grpc::Status status = v1::Admin::NewStub(server_.channel())->Verify(&context, {}, &report);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(report.ok()) << report.DebugString();
  }

  // Of the source, always the same.
  void Write() {
    v1::UpsertSourceRecordRequest request;
    v1::SourceRecord& record = *request.mutable_record();
    record = TestRecord("1", "Ann", "Castellane");
    v1::PersonDetails& details = *record.mutable_details();
    details.add_addresses()->set_text("1 High Street, Norwich");
    details.mutable_addresses(0)->set_source_uprn(kHouse);
    details.add_phones("07911 123456");
    details.add_phones("07911 123457");
    v1::Identifier& identifier = *details.add_identifiers();
    identifier.set_type("staff");
    identifier.set_value("77");
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    person_ = response.person();
  }
  v1::Person Person() {
    v1::GetPersonRequest request;
    request.set_name(person_);
    request.set_view(v1::PERSON_VIEW_FULL);
    v1::Person person;
    grpc::ClientContext context;
    const grpc::Status status = people_->Get(&context, request, &person);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return person;
  }
  // The name of the decision, or the error's message.
  template <typename Request>
  std::string Decide(grpc::Status (v1::Decisions::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                 v1::DecisionResult*),
                     Request request) {
    request.mutable_subject()->set_etag(Person().etag());
    if (!request.subject().has_source_key()) {
      request.mutable_subject()->set_name(person_);
    }
    request.set_actor("ann");
    request.set_reason("records_agree");
    v1::DecisionResult result;
    grpc::ClientContext context;
    const grpc::Status status = (decisions_.get()->*method)(&context, request, &result);
    return status.ok() ? result.decision().name() : status.error_message();
  }
  void Undo(const std::string& name) {
    v1::GetDecisionRequest get;
    get.set_name(name);
    v1::Decision decision;
    grpc::ClientContext get_context;
    ASSERT_TRUE(decisions_->GetDecision(&get_context, get, &decision).ok());
    v1::UndoDecisionRequest request;
    request.set_name(name);
    request.set_etag(decision.etag());
    request.set_actor("ann");
    request.set_reason("records_agree");
    v1::DecisionResult result;
    grpc::ClientContext context;
    const grpc::Status status = decisions_->UndoDecision(&context, request, &result);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  // The property where the person lives.
  uint64_t Home() { return Person().current_address().uprn(); }

  TestServer server_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::People::Stub> people_ = v1::People::NewStub(server_.channel());
  std::unique_ptr<v1::Decisions::Stub> decisions_ = v1::Decisions::NewStub(server_.channel());
  std::string person_;
};

TEST_F(DecidedValuesTest, AHomeIsGivenByNumberOrByTextAndTakenBack) {
  EXPECT_EQ(Home(), kHouse);
  v1::OverrideValueRequest given;
  given.mutable_details()->add_addresses()->set_source_uprn(100'090'000'009);
  EXPECT_THAT(Decide(&v1::Decisions::Stub::OverrideValue, given), HasSubstr("100090000009"));

  given.mutable_details()->mutable_addresses(0)->set_source_uprn(kOther);
  const std::string by_number = Decide(&v1::Decisions::Stub::OverrideValue, given);
  ASSERT_EQ(by_number, "decisions/1");
  EXPECT_EQ(Home(), kOther);
  EXPECT_THAT(Person().current_address().text(), HasSubstr("HIGH STREET")) << "the gazetteer says what it is called";
  Write();
  EXPECT_EQ(Home(), kOther) << "the source said nothing new";
  Undo(by_number);
  EXPECT_EQ(Home(), kHouse);

  given.mutable_details()->mutable_addresses(0)->clear_source_uprn();
  given.mutable_details()->mutable_addresses(0)->set_text("2 High St, Norwich");
  ASSERT_EQ(Decide(&v1::Decisions::Stub::OverrideValue, given), "decisions/2");
  EXPECT_EQ(Home(), kOther);
  EXPECT_EQ(Person().current_address().text(), "2 High St, Norwich");
}

TEST_F(DecidedValuesTest, AHomeIsIgnored) {
  v1::IgnoreValueRequest ignored;
  ignored.mutable_subject()->mutable_source_key()->set_source("housing");
  ignored.mutable_subject()->mutable_source_key()->set_key("1");
  ignored.set_attribute("current_address");
  ignored.set_value("3 High Street, Norwich");
  EXPECT_THAT(Decide(&v1::Decisions::Stub::IgnoreValue, ignored), HasSubstr("does not hold it"));
  ignored.set_value("1 High Street, Norwich");
  const std::string name = Decide(&v1::Decisions::Stub::IgnoreValue, ignored);
  ASSERT_EQ(name, "decisions/1");
  EXPECT_FALSE(Person().has_current_address());
  EXPECT_THAT(Person().addresses(), IsEmpty());
  Undo(name);
  EXPECT_EQ(Home(), kHouse);
}

TEST_F(DecidedValuesTest, OneValueOfAListIsIgnoredOrLeads) {
  ASSERT_THAT(Person().phones(), ElementsAre("+447911123456", "+447911123457"));
  v1::PinValueRequest pinned;
  pinned.set_attribute("phones");
  pinned.set_value("+447911123457");
  const std::string pin = Decide(&v1::Decisions::Stub::PinValue, pinned);
  ASSERT_EQ(pin, "decisions/1");
  EXPECT_THAT(Person().phones(), ElementsAre("+447911123457", "+447911123456"));
  Undo(pin);

  v1::IgnoreValueRequest ignored;
  ignored.mutable_subject()->mutable_source_key()->set_source("housing");
  ignored.mutable_subject()->mutable_source_key()->set_key("1");
  ignored.set_attribute("phones");
  ignored.set_value("+447911123456");
  ASSERT_EQ(Decide(&v1::Decisions::Stub::IgnoreValue, ignored), "decisions/2");
  EXPECT_THAT(Person().phones(), ElementsAre("+447911123457"));
}

TEST_F(DecidedValuesTest, AnIdentifierIsGivenByItsType) {
  v1::OverrideValueRequest given;
  v1::Identifier& identifier = *given.mutable_details()->add_identifiers();
  identifier.set_type("staff");
  identifier.set_value("88");
  const std::string name = Decide(&v1::Decisions::Stub::OverrideValue, given);
  ASSERT_EQ(name, "decisions/1");
  ASSERT_EQ(Person().identifiers_size(), 1);
  EXPECT_EQ(Person().identifiers(0).value(), "88");
  v1::PinValueRequest pinned;
  pinned.set_attribute("identifiers");
  pinned.set_value("77");
  EXPECT_THAT(Decide(&v1::Decisions::Stub::PinValue, pinned), HasSubstr("identifiers.TYPE"));
  Undo(name);
  EXPECT_EQ(Person().identifiers(0).value(), "77");
}

}  // namespace
}  // namespace wensum
