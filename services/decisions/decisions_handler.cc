#include "services/decisions/decisions_handler.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/person_details.h"
#include "services/convert/sight.h"
#include "services/decisions/decision_messages.h"
#include "services/decisions/decision_risks.h"
#include "services/decisions/match_task.h"
#include "services/decisions/proposals_handler.h"
#include "services/decisions/value_planner.h"
#include "services/rpc/limits.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/signed_write.h"
#include "services/rpc/status_details.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_store.h"

namespace wensum::decisions {
namespace {

using registry::DecisionWrites;
using registry::Mutation;
using registry::MutationResult;
using registry::Planned;
using registry::PlanView;

constexpr size_t kMaxComment = 1'000;
constexpr int kMostSides = 20;

absl::Status RequireEtag(uint64_t etag, const std::string& field, std::string_view what) {
  return etag == 0 ? rpc::InvalidField(field, Cat("is required: that of the ", what, " as it was looked at"))
                   : absl::OkStatus();
}

template <typename Request>
void Sign(const Request& request, const std::string& caller, DecisionWrites& writes) {
  const auto sign = [&](auto& signed_by) {
    signed_by.set_actor(std::string(Trim(request.actor())));
    signed_by.set_caller(caller);
    signed_by.set_reason(request.reason());
    signed_by.set_comment(request.comment());
  };
  if (writes.add.has_value()) {
    sign(*writes.add);
  }
  if (writes.retract != 0) {
    sign(writes.retraction);
  }
}

absl::Status EtagOfTask(const tasks::Task& task, uint64_t etag) {
  if (etag == task.change_revision()) {
    return absl::OkStatus();
  }
  return rpc::WithReason(Aborted(Cat("etag ", etag, " does not fit: the revision of ", tasks::TaskName(task.number()),
                                     " is ", task.change_revision(), "; read it again and decide anew")),
                         rpc::reason::kEtagMismatch);
}

absl::Status OtherKind(const tasks::Task& task, tasks::TaskKind wanted) {
  const std::string name = tasks::TaskName(task.number());
  std::string_view how = ": mend the gazetteer, or dismiss it with DismissTask";
  switch (static_cast<tasks::TaskKind>(task.kind())) {
    case tasks::TaskKind::kPossibleMatch:
      how = ": answer it with DecideTask";
      break;
    case tasks::TaskKind::kOverlay:
      how = ": answer it with ResolveHeldUpdates";
      break;
    case tasks::TaskKind::kConflict:
    case tasks::TaskKind::kWeakEntity:
      how = ": part records that are another's with UnmergePerson or SplitPerson, or dismiss it with DismissTask";
      break;
    case tasks::TaskKind::kSubjectRequest:
      how = ": close it with CompleteSubjectRequest, or dismiss it with DismissTask";
      break;
    case tasks::TaskKind::kImportStopped:
      how = ": mend the file and import it again";
      break;
    case tasks::TaskKind::kDataQuality:
      how = ": mend the records at their source, or dismiss it with DismissTask";
      break;
    case tasks::TaskKind::kUnresolvedAddress:
      how = ": answer it with LearntAddresses.Learn";
      break;
    case tasks::TaskKind::kPropertyDuplicate:
    case tasks::TaskKind::kProvisionalProperty:
      break;
  }
  const std::string_view asks = wanted == tasks::TaskKind::kOverlay ? " does not ask about updates that wait"
                                                                    : " does not ask whether two people are one";
  return rpc::WithReason(FailedPrecondition(Cat(name, asks, how)), rpc::reason::kTaskState);
}

absl::StatusOr<uint64_t> ParseTask(const std::string& name) {
  constexpr std::string_view kTasks = "tasks/";
  const absl::StatusOr<uint64_t> number = name.starts_with(kTasks)
                                              ? ParseDecisionName(Cat("decisions/", name.substr(kTasks.size())), "name")
                                              : absl::StatusOr<uint64_t>(InvalidArgument(""));
  return number.ok() ? number
                     : rpc::InvalidField("name", Cat(Quote(name, 100), " is no name of a task: tasks/{number}"));
}

}  // namespace

DecisionsHandler::DecisionsHandler(registry::Register* reg, tasks::TaskRules rules)
    : register_(*reg),
      rules_(std::move(rules)),
      knows_all_sources_(convert::KnowsAllSources(reg->rules(), reg->Stats().by_source)) {}

absl::StatusOr<Subject> DecisionsHandler::ToSubject(const v1::DecisionSubject& subject,
                                                    const std::string& field) const {
  Subject out{.field = field, .name = subject.name(), .id = 0, .record = std::nullopt, .etag = subject.etag()};
  switch (subject.subject_case()) {
    case v1::DecisionSubject::kName: {
      WENSUM_ASSIGN_OR_RETURN(out.id, rpc::ParsePersonName(register_.ids(), subject.name(), Cat(field, ".name")));
      break;
    }
    case v1::DecisionSubject::kSourceKey: {
      WENSUM_ASSIGN_OR_RETURN(out.record, convert::FromSourceKey(subject.source_key(), Cat(field, ".source_key")));
      break;
    }
    case v1::DecisionSubject::SUBJECT_NOT_SET:
      return rpc::InvalidField(field, "needs a name or a source_key");
  }
  WENSUM_RETURN_IF_ERROR(RequireEtag(subject.etag(), Cat(field, ".etag"), "person"));
  return out;
}

absl::StatusOr<std::vector<Subject>> DecisionsHandler::ToSubjects(
    const google::protobuf::RepeatedPtrField<v1::DecisionSubject>& subjects, int most) const {
  if (subjects.size() < 2 || subjects.size() > most) {
    return rpc::InvalidField("subjects", Cat("are ", subjects.size(), "; there must be ",
                                             most == 2 ? std::string("2") : Cat("2 to ", most)));
  }
  std::vector<Subject> out;
  for (int i = 0; i < subjects.size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(Subject subject, ToSubject(subjects[i], Cat("subjects[", i, "]")));
    out.push_back(std::move(subject));
  }
  return out;
}

template <typename Request>
void DecisionsHandler::Run(rpc::CallContext& call, const Request& request, v1::DecisionResult& response, Plan plan,
                           Done done) {
  absl::Status status = rpc::CheckActor(request.actor());
  status.Update(rpc::CheckText(request.comment(), kMaxComment, "comment"));
  status.Update(rpc::CheckRequestId(request.request_id()));
  if (!rules_.HasDecisionReason(request.reason())) {
    status.Update(rpc::InvalidField("reason", Cat(Quote(request.reason(), 100), " is not configured; there are ",
                                                  Join(rules_.decision_reasons, ", "))));
  }
  if (!status.ok()) {
    return done(status);
  }
  const auto answer = std::make_shared<v1::DecisionResult>();
  Mutation mutation;
  mutation.plan = [this, answer, &request, plan = std::move(plan), caller = call.grant().caller,
                   bit = call.purpose_bit()](const PlanView& view) -> absl::StatusOr<Planned> {
    const PersonSight sight(register_, view.reader, knows_all_sources_, bit);
    WENSUM_ASSIGN_OR_RETURN(DecisionWrites decided, plan(view, sight));
    Sign(request, caller, decided);
    if (decided.add.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(const auto risks, RisksOf(rules_.second_steward, sight, *decided.add));
      answer->mutable_risks()->Assign(risks.begin(), risks.end());
      if (!risks.empty() && !request.validate_only()) {
        return Propose(register_, view, sight, rules_, *decided.add, risks, *answer);
      }
    }
    Planned planned;
    planned.decision = std::make_shared<DecisionWrites>(std::move(decided));
    planned.decision->preview = request.validate_only();
    planned.decision->tell = [this, answer, bit,
                              writes = planned.decision.get()](const registry::DecisionEffects& effects) {
      return ToResult(register_, *writes, effects, knows_all_sources_, bit, *answer);
    };
    return planned;
  };
  if (!request.validate_only() && rpc::SetRequestKey(call, request, mutation)) {
    mutation.make_response = [answer](const MutationResult& /*result*/) { return answer->SerializeAsString(); };
  }
  const absl::Status queued =
      register_.Submit(std::move(mutation), [answer, &call, &response, done](const MutationResult& result) {
        const absl::Status outcome = rpc::FillResponse(result, *answer, response);
        for (const auto* const people : {&response.before(), &response.after()}) {
          for (const v1::DecidedPerson& person : *people) {
            call.AddResource(person.person().name());
          }
        }
        for (const std::string* const name : {&response.decision().name(), &response.proposal()}) {
          if (!name->empty()) {
            call.AddResource(*name);
          }
        }
        call.set_revision(result.revision);
        done(outcome);
      });
  if (!queued.ok()) {
    done(rpc::NotQueued(queued));
  }
}

void DecisionsHandler::Merge(rpc::CallContext& call, const v1::MergePeopleRequest& request,
                             v1::DecisionResult& response, Done done) {
  absl::StatusOr<std::vector<Subject>> subjects = ToSubjects(request.subjects(), kMostSides);
  if (!subjects.ok()) {
    return done(subjects.status());
  }
  Run(
      call, request, response,
      [this, subjects = *std::move(subjects)](const PlanView& view, const PersonSight& sight) {
        return DecisionPlanner(register_, view, sight).Merge(subjects);
      },
      std::move(done));
}

void DecisionsHandler::AssertDistinct(rpc::CallContext& call, const v1::AssertDistinctRequest& request,
                                      v1::DecisionResult& response, Done done) {
  absl::StatusOr<std::vector<Subject>> subjects = ToSubjects(request.subjects(), 2);
  if (!subjects.ok()) {
    return done(subjects.status());
  }
  Run(
      call, request, response,
      [this, subjects = *std::move(subjects)](const PlanView& view, const PersonSight& sight) {
        return DecisionPlanner(register_, view, sight).Distinct(subjects);
      },
      std::move(done));
}

void DecisionsHandler::Unmerge(rpc::CallContext& call, const v1::UnmergePersonRequest& request,
                               v1::DecisionResult& response, Done done) {
  if (request.what_case() == v1::UnmergePersonRequest::kDecision) {
    const absl::StatusOr<uint64_t> number = ParseDecisionName(request.decision(), "decision");
    absl::Status status = number.status();
    status.Update(RequireEtag(request.decision_etag(), "decision_etag", "decision"));
    if (!status.ok()) {
      return done(status);
    }
    return Run(
        call, request, response,
        [this, number = *number, etag = request.decision_etag()](const PlanView& view, const PersonSight& sight) {
          return DecisionPlanner(register_, view, sight).PartMerged(number, etag);
        },
        std::move(done));
  }
  absl::StatusOr<Subject> subject = ToSubject(request.record(), "record");
  if (subject.ok() && !subject->record.has_value()) {
    subject = rpc::InvalidField("record.source_key", "is required: the record to take out; or name a decision");
  }
  if (!subject.ok()) {
    return done(subject.status());
  }
  Run(
      call, request, response,
      [this, subject = *std::move(subject)](const PlanView& view, const PersonSight& sight) {
        return DecisionPlanner(register_, view, sight).TakeOut(subject);
      },
      std::move(done));
}

void DecisionsHandler::Split(rpc::CallContext& call, const v1::SplitPersonRequest& request,
                             v1::DecisionResult& response, Done done) {
  Grouping grouping;
  grouping.person = {.field = "name", .name = request.name(), .id = 0, .record = std::nullopt, .etag = request.etag()};
  const absl::StatusOr<uint64_t> id = rpc::ParsePersonName(register_.ids(), request.name(), "name");
  absl::Status status = id.status();
  status.Update(RequireEtag(request.etag(), "etag", "person"));
  if (request.groups_size() < 2 || request.groups_size() > kMostSides) {
    status.Update(rpc::InvalidField("groups", Cat("are ", request.groups_size(), "; there must be 2 to ", kMostSides)));
  }
  for (int i = 0; i < request.groups_size(); ++i) {
    std::vector<model::SourceKey>& group = grouping.groups.emplace_back();
    for (int j = 0; j < request.groups(i).source_keys_size(); ++j) {
      absl::StatusOr<model::SourceKey> key =
          convert::FromSourceKey(request.groups(i).source_keys(j), Cat("groups[", i, "].source_keys[", j, "]"));
      status.Update(key.status());
      if (key.ok()) {
        group.push_back(*std::move(key));
      }
    }
  }
  if (!status.ok()) {
    return done(status);
  }
  grouping.person.id = *id;
  Run(
      call, request, response,
      [this, grouping = std::move(grouping)](const PlanView& view, const PersonSight& sight) {
        return DecisionPlanner(register_, view, sight).Split(grouping);
      },
      std::move(done));
}

void DecisionsHandler::Undo(rpc::CallContext& call, const v1::UndoDecisionRequest& request,
                            v1::DecisionResult& response, Done done) {
  const absl::StatusOr<uint64_t> number = ParseDecisionName(request.name(), "name");
  absl::Status status = number.status();
  status.Update(RequireEtag(request.etag(), "etag", "decision"));
  if (!status.ok()) {
    return done(status);
  }
  Run(
      call, request, response,
      [this, number = *number, etag = request.etag()](const PlanView& view, const PersonSight& sight) {
        return DecisionPlanner(register_, view, sight).Undo(number, etag);
      },
      std::move(done));
}

template <typename Request>
void DecisionsHandler::RunValue(rpc::CallContext& call, const Request& request, v1::DecisionResult& response,
                                Done done) {
  absl::StatusOr<ValueWish> wish = ToWish(request, register_.rules());
  absl::StatusOr<Subject> subject = ToSubject(request.subject(), "subject");
  if (subject.ok() && std::is_same_v<Request, v1::IgnoreValueRequest> && !subject->record.has_value()) {
    subject = rpc::InvalidField("subject.source_key", "is required: the record whose value is to be ignored");
  }
  absl::Status status = subject.status();
  status.Update(wish.status());
  if (!status.ok()) {
    return done(status);
  }
  wish->subject = *std::move(subject);
  Run(
      call, request, response,
      [this, wish = *std::move(wish)](const PlanView& view, const PersonSight& sight) {
        return DecisionPlanner(register_, view, sight).Value(wish);
      },
      std::move(done));
}

void DecisionsHandler::Pin(rpc::CallContext& call, const v1::PinValueRequest& request, v1::DecisionResult& response,
                           Done done) {
  RunValue(call, request, response, std::move(done));
}

void DecisionsHandler::Ignore(rpc::CallContext& call, const v1::IgnoreValueRequest& request,
                              v1::DecisionResult& response, Done done) {
  RunValue(call, request, response, std::move(done));
}

void DecisionsHandler::Override(rpc::CallContext& call, const v1::OverrideValueRequest& request,
                                v1::DecisionResult& response, Done done) {
  RunValue(call, request, response, std::move(done));
}

void DecisionsHandler::SetTruth(rpc::CallContext& call, const v1::SetRecordOfTruthRequest& request,
                                v1::DecisionResult& response, Done done) {
  RunValue(call, request, response, std::move(done));
}

absl::Status DecisionsHandler::CheckTask(const PlanView& view, const PersonSight& sight, const tasks::Task& task,
                                         uint64_t etag, const tasks::Actor& actor) const {
  const storage::v1::TaskFacts& facts = task.facts();
  const std::vector<uint64_t> asked =
      facts.has_overlay() ? std::vector<uint64_t>{facts.overlay().ordinal()}
                          : std::vector<uint64_t>{facts.possible_match().a(), facts.possible_match().b()};
  for (const uint64_t ordinal : asked) {
    WENSUM_ASSIGN_OR_RETURN(const StoredPerson person, sight.Read(ordinal));
    std::vector<uint64_t> records = person.records;
    records.push_back(ordinal);  // which may be deleted
    WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(records));
    if (!seen) {
      return rpc::UnknownResource(tasks::TaskName(task.number()));
    }
  }
  WENSUM_RETURN_IF_ERROR(EtagOfTask(task, etag));
  tasks::Edit edit{.before = task, .after = task, .events = {}, .condition = std::nullopt};
  const absl::Status refused =
      tasks::Decide({.name = actor.name, .caller = actor.caller, .now = view.time}, "", "", 0, edit);
  return refused.ok() ? absl::OkStatus() : rpc::WithReason(refused, rpc::reason::kTaskState);
}

template <typename Request>
void DecisionsHandler::RunTask(rpc::CallContext& call, const Request& request, v1::DecisionResult& response,
                               tasks::TaskKind kind, TaskPlan plan, Done done) {
  const absl::StatusOr<uint64_t> number = ParseTask(request.name());
  absl::Status status = number.status();
  status.Update(RequireEtag(request.etag(), "etag", "task"));
  if (!status.ok()) {
    return done(status);
  }
  Run(
      call, request, response,
      [this, kind, number = *number, &request, caller = call.grant().caller, plan = std::move(plan)](
          const PlanView& view, const PersonSight& sight) -> absl::StatusOr<DecisionWrites> {
        const absl::StatusOr<tasks::Task> task = tasks::ReadTask(view.reader, register_.register_id(), number);
        if (!task.ok()) {
          return absl::IsNotFound(task.status()) ? rpc::UnknownResource(request.name()) : task.status();
        }
        if (task->kind() != static_cast<uint32_t>(kind)) {
          return OtherKind(*task, kind);
        }
        const tasks::Actor actor{.name = std::string(Trim(request.actor())), .caller = caller, .now = view.time};
        WENSUM_RETURN_IF_ERROR(CheckTask(view, sight, *task, request.etag(), actor));
        return plan(view, sight, *task);
      },
      std::move(done));
}

void DecisionsHandler::DecideTask(rpc::CallContext& call, const v1::DecideTaskRequest& request,
                                  v1::DecisionResult& response, Done done) {
  const bool same = request.answer() == v1::DecideTaskRequest::ANSWER_SAME;
  if (!same && request.answer() != v1::DecideTaskRequest::ANSWER_DISTINCT) {
    return done(rpc::InvalidField("answer", "is required: SAME or DISTINCT"));
  }
  RunTask(
      call, request, response, tasks::TaskKind::kPossibleMatch,
      [this, same](const PlanView& view, const PersonSight& sight,
                   const tasks::Task& task) -> absl::StatusOr<DecisionWrites> {
        WENSUM_ASSIGN_OR_RETURN(const auto people, PeopleOf(register_, sight, task.facts().possible_match()));
        return people.has_value() ? AnswerTask(DecisionPlanner(register_, view, sight), task, *people, same)
                                  : rpc::UnknownResource(tasks::TaskName(task.number()));
      },
      std::move(done));
}

void DecisionsHandler::ResolveHeld(rpc::CallContext& call, const v1::ResolveHeldUpdatesRequest& request,
                                   v1::DecisionResult& response, Done done) {
  using v1::ResolveHeldUpdatesRequest;
  registry::DecisionOperation operation = registry::DecisionOperation::kTakeUpdate;
  switch (request.answer()) {
    case ResolveHeldUpdatesRequest::ANSWER_TAKE:
      break;
    case ResolveHeldUpdatesRequest::ANSWER_DROP:
      operation = registry::DecisionOperation::kDropUpdate;
      break;
    case ResolveHeldUpdatesRequest::ANSWER_NEW_PERSON:
      operation = registry::DecisionOperation::kNewPerson;
      break;
    default:
      return done(rpc::InvalidField("answer", "is required: TAKE, DROP or NEW_PERSON"));
  }
  RunTask(
      call, request, response, tasks::TaskKind::kOverlay,
      [this, operation](const PlanView& view, const PersonSight& sight, const tasks::Task& task) {
        return DecisionPlanner(register_, view, sight).Held(task, operation);
      },
      std::move(done));
}

}  // namespace wensum::decisions
