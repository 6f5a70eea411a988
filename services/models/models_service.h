// wensum.v1.Models over gRPC.
#ifndef WENSUM_SERVICES_MODELS_MODELS_SERVICE_H_
#define WENSUM_SERVICES_MODELS_MODELS_SERVICE_H_

#include "services/models/models_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/upload.h"
#include "wensum/v1/models.grpc.pb.h"

namespace wensum::models {

class ModelsService final : public v1::Models::CallbackService {
 public:
  // The handler and what `uploads` names must outlive the service. Its workers wait for commits.
  ModelsService(const ModelsHandler* handler, const rpc::UploadSite& uploads)
      : handler_(*handler), gate_(*uploads.gate), uploads_(uploads) {}

  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* transport, const v1::ListModelsRequest* request,
                                 v1::ListModelsResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* transport, const v1::GetModelRequest* request,
                                v1::Model* response) override;
  grpc::ServerReadReactor<v1::CreateModelRequest>* Create(grpc::CallbackServerContext* transport,
                                                          v1::Model* response) override;
  grpc::ServerUnaryReactor* Delete(grpc::CallbackServerContext* transport, const v1::DeleteModelRequest* request,
                                   v1::DeleteModelResponse* response) override;
  grpc::ServerReadReactor<v1::StartModelRunRequest>* StartRun(grpc::CallbackServerContext* transport,
                                                              v1::ModelRun* response) override;
  grpc::ServerUnaryReactor* GetRun(grpc::CallbackServerContext* transport, const v1::GetModelRunRequest* request,
                                   v1::ModelRun* response) override;
  grpc::ServerUnaryReactor* ListRuns(grpc::CallbackServerContext* transport, const v1::ListModelRunsRequest* request,
                                     v1::ListModelRunsResponse* response) override;
  grpc::ServerUnaryReactor* CancelRun(grpc::CallbackServerContext* transport, const v1::CancelModelRunRequest* request,
                                      v1::ModelRun* response) override;
  grpc::ServerUnaryReactor* GetAddressCalibration(grpc::CallbackServerContext* transport,
                                                  const v1::GetAddressCalibrationRequest* request,
                                                  v1::AddressCalibration* response) override;

 private:
  const ModelsHandler& handler_;
  rpc::CallGate& gate_;
  const rpc::UploadSite uploads_;
};

}  // namespace wensum::models

#endif  // WENSUM_SERVICES_MODELS_MODELS_SERVICE_H_
