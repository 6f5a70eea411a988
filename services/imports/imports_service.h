// wensum.v1.Imports over gRPC.
#ifndef WENSUM_SERVICES_IMPORTS_IMPORTS_SERVICE_H_
#define WENSUM_SERVICES_IMPORTS_IMPORTS_SERVICE_H_

#include "services/imports/imports_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/upload.h"
#include "wensum/v1/imports.grpc.pb.h"

namespace wensum::imports {

class ImportsService final : public v1::Imports::CallbackService {
 public:
  // `handler` must outlive the service.
  ImportsService(const ImportsHandler* handler, const rpc::UploadSite& uploads)
      : handler_(*handler), gate_(*uploads.gate), uploads_(uploads) {}

  grpc::ServerReadReactor<v1::StartImportRunRequest>* StartRun(grpc::CallbackServerContext* transport,
                                                               v1::ImportRun* response) override;
  grpc::ServerUnaryReactor* GetRun(grpc::CallbackServerContext* transport, const v1::GetImportRunRequest* request,
                                   v1::ImportRun* response) override;
  grpc::ServerUnaryReactor* ListRuns(grpc::CallbackServerContext* transport, const v1::ListImportRunsRequest* request,
                                     v1::ListImportRunsResponse* response) override;
  grpc::ServerUnaryReactor* ListIssues(grpc::CallbackServerContext* transport,
                                       const v1::ListImportIssuesRequest* request,
                                       v1::ListImportIssuesResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmDeletes(grpc::CallbackServerContext* transport,
                                           const v1::ConfirmDeletesRequest* request, v1::ImportRun* response) override;
  grpc::ServerUnaryReactor* RollBackRun(grpc::CallbackServerContext* transport, const v1::RollBackRunRequest* request,
                                        v1::ImportRun* response) override;

 private:
  const ImportsHandler& handler_;
  rpc::CallGate& gate_;
  const rpc::UploadSite uploads_;
};

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_IMPORTS_SERVICE_H_
