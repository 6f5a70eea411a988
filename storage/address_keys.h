// The keys of what address texts mean: records whose addresses are unresolved, and learnt addresses. As keys.h; what
// stands under each is in docs/storage-format.md.
#ifndef WENSUM_STORAGE_ADDRESS_KEYS_H_
#define WENSUM_STORAGE_ADDRESS_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/keys.h"

namespace wensum::storage {

// Family crosswalk. Live records of people and organisations with an address of this form that is matched to no
// property: register | 'A' | hash of the form | ordinal
std::string UnresolvedAddressKey(RegisterId reg, std::string_view hash, uint64_t ordinal);
std::string UnresolvedAddressPrefix(RegisterId reg, std::string_view hash);
// All of them.
std::string UnresolvedAddressesPrefix(RegisterId reg);

// Family decision. What stewards said: register | 'V' | number
std::string LearntAddressKey(RegisterId reg, uint64_t number);
std::string LearntAddressPrefix(RegisterId reg);
// Those in force: register | 'v' | hash of the form | source
std::string LearntInForceKey(RegisterId reg, std::string_view hash, std::string_view source);
std::string LearntInForcePrefix(RegisterId reg);

// Family decision. How sure matches of addresses are and must be, as fitted: register | 'B' | number
std::string AddressCalibrationKey(RegisterId reg, uint64_t number);
std::string AddressCalibrationPrefix(RegisterId reg);

struct UnresolvedAddressParts {
  RegisterId reg = 0;
  std::string_view hash;
  uint64_t ordinal = 0;
  bool operator==(const UnresolvedAddressParts&) const = default;
};
absl::StatusOr<UnresolvedAddressParts> ParseUnresolvedAddressKey(std::string_view key);

absl::StatusOr<NumberedKey> ParseLearntAddressKey(std::string_view key);

struct LearntInForceParts {
  RegisterId reg = 0;
  std::string_view hash;
  std::string source;
  bool operator==(const LearntInForceParts&) const = default;
};
absl::StatusOr<LearntInForceParts> ParseLearntInForceKey(std::string_view key);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_ADDRESS_KEYS_H_
