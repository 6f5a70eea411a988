// Decisions about where somebody lives, about identifiers and about single values of lists: over a real channel.
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
#include "wensum/v1/decisions.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DecidedValuesTest : public ::testing::Test {
 protected:
  DecidedValuesTest() {
    ImportHighStreet(server_.channel());
    Write();
  }
  void TearDown() override { ExpectSound(server_.channel()); }

  // The person of the record.
  std::string Upsert(v1::SourceRecord record) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = std::move(record);
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.person();
  }
  // Of the source, always the same.
  void Write() {
    v1::SourceRecord record = TestRecord("1", "Ann", "Castellane");
    v1::PersonDetails& details = *record.mutable_details();
    details.add_addresses()->set_text("1 High Street, Norwich");
    details.mutable_addresses(0)->set_source_uprn(kHouse);
    details.add_phones("07911 123456");
    details.add_phones("07911 123457");
    v1::Identifier& identifier = *details.add_identifiers();
    identifier.set_type("staff");
    identifier.set_value("77");
    person_ = Upsert(std::move(record));
  }
  // Somebody else, at number 1 too.
  std::string WriteBob() {
    v1::SourceRecord record = TestRecord("2", "Bob", "Okafor");
    record.mutable_details()->mutable_date_of_birth()->set_year(1950);
    record.mutable_details()->add_addresses()->set_source_uprn(kHouse);
    record.mutable_details()->mutable_addresses(0)->set_text("1 High Street, Norwich");
    return Upsert(std::move(record));
  }
  v1::Person Person() { return Person(person_); }
  v1::Person Person(const std::string& name) {
    v1::GetPersonRequest request;
    request.set_name(name);
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
  // The people who live at a property from now on.
  std::vector<std::string> Household(uint64_t uprn) {
    v1::GetHouseholdRequest request;
    request.set_name(Cat("properties/", uprn));
    request.mutable_on_date()->set_year(2099);
    request.mutable_on_date()->set_month(1);
    request.mutable_on_date()->set_day(1);
    v1::Household household;
    grpc::ClientContext context;
    const grpc::Status status = properties_->GetHousehold(&context, request, &household);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> people;
    for (const v1::PropertyOccupant& member : household.members()) people.push_back(member.person());
    return people;
  }
  std::string GiveHome(uint64_t uprn) {
    v1::OverrideValueRequest given;
    given.mutable_details()->add_addresses()->set_source_uprn(uprn);
    return Decide(&v1::Decisions::Stub::OverrideValue, given);
  }
  // The property where the person lives.
  uint64_t Home() { return Person().current_address().uprn(); }

  TestServer server_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::People::Stub> people_ = v1::People::NewStub(server_.channel());
  std::unique_ptr<v1::Properties::Stub> properties_ = v1::Properties::NewStub(server_.channel());
  std::unique_ptr<v1::Decisions::Stub> decisions_ = v1::Decisions::NewStub(server_.channel());
  std::string person_;
};

TEST_F(DecidedValuesTest, AHomeIsGivenByNumberOrByTextAndTakenBack) {
  EXPECT_EQ(Home(), kHouse);
  v1::OverrideValueRequest given;
  given.mutable_details()->add_addresses()->set_source_uprn(100'090'000'009);
  EXPECT_THAT(Decide(&v1::Decisions::Stub::OverrideValue, given), HasSubstr("100090000009"));

  given.mutable_details()->mutable_addresses(0)->set_source_uprn(kOtherHouse);
  const std::string by_number = Decide(&v1::Decisions::Stub::OverrideValue, given);
  ASSERT_EQ(by_number, "decisions/1");
  EXPECT_EQ(Home(), kOtherHouse);
  EXPECT_THAT(Person().current_address().text(), HasSubstr("HIGH STREET")) << "the gazetteer says what it is called";
  Write();
  EXPECT_EQ(Home(), kOtherHouse) << "the source said nothing new";
  Undo(by_number);
  EXPECT_EQ(Home(), kHouse);

  given.mutable_details()->mutable_addresses(0)->clear_source_uprn();
  given.mutable_details()->mutable_addresses(0)->set_text("2 High St, Norwich");
  ASSERT_EQ(Decide(&v1::Decisions::Stub::OverrideValue, given), "decisions/2");
  EXPECT_EQ(Home(), kOtherHouse);
  EXPECT_EQ(Person().current_address().text(), "2 High St, Norwich");
}

TEST_F(DecidedValuesTest, AHouseholdKnowsTheHomesThatStewardsGave) {
  const std::string bob = WriteBob();
  EXPECT_THAT(Household(kHouse), ElementsAre(person_, bob));
  EXPECT_THAT(Household(kOtherHouse), IsEmpty());
  const std::string given = GiveHome(kOtherHouse);
  ASSERT_EQ(given, "decisions/1");
  EXPECT_THAT(Household(kHouse), ElementsAre(bob));
  EXPECT_THAT(Household(kOtherHouse), ElementsAre(person_));

  v1::ListPersonOccupanciesRequest homes_request;
  homes_request.set_name(person_);
  v1::ListPersonOccupanciesResponse homes;
  grpc::ClientContext context;
  ASSERT_TRUE(people_->ListOccupancies(&context, homes_request, &homes).ok());
  ASSERT_EQ(homes.occupancies_size(), 2);
  EXPECT_EQ(homes.occupancies(0).uprn(), kHouse);
  EXPECT_TRUE(homes.occupancies(0).closed());
  EXPECT_EQ(homes.occupancies(0).records_size(), 1);
  EXPECT_EQ(homes.occupancies(0).decision(), given);
  EXPECT_EQ(homes.occupancies(1).uprn(), kOtherHouse);
  EXPECT_FALSE(homes.occupancies(1).closed());
  EXPECT_EQ(homes.occupancies(1).records_size(), 0);
  EXPECT_EQ(homes.occupancies(1).decision(), given);
  EXPECT_THAT(RunShell(server_, cli::AddClientCommands, {"people", "homes", person_}, 0),
              AllOf(HasSubstr("  housing 1  ended by decisions/1\n"),
                    HasSubstr(Cat("properties/", kOtherHouse, "  RESIDENCE       unknown to now  by decisions/1\n"))));
  EXPECT_THAT(RunShell(server_, cli::AddClientCommands, {"property", "occupants", Cat(kOtherHouse)}, 0),
              HasSubstr(Cat(person_, "\n  RESIDENCE       unknown to now  by decisions/1\n")));

  Undo(given);
  EXPECT_THAT(Household(kHouse), ElementsAre(person_, bob));
  EXPECT_THAT(Household(kOtherHouse), IsEmpty());
}

TEST_F(DecidedValuesTest, AGivenHomeGoesWithItsPersonUntilThatEnds) {
  const std::string bob = WriteBob();
  ASSERT_EQ(GiveHome(kOtherHouse), "decisions/1");
  v1::MergePeopleRequest merge;
  for (const std::string& name : {bob, person_}) {
    v1::DecisionSubject& subject = *merge.add_subjects();
    subject.set_name(name);
    subject.set_etag(Person(name).etag());
  }
  merge.set_actor("ann");
  merge.set_reason("records_agree");
  v1::DecisionResult result;
  grpc::ClientContext merge_context;
  grpc::Status status = decisions_->MergePeople(&merge_context, merge, &result);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(Household(kHouse), IsEmpty()) << "Bob's record is of the same person now";
  EXPECT_THAT(Household(kOtherHouse), ElementsAre(person_));

  v1::SplitPersonRequest split;
  split.set_name(person_);
  split.set_etag(Person().etag());
  for (const char* const key : {"1", "2"}) {
    v1::SourceKey& source_key = *split.add_groups()->add_source_keys();
    source_key.set_source("housing");
    source_key.set_key(key);
  }
  split.set_actor("ann");
  split.set_reason("records_differ");
  grpc::ClientContext split_context;
  status = decisions_->SplitPerson(&split_context, split, &result);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(Household(kHouse), ElementsAre(bob));
  EXPECT_THAT(Household(kOtherHouse), ElementsAre(person_));

  v1::DeleteSourceRecordRequest erase;
  erase.mutable_source_key()->set_source("housing");
  erase.mutable_source_key()->set_key("1");
  v1::DeleteSourceRecordResponse erased;
  grpc::ClientContext erase_context;
  status = records_->Delete(&erase_context, erase, &erased);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(Household(kOtherHouse), IsEmpty()) << "who has ended lives nowhere";
  EXPECT_THAT(Household(kHouse), ElementsAre(bob));
  Write();
  EXPECT_THAT(Household(kOtherHouse), ElementsAre(person_)) << "who is back lives where the steward said";
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
  EXPECT_THAT(Household(kHouse), IsEmpty());
  Undo(name);
  EXPECT_EQ(Home(), kHouse);
  EXPECT_THAT(Household(kHouse), ElementsAre(person_));
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
