// wensum.v1.Exports over gRPC.
#ifndef WENSUM_SERVICES_EXPORTS_EXPORTS_SERVICE_H_
#define WENSUM_SERVICES_EXPORTS_EXPORTS_SERVICE_H_

#include <chrono>

#include "services/exports/exports_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "wensum/v1/exports.grpc.pb.h"

namespace wensum::exports {

class ExportsService final : public v1::Exports::CallbackService {
 public:
  // Both must outlive the service. `idle_limit` (above 0): an export of which the caller takes nothing for this long,
  // or at most twice as long, ends with DEADLINE_EXCEEDED (EXPORT_STALLED); the state that it reads is let go at once.
  ExportsService(const ExportsHandler* handler, rpc::CallGate* gate, std::chrono::milliseconds idle_limit)
      : handler_(*handler), gate_(*gate), idle_limit_(idle_limit) {}

  grpc::ServerWriteReactor<v1::ExportGazetteerResponse>* ExportGazetteer(
      grpc::CallbackServerContext* transport, const v1::ExportGazetteerRequest* request) override;

 private:
  static constexpr size_t kThreads = 2;

  const ExportsHandler& handler_;
  rpc::CallGate& gate_;
  const std::chrono::milliseconds idle_limit_;
  // Of its own: a piece of a file takes some milliseconds, but the plan of a change-only one, and the
  // spatial index of a GeoPackage, seconds for a million properties.
  rpc::Executor executor_{kThreads};
};

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_EXPORTS_SERVICE_H_
