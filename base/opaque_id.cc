#include "base/opaque_id.h"

#include <array>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int kRounds = 6;
constexpr size_t kPayloadLength = OpaqueIdCodec::kLength - 1;

// Value of every byte as a Crockford base-32 character, or -1.
constexpr std::array<int8_t, 256> kValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    const char c = kAlphabet[i];
    values[static_cast<unsigned char>(c)] = static_cast<int8_t>(i);
    if (IsLower(c)) {
      values[static_cast<unsigned char>(c - 'a' + 'A')] = static_cast<int8_t>(i);
    }
  }
  values['o'] = values['O'] = 0;
  values['i'] = values['I'] = values['l'] = values['L'] = 1;
  return values;
}();

// Multiplication by x in GF(2^5) modulo x^5 + x^2 + 1, a primitive polynomial.
unsigned TimesX(unsigned value) {
  value <<= 1;
  return (value & 32U) != 0 ? value ^ 0b100101U : value;
}

// Check value: sum over GF(32) of digit_i * x^i by Horner's rule. Powers of x up to 31 places are distinct and
// non-zero, so every wrong character and every swap of two places (13 of them) changes the sum.
unsigned CheckValue(const std::array<unsigned, kPayloadLength>& digits) {
  unsigned check = 0;
  for (const unsigned digit : digits) {
    check = TimesX(check ^ digit);
  }
  return check;
}

}  // namespace

OpaqueIdCodec::OpaqueIdCodec(uint64_t key) : key_(key) {}

uint32_t OpaqueIdCodec::Round(uint32_t half, int round) const {
  return static_cast<uint32_t>(HashCombine(key_ + static_cast<uint64_t>(round), half));
}

// A balanced Feistel network: a bijection whatever the round function is (Luby and Rackoff 1988).
uint64_t OpaqueIdCodec::Permute(uint64_t value) const {
  auto left = static_cast<uint32_t>(value >> 32);
  auto right = static_cast<uint32_t>(value);
  for (int round = 0; round < kRounds; ++round) {
    const uint32_t next = left ^ Round(right, round);
    left = right;
    right = next;
  }
  return (static_cast<uint64_t>(left) << 32) | right;
}

uint64_t OpaqueIdCodec::Unpermute(uint64_t value) const {
  auto left = static_cast<uint32_t>(value >> 32);
  auto right = static_cast<uint32_t>(value);
  for (int round = kRounds - 1; round >= 0; --round) {
    const uint32_t previous = right ^ Round(left, round);
    right = left;
    left = previous;
  }
  return (static_cast<uint64_t>(left) << 32) | right;
}

std::string OpaqueIdCodec::Encode(uint64_t sequence) const {
  uint64_t value = Permute(sequence);
  std::array<unsigned, kPayloadLength> digits{};
  for (size_t i = kPayloadLength; i-- > 0;) {
    digits[i] = static_cast<unsigned>(value & 31);
    value >>= 5;
  }
  std::string id;
  id.reserve(kLength);
  for (const unsigned digit : digits) {
    id.push_back(kAlphabet[digit]);
  }
  id.push_back(kAlphabet[CheckValue(digits)]);
  return id;
}

absl::StatusOr<uint64_t> OpaqueIdCodec::Decode(std::string_view id) const {
  if (id.size() != kLength) {
    return InvalidArgument(Cat("id ", Quote(id), " has ", id.size(), " characters; an id has ", kLength));
  }
  std::array<unsigned, kPayloadLength> digits{};
  uint64_t value = 0;
  for (size_t i = 0; i < kLength; ++i) {
    const int digit = kValues[static_cast<unsigned char>(id[i])];
    if (digit < 0) {
      return InvalidArgument(Cat("id ", Quote(id), " has a character at place ", i + 1, " that no id has"));
    }
    if (i < kPayloadLength) {
      digits[i] = static_cast<unsigned>(digit);
      value = (value << 5) | static_cast<uint64_t>(digit);
    } else if (CheckValue(digits) != static_cast<unsigned>(digit)) {
      return InvalidArgument(Cat("id ", Quote(id), " is misspelt: its check character does not fit"));
    }
  }
  if (digits[0] > 15) {  // 13 base-32 digits hold 65 bits
    return InvalidArgument(Cat("id ", Quote(id), " is out of range"));
  }
  return Unpermute(value);
}

}  // namespace wensum
