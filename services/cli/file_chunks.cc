#include "services/cli/file_chunks.h"

#include <vector>

#include "services/cli/client.h"

namespace wensum::cli {

bool ForEachChunk(std::istream& file, absl::FunctionRef<bool(std::string_view chunk)> take) {
  std::vector<char> buffer(kChunkBytes);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto size = static_cast<size_t>(file.gcount());
    if (size > 0 && !take({buffer.data(), size})) {
      return true;
    }
  }
  return file.eof();
}

}  // namespace wensum::cli
