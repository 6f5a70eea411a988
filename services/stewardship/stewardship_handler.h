// What wensum.v1.Stewardship answers, without a transport. proto/wensum/v1/stewardship.proto is the contract.
#ifndef WENSUM_SERVICES_STEWARDSHIP_STEWARDSHIP_HANDLER_H_
#define WENSUM_SERVICES_STEWARDSHIP_STEWARDSHIP_HANDLER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_rules.h"
#include "wensum/v1/stewardship.pb.h"

namespace wensum::stewardship {

using Done = std::function<void(const absl::Status&)>;

// Thread-safe. The writing methods return once the write is queued and call `done` exactly once, perhaps on the
// register's thread, when it is durable or refused; call, request and response must live until then.
class StewardshipHandler {
 public:
  // `reg` and `clock` must outlive the handler.
  StewardshipHandler(registry::Register* reg, const Clock* clock, tasks::TaskRules rules);

  absl::Status List(rpc::CallContext& call, const v1::ListTasksRequest& request, v1::ListTasksResponse& response) const;
  absl::Status Get(rpc::CallContext& call, const v1::GetTaskRequest& request, v1::Task& response) const;
  absl::Status GetStatistics(rpc::CallContext& call, const v1::GetTaskStatisticsRequest& request,
                             v1::TaskStatistics& response) const;

  void ClaimNext(rpc::CallContext& call, const v1::ClaimNextTaskRequest& request, v1::Task& response, Done done);
  void Claim(rpc::CallContext& call, const v1::ClaimTaskRequest& request, v1::Task& response, Done done);
  void Release(rpc::CallContext& call, const v1::ReleaseTaskRequest& request, v1::Task& response, Done done);
  void Defer(rpc::CallContext& call, const v1::DeferTaskRequest& request, v1::Task& response, Done done);
  void Assign(rpc::CallContext& call, const v1::AssignTaskRequest& request, v1::Task& response, Done done);
  void Comment(rpc::CallContext& call, const v1::CommentOnTaskRequest& request, v1::Task& response, Done done);
  void Dismiss(rpc::CallContext& call, const v1::DismissTaskRequest& request, v1::Task& response, Done done);
  void CreateRequest(rpc::CallContext& call, const v1::CreateSubjectRequestRequest& request, v1::Task& response,
                     Done done);
  void CompleteRequest(rpc::CallContext& call, const v1::CompleteSubjectRequestRequest& request, v1::Task& response,
                       Done done);
  void Reopen(rpc::CallContext& call, const v1::ReopenTaskRequest& request, v1::Task& response, Done done);

 private:
  // What a steward does to one task, on the writer's thread.
  using Action =
      std::function<absl::Status(const registry::PlanView& view, const tasks::Actor& actor, tasks::Edit& edit)>;
  // Plans a write and fills the task that it leaves.
  using Plan = std::function<absl::StatusOr<registry::Planned>(const registry::PlanView& view, v1::Task& answer)>;

  template <typename Request>
  void Run(rpc::CallContext& call, const Request& request, v1::Task& response, Plan plan, Done done);
  template <typename Request>
  void Change(rpc::CallContext& call, const Request& request, v1::Task& response, Action action, Done done);
  // A person asks for something. `received`: 0 for now.
  absl::StatusOr<registry::Planned> PlanRequest(const registry::PlanView& view, uint64_t person,
                                                const v1::CreateSubjectRequestRequest& request, TimeMicros received,
                                                const tasks::Actor& actor, int purpose_bit, v1::Task& answer) const;
  absl::StatusOr<registry::Planned> PlanNext(const registry::PlanView& view, const tasks::QueueFilter& filter,
                                             TimeMicros lease_until, const tasks::Actor& actor, int purpose_bit,
                                             v1::Task& answer) const;
  // The task as `writes` leave it, with its history.
  absl::Status FillAnswer(const registry::PlanView& view, const storage::WriteBatch& writes, uint64_t number,
                          v1::Task& answer) const;
  absl::Status FillEvents(const storage::Reader& reader, uint64_t number, v1::Task& task) const;
  absl::Status ListOpen(const v1::ListTasksRequest& request, const registry::ReadView& state, size_t limit,
                        rpc::CallContext& call, v1::ListTasksResponse& response) const;
  absl::Status ListClosed(const v1::ListTasksRequest& request, const registry::ReadView& state, size_t limit,
                          rpc::CallContext& call, v1::ListTasksResponse& response) const;
  absl::Status ListAbout(const v1::ListTasksRequest& request, const registry::ReadView& state, size_t limit,
                         rpc::CallContext& call, v1::ListTasksResponse& response) const;
  absl::StatusOr<std::vector<uint64_t>> TasksAbout(const registry::ReadView& state, const std::string& subject) const;
  [[nodiscard]] std::vector<std::string> Teams() const;
  // When a claim ends that asks for `lease_until`; INVALID_ARGUMENT for a moment that is none.
  absl::StatusOr<TimeMicros> LeaseEnd(bool given, const google::protobuf::Timestamp& lease_until) const;

  registry::Register& register_;
  const Clock& clock_;
  const tasks::TaskRules rules_;
  const bool knows_all_sources_;
};

}  // namespace wensum::stewardship

#endif  // WENSUM_SERVICES_STEWARDSHIP_STEWARDSHIP_HANDLER_H_
