#include "services/decisions/bulk_handler.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/sight.h"
#include "services/decisions/bulk_messages.h"
#include "services/decisions/bulk_sample.h"
#include "services/decisions/decision_risks.h"
#include "services/decisions/match_task.h"
#include "services/register/decision_store.h"
#include "services/register/review_tasks.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/signed_write.h"
#include "services/rpc/status_details.h"
#include "services/tasks/task_store.h"
#include "storage/overlay_reader.h"

namespace wensum::decisions {
namespace {

using registry::BulkState;
using registry::BulkStepType;
using registry::BulkTaskAt;
using registry::Mutation;
using registry::MutationResult;
using registry::Planned;
using registry::PlanView;
using StoredBulk = storage::v1::BulkDecision;
using StoredStep = storage::v1::BulkStep;

constexpr size_t kMaxComment = 1'000;
constexpr int kMostSampled = 2'000;
constexpr size_t kMostTasks = 100'000;  // of one bulk decision
constexpr size_t kListPage = 20;
constexpr size_t kMaxListPage = 50;
constexpr size_t kTaskPage = 100;
constexpr size_t kMaxTaskPage = 1'000;
constexpr size_t kLookedAt = 5'000;  // tasks that one page looks at

absl::Status StateRefusal(std::string_view message) {
  return rpc::WithReason(FailedPrecondition(std::string(message)), rpc::reason::kBulkState);
}

absl::Status WrongState(const StoredBulk& bulk, std::string_view needed) {
  return StateRefusal(Cat(registry::BulkName(bulk.number()), " is ",
                          StateText(static_cast<v1::BulkDecision::State>(bulk.state())), ": ", needed));
}

bool WasUndone(const StoredBulk& bulk) {
  return std::ranges::any_of(bulk.steps(), [](const StoredStep& step) {
    return step.type() == static_cast<uint32_t>(BulkStepType::kUndoBegun);
  });
}

void SetState(BulkState state, StoredBulk& bulk) { bulk.set_state(static_cast<uint32_t>(state)); }

template <typename Request>
absl::Status CheckSignature(const Request& request) {
  absl::Status status = rpc::CheckActor(request.actor());
  status.Update(rpc::CheckText(request.comment(), kMaxComment, "comment"));
  status.Update(rpc::CheckRequestId(request.request_id()));
  return status;
}

absl::Status CheckReason(const tasks::TaskRules& rules, const std::string& reason) {
  return rules.HasDecisionReason(reason)
             ? absl::OkStatus()
             : rpc::InvalidField("reason", Cat(Quote(reason, 100), " is not configured; there are ",
                                               Join(rules.decision_reasons, ", ")));
}

absl::Status CheckNew(const v1::CreateBulkDecisionRequest& request, const tasks::TaskRules& rules) {
  absl::Status status = CheckSignature(request);
  status.Update(CheckReason(rules, request.reason()));
  if (request.answer() != v1::DecideTaskRequest::ANSWER_SAME &&
      request.answer() != v1::DecideTaskRequest::ANSWER_DISTINCT) {
    status.Update(rpc::InvalidField("answer", "is required: SAME or DISTINCT"));
  }
  if (request.sample_size() < 1 || request.sample_size() > kMostSampled) {
    status.Update(
        rpc::InvalidField("sample_size", Cat("is ", request.sample_size(), "; it must be 1 to ", kMostSampled)));
  } else if (request.allowed_errors() < 0 || request.allowed_errors() >= request.sample_size()) {
    status.Update(rpc::InvalidField("allowed_errors",
                                    Cat("is ", request.allowed_errors(), "; it must be 0 to less than sample_size")));
  }
  return status;
}

template <typename Request>
bool NeedsEtag() {
  return !std::is_same_v<Request, v1::StopBulkDecisionRequest>;
}

absl::Status EtagOf(const StoredBulk& bulk, uint64_t etag) {
  if (etag == 0 || etag == bulk.change_revision()) {
    return absl::OkStatus();
  }
  return rpc::WithReason(Aborted(Cat("etag ", etag, " does not fit: that of ", registry::BulkName(bulk.number()),
                                     " is ", bulk.change_revision(), "; read it again")),
                         rpc::reason::kEtagMismatch);
}

uint64_t RandomSeed() {
  const std::string bytes = SecureRandomBytes(sizeof(uint64_t));
  uint64_t seed = 0;
  for (const char byte : bytes) {
    seed = seed << 8 | static_cast<unsigned char>(byte);
  }
  return seed;
}

}  // namespace

BulkHandler::BulkHandler(registry::Register* reg, tasks::TaskRules rules, BulkHooks hooks)
    : register_(*reg),
      rules_(std::move(rules)),
      hooks_(std::move(hooks)),
      knows_all_sources_(convert::KnowsAllSources(reg->rules(), reg->Stats().by_source)) {}

absl::StatusOr<BulkHandler::Frozen> BulkHandler::Freeze(const storage::Reader& reader,
                                                        const storage::v1::BulkFilter& filter, int purpose_bit) const {
  const storage::RegisterId reg = register_.register_id();
  const PersonSight sight(register_, reader, knows_all_sources_, purpose_bit);
  tasks::QueueFilter queue;
  queue.kinds = {tasks::TaskKind::kPossibleMatch};
  if (!filter.team().empty()) {
    queue.team = filter.team();
  }
  std::vector<std::pair<uint64_t, uint64_t>> found;
  WENSUM_RETURN_IF_ERROR(tasks::WalkQueue(
      reader, reg, storage::TaskList::kOpen, queue, std::nullopt,
      [&](const storage::TaskListParts& parts) -> absl::StatusOr<bool> {
        WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, tasks::ReadTask(reader, reg, parts.order.number));
        if (!Fits(filter, task)) {
          return true;
        }
        const storage::v1::PossibleMatchFacts& facts = task.facts().possible_match();
        WENSUM_ASSIGN_OR_RETURN(const auto people, PeopleOf(register_, sight, facts));
        if (people.has_value()) {
          WENSUM_ASSIGN_OR_RETURN(const uint64_t evidence, registry::ReviewEvidence(reader, reg, facts.a(), facts.b()));
          found.emplace_back(task.number(), evidence);
        }
        return found.size() <= kMostTasks;
      }));
  if (found.size() > kMostTasks) {
    return rpc::InvalidField("filter", Cat("selects more than ", kMostTasks, " tasks: narrow the band of scores"));
  }
  std::ranges::sort(found);
  Frozen frozen;
  for (const auto& [task, evidence] : found) {
    frozen.tasks.push_back(task);
    frozen.evidences.push_back(evidence);
  }
  return frozen;
}

template <typename Request>
void BulkHandler::Submit(rpc::CallContext& call, const Request& request, v1::BulkDecision& response, Plan plan,
                         Done done) {
  const auto answer = std::make_shared<v1::BulkDecision>();
  Mutation mutation;
  mutation.plan = [answer, plan = std::move(plan)](const PlanView& view) { return plan(view, *answer); };
  if (!request.validate_only() && rpc::SetRequestKey(call, request, mutation)) {
    mutation.make_response = [answer](const MutationResult& /*result*/) { return answer->SerializeAsString(); };
  }
  const absl::Status queued =
      register_.Submit(std::move(mutation), [this, answer, &call, &response, done](const MutationResult& result) {
        const absl::Status status = rpc::FillResponse(result, *answer, response);
        if (!response.name().empty()) {
          call.AddResource(response.name());
        }
        call.set_revision(result.revision);
        if (status.ok()) {
          hooks_.wake();
        }
        done(status);
      });
  if (!queued.ok()) {
    done(rpc::NotQueued(queued));
  }
}

void BulkHandler::Create(rpc::CallContext& call, const v1::CreateBulkDecisionRequest& request,
                         v1::BulkDecision& response, Done done) {
  absl::Status status = CheckNew(request, rules_);
  const absl::StatusOr<storage::v1::BulkFilter> filter = FromFilter(request.filter());
  status.Update(filter.status());
  if (!status.ok()) {
    return done(status);
  }
  const absl::StatusOr<registry::ReadView> state = register_.OpenView({});
  if (!state.ok()) {
    return done(state.status());
  }
  absl::StatusOr<Frozen> frozen = Freeze(state->reader(), *filter, call.purpose_bit());
  if (frozen.ok() && frozen->tasks.empty() && !request.validate_only()) {
    frozen = rpc::InvalidField("filter", "selects no open task: widen the band of scores");
  }
  if (!frozen.ok()) {
    return done(frozen.status());
  }
  StoredBulk bulk;
  bulk.set_format(registry::kBulkFormat);
  SetState(BulkState::kOpen, bulk);
  bulk.set_answer(static_cast<uint32_t>(request.answer()));
  *bulk.mutable_filter() = *filter;
  bulk.set_sample_size(static_cast<uint32_t>(request.sample_size()));
  bulk.set_allowed_errors(static_cast<uint32_t>(request.allowed_errors()));
  bulk.set_tasks(frozen->tasks.size());
  bulk.set_reason(request.reason());
  bulk.set_comment(request.comment());
  StoredStep& step = *bulk.add_steps();
  step.set_type(static_cast<uint32_t>(BulkStepType::kCreated));
  step.set_actor(std::string(Trim(request.actor())));
  step.set_caller(call.grant().caller);
  if (request.validate_only()) {
    ToBulk(bulk, Sample(), response);
    response.clear_name();
    response.clear_seed();
    response.clear_steps();
    response.mutable_sample()->set_size(
        static_cast<int32_t>(std::min<size_t>(bulk.sample_size(), frozen->tasks.size())));
    return done(absl::OkStatus());
  }
  bulk.set_seed(hooks_.draw_seed ? hooks_.draw_seed() : RandomSeed());
  auto plan = [this, bulk = std::move(bulk), frozen = *std::move(frozen)](
                  const PlanView& view, v1::BulkDecision& answer) -> absl::StatusOr<Planned> {
    const storage::RegisterId reg = register_.register_id();
    StoredBulk made = bulk;
    WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, registry::NewestBulk(view.reader, reg));
    made.set_number(newest + 1);
    made.mutable_steps(0)->set_time(view.time);
    made.mutable_steps(0)->set_revision(view.revision);
    made.set_change_revision(view.revision);
    Planned planned;
    planned.has_revision = true;
    registry::PutBulk(reg, made, planned.writes);
    const std::vector<uint64_t> drawn = registry::DrawOrder(made.seed(), frozen.tasks);
    for (size_t i = 0; i < drawn.size(); ++i) {
      const auto place = std::ranges::lower_bound(frozen.tasks, drawn[i]) - frozen.tasks.begin();
      BulkTaskAt at{.position = i + 1, .task = {}};
      at.task.set_format(registry::kBulkFormat);
      at.task.set_task(drawn[i]);
      at.task.set_evidence(frozen.evidences[static_cast<size_t>(place)]);
      registry::PutBulkTask(reg, made.number(), at, planned.writes);
    }
    storage::OverlayReader after(&view.reader);
    after.Add(planned.writes);
    WENSUM_RETURN_IF_ERROR(ReadToBulk(after, reg, made, answer));
    return planned;
  };
  Submit(call, request, response, std::move(plan), std::move(done));
}

template <typename Request>
void BulkHandler::Run(rpc::CallContext& call, const Request& request, v1::BulkDecision& response, Change change,
                      Done done) {
  absl::Status status = CheckSignature(request);
  const absl::StatusOr<uint64_t> number = ParseBulkName(request.name(), "name");
  status.Update(number.status());
  if (NeedsEtag<Request>() && request.etag() == 0) {
    status.Update(rpc::InvalidField("etag", "is required: that of the bulk decision as it was looked at"));
  }
  if (!status.ok()) {
    return done(status);
  }
  StoredStep signature;
  signature.set_actor(std::string(Trim(request.actor())));
  signature.set_caller(call.grant().caller);
  signature.set_comment(request.comment());
  auto plan = [this, number = *number, etag = request.etag(), preview = request.validate_only(),
               purpose = register_.rules().purposes[static_cast<size_t>(call.purpose_bit())],
               signature = std::move(signature),
               change = std::move(change)](const PlanView& view, v1::BulkDecision& answer) -> absl::StatusOr<Planned> {
    absl::StatusOr<StoredBulk> bulk = registry::ReadBulk(view.reader, register_.register_id(), number);
    if (!bulk.ok()) {
      return absl::IsNotFound(bulk.status()) ? rpc::UnknownResource(registry::BulkName(number)) : bulk.status();
    }
    WENSUM_RETURN_IF_ERROR(EtagOf(*bulk, etag));
    StoredStep step = signature;
    step.set_time(view.time);
    step.set_revision(view.revision);
    Planned planned;
    planned.has_revision = true;
    WENSUM_RETURN_IF_ERROR(change(view, *bulk, step, planned.writes));
    *bulk->add_steps() = std::move(step);
    bulk->set_purpose(purpose);
    bulk->set_change_revision(view.revision);
    registry::PutBulk(register_.register_id(), *bulk, planned.writes);
    storage::OverlayReader after(&view.reader);
    after.Add(planned.writes);
    WENSUM_RETURN_IF_ERROR(ReadToBulk(after, register_.register_id(), *bulk, answer));
    if (preview) {
      answer.clear_etag();
      return Planned();
    }
    return planned;
  };
  Submit(call, request, response, std::move(plan), std::move(done));
}

absl::Status BulkHandler::StartApplying(const PlanView& view, StoredBulk& bulk, const StoredStep& step,
                                        storage::WriteBatch& writes) const {
  const std::string name = registry::BulkName(bulk.number());
  const BulkState state = registry::StateOf(bulk);
  if (state != BulkState::kOpen && (state != BulkState::kStopped || WasUndone(bulk))) {
    return WrongState(bulk, WasUndone(bulk) ? "it was undone: make a new one, with CreateBulkDecision"
                                            : "only one that is ACCEPTED or STOPPED is applied");
  }
  if (rules_.second_steward.bulk) {
    WENSUM_RETURN_IF_ERROR(CheckSecond(bulk.steps(0).actor(), step.actor(), name));
  }
  if (state == BulkState::kStopped) {
    SetState(BulkState::kApplying, bulk);
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const Sample sample, LookAtSample(view.reader, register_.register_id(), bulk));
  switch (Judge(sample, bulk)) {
    case SampleVerdict::kWaiting:
      return StateRefusal(Cat(name, " is SAMPLING: ", sample.tasks.size() - sample.answered, " of ",
                              sample.tasks.size(),
                              " tasks of the sample wait for an answer; see ListBulkDecisionTasks, and DecideTask"));
    case SampleVerdict::kRefused:
      return StateRefusal(Cat(name, " is REFUSED: ", sample.errors, " of the sample say otherwise, and ",
                              bulk.allowed_errors(), " may: withdraw it, and make one of a narrower band"));
    case SampleVerdict::kAccepted:
      break;
  }
  for (SampledTask sampled : sample.tasks) {
    sampled.at.task.set_outcome(static_cast<uint32_t>(sampled.outcome));
    sampled.at.task.set_decision(sampled.decision);
    registry::CountOutcome(sampled.outcome, 1, bulk);
    registry::PutBulkTask(register_.register_id(), bulk.number(), sampled.at, writes);
  }
  SetState(BulkState::kApplying, bulk);
  bulk.set_next(1);
  return absl::OkStatus();
}

void BulkHandler::Apply(rpc::CallContext& call, const v1::ApplyBulkDecisionRequest& request, v1::BulkDecision& response,
                        Done done) {
  Run(
      call, request, response,
      [this](const PlanView& view, StoredBulk& bulk, StoredStep& step, storage::WriteBatch& writes) {
        step.set_type(static_cast<uint32_t>(BulkStepType::kApplied));
        return StartApplying(view, bulk, step, writes);
      },
      std::move(done));
}

void BulkHandler::Stop(rpc::CallContext& call, const v1::StopBulkDecisionRequest& request, v1::BulkDecision& response,
                       Done done) {
  Run(
      call, request, response,
      [](const PlanView& /*view*/, StoredBulk& bulk, StoredStep& step, storage::WriteBatch& /*writes*/) {
        step.set_type(static_cast<uint32_t>(BulkStepType::kStopped));
        if (registry::StateOf(bulk) != BulkState::kApplying && registry::StateOf(bulk) != BulkState::kUndoing) {
          return WrongState(bulk, "there is nothing to stop");
        }
        SetState(BulkState::kStopped, bulk);
        return absl::OkStatus();
      },
      std::move(done));
}

void BulkHandler::Undo(rpc::CallContext& call, const v1::UndoBulkDecisionRequest& request, v1::BulkDecision& response,
                       Done done) {
  if (const absl::Status status = CheckReason(rules_, request.reason()); !status.ok()) {
    return done(status);
  }
  Run(
      call, request, response,
      [&request](const PlanView& /*view*/, StoredBulk& bulk, StoredStep& step, storage::WriteBatch& /*writes*/) {
        step.set_type(static_cast<uint32_t>(BulkStepType::kUndoBegun));
        step.set_reason(request.reason());
        const BulkState state = registry::StateOf(bulk);
        if (state != BulkState::kDone && state != BulkState::kStopped && state != BulkState::kUndone) {
          return WrongState(bulk, state == BulkState::kApplying ? "stop it first, with StopBulkDecision"
                                                                : "there is nothing to undo");
        }
        SetState(BulkState::kUndoing, bulk);
        bulk.set_next(bulk.tasks());
        return absl::OkStatus();
      },
      std::move(done));
}

void BulkHandler::Withdraw(rpc::CallContext& call, const v1::WithdrawBulkDecisionRequest& request,
                           v1::BulkDecision& response, Done done) {
  Run(
      call, request, response,
      [](const PlanView& /*view*/, StoredBulk& bulk, StoredStep& step, storage::WriteBatch& /*writes*/) {
        step.set_type(static_cast<uint32_t>(BulkStepType::kWithdrawn));
        if (registry::StateOf(bulk) != BulkState::kOpen) {
          return WrongState(bulk,
                            "only one that was never applied is withdrawn; see StopBulkDecision and "
                            "UndoBulkDecision");
        }
        SetState(BulkState::kWithdrawn, bulk);
        return absl::OkStatus();
      },
      std::move(done));
}

absl::Status BulkHandler::Get(rpc::CallContext& call, const v1::GetBulkDecisionRequest& request,
                              v1::BulkDecision& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseBulkName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const absl::StatusOr<StoredBulk> bulk = registry::ReadBulk(state.reader(), register_.register_id(), number);
  if (!bulk.ok()) {
    return absl::IsNotFound(bulk.status()) ? rpc::UnknownResource(request.name()) : bulk.status();
  }
  return ReadToBulk(state.reader(), register_.register_id(), *bulk, response);
}

absl::Status BulkHandler::List(rpc::CallContext& call, const v1::ListBulkDecisionsRequest& request,
                               v1::ListBulkDecisionsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  WENSUM_ASSIGN_OR_RETURN(uint64_t number, registry::NewestBulk(state.reader(), register_.register_id()));
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    number = std::min(number, cursor.position);
  }
  for (; number > 0; --number) {
    if (static_cast<size_t>(response.bulk_decisions_size()) == limit) {
      response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = number, .key = ""}, parameters));
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const StoredBulk bulk, registry::ReadBulk(state.reader(), register_.register_id(), number));
    WENSUM_RETURN_IF_ERROR(ReadToBulk(state.reader(), register_.register_id(), bulk, *response.add_bulk_decisions()));
    call.AddResource(registry::BulkName(number));
  }
  return absl::OkStatus();
}

absl::Status BulkHandler::AddTask(const PersonSight& sight, const BulkTaskAt& at, registry::BulkOutcome outcome,
                                  uint64_t decision, v1::BulkOutcome wanted,
                                  v1::ListBulkDecisionTasksResponse& response) const {
  if (wanted != v1::BULK_OUTCOME_UNSPECIFIED && wanted != ToOutcome(outcome)) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const tasks::Task task,
                          tasks::ReadTask(sight.reader(), register_.register_id(), at.task.task()));
  WENSUM_ASSIGN_OR_RETURN(const auto people, PeopleOf(register_, sight, task.facts().possible_match()));
  if (people.has_value()) {
    v1::BulkDecisionTask& added = *response.add_tasks();
    added.set_task(tasks::TaskName(at.task.task()));
    added.set_outcome(ToOutcome(outcome));
    added.set_position(static_cast<int64_t>(at.position));
    if (decision != 0) {
      added.set_decision(registry::DecisionName(decision));
    }
  }
  return absl::OkStatus();
}

absl::Status BulkHandler::ListTasks(rpc::CallContext& call, const v1::ListBulkDecisionTasksRequest& request,
                                    v1::ListBulkDecisionTasksResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseBulkName(request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kTaskPage, kMaxTaskPage));
  if (!v1::BulkOutcome_IsValid(request.outcome())) {
    return rpc::InvalidField("outcome", Cat("has no value ", static_cast<int>(request.outcome())));
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t from = 1;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    from = cursor.position;
  }
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  const absl::StatusOr<StoredBulk> bulk = registry::ReadBulk(state.reader(), register_.register_id(), number);
  if (!bulk.ok()) {
    return absl::IsNotFound(bulk.status()) ? rpc::UnknownResource(request.name()) : bulk.status();
  }
  std::vector<SampledTask> tasks;
  if (request.sample_only()) {
    WENSUM_ASSIGN_OR_RETURN(Sample sample, LookAtSample(state.reader(), register_.register_id(), *bulk));
    std::erase_if(sample.tasks, [from](const SampledTask& task) { return task.at.position < from; });
    tasks = std::move(sample.tasks);
  } else {
    WENSUM_ASSIGN_OR_RETURN(
        std::vector<BulkTaskAt> read,
        registry::ReadBulkTasks(state.reader(), register_.register_id(), number, from, kLookedAt + 1));
    for (BulkTaskAt& at : read) {
      const auto outcome = static_cast<registry::BulkOutcome>(at.task.outcome());
      const uint64_t decision = at.task.decision();
      tasks.push_back({.at = std::move(at), .outcome = outcome, .decision = decision});
    }
  }
  const PersonSight sight(register_, state.reader(), knows_all_sources_, call.purpose_bit());
  for (size_t i = 0; i < tasks.size(); ++i) {
    if (i == kLookedAt || static_cast<size_t>(response.tasks_size()) == limit) {
      response.set_next_page_token(
          rpc::EncodePageToken({.revision = 0, .position = tasks[i].at.position, .key = ""}, parameters));
      break;
    }
    WENSUM_RETURN_IF_ERROR(
        AddTask(sight, tasks[i].at, tasks[i].outcome, tasks[i].decision, request.outcome(), response));
  }
  return absl::OkStatus();
}

}  // namespace wensum::decisions
