// Bytes of an input as they lie in a file or in memory, and gzip decompression over them.
#ifndef WENSUM_IMPORT_RAW_INPUT_H_
#define WENSUM_IMPORT_RAW_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::ingest {

// Random access to an input of known size. Thread-safe: reads keep no position.
class RawInput {
 public:
  virtual ~RawInput() = default;
  [[nodiscard]] virtual uint64_t size() const = 0;
  // Copies up to `capacity` bytes from `offset` on and returns how many; 0 only at the end. UNAVAILABLE if the
  // operating system refuses.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, char* out, size_t capacity) const = 0;
};

// A regular file, kept open: replacing the name later does not change what is read. NOT_FOUND or FAILED_PRECONDITION,
// naming the path, if there is none or it is no regular file.
absl::StatusOr<std::unique_ptr<RawInput>> OpenRawFile(const std::string& path);

// The file's first bytes, at most one more than `limit`, by which the caller sees that there are more. Errors as
// OpenRawFile and RawInput::ReadAt.
absl::StatusOr<std::string> ReadRawText(const std::string& path, size_t limit);
// `bytes` must outlive the input.
std::unique_ptr<RawInput> RawMemory(std::string_view bytes);

// A sequence of bytes. Not thread-safe.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Copies up to `capacity` (> 0) bytes to `out` and returns how many; 0 only at the end.
  virtual absl::StatusOr<size_t> Read(char* out, size_t capacity) = 0;
  // How many bytes of the raw input were consumed so far.
  [[nodiscard]] virtual uint64_t raw_offset() const = 0;
};

// The input's own bytes from `offset` on. `input` must outlive the stream.
std::unique_ptr<ByteStream> PlainStream(const RawInput* input, uint64_t offset);

// The input decompressed (RFC 1952; several members in a row are one text). Reads fail with DATA_LOSS, naming the
// offset in the compressed input, if it is damaged or ends early. Memory: 64 KiB and zlib's window. `input` must
// outlive it.
std::unique_ptr<ByteStream> GzipStream(const RawInput* input);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_RAW_INPUT_H_
