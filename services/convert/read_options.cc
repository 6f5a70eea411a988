#include "services/convert/read_options.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "services/rpc/status_details.h"

namespace wensum::convert {

absl::StatusOr<registry::ReadSpec> FromReadOptions(const v1::ReadOptions& options) {
  registry::ReadSpec spec;
  spec.min_revision = options.min_revision();
  if (options.as_of_case() == v1::ReadOptions::kAsOfRevision) {
    spec.as_of_revision = options.as_of_revision();
  } else if (options.as_of_case() == v1::ReadOptions::kAsOfTime) {
    const absl::StatusOr<TimeMicros> time = FromTimestamp(options.as_of_time());
    if (!time.ok()) {
      return rpc::InvalidField("read.as_of_time", Message(time.status()));
    }
    spec.as_of_time = *time;
  }
  return spec;
}

absl::StatusOr<registry::ReadView> OpenView(const registry::Register& reg, const v1::ReadOptions& options) {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadSpec spec, FromReadOptions(options));
  return OpenView(reg, spec);
}

absl::StatusOr<registry::ReadView> OpenView(const registry::Register& reg, const registry::ReadSpec& spec) {
  absl::StatusOr<registry::ReadView> view = reg.OpenView(spec);
  if (view.status().code() == absl::StatusCode::kFailedPrecondition) {
    return rpc::WithReason(view.status(), rpc::reason::kRevisionNotReached,
                           {{"revision", Cat(reg.revision())}, {"min_revision", Cat(spec.min_revision)}});
  }
  if (view.status().code() == absl::StatusCode::kOutOfRange) {
    return rpc::WithReason(view.status(), rpc::reason::kRevisionInFuture, {{"revision", Cat(reg.revision())}});
  }
  return view;
}

absl::Status CheckReached(const registry::Register& reg, const v1::ReadOptions& options) {
  const uint64_t revision = reg.revision();
  if (options.min_revision() <= revision) {
    return absl::OkStatus();
  }
  return rpc::WithReason(FailedPrecondition(Cat("read.min_revision: revision ", options.min_revision(),
                                                " is not reached yet, the server is at ", revision, "; try again")),
                         rpc::reason::kRevisionNotReached,
                         {{"revision", Cat(revision)}, {"min_revision", Cat(options.min_revision())}});
}

}  // namespace wensum::convert
