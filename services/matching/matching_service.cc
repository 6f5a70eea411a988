#include "services/matching/matching_service.h"

#include "services/rpc/unary.h"

namespace wensum::match {

grpc::ServerUnaryReactor* MatchingService::ExplainPair(grpc::CallbackServerContext* transport,
                                                       const v1::ExplainPairRequest* request,
                                                       v1::PairExplanation* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Matching/ExplainPair", request, response,
                    [this](auto&... call) { return handler_.ExplainPair(call...); });
}

grpc::ServerUnaryReactor* MatchingService::ExplainPerson(grpc::CallbackServerContext* transport,
                                                         const v1::ExplainPersonRequest* request,
                                                         v1::PersonExplanation* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Matching/ExplainPerson", request, response,
                    [this](auto&... call) { return handler_.ExplainPerson(call...); });
}

grpc::ServerUnaryReactor* MatchingService::ExplainRecord(grpc::CallbackServerContext* transport,
                                                         const v1::ExplainRecordRequest* request,
                                                         v1::RecordExplanation* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Matching/ExplainRecord", request, response,
                    [this](auto&... call) { return handler_.ExplainRecord(call...); });
}

grpc::ServerUnaryReactor* MatchingService::ListReviewPairs(grpc::CallbackServerContext* transport,
                                                           const v1::ListReviewPairsRequest* request,
                                                           v1::ListReviewPairsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Matching/ListReviewPairs", request, response,
                    [this](auto&... call) { return handler_.ListReviewPairs(call...); });
}

grpc::ServerUnaryReactor* MatchingService::ListUnusualPeople(grpc::CallbackServerContext* transport,
                                                             const v1::ListUnusualPeopleRequest* request,
                                                             v1::ListUnusualPeopleResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Matching/ListUnusualPeople", request, response,
                    [this](auto&... call) { return handler_.ListUnusualPeople(call...); });
}

}  // namespace wensum::match
