#include "services/stewardship/stewardship_handler.h"

#include <future>
#include <set>
#include <thread>

#include "services/convert/times.h"
#include "services/register/verify.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::stewardship {
namespace {

using registry::CommitOne;
using registry::kStartTime;
using registry::MakeWrite;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kSomeId = "6f1e7f5e-5f0c-4c0e-9d7e-2f3b8a1c9d00";

class StewardshipHandlerTest : public testing::Test {
 protected:
  StewardshipHandlerTest() { Reopen(); }
  void TearDown() override {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }

  void Reopen() {
    handler_.reset();
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_);
    handler_ = std::make_unique<StewardshipHandler>(register_.get(), &clock_, rules_);
  }
  // Two people that may be one: a task each. The second record is of `source`.
  void RaisePair(int number, const std::string& source = "contact") {
    const std::string surname = kSurnames[static_cast<size_t>(number)];
    const std::string address = Cat(number + 1, " Oak Street");
    const std::string born = Cat(1950 + 7 * number, "-0", number + 1, "-1", number);
    CommitOne(*register_, MakeWrite("housing", Cat("H", number), "Jonathan", surname, born, address, "NR3 1AA"));
    CommitOne(*register_, MakeWrite(source, Cat("K", number), "J", surname, "", address, "NR3 1AA"));
  }
  rpc::CallContext Call(std::string_view method = "/wensum.v1.Stewardship/Test", int purpose_bit = 0) {
    rpc::CallContext call(method);
    call.set_grant({.caller = "loopback", .purpose = "service_delivery", .purpose_bit = purpose_bit});
    return call;
  }
  template <typename Request>
  absl::StatusOr<v1::Task> Write(void (StewardshipHandler::*method)(rpc::CallContext&, const Request&, v1::Task&, Done),
                                 const Request& request, int purpose_bit = 0) {
    rpc::CallContext call = Call("/wensum.v1.Stewardship/Test", purpose_bit);
    v1::Task response;
    std::promise<absl::Status> done;
    ((*handler_).*method)(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
    const absl::Status status = done.get_future().get();
    return status.ok() ? absl::StatusOr<v1::Task>(response) : status;
  }
  absl::StatusOr<v1::Task> ClaimNext(const std::string& actor, int purpose_bit = 0) {
    v1::ClaimNextTaskRequest request;
    request.set_actor(actor);
    return Write(&StewardshipHandler::ClaimNext, request, purpose_bit);
  }
  template <typename Request>
  static Request About(const std::string& name, const std::string& actor = "ann", uint64_t etag = 0) {
    Request request;
    request.set_name(name);
    request.set_actor(actor);
    request.set_etag(etag);
    return request;
  }
  v1::DismissTaskRequest Dismissal(const std::string& name) {
    auto request = About<v1::DismissTaskRequest>(name, "ann", Get(name)->etag());
    request.set_reason("not_the_same");
    return request;
  }
  absl::StatusOr<v1::Task> Get(const std::string& name, int purpose_bit = 0) {
    rpc::CallContext call = Call("/wensum.v1.Stewardship/GetTask", purpose_bit);
    v1::GetTaskRequest request;
    request.set_name(name);
    v1::Task response;
    const absl::Status status = handler_->Get(call, request, response);
    return status.ok() ? absl::StatusOr<v1::Task>(response) : status;
  }
  // Names over all pages.
  std::vector<std::string> List(v1::ListTasksRequest request, int purpose_bit = 0) {
    std::vector<std::string> names;
    do {
      rpc::CallContext call = Call("/wensum.v1.Stewardship/ListTasks", purpose_bit);
      v1::ListTasksResponse response;
      const absl::Status status = handler_->List(call, request, response);
      EXPECT_TRUE(status.ok()) << status;
      for (const v1::Task& task : response.tasks()) {
        names.push_back(task.name());
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
  template <typename T>
  static void ExpectFails(absl::StatusCode code, std::string_view text, const absl::StatusOr<T>& result) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.status().code(), code) << result.status();
    EXPECT_THAT(std::string(Message(result.status())), HasSubstr(std::string(text)));
  }

  static constexpr std::array<const char*, 6> kSurnames = {"Brackenbury", "Thackeray",    "Okafor",
                                                           "Szymanowska", "Featherstone", "Quartermaine"};
  const tasks::TaskRules rules_;
  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{kStartTime};
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<StewardshipHandler> handler_;
};

TEST_F(StewardshipHandlerTest, StewardsTakeOneTaskAfterTheOther) {
  RaisePair(0);
  RaisePair(1);
  const auto first = ClaimNext("ann");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->name(), "tasks/1");
  EXPECT_EQ(first->claimant(), "ann");
  EXPECT_EQ(first->lease_until().seconds(), kStartTime / 1'000'000 + 1'800);
  EXPECT_EQ(first->etag(), register_->revision());
  EXPECT_THAT(first->subjects(), SizeIs(2));
  EXPECT_EQ(first->evidence().possible_match().reason(), v1::REVIEW_REASON_UNDATED);
  ASSERT_THAT(first->events(), SizeIs(2));
  EXPECT_EQ(first->events(1).type(), v1::TaskEvent::TYPE_CLAIMED);
  EXPECT_EQ(first->events(1).caller(), "loopback");
  EXPECT_EQ(ClaimNext("bob")->name(), "tasks/2");
  ExpectFails(absl::StatusCode::kNotFound, "no task is ready", ClaimNext("cid"));

  clock_.Advance(rules_.lease);
  EXPECT_EQ(ClaimNext("cid")->name(), "tasks/1") << "the claim is over";
  ASSERT_TRUE(Write(&StewardshipHandler::Release, About<v1::ReleaseTaskRequest>("tasks/1", "cid")).ok());
  auto defer = About<v1::DeferTaskRequest>("tasks/1");
  convert::ToTimestamp(clock_.Now() + tasks::kDay, *defer.mutable_defer_until());
  defer.set_comment("back on Monday");
  ASSERT_TRUE(Write(&StewardshipHandler::Defer, defer).ok());
  EXPECT_EQ(ClaimNext("ann")->name(), "tasks/2");
  ExpectFails(absl::StatusCode::kNotFound, "no task is ready", ClaimNext("bob"));
  clock_.Advance(tasks::kDay);
  Reopen();
  EXPECT_EQ(ClaimNext("bob")->name(), "tasks/1");
}

TEST_F(StewardshipHandlerTest, ATaskThatIsAssignedIsForItsAssigneeAlone) {
  RaisePair(0);
  auto assign = About<v1::AssignTaskRequest>("tasks/1");
  assign.set_assignee("bob");
  assign.set_team("gazetteer");
  ASSERT_TRUE(Write(&StewardshipHandler::Assign, assign).ok());
  ExpectFails(absl::StatusCode::kNotFound, "no task is ready", ClaimNext("ann"));
  ExpectFails(absl::StatusCode::kFailedPrecondition, "is assigned to \"bob\"",
              Write(&StewardshipHandler::Claim, About<v1::ClaimTaskRequest>("tasks/1")));
  const auto claimed = ClaimNext("bob");
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->team(), "gazetteer");
  v1::ListTasksRequest mine;
  mine.set_assignee("bob");
  EXPECT_THAT(List(mine), ElementsAre("tasks/1"));
  mine.set_assignee("ann");
  EXPECT_THAT(List(mine), IsEmpty());
  v1::ListTasksRequest free;
  free.set_unassigned(true);
  EXPECT_THAT(List(free), IsEmpty());
}

TEST_F(StewardshipHandlerTest, RefusalsSayWhatToDo) {
  RaisePair(0);
  using Code = absl::StatusCode;
  ExpectFails(Code::kNotFound, "tasks/7", Get("tasks/7"));
  ExpectFails(Code::kInvalidArgument, "expected tasks/{number}", Get("tasks/x"));
  ExpectFails(Code::kInvalidArgument, "expected tasks/{number}", Get("tasks/0"));
  ExpectFails(Code::kNotFound, "tasks/7", Write(&StewardshipHandler::Claim, About<v1::ClaimTaskRequest>("tasks/7")));
  ExpectFails(Code::kInvalidArgument, "actor: is required", ClaimNext(" "));
  ExpectFails(Code::kInvalidArgument, "actor", ClaimNext(std::string(101, 'a')));
  ExpectFails(Code::kAborted, "etag 99 does not fit",
              Write(&StewardshipHandler::Claim, About<v1::ClaimTaskRequest>("tasks/1", "ann", 99)));
  auto claim = About<v1::ClaimTaskRequest>("tasks/1");
  convert::ToTimestamp(kStartTime, *claim.mutable_lease_until());
  ExpectFails(Code::kInvalidArgument, "lease_until: is 2026-09-21T14:13:20Z, which is over",
              Write(&StewardshipHandler::Claim, claim));
  claim.mutable_lease_until()->set_seconds(-99'999'999'999'999);
  ExpectFails(Code::kInvalidArgument, "lease_until", Write(&StewardshipHandler::Claim, claim));
  auto comment = About<v1::CommentOnTaskRequest>("tasks/1");
  ExpectFails(Code::kInvalidArgument, "comment: is required", Write(&StewardshipHandler::Comment, comment));
  comment.set_comment(std::string(4'001, 'x'));
  ExpectFails(Code::kInvalidArgument, "comment", Write(&StewardshipHandler::Comment, comment));
  auto dismiss = About<v1::DismissTaskRequest>("tasks/1");
  dismiss.set_reason("not_the_same");
  ExpectFails(Code::kInvalidArgument, "etag: is required", Write(&StewardshipHandler::Dismiss, dismiss));
  dismiss.set_etag(Get("tasks/1")->etag());
  dismiss.set_reason("bored");
  ExpectFails(Code::kInvalidArgument, "reason: \"bored\" is not configured; there are not_the_same, ",
              Write(&StewardshipHandler::Dismiss, dismiss));
  auto assign = About<v1::AssignTaskRequest>("tasks/1");
  ExpectFails(Code::kInvalidArgument, "assignee", Write(&StewardshipHandler::Assign, assign));
  assign.set_team("nobody");
  ExpectFails(Code::kInvalidArgument, "there are data_protection, gazetteer, imports, people",
              Write(&StewardshipHandler::Assign, assign));
  ASSERT_TRUE(ClaimNext("bob").ok());
  dismiss = Dismissal("tasks/1");
  ExpectFails(Code::kFailedPrecondition, "claimed by \"bob\" until 2026-09-21T14:43:20Z",
              Write(&StewardshipHandler::Dismiss, dismiss));
  v1::ListTasksRequest list;
  list.add_kinds(static_cast<v1::Task::Kind>(99));
  rpc::CallContext call = Call();
  v1::ListTasksResponse listed;
  EXPECT_EQ(handler_->List(call, list, listed).code(), Code::kInvalidArgument);
}

TEST_F(StewardshipHandlerTest, ARepeatedRequestIsAnsweredAndNotDoneAgain) {
  RaisePair(0);
  RaisePair(1);
  v1::ClaimNextTaskRequest request;
  request.set_actor("ann");
  request.set_request_id(std::string(kSomeId));
  const auto first = Write(&StewardshipHandler::ClaimNext, request);
  ASSERT_TRUE(first.ok()) << first.status();
  const uint64_t revision = register_->revision();
  Reopen();
  const auto again = Write(&StewardshipHandler::ClaimNext, request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(register_->revision(), revision);
  request.set_actor("bob");
  EXPECT_EQ(Write(&StewardshipHandler::ClaimNext, request).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(StewardshipHandlerTest, WhatIsOnlyValidatedIsNotDone) {
  RaisePair(0);
  auto dismiss = Dismissal("tasks/1");
  dismiss.set_validate_only(true);
  dismiss.set_request_id(std::string(kSomeId));
  const uint64_t revision = register_->revision();
  const auto would_be = Write(&StewardshipHandler::Dismiss, dismiss);
  ASSERT_TRUE(would_be.ok()) << would_be.status();
  EXPECT_EQ(would_be->state(), v1::Task::STATE_DISMISSED);
  EXPECT_EQ(would_be->etag(), 0);
  EXPECT_EQ(Get("tasks/1")->state(), v1::Task::STATE_OPEN);
  EXPECT_EQ(register_->revision(), revision);
  dismiss.set_validate_only(false);
  EXPECT_TRUE(Write(&StewardshipHandler::Dismiss, dismiss).ok()) << "the request id is free yet";
}

TEST_F(StewardshipHandlerTest, ADismissedTaskIsListedAndComesBackOnDemand) {
  RaisePair(0);
  ASSERT_TRUE(Write(&StewardshipHandler::Dismiss, Dismissal("tasks/1")).ok());
  EXPECT_THAT(List({}), IsEmpty());
  v1::ListTasksRequest dismissed;
  dismissed.set_state(v1::Task::STATE_DISMISSED);
  EXPECT_THAT(List(dismissed), ElementsAre("tasks/1"));
  for (const std::string_view postcode : {"NR3 1AB", "NR3 1AA"}) {  // not the same address, and the same again
    CommitOne(*register_, MakeWrite("contact", "K0", "J", "Brackenbury", "", "1 Oak Street", postcode));
  }
  Reopen();
  EXPECT_THAT(List({}), IsEmpty());
  const auto task = Get("tasks/1");
  ASSERT_TRUE(task.ok()) << task.status();
  EXPECT_EQ(task->dismiss_reason(), "not_the_same");
  EXPECT_TRUE(task->now().supported());
  ASSERT_THAT(task->now().records(), SizeIs(2));
  EXPECT_EQ(task->now().records(0).source_key().source(), "housing");
  EXPECT_TRUE(task->events(1).has_evidence()) << "as it was then";

  auto reopen = About<v1::ReopenTaskRequest>("tasks/1", "bob", task->etag());
  reopen.set_comment("second thoughts");
  const auto opened = Write(&StewardshipHandler::Reopen, reopen);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->state(), v1::Task::STATE_OPEN);
  EXPECT_EQ(opened->events(2).text(), "second thoughts");
  EXPECT_THAT(List({}), ElementsAre("tasks/1"));
}

TEST_F(StewardshipHandlerTest, APurposeSeesOnlyTasksOfWhichItSeesEverything) {
  RaisePair(0, "electoral_register");
  RaisePair(1);
  EXPECT_THAT(List({}), ElementsAre("tasks/2")) << "purpose 0 may not see the electoral register";
  EXPECT_THAT(List({}, 1), ElementsAre("tasks/1", "tasks/2"));
  ExpectFails(absl::StatusCode::kNotFound, "tasks/1", Get("tasks/1"));
  EXPECT_TRUE(Get("tasks/1", 1).ok());
  ExpectFails(absl::StatusCode::kNotFound, "tasks/1",
              Write(&StewardshipHandler::Claim, About<v1::ClaimTaskRequest>("tasks/1")));
  EXPECT_EQ(ClaimNext("ann")->name(), "tasks/2");
  ExpectFails(absl::StatusCode::kNotFound, "", ClaimNext("bob"));
  EXPECT_EQ(ClaimNext("bob", 1)->name(), "tasks/1");
}

TEST_F(StewardshipHandlerTest, PagesGoOnWhereTheLastOneEnded) {
  for (int i = 0; i < 6; ++i) {
    RaisePair(i);
    clock_.Advance(tasks::kMinute);
  }
  v1::ListTasksRequest request;
  request.set_page_size(2);
  EXPECT_THAT(List(request), ElementsAre("tasks/1", "tasks/2", "tasks/3", "tasks/4", "tasks/5", "tasks/6"));
  for (const char* name : {"tasks/5", "tasks/2", "tasks/4"}) {
    ASSERT_TRUE(Write(&StewardshipHandler::Dismiss, Dismissal(name)).ok());
  }
  request.set_page_size(1);
  EXPECT_THAT(List(request), ElementsAre("tasks/1", "tasks/3", "tasks/6"));
  request.set_state(v1::Task::STATE_DISMISSED);
  EXPECT_THAT(List(request), ElementsAre("tasks/4", "tasks/2", "tasks/5")) << "the last closed first";
  v1::ListTasksRequest about;
  about.set_subject(Get("tasks/4")->subjects(1));
  EXPECT_THAT(List(about), ElementsAre("tasks/4")) << "of any state";
  about.set_subject(Get("tasks/4")->now().records(0).person());
  EXPECT_THAT(List(about), ElementsAre("tasks/4"));
  about.set_subject("properties/100");
  EXPECT_THAT(List(about), IsEmpty());
}

TEST_F(StewardshipHandlerTest, StatisticsCountByTeamAndKind) {
  for (int i = 0; i < 3; ++i) {
    RaisePair(i);
  }
  ASSERT_TRUE(ClaimNext("ann").ok());
  auto defer = About<v1::DeferTaskRequest>("tasks/2");
  convert::ToTimestamp(clock_.Now() + 20 * tasks::kDay, *defer.mutable_defer_until());
  ASSERT_TRUE(Write(&StewardshipHandler::Defer, defer).ok());
  const auto statistics = [this] {
    rpc::CallContext call = Call();
    v1::TaskStatistics response;
    EXPECT_TRUE(handler_->GetStatistics(call, {}, response).ok());
    return response;
  };
  const v1::TaskStatistics now = statistics();
  ASSERT_THAT(now.groups(), SizeIs(1));
  EXPECT_EQ(now.groups(0).team(), "people");
  EXPECT_EQ(now.open(), 3);
  EXPECT_EQ(now.claimed(), 1);
  EXPECT_EQ(now.deferred(), 1);
  EXPECT_EQ(now.overdue(), 0);
  EXPECT_EQ(now.oldest_open_time().seconds(), kStartTime / 1'000'000);
  EXPECT_THAT(now.teams(), ElementsAre("data_protection", "gazetteer", "imports", "people"));
  clock_.Advance(15 * tasks::kDay);
  EXPECT_EQ(statistics().overdue(), 3);
  EXPECT_EQ(statistics().claimed(), 0) << "the lease is over";
}

TEST_F(StewardshipHandlerTest, NoTwoStewardsGetOneTask) {
  for (int i = 0; i < 6; ++i) {
    RaisePair(i);
  }
  std::vector<std::thread> stewards;
  std::vector<std::vector<std::string>> taken(3);
  for (size_t i = 0; i < taken.size(); ++i) {
    stewards.emplace_back([this, &mine = taken[i], i] {
      for (auto task = ClaimNext(Cat("steward", i)); task.ok(); task = ClaimNext(Cat("steward", i))) {
        mine.push_back(task->name());
      }
    });
  }
  std::set<std::string> all;
  size_t count = 0;
  for (size_t i = 0; i < stewards.size(); ++i) {
    stewards[i].join();
    all.insert(taken[i].begin(), taken[i].end());
    count += taken[i].size();
  }
  EXPECT_EQ(count, 6);
  EXPECT_THAT(all, SizeIs(6));
}

}  // namespace
}  // namespace wensum::stewardship
