#include "services/stewardship/stewardship_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::stewardship {

grpc::ServerUnaryReactor* StewardshipService::ListTasks(grpc::CallbackServerContext* transport,
                                                        const v1::ListTasksRequest* request,
                                                        v1::ListTasksResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Stewardship/ListTasks", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

grpc::ServerUnaryReactor* StewardshipService::GetTask(grpc::CallbackServerContext* transport,
                                                      const v1::GetTaskRequest* request, v1::Task* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Stewardship/GetTask", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* StewardshipService::ClaimNextTask(grpc::CallbackServerContext* transport,
                                                            const v1::ClaimNextTaskRequest* request,
                                                            v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/ClaimNextTask", request, response,
                         [this](rpc::CallContext& call, const v1::ClaimNextTaskRequest& asked, v1::Task& answer,
                                Done done) { handler_.ClaimNext(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::ClaimTask(grpc::CallbackServerContext* transport,
                                                        const v1::ClaimTaskRequest* request, v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/ClaimTask", request, response,
                         [this](rpc::CallContext& call, const v1::ClaimTaskRequest& asked, v1::Task& answer,
                                Done done) { handler_.Claim(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::ReleaseTask(grpc::CallbackServerContext* transport,
                                                          const v1::ReleaseTaskRequest* request, v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/ReleaseTask", request, response,
                         [this](rpc::CallContext& call, const v1::ReleaseTaskRequest& asked, v1::Task& answer,
                                Done done) { handler_.Release(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::DeferTask(grpc::CallbackServerContext* transport,
                                                        const v1::DeferTaskRequest* request, v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/DeferTask", request, response,
                         [this](rpc::CallContext& call, const v1::DeferTaskRequest& asked, v1::Task& answer,
                                Done done) { handler_.Defer(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::AssignTask(grpc::CallbackServerContext* transport,
                                                         const v1::AssignTaskRequest* request, v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/AssignTask", request, response,
                         [this](rpc::CallContext& call, const v1::AssignTaskRequest& asked, v1::Task& answer,
                                Done done) { handler_.Assign(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::CommentOnTask(grpc::CallbackServerContext* transport,
                                                            const v1::CommentOnTaskRequest* request,
                                                            v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/CommentOnTask", request, response,
                         [this](rpc::CallContext& call, const v1::CommentOnTaskRequest& asked, v1::Task& answer,
                                Done done) { handler_.Comment(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::DismissTask(grpc::CallbackServerContext* transport,
                                                          const v1::DismissTaskRequest* request, v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/DismissTask", request, response,
                         [this](rpc::CallContext& call, const v1::DismissTaskRequest& asked, v1::Task& answer,
                                Done done) { handler_.Dismiss(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::CreateSubjectRequest(grpc::CallbackServerContext* transport,
                                                                   const v1::CreateSubjectRequestRequest* request,
                                                                   v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/CreateSubjectRequest", request, response,
                         [this](rpc::CallContext& call, const v1::CreateSubjectRequestRequest& asked, v1::Task& answer,
                                Done done) { handler_.CreateRequest(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::CompleteSubjectRequest(grpc::CallbackServerContext* transport,
                                                                     const v1::CompleteSubjectRequestRequest* request,
                                                                     v1::Task* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Stewardship/CompleteSubjectRequest", request, response,
      [this](rpc::CallContext& call, const v1::CompleteSubjectRequestRequest& asked, v1::Task& answer, Done done) {
        handler_.CompleteRequest(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* StewardshipService::ReopenTask(grpc::CallbackServerContext* transport,
                                                         const v1::ReopenTaskRequest* request, v1::Task* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Stewardship/ReopenTask", request, response,
                         [this](rpc::CallContext& call, const v1::ReopenTaskRequest& asked, v1::Task& answer,
                                Done done) { handler_.Reopen(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* StewardshipService::GetTaskStatistics(grpc::CallbackServerContext* transport,
                                                                const v1::GetTaskStatisticsRequest* request,
                                                                v1::TaskStatistics* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Stewardship/GetTaskStatistics", request, response,
      [this](rpc::CallContext& call, const v1::GetTaskStatisticsRequest& asked, v1::TaskStatistics& answer, Done done) {
        workers_.Run([this, &call, &asked, &answer, done = std::move(done)] {
          done(handler_.GetStatistics(call, asked, answer));
        });
      });
}

}  // namespace wensum::stewardship
