#include "import/byte_source.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/text_decoder.h"
#include "import/zip_stream.h"

namespace wensum::ingest {
namespace {

constexpr size_t kChunkBytes = 256 * 1024;
constexpr size_t kMaxCharacterBytes = 4;  // of UTF-8

struct Magic {
  std::string_view bytes;
  std::string_view what;
};
using namespace std::string_view_literals;
constexpr Magic kRefused[] = {
    {"PK\x03\x04"sv, "a zip archive inside a compressed file; unpack it first"},
    {"\xD0\xCF\x11\xE0"sv, "an old Excel or other Office document; save it as CSV"},
    {"%PDF-"sv, "a PDF document"},
    {"BZh"sv, "bzip2 data; unpack it first"},
    {"\xFD"
     "7zXZ\0"sv,
     "xz data; unpack it first"},
    {"7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive; unpack it first"},
    {"\x28\xB5\x2F\xFD"sv, "Zstandard data; unpack it first"},
    {"\x7F"
     "ELF"sv,
     "a program"},
    {"SQLite format 3\0"sv, "an SQLite database"},
};

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LeMark = "\xFF\xFE";
constexpr std::string_view kUtf16BeMark = "\xFE\xFF";

size_t MarkBytes(const TextFacts& facts) {
  if (!facts.byte_order_mark) return 0;
  return facts.encoding == Encoding::kUtf8 ? kUtf8Mark.size() : kUtf16LeMark.size();
}

bool IsCompressed(const TextFacts& facts) { return facts.gzip || facts.zip; }

// The text's bytes from the start.
absl::StatusOr<std::unique_ptr<ByteStream>> OpenStream(const RawInput& input, const TextFacts& facts) {
  if (facts.zip) {
    WENSUM_ASSIGN_OR_RETURN(ZipText text, OpenZip(&input));
    return std::move(text.stream);
  }
  return facts.gzip ? GzipStream(&input) : PlainStream(&input, 0);
}

// SHA-256 over the raw bytes of `input`, as a pass of its own: only compressed input needs it.
absl::StatusOr<std::string> HashWhole(const RawInput& input) {
  Sha256 hash;
  std::vector<char> buffer(kChunkBytes);
  for (uint64_t offset = 0;;) {
    WENSUM_ASSIGN_OR_RETURN(const size_t got, input.ReadAt(offset, buffer.data(), buffer.size()));
    if (got == 0) return hash.FinishHex();
    hash.Update({buffer.data(), got});
    offset += got;
  }
}

// Looks at the text's bytes as they pass and decides what they are.
class TextInspector {
 public:
  TextInspector(const TextOptions& options, TextFacts& facts) : options_(options), facts_(facts) {}

  // `head` is the start of the text, at least 16 bytes unless the text is shorter.
  absl::Status Start(std::string_view head) {
    for (const Magic& magic : kRefused) {
      if (head.substr(0, magic.bytes.size()) == magic.bytes) {
        return InvalidArgument(Cat("not a text file: it is ", magic.what));
      }
    }
    if (head.substr(0, 3) == kUtf8Mark) {
      facts_.encoding = Encoding::kUtf8;
      facts_.byte_order_mark = true;
      if (options_.encoding == Encoding::kWindows1252) {
        return InvalidArgument(
            "the file starts with a UTF-8 byte order mark, but its encoding is given as windows-1252");
      }
    } else if (head.substr(0, 2) == kUtf16LeMark || head.substr(0, 2) == kUtf16BeMark) {
      facts_.encoding = head[0] == '\xFF' ? Encoding::kUtf16Le : Encoding::kUtf16Be;
      facts_.byte_order_mark = true;
      if (options_.encoding != Encoding::kAuto) {
        return InvalidArgument(Cat("the file starts with a UTF-16 byte order mark, but its encoding is given as ",
                                   EncodingName(options_.encoding)));
      }
    } else if (head.size() >= 4 && ((head[0] == '\0' && head[1] != '\0' && head[2] == '\0' && head[3] != '\0') ||
                                    (head[0] != '\0' && head[1] == '\0' && head[2] != '\0' && head[3] == '\0'))) {
      return InvalidArgument(
          "the file looks like UTF-16 without a byte order mark; save it as UTF-8, or as UTF-16 with the mark");
    }
    return absl::OkStatus();
  }

  absl::Status Update(std::string_view piece) {
    if (total_ + piece.size() > options_.max_text_bytes) {
      return ResourceExhausted(Cat("the text is longer than the limit of ", options_.max_text_bytes, " bytes"));
    }
    absl::Status status = IsUtf16() ? UpdateUtf16(piece, false) : UpdateBytes(piece);
    total_ += piece.size();
    return status;
  }

  absl::Status Finish() {
    if (IsUtf16()) return UpdateUtf16({}, true);
    checker_.Finish();
    const std::optional<uint64_t> invalid = checker_.first_invalid();
    const bool must_be_utf8 = options_.encoding == Encoding::kUtf8 || facts_.byte_order_mark;
    if (invalid && must_be_utf8) {
      return InvalidArgument(Cat(
          "the bytes at offset ", *invalid, " of the text are not UTF-8, though ",
          facts_.byte_order_mark ? "the file starts with a UTF-8 byte order mark" : "its encoding is given as utf-8",
          "; give the encoding as windows-1252 or auto, or repair the file"));
    }
    if (options_.encoding == Encoding::kWindows1252 || invalid) {
      facts_.encoding = Encoding::kWindows1252;
    } else {
      facts_.encoding = Encoding::kUtf8;
    }
    return absl::OkStatus();
  }

 private:
  [[nodiscard]] bool IsUtf16() const {
    return facts_.encoding == Encoding::kUtf16Le || facts_.encoding == Encoding::kUtf16Be;
  }

  absl::Status UpdateBytes(std::string_view piece) {
    if (const void* nul = std::memchr(piece.data(), 0, piece.size()); nul != nullptr) {
      const auto at = static_cast<size_t>(static_cast<const char*>(nul) - piece.data());
      const size_t begin = at < 8 ? 0 : at - 8;
      return InvalidArgument(Cat("not a text file: a NUL character at byte ", total_ + at, " (bytes from ",
                                 total_ + begin, ": ", HexEncode(piece.substr(begin, 16)), ")"));
    }
    checker_.Update(piece);
    return absl::OkStatus();
  }

  absl::Status UpdateUtf16(std::string_view piece, bool last) {
    std::string joined = std::move(carry_);
    joined.append(piece);
    std::string_view rest = joined;
    std::array<char, 4096> text;
    while (!rest.empty()) {
      const DecodeStep step = DecodeUtf16(rest, facts_.encoding == Encoding::kUtf16Be, last, text.data(), text.size());
      if (step.consumed == 0) break;
      if (std::memchr(text.data(), 0, step.produced) != nullptr) {
        return InvalidArgument(Cat("not a text file: a NUL character in UTF-16 text near byte ", total_));
      }
      rest.remove_prefix(step.consumed);
    }
    carry_ = std::string(rest);
    return absl::OkStatus();
  }

  const TextOptions& options_;
  TextFacts& facts_;
  Utf8Checker checker_;
  uint64_t total_ = 0;
  std::string carry_;  // UTF-16: an incomplete unit or pair
};

// Fills `out` unless the stream ends.
absl::StatusOr<size_t> ReadFully(ByteStream& stream, char* out, size_t capacity) {
  size_t size = 0;
  while (size < capacity) {
    WENSUM_ASSIGN_OR_RETURN(const size_t got, stream.Read(out + size, capacity - size));
    if (got == 0) break;
    size += got;
  }
  return size;
}

}  // namespace

std::string_view EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kAuto:
      return "auto";
    case Encoding::kUtf8:
      return "utf-8";
    case Encoding::kWindows1252:
      return "windows-1252";
    case Encoding::kUtf16Le:
      return "utf-16le";
    case Encoding::kUtf16Be:
      return "utf-16be";
  }
  return "unknown";
}

absl::StatusOr<TextFacts> InspectText(const RawInput& input, const TextOptions& options) {
  TextFacts facts;
  facts.file_bytes = input.size();
  std::array<char, 4> magic{};
  WENSUM_ASSIGN_OR_RETURN(const size_t magic_size, input.ReadAt(0, magic.data(), magic.size()));
  const std::string_view head(magic.data(), magic_size);
  facts.gzip = head.starts_with("\x1F\x8B");
  facts.zip = IsZip(head);
  std::unique_ptr<ByteStream> stream;
  if (facts.zip) {
    WENSUM_ASSIGN_OR_RETURN(ZipText text, OpenZip(&input));
    stream = std::move(text.stream);
    facts.zip_files = text.files;
  } else {
    WENSUM_ASSIGN_OR_RETURN(stream, OpenStream(input, facts));
  }
  TextInspector inspector(options, facts);
  Sha256 hash;
  std::vector<char> buffer(kChunkBytes);
  for (bool first = true;; first = false) {
    WENSUM_ASSIGN_OR_RETURN(const size_t got, ReadFully(*stream, buffer.data(), buffer.size()));
    if (got == 0) break;
    const std::string_view piece(buffer.data(), got);
    if (first) WENSUM_RETURN_IF_ERROR(inspector.Start(piece));
    WENSUM_RETURN_IF_ERROR(inspector.Update(piece));
    if (!IsCompressed(facts)) hash.Update(piece);
  }
  WENSUM_RETURN_IF_ERROR(inspector.Finish());
  if (IsCompressed(facts)) {
    WENSUM_ASSIGN_OR_RETURN(facts.sha256, HashWhole(input));
  } else {
    facts.sha256 = hash.FinishHex();
  }
  return facts;
}

ByteSource::ByteSource(std::unique_ptr<RawInput> input, TextFacts facts)
    : input_(std::move(input)), facts_(std::move(facts)) {}

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(std::unique_ptr<RawInput> input,
                                                             const TextOptions& options) {
  WENSUM_ASSIGN_OR_RETURN(TextFacts facts, InspectText(*input, options));
  std::unique_ptr<ByteSource> source(new ByteSource(std::move(input), std::move(facts)));
  WENSUM_RETURN_IF_ERROR(source->Rewind());
  return source;
}

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::OpenFile(const std::string& path, const TextOptions& options) {
  WENSUM_ASSIGN_OR_RETURN(std::unique_ptr<RawInput> input, OpenRawFile(path));
  return Open(std::move(input), options);
}

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::OpenMemory(std::string_view bytes, const TextOptions& options) {
  return Open(RawMemory(bytes), options);
}

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::OpenFileAgain(const std::string& path, const TextFacts& facts) {
  WENSUM_ASSIGN_OR_RETURN(std::unique_ptr<RawInput> input, OpenRawFile(path));
  if (input->size() != facts.file_bytes) {
    return FailedPrecondition(Cat(path, " has ", input->size(), " bytes now and had ", facts.file_bytes,
                                  " when it was first read; restore it or start a new run"));
  }
  std::unique_ptr<ByteSource> source(new ByteSource(std::move(input), facts));
  WENSUM_RETURN_IF_ERROR(source->Rewind());
  return source;
}

absl::Status ByteSource::Rewind() {
  const size_t mark = MarkBytes(facts_);
  pending_begin_ = pending_end_ = 0;
  if (!IsCompressed(facts_)) {
    stream_ = PlainStream(input_.get(), mark);
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(stream_, OpenStream(*input_, facts_));
  std::array<char, 4> skipped;
  if (mark > 0) {
    WENSUM_RETURN_IF_ERROR(ReadFully(*stream_, skipped.data(), mark).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> ByteSource::Read(char* out, size_t capacity) {
  return facts_.encoding == Encoding::kUtf8 ? stream_->Read(out, capacity) : ReadDecoded(out, capacity);
}

absl::StatusOr<size_t> ByteSource::ReadDecoded(char* out, size_t capacity) {
  if (pending_.empty()) {
    pending_.resize(kChunkBytes);
  }
  for (bool last = false; !last;) {
    if (pending_end_ - pending_begin_ < 4) {
      std::memmove(pending_.data(), pending_.data() + pending_begin_, pending_end_ - pending_begin_);
      pending_end_ -= pending_begin_;
      pending_begin_ = 0;
      WENSUM_ASSIGN_OR_RETURN(const size_t got,
                              stream_->Read(pending_.data() + pending_end_, pending_.size() - pending_end_));
      last = got == 0;
      pending_end_ += got;
    }
    const std::string_view in(pending_.data() + pending_begin_, pending_end_ - pending_begin_);
    const DecodeStep step = facts_.encoding == Encoding::kWindows1252
                                ? DecodeWindows1252(in, out, capacity)
                                : DecodeUtf16(in, facts_.encoding == Encoding::kUtf16Be, last, out, capacity);
    pending_begin_ += step.consumed;
    replaced_ += step.replaced;
    if (step.produced > 0) return step.produced;
  }
  return size_t{0};
}

absl::Status ByteSource::SeekText(uint64_t text_offset) {
  if (facts_.encoding == Encoding::kUtf8 && !IsCompressed(facts_)) {
    const uint64_t raw = text_offset + MarkBytes(facts_);
    if (raw > facts_.file_bytes) {
      return MakeStatus(absl::StatusCode::kOutOfRange,
                        Cat("the text has no byte ", text_offset, "; the file has ", facts_.file_bytes, " bytes"));
    }
    stream_ = PlainStream(input_.get(), raw);
    return absl::OkStatus();
  }
  WENSUM_RETURN_IF_ERROR(Rewind());
  std::vector<char> discarded(kChunkBytes);
  const size_t character = facts_.encoding == Encoding::kUtf8 ? 1 : kMaxCharacterBytes;
  while (text_offset > 0) {
    // Decoders stop when a whole character might not fit, so room for one less than that stops them at the offset.
    const uint64_t room = std::min<uint64_t>(text_offset + character - 1, discarded.size());
    WENSUM_ASSIGN_OR_RETURN(const size_t got, Read(discarded.data(), static_cast<size_t>(room)));
    if (got == 0 || got > text_offset) {
      return MakeStatus(absl::StatusCode::kOutOfRange,
                        "the text is shorter than the place to go on from, or another one than before");
    }
    text_offset -= got;
  }
  return absl::OkStatus();
}

}  // namespace wensum::ingest
