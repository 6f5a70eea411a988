// The one file inside a zip archive, decompressed as it is read.
#ifndef WENSUM_IMPORT_ZIP_STREAM_H_
#define WENSUM_IMPORT_ZIP_STREAM_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "import/raw_input.h"

namespace wensum::ingest {

// True if `head`, the first bytes of an input, begins a zip archive.
bool IsZip(std::string_view head);

// INVALID_ARGUMENT for an archive that holds no file, or several (folders and what macOS adds apart), an encrypted one,
// or a workbook (.xlsx); DATA_LOSS for a damaged archive, also from the stream's reads, which check the file's CRC at
// its end. Memory: libzip's buffers and the directory of the archive. `input` must outlive the stream.
absl::StatusOr<std::unique_ptr<ByteStream>> ZipStream(const RawInput* input);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ZIP_STREAM_H_
