// Opaque, checkable identifiers minted from a sequence number.
//
// An id is the sequence number put through a keyed 64-bit permutation and written in Crockford base 32 with a check
// character: 14 characters that say nothing about when or in which order records came, that never collide inside one
// data directory, and whose misspellings are recognised: any one wrong character, any swap of two unequal characters.
#ifndef WENSUM_BASE_OPAQUE_ID_H_
#define WENSUM_BASE_OPAQUE_ID_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum {

// Encodes and decodes ids of one data directory. Immutable, thread-safe, some tens of nanoseconds a call.
class OpaqueIdCodec {
 public:
  static constexpr size_t kLength = 14;

  // `key` is 64 random bits kept in the data directory's meta record: another key gives other ids.
  explicit OpaqueIdCodec(uint64_t key);

  // 14 characters of 0-9 and a-z without i, l, o, u.
  [[nodiscard]] std::string Encode(uint64_t sequence) const;

  // The sequence number of `id`; capitals and the look-alikes i, l (1) and o (0) are accepted.
  // INVALID_ARGUMENT, with the reason, if it is not an id or its check character is wrong.
  [[nodiscard]] absl::StatusOr<uint64_t> Decode(std::string_view id) const;

 private:
  [[nodiscard]] uint64_t Permute(uint64_t value) const;
  [[nodiscard]] uint64_t Unpermute(uint64_t value) const;
  [[nodiscard]] uint32_t Round(uint32_t half, int round) const;

  uint64_t key_;
};

}  // namespace wensum

#endif  // WENSUM_BASE_OPAQUE_ID_H_
