// The file inside a zip archive, or the volumes of a gazetteer supply, decompressed as they are read.
#ifndef WENSUM_IMPORT_ZIP_STREAM_H_
#define WENSUM_IMPORT_ZIP_STREAM_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "import/raw_input.h"

namespace wensum::ingest {

// True if `head`, the first bytes of an input, begins a zip archive.
bool IsZip(std::string_view head);

struct ZipText {
  std::unique_ptr<ByteStream> stream;
  size_t files = 0;  // that the stream is made of
};

// Folders and what macOS adds do not count as files. Several files are one text, in the order of OrderVolumes: each
// ends with a line end, and byte order marks of UTF-8 between them are left out. INVALID_ARGUMENT for an archive that
// holds no file, more than 1,000, or several that are not volumes of one supply (see OrderVolumes), an encrypted one,
// or a workbook (.xlsx); DATA_LOSS for a damaged archive, also from the stream's reads, which check each file's CRC at
// its end. Memory: libzip's buffers and the directory of the archive. `input` must outlive the stream.
absl::StatusOr<ZipText> OpenZip(const RawInput* input);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ZIP_STREAM_H_
