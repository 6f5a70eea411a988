// What wensum.v1.BulkDecisions answers, without a transport. proto/wensum/v1/bulk_decisions.proto is the contract.
#ifndef WENSUM_SERVICES_DECISIONS_BULK_HANDLER_H_
#define WENSUM_SERVICES_DECISIONS_BULK_HANDLER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/decisions/person_sight.h"
#include "services/register/bulk_store.h"
#include "services/register/mutation.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/tasks/task_rules.h"
#include "wensum/storage/v1/bulk.pb.h"
#include "wensum/v1/bulk_decisions.pb.h"

namespace wensum::decisions {

struct BulkHooks {
  // Called when there is work for BulkWorker.
  std::function<void()> wake = [] {};
  // Null: from the system's randomness.
  std::function<uint64_t()> draw_seed = nullptr;
};

// Thread-safe. The writing methods call `done` exactly once, perhaps on the register's thread, when the write is
// durable or refused; call, request and response must live until then. Create, Get, List and ListTasks read many rows:
// not for gRPC's threads.
class BulkHandler {
 public:
  using Done = std::function<void(const absl::Status&)>;

  // `reg` must outlive the handler.
  BulkHandler(registry::Register* reg, tasks::TaskRules rules, BulkHooks hooks);

  void Create(rpc::CallContext& call, const v1::CreateBulkDecisionRequest& request, v1::BulkDecision& response,
              Done done);
  absl::Status Get(rpc::CallContext& call, const v1::GetBulkDecisionRequest& request, v1::BulkDecision& response) const;
  absl::Status List(rpc::CallContext& call, const v1::ListBulkDecisionsRequest& request,
                    v1::ListBulkDecisionsResponse& response) const;
  absl::Status ListTasks(rpc::CallContext& call, const v1::ListBulkDecisionTasksRequest& request,
                         v1::ListBulkDecisionTasksResponse& response) const;
  void Apply(rpc::CallContext& call, const v1::ApplyBulkDecisionRequest& request, v1::BulkDecision& response,
             Done done);
  void Stop(rpc::CallContext& call, const v1::StopBulkDecisionRequest& request, v1::BulkDecision& response, Done done);
  void Undo(rpc::CallContext& call, const v1::UndoBulkDecisionRequest& request, v1::BulkDecision& response, Done done);
  void Withdraw(rpc::CallContext& call, const v1::WithdrawBulkDecisionRequest& request, v1::BulkDecision& response,
                Done done);

 private:
  // What a request changes in the bulk decision, besides its steps and etag; on the writer's thread.
  using Change = std::function<absl::Status(const registry::PlanView& view, storage::v1::BulkDecision& bulk,
                                            storage::v1::BulkStep& step, storage::WriteBatch& writes)>;
  using Plan =
      std::function<absl::StatusOr<registry::Planned>(const registry::PlanView& view, v1::BulkDecision& answer)>;
  struct Frozen {
    std::vector<uint64_t> tasks;      // ascending
    std::vector<uint64_t> evidences;  // of the same
  };

  absl::StatusOr<Frozen> Freeze(const storage::Reader& reader, const storage::v1::BulkFilter& filter,
                                int purpose_bit) const;
  template <typename Request>
  void Submit(rpc::CallContext& call, const Request& request, v1::BulkDecision& response, Plan plan, Done done);
  template <typename Request>
  void Run(rpc::CallContext& call, const Request& request, v1::BulkDecision& response, Change change, Done done);
  absl::Status StartApplying(const registry::PlanView& view, storage::v1::BulkDecision& bulk,
                             const storage::v1::BulkStep& step, storage::WriteBatch& writes) const;
  // Adds the task to the page unless the purpose may not see it, or another outcome is asked for.
  absl::Status AddTask(const PersonSight& sight, const registry::BulkTaskAt& at, registry::BulkOutcome outcome,
                       uint64_t decision, v1::BulkOutcome wanted, v1::ListBulkDecisionTasksResponse& response) const;

  registry::Register& register_;
  const tasks::TaskRules rules_;
  const BulkHooks hooks_;
  const bool knows_all_sources_;
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_BULK_HANDLER_H_
