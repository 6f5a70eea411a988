#include "import/zip_stream.h"

#include <zip.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/volume_order.h"

namespace wensum::ingest {
namespace {

constexpr size_t kMostFiles = 1'000;

// libzip reads its archive through this: a position over the input.
struct Cursor {
  const RawInput* input = nullptr;
  uint64_t offset = 0;
  absl::Status status;  // of the last failed read
  zip_error_t error{};
};

zip_int64_t Answer(void* state, void* data, zip_uint64_t length, zip_source_cmd_t command) {
  auto* const cursor = static_cast<Cursor*>(state);
  switch (command) {
    case ZIP_SOURCE_SUPPORTS:
      return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                            ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
                                            ZIP_SOURCE_SUPPORTS, -1);
    case ZIP_SOURCE_OPEN:
      cursor->offset = 0;
      return 0;
    case ZIP_SOURCE_READ: {
      const absl::StatusOr<size_t> got =
          cursor->input->ReadAt(cursor->offset, static_cast<char*>(data), static_cast<size_t>(length));
      if (!got.ok()) {
        cursor->status = got.status();
        zip_error_set(&cursor->error, ZIP_ER_READ, 0);
        return -1;
      }
      cursor->offset += *got;
      return static_cast<zip_int64_t>(*got);
    }
    case ZIP_SOURCE_SEEK: {
      const zip_int64_t to =
          zip_source_seek_compute_offset(cursor->offset, cursor->input->size(), data, length, &cursor->error);
      if (to < 0) return -1;
      cursor->offset = static_cast<uint64_t>(to);
      return 0;
    }
    case ZIP_SOURCE_TELL:
      return static_cast<zip_int64_t>(cursor->offset);
    case ZIP_SOURCE_STAT: {
      auto* const facts = static_cast<zip_stat_t*>(data);
      zip_stat_init(facts);
      facts->size = cursor->input->size();
      facts->valid |= ZIP_STAT_SIZE;
      return static_cast<zip_int64_t>(sizeof(*facts));
    }
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&cursor->error, data, length);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
      return 0;
    default:
      zip_error_set(&cursor->error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
  }
}

class ZipByteStream final : public ByteStream {
 public:
  explicit ZipByteStream(const RawInput* input) { cursor_.input = input; }
  ~ZipByteStream() override {
    if (file_ != nullptr) zip_fclose(file_);
    if (archive_ != nullptr) zip_discard(archive_);
  }
  ZipByteStream(const ZipByteStream&) = delete;
  ZipByteStream& operator=(const ZipByteStream&) = delete;

  absl::Status Open() {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_function_create(Answer, &cursor_, &error);
    if (source != nullptr) archive_ = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive_ == nullptr) {
      if (source != nullptr) zip_source_free(source);
      absl::Status status = Damaged(zip_error_strerror(&error));
      zip_error_fini(&error);
      return status;
    }
    zip_error_fini(&error);
    WENSUM_RETURN_IF_ERROR(FindFiles());
    return OpenNext();
  }

  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    while (true) {
      size_t size = std::min(capacity, pending_.size());
      if (size > 0) {
        std::copy_n(pending_.begin(), size, out);
        pending_.erase(0, size);
      } else {
        WENSUM_ASSIGN_OR_RETURN(size, ReadFile(out, capacity));
      }
      if (size > 0) {
        ends_with_line_end_ = out[size - 1] == '\n';
        return size;
      }
      if (next_ == files_.size()) return size_t{0};
      const bool ended = ends_with_line_end_;
      WENSUM_RETURN_IF_ERROR(OpenNext());
      WENSUM_RETURN_IF_ERROR(DropMark());
      if (!ended) pending_.insert(0, "\n");
    }
  }

  [[nodiscard]] size_t files() const { return files_.size(); }

  [[nodiscard]] uint64_t raw_offset() const override { return std::min(cursor_.offset, cursor_.input->size()); }

 private:
  absl::Status Damaged(const char* why) const {
    if (!cursor_.status.ok()) return cursor_.status;
    return DataLoss(Cat("the zip archive is damaged or cut off: ", why, "; ask for the file again"));
  }

  // The next file, opened at its start.
  absl::Status OpenNext() {
    if (file_ != nullptr) zip_fclose(std::exchange(file_, nullptr));
    file_ = zip_fopen_index(archive_, files_[next_], 0);
    ++next_;
    return file_ != nullptr ? absl::OkStatus() : Damaged(zip_strerror(archive_));
  }

  absl::StatusOr<size_t> ReadFile(char* out, size_t capacity) {
    const zip_int64_t got = zip_fread(file_, out, capacity);
    if (got < 0) return Damaged(zip_error_strerror(zip_file_get_error(file_)));
    return static_cast<size_t>(got);
  }

  // Reads the file's first bytes, up to `size`.
  absl::StatusOr<std::string> ReadHead(size_t size) {
    std::string head(size, '\0');
    size_t filled = 0;
    while (filled < size) {
      WENSUM_ASSIGN_OR_RETURN(const size_t got, ReadFile(head.data() + filled, size - filled));
      if (got == 0) break;
      filled += got;
    }
    head.resize(filled);
    return head;
  }

  absl::Status DropMark() {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    WENSUM_ASSIGN_OR_RETURN(pending_, ReadHead(kMark.size()));
    if (pending_ == kMark) pending_.clear();
    return absl::OkStatus();
  }

  absl::Status FindFiles() {
    const zip_int64_t entries = zip_get_num_entries(archive_, 0);
    std::vector<ArchivedFile> found;
    for (zip_int64_t i = 0; i < entries; ++i) {
      const char* const raw_name = zip_get_name(archive_, static_cast<zip_uint64_t>(i), 0);
      const std::string_view name = raw_name == nullptr ? "" : raw_name;
      if (name == "[Content_Types].xml") {
        return InvalidArgument("not a text file: it is an .xlsx workbook or another Office document; save it as CSV");
      }
      if (name.ends_with('/') || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store")) continue;
      if (files_.size() == kMostFiles) {
        return InvalidArgument(Cat("the zip archive holds more than ", kMostFiles, " files; unpack it first"));
      }
      files_.push_back(static_cast<zip_uint64_t>(i));
      found.push_back({std::string(name), {}});
    }
    if (files_.empty()) return InvalidArgument("the zip archive holds no file");
    for (const zip_uint64_t file : files_) {
      zip_stat_t facts;
      if (zip_stat_index(archive_, file, 0, &facts) == 0 && (facts.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
          facts.encryption_method != ZIP_EM_NONE) {
        return InvalidArgument("the zip archive is encrypted; unpack it first");
      }
    }
    return files_.size() == 1 ? absl::OkStatus() : OrderFiles(found);
  }

  absl::Status OrderFiles(std::vector<ArchivedFile>& found) {
    for (ArchivedFile& file : found) {
      WENSUM_RETURN_IF_ERROR(OpenNext());
      WENSUM_ASSIGN_OR_RETURN(file.head, ReadHead(kVolumeHeadBytes));
    }
    WENSUM_ASSIGN_OR_RETURN(const std::vector<size_t> order, OrderVolumes(found));
    std::vector<zip_uint64_t> files;
    files.reserve(order.size());
    for (const size_t place : order) files.push_back(files_[place]);
    files_ = std::move(files);
    next_ = 0;
    return absl::OkStatus();
  }

  Cursor cursor_;
  zip_t* archive_ = nullptr;
  std::vector<zip_uint64_t> files_;  // of the archive, in the order in which they are read
  size_t next_ = 0;                  // the file behind that which is open
  zip_file_t* file_ = nullptr;
  std::string pending_;  // what comes before the open file's next bytes
  bool ends_with_line_end_ = true;
};

}  // namespace

bool IsZip(std::string_view head) { return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06"); }

absl::StatusOr<ZipText> OpenZip(const RawInput* input) {
  auto stream = std::make_unique<ZipByteStream>(input);
  WENSUM_RETURN_IF_ERROR(stream->Open());
  const size_t files = stream->files();
  return ZipText{std::move(stream), files};
}

}  // namespace wensum::ingest
