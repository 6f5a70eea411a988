#include "services/hub/hub_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::hub {
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

grpc::ServerUnaryReactor* HubService::Prepare(grpc::CallbackServerContext* transport,
                                              const v1::PrepareSubmissionRequest* request,
                                              v1::HubSubmission* response) {
  return OnWorker(gate_, workers_, transport, "/wensum.v1.HubSubmissions/Prepare", request, response,
                  [this](auto&... call) { return handler_.Prepare(call...); });
}

grpc::ServerUnaryReactor* HubService::RecordProgress(grpc::CallbackServerContext* transport,
                                                     const v1::RecordProgressRequest* request,
                                                     v1::HubSubmission* response) {
  return OnWorker(gate_, workers_, transport, "/wensum.v1.HubSubmissions/RecordProgress", request, response,
                  [this](auto&... call) { return handler_.RecordProgress(call...); });
}

grpc::ServerUnaryReactor* HubService::Get(grpc::CallbackServerContext* transport,
                                          const v1::GetSubmissionRequest* request, v1::HubSubmission* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.HubSubmissions/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* HubService::List(grpc::CallbackServerContext* transport,
                                           const v1::ListSubmissionsRequest* request,
                                           v1::ListSubmissionsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.HubSubmissions/List", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

grpc::ServerReadReactor<v1::ImportReportRequest>* HubService::ImportReport(grpc::CallbackServerContext* transport,
                                                                           v1::HubReport* response) {
  return rpc::UploadReactor<v1::ImportReportRequest, v1::HubReport, ReportUpload>::Start(
      uploads_, *transport, "/wensum.v1.HubSubmissions/ImportReport", handler_.NewReportUpload(), response);
}

grpc::ServerUnaryReactor* HubService::GetReport(grpc::CallbackServerContext* transport,
                                                const v1::GetHubReportRequest* request, v1::HubReport* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.HubSubmissions/GetReport", request, response,
                    [this](auto&... call) { return handler_.GetReport(call...); });
}

grpc::ServerUnaryReactor* HubService::ListReports(grpc::CallbackServerContext* transport,
                                                  const v1::ListHubReportsRequest* request,
                                                  v1::ListHubReportsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.HubSubmissions/ListReports", request, response,
                    [this](auto&... call) { return handler_.ListReports(call...); });
}

grpc::ServerUnaryReactor* HubService::ListFindings(grpc::CallbackServerContext* transport,
                                                   const v1::ListHubFindingsRequest* request,
                                                   v1::ListHubFindingsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.HubSubmissions/ListFindings", request, response,
                    [this](auto&... call) { return handler_.ListFindings(call...); });
}

}  // namespace wensum::hub
