// wensum.v1.HubSubmissions over gRPC.
#ifndef WENSUM_SERVICES_HUB_HUB_SERVICE_H_
#define WENSUM_SERVICES_HUB_HUB_SERVICE_H_

#include "services/hub/hub_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "services/rpc/upload.h"
#include "wensum/v1/hub.grpc.pb.h"

namespace wensum::hub {

class HubService final : public v1::HubSubmissions::CallbackService {
 public:
  // The handler and what `uploads` names must outlive the service. Its workers make files and wait for commits.
  HubService(HubHandler* handler, const rpc::UploadSite& uploads)
      : handler_(*handler), gate_(*uploads.gate), workers_(*uploads.workers), uploads_(uploads) {}

  grpc::ServerUnaryReactor* Prepare(grpc::CallbackServerContext* transport, const v1::PrepareSubmissionRequest* request,
                                    v1::HubSubmission* response) override;
  grpc::ServerUnaryReactor* RecordProgress(grpc::CallbackServerContext* transport,
                                           const v1::RecordProgressRequest* request,
                                           v1::HubSubmission* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* transport, const v1::GetSubmissionRequest* request,
                                v1::HubSubmission* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* transport, const v1::ListSubmissionsRequest* request,
                                 v1::ListSubmissionsResponse* response) override;
  grpc::ServerReadReactor<v1::ImportReportRequest>* ImportReport(grpc::CallbackServerContext* transport,
                                                                 v1::HubReport* response) override;
  grpc::ServerUnaryReactor* GetReport(grpc::CallbackServerContext* transport, const v1::GetHubReportRequest* request,
                                      v1::HubReport* response) override;
  grpc::ServerUnaryReactor* ListReports(grpc::CallbackServerContext* transport,
                                        const v1::ListHubReportsRequest* request,
                                        v1::ListHubReportsResponse* response) override;
  grpc::ServerUnaryReactor* ListFindings(grpc::CallbackServerContext* transport,
                                         const v1::ListHubFindingsRequest* request,
                                         v1::ListHubFindingsResponse* response) override;

 private:
  HubHandler& handler_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
  const rpc::UploadSite uploads_;
};

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_HUB_SERVICE_H_
