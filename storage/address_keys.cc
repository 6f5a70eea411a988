#include "storage/address_keys.h"

#include "base/status_macros.h"
#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tags after the register. Part of the format: never change or reuse one.
constexpr uint8_t kUnresolvedAddress = 'A';
constexpr uint8_t kLearntAddress = 'V';
constexpr uint8_t kLearntInForce = 'v';
constexpr uint8_t kAddressCalibration = 'B';

KeyWriter AddressStart(RegisterId reg, uint8_t tag) {
  KeyWriter writer;
  writer.U32(reg).U8(tag);
  return writer;
}

}  // namespace

std::string UnresolvedAddressKey(RegisterId reg, std::string_view hash, uint64_t ordinal) {
  return AddressStart(reg, kUnresolvedAddress).Fixed(hash).U64(ordinal).Take();
}
std::string UnresolvedAddressPrefix(RegisterId reg, std::string_view hash) {
  return AddressStart(reg, kUnresolvedAddress).Fixed(hash).Take();
}
std::string UnresolvedAddressesPrefix(RegisterId reg) { return AddressStart(reg, kUnresolvedAddress).Take(); }

std::string LearntAddressKey(RegisterId reg, uint64_t number) {
  return AddressStart(reg, kLearntAddress).U64(number).Take();
}
std::string LearntAddressPrefix(RegisterId reg) { return AddressStart(reg, kLearntAddress).Take(); }
std::string LearntInForceKey(RegisterId reg, std::string_view hash, std::string_view source) {
  return AddressStart(reg, kLearntInForce).Fixed(hash).String(source).Take();
}
std::string LearntInForcePrefix(RegisterId reg) { return AddressStart(reg, kLearntInForce).Take(); }
std::string AddressCalibrationKey(RegisterId reg, uint64_t number) {
  return AddressStart(reg, kAddressCalibration).U64(number).Take();
}
std::string AddressCalibrationPrefix(RegisterId reg) { return AddressStart(reg, kAddressCalibration).Take(); }

absl::StatusOr<UnresolvedAddressParts> ParseUnresolvedAddressKey(std::string_view key) {
  return ParseTagged<UnresolvedAddressParts>(key, kUnresolvedAddress, "unresolved address",
                                             AsFixed<UnresolvedAddressParts>{&UnresolvedAddressParts::hash, kHashSize},
                                             &UnresolvedAddressParts::ordinal);
}

absl::StatusOr<NumberedKey> ParseLearntAddressKey(std::string_view key) {
  return ParseTagged<NumberedKey>(key, kLearntAddress, "learnt address", &NumberedKey::number);
}

absl::StatusOr<LearntInForceParts> ParseLearntInForceKey(std::string_view key) {
  return ParseTagged<LearntInForceParts>(key, kLearntInForce, "learnt address in force",
                                         AsFixed<LearntInForceParts>{&LearntInForceParts::hash, kHashSize},
                                         &LearntInForceParts::source);
}

}  // namespace wensum::storage
