// What the answers to a drawn sample say of the tasks that it was drawn from.
#ifndef WENSUM_SERVICES_DECISIONS_BULK_SAMPLE_H_
#define WENSUM_SERVICES_DECISIONS_BULK_SAMPLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/register/bulk_store.h"
#include "services/tasks/task_store.h"
#include "storage/store.h"

namespace wensum::decisions {

// The share of errors that a sample with so many of them refutes with 95 % confidence if it is exceeded: the one-sided
// upper bound of Clopper and Pearson, "The use of confidence or fiducial limits" (Biometrika 26, 1934): the p for which
// errors or fewer among `sample` draws have a probability of 0.05. For draws without replacement it is on the safe
// side. 1 if all, or none, were drawn. Exact to 1e-12; takes `errors` times some 50 steps.
double ErrorBound(uint64_t sample, uint64_t errors);

// The task still asks what the filter selected: two people, with a score of the band, for one of the reasons.
bool Fits(const storage::v1::BulkFilter& filter, const tasks::Task& task);
// It does, and the records of the two people say what they said when the task was frozen. Errors are the store's.
absl::StatusOr<bool> AsFrozen(const storage::Reader& reader, uint32_t reg, const storage::v1::BulkFilter& filter,
                              const tasks::Task& task, uint64_t evidence);

struct SampledTask {
  registry::BulkTaskAt at;
  registry::BulkOutcome outcome = registry::BulkOutcome::kNone;  // kNone: it is waited for
  uint64_t decision = 0;                                         // that answers it; 0: none
};
struct Sample {
  std::vector<SampledTask> tasks;  // in the order of the draw
  size_t answered = 0;             // of these
  size_t errors = 0;               // of these
  size_t passed_over = 0;          // before the last of these
  bool cut = false;                // kMostPassedOver were passed over, and there are more
};
enum class SampleVerdict : uint8_t { kWaiting, kAccepted, kRefused };

// Tasks that one look at a sample passes over: a sample with more is never accepted.
inline constexpr size_t kMostPassedOver = 20'000;

// The sample of a bulk decision as the state has it (bulk_decisions.proto says which tasks are in it). Of one that was
// applied: as it was then. Some 50 microseconds for each task looked at. Errors are the store's.
absl::StatusOr<Sample> LookAtSample(const storage::Reader& reader, uint32_t reg, const storage::v1::BulkDecision& bulk);
SampleVerdict Judge(const Sample& sample, const storage::v1::BulkDecision& bulk);

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_BULK_SAMPLE_H_
