// Bulk decisions made on a small register of pairs that may be one person, without a transport.
#ifndef WENSUM_TESTS_SERVICES_DECISIONS_BULK_TEST_UTIL_H_
#define WENSUM_TESTS_SERVICES_DECISIONS_BULK_TEST_UTIL_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/decisions/bulk_handler.h"
#include "services/decisions/bulk_steps.h"
#include "services/decisions/decisions_handler.h"
#include "services/register/bulk_store.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_writer.h"
#include "storage/fault_store.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::decisions {

inline constexpr int kPairs = 12;
inline constexpr std::array<const char*, kPairs> kSurnames = {
    "Brackenbury", "Thackeray",  "Okafor",   "Szymanowska", "Featherstone", "Quartermaine",
    "Dalrymple",   "Villanueva", "Ishiguro", "Papadakis",   "Llewellyn",    "Montgomery"};

class BulkHandlerTest : public ::testing::Test {
 protected:
  BulkHandlerTest() { Reopen(); }
  void TearDown() override { ExpectVerified(); }

  void Reopen() {
    bulk_.reset();
    decisions_.reset();
    register_.reset();
    register_ = registry::OpenOrDie(&store_, &clock_);
    decisions_ = std::make_unique<DecisionsHandler>(register_.get(), rules_);
    bulk_ = std::make_unique<BulkHandler>(register_.get(), rules_,
                                          BulkHooks{.wake = [this] { ++wakes_; }, .draw_seed = [] { return 7; }});
  }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, ::testing::IsEmpty());
  }
  // Two people that may be one: task number + 1, if they are raised in order.
  void RaisePair(int number, const std::string& source = "contact") {
    const std::string surname = kSurnames[static_cast<size_t>(number)];
    const std::string address = Cat(number + 1, " Oak Street");
    first_[number] = registry::CommitOne(*register_, registry::MakeWrite("housing", Cat("H", number), "Jonathan",
                                                                         surname, Born(number), address, "NR3 1AA"))
                         .ordinal;
    second_[number] = registry::CommitOne(*register_, registry::MakeWrite(source, Cat("K", number), "J", surname, "",
                                                                          address, "NR3 1AA"))
                          .ordinal;
  }
  static std::string Born(int number) {
    return Cat(1950 + 3 * number, number < 9 ? "-0" : "-", number + 1, number < 9 ? "-1" : "-2", number % 9);
  }
  void RaisePairs() {
    for (int number = 0; number < kPairs; ++number) {
      RaisePair(number);
    }
  }
  bool AreOne(int number) {
    return register_->GetNewestEntity(first_[number])->anchor == register_->GetNewestEntity(second_[number])->anchor;
  }

  rpc::CallContext Call(int purpose_bit = -1) {
    rpc::CallContext call("/wensum.v1.BulkDecisions/Test");
    call.set_grant({.caller = "loopback", .purpose = "", .purpose_bit = purpose_bit < 0 ? purpose_bit_ : purpose_bit});
    return call;
  }
  template <typename Handler, typename Request, typename Response>
  absl::StatusOr<Response> Write(Handler& handler,
                                 void (Handler::*method)(rpc::CallContext&, const Request&, Response&,
                                                         std::function<void(const absl::Status&)>),
                                 const Request& request, int purpose_bit = -1) {
    rpc::CallContext call = Call(purpose_bit);
    Response response;
    std::promise<absl::Status> done;
    (handler.*method)(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
    const absl::Status status = done.get_future().get();
    return status.ok() ? absl::StatusOr<Response>(response) : status;
  }
  static v1::CreateBulkDecisionRequest Proposal(
      int sample = 4, int errors = 1, v1::DecideTaskRequest::Answer answer = v1::DecideTaskRequest::ANSWER_SAME) {
    v1::CreateBulkDecisionRequest request;
    request.mutable_filter()->set_min_score(-30);
    request.mutable_filter()->set_max_score(60);
    request.set_answer(answer);
    request.set_sample_size(sample);
    request.set_allowed_errors(errors);
    request.set_actor("ann");
    request.set_reason("records_agree");
    return request;
  }
  absl::StatusOr<v1::BulkDecision> Create(const v1::CreateBulkDecisionRequest& request, int purpose_bit = -1) {
    return Write(*bulk_, &BulkHandler::Create, request, purpose_bit);
  }
  v1::BulkDecision Get(const std::string& name = "bulkDecisions/1") {
    v1::GetBulkDecisionRequest request;
    request.set_name(name);
    v1::BulkDecision response;
    rpc::CallContext call = Call();
    const absl::Status status = bulk_->Get(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
  template <typename Request>
  Request About(const std::string& actor) {
    Request request;
    request.set_name("bulkDecisions/1");
    request.set_etag(Get().etag());
    request.set_actor(actor);
    return request;
  }
  absl::StatusOr<v1::BulkDecision> Apply(const std::string& actor = "bob") {
    return Write(*bulk_, &BulkHandler::Apply, About<v1::ApplyBulkDecisionRequest>(actor));
  }
  absl::StatusOr<v1::BulkDecision> Undo() {
    auto request = About<v1::UndoBulkDecisionRequest>("eve");
    request.set_reason("decided_in_error");
    return Write(*bulk_, &BulkHandler::Undo, request);
  }
  absl::Status Work() {
    return WorkOnBulk(*register_, [] { return false; }).status();
  }
  std::vector<v1::BulkDecisionTask> Tasks(bool sample_only, int purpose_bit = -1) {
    v1::ListBulkDecisionTasksRequest request;
    request.set_name("bulkDecisions/1");
    request.set_sample_only(sample_only);
    request.set_page_size(5);
    std::vector<v1::BulkDecisionTask> tasks;
    do {
      v1::ListBulkDecisionTasksResponse page;
      rpc::CallContext call = Call(purpose_bit);
      const absl::Status status = bulk_->ListTasks(call, request, page);
      EXPECT_TRUE(status.ok()) << status;
      tasks.insert(tasks.end(), page.tasks().begin(), page.tasks().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return tasks;
  }
  uint64_t SampledNumber(size_t place) {
    return std::stoull(Tasks(true).at(place).task().substr(std::string_view("tasks/").size()));
  }
  tasks::Task Task(uint64_t number) { return *tasks::ReadTask(store_, 1, number); }
  absl::StatusOr<v1::DecisionResult> Answer(uint64_t task, v1::DecideTaskRequest::Answer answer) {
    v1::DecideTaskRequest request;
    request.set_name(tasks::TaskName(task));
    request.set_etag(Task(task).change_revision());
    request.set_answer(answer);
    request.set_actor("cid");
    request.set_reason("records_agree");
    return Write(*decisions_, &DecisionsHandler::DecideTask, request);
  }
  // Answers what waits, the first `errors` of it otherwise.
  void AnswerSample(int errors) {
    for (const v1::BulkDecisionTask& task : Tasks(true)) {
      if (task.outcome() == v1::BULK_OUTCOME_WAITING) {
        const auto answered =
            Answer(std::stoull(task.task().substr(6)),
                   errors-- > 0 ? v1::DecideTaskRequest::ANSWER_DISTINCT : v1::DecideTaskRequest::ANSWER_SAME);
        ASSERT_TRUE(answered.ok()) << answered.status();
      }
    }
  }
  absl::StatusOr<v1::DecisionResult> UndoOne(const std::string& decision) {
    v1::GetDecisionRequest get;
    get.set_name(decision);
    v1::Decision read;
    rpc::CallContext call = Call();
    WENSUM_RETURN_IF_ERROR(decisions_->Get(call, get, read));
    v1::UndoDecisionRequest request;
    request.set_name(decision);
    request.set_etag(read.etag());
    request.set_actor("cid");
    request.set_reason("decided_in_error");
    return Write(*decisions_, &DecisionsHandler::Undo, request);
  }
  template <typename Action>
  void Act(uint64_t number, Action action) {
    registry::Mutation mutation;
    mutation.plan = [&](const registry::PlanView& view) -> absl::StatusOr<registry::Planned> {
      registry::Planned planned;
      planned.has_revision = true;
      tasks::TaskWriter writer(view.reader, 1, rules_);
      WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, writer.Touch(number));
      WENSUM_RETURN_IF_ERROR(action(tasks::Actor{.name = "dan", .caller = "", .now = view.time}, *edit));
      WENSUM_RETURN_IF_ERROR(writer.Finish({.revision = view.revision, .time = view.time}, planned.writes).status());
      return planned;
    };
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    ASSERT_TRUE(result.status.ok()) << result.status;
  }
  std::map<v1::BulkOutcome, int> Outcomes() {
    std::map<v1::BulkOutcome, int> outcomes;
    for (const v1::BulkDecisionTask& task : Tasks(false)) {
      ++outcomes[task.outcome()];
    }
    return outcomes;
  }

  std::unique_ptr<storage::Store> memory_ = storage::NewMemoryStore();
  storage::FaultStore store_{memory_.get()};
  ManualClock clock_{registry::kStartTime};
  const tasks::TaskRules rules_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<DecisionsHandler> decisions_;
  std::unique_ptr<BulkHandler> bulk_;
  std::map<int, uint64_t> first_;
  std::map<int, uint64_t> second_;
  std::atomic<int> wakes_ = 0;
  int purpose_bit_ = 0;  // of calls that name none
};

}  // namespace wensum::decisions

#endif  // WENSUM_TESTS_SERVICES_DECISIONS_BULK_TEST_UTIL_H_
