// wensum.v1.GazetteerHealth over gRPC.
#ifndef WENSUM_SERVICES_HEALTH_HEALTH_SERVICE_H_
#define WENSUM_SERVICES_HEALTH_HEALTH_SERVICE_H_

#include "services/health/health_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "services/rpc/upload.h"
#include "wensum/v1/health.grpc.pb.h"

namespace wensum::health {

class HealthService final : public v1::GazetteerHealth::CallbackService {
 public:
  // The handler and what `uploads` names must outlive the service. Its workers run checks and counts, and wait for
  // commits.
  HealthService(HealthHandler* handler, const rpc::UploadSite& uploads)
      : handler_(*handler), gate_(*uploads.gate), workers_(*uploads.workers), uploads_(uploads) {}

  grpc::ServerUnaryReactor* RunCheck(grpc::CallbackServerContext* transport, const v1::RunHealthCheckRequest* request,
                                     v1::HealthReport* response) override;
  grpc::ServerUnaryReactor* GetReport(grpc::CallbackServerContext* transport, const v1::GetHealthReportRequest* request,
                                      v1::HealthReport* response) override;
  grpc::ServerUnaryReactor* ListReports(grpc::CallbackServerContext* transport,
                                        const v1::ListHealthReportsRequest* request,
                                        v1::ListHealthReportsResponse* response) override;
  grpc::ServerUnaryReactor* Waive(grpc::CallbackServerContext* transport, const v1::WaiveFindingRequest* request,
                                  v1::HealthWaiver* response) override;
  grpc::ServerUnaryReactor* ListWaivers(grpc::CallbackServerContext* transport,
                                        const v1::ListHealthWaiversRequest* request,
                                        v1::ListHealthWaiversResponse* response) override;
  grpc::ServerUnaryReactor* RevokeWaiver(grpc::CallbackServerContext* transport,
                                         const v1::RevokeHealthWaiverRequest* request,
                                         v1::HealthWaiver* response) override;
  grpc::ServerReadReactor<v1::CheckBoundariesRequest>* CheckBoundaries(grpc::CallbackServerContext* transport,
                                                                       v1::BoundaryReport* response) override;
  grpc::ServerUnaryReactor* GetLinkRates(grpc::CallbackServerContext* transport, const v1::GetLinkRatesRequest* request,
                                         v1::LinkRates* response) override;

 private:
  HealthHandler& handler_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
  const rpc::UploadSite uploads_;
};

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_HEALTH_SERVICE_H_
