// Streaming decoders of legacy encodings and a streaming UTF-8 check.
#ifndef WENSUM_IMPORT_TEXT_DECODER_H_
#define WENSUM_IMPORT_TEXT_DECODER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wensum::ingest {

// What one decoding step did.
struct DecodeStep {
  size_t consumed = 0;  // bytes of the input
  size_t produced = 0;  // bytes of UTF-8 written
  size_t replaced = 0;  // ill-formed units that became U+FFFD
};

// Windows-1252 as the WHATWG Encoding Standard maps it, but for its five undefined bytes (81, 8D, 8F, 90, 9D), which
// become U+FFFD. Stops when fewer than 4 bytes of room are left.
DecodeStep DecodeWindows1252(std::string_view in, char* out, size_t capacity);

// UTF-16 in the given byte order. An incomplete unit or pair at the end of `in` is left alone unless `last`; unpaired
// surrogates and a lone last byte become U+FFFD. Stops when fewer than 4 bytes of room are left.
DecodeStep DecodeUtf16(std::string_view in, bool big_endian, bool last, char* out, size_t capacity);

// Checks a text that comes in pieces for well-formed UTF-8.
class Utf8Checker {
 public:
  void Update(std::string_view piece);
  // Call after the last piece.
  void Finish();
  // Offset of the first byte that is not part of a well-formed sequence, if there is one.
  [[nodiscard]] std::optional<uint64_t> first_invalid() const { return first_invalid_; }

 private:
  void UpdateWhole(std::string_view text);

  uint64_t offset_ = 0;  // of the next byte to check
  std::array<char, 4> carry_{};
  size_t carry_size_ = 0;
  std::optional<uint64_t> first_invalid_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_TEXT_DECODER_H_
