// The keys of stewards' decisions about who is one person, and of held updates, in family decision. As keys.h; what
// stands under each is in docs/storage-format.md.
#ifndef WENSUM_STORAGE_DECISION_KEYS_H_
#define WENSUM_STORAGE_DECISION_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/keys.h"

namespace wensum::storage {

// register | 'D' | number
std::string LinkDecisionKey(RegisterId reg, uint64_t number);
std::string LinkDecisionPrefix(RegisterId reg);
// Decisions that name a record: register | 'd' | ordinal | number
std::string DecisionByRecordKey(RegisterId reg, uint64_t ordinal, uint64_t number);
std::string DecisionByRecordPrefix(RegisterId reg, uint64_t ordinal);
std::string DecisionsByRecordPrefix(RegisterId reg);
// Decisions in force that give a person a home at a property: register | 'h' | UPRN | ordinal of the record that the
// decision belongs to | number
std::string GivenHomeKey(RegisterId reg, uint64_t uprn, uint64_t ordinal, uint64_t number);
std::string GivenHomePrefix(RegisterId reg, uint64_t uprn);
std::string GivenHomesPrefix(RegisterId reg);
// register | 'W' | ordinal | number
std::string HeldUpdateKey(RegisterId reg, uint64_t ordinal, uint64_t number);
std::string HeldUpdatePrefix(RegisterId reg, uint64_t ordinal);
std::string HeldUpdatesPrefix(RegisterId reg);

// What the keys say.
absl::StatusOr<NumberedKey> ParseLinkDecisionKey(std::string_view key);

struct DecisionByRecordParts {
  RegisterId reg = 0;
  uint64_t ordinal = 0;
  uint64_t number = 0;
  bool operator==(const DecisionByRecordParts&) const = default;
};
absl::StatusOr<DecisionByRecordParts> ParseDecisionByRecordKey(std::string_view key);

struct GivenHomeParts {
  RegisterId reg = 0;
  uint64_t uprn = 0;
  uint64_t ordinal = 0;
  uint64_t number = 0;
  bool operator==(const GivenHomeParts&) const = default;
};
absl::StatusOr<GivenHomeParts> ParseGivenHomeKey(std::string_view key);

struct HeldUpdateParts {
  RegisterId reg = 0;
  uint64_t ordinal = 0;
  uint64_t number = 0;
  bool operator==(const HeldUpdateParts&) const = default;
};
absl::StatusOr<HeldUpdateParts> ParseHeldUpdateKey(std::string_view key);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_DECISION_KEYS_H_
