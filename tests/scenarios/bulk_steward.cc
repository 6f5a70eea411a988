#include "tests/scenarios/bulk_steward.h"

#include <functional>
#include <future>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gtest/gtest.h"
#include "services/decisions/bulk_handler.h"
#include "services/decisions/bulk_steps.h"
#include "services/decisions/decisions_handler.h"
#include "services/tasks/task_store.h"

namespace wensum::scenarios {

using decisions::BulkHandler;
using decisions::DecisionsHandler;

namespace {

constexpr uint64_t kSeed = 7;

rpc::CallContext CallOfSteward() {
  rpc::CallContext call("/wensum.v1.BulkDecisions/Scenario");
  call.set_grant({.caller = "loopback", .purpose = "service_delivery", .purpose_bit = 0});
  return call;
}

BulkHandler HandlerOf(registry::Register* reg) {
  return {reg, tasks::TaskRules(), {.wake = [] {}, .draw_seed = [] { return kSeed; }}};
}

template <typename Handler, typename Request, typename Response>
absl::StatusOr<Response> Ask(Handler& handler,
                             void (Handler::*method)(rpc::CallContext&, const Request&, Response&,
                                                     std::function<void(const absl::Status&)>),
                             const Request& request) {
  rpc::CallContext call = CallOfSteward();
  Response response;
  std::promise<absl::Status> done;
  (handler.*method)(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
  const absl::Status status = done.get_future().get();
  return status.ok() ? absl::StatusOr<Response>(std::move(response)) : status;
}

absl::StatusOr<v1::DecideTaskRequest::Answer> AnswerOf(const std::string& word) {
  if (word == "same") {
    return v1::DecideTaskRequest::ANSWER_SAME;
  }
  if (word == "distinct") {
    return v1::DecideTaskRequest::ANSWER_DISTINCT;
  }
  return InvalidArgument(Cat("an answer is same or distinct, not ", Quote(word)));
}

absl::StatusOr<int> CountOf(const std::string& text) {
  int count = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || count > 1'000'000) {
      return InvalidArgument(Cat(Quote(text), " is no count"));
    }
    count = count * 10 + (c - '0');
  }
  return count;
}

}  // namespace

bool BulkSteward::Knows(const Statement& statement) {
  static const auto& verbs = *new std::set<std::string>{"propose-bulk", "answer-sample", "apply-bulk", "undo-bulk"};
  const bool refused = statement.words.front() == "refused" && statement.words.size() > 1;
  return verbs.contains(statement.words[refused ? 1 : 0]);
}

absl::StatusOr<v1::BulkDecision> BulkSteward::Get(const std::string& name) const {
  const auto found = bulks_.find(name);
  if (found == bulks_.end()) {
    return InvalidArgument(Cat("no bulk decision was named ", Quote(name)));
  }
  v1::GetBulkDecisionRequest request;
  request.set_name(found->second);
  v1::BulkDecision bulk;
  rpc::CallContext call = CallOfSteward();
  WENSUM_RETURN_IF_ERROR(HandlerOf(register_).Get(call, request, bulk));
  return bulk;
}

absl::Status BulkSteward::Propose(const Statement& statement) {
  const std::vector<std::string>& words = statement.words;
  if (words.size() != 4 || words[2] != "as") {
    return InvalidArgument("expected: propose-bulk same sample=2 errors=0 as NAME");
  }
  v1::CreateBulkDecisionRequest request;
  WENSUM_ASSIGN_OR_RETURN(const v1::DecideTaskRequest::Answer answer, AnswerOf(words[1]));
  request.set_answer(answer);
  request.mutable_filter()->set_min_score(-1'000);
  request.mutable_filter()->set_max_score(1'000);
  for (const auto& [field, value] : statement.fields) {
    if (field == "sample") {
      WENSUM_ASSIGN_OR_RETURN(const int count, CountOf(value));
      request.set_sample_size(count);
    } else if (field == "errors") {
      WENSUM_ASSIGN_OR_RETURN(const int count, CountOf(value));
      request.set_allowed_errors(count);
    }
  }
  request.set_actor("ann");
  request.set_reason("records_agree");
  BulkHandler handler = HandlerOf(register_);
  WENSUM_ASSIGN_OR_RETURN(const v1::BulkDecision bulk, Ask(handler, &BulkHandler::Create, request));
  bulks_[words[3]] = bulk.name();
  return absl::OkStatus();
}

absl::Status BulkSteward::AnswerSample(const std::string& name, const std::string& answer) const {
  WENSUM_ASSIGN_OR_RETURN(const v1::BulkDecision bulk, Get(name));
  v1::ListBulkDecisionTasksRequest request;
  request.set_name(bulk.name());
  request.set_sample_only(true);
  v1::ListBulkDecisionTasksResponse sample;
  rpc::CallContext call = CallOfSteward();
  WENSUM_RETURN_IF_ERROR(HandlerOf(register_).ListTasks(call, request, sample));
  DecisionsHandler handler(register_, tasks::TaskRules());
  for (const v1::BulkDecisionTask& drawn : sample.tasks()) {
    if (drawn.outcome() != v1::BULK_OUTCOME_WAITING) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const int number, CountOf(drawn.task().substr(std::string_view("tasks/").size())));
    WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, tasks::ReadTask(*register_->store(), register_->register_id(),
                                                                    static_cast<uint64_t>(number)));
    v1::DecideTaskRequest decide;
    decide.set_name(drawn.task());
    decide.set_etag(task.change_revision());
    WENSUM_ASSIGN_OR_RETURN(const v1::DecideTaskRequest::Answer said, AnswerOf(answer));
    decide.set_answer(said);
    decide.set_actor("cid");
    decide.set_reason("records_agree");
    WENSUM_RETURN_IF_ERROR(Ask(handler, &DecisionsHandler::DecideTask, decide).status());
  }
  return absl::OkStatus();
}

absl::Status BulkSteward::Apply(const std::string& name) const {
  WENSUM_ASSIGN_OR_RETURN(const v1::BulkDecision bulk, Get(name));
  v1::ApplyBulkDecisionRequest request;
  request.set_name(bulk.name());
  request.set_etag(bulk.etag());
  request.set_actor("bob");
  BulkHandler handler = HandlerOf(register_);
  WENSUM_RETURN_IF_ERROR(Ask(handler, &BulkHandler::Apply, request).status());
  return decisions::WorkOnBulk(*register_, [] { return false; }).status();
}

absl::Status BulkSteward::Undo(const std::string& name) const {
  WENSUM_ASSIGN_OR_RETURN(const v1::BulkDecision bulk, Get(name));
  v1::UndoBulkDecisionRequest request;
  request.set_name(bulk.name());
  request.set_etag(bulk.etag());
  request.set_actor("eve");
  request.set_reason("decided_in_error");
  BulkHandler handler = HandlerOf(register_);
  WENSUM_RETURN_IF_ERROR(Ask(handler, &BulkHandler::Undo, request).status());
  return decisions::WorkOnBulk(*register_, [] { return false; }).status();
}

absl::Status BulkSteward::Do(const Statement& statement) {
  const std::vector<std::string>& words = statement.words;
  if (words[0] == "propose-bulk") {
    return Propose(statement);
  }
  if (words.size() != (words[0] == "answer-sample" ? 3 : 2)) {
    return InvalidArgument(Cat("expected: ", words[0], words[0] == "answer-sample" ? " NAME same" : " NAME"));
  }
  if (words[0] == "answer-sample") {
    return AnswerSample(words[1], words[2]);
  }
  return words[0] == "apply-bulk" ? Apply(words[1]) : Undo(words[1]);
}

absl::Status BulkSteward::Execute(const Statement& statement) {
  if (statement.words.front() != "refused") {
    return Do(statement);
  }
  Statement rest = statement;
  rest.words.erase(rest.words.begin());
  const uint64_t before = register_->revision();
  const absl::Status refused = Do(rest);
  EXPECT_FALSE(refused.ok()) << "it was not refused";
  EXPECT_EQ(register_->revision(), before);
  for (const auto& [field, value] : statement.fields) {
    if (field == "because") {
      EXPECT_NE(refused.message().find(value), std::string::npos) << refused;
    }
  }
  return absl::OkStatus();
}

absl::Status BulkSteward::Expect(const Statement& statement) const {
  if (statement.words.size() != 4) {
    return InvalidArgument("expected: expect bulk NAME STATE");
  }
  WENSUM_ASSIGN_OR_RETURN(const v1::BulkDecision bulk, Get(statement.words[2]));
  EXPECT_EQ(v1::BulkDecision::State_Name(bulk.state()), Cat("STATE_", statement.words[3]));
  for (const auto& [field, value] : statement.fields) {
    WENSUM_ASSIGN_OR_RETURN(const int count, CountOf(value));
    if (field == "tasks") {
      EXPECT_EQ(bulk.task_count(), count);
    } else if (field == "answered") {
      EXPECT_EQ(bulk.sample().answered(), count);
    } else {
      return InvalidArgument(Cat("a bulk decision has no field ", Quote(field)));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::scenarios
