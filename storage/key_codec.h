// Order-preserving keys: the bytes of two keys compare as their parts do, from left to right.
//
//   u8, u16, u32, u64   big-endian
//   i64                 big-endian, sign bit flipped, so that negative numbers come first
//   fixed bytes         as they are; the length belongs to the kind of key
//   string              every 0x00 as 0x00 0xFF, then 0x00 0x01: no string's code is the start of another's, and a
//                       string comes before all it is a prefix of
//
// The tuple layer of FoundationDB escapes its strings in the same way.
#ifndef WENSUM_STORAGE_KEY_CODEC_H_
#define WENSUM_STORAGE_KEY_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::storage {

// Appends parts to a key. Use once: KeyWriter().U32(1).String("a").Take().
class KeyWriter {
 public:
  KeyWriter& U8(uint8_t value);
  KeyWriter& U16(uint16_t value);
  KeyWriter& U32(uint32_t value);
  KeyWriter& U64(uint64_t value);
  KeyWriter& I64(int64_t value);
  KeyWriter& Fixed(std::string_view bytes);
  KeyWriter& String(std::string_view text);
  [[nodiscard]] std::string Take() { return std::move(key_); }

 private:
  template <typename T>
  KeyWriter& BigEndian(T value);

  std::string key_;
};

// Takes the parts off a key in the order they were appended. After the first malformed part all further parts are zero
// or empty, and Finish tells. Refers to the key's bytes.
class KeyReader {
 public:
  explicit KeyReader(std::string_view key) : key_(key), rest_(key) {}

  uint8_t U8();
  uint16_t U16();
  uint32_t U32();
  uint64_t U64();
  int64_t I64();
  std::string_view Fixed(size_t size);
  std::string String();
  // Takes a part in the width of its type.
  void Take(uint8_t& out) { out = U8(); }
  void Take(uint32_t& out) { out = U32(); }
  void Take(uint64_t& out) { out = U64(); }
  void Take(int64_t& out) { out = I64(); }
  void Take(std::string& out) { out = String(); }
  // Takes one byte, which must be `tag`.
  void Tag(uint8_t tag);

  // DATA_LOSS, naming `kind` and the key, if a part was malformed or bytes are left over.
  [[nodiscard]] absl::Status Finish(std::string_view kind) const;

 private:
  template <typename T>
  T BigEndian();
  void Fail();

  std::string_view key_;
  std::string_view rest_;
  bool ok_ = true;
};

// Parts of a key that are narrower than the members which take them, or of fixed size.
template <typename Parts>
struct As32 {
  uint64_t Parts::* member;
};
template <typename Parts>
struct AsFixed {
  std::string_view Parts::* member;
  size_t size;
};

template <typename Parts, typename T>
void TakeInto(KeyReader& reader, Parts& parts, T Parts::* member) {
  reader.Take(parts.*member);
}
template <typename Parts>
void TakeInto(KeyReader& reader, Parts& parts, As32<Parts> part) {
  parts.*part.member = reader.U32();
}
template <typename Parts>
void TakeInto(KeyReader& reader, Parts& parts, AsFixed<Parts> part) {
  parts.*part.member = reader.Fixed(part.size);
}

// What a key says that is a register, a tag and these parts, in their order: `Parts::reg` and pointers to members.
// DATA_LOSS, naming `kind`, for any other key.
template <typename Parts, typename... Members>
absl::StatusOr<Parts> ParseTagged(std::string_view key, uint8_t tag, std::string_view kind, Members... members) {
  KeyReader reader(key);
  Parts parts;
  parts.reg = reader.U32();
  reader.Tag(tag);
  (TakeInto(reader, parts, members), ...);
  absl::Status status = reader.Finish(kind);
  return status.ok() ? absl::StatusOr<Parts>(std::move(parts)) : absl::StatusOr<Parts>(std::move(status));
}

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_KEY_CODEC_H_
