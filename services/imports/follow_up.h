// Runs without a file: what is done about an earlier run.
#ifndef WENSUM_SERVICES_IMPORTS_FOLLOW_UP_H_
#define WENSUM_SERVICES_IMPORTS_FOLLOW_UP_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wensum/storage/v1/imports.pb.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::imports {

// What a run does. Values are stored and equal those of wensum.v1.ImportRun.Kind, but that 0 is stored of files.
enum class RunKind : uint8_t { kFile = 0, kConfirmDeletes = 2, kRollBack = 3 };

// FAILED_PRECONDITION, saying why and what to do first, if a run of this kind may not be made about `run` now. `feed`
// is what is known of its feed, `newer` the runs of the feed behind it.
absl::Status CheckFollowUp(RunKind kind, const storage::v1::ImportRun& run, const storage::v1::Feed& feed,
                           const std::vector<storage::v1::ImportRun>& newer);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_FOLLOW_UP_H_
