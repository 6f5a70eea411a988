#include "services/decisions/decisions_handler.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
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
#include "services/rpc/page_token.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
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

constexpr size_t kMaxName = 100;  // bytes of an actor
constexpr size_t kMaxComment = 1'000;
constexpr int kMostSides = 20;
constexpr size_t kListPage = 20;
constexpr size_t kMaxListPage = 100;
constexpr size_t kLookedAt = 1'000;  // decisions that one page looks at

absl::Status CheckActor(const std::string& actor) {
  return Trim(actor).empty() ? rpc::InvalidField("actor", "is required: the name of who acts")
                             : rpc::CheckText(actor, kMaxName, "actor");
}

absl::Status RequireEtag(uint64_t etag, const std::string& field, std::string_view what) {
  return etag == 0 ? rpc::InvalidField(field, Cat("is required: that of the ", what, " as it was looked at"))
                   : absl::OkStatus();
}

// Fills the response from the stored answer of an earlier call, or from the new one.
absl::Status Answer(const MutationResult& result, const v1::DecisionResult& answer, v1::DecisionResult& response) {
  if (result.replayed_response.has_value()) {
    return response.ParseFromString(*result.replayed_response)
               ? absl::OkStatus()
               : DataLoss("the stored answer of a repeated request_id cannot be read");
  }
  WENSUM_RETURN_IF_ERROR(result.status);
  response = answer;
  return absl::OkStatus();
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
  absl::Status status = CheckActor(request.actor());
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
        const absl::Status outcome = Answer(result, *answer, response);
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
    done(queued.code() == absl::StatusCode::kResourceExhausted ? rpc::WithReason(queued, rpc::reason::kOverloaded)
                                                               : queued);
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

absl::StatusOr<DecisionWrites> DecisionsHandler::PlanTask(const PlanView& view, const PersonSight& sight,
                                                          uint64_t number, const v1::DecideTaskRequest& request,
                                                          const std::string& caller) const {
  const absl::StatusOr<tasks::Task> task = tasks::ReadTask(view.reader, register_.register_id(), number);
  if (!task.ok()) {
    return absl::IsNotFound(task.status()) ? rpc::UnknownResource(request.name()) : task.status();
  }
  if (!task->facts().has_possible_match()) {
    return rpc::WithReason(FailedPrecondition(Cat(request.name(),
                                                  " does not ask whether two people are one: mend the "
                                                  "gazetteer, or dismiss it with DismissTask")),
                           rpc::reason::kTaskState);
  }
  WENSUM_ASSIGN_OR_RETURN(const auto people, PeopleOf(register_, sight, task->facts().possible_match()));
  if (!people.has_value()) {
    return rpc::UnknownResource(request.name());
  }
  WENSUM_RETURN_IF_ERROR(EtagOfTask(*task, request.etag()));
  tasks::Edit edit{.before = *task, .after = *task, .events = {}, .condition = std::nullopt};
  const tasks::Actor actor{.name = std::string(Trim(request.actor())), .caller = caller, .now = view.time};
  const absl::Status refused = tasks::Decide(actor, request.reason(), request.comment(), 0, edit);
  if (!refused.ok()) {
    return rpc::WithReason(refused, rpc::reason::kTaskState);
  }
  return AnswerTask(DecisionPlanner(register_, view, sight), *task, *people,
                    request.answer() == v1::DecideTaskRequest::ANSWER_SAME);
}

void DecisionsHandler::DecideTask(rpc::CallContext& call, const v1::DecideTaskRequest& request,
                                  v1::DecisionResult& response, Done done) {
  const absl::StatusOr<uint64_t> number = ParseTask(request.name());
  absl::Status status = number.status();
  status.Update(RequireEtag(request.etag(), "etag", "task"));
  if (request.answer() != v1::DecideTaskRequest::ANSWER_SAME &&
      request.answer() != v1::DecideTaskRequest::ANSWER_DISTINCT) {
    status.Update(rpc::InvalidField("answer", "is required: SAME or DISTINCT"));
  }
  if (!status.ok()) {
    return done(status);
  }
  Run(
      call, request, response,
      [this, number = *number, &request, caller = call.grant().caller](const PlanView& view, const PersonSight& sight) {
        return PlanTask(view, sight, number, request, caller);
      },
      std::move(done));
}

absl::Status DecisionsHandler::Get(rpc::CallContext& call, const v1::GetDecisionRequest& request,
                                   v1::Decision& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseDecisionName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const absl::StatusOr<storage::v1::LinkDecision> decision =
      registry::ReadDecision(state.reader(), register_.register_id(), number);
  if (!decision.ok()) {
    return absl::IsNotFound(decision.status()) ? rpc::UnknownResource(request.name()) : decision.status();
  }
  const PersonSight sight(register_, state.reader(), knows_all_sources_, call.purpose_bit());
  WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(*decision));
  return seen ? ToDecision(register_, sight, *decision, response) : rpc::UnknownResource(request.name());
}

absl::StatusOr<std::vector<uint64_t>> DecisionsHandler::NumbersFor(const PersonSight& sight, const std::string& person,
                                                                   uint64_t before, size_t limit) const {
  std::set<uint64_t, std::greater<>> numbers;
  if (person.empty()) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, registry::NewestDecision(sight.reader(), register_.register_id()));
    for (uint64_t number = std::min(newest, before - 1); number > 0 && numbers.size() < limit; --number) {
      numbers.insert(number);
    }
    return std::vector<uint64_t>(numbers.begin(), numbers.end());
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), person, "person"));
  const absl::StatusOr<StoredPerson> found = sight.Read(id);
  if (!found.ok()) {
    return absl::IsNotFound(found.status()) ? rpc::UnknownResource(person) : found.status();
  }
  std::vector<uint64_t> records = found->records;
  records.push_back(id);  // of a person who has ended, or of whom it was the only record
  WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(records));
  if (!seen || found->entity.kind() == static_cast<uint32_t>(model::RecordKind::kProperty)) {
    return rpc::UnknownResource(person);
  }
  for (const uint64_t record : records) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> some,
                            registry::DecisionsOfRecord(sight.reader(), register_.register_id(), record));
    numbers.insert(some.begin(), std::ranges::lower_bound(some, before));
  }
  std::vector<uint64_t> first(numbers.begin(), numbers.end());
  first.resize(std::min(first.size(), limit));
  return first;
}

absl::Status DecisionsHandler::List(rpc::CallContext& call, const v1::ListDecisionsRequest& request,
                                    v1::ListDecisionsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  if (!v1::Decision::State_IsValid(request.state())) {
    return rpc::InvalidField("state", Cat("has no value ", static_cast<int>(request.state())));
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t before = std::numeric_limits<uint64_t>::max();
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    before = std::max<uint64_t>(cursor.position, 1);
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  const PersonSight sight(register_, state.reader(), knows_all_sources_, call.purpose_bit());
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers,
                          NumbersFor(sight, request.person(), before, kLookedAt + 1));
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i == kLookedAt || static_cast<size_t>(response.decisions_size()) == limit) {
      response.set_next_page_token(
          rpc::EncodePageToken({.revision = 0, .position = numbers[i] + 1, .key = ""}, parameters));
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::LinkDecision decision,
                            registry::ReadDecision(state.reader(), register_.register_id(), numbers[i]));
    const v1::Decision::State its =
        registry::IsRetracted(decision) ? v1::Decision::STATE_RETRACTED : v1::Decision::STATE_IN_FORCE;
    if (request.state() != v1::Decision::STATE_UNSPECIFIED && request.state() != its) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(decision));
    if (seen) {
      WENSUM_RETURN_IF_ERROR(ToDecision(register_, sight, decision, *response.add_decisions()));
      call.AddResource(registry::DecisionName(decision.number()));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::decisions
