#include "services/imports/imports_service.h"

#include <string_view>
#include <utility>

#include "services/rpc/unary.h"

namespace wensum::imports {
namespace {

constexpr std::string_view kStartMethod = "/wensum.v1.Imports/StartRun";

}  // namespace

grpc::ServerReadReactor<v1::StartImportRunRequest>* ImportsService::StartRun(grpc::CallbackServerContext* transport,
                                                                             v1::ImportRun* response) {
  return rpc::UploadReactor<v1::StartImportRunRequest, v1::ImportRun, Upload>::Start(uploads_, *transport, kStartMethod,
                                                                                     handler_.NewUpload(), response);
}

grpc::ServerUnaryReactor* ImportsService::GetRun(grpc::CallbackServerContext* transport,
                                                 const v1::GetImportRunRequest* request, v1::ImportRun* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Imports/GetRun", request, response,
                    [this](auto&... call) { return handler_.GetRun(call...); });
}

grpc::ServerUnaryReactor* ImportsService::ListRuns(grpc::CallbackServerContext* transport,
                                                   const v1::ListImportRunsRequest* request,
                                                   v1::ListImportRunsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Imports/ListRuns", request, response,
                    [this](auto&... call) { return handler_.ListRuns(call...); });
}

grpc::ServerUnaryReactor* ImportsService::ListIssues(grpc::CallbackServerContext* transport,
                                                     const v1::ListImportIssuesRequest* request,
                                                     v1::ListImportIssuesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Imports/ListIssues", request, response,
                    [this](auto&... call) { return handler_.ListIssues(call...); });
}

grpc::ServerUnaryReactor* ImportsService::ConfirmDeletes(grpc::CallbackServerContext* transport,
                                                         const v1::ConfirmDeletesRequest* request,
                                                         v1::ImportRun* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Imports/ConfirmDeletes", request, response,
                         [this](auto& call, const auto& asked, auto& answer, auto done) {
                           uploads_.workers->Run([this, &call, &asked, &answer, done = std::move(done)] {
                             done(handler_.ConfirmDeletes(call, asked, answer));
                           });
                         });
}

grpc::ServerUnaryReactor* ImportsService::RollBackRun(grpc::CallbackServerContext* transport,
                                                      const v1::RollBackRunRequest* request, v1::ImportRun* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Imports/RollBackRun", request, response,
                         [this](auto& call, const auto& asked, auto& answer, auto done) {
                           uploads_.workers->Run([this, &call, &asked, &answer, done = std::move(done)] {
                             done(handler_.RollBackRun(call, asked, answer));
                           });
                         });
}

}  // namespace wensum::imports
