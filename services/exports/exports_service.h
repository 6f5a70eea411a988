// wensum.v1.Exports over gRPC.
#ifndef WENSUM_SERVICES_EXPORTS_EXPORTS_SERVICE_H_
#define WENSUM_SERVICES_EXPORTS_EXPORTS_SERVICE_H_

#include "services/exports/exports_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "wensum/v1/exports.grpc.pb.h"

namespace wensum::exports {

class ExportsService final : public v1::Exports::CallbackService {
 public:
  // Both must outlive the service.
  ExportsService(const ExportsHandler* handler, rpc::CallGate* gate) : handler_(*handler), gate_(*gate) {}

  grpc::ServerWriteReactor<v1::ExportGazetteerResponse>* ExportGazetteer(
      grpc::CallbackServerContext* transport, const v1::ExportGazetteerRequest* request) override;

 private:
  static constexpr size_t kThreads = 2;

  const ExportsHandler& handler_;
  rpc::CallGate& gate_;
  // Of its own: a piece of a file takes some milliseconds, and the plan of a change-only one seconds.
  rpc::Executor executor_{kThreads};
};

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_EXPORTS_SERVICE_H_
