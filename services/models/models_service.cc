#include "services/models/models_service.h"

#include <string_view>
#include <utility>

#include "services/rpc/unary.h"

namespace wensum::models {
namespace {

constexpr std::string_view kCreateMethod = "/wensum.v1.Models/Create";
constexpr std::string_view kStartMethod = "/wensum.v1.Models/StartRun";

}  // namespace

grpc::ServerUnaryReactor* ModelsService::List(grpc::CallbackServerContext* transport,
                                              const v1::ListModelsRequest* request, v1::ListModelsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/List", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

grpc::ServerUnaryReactor* ModelsService::Get(grpc::CallbackServerContext* transport, const v1::GetModelRequest* request,
                                             v1::Model* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerReadReactor<v1::CreateModelRequest>* ModelsService::Create(grpc::CallbackServerContext* transport,
                                                                       v1::Model* response) {
  return rpc::UploadReactor<v1::CreateModelRequest, v1::Model, ModelUpload>::Start(uploads_, *transport, kCreateMethod,
                                                                                   handler_.NewModelUpload(), response);
}

grpc::ServerUnaryReactor* ModelsService::Delete(grpc::CallbackServerContext* transport,
                                                const v1::DeleteModelRequest* request,
                                                v1::DeleteModelResponse* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Models/Delete", request, response,
      [this](rpc::CallContext& call, const v1::DeleteModelRequest& asked, v1::DeleteModelResponse& answer, auto done) {
        uploads_.workers->Run(
            [this, &call, &asked, &answer, done = std::move(done)] { done(handler_.Delete(call, asked, answer)); });
      });
}

grpc::ServerReadReactor<v1::StartModelRunRequest>* ModelsService::StartRun(grpc::CallbackServerContext* transport,
                                                                           v1::ModelRun* response) {
  return rpc::UploadReactor<v1::StartModelRunRequest, v1::ModelRun, RunUpload>::Start(
      uploads_, *transport, kStartMethod, handler_.NewRunUpload(), response);
}

grpc::ServerUnaryReactor* ModelsService::GetRun(grpc::CallbackServerContext* transport,
                                                const v1::GetModelRunRequest* request, v1::ModelRun* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/GetRun", request, response,
                    [this](auto&... call) { return handler_.GetRun(call...); });
}

grpc::ServerUnaryReactor* ModelsService::ListRuns(grpc::CallbackServerContext* transport,
                                                  const v1::ListModelRunsRequest* request,
                                                  v1::ListModelRunsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/ListRuns", request, response,
                    [this](auto&... call) { return handler_.ListRuns(call...); });
}

grpc::ServerUnaryReactor* ModelsService::CancelRun(grpc::CallbackServerContext* transport,
                                                   const v1::CancelModelRunRequest* request, v1::ModelRun* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/CancelRun", request, response,
                    [this](auto&... call) { return handler_.CancelRun(call...); });
}

grpc::ServerUnaryReactor* ModelsService::GetAddressCalibration(grpc::CallbackServerContext* transport,
                                                               const v1::GetAddressCalibrationRequest* request,
                                                               v1::AddressCalibration* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/GetAddressCalibration", request, response,
                    [this](auto&... call) { return handler_.GetAddressCalibration(call...); });
}

}  // namespace wensum::models
