#include "services/imports/follow_up.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/strings.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::imports {
namespace {

using storage::v1::ImportRun;

// Something is left of it: a later one that was rolled back, or that did nothing, is not in the way.
bool Stands(const ImportRun& run) {
  if (run.rolled_back_by() != 0 || run.kind() == static_cast<uint32_t>(RunKind::kRollBack)) {
    return false;
  }
  const bool took_in = run.state() == v1::ImportRun::STATE_SUCCEEDED && run.repeats() == 0;
  return took_in || run.rows_done() != 0 || run.first_revision() != 0;
}

absl::Status CheckConfirm(const ImportRun& run, const storage::v1::Feed& feed, const std::vector<ImportRun>& newer) {
  if (run.deletes_withheld() == 0) {
    return FailedPrecondition(Cat("importRuns/", run.id(), " withheld no deletions: there is nothing to confirm"));
  }
  if (feed.last_run() != run.id()) {
    return FailedPrecondition(Cat("importRuns/", run.id(), " is not the last extract of feed ", Quote(run.feed()),
                                  ": importRuns/", feed.last_run(), " says what is missing now"));
  }
  const auto confirmed = std::ranges::find_if(newer, [](const ImportRun& other) {
    return other.kind() == static_cast<uint32_t>(RunKind::kConfirmDeletes) && Stands(other);
  });
  return confirmed == newer.end() ? absl::OkStatus()
                                  : FailedPrecondition(Cat("importRuns/", confirmed->id(), " confirmed these already"));
}

absl::Status CheckRollBack(const ImportRun& run, const std::vector<ImportRun>& newer) {
  if (run.kind() == static_cast<uint32_t>(RunKind::kRollBack)) {
    return FailedPrecondition(Cat("importRuns/", run.id(), " is a roll-back: send its extract again instead"));
  }
  if (run.rolled_back_by() != 0) {
    return FailedPrecondition(Cat("importRuns/", run.rolled_back_by(), " rolled it back already"));
  }
  if (!run.tracked()) {
    return FailedPrecondition(Cat("importRuns/", run.id(),
                                  " was made by a version that did not keep which records came by which run: send the "
                                  "extract before it with any_order instead"));
  }
  const auto in_the_way = std::ranges::find_if(newer, Stands);
  return in_the_way == newer.end() ? absl::OkStatus()
                                   : FailedPrecondition(Cat("importRuns/", in_the_way->id(), " of feed ",
                                                            Quote(run.feed()), " came after it: roll that back first"));
}

}  // namespace

absl::Status CheckFollowUp(RunKind kind, const ImportRun& run, const storage::v1::Feed& feed,
                           const std::vector<ImportRun>& newer) {
  if (run.state() == v1::ImportRun::STATE_RUNNING) {
    return FailedPrecondition(Cat("importRuns/", run.id(), " has not ended yet: wait for it, see GetRun"));
  }
  if (run.mapping_yaml().empty()) {
    return FailedPrecondition(
        Cat("importRuns/", run.id(), " is of feed ", Quote(run.feed()),
            ", whose files have no mapping: to go back, take in the supply before it with any_order"));
  }
  return kind == RunKind::kRollBack ? CheckRollBack(run, newer) : CheckConfirm(run, feed, newer);
}

}  // namespace wensum::imports
