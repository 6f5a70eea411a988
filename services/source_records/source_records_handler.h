// What wensum.v1.SourceRecords answers, without a transport. proto/wensum/v1/source_records.proto is the contract.
#ifndef WENSUM_SERVICES_SOURCE_RECORDS_SOURCE_RECORDS_HANDLER_H_
#define WENSUM_SERVICES_SOURCE_RECORDS_SOURCE_RECORDS_HANDLER_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "base/opaque_id.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/source_records.pb.h"

namespace wensum::source_records {

using Done = std::function<void(const absl::Status&)>;

// Thread-safe. The writing methods return once the write is queued and call `done` exactly once, perhaps on the
// register's thread, when it is durable or refused; call, request and response must live until then.
class SourceRecordsHandler {
 public:
  // `reg` must outlive the handler.
  explicit SourceRecordsHandler(registry::Register* reg) : register_(*reg) {}

  void Upsert(rpc::CallContext& call, const v1::UpsertSourceRecordRequest& request,
              v1::UpsertSourceRecordResponse& response, Done done);
  void BatchUpsert(rpc::CallContext& call, const v1::BatchUpsertSourceRecordsRequest& request,
                   v1::BatchUpsertSourceRecordsResponse& response, Done done);
  void Delete(rpc::CallContext& call, const v1::DeleteSourceRecordRequest& request,
              v1::DeleteSourceRecordResponse& response, Done done);
  absl::Status Get(rpc::CallContext& call, const v1::GetSourceRecordRequest& request, v1::SourceRecord& response) const;
  absl::Status List(rpc::CallContext& call, const v1::ListSourceRecordsRequest& request,
                    v1::ListSourceRecordsResponse& response) const;

 private:
  registry::Register& register_;
};

// The answer for one written record. `issues` are those that its conversion found before the register saw it.
void ToUpsertResponse(const registry::SourceResult& result, const OpaqueIdCodec& ids,
                      const std::vector<model::FieldIssue>& issues, v1::UpsertSourceRecordResponse& out);

// A refused record's status, with the reason of the error.
absl::Status WithRefusalReason(const absl::Status& status);

// The register's refusal to queue a mutation, with its reason.
absl::Status WithQueueReason(const absl::Status& status);

}  // namespace wensum::source_records

#endif  // WENSUM_SERVICES_SOURCE_RECORDS_SOURCE_RECORDS_HANDLER_H_
