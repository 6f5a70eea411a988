#include "services/health/health_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::health {
namespace {

// Serves a call on a worker: `handle(call, request, response)` may wait for the disk.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* OnWorker(rpc::CallGate& gate, rpc::Executor& workers, grpc::CallbackServerContext* transport,
                                   std::string_view method, const Request* request, Response* response,
                                   Handler handle) {
  return rpc::UnaryAsync(
      gate, transport, method, request, response,
      [&workers, handle](rpc::CallContext& call, const Request& asked, Response& answer, auto done) {
        workers.Run([handle, &call, &asked, &answer, done = std::move(done)] { done(handle(call, asked, answer)); });
      });
}

}  // namespace

grpc::ServerUnaryReactor* HealthService::RunCheck(grpc::CallbackServerContext* transport,
                                                  const v1::RunHealthCheckRequest* request,
                                                  v1::HealthReport* response) {
  return OnWorker(gate_, workers_, transport, "/wensum.v1.GazetteerHealth/RunCheck", request, response,
                  [this](auto&... call) { return handler_.RunCheck(call...); });
}

grpc::ServerUnaryReactor* HealthService::GetReport(grpc::CallbackServerContext* transport,
                                                   const v1::GetHealthReportRequest* request,
                                                   v1::HealthReport* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.GazetteerHealth/GetReport", request, response,
                    [this](auto&... call) { return handler_.GetReport(call...); });
}

grpc::ServerUnaryReactor* HealthService::ListReports(grpc::CallbackServerContext* transport,
                                                     const v1::ListHealthReportsRequest* request,
                                                     v1::ListHealthReportsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.GazetteerHealth/ListReports", request, response,
                    [this](auto&... call) { return handler_.ListReports(call...); });
}

grpc::ServerUnaryReactor* HealthService::Waive(grpc::CallbackServerContext* transport,
                                               const v1::WaiveFindingRequest* request, v1::HealthWaiver* response) {
  return OnWorker(gate_, workers_, transport, "/wensum.v1.GazetteerHealth/Waive", request, response,
                  [this](auto&... call) { return handler_.Waive(call...); });
}

grpc::ServerUnaryReactor* HealthService::ListWaivers(grpc::CallbackServerContext* transport,
                                                     const v1::ListHealthWaiversRequest* request,
                                                     v1::ListHealthWaiversResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.GazetteerHealth/ListWaivers", request, response,
                    [this](auto&... call) { return handler_.ListWaivers(call...); });
}

grpc::ServerUnaryReactor* HealthService::RevokeWaiver(grpc::CallbackServerContext* transport,
                                                      const v1::RevokeHealthWaiverRequest* request,
                                                      v1::HealthWaiver* response) {
  return OnWorker(gate_, workers_, transport, "/wensum.v1.GazetteerHealth/RevokeWaiver", request, response,
                  [this](auto&... call) { return handler_.RevokeWaiver(call...); });
}

grpc::ServerReadReactor<v1::CheckBoundariesRequest>* HealthService::CheckBoundaries(
    grpc::CallbackServerContext* transport, v1::BoundaryReport* response) {
  return rpc::UploadReactor<v1::CheckBoundariesRequest, v1::BoundaryReport, BoundaryUpload>::Start(
      uploads_, *transport, "/wensum.v1.GazetteerHealth/CheckBoundaries", handler_.NewBoundaryUpload(), response);
}

grpc::ServerUnaryReactor* HealthService::GetLinkRates(grpc::CallbackServerContext* transport,
                                                      const v1::GetLinkRatesRequest* request, v1::LinkRates* response) {
  return OnWorker(gate_, workers_, transport, "/wensum.v1.GazetteerHealth/GetLinkRates", request, response,
                  [this](auto&... call) { return handler_.GetLinkRates(call...); });
}

}  // namespace wensum::health
