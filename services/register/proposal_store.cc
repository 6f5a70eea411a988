#include "services/register/proposal_store.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/decision_store.h"
#include "storage/keys.h"
#include "storage/proposal_keys.h"

namespace wensum::registry {
namespace {

using storage::Family;
using storage::v1::DecisionProposal;

absl::StatusOr<DecisionProposal> ParseProposal(std::string_view value, uint64_t number) {
  DecisionProposal proposal;
  if (!proposal.ParseFromArray(value.data(), static_cast<int>(value.size())) || proposal.format() == 0 ||
      proposal.format() > kProposalFormat || proposal.number() != number ||
      proposal.etags_size() != proposal.decision().sides_size()) {
    return DataLoss(Cat(ProposalName(number), " cannot be read; run `wensum verify`"));
  }
  return proposal;
}

}  // namespace

std::string ProposalName(uint64_t number) { return Cat("proposals/", number); }

bool IsExpired(const DecisionProposal& proposal, TimeMicros now) {
  return proposal.state() == static_cast<uint32_t>(ProposalState::kProposed) && now >= proposal.due_time();
}

absl::StatusOr<DecisionProposal> ReadProposal(const storage::Reader& reader, uint32_t reg, uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kDecision, storage::ProposalKey(reg, number)));
  return value.has_value() ? ParseProposal(*value, number) : NotFound(Cat("there is no ", ProposalName(number)));
}

absl::StatusOr<uint64_t> NewestProposal(const storage::Reader& reader, uint32_t reg) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::ProposalPrefix(reg)));
  it->SeekToLast();
  if (!it->Valid()) {
    WENSUM_RETURN_IF_ERROR(it->status());
    return 0;
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseProposalKey(it->key()));
  return key.number;
}

void PutProposal(uint32_t reg, const DecisionProposal& proposal, storage::WriteBatch& batch) {
  batch.Put(Family::kDecision, storage::ProposalKey(reg, proposal.number()), proposal.SerializeAsString());
}

absl::Status VerifyProposals(const storage::Reader& reader, uint32_t reg, uint64_t revision,
                             const std::function<void(std::string)>& differ) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, NewestProposal(reader, reg));
  for (uint64_t number = 1; number <= newest; ++number) {
    const absl::StatusOr<DecisionProposal> proposal = ReadProposal(reader, reg, number);
    if (!proposal.ok()) {
      differ(std::string(Message(proposal.status())));
      continue;
    }
    if (proposal->change_revision() > revision) {
      differ(Cat(ProposalName(number), " has a revision that is not reached"));
    }
    const bool approved = proposal->state() == static_cast<uint32_t>(ProposalState::kApproved);
    if (approved != (proposal->made() != 0)) {
      differ(Cat(ProposalName(number), approved ? " is approved and made no decision" : " made a decision unapproved"));
      continue;
    }
    if (!approved) {
      continue;
    }
    const absl::StatusOr<storage::v1::LinkDecision> made = ReadDecision(reader, reg, proposal->made());
    if (!made.ok() || made->actor() != proposal->decision().actor() || made->approver() != proposal->answer_actor()) {
      differ(
          Cat(ProposalName(number), " says that it made ", DecisionName(proposal->made()), ", which does not say so"));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
