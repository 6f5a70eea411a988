#include "services/source_records/source_records_service.h"

#include <utility>

#include "services/rpc/bidi.h"
#include "services/rpc/unary.h"

namespace wensum::source_records {
grpc::ServerUnaryReactor* SourceRecordsService::Upsert(grpc::CallbackServerContext* transport,
                                                       const v1::UpsertSourceRecordRequest* request,
                                                       v1::UpsertSourceRecordResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.SourceRecords/Upsert", request, response,
                         [this](auto&&... call) { handler_.Upsert(std::forward<decltype(call)>(call)...); });
}

grpc::ServerUnaryReactor* SourceRecordsService::BatchUpsert(grpc::CallbackServerContext* transport,
                                                            const v1::BatchUpsertSourceRecordsRequest* request,
                                                            v1::BatchUpsertSourceRecordsResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.SourceRecords/BatchUpsert", request, response,
                         [this](auto&&... call) { handler_.BatchUpsert(std::forward<decltype(call)>(call)...); });
}

grpc::ServerBidiReactor<v1::StreamSourceRecordsRequest, v1::StreamSourceRecordsResponse>* SourceRecordsService::Stream(
    grpc::CallbackServerContext* transport) {
  using Reactor = rpc::BidiReactor<v1::StreamSourceRecordsRequest, v1::StreamSourceRecordsResponse, StreamSession>;
  return Reactor::Start(*transport, gate_, "/wensum.v1.SourceRecords/Stream",
                        [reg = register_, executor = executor_](auto changed) {
                          return StreamSession::Create(reg, executor, StreamLimits{}, std::move(changed));
                        });
}

grpc::ServerUnaryReactor* SourceRecordsService::Delete(grpc::CallbackServerContext* transport,
                                                       const v1::DeleteSourceRecordRequest* request,
                                                       v1::DeleteSourceRecordResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.SourceRecords/Delete", request, response,
                         [this](auto&&... call) { handler_.Delete(std::forward<decltype(call)>(call)...); });
}

grpc::ServerUnaryReactor* SourceRecordsService::Get(grpc::CallbackServerContext* transport,
                                                    const v1::GetSourceRecordRequest* request,
                                                    v1::SourceRecord* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.SourceRecords/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* SourceRecordsService::List(grpc::CallbackServerContext* transport,
                                                     const v1::ListSourceRecordsRequest* request,
                                                     v1::ListSourceRecordsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.SourceRecords/List", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

}  // namespace wensum::source_records
