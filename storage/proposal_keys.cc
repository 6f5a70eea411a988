#include "storage/proposal_keys.h"

#include "base/status_macros.h"
#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tag after the register. Part of the format: never change or reuse it.
constexpr uint8_t kDecisionProposal = 'P';

}  // namespace

std::string ProposalKey(RegisterId reg, uint64_t number) {
  KeyWriter writer;
  writer.U32(reg).U8(kDecisionProposal).U64(number);
  return writer.Take();
}

std::string ProposalPrefix(RegisterId reg) {
  KeyWriter writer;
  writer.U32(reg).U8(kDecisionProposal);
  return writer.Take();
}

absl::StatusOr<NumberedKey> ParseProposalKey(std::string_view key) {
  return ParseTagged<NumberedKey>(key, kDecisionProposal, "proposed decision", &NumberedKey::number);
}

}  // namespace wensum::storage
