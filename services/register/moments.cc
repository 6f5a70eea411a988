#include "services/register/moments.h"

#include "base/status_macros.h"
#include "storage/change_log.h"

namespace wensum::registry {
namespace {

constexpr size_t kMoments = 256;

}  // namespace

absl::StatusOr<uint64_t> Moments::RevisionAt(const storage::Reader& reader, uint32_t reg, TimeMicros time) const {
  {
    const ReaderLock lock(mutex_);
    if (const auto found = revisions_.find(time); found != revisions_.end()) {
      return found->second;
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const auto revision, storage::RevisionAt(reader, reg, time));
  WENSUM_ASSIGN_OR_RETURN(const auto newest, storage::NewestRevision(reader, reg));
  // Once there is a later commit, all that come are later still.
  if (newest.value_or(0) > revision.value_or(0)) {
    const MutexLock lock(mutex_);
    if (revisions_.size() >= kMoments) {
      revisions_.clear();
    }
    revisions_.emplace(time, revision.value_or(0));
  }
  return revision.value_or(0);
}

}  // namespace wensum::registry
