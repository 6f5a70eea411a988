// What wensum.v1.Custodian answers, without a transport. proto/wensum/v1/custodian.proto is the contract.
#ifndef WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_HANDLER_H_
#define WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_HANDLER_H_

#include <functional>

#include "absl/status/status.h"
#include "services/custodian/custodian_options.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/custodian.pb.h"

namespace wensum::custodian {

using Done = std::function<void(const absl::Status&)>;

// Thread-safe. The writing methods return once the operation is queued and call `done` exactly once, perhaps on the
// register's thread, when it is durable or refused; call, request and response must live until then.
class CustodianHandler {
 public:
  // `reg` must outlive the handler.
  CustodianHandler(registry::Register* reg, CustodianOptions options) : register_(*reg), options_(std::move(options)) {}

  // Has the register learn the record keys in use, in the background: else the first operation waits for that.
  void WarmUp();

  void Apply(rpc::CallContext& call, const v1::ApplyOperationRequest& request, v1::OperationRecord& response,
             Done done);
  void Undo(rpc::CallContext& call, const v1::UndoOperationRequest& request, v1::OperationRecord& response, Done done);
  absl::Status GetOperation(rpc::CallContext& call, const v1::GetOperationRequest& request,
                            v1::OperationRecord& response) const;
  absl::Status ListOperations(rpc::CallContext& call, const v1::ListOperationsRequest& request,
                              v1::ListOperationsResponse& response) const;
  absl::Status GetLineage(rpc::CallContext& call, const v1::GetLineageRequest& request,
                          v1::GetLineageResponse& response) const;
  absl::Status ListMarks(rpc::CallContext& call, const v1::ListMarksRequest& request,
                         v1::ListMarksResponse& response) const;
  absl::Status GetCase(rpc::CallContext& call, const v1::GetCaseRequest& request, v1::NamingCase& response) const;
  absl::Status ListCases(rpc::CallContext& call, const v1::ListCasesRequest& request,
                         v1::ListCasesResponse& response) const;
  // Waits for the register's writer: not for gRPC threads.
  absl::Status ListRanges(rpc::CallContext& call, const v1::ListRangesRequest& request,
                          v1::ListRangesResponse& response) const;

 private:
  registry::Register& register_;
  const CustodianOptions options_;
};

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_HANDLER_H_
