// wensum.v1.Stewardship over gRPC.
#ifndef WENSUM_SERVICES_STEWARDSHIP_STEWARDSHIP_SERVICE_H_
#define WENSUM_SERVICES_STEWARDSHIP_STEWARDSHIP_SERVICE_H_

#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "services/stewardship/stewardship_handler.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum::stewardship {

class StewardshipService final : public v1::Stewardship::CallbackService {
 public:
  // All must outlive the service. `workers` count.
  StewardshipService(StewardshipHandler* handler, rpc::CallGate* gate, rpc::Executor* workers)
      : handler_(*handler), gate_(*gate), workers_(*workers) {}

  grpc::ServerUnaryReactor* ListTasks(grpc::CallbackServerContext* transport, const v1::ListTasksRequest* request,
                                      v1::ListTasksResponse* response) override;
  grpc::ServerUnaryReactor* GetTask(grpc::CallbackServerContext* transport, const v1::GetTaskRequest* request,
                                    v1::Task* response) override;
  grpc::ServerUnaryReactor* ClaimNextTask(grpc::CallbackServerContext* transport,
                                          const v1::ClaimNextTaskRequest* request, v1::Task* response) override;
  grpc::ServerUnaryReactor* ClaimTask(grpc::CallbackServerContext* transport, const v1::ClaimTaskRequest* request,
                                      v1::Task* response) override;
  grpc::ServerUnaryReactor* ReleaseTask(grpc::CallbackServerContext* transport, const v1::ReleaseTaskRequest* request,
                                        v1::Task* response) override;
  grpc::ServerUnaryReactor* DeferTask(grpc::CallbackServerContext* transport, const v1::DeferTaskRequest* request,
                                      v1::Task* response) override;
  grpc::ServerUnaryReactor* AssignTask(grpc::CallbackServerContext* transport, const v1::AssignTaskRequest* request,
                                       v1::Task* response) override;
  grpc::ServerUnaryReactor* CommentOnTask(grpc::CallbackServerContext* transport,
                                          const v1::CommentOnTaskRequest* request, v1::Task* response) override;
  grpc::ServerUnaryReactor* CreateSubjectRequest(grpc::CallbackServerContext* transport,
                                                 const v1::CreateSubjectRequestRequest* request,
                                                 v1::Task* response) override;
  grpc::ServerUnaryReactor* CompleteSubjectRequest(grpc::CallbackServerContext* transport,
                                                   const v1::CompleteSubjectRequestRequest* request,
                                                   v1::Task* response) override;
  grpc::ServerUnaryReactor* DismissTask(grpc::CallbackServerContext* transport, const v1::DismissTaskRequest* request,
                                        v1::Task* response) override;
  grpc::ServerUnaryReactor* ReopenTask(grpc::CallbackServerContext* transport, const v1::ReopenTaskRequest* request,
                                       v1::Task* response) override;
  grpc::ServerUnaryReactor* GetTaskStatistics(grpc::CallbackServerContext* transport,
                                              const v1::GetTaskStatisticsRequest* request,
                                              v1::TaskStatistics* response) override;

 private:
  StewardshipHandler& handler_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
};

}  // namespace wensum::stewardship

#endif  // WENSUM_SERVICES_STEWARDSHIP_STEWARDSHIP_SERVICE_H_
