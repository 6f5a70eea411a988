// What wensum.v1.LearntAddresses answers, without a transport. proto/wensum/v1/learnt_addresses.proto is the contract.
#ifndef WENSUM_SERVICES_STEWARDSHIP_LEARNT_ADDRESSES_HANDLER_H_
#define WENSUM_SERVICES_STEWARDSHIP_LEARNT_ADDRESSES_HANDLER_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/learnt_addresses.pb.h"

namespace wensum::stewardship {

// Thread-safe. The writing methods return once the write is queued and call `done` exactly once, perhaps on the
// register's thread, when it is durable or refused; call, request and response must live until then.
class LearntAddressesHandler {
 public:
  using Done = std::function<void(const absl::Status&)>;

  // `reg` must outlive the handler.
  explicit LearntAddressesHandler(registry::Register* reg);

  void Learn(rpc::CallContext& call, const v1::LearnAddressRequest& request, v1::LearnAddressResponse& response,
             Done done);
  void Retract(rpc::CallContext& call, const v1::RetractLearntAddressRequest& request,
               v1::LearnAddressResponse& response, Done done);
  absl::Status Get(rpc::CallContext& call, const v1::GetLearntAddressRequest& request,
                   v1::LearntAddress& response) const;
  absl::Status List(rpc::CallContext& call, const v1::ListLearntAddressesRequest& request,
                    v1::ListLearntAddressesResponse& response) const;

 private:
  // Plans a write and fills its answer, on the writer's thread.
  using Plan = std::function<absl::StatusOr<registry::Planned>(const registry::PlanView& view,
                                                               v1::LearnAddressResponse& answer)>;

  template <typename Request>
  void Run(rpc::CallContext& call, const Request& request, v1::LearnAddressResponse& response, Plan plan, Done done);
  absl::StatusOr<registry::Planned> PlanLearn(const registry::PlanView& view, const rpc::Grant& grant,
                                              const v1::LearnAddressRequest& request,
                                              v1::LearnAddressResponse& answer) const;
  absl::StatusOr<registry::Planned> PlanRetract(const registry::PlanView& view, const rpc::Grant& grant,
                                                uint64_t number, const v1::RetractLearntAddressRequest& request,
                                                v1::LearnAddressResponse& answer) const;
  // The text and postcode of the task that the request names.
  absl::Status TakeTask(const registry::PlanView& view, const rpc::Grant& grant, const v1::LearnAddressRequest& request,
                        registry::LearntAddress& address) const;
  absl::Status CheckProperty(const v1::LearnAddressRequest& request, const registry::LearntAddress& address,
                             v1::LearnAddressResponse& answer) const;
  absl::Status CheckInForce(const registry::PlanView& view, const std::string& form,
                            const registry::LearntAddress& address) const;
  absl::Status FillAnswer(const registry::PlanView& view, const rpc::Grant& grant,
                          const registry::LearntAddress& address, v1::LearnAddressResponse& answer) const;

  registry::Register& register_;
  const bool knows_all_sources_;
};

}  // namespace wensum::stewardship

#endif  // WENSUM_SERVICES_STEWARDSHIP_LEARNT_ADDRESSES_HANDLER_H_
