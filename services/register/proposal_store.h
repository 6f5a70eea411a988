// Decisions that wait for a second steward, as they are stored.
#ifndef WENSUM_SERVICES_REGISTER_PROPOSAL_STORE_H_
#define WENSUM_SERVICES_REGISTER_PROPOSAL_STORE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "storage/store.h"
#include "wensum/storage/v1/proposals.pb.h"

namespace wensum::registry {

// Values are stored and equal those of wensum.v1.Proposal.State; EXPIRED is never stored.
enum class ProposalState : uint8_t { kProposed = 1, kApproved = 2, kRejected = 3 };

inline constexpr uint32_t kProposalFormat = 1;

// "proposals/7"
std::string ProposalName(uint64_t number);
// Nobody answered it, and it is too late.
[[nodiscard]] bool IsExpired(const storage::v1::DecisionProposal& proposal, TimeMicros now);

// DATA_LOSS if a value cannot be read, here and below. NOT_FOUND if there is none.
absl::StatusOr<storage::v1::DecisionProposal> ReadProposal(const storage::Reader& reader, uint32_t reg,
                                                           uint64_t number);
// 0 if there is none.
absl::StatusOr<uint64_t> NewestProposal(const storage::Reader& reader, uint32_t reg);
void PutProposal(uint32_t reg, const storage::v1::DecisionProposal& proposal, storage::WriteBatch& batch);

// Calls `differ` with a sentence for each difference: proposals numbered without gaps, of known revisions; of approved
// ones the decision that was made, by whom it was proposed and approved.
absl::Status VerifyProposals(const storage::Reader& reader, uint32_t reg, uint64_t revision,
                             const std::function<void(std::string)>& differ);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_PROPOSAL_STORE_H_
