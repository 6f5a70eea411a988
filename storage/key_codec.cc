#include "storage/key_codec.h"

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::storage {

namespace {

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xFF';
constexpr char kTerminator = '\x01';
constexpr uint64_t kSignBit = uint64_t{1} << 63;

}  // namespace

template <typename T>
KeyWriter& KeyWriter::BigEndian(T value) {
  for (size_t shift = 8 * sizeof(T); shift > 0; shift -= 8) {
    key_.push_back(static_cast<char>((value >> (shift - 8)) & 0xFF));
  }
  return *this;
}

KeyWriter& KeyWriter::U8(uint8_t value) { return BigEndian(value); }
KeyWriter& KeyWriter::U16(uint16_t value) { return BigEndian(value); }
KeyWriter& KeyWriter::U32(uint32_t value) { return BigEndian(value); }
KeyWriter& KeyWriter::U64(uint64_t value) { return BigEndian(value); }
KeyWriter& KeyWriter::I64(int64_t value) { return BigEndian(static_cast<uint64_t>(value) ^ kSignBit); }

KeyWriter& KeyWriter::Fixed(std::string_view bytes) {
  key_.append(bytes);
  return *this;
}

KeyWriter& KeyWriter::String(std::string_view text) {
  for (const char c : text) {
    key_.push_back(c);
    if (c == kEscape) {
      key_.push_back(kEscapedZero);
    }
  }
  key_.push_back(kEscape);
  key_.push_back(kTerminator);
  return *this;
}

void KeyReader::Fail() {
  ok_ = false;
  rest_ = {};
}

template <typename T>
T KeyReader::BigEndian() {
  if (!ok_ || rest_.size() < sizeof(T)) {
    Fail();
    return 0;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = value << 8 | static_cast<unsigned char>(rest_[i]);
  }
  rest_.remove_prefix(sizeof(T));
  return static_cast<T>(value);
}

uint8_t KeyReader::U8() { return BigEndian<uint8_t>(); }
uint16_t KeyReader::U16() { return BigEndian<uint16_t>(); }
uint32_t KeyReader::U32() { return BigEndian<uint32_t>(); }
uint64_t KeyReader::U64() { return BigEndian<uint64_t>(); }

int64_t KeyReader::I64() {
  const auto coded = BigEndian<uint64_t>();
  return ok_ ? static_cast<int64_t>(coded ^ kSignBit) : 0;
}

std::string_view KeyReader::Fixed(size_t size) {
  if (!ok_ || rest_.size() < size) {
    Fail();
    return {};
  }
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

std::string KeyReader::String() {
  std::string text;
  size_t i = 0;
  while (i < rest_.size()) {  // empty after a failure
    if (rest_[i] != kEscape) {
      text.push_back(rest_[i++]);
      continue;
    }
    const char next = i + 1 < rest_.size() ? rest_[i + 1] : '\0';
    i += 2;
    if (next == kTerminator) {
      rest_.remove_prefix(i);
      return text;
    }
    if (next != kEscapedZero) {
      break;
    }
    text.push_back('\0');
  }
  Fail();
  return {};
}

void KeyReader::Tag(uint8_t tag) {
  if (U8() != tag) {
    Fail();
  }
}

absl::Status KeyReader::Finish(std::string_view kind) const {
  if (ok_ && rest_.empty()) {
    return absl::OkStatus();
  }
  return DataLoss(Cat("not a ", kind, " key: ", HexEncode(key_), "; the store is damaged: restore it from a backup"));
}

}  // namespace wensum::storage
