// wensum.v1.Changes over gRPC.
#ifndef WENSUM_SERVICES_CHANGES_CHANGES_SERVICE_H_
#define WENSUM_SERVICES_CHANGES_CHANGES_SERVICE_H_

#include <chrono>
#include <memory>
#include <utility>

#include "services/changes/consumer_book.h"
#include "services/register/register.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "wensum/v1/changes.grpc.pb.h"

namespace wensum::changes {

class ChangesService final : public v1::Changes::CallbackService {
 public:
  // All must outlive the service. `idle_limit`: a stream of which the caller takes nothing for so long is ended.
  ChangesService(registry::Register* reg, rpc::CallGate* gate, rpc::Executor* executor,
                 std::shared_ptr<ConsumerBook> book, std::chrono::milliseconds idle_limit)
      : register_(reg), gate_(*gate), executor_(executor), idle_limit_(idle_limit), book_(std::move(book)) {}

  grpc::ServerWriteReactor<v1::ChangeEvent>* Watch(grpc::CallbackServerContext* transport,
                                                   const v1::WatchChangesRequest* request) override;
  grpc::ServerWriteReactor<v1::ExportGoldenResponse>* ExportGolden(grpc::CallbackServerContext* transport,
                                                                   const v1::ExportGoldenRequest* request) override;
  grpc::ServerWriteReactor<v1::ExportStaleValuesResponse>* ExportStaleValues(
      grpc::CallbackServerContext* transport, const v1::ExportStaleValuesRequest* request) override;
  grpc::ServerUnaryReactor* ListTold(grpc::CallbackServerContext* transport, const v1::ListToldRequest* request,
                                     v1::ListToldResponse* response) override;
  grpc::ServerUnaryReactor* ListConsumers(grpc::CallbackServerContext* transport,
                                          const v1::ListConsumersRequest* request,
                                          v1::ListConsumersResponse* response) override;

 private:
  registry::Register* const register_;
  rpc::CallGate& gate_;
  rpc::Executor* const executor_;
  const std::chrono::milliseconds idle_limit_;
  const std::shared_ptr<ConsumerBook> book_;
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_CHANGES_SERVICE_H_
