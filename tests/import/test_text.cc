#include "tests/import/test_text.h"

#include <unistd.h>
#include <zip.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/status_macros.h"

namespace wensum::ingest {

std::string Gzip(std::string_view text) {
  z_stream zlib{};
  deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string copy(text);
  std::string out(deflateBound(&zlib, text.size()) + 64, '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(copy.data());
  zlib.avail_in = static_cast<uInt>(copy.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  deflate(&zlib, Z_FINISH);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

std::string Zip(const std::vector<std::pair<std::string, std::string>>& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const bytes = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(bytes);
  zip_t* const archive = zip_open_from_source(bytes, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : files) {
    if (name.ends_with('/')) {
      zip_dir_add(archive, name.c_str(), ZIP_FL_ENC_UTF_8);
    } else {
      zip_source_t* const source = zip_source_buffer(archive, content.data(), content.size(), 0);
      zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    }
  }
  zip_close(archive);
  std::string out;
  zip_source_open(bytes);
  zip_source_seek(bytes, 0, SEEK_END);
  out.resize(static_cast<size_t>(zip_source_tell(bytes)));
  zip_source_seek(bytes, 0, SEEK_SET);
  zip_source_read(bytes, out.data(), out.size());
  zip_source_close(bytes);
  zip_source_free(bytes);
  zip_error_fini(&error);
  return out;
}

std::string ToUtf16(std::string_view text, bool big_endian) {
  std::string out;
  const auto unit = [&](uint32_t value) {
    const char high = static_cast<char>(value >> 8);
    const char low = static_cast<char>(value & 0xFF);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  };
  unit(0xFEFF);
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (size_t k = 1; k < length; ++k) code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    i += length;
    if (code >= 0x10000) {
      unit(0xD800 + ((code - 0x10000) >> 10));
      unit(0xDC00 + ((code - 0x10000) & 0x3FF));
    } else {
      unit(code);
    }
  }
  return out;
}

TempFile::TempFile(std::string_view content) {
  std::string pattern = (std::filesystem::temp_directory_path() / "wensum_import_XXXXXX").string();
  const int fd = ::mkstemp(pattern.data());
  path_ = pattern;
  while (fd >= 0 && !content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written <= 0) break;
    content.remove_prefix(static_cast<size_t>(written));
  }
  ::close(fd);
}

TempFile::~TempFile() { ::unlink(path_.c_str()); }

absl::StatusOr<std::string> ReadAll(ByteSource& source, size_t step) {
  std::string all;
  std::vector<char> buffer(step);
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const size_t got, source.Read(buffer.data(), buffer.size()));
    if (got == 0) return all;
    all.append(buffer.data(), got);
  }
}

}  // namespace wensum::ingest
