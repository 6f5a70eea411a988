// Which state a read answers for.
#ifndef WENSUM_SERVICES_CONVERT_READ_OPTIONS_H_
#define WENSUM_SERVICES_CONVERT_READ_OPTIONS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/register/register.h"
#include "wensum/v1/common.pb.h"

namespace wensum::convert {

// INVALID_ARGUMENT for an impossible time.
absl::StatusOr<registry::ReadSpec> FromReadOptions(const v1::ReadOptions& options);

// The view that the options ask for, with the reason of the error if there is none: REVISION_NOT_REACHED or
// REVISION_IN_FUTURE.
absl::StatusOr<registry::ReadView> OpenView(const registry::Register& reg, const v1::ReadOptions& options);
absl::StatusOr<registry::ReadView> OpenView(const registry::Register& reg, const registry::ReadSpec& spec);

// True if the options ask for the newest state, so that it can be read without a snapshot.
inline bool IsNewest(const v1::ReadOptions& options) { return options.as_of_case() == v1::ReadOptions::AS_OF_NOT_SET; }
// FAILED_PRECONDITION (REVISION_NOT_REACHED) unless the register has reached options.min_revision.
absl::Status CheckReached(const registry::Register& reg, const v1::ReadOptions& options);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_READ_OPTIONS_H_
