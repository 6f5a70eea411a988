#include "services/rpc/page_token.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "absl/strings/escaping.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {
namespace {

// Version, parameters, revision, position, key, checksum over all before it.
constexpr char kVersion = 1;
constexpr size_t kWord = 8;
constexpr size_t kKeyAt = 1 + 3 * kWord;
constexpr size_t kLeastBytes = kKeyAt + kWord;
constexpr size_t kMostBytes = kLeastBytes + kMaxCursorKey;
constexpr uint64_t kChecksumSeed = 0x70616765746F6B65ULL;

void AppendWord(std::string& out, uint64_t word) {
  for (size_t shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(word >> shift)));
  }
}

uint64_t ReadWord(std::string_view bytes) {
  uint64_t word = 0;
  for (size_t i = 0; i < kWord; ++i) {
    word |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

}  // namespace

std::string EncodePageToken(const PageCursor& cursor, uint64_t parameters) {
  std::string bytes(1, kVersion);
  AppendWord(bytes, parameters);
  AppendWord(bytes, cursor.revision);
  AppendWord(bytes, cursor.position);
  AppendTo(bytes, cursor.key);
  AppendWord(bytes, Hash64(bytes, kChecksumSeed));
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<PageCursor> DecodePageToken(std::string_view token, uint64_t parameters) {
  std::string bytes;
  const bool decoded = token.size() <= 2 * kMostBytes &&
                       absl::WebSafeBase64Unescape(absl::string_view(token.data(), token.size()), &bytes);
  const std::string_view view = bytes;
  const size_t checksum_at = view.size() < kLeastBytes ? 0 : view.size() - kWord;
  if (!decoded || checksum_at == 0 || view.size() > kMostBytes || view[0] != kVersion ||
      ReadWord(view.substr(checksum_at)) != Hash64(view.substr(0, checksum_at), kChecksumSeed)) {
    return WithReason(WithFieldViolations(
                          InvalidArgument("page_token: is not a token of this server; start again without one, or send "
                                          "next_page_token unchanged"),
                          {{"page_token", "is not a token of this server"}}),
                      reason::kPageTokenInvalid);
  }
  if (ReadWord(view.substr(1)) != parameters) {
    return WithReason(
        WithFieldViolations(InvalidArgument("page_token: belongs to a request with other parameters; only page_size "
                                            "may change between pages"),
                            {{"page_token", "belongs to a request with other parameters"}}),
        reason::kPageTokenMismatch);
  }
  return PageCursor{.revision = ReadWord(view.substr(1 + kWord)),
                    .position = ReadWord(view.substr(1 + 2 * kWord)),
                    .key = std::string(view.substr(kKeyAt, checksum_at - kKeyAt))};
}

uint64_t HashMessage(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return HashCombine(Hash64(message.GetTypeName()), Hash64(bytes));
}

}  // namespace wensum::rpc
