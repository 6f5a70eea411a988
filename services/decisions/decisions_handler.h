// What wensum.v1.Decisions answers, without a transport. proto/wensum/v1/decisions.proto is the contract.
#ifndef WENSUM_SERVICES_DECISIONS_DECISIONS_HANDLER_H_
#define WENSUM_SERVICES_DECISIONS_DECISIONS_HANDLER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/decisions/decision_planner.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_rules.h"
#include "wensum/v1/decisions.pb.h"

namespace wensum::decisions {

using Done = std::function<void(const absl::Status&)>;

// Thread-safe. The writing methods return once the write is queued and call `done` exactly once, perhaps on the
// register's thread, when it is durable or refused; call, request and response must live until then.
class DecisionsHandler {
 public:
  // `reg` must outlive the handler.
  DecisionsHandler(registry::Register* reg, tasks::TaskRules rules);

  void Merge(rpc::CallContext& call, const v1::MergePeopleRequest& request, v1::DecisionResult& response, Done done);
  void Unmerge(rpc::CallContext& call, const v1::UnmergePersonRequest& request, v1::DecisionResult& response,
               Done done);
  void Split(rpc::CallContext& call, const v1::SplitPersonRequest& request, v1::DecisionResult& response, Done done);
  void AssertDistinct(rpc::CallContext& call, const v1::AssertDistinctRequest& request, v1::DecisionResult& response,
                      Done done);
  void Undo(rpc::CallContext& call, const v1::UndoDecisionRequest& request, v1::DecisionResult& response, Done done);
  void DecideTask(rpc::CallContext& call, const v1::DecideTaskRequest& request, v1::DecisionResult& response,
                  Done done);
  void Pin(rpc::CallContext& call, const v1::PinValueRequest& request, v1::DecisionResult& response, Done done);
  void Ignore(rpc::CallContext& call, const v1::IgnoreValueRequest& request, v1::DecisionResult& response, Done done);
  void Override(rpc::CallContext& call, const v1::OverrideValueRequest& request, v1::DecisionResult& response,
                Done done);
  void SetTruth(rpc::CallContext& call, const v1::SetRecordOfTruthRequest& request, v1::DecisionResult& response,
                Done done);
  void ResolveHeld(rpc::CallContext& call, const v1::ResolveHeldUpdatesRequest& request, v1::DecisionResult& response,
                   Done done);
  absl::Status ListHeld(rpc::CallContext& call, const v1::ListHeldUpdatesRequest& request,
                        v1::ListHeldUpdatesResponse& response) const;
  absl::Status Get(rpc::CallContext& call, const v1::GetDecisionRequest& request, v1::Decision& response) const;
  absl::Status List(rpc::CallContext& call, const v1::ListDecisionsRequest& request,
                    v1::ListDecisionsResponse& response) const;

 private:
  // What is decided, on the writer's thread.
  using Plan =
      std::function<absl::StatusOr<registry::DecisionWrites>(const registry::PlanView& view, const PersonSight& sight)>;

  template <typename Request>
  void Run(rpc::CallContext& call, const Request& request, v1::DecisionResult& response, Plan plan, Done done);
  // What is answered to a task, which may be answered.
  using TaskPlan = std::function<absl::StatusOr<registry::DecisionWrites>(
      const registry::PlanView& view, const PersonSight& sight, const tasks::Task& task)>;
  template <typename Request>
  void RunTask(rpc::CallContext& call, const Request& request, v1::DecisionResult& response, tasks::TaskKind kind,
               TaskPlan plan, Done done);
  template <typename Request>
  void RunValue(rpc::CallContext& call, const Request& request, v1::DecisionResult& response, Done done);
  absl::StatusOr<Subject> ToSubject(const v1::DecisionSubject& subject, const std::string& field) const;
  absl::StatusOr<std::vector<Subject>> ToSubjects(
      const google::protobuf::RepeatedPtrField<v1::DecisionSubject>& subjects, int most) const;
  // Whether the actor may answer the task, which they saw with that etag.
  absl::Status CheckTask(const registry::PlanView& view, const PersonSight& sight, const tasks::Task& task,
                         uint64_t etag, const tasks::Actor& actor) const;
  // Numbers of the decisions below `before` that name a record of the person, or of all; descending.
  absl::StatusOr<std::vector<uint64_t>> NumbersFor(const PersonSight& sight, const std::string& person, uint64_t before,
                                                   size_t limit) const;

  registry::Register& register_;
  const tasks::TaskRules rules_;
  const bool knows_all_sources_;
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_DECISIONS_HANDLER_H_
