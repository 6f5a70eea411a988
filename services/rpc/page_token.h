// Opaque page tokens (AIP-158): where a list goes on.
#ifndef WENSUM_SERVICES_RPC_PAGE_TOKEN_H_
#define WENSUM_SERVICES_RPC_PAGE_TOKEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message_lite.h"

namespace wensum::rpc {

// What a token stands for.
struct PageCursor {
  uint64_t revision = 0;  // that the list answers for, so that pages fit together
  uint64_t position = 0;  // what the list makes of it: last ordinal, last UPRN, ...
  std::string key;        // and, where that is not one item, the last of it: at most kMaxCursorKey bytes
  friend bool operator==(const PageCursor&, const PageCursor&) = default;
};

inline constexpr size_t kMaxCursorKey = 64;

// `parameters` is ParametersHash of the request; a token is good for that request alone.
std::string EncodePageToken(const PageCursor& cursor, uint64_t parameters);

// INVALID_ARGUMENT if the token was altered, is of another version (reason PAGE_TOKEN_INVALID) or was given for a
// request with other parameters (PAGE_TOKEN_MISMATCH).
absl::StatusOr<PageCursor> DecodePageToken(std::string_view token, uint64_t parameters);

// Hash of a request's deterministic bytes together with its type name. Equal for equal requests on every machine.
uint64_t HashMessage(const google::protobuf::MessageLite& message);

// Of a list request: of everything but the page size and the token.
template <typename Request>
uint64_t ParametersHash(Request request) {
  request.clear_page_size();
  request.clear_page_token();
  return HashMessage(request);
}

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_PAGE_TOKEN_H_
