// Any input as a stream of UTF-8 text: recognises and undoes gzip, zip and the encodings that legacy systems write.
//
// A quick first pass over the whole input decides what it is and computes its SHA-256; the text is decoded in the
// second. Memory does not grow with the input.
#ifndef WENSUM_IMPORT_BYTE_SOURCE_H_
#define WENSUM_IMPORT_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/raw_input.h"

namespace wensum::ingest {

enum class Encoding : uint8_t {
  kAuto,         // byte order mark, else UTF-8 if all of the input is, else Windows-1252
  kUtf8,         // refused if a byte is not UTF-8
  kWindows1252,  // every byte is a character; ISO 8859-1 text reads the same but for 0x80 to 0x9F
  kUtf16Le,      // recognised by its byte order mark only
  kUtf16Be,
};
// "auto", "utf-8", "windows-1252", "utf-16le" or "utf-16be".
std::string_view EncodingName(Encoding encoding);

struct TextOptions {
  Encoding encoding = Encoding::kAuto;  // kAuto, kUtf8 or kWindows1252
  // Budget for the text after decompression, against archives that expand without end.
  uint64_t max_text_bytes = uint64_t{64} << 30;
};

// What the first pass found.
struct TextFacts {
  uint64_t file_bytes = 0;
  std::string sha256;  // of the file's own bytes, lower-case hexadecimal
  bool gzip = false;
  bool zip = false;
  size_t zip_files = 0;                 // of zip: how many files the text is made of; see OpenZip
  Encoding encoding = Encoding::kUtf8;  // never kAuto
  bool byte_order_mark = false;

  friend bool operator==(const TextFacts&, const TextFacts&) = default;
};

// The first pass: reads all of `input`. INVALID_ARGUMENT, saying what was found, where, and what to do, for archives
// other than gzip and zip, for zip whose files are not one text (see OpenZip), for binary data (a NUL character: offset
// and bytes are given), for UTF-16 without a byte order mark and for text that is not in the encoding named; DATA_LOSS
// for damaged or truncated gzip or zip; RESOURCE_EXHAUSTED past the budget.
absl::StatusOr<TextFacts> InspectText(const RawInput& input, const TextOptions& options);

// Not thread-safe.
class ByteSource {
 public:
  // Opens and inspects. Errors as InspectText and OpenRawFile give them.
  static absl::StatusOr<std::unique_ptr<ByteSource>> OpenFile(const std::string& path, const TextOptions& options = {});
  // `bytes` must outlive the source.
  static absl::StatusOr<std::unique_ptr<ByteSource>> OpenMemory(std::string_view bytes,
                                                                const TextOptions& options = {});
  // Opens with facts found before (on resume, or for a second reading), without another first pass. FAILED_PRECONDITION
  // if the file's size is another one.
  static absl::StatusOr<std::unique_ptr<ByteSource>> OpenFileAgain(const std::string& path, const TextFacts& facts);

  // Copies up to `capacity` (at least 4) bytes of UTF-8 text and returns how many; 0 only at the end. A character is
  // not split between reads unless the text is plain UTF-8.
  absl::StatusOr<size_t> Read(char* out, size_t capacity);

  // Goes to the given place of the text, counted in bytes of the decoded UTF-8 without byte order mark, as CsvReader's
  // position has it. Seeks in plain UTF-8; decodes from the start and discards in anything else, so that resuming works
  // the same for all inputs. OUT_OF_RANGE if the text is shorter.
  absl::Status SeekText(uint64_t text_offset);

  [[nodiscard]] const TextFacts& facts() const { return facts_; }
  // Bytes of the file read so far: for progress, not for resuming. At most facts().file_bytes.
  [[nodiscard]] uint64_t raw_offset() const { return stream_->raw_offset(); }
  // How many bytes that Windows-1252 leaves undefined, or unpaired UTF-16 surrogates, have been read as U+FFFD so far.
  [[nodiscard]] uint64_t replaced() const { return replaced_; }

 private:
  ByteSource(std::unique_ptr<RawInput> input, TextFacts facts);
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(std::unique_ptr<RawInput> input, const TextOptions& options);

  absl::Status Rewind();
  absl::StatusOr<size_t> ReadDecoded(char* out, size_t capacity);

  const std::unique_ptr<RawInput> input_;
  const TextFacts facts_;
  std::unique_ptr<ByteStream> stream_;
  // Undecoded bytes, for encodings other than UTF-8.
  std::vector<char> pending_;
  size_t pending_begin_ = 0;
  size_t pending_end_ = 0;
  uint64_t replaced_ = 0;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_BYTE_SOURCE_H_
