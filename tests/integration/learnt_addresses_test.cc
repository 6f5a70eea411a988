// What stewards say of addresses over a real channel: it is asked, answered, told everywhere and taken back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "services/cli/address_command.h"
#include "tests/integration/test_server.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/health/supply_file.h"
#include "wensum/v1/imports.pb.h"
#include "wensum/v1/learnt_addresses.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint32_t kUsrn = 14'200'901;
constexpr uint64_t kOne = 100'090'000'001;
constexpr uint64_t kThree = 100'090'000'003;
constexpr std::string_view kAsked = "99 High Street, Norwich";
constexpr std::string_view kFlat = "Flat 9, 3 High Street, Norwich";

server::ServerOptions TwoPurposes(server::ServerOptions options) {
  options.rules = *registry::ParseRegisterRules(
      "purposes: [service_delivery, electoral]\n"
      "sources: [{name: housing, purposes: [service_delivery]}, {name: benefits}]\n");
  return options;
}

class LearntAddressesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    health::SupplyFile file;
    file.Add({gazetteer::TestStreet(kUsrn), gazetteer::TestDescriptor(kUsrn, "HIGH STREET"), gazetteer::TestBlpu(kOne),
              gazetteer::TestLpi(kOne, 1, kUsrn, 1), gazetteer::TestBlpu(kThree),
              gazetteer::TestLpi(kThree, 3, kUsrn, 3)});
    const v1::ImportRun run = ImportGazetteer(server_.channel(), file.Text());
    ASSERT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  }
  void TearDown() override { ExpectSound(server_.channel()); }

  v1::SourceRecord Upsert(const std::string& key, std::string_view address, const std::string& source = "housing") {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord(key, "Ann", "Lee");
    request.mutable_record()->mutable_source_key()->set_source(source);
    request.mutable_record()->mutable_details()->add_addresses()->set_text(std::string(address));
    request.mutable_record()->mutable_details()->mutable_addresses(0)->set_postcode("NR1 1AB");
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    v1::GetSourceRecordRequest get;
    *get.mutable_source_key() = request.record().source_key();
    v1::SourceRecord record;
    grpc::ClientContext get_context;
    EXPECT_TRUE(records_->Get(&get_context, get, &record).ok());
    return record;
  }
  uint64_t UprnOf(const v1::SourceRecord& record) { return record.details().addresses(0).uprn(); }
  template <typename Request, typename Response>
  grpc::Status Ask(grpc::Status (v1::LearntAddresses::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response& response) {
    grpc::ClientContext context;
    return ((*learnt_).*method)(&context, request, &response);
  }
  grpc::Status Learn(const v1::LearnAddressRequest& request, v1::LearnAddressResponse& response) {
    return Ask(&v1::LearntAddresses::Stub::Learn, request, response);
  }
  grpc::Status Learn(const v1::LearnAddressRequest& request) {
    v1::LearnAddressResponse response;
    return Learn(request, response);
  }
  grpc::Status Retract(const std::string& name, v1::LearnAddressResponse& response) {
    v1::RetractLearntAddressRequest request;
    request.set_name(name);
    request.set_actor("bob");
    request.set_reason("mistaken");
    return Ask(&v1::LearntAddresses::Stub::Retract, request, response);
  }
  static v1::LearnAddressRequest Says(std::string_view text, uint64_t uprn) {
    v1::LearnAddressRequest request;
    request.set_text(std::string(text));
    request.set_postcode("NR1 1AB");
    request.set_uprn(uprn);
    request.set_allow_contradiction(true);
    request.set_actor("ann");
    return request;
  }
  std::vector<v1::Task> Tasks() {
    v1::ListTasksRequest request;
    request.add_kinds(v1::Task::KIND_UNRESOLVED_ADDRESS);
    v1::ListTasksResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(tasks_->ListTasks(&context, request, &response).ok());
    return {response.tasks().begin(), response.tasks().end()};
  }
  std::vector<std::string> About(const std::string& subject, const std::string& purpose = "service_delivery") {
    v1::ListTasksRequest request;
    request.set_subject(subject);
    v1::ListTasksResponse response;
    grpc::ClientContext context;
    context.AddMetadata("x-wensum-purpose", purpose);
    const grpc::Status status = tasks_->ListTasks(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> names;
    for (const v1::Task& task : response.tasks()) names.push_back(task.name());
    return names;
  }
  v1::Task Get(const std::string& name) {
    v1::GetTaskRequest request;
    request.set_name(name);
    v1::Task task;
    grpc::ClientContext context;
    const grpc::Status status = tasks_->GetTask(&context, request, &task);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return task;
  }
  v1::MatchAddressResponse Match(std::string_view text, const std::string& source = "") {
    v1::MatchAddressRequest request;
    request.set_address(std::string(text));
    request.set_postcode("NR1 1AB");
    request.set_source(source);
    v1::MatchAddressResponse response;
    grpc::ClientContext context;
    const grpc::Status status = properties_->Match(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  std::vector<std::string> Names(const v1::ListLearntAddressesRequest& request) {
    v1::ListLearntAddressesResponse response;
    EXPECT_TRUE(Ask(&v1::LearntAddresses::Stub::List, request, response).ok());
    std::vector<std::string> names;
    for (const v1::LearntAddress& learnt : response.learnt_addresses()) names.push_back(learnt.name());
    return names;
  }

  TestServer server_{[](server::ServerOptions& options) { options = TwoPurposes(options); }};
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::Properties::Stub> properties_ = v1::Properties::NewStub(server_.channel());
  std::unique_ptr<v1::Stewardship::Stub> tasks_ = v1::Stewardship::NewStub(server_.channel());
  std::unique_ptr<v1::LearntAddresses::Stub> learnt_ = v1::LearntAddresses::NewStub(server_.channel());
};

TEST_F(LearntAddressesTest, ATaskIsAnsweredAndTakenBack) {
  Upsert("H1", kFlat);
  Upsert("H2", "FLAT 9; 3, HIGH ST.  norwich");
  ASSERT_EQ(Tasks().size(), 1U) << "one question";
  const v1::Task task = Get(Tasks().front().name());
  EXPECT_EQ(task.evidence().unresolved_address().text(), kFlat);
  EXPECT_EQ(task.evidence().unresolved_address().postcode(), "NR1 1AB");
  EXPECT_THAT(task.subjects(), IsEmpty());
  EXPECT_THAT(About(task.now().records(0).person()), ElementsAre(task.name()));
  EXPECT_EQ(task.now().record_count(), 2);
  EXPECT_EQ(task.now().records_size(), 2);
  EXPECT_TRUE(task.now().supported());
  EXPECT_EQ(task.now().address().outcome(), task.evidence().unresolved_address().outcome());
  ASSERT_GT(task.now().properties_size(), 0);
  EXPECT_THAT(task.now().properties(0).addresses(), ElementsAre(HasSubstr("HIGH STREET")));

  v1::LearnAddressRequest request = Says("", kThree);
  request.clear_text();
  request.clear_postcode();
  request.clear_allow_contradiction();
  request.set_task(task.name());
  request.set_task_etag(task.etag());
  v1::LearnAddressResponse answer;
  const grpc::Status contradicted = Learn(request, answer);
  EXPECT_EQ(contradicted.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(contradicted), "ADDRESS_CONTRADICTED");
  EXPECT_THAT(contradicted.error_message(), HasSubstr("a unit that it lacks"));
  request.set_allow_contradiction(true);
  request.set_validate_only(true);
  ASSERT_TRUE(Learn(request, answer).ok());
  EXPECT_EQ(answer.moved_records(), 2U);
  EXPECT_EQ(answer.learnt_address().name(), "");
  EXPECT_EQ(Get(task.name()).state(), v1::Task::STATE_OPEN) << "nothing was done";
  request.set_validate_only(false);
  request.set_comment("rang them");
  ASSERT_TRUE(Learn(request, answer).ok());
  EXPECT_EQ(answer.learnt_address().name(), "learntAddresses/1");
  EXPECT_EQ(answer.learnt_address().task(), task.name());
  EXPECT_EQ(answer.moved_records(), 2U);
  EXPECT_THAT(answer.contradictions(), ElementsAre(v1::MatchAddressResponse::CONTRADICTION_UNIT_NOT_LISTED));

  const v1::Task closed = Get(task.name());
  EXPECT_EQ(closed.state(), v1::Task::STATE_CLOSED);
  ASSERT_EQ(closed.events_size(), 3);
  EXPECT_EQ(closed.events(1).type(), v1::TaskEvent::TYPE_LEARNT);
  EXPECT_EQ(closed.events(1).learnt_address(), "learntAddresses/1");
  EXPECT_EQ(closed.events(1).text(), "rang them");
  EXPECT_EQ(UprnOf(Upsert("H3", "flat 9 3 high st, Norwich")), kThree);
  const v1::MatchAddressResponse match = Match("FLAT 9, 3 HIGH STREET NORWICH");
  EXPECT_EQ(match.uprn(), kThree);
  EXPECT_EQ(match.learnt_address(), "learntAddresses/1");
  EXPECT_EQ(match.confidence(), 1);

  ASSERT_TRUE(Retract("learntAddresses/1", answer).ok());
  EXPECT_EQ(answer.moved_records(), 3U);
  EXPECT_EQ(answer.learnt_address().retraction().actor(), "bob");
  EXPECT_EQ(Get(task.name()).state(), v1::Task::STATE_OPEN);
  EXPECT_EQ(Match(kFlat).learnt_address(), "");
  const grpc::Status again = Retract("learntAddresses/1", answer);
  EXPECT_EQ(again.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(again), "LEARNT_RETRACTED");
}

TEST_F(LearntAddressesTest, WhatIsWrongIsRefusedAndNamed) {
  Upsert("H1", kAsked);
  const auto expect_invalid = [&](const v1::LearnAddressRequest& request, const std::string& field) {
    const grpc::Status status = Learn(request);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << field << ": " << status.error_message();
    EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
    EXPECT_THAT(status.error_message(), HasSubstr(field));
  };
  expect_invalid({}, "actor");
  v1::LearnAddressRequest request = Says("12 Any Road", kThree);
  request.clear_meaning();
  expect_invalid(request, "uprn");
  request.set_not_here(false);
  expect_invalid(request, "uprn");
  request = Says("12 Any Road", kThree + 7);
  expect_invalid(request, "uprn");
  expect_invalid(Says("", kThree), "text");
  expect_invalid(Says(" ,.;- NR1 1AB", kThree), "text");
  expect_invalid(Says(std::string(10'000, 'a'), kThree), "text");
  request = Says("12 Any Road", kThree);
  request.set_postcode("nowhere");
  expect_invalid(request, "postcode");
  request = Says("12 Any Road", kThree);
  request.set_source("unheard_of");
  expect_invalid(request, "source");
  request = Says("12 Any Road", kThree);
  request.set_request_id("not a uuid");
  expect_invalid(request, "request_id");
  request = Says("12 Any Road", kThree);
  request.set_task("tasks/1");
  request.set_task_etag(1);
  expect_invalid(request, "task");
  request.clear_text();
  request.clear_postcode();
  request.set_task_etag(0);
  expect_invalid(request, "task_etag");
  request.set_task_etag(1);
  request.set_task("tasks/x");
  expect_invalid(request, "task");
  request.set_task("tasks/77");
  EXPECT_EQ(ReasonOf(Learn(request)), "RESOURCE_UNKNOWN");
  request.set_task("tasks/1");
  const grpc::Status stale = Learn(request);
  EXPECT_EQ(stale.error_code(), StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(stale), "ETAG_MISMATCH");
  v1::LearnAddressResponse answer;
  EXPECT_EQ(ReasonOf(Retract("learntAddresses/1", answer)), "RESOURCE_UNKNOWN");
  EXPECT_EQ(ReasonOf(Retract("learntAddresses/0", answer)), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Retract("", answer)), "FIELD_INVALID");
  v1::LearntAddress got;
  v1::GetLearntAddressRequest get;
  get.set_name("learntAddresses/18446744073709551616");
  EXPECT_EQ(ReasonOf(Ask(&v1::LearntAddresses::Stub::Get, get, got)), "FIELD_INVALID");
  EXPECT_THAT(Names({}), IsEmpty()) << "nothing was learnt";
  EXPECT_EQ(Tasks().size(), 1U);

  // What was read wrongly is another text, and can be learnt like any.
  ASSERT_TRUE(Learn(Says("12 Caf\xC3\x83\xC2\xA9 Road", kThree)).ok());
  EXPECT_EQ(Match("12 CAF\xC3\x83\xC2\xA9 Rd").uprn(), kThree);
  EXPECT_EQ(Match("12 Cafe Road").learnt_address(), "");
}

TEST_F(LearntAddressesTest, ATaskThatSomebodyHoldsIsTheirs) {
  Upsert("H1", kAsked);
  v1::ClaimTaskRequest claim;
  claim.set_name(Tasks().front().name());
  claim.set_actor("cid");
  v1::Task task;
  grpc::ClientContext context;
  ASSERT_TRUE(tasks_->ClaimTask(&context, claim, &task).ok());
  v1::LearnAddressRequest request = Says("", kThree);
  request.clear_text();
  request.clear_postcode();
  request.set_task(task.name());
  request.set_task_etag(task.etag());
  const grpc::Status held = Learn(request);
  EXPECT_EQ(held.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(held), "TASK_STATE");
  EXPECT_THAT(held.error_message(), HasSubstr("cid"));
  request.set_actor("cid");
  EXPECT_TRUE(Learn(request).ok());
}

TEST_F(LearntAddressesTest, ARepeatedCallIsDoneOnceAndASecondAnswerIsRefused) {
  Upsert("H1", kAsked);
  v1::LearnAddressRequest request = Says(kAsked, kThree);
  request.set_request_id("0b8a3a6e-6f2b-4f5e-9a41-3d1f2a7c9e10");
  v1::LearnAddressResponse first;
  v1::LearnAddressResponse second;
  ASSERT_TRUE(Learn(request, first).ok());
  ASSERT_TRUE(Learn(request, second).ok());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_THAT(Names({}), ElementsAre("learntAddresses/1"));
  request.set_uprn(kOne);
  EXPECT_EQ(Learn(request).error_code(), StatusCode::INVALID_ARGUMENT) << "another content under the same id";
  request.clear_request_id();
  const grpc::Status known = Learn(request);
  EXPECT_EQ(known.error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(known), "ALREADY_LEARNT");
  EXPECT_THAT(known.error_message(), HasSubstr("learntAddresses/1"));
  request.set_source("benefits");
  EXPECT_TRUE(Learn(request).ok()) << "of one source it may be something else";
  EXPECT_EQ(Match(kAsked).uprn(), kThree);
  EXPECT_EQ(Match(kAsked, "benefits").uprn(), kOne);
  EXPECT_EQ(UprnOf(Upsert("B1", kAsked, "benefits")), kOne);
}

TEST_F(LearntAddressesTest, ItHoldsOverReloadAndChangesOfTheGazetteer) {
  Upsert("H1", kAsked);
  ASSERT_TRUE(Learn(Says(kAsked, kThree)).ok());
  EXPECT_EQ(UprnOf(Upsert("H1", kAsked)), kThree) << "the source is loaded again";
  EXPECT_EQ(UprnOf(Upsert("H1", "99 High Street Norwich")), kThree) << "and changed";
  health::SupplyFile renamed;
  renamed.file_type = 'C';
  renamed.date = {2026, 3, 1};
  renamed.lines.push_back(
      {.row = gazetteer::TestDescriptor(kUsrn, "QUEEN STREET"), .change = model::ChangeType::kUpdate});
  ASSERT_EQ(ImportGazetteer(server_.channel(), renamed.Text()).state(), v1::ImportRun::STATE_SUCCEEDED);
  EXPECT_EQ(Match("3 Queen Street, Norwich").uprn(), kThree);
  EXPECT_EQ(Match(kAsked).uprn(), kThree);
  EXPECT_EQ(UprnOf(Upsert("H2", kAsked)), kThree);
  EXPECT_THAT(Tasks(), IsEmpty());
}

TEST_F(LearntAddressesTest, TheListHasPagesAndFilters) {
  for (int i = 1; i <= 5; ++i) {
    v1::LearnAddressRequest request = Says(Cat(i, " Nowhere Lane"), i % 2 == 0 ? kOne : kThree);
    request.set_source(i == 5 ? "benefits" : "");
    if (i == 3) request.set_not_here(true);
    ASSERT_TRUE(Learn(request).ok());
  }
  v1::LearnAddressResponse answer;
  ASSERT_TRUE(Retract("learntAddresses/2", answer).ok());
  EXPECT_THAT(Names({}),
              ElementsAre("learntAddresses/5", "learntAddresses/4", "learntAddresses/3", "learntAddresses/1"));
  v1::ListLearntAddressesRequest request;
  request.set_property(Cat("properties/", kOne));
  EXPECT_THAT(Names(request), ElementsAre("learntAddresses/4"));
  request.set_show_retracted(true);
  EXPECT_THAT(Names(request), ElementsAre("learntAddresses/4", "learntAddresses/2"));
  request.Clear();
  request.set_source("benefits");
  EXPECT_THAT(Names(request), ElementsAre("learntAddresses/5"));
  request.Clear();
  request.set_page_size(2);
  std::vector<std::string> all;
  do {
    v1::ListLearntAddressesResponse page;
    ASSERT_TRUE(Ask(&v1::LearntAddresses::Stub::List, request, page).ok());
    EXPECT_LE(page.learnt_addresses_size(), 2);
    for (const v1::LearntAddress& learnt : page.learnt_addresses()) all.push_back(learnt.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(all, ElementsAre("learntAddresses/5", "learntAddresses/4", "learntAddresses/3", "learntAddresses/1"));
  request.set_page_token("not a token");
  v1::ListLearntAddressesResponse page;
  EXPECT_EQ(ReasonOf(Ask(&v1::LearntAddresses::Stub::List, request, page)), "PAGE_TOKEN_INVALID");
  v1::GetLearntAddressRequest get;
  get.set_name("learntAddresses/3");
  v1::LearntAddress learnt;
  ASSERT_TRUE(Ask(&v1::LearntAddresses::Stub::Get, get, learnt).ok());
  EXPECT_EQ(learnt.property(), "");
  EXPECT_EQ(learnt.actor(), "ann");
  EXPECT_EQ(Match("3 Nowhere Lane").outcome(), v1::ADDRESS_OUTCOME_OUT_OF_AREA);
}

TEST_F(LearntAddressesTest, TheCommandLineLearnsListsAndForgets) {
  Upsert("H1", kAsked);
  std::string printed;
  const auto shell = [&](std::vector<std::string> arguments) {
    CLI::App app;
    int code = -1;
    cli::AddAddressFileCommands(app, code);
    arguments.insert(arguments.begin(), "address");
    arguments.insert(arguments.end(), {"--server", Cat("127.0.0.1:", server_.server().port())});
    std::reverse(arguments.begin(), arguments.end());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    app.parse(arguments);
    printed = ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
    return code;
  };
  const std::string uprn = Cat(kThree);
  EXPECT_EQ(shell({"learn", "--task", "1", "--uprn", uprn, "--actor", "ann"}), 1);
  EXPECT_THAT(printed, HasSubstr("allow_contradiction"));
  EXPECT_EQ(shell({"learn", "--task", "1", "--uprn", uprn, "--actor", "ann", "--allow-contradiction", "--dry-run"}), 0);
  EXPECT_THAT(printed, HasSubstr("\"moved_records\": \"1\""));
  EXPECT_THAT(Names({}), IsEmpty());
  EXPECT_EQ(shell({"learn", "--task", "1", "--uprn", uprn, "--actor", "ann", "--allow-contradiction"}), 0) << printed;
  EXPECT_EQ(shell({"learn", "4 Station Parade, Cromer", "--not-here", "--actor", "ann", "--source", "benefits"}), 0);
  EXPECT_EQ(shell({"learnt"}), 0);
  EXPECT_EQ(printed, Cat("learntAddresses/2  \"4 Station Parade, Cromer\"  not here  benefits  ann\n"
                         "learntAddresses/1  \"99 High Street, Norwich\", NR1 1AB  properties/",
                         kThree, "  all sources  ann\n"));
  EXPECT_EQ(shell({"forget", "1", "--actor", "bob"}), 0);
  EXPECT_EQ(shell({"learnt", "--uprn", uprn}), 0);
  EXPECT_EQ(printed, "");
  EXPECT_EQ(shell({"learnt", "--uprn", uprn, "--retracted"}), 0);
  EXPECT_THAT(printed, HasSubstr("retracted by bob"));
}

// The records of housing are for service delivery alone; those of benefits for both purposes.
TEST_F(LearntAddressesTest, APurposeSeesAQuestionOfRecordsThatItMaySee) {
  Upsert("H1", kAsked);
  const std::string name = Tasks().front().name();
  const auto as_electoral = [&](v1::Task& task) {
    grpc::ClientContext context;
    context.AddMetadata("x-wensum-purpose", "electoral");
    v1::GetTaskRequest request;
    request.set_name(name);
    return tasks_->GetTask(&context, request, &task);
  };
  v1::Task task;
  EXPECT_EQ(ReasonOf(as_electoral(task)), "RESOURCE_UNKNOWN");
  v1::LearnAddressRequest request = Says("", kThree);
  request.clear_text();
  request.clear_postcode();
  request.set_task(name);
  request.set_task_etag(Tasks().front().etag());
  v1::LearnAddressResponse answer;
  grpc::ClientContext context;
  context.AddMetadata("x-wensum-purpose", "electoral");
  EXPECT_EQ(ReasonOf(learnt_->Learn(&context, request, &answer)), "RESOURCE_UNKNOWN");
  request = Says(kAsked, kThree);
  request.set_validate_only(true);
  grpc::ClientContext by_text;
  by_text.AddMetadata("x-wensum-purpose", "electoral");
  ASSERT_TRUE(learnt_->Learn(&by_text, request, &answer).ok());
  EXPECT_EQ(answer.records(), 0U) << "who is at an address must not show itself";
  EXPECT_EQ(answer.learnt_address().task(), "");

  const std::string person = Get(name).now().records(0).person();
  Upsert("B1", kAsked, "benefits");
  ASSERT_TRUE(as_electoral(task).ok());
  EXPECT_THAT(About(person), ElementsAre(name));
  EXPECT_THAT(About(person, "electoral"), IsEmpty()) << "that somebody else asked first is not for this purpose";
  EXPECT_EQ(task.now().record_count(), 1);
  ASSERT_EQ(task.now().records_size(), 1);
  EXPECT_EQ(task.now().records(0).source_key().source(), "benefits");
}

}  // namespace
}  // namespace wensum
