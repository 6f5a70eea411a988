// wensum.v1.SourceRecords over gRPC.
#ifndef WENSUM_SERVICES_SOURCE_RECORDS_SOURCE_RECORDS_SERVICE_H_
#define WENSUM_SERVICES_SOURCE_RECORDS_SOURCE_RECORDS_SERVICE_H_

#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "services/source_records/source_records_handler.h"
#include "services/source_records/stream_session.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::source_records {

class SourceRecordsService final : public v1::SourceRecords::CallbackService {
 public:
  // All must outlive the service.
  SourceRecordsService(SourceRecordsHandler* handler, registry::Register* reg, rpc::CallGate* gate,
                       rpc::Executor* executor)
      : handler_(*handler), register_(reg), gate_(*gate), executor_(executor) {}

  grpc::ServerUnaryReactor* Upsert(grpc::CallbackServerContext* transport, const v1::UpsertSourceRecordRequest* request,
                                   v1::UpsertSourceRecordResponse* response) override;
  grpc::ServerUnaryReactor* BatchUpsert(grpc::CallbackServerContext* transport,
                                        const v1::BatchUpsertSourceRecordsRequest* request,
                                        v1::BatchUpsertSourceRecordsResponse* response) override;
  grpc::ServerBidiReactor<v1::StreamSourceRecordsRequest, v1::StreamSourceRecordsResponse>* Stream(
      grpc::CallbackServerContext* transport) override;
  grpc::ServerUnaryReactor* Delete(grpc::CallbackServerContext* transport, const v1::DeleteSourceRecordRequest* request,
                                   v1::DeleteSourceRecordResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* transport, const v1::GetSourceRecordRequest* request,
                                v1::SourceRecord* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* transport, const v1::ListSourceRecordsRequest* request,
                                 v1::ListSourceRecordsResponse* response) override;

 private:
  SourceRecordsHandler& handler_;
  registry::Register* const register_;
  rpc::CallGate& gate_;
  rpc::Executor* const executor_;
};

}  // namespace wensum::source_records

#endif  // WENSUM_SERVICES_SOURCE_RECORDS_SOURCE_RECORDS_SERVICE_H_
