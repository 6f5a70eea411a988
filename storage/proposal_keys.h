// The keys of decisions that wait for a second steward, in family decision. As keys.h; what stands under each is in
// docs/storage-format.md.
#ifndef WENSUM_STORAGE_PROPOSAL_KEYS_H_
#define WENSUM_STORAGE_PROPOSAL_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/keys.h"

namespace wensum::storage {

// register | 'P' | number
std::string ProposalKey(RegisterId reg, uint64_t number);
std::string ProposalPrefix(RegisterId reg);

// What the key says.
absl::StatusOr<NumberedKey> ParseProposalKey(std::string_view key);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_PROPOSAL_KEYS_H_
