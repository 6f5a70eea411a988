// Answers kept by request id, so that a repeated request is answered and not done again (google.aip.dev/155).
#ifndef WENSUM_STORAGE_REQUEST_LOG_H_
#define WENSUM_STORAGE_REQUEST_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::storage {

// The format that PutRequest writes. Reading a later one gives FAILED_PRECONDITION; an unreadable value, DATA_LOSS.
inline constexpr uint32_t kRequestFormat = 1;

// The answer kept for a request, or nullopt if it is new. `id_hash`: kHashSize bytes, of (method, request id).
// `content_hash`: of the request without its id. INVALID_ARGUMENT if the id was used with other content.
absl::StatusOr<std::optional<std::string>> FindRequest(const Reader& reader, RegisterId reg, std::string_view id_hash,
                                                       uint64_t content_hash);

// Adds the answer to the batch that holds what the request did. Call after FindRequest gave nullopt.
void PutRequest(RegisterId reg, std::string_view id_hash, uint64_t content_hash, TimeMicros time,
                std::string_view response, WriteBatch& batch);

// Adds the deletion of up to `max` answers put before `before` to the batch, oldest first; returns how many.
absl::StatusOr<size_t> ExpireRequests(const Reader& reader, RegisterId reg, TimeMicros before, size_t max,
                                      WriteBatch& batch);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_REQUEST_LOG_H_
