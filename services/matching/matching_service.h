// wensum.v1.Matching over gRPC: passes every call through the gate to the handler.
#ifndef WENSUM_SERVICES_MATCHING_MATCHING_SERVICE_H_
#define WENSUM_SERVICES_MATCHING_MATCHING_SERVICE_H_

#include "services/matching/matching_handler.h"
#include "services/rpc/call_gate.h"
#include "wensum/v1/matching.grpc.pb.h"

namespace wensum::match {

class MatchingService final : public v1::Matching::CallbackService {
 public:
  // Both must outlive the service.
  MatchingService(const MatchingHandler* handler, rpc::CallGate* gate) : handler_(*handler), gate_(*gate) {}

  grpc::ServerUnaryReactor* ExplainPair(grpc::CallbackServerContext* transport, const v1::ExplainPairRequest* request,
                                        v1::PairExplanation* response) override;
  grpc::ServerUnaryReactor* ExplainPerson(grpc::CallbackServerContext* transport,
                                          const v1::ExplainPersonRequest* request,
                                          v1::PersonExplanation* response) override;
  grpc::ServerUnaryReactor* ExplainRecord(grpc::CallbackServerContext* transport,
                                          const v1::ExplainRecordRequest* request,
                                          v1::RecordExplanation* response) override;
  grpc::ServerUnaryReactor* ListReviewPairs(grpc::CallbackServerContext* transport,
                                            const v1::ListReviewPairsRequest* request,
                                            v1::ListReviewPairsResponse* response) override;
  grpc::ServerUnaryReactor* ListUnusualPeople(grpc::CallbackServerContext* transport,
                                              const v1::ListUnusualPeopleRequest* request,
                                              v1::ListUnusualPeopleResponse* response) override;

 private:
  const MatchingHandler& handler_;
  rpc::CallGate& gate_;
};

}  // namespace wensum::match

#endif  // WENSUM_SERVICES_MATCHING_MATCHING_SERVICE_H_
