// What wensum.v1.Matching answers, without a transport. proto/wensum/v1/matching.proto is the contract.
#ifndef WENSUM_SERVICES_MATCHING_MATCHING_HANDLER_H_
#define WENSUM_SERVICES_MATCHING_MATCHING_HANDLER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/matching/pair_answer.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/matching.pb.h"

namespace wensum::match {

// Thread-safe. Each method fills an empty response.
class MatchingHandler {
 public:
  // `reg` must outlive the handler.
  explicit MatchingHandler(const registry::Register* reg);

  absl::Status ExplainPair(rpc::CallContext& call, const v1::ExplainPairRequest& request,
                           v1::PairExplanation& response) const;
  absl::Status ExplainPerson(rpc::CallContext& call, const v1::ExplainPersonRequest& request,
                             v1::PersonExplanation& response) const;
  absl::Status ExplainRecord(rpc::CallContext& call, const v1::ExplainRecordRequest& request,
                             v1::RecordExplanation& response) const;
  absl::Status ListReviewPairs(rpc::CallContext& call, const v1::ListReviewPairsRequest& request,
                               v1::ListReviewPairsResponse& response) const;
  absl::Status ListUnusualPeople(rpc::CallContext& call, const v1::ListUnusualPeopleRequest& request,
                                 v1::ListUnusualPeopleResponse& response) const;

 private:
  static constexpr size_t kMaxMembers = 1'000;  // of one person that are looked at

  // One call's view of the register; not to outlive the call.
  struct Asked {
    const rpc::CallContext* call = nullptr;
    registry::ReadView state;
    int purpose_bit = 0;
    bool sees_everything = false;
  };
  absl::StatusOr<Asked> Open(rpc::CallContext& call) const;
  // DEADLINE_EXCEEDED if nobody waits for the answer any more.
  static absl::Status CheckTime(const Asked& asked);

  // A live record that the purpose may know of; else NOT_FOUND, naming `field`.
  absl::StatusOr<SeenRecord> FindRecord(const Asked& asked, const v1::SourceKey& key, std::string_view field) const;
  // An entity that the purpose may know of and that has not ended; else NOT_FOUND, naming `field`.
  absl::StatusOr<registry::EntityRecord> FindPerson(const Asked& asked, std::string_view name,
                                                    std::string_view field) const;
  // Those of its records that the purpose may know of, at most `limit`.
  absl::StatusOr<std::vector<SeenRecord>> RecordsOf(const Asked& asked, const registry::EntityRecord& person,
                                                    size_t limit) const;
  // What is shown of a person's records, and what sentences say of their number.
  struct ShownRecords {
    std::vector<SeenRecord> records;
    std::string count;  // "3 records"
    bool cut = false;   // there are more that the purpose may know of
  };
  absl::StatusOr<ShownRecords> ShownOf(const Asked& asked, const registry::EntityRecord& person) const;
  absl::StatusOr<std::vector<SeenRecord>> SideRecords(const Asked& asked, const v1::ExplainPairRequest::Side& side,
                                                      std::string_view field) const;
  // UNAVAILABLE if the matcher, which may be a commit ahead of the call's view, differs from it on the two.
  absl::StatusOr<registry::PairExplanation> Weigh(const Asked& asked, const SeenRecord& a, const SeenRecord& b,
                                                  bool with_people) const;
  absl::StatusOr<v1::PairExplanation> Explain(const Asked& asked, const SeenRecord& a, const SeenRecord& b) const;
  // The pair that fits best, as far as the purpose can see; nullopt if no two are different records.
  absl::StatusOr<std::optional<v1::PairExplanation>> BestPair(const Asked& asked, const std::vector<SeenRecord>& some,
                                                              const std::vector<SeenRecord>& others) const;

  // Those between records that are shown; returns the least probability of all that the score decided.
  absl::StatusOr<std::optional<double>> AddSteps(const std::vector<SeenRecord>& records,
                                                 v1::PersonExplanation& response) const;
  // How the records hang together, by what the purpose can see.
  absl::Status AddTies(const Asked& asked, const std::vector<SeenRecord>& records,
                       v1::PersonExplanation& response) const;
  absl::Status AddCandidates(const Asked& asked, const SeenRecord& record, size_t limit,
                             v1::RecordExplanation& response) const;
  // False, with `out` in no special state, if the pair is not asked for, or the purpose may not see all that it
  // rests on.
  absl::StatusOr<bool> ToReviewPair(const Asked& asked, const v1::ListReviewPairsRequest& request, bool with_sentence,
                                    const registry::ReviewPair& pair, v1::ReviewPair& out) const;
  // False, with `out` in no special state, if the purpose may not see all that it rests on, or the person is being
  // changed this moment.
  absl::StatusOr<bool> ToUnusualPerson(const Asked& asked, const matching::LiveMatcher::Unusual& unusual,
                                       const matching::UnusualBounds& bounds, v1::UnusualPerson& out) const;
  // The records of one side of a review pair that are looked at for its sentence; nullopt if the purpose may not see
  // everything of all records of the person.
  absl::StatusOr<std::optional<std::vector<SeenRecord>>> ReviewSide(const Asked& asked,
                                                                    const registry::EntityRecord& person) const;

  const registry::Register& register_;
  const bool knows_all_sources_;
};

}  // namespace wensum::match

#endif  // WENSUM_SERVICES_MATCHING_MATCHING_HANDLER_H_
