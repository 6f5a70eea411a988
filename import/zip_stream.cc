#include "import/zip_stream.h"

#include <zip.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

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
    WENSUM_ASSIGN_OR_RETURN(const zip_uint64_t member, OnlyMember());
    zip_stat_t facts;
    if (zip_stat_index(archive_, member, 0, &facts) == 0 && (facts.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
        facts.encryption_method != ZIP_EM_NONE) {
      return InvalidArgument("the zip archive is encrypted; unpack it first");
    }
    file_ = zip_fopen_index(archive_, member, 0);
    return file_ != nullptr ? absl::OkStatus() : Damaged(zip_strerror(archive_));
  }

  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    const zip_int64_t got = zip_fread(file_, out, capacity);
    if (got < 0) return Damaged(zip_error_strerror(zip_file_get_error(file_)));
    return static_cast<size_t>(got);
  }

  [[nodiscard]] uint64_t raw_offset() const override { return std::min(cursor_.offset, cursor_.input->size()); }

 private:
  absl::Status Damaged(const char* why) const {
    if (!cursor_.status.ok()) return cursor_.status;
    return DataLoss(Cat("the zip archive is damaged or cut off: ", why, "; ask for the file again"));
  }

  absl::StatusOr<zip_uint64_t> OnlyMember() {
    const zip_int64_t entries = zip_get_num_entries(archive_, 0);
    zip_uint64_t member = 0;
    std::string names;
    size_t files = 0;
    for (zip_int64_t i = 0; i < entries; ++i) {
      const char* const raw_name = zip_get_name(archive_, static_cast<zip_uint64_t>(i), 0);
      const std::string_view name = raw_name == nullptr ? "" : raw_name;
      if (name == "[Content_Types].xml") {
        return InvalidArgument("not a text file: it is an .xlsx workbook or another Office document; save it as CSV");
      }
      if (name.ends_with('/') || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store")) continue;
      member = static_cast<zip_uint64_t>(i);
      if (++files <= 3) AppendTo(names, files == 1 ? "" : ", ", Quote(name, 60));
    }
    if (files == 1) return member;
    if (files == 0) return InvalidArgument("the zip archive holds no file");
    return InvalidArgument(Cat("the zip archive holds ", files, " files (", names, files > 3 ? ", ..." : "",
                               "); give each as a file of its own, volumes in their order"));
  }

  Cursor cursor_;
  zip_t* archive_ = nullptr;
  zip_file_t* file_ = nullptr;
};

}  // namespace

bool IsZip(std::string_view head) { return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06"); }

absl::StatusOr<std::unique_ptr<ByteStream>> ZipStream(const RawInput* input) {
  auto stream = std::make_unique<ZipByteStream>(input);
  WENSUM_RETURN_IF_ERROR(stream->Open());
  return std::unique_ptr<ByteStream>(std::move(stream));
}

}  // namespace wensum::ingest
