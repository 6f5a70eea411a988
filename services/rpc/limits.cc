#include "services/rpc/limits.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {

absl::StatusOr<size_t> PageSize(int32_t requested, size_t fallback, size_t max, std::string_view field) {
  if (requested < 0) {
    return InvalidField(field, Cat("is ", requested, "; give 0 for the default of ", fallback, ", or 1 to ", max));
  }
  return requested == 0 ? fallback : std::min(static_cast<size_t>(requested), max);
}

absl::Status CheckBatch(size_t size, std::string_view field) {
  if (size == 0) {
    return InvalidField(field, "is empty; give at least one");
  }
  if (size > kMaxBatch) {
    const std::string description = Cat("holds ", size, "; at most ", kMaxBatch, " fit one call, send several");
    return WithFieldViolations(WithReason(InvalidArgument(Cat(field, ": ", description)), reason::kBatchTooLarge),
                               {{std::string(field), description}});
  }
  return absl::OkStatus();
}

absl::Status CheckText(std::string_view text, size_t max, std::string_view field) {
  if (text.size() > max) {
    return InvalidField(field, Cat("is ", text.size(), " bytes long; at most ", max, " are taken"));
  }
  if (!IsValidUtf8(text)) {
    return InvalidField(field, "is not UTF-8");
  }
  return absl::OkStatus();
}

absl::Status CheckRequestId(std::string_view id, std::string_view field) {
  if (id.empty()) {
    return absl::OkStatus();
  }
  bool well_formed = id.size() == kMaxRequestIdLength;
  for (size_t i = 0; well_formed && i < id.size(); ++i) {
    const char c = id[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    well_formed = dash ? c == '-' : (IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
  }
  return well_formed ? absl::OkStatus()
                     : InvalidField(field, "is not a UUID; give one such as 123e4567-e89b-12d3-a456-426614174000");
}

}  // namespace wensum::rpc
