// Budgets of requests, and the checks that hold them.
#ifndef WENSUM_SERVICES_RPC_LIMITS_H_
#define WENSUM_SERVICES_RPC_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::rpc {

inline constexpr int kMaxReceiveBytes = 4 * 1024 * 1024;  // of one message
inline constexpr size_t kMaxBatch = 1'000;                // names or records of one batch
inline constexpr size_t kMaxUploadChunk = 1024 * 1024;
inline constexpr size_t kMaxRequestIdLength = 36;  // a UUID

// The number of results to give: `fallback` for 0, at most `max`. INVALID_ARGUMENT for a negative number (AIP-158).
absl::StatusOr<size_t> PageSize(int32_t requested, size_t fallback, size_t max, std::string_view field = "page_size");

// INVALID_ARGUMENT unless 1 <= size <= kMaxBatch.
absl::Status CheckBatch(size_t size, std::string_view field);

// INVALID_ARGUMENT if `text` is longer than `max` bytes or not UTF-8.
absl::Status CheckText(std::string_view text, size_t max, std::string_view field);

// INVALID_ARGUMENT unless `id` is empty or a UUID in its usual form (RFC 4122).
absl::Status CheckRequestId(std::string_view id, std::string_view field = "request_id");

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_LIMITS_H_
