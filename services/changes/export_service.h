// Sends an export of golden records, or of stale values, over one gRPC stream.
#ifndef WENSUM_SERVICES_CHANGES_EXPORT_SERVICE_H_
#define WENSUM_SERVICES_CHANGES_EXPORT_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include <chrono>

#include "services/register/register.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

// The next message is put together while one is on its way; no more wait, however slow the caller is. All but the
// request must outlive the call.
grpc::ServerWriteReactor<v1::ExportGoldenResponse>* StartExport(grpc::CallbackServerContext& transport,
                                                                const v1::ExportGoldenRequest& request,
                                                                rpc::CallGate& gate, const registry::Register* reg,
                                                                rpc::Executor* executor,
                                                                std::chrono::milliseconds idle_limit);
grpc::ServerWriteReactor<v1::ExportStaleValuesResponse>* StartExport(grpc::CallbackServerContext& transport,
                                                                     const v1::ExportStaleValuesRequest& request,
                                                                     rpc::CallGate& gate, const registry::Register* reg,
                                                                     rpc::Executor* executor,
                                                                     std::chrono::milliseconds idle_limit);

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_EXPORT_SERVICE_H_
