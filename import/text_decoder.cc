#include "import/text_decoder.h"

#include <cstring>

#include "base/strings.h"

namespace wensum::ingest {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
constexpr size_t kMaxUtf8Bytes = 4;

// Bytes 0x80 to 0x9F of Windows-1252; the rest are equal to their code points.
constexpr std::array<uint16_t, 32> kWindows1252High = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                       0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                       0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                       0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

// Writes `code` (not a surrogate) as UTF-8 and returns its length.
size_t EncodeUtf8(uint32_t code, char* out) {
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800) {
    out[0] = static_cast<char>(0xC0 | (code >> 6));
    out[1] = static_cast<char>(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = static_cast<char>(0xE0 | (code >> 12));
    out[1] = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out[2] = static_cast<char>(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = static_cast<char>(0xF0 | (code >> 18));
  out[1] = static_cast<char>(0x80 | ((code >> 12) & 0x3F));
  out[2] = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  out[3] = static_cast<char>(0x80 | (code & 0x3F));
  return 4;
}

uint32_t Unit16(std::string_view in, size_t at, bool big_endian) {
  const auto first = static_cast<unsigned char>(in[at]);
  const auto second = static_cast<unsigned char>(in[at + 1]);
  return big_endian ? static_cast<uint32_t>(first << 8 | second) : static_cast<uint32_t>(second << 8 | first);
}

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Length of the prefix of `text` that is ASCII, in whole words first.
size_t AsciiPrefix(std::string_view text) {
  size_t at = 0;
  for (uint64_t word = 0; at + sizeof(word) <= text.size(); at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & 0x8080808080808080ULL) != 0) {
      break;
    }
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) {
    ++at;
  }
  return at;
}

// Length that a sequence starting with `lead` should have; 1 for bytes that start none.
size_t ExpectedLength(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xF0 && byte < 0xF8) return 4;
  if (byte >= 0xE0) return byte < 0xF0 ? 3 : 1;
  return byte >= 0xC0 ? 2 : 1;
}

}  // namespace

DecodeStep DecodeWindows1252(std::string_view in, char* out, size_t capacity) {
  DecodeStep step;
  while (step.consumed < in.size() && capacity - step.produced >= kMaxUtf8Bytes) {
    const auto byte = static_cast<unsigned char>(in[step.consumed++]);
    const uint32_t code = byte >= 0x80 && byte < 0xA0 ? kWindows1252High[byte - 0x80] : byte;
    step.replaced += code == kReplacement ? 1 : 0;
    step.produced += EncodeUtf8(code, out + step.produced);
  }
  return step;
}

DecodeStep DecodeUtf16(std::string_view in, bool big_endian, bool last, char* out, size_t capacity) {
  DecodeStep step;
  while (step.consumed < in.size() && capacity - step.produced >= kMaxUtf8Bytes) {
    const size_t left = in.size() - step.consumed;
    uint32_t code = kReplacement;
    size_t used = 2;
    if (left < 2) {
      if (!last) break;
      used = 1;
    } else {
      code = Unit16(in, step.consumed, big_endian);
      if (IsHighSurrogate(code)) {
        if (left < 4 && !last) break;
        const uint32_t low = left < 4 ? 0 : Unit16(in, step.consumed + 2, big_endian);
        if (IsLowSurrogate(low)) {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          used = 4;
        } else {
          code = kReplacement;
        }
      } else if (IsLowSurrogate(code)) {
        code = kReplacement;
      }
    }
    step.replaced += code == kReplacement ? 1 : 0;
    step.consumed += used;
    step.produced += EncodeUtf8(code, out + step.produced);
  }
  return step;
}

void Utf8Checker::UpdateWhole(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && !first_invalid_) {
    at += AsciiPrefix(text.substr(at));
    if (at == text.size()) break;
    const size_t length = ExpectedLength(text[at]);
    if (at + length > text.size()) {
      carry_size_ = text.size() - at;
      std::memcpy(carry_.data(), text.data() + at, carry_size_);
      offset_ += at;
      return;
    }
    if (length == 1 || !IsValidUtf8(text.substr(at, length))) {
      first_invalid_ = offset_ + at;
      return;
    }
    at += length;
  }
  offset_ += at;
}

void Utf8Checker::Update(std::string_view piece) {
  while (carry_size_ > 0 && !piece.empty() && !first_invalid_) {
    // Complete the sequence that the last piece broke off.
    carry_[carry_size_++] = piece.front();
    piece.remove_prefix(1);
    if (carry_size_ == ExpectedLength(carry_[0])) {
      const std::string_view sequence(carry_.data(), carry_size_);
      carry_size_ = 0;
      if (!IsValidUtf8(sequence)) {
        first_invalid_ = offset_;
        return;
      }
      offset_ += sequence.size();
    }
  }
  if (carry_size_ == 0 && !first_invalid_) {
    UpdateWhole(piece);
  }
}

void Utf8Checker::Finish() {
  if (carry_size_ > 0 && !first_invalid_) {
    first_invalid_ = offset_;
  }
}

}  // namespace wensum::ingest
