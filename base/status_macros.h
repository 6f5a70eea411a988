// Early-return macros for absl::Status and absl::StatusOr, and constructors of statuses from standard string views.
//
// Abseil 20220623 ships neither, and Debian builds it with its own string_view type; these helpers keep both facts in
// one place.
#ifndef WENSUM_BASE_STATUS_MACROS_H_
#define WENSUM_BASE_STATUS_MACROS_H_

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum {

// Builds a status of the given code. `message` says what is wrong, where, and how to mend it.
inline absl::Status MakeStatus(absl::StatusCode code, std::string_view message) {
  return absl::Status(code, absl::string_view(message.data(), message.size()));
}
inline absl::Status InvalidArgument(std::string_view message) {
  return MakeStatus(absl::StatusCode::kInvalidArgument, message);
}
inline absl::Status NotFound(std::string_view message) { return MakeStatus(absl::StatusCode::kNotFound, message); }
inline absl::Status FailedPrecondition(std::string_view message) {
  return MakeStatus(absl::StatusCode::kFailedPrecondition, message);
}
inline absl::Status DataLoss(std::string_view message) { return MakeStatus(absl::StatusCode::kDataLoss, message); }
inline absl::Status Internal(std::string_view message) { return MakeStatus(absl::StatusCode::kInternal, message); }
inline absl::Status Unavailable(std::string_view message) {
  return MakeStatus(absl::StatusCode::kUnavailable, message);
}
inline absl::Status Aborted(std::string_view message) { return MakeStatus(absl::StatusCode::kAborted, message); }
inline absl::Status ResourceExhausted(std::string_view message) {
  return MakeStatus(absl::StatusCode::kResourceExhausted, message);
}

// The message of a status as a standard string view; valid while `status` lives.
inline std::string_view Message(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

// The same status with `context` and ": " put before its message; OK stays OK.
absl::Status Annotate(const absl::Status& status, std::string_view context);

}  // namespace wensum

#define WENSUM_STATUS_CONCAT_INNER(a, b) a##b
#define WENSUM_STATUS_CONCAT(a, b) WENSUM_STATUS_CONCAT_INNER(a, b)

// Returns the status from the enclosing function unless it is OK.
#define WENSUM_RETURN_IF_ERROR(expr)                                \
  do {                                                              \
    if (absl::Status wensum_status = (expr); !wensum_status.ok()) { \
      return wensum_status;                                         \
    }                                                               \
  } while (false)

// Evaluates a StatusOr; assigns its value to `lhs` (which may declare a variable) or returns its status.
#define WENSUM_ASSIGN_OR_RETURN(lhs, expr) \
  WENSUM_ASSIGN_OR_RETURN_INNER(WENSUM_STATUS_CONCAT(wensum_statusor_, __LINE__), lhs, expr)
#define WENSUM_ASSIGN_OR_RETURN_INNER(temp, lhs, expr) \
  auto temp = (expr);                                  \
  if (!temp.ok()) {                                    \
    return temp.status();                              \
  }                                                    \
  lhs = std::move(temp).value()

#endif  // WENSUM_BASE_STATUS_MACROS_H_
