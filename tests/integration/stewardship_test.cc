// A steward's day over a real channel: what the data raise, what is taken, dismissed and closed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "tests/integration/test_server.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/health/supply_file.h"
#include "wensum/v1/health.grpc.pb.h"
#include "wensum/v1/imports.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint32_t kStreet = 14'200'901;
constexpr uint64_t kFirst = 100'090'000'001;
constexpr uint64_t kTwin = 100'090'000'002;
constexpr uint64_t kOther = 100'090'000'003;

class StewardshipServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    health::SupplyFile file;
    file.Add({gazetteer::TestStreet(kStreet), gazetteer::TestDescriptor(kStreet, "HIGH STREET"),
              gazetteer::TestBlpu(kFirst), gazetteer::TestLpi(kFirst, 1, kStreet, 1), gazetteer::TestBlpu(kTwin),
              gazetteer::TestLpi(kTwin, 2, kStreet, 1), gazetteer::TestBlpu(kOther),
              gazetteer::TestLpi(kOther, 3, kStreet, 3)});
    const v1::ImportRun run = ImportGazetteer(server_.channel(), file.Text());
    ASSERT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  }

  v1::UpsertSourceRecordResponse Upsert(const v1::SourceRecord& record) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = record;
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // Two people that may be one.
  void UpsertPair() {
    v1::SourceRecord record = TestRecord("H1", "Jonathan", "Brackenbury");
    record.mutable_details()->add_addresses()->set_text("4 Oak Street, Glasgow");  // no question: outside the area
    record.mutable_details()->mutable_addresses(0)->set_postcode("G3 1AA");
    Upsert(record);
    record.mutable_source_key()->set_source("contact_centre");
    record.mutable_details()->mutable_name()->set_forenames("J");
    record.mutable_details()->clear_date_of_birth();
    Upsert(record);
  }
  std::string UpsertProperty(const std::string& address) {
    v1::SourceRecord record;
    record.mutable_source_key()->set_source("housing");
    record.mutable_source_key()->set_key("P-1");
    record.set_kind(v1::RECORD_KIND_PROPERTY);
    record.mutable_details()->add_addresses()->set_text(address);
    record.mutable_details()->mutable_addresses(0)->set_postcode("NR1 1AB");
    return Upsert(record).property();
  }
  void RunCheck() {
    grpc::ClientContext context;
    v1::HealthReport report;
    const grpc::Status status = health_->RunCheck(&context, {}, &report);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  template <typename Request, typename Response>
  grpc::Status Ask(grpc::Status (v1::Stewardship::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response& response) {
    grpc::ClientContext context;
    return ((*tasks_).*method)(&context, request, &response);
  }
  std::vector<v1::Task> List(const v1::ListTasksRequest& request = {}) {
    v1::ListTasksResponse response;
    const grpc::Status status = Ask(&v1::Stewardship::Stub::ListTasks, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {response.tasks().begin(), response.tasks().end()};
  }
  v1::Task Only(v1::Task::Kind kind) {
    v1::ListTasksRequest request;
    request.add_kinds(kind);
    const std::vector<v1::Task> tasks = List(request);
    EXPECT_EQ(tasks.size(), 1U);
    return tasks.empty() ? v1::Task() : tasks.front();
  }
  v1::Task Get(const std::string& name) {
    v1::GetTaskRequest request;
    request.set_name(name);
    v1::Task task;
    const grpc::Status status = Ask(&v1::Stewardship::Stub::GetTask, request, task);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return task;
  }
  grpc::Status ClaimNext(const std::string& actor, v1::Task& task) {
    v1::ClaimNextTaskRequest request;
    request.set_actor(actor);
    return Ask(&v1::Stewardship::Stub::ClaimNextTask, request, task);
  }

  TestServer server_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::GazetteerHealth::Stub> health_ = v1::GazetteerHealth::NewStub(server_.channel());
  std::unique_ptr<v1::Stewardship::Stub> tasks_ = v1::Stewardship::NewStub(server_.channel());
};

TEST_F(StewardshipServiceTest, TheDataRaiseAndCloseTasksOfEveryKind) {
  EXPECT_THAT(List(), IsEmpty());
  UpsertPair();
  const std::string record = UpsertProperty("99 Nowhere Lane, Norwich");
  ASSERT_TRUE(record.starts_with("properties/p-")) << record;
  EXPECT_EQ(List().size(), 1U) << "property tasks are raised by health checks";
  RunCheck();
  ASSERT_EQ(List().size(), 3U);

  const v1::Task match = Get(Only(v1::Task::KIND_POSSIBLE_MATCH).name());
  EXPECT_EQ(match.team(), "people");
  EXPECT_TRUE(match.now().supported());
  ASSERT_EQ(match.now().records_size(), 2);
  EXPECT_EQ(match.evidence().possible_match().reason(), v1::REVIEW_REASON_UNDATED);

  const v1::Task duplicate = Get(Only(v1::Task::KIND_PROPERTY_DUPLICATE).name());
  EXPECT_THAT(duplicate.subjects(), ElementsAre(Cat("properties/", kFirst), Cat("properties/", kTwin)));
  EXPECT_EQ(duplicate.evidence().property_duplicate().kind(), v1::PropertyDuplicate::KIND_ONE_ADDRESS);
  ASSERT_EQ(duplicate.now().properties_size(), 2);
  EXPECT_EQ(duplicate.now().properties(1).logical_status(), 1);
  EXPECT_THAT(duplicate.now().properties(1).addresses(), ElementsAre(HasSubstr("HIGH STREET")));

  const v1::Task provisional = Get(Only(v1::Task::KIND_PROVISIONAL_PROPERTY).name());
  EXPECT_THAT(provisional.subjects(), ElementsAre(record));
  EXPECT_TRUE(provisional.now().supported());
  EXPECT_THAT(provisional.now().properties(0).addresses(), ElementsAre("99 Nowhere Lane, Norwich, NR1 1AB"));
  v1::ListTasksRequest about;
  about.set_subject(Cat("properties/", kTwin));
  ASSERT_EQ(List(about).size(), 1U);
  EXPECT_EQ(List(about).front().name(), duplicate.name());

  // The record finds its property: the task says so at once, and is closed by the next check.
  ASSERT_EQ(UpsertProperty("3 High Street, Norwich"), Cat("properties/", kOther));
  EXPECT_FALSE(Get(provisional.name()).now().supported());
  EXPECT_EQ(Get(provisional.name()).now().properties(0).name(), Cat("properties/", kOther));
  RunCheck();
  EXPECT_EQ(Get(provisional.name()).state(), v1::Task::STATE_CLOSED);
  EXPECT_EQ(List().size(), 2U);
  UpsertProperty("99 Nowhere Lane, Norwich");
  RunCheck();
  EXPECT_EQ(Get(provisional.name()).state(), v1::Task::STATE_OPEN) << "the same task";
  EXPECT_EQ(Get(provisional.name()).event_count(), 3U);

  ExpectSound(server_.channel());
}

TEST_F(StewardshipServiceTest, ADismissedDuplicateStaysDismissedUntilAnotherPropertyJoins) {
  RunCheck();
  v1::Task task;
  ASSERT_TRUE(ClaimNext("ann", task).ok());
  EXPECT_EQ(task.kind(), v1::Task::KIND_PROPERTY_DUPLICATE);
  v1::Task none;
  const grpc::Status empty = ClaimNext("bob", none);
  EXPECT_EQ(empty.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(empty), "QUEUE_EMPTY");

  v1::DismissTaskRequest dismiss;
  dismiss.set_name(task.name());
  dismiss.set_actor("bob");
  dismiss.set_reason("accepted_as_it_is");
  dismiss.set_etag(task.etag());
  v1::Task answer;
  const grpc::Status held = Ask(&v1::Stewardship::Stub::DismissTask, dismiss, answer);
  EXPECT_EQ(held.error_code(), StatusCode::FAILED_PRECONDITION) << held.error_message();
  EXPECT_EQ(ReasonOf(held), "TASK_STATE");
  dismiss.set_actor("ann");
  dismiss.set_etag(task.etag() - 1);
  const grpc::Status stale = Ask(&v1::Stewardship::Stub::DismissTask, dismiss, answer);
  EXPECT_EQ(stale.error_code(), StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(stale), "ETAG_MISMATCH");
  dismiss.set_etag(task.etag());
  ASSERT_TRUE(Ask(&v1::Stewardship::Stub::DismissTask, dismiss, answer).ok());
  EXPECT_EQ(answer.state(), v1::Task::STATE_DISMISSED);
  RunCheck();
  EXPECT_THAT(List(), IsEmpty());

  health::SupplyFile file;
  file.file_type = 'C';
  file.date = {2026, 3, 1};
  file.Add({gazetteer::TestBlpu(kOther + 1), gazetteer::TestLpi(kOther + 1, 4, kStreet, 1)});
  ASSERT_EQ(ImportGazetteer(server_.channel(), file.Text()).state(), v1::ImportRun::STATE_SUCCEEDED);
  RunCheck();
  const v1::Task opened = Get(task.name());
  EXPECT_EQ(opened.state(), v1::Task::STATE_OPEN);
  EXPECT_EQ(opened.evidence().property_duplicate().property_count(), 3U);
  EXPECT_THAT(opened.events(opened.events_size() - 1).text(), HasSubstr("evidence has changed"));
}

TEST_F(StewardshipServiceTest, EveryWriteAnswersOverTheWire) {
  UpsertPair();
  RunCheck();
  v1::Task task;
  const auto act = [&](auto method, auto request) {
    request.set_name("tasks/1");
    request.set_actor("ann");
    const grpc::Status status = Ask(method, request, task);
    EXPECT_TRUE(status.ok()) << status.error_message();
  };
  act(&v1::Stewardship::Stub::ClaimTask, v1::ClaimTaskRequest());
  EXPECT_EQ(task.claimant(), "ann");
  v1::CommentOnTaskRequest comment;
  comment.set_comment("rang housing");
  act(&v1::Stewardship::Stub::CommentOnTask, comment);
  act(&v1::Stewardship::Stub::ReleaseTask, v1::ReleaseTaskRequest());
  EXPECT_EQ(task.claimant(), "");
  v1::AssignTaskRequest assign;
  assign.set_assignee("cid");
  act(&v1::Stewardship::Stub::AssignTask, assign);
  EXPECT_EQ(task.assignee(), "cid");
  v1::DeferTaskRequest defer;
  defer.mutable_defer_until()->set_seconds(task.update_time().seconds() + 3'600);
  act(&v1::Stewardship::Stub::DeferTask, defer);
  EXPECT_TRUE(task.has_deferred_until());
  v1::DismissTaskRequest dismiss;
  dismiss.set_reason("not_the_same");
  dismiss.set_etag(task.etag());
  act(&v1::Stewardship::Stub::DismissTask, dismiss);
  EXPECT_EQ(task.state(), v1::Task::STATE_DISMISSED);
  v1::ReopenTaskRequest reopen;
  reopen.set_etag(task.etag());
  act(&v1::Stewardship::Stub::ReopenTask, reopen);
  EXPECT_EQ(task.state(), v1::Task::STATE_OPEN);
  EXPECT_EQ(task.event_count(), 8U);
  v1::TaskStatistics statistics;
  ASSERT_TRUE(Ask(&v1::Stewardship::Stub::GetTaskStatistics, v1::GetTaskStatisticsRequest(), statistics).ok());
  EXPECT_EQ(statistics.open(), 2U);
  EXPECT_EQ(statistics.groups(0).team(), "gazetteer");
}

}  // namespace
}  // namespace wensum
