#include "services/stewardship/stewardship_handler.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/sight.h"
#include "services/convert/times.h"
#include "services/register/review_tasks.h"
#include "services/rpc/limits.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/signed_write.h"
#include "services/rpc/status_details.h"
#include "services/stewardship/task_messages.h"
#include "services/stewardship/task_sight.h"
#include "services/tasks/task_store.h"
#include "services/tasks/task_writer.h"
#include "storage/overlay_reader.h"

namespace wensum::stewardship {
namespace {

using registry::Mutation;
using registry::MutationResult;
using registry::Planned;
using registry::PlanView;

constexpr size_t kMaxName = 100;  // bytes of an actor or assignee
constexpr size_t kMaxWhy = 1'000;
constexpr size_t kMaxComment = 4'000;
constexpr size_t kEvents = 500;           // that an answer has
constexpr size_t kLookedAtForNext = 200;  // ready tasks that one call looks at if the purpose may not see all

// Refusals of services/tasks, with their reasons: INVALID_ARGUMENT is "field: what is wrong".
absl::Status ToApiStatus(const absl::Status& status, std::string_view name) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return rpc::UnknownResource(name);
    case absl::StatusCode::kFailedPrecondition:
      return rpc::WithReason(status, rpc::reason::kTaskState);
    case absl::StatusCode::kInvalidArgument: {
      const std::string_view text = Message(status);
      const size_t colon = text.find(": ");
      return colon == std::string_view::npos ? status
                                             : rpc::InvalidField(text.substr(0, colon), text.substr(colon + 2));
    }
    default:
      return status;
  }
}

template <typename Request>
constexpr bool ValidateOnly(const Request& request) {
  if constexpr (requires { request.validate_only(); }) {
    return request.validate_only();
  } else {
    return false;
  }
}

absl::Status CheckEtag(uint64_t etag) {
  return etag == 0 ? rpc::InvalidField("etag", "is required: that of the task as it was looked at") : absl::OkStatus();
}

absl::Status Etag(const tasks::Task& task, uint64_t etag) {
  if (etag == 0 || etag == task.change_revision()) {
    return absl::OkStatus();
  }
  return rpc::WithReason(Aborted(Cat("etag ", etag, " does not fit: the revision of ", tasks::TaskName(task.number()),
                                     " is ", task.change_revision(), "; read it again and decide anew")),
                         rpc::reason::kEtagMismatch);
}

tasks::Actor ActorOf(const rpc::CallContext& call, const std::string& name) {
  return {.name = std::string(Trim(name)), .caller = call.grant().caller, .now = 0};
}

}  // namespace

StewardshipHandler::StewardshipHandler(registry::Register* reg, const Clock* clock, tasks::TaskRules rules)
    : register_(*reg),
      clock_(*clock),
      rules_(std::move(rules)),
      knows_all_sources_(convert::KnowsAllSources(reg->rules(), reg->Stats().by_source)) {}

absl::Status StewardshipHandler::FillEvents(const storage::Reader& reader, uint64_t number, v1::Task& task) const {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<tasks::TaskEvent> events,
                          tasks::ReadEvents(reader, register_.register_id(), number, kEvents));
  for (const tasks::TaskEvent& event : events) {
    ToEvent(event, *task.add_events());
  }
  return absl::OkStatus();
}

absl::Status StewardshipHandler::FillAnswer(const PlanView& view, const storage::WriteBatch& writes, uint64_t number,
                                            v1::Task& answer) const {
  storage::OverlayReader after(&view.reader);
  after.Add(writes);
  WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, tasks::ReadTask(after, register_.register_id(), number));
  ToTask(task, register_.ids(), view.time, answer);
  return FillEvents(after, number, answer);
}

template <typename Request>
void StewardshipHandler::Run(rpc::CallContext& call, const Request& request, v1::Task& response, Plan plan, Done done) {
  const auto answer = std::make_shared<v1::Task>();
  Mutation mutation;
  mutation.plan = [answer, plan = std::move(plan)](const PlanView& view) { return plan(view, *answer); };
  if (!ValidateOnly(request) && rpc::SetRequestKey(call, request, mutation)) {
    mutation.make_response = [answer](const MutationResult& /*result*/) { return answer->SerializeAsString(); };
  }
  const absl::Status queued =
      register_.Submit(std::move(mutation), [answer, &call, &response, done](const MutationResult& result) {
        const absl::Status status = rpc::FillResponse(result, *answer, response);
        if (!response.name().empty()) {
          call.AddResource(response.name());
        }
        call.set_revision(result.revision);
        done(status);
      });
  if (!queued.ok()) {
    done(rpc::NotQueued(queued));
  }
}

template <typename Request>
void StewardshipHandler::Change(rpc::CallContext& call, const Request& request, v1::Task& response, Action action,
                                Done done) {
  absl::Status status = rpc::CheckActor(request.actor());
  status.Update(rpc::CheckRequestId(request.request_id()));
  const absl::StatusOr<uint64_t> number = ParseTaskName(request.name());
  status.Update(number.status());
  if (!status.ok()) {
    return done(status);
  }
  auto plan = [this, &request, number = *number, actor = ActorOf(call, request.actor()), action = std::move(action),
               purpose_bit = call.purpose_bit()](const PlanView& view, v1::Task& answer) -> absl::StatusOr<Planned> {
    Planned planned;
    tasks::TaskWriter writer(view.reader, register_.register_id(), rules_);
    const absl::StatusOr<tasks::Edit*> edit = writer.Touch(number);
    if (!edit.ok()) {
      return ToApiStatus(edit.status(), request.name());
    }
    WENSUM_ASSIGN_OR_RETURN(const bool sees,
                            TaskSight(register_, knows_all_sources_, purpose_bit).Sees((*edit)->after));
    if (!sees) {
      return rpc::UnknownResource(request.name());
    }
    WENSUM_RETURN_IF_ERROR(Etag((*edit)->after, request.etag()));
    tasks::Actor acting = actor;
    acting.now = view.time;
    if (const absl::Status refused = action(view, acting, **edit); !refused.ok()) {
      return ToApiStatus(refused, request.name());
    }
    WENSUM_ASSIGN_OR_RETURN(planned.has_revision,
                            writer.Finish({.revision = view.revision, .time = view.time}, planned.writes));
    WENSUM_RETURN_IF_ERROR(FillAnswer(view, planned.writes, number, answer));
    if (ValidateOnly(request)) {
      answer.clear_etag();
      return Planned();
    }
    return planned;
  };
  Run(call, request, response, std::move(plan), std::move(done));
}

absl::StatusOr<TimeMicros> StewardshipHandler::LeaseEnd(bool given,
                                                        const google::protobuf::Timestamp& lease_until) const {
  if (!given) {
    return 0;
  }
  const absl::StatusOr<TimeMicros> until = convert::FromTimestamp(lease_until);
  return until.ok() ? until : rpc::InvalidField("lease_until", Message(until.status()));
}

absl::StatusOr<Planned> StewardshipHandler::PlanNext(const PlanView& view, const tasks::QueueFilter& filter,
                                                     TimeMicros lease_until, const tasks::Actor& actor, int purpose_bit,
                                                     v1::Task& answer) const {
  const storage::RegisterId reg = register_.register_id();
  Planned planned;
  tasks::TaskWriter writer(view.reader, reg, rules_);
  TaskSight sight(register_, knows_all_sources_, purpose_bit);
  const auto fits = [&](uint64_t number) -> absl::StatusOr<bool> {
    if (sight.sees_everything()) {
      return true;
    }
    WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, tasks::ReadTask(view.reader, reg, number));
    return sight.Sees(task);
  };
  WENSUM_ASSIGN_OR_RETURN(const tasks::NextTask next,
                          writer.FindNext(view.time, filter, kLookedAtForNext, fits, planned.writes));
  if (!next.number.has_value()) {
    return rpc::WithReason(
        NotFound(next.cut
                     ? Cat("none of the first ", kLookedAtForNext, " tasks is for this purpose: filter by kind or team")
                     : std::string("no task is ready; see GetTaskStatistics for what is claimed or deferred")),
        rpc::reason::kQueueEmpty);
  }
  WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, writer.Touch(*next.number));
  tasks::Actor acting = actor;
  acting.now = view.time;
  const TimeMicros until = lease_until == 0 ? view.time + rules_.lease : lease_until;
  if (const absl::Status refused = tasks::Claim(acting, until, *edit); !refused.ok()) {
    return ToApiStatus(refused, tasks::TaskName(*next.number));
  }
  WENSUM_ASSIGN_OR_RETURN(planned.has_revision,
                          writer.Finish({.revision = view.revision, .time = view.time}, planned.writes));
  WENSUM_RETURN_IF_ERROR(FillAnswer(view, planned.writes, *next.number, answer));
  return planned;
}

void StewardshipHandler::ClaimNext(rpc::CallContext& call, const v1::ClaimNextTaskRequest& request, v1::Task& response,
                                   Done done) {
  absl::Status status = rpc::CheckActor(request.actor());
  status.Update(rpc::CheckText(request.team(), kMaxName, "team"));
  status.Update(rpc::CheckRequestId(request.request_id()));
  const absl::StatusOr<std::vector<tasks::TaskKind>> kinds = FromKinds(request.kinds());
  status.Update(kinds.status());
  const absl::StatusOr<TimeMicros> until = LeaseEnd(request.has_lease_until(), request.lease_until());
  status.Update(until.status());
  if (!status.ok()) {
    return done(status);
  }
  const tasks::Actor actor = ActorOf(call, request.actor());
  tasks::QueueFilter filter;
  filter.kinds = *kinds;
  filter.assignees = {"", actor.name};
  if (!request.team().empty()) {
    filter.team = request.team();
  }
  Run(
      call, request, response,
      [this, filter = std::move(filter), actor, until = *until, bit = call.purpose_bit()](
          const PlanView& view, v1::Task& answer) { return PlanNext(view, filter, until, actor, bit, answer); },
      std::move(done));
}

void StewardshipHandler::Claim(rpc::CallContext& call, const v1::ClaimTaskRequest& request, v1::Task& response,
                               Done done) {
  const absl::StatusOr<TimeMicros> until = LeaseEnd(request.has_lease_until(), request.lease_until());
  if (!until.ok()) {
    return done(until.status());
  }
  Change(
      call, request, response,
      [this, until = *until](const PlanView& view, const tasks::Actor& actor, tasks::Edit& edit) {
        return tasks::Claim(actor, until == 0 ? view.time + rules_.lease : until, edit);
      },
      std::move(done));
}

void StewardshipHandler::Release(rpc::CallContext& call, const v1::ReleaseTaskRequest& request, v1::Task& response,
                                 Done done) {
  Change(
      call, request, response,
      [](const PlanView& /*view*/, const tasks::Actor& actor, tasks::Edit& edit) {
        return tasks::Release(actor, edit);
      },
      std::move(done));
}

void StewardshipHandler::Defer(rpc::CallContext& call, const v1::DeferTaskRequest& request, v1::Task& response,
                               Done done) {
  absl::Status status = rpc::CheckText(request.comment(), kMaxWhy, "comment");
  TimeMicros until = 0;
  if (request.has_defer_until()) {
    const absl::StatusOr<TimeMicros> moment = convert::FromTimestamp(request.defer_until());
    status.Update(moment.ok() ? absl::OkStatus() : rpc::InvalidField("defer_until", Message(moment.status())));
    // The end of a deferral is asked for by its absence, not by the year 1970.
    until = moment.ok() ? std::max(*moment, TimeMicros{1}) : 0;
  }
  if (!status.ok()) {
    return done(status);
  }
  Change(
      call, request, response,
      [&request, until](const PlanView& /*view*/, const tasks::Actor& actor, tasks::Edit& edit) {
        return tasks::Defer(actor, until, request.comment(), edit);
      },
      std::move(done));
}

std::vector<std::string> StewardshipHandler::Teams() const {
  std::vector<std::string> teams = rules_.teams;
  for (const tasks::TaskKind kind : tasks::kTaskKinds) {
    teams.push_back(rules_.Of(kind).team);
  }
  std::ranges::sort(teams);
  teams.erase(std::unique(teams.begin(), teams.end()), teams.end());
  return teams;
}

void StewardshipHandler::Assign(rpc::CallContext& call, const v1::AssignTaskRequest& request, v1::Task& response,
                                Done done) {
  absl::Status status = rpc::CheckText(request.comment(), kMaxWhy, "comment");
  status.Update(rpc::CheckText(request.assignee(), kMaxName, "assignee"));
  if (!request.has_assignee() && !request.has_team()) {
    status.Update(rpc::InvalidField("assignee", "or team is required: who is to do it"));
  }
  const std::vector<std::string> teams = Teams();
  if (request.has_team() && std::ranges::find(teams, request.team()) == teams.end()) {
    status.Update(
        rpc::InvalidField("team", Cat(Quote(request.team()), " is not configured; there are ", Join(teams, ", "))));
  }
  if (!status.ok()) {
    return done(status);
  }
  Change(
      call, request, response,
      [&request](const PlanView& /*view*/, const tasks::Actor& actor, tasks::Edit& edit) {
        return tasks::Assign(
            actor, request.has_assignee() ? std::optional(std::string(Trim(request.assignee()))) : std::nullopt,
            request.has_team() ? std::optional(request.team()) : std::nullopt, request.comment(), edit);
      },
      std::move(done));
}

void StewardshipHandler::Comment(rpc::CallContext& call, const v1::CommentOnTaskRequest& request, v1::Task& response,
                                 Done done) {
  absl::Status status = Trim(request.comment()).empty() ? rpc::InvalidField("comment", "is required")
                                                        : rpc::CheckText(request.comment(), kMaxComment, "comment");
  if (!status.ok()) {
    return done(status);
  }
  Change(
      call, request, response,
      [&request](const PlanView& /*view*/, const tasks::Actor& actor, tasks::Edit& edit) {
        tasks::Comment(actor, request.comment(), edit);
        return absl::OkStatus();
      },
      std::move(done));
}

void StewardshipHandler::Dismiss(rpc::CallContext& call, const v1::DismissTaskRequest& request, v1::Task& response,
                                 Done done) {
  absl::Status status = rpc::CheckText(request.comment(), kMaxWhy, "comment");
  status.Update(CheckEtag(request.etag()));
  if (!rules_.HasReason(request.reason())) {
    status.Update(rpc::InvalidField(
        "reason", Cat(Quote(request.reason()), " is not configured; there are ", Join(rules_.reasons, ", "))));
  }
  if (!status.ok()) {
    return done(status);
  }
  Change(
      call, request, response,
      [this, &request](const PlanView& view, const tasks::Actor& actor, tasks::Edit& edit) -> absl::Status {
        uint64_t evidence = edit.after.evidence();
        if (edit.after.facts().has_possible_match() && tasks::IsOpen(edit.after)) {
          const storage::v1::PossibleMatchFacts& facts = edit.after.facts().possible_match();
          WENSUM_ASSIGN_OR_RETURN(evidence,
                                  registry::ReviewEvidence(view.reader, register_.register_id(), facts.a(), facts.b()));
        }
        return tasks::Dismiss(actor, request.reason(), request.comment(), evidence, edit);
      },
      std::move(done));
}

absl::StatusOr<Planned> StewardshipHandler::PlanRequest(const PlanView& view, uint64_t person,
                                                        const v1::CreateSubjectRequestRequest& request,
                                                        TimeMicros received, const tasks::Actor& actor, int purpose_bit,
                                                        v1::Task& answer) const {
  const absl::StatusOr<registry::EntityRecord> entity = register_.GetNewestEntity(person);
  if (!entity.ok()) {
    return absl::IsNotFound(entity.status()) ? rpc::UnknownResource(request.person()) : entity.status();
  }
  WENSUM_ASSIGN_OR_RETURN(const bool sees, TaskSight(register_, knows_all_sources_, purpose_bit).SeesPerson(person));
  if (!sees || entity->entity.kind() == static_cast<uint32_t>(model::RecordKind::kProperty)) {
    return rpc::UnknownResource(request.person());
  }
  if (received > view.time) {
    return rpc::InvalidField("receive_time", "is in the future");
  }
  Planned planned;
  tasks::TaskWriter writer(view.reader, register_.register_id(), rules_);
  tasks::Condition condition;
  condition.kind = tasks::TaskKind::kSubjectRequest;
  condition.cause = Cat(person, "@", view.revision);  // each is a task of its own
  condition.subject = condition.cause;
  condition.names = {{tasks::NameType::kRecord, person}};
  condition.evidence = view.revision;
  condition.due_from = received == 0 ? view.time : received;
  storage::v1::SubjectRequestFacts& facts = *condition.facts.mutable_subject_request();
  facts.set_ordinal(person);
  facts.set_type(static_cast<uint32_t>(request.type()));
  facts.set_receive_time(condition.due_from);
  writer.Raise(std::move(condition));
  storage::WriteBatch raised;
  WENSUM_RETURN_IF_ERROR(writer.Finish({.revision = view.revision, .time = view.time}, raised).status());
  const uint64_t number = writer.changed().front();
  // Who noted it, and what it says, is its first comment.
  storage::OverlayReader after(&view.reader);
  after.Add(raised);
  tasks::TaskWriter commenter(after, register_.register_id(), rules_);
  WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, commenter.Touch(number));
  tasks::Actor acting = actor;
  acting.now = view.time;
  tasks::Comment(acting, request.comment(), *edit);
  planned.writes = std::move(raised);
  storage::WriteBatch comment;
  WENSUM_RETURN_IF_ERROR(commenter.Finish({.revision = view.revision, .time = view.time}, comment).status());
  planned.writes.Append(std::move(comment));
  planned.has_revision = true;
  WENSUM_RETURN_IF_ERROR(FillAnswer(view, planned.writes, number, answer));
  return planned;
}

void StewardshipHandler::CreateRequest(rpc::CallContext& call, const v1::CreateSubjectRequestRequest& request,
                                       v1::Task& response, Done done) {
  absl::Status status = rpc::CheckActor(request.actor());
  status.Update(rpc::CheckText(request.comment(), kMaxComment, "comment"));
  status.Update(rpc::CheckRequestId(request.request_id()));
  const absl::StatusOr<uint64_t> person = rpc::ParsePersonName(register_.ids(), request.person(), "person");
  status.Update(person.status());
  if (request.type() == v1::SubjectRequestEvidence::TYPE_UNSPECIFIED ||
      !v1::SubjectRequestEvidence::Type_IsValid(request.type())) {
    status.Update(rpc::InvalidField("type", "is required: ERASURE, RECTIFICATION, RESTRICTION or OBJECTION"));
  }
  TimeMicros received = 0;
  if (request.has_receive_time()) {
    const absl::StatusOr<TimeMicros> moment = convert::FromTimestamp(request.receive_time());
    status.Update(moment.ok() ? absl::OkStatus() : rpc::InvalidField("receive_time", Message(moment.status())));
    received = moment.ok() ? *moment : 0;
  }
  if (!status.ok()) {
    return done(status);
  }
  Run(
      call, request, response,
      [this, &request, person = *person, received, actor = ActorOf(call, request.actor()), bit = call.purpose_bit()](
          const PlanView& view, v1::Task& answer) {
        return PlanRequest(view, person, request, received, actor, bit, answer);
      },
      std::move(done));
}

void StewardshipHandler::CompleteRequest(rpc::CallContext& call, const v1::CompleteSubjectRequestRequest& request,
                                         v1::Task& response, Done done) {
  absl::Status status = Trim(request.comment()).empty() ? rpc::InvalidField("comment", "is required: what was done")
                                                        : rpc::CheckText(request.comment(), kMaxWhy, "comment");
  status.Update(CheckEtag(request.etag()));
  if (!status.ok()) {
    return done(status);
  }
  Change(
      call, request, response,
      [&request](const PlanView& /*view*/, const tasks::Actor& actor, tasks::Edit& edit) {
        return tasks::Complete(actor, request.comment(), edit);
      },
      std::move(done));
}

void StewardshipHandler::Reopen(rpc::CallContext& call, const v1::ReopenTaskRequest& request, v1::Task& response,
                                Done done) {
  absl::Status status = rpc::CheckText(request.comment(), kMaxWhy, "comment");
  status.Update(CheckEtag(request.etag()));
  if (!status.ok()) {
    return done(status);
  }
  Change(
      call, request, response,
      [this, &request](const PlanView& /*view*/, const tasks::Actor& actor, tasks::Edit& edit) {
        return tasks::Reopen(actor, request.comment(), rules_, edit);
      },
      std::move(done));
}

absl::Status StewardshipHandler::Get(rpc::CallContext& call, const v1::GetTaskRequest& request,
                                     v1::Task& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseTaskName(request.name()));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const absl::StatusOr<tasks::Task> task = tasks::ReadTask(state.reader(), register_.register_id(), number);
  if (!task.ok()) {
    return ToApiStatus(task.status(), request.name());
  }
  WENSUM_ASSIGN_OR_RETURN(const bool sees, TaskSight(register_, knows_all_sources_, call.purpose_bit()).Sees(*task));
  if (!sees) {
    return rpc::UnknownResource(request.name());
  }
  ToTask(*task, register_.ids(), clock_.Now(), response);
  WENSUM_RETURN_IF_ERROR(FillEvents(state.reader(), number, response));
  return ToEvidenceNow(register_, state, call.purpose_bit(), *task, *response.mutable_now());
}

absl::Status StewardshipHandler::GetStatistics(rpc::CallContext& call, const v1::GetTaskStatisticsRequest& /*request*/,
                                               v1::TaskStatistics& response) const {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  WENSUM_ASSIGN_OR_RETURN(const std::vector<tasks::GroupStatistics> groups,
                          tasks::CountTasks(state.reader(), register_.register_id(), clock_.Now()));
  std::optional<TimeMicros> oldest;
  for (const tasks::GroupStatistics& group : groups) {
    v1::TaskStatistics::Group& added = *response.add_groups();
    added.set_team(group.team);
    added.set_kind(static_cast<v1::Task::Kind>(group.kind));
    added.set_open(group.open);
    added.set_overdue(group.overdue);
    added.set_claimed(group.claimed);
    added.set_deferred(group.deferred);
    added.set_assigned(group.assigned);
    convert::ToTimestamp(group.oldest, *added.mutable_oldest_open_time());
    response.set_open(response.open() + group.open);
    response.set_overdue(response.overdue() + group.overdue);
    response.set_claimed(response.claimed() + group.claimed);
    response.set_deferred(response.deferred() + group.deferred);
    oldest = std::min(oldest.value_or(group.oldest), group.oldest);
  }
  if (oldest.has_value()) {
    convert::ToTimestamp(*oldest, *response.mutable_oldest_open_time());
  }
  response.mutable_dismiss_reasons()->Add(rules_.reasons.begin(), rules_.reasons.end());
  response.mutable_decision_reasons()->Add(rules_.decision_reasons.begin(), rules_.decision_reasons.end());
  for (const std::string& team : Teams()) {
    response.add_teams(team);
  }
  return absl::OkStatus();
}

}  // namespace wensum::stewardship
