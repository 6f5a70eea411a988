// Review pairs as tasks of stewards: what is asked, under which name, and what a dismissal stands on.
#ifndef WENSUM_SERVICES_REGISTER_REVIEW_TASKS_H_
#define WENSUM_SERVICES_REGISTER_REVIEW_TASKS_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/resolve/live_reviews.h"
#include "services/register/decision_table.h"
#include "services/tasks/task_writer.h"
#include "storage/store.h"

namespace wensum::registry {

// The name of the pair, which may change with what its people's records say.
std::string ReviewCause(const matching::RecordReview& review);

// `anchors`: the ids by which the two people are known, which stay while records of theirs come and go. The evidence is
// left to the caller.
tasks::Condition ReviewCondition(const matching::RecordReview& review, std::string_view model_version,
                                 std::pair<uint64_t, uint64_t> anchors);

// Fingerprint of what the records of the two people say that tells people apart: names, dates of birth, NI numbers and
// other identifiers. Not of phones, addresses or scores: those change with every feed and every model, and a pair that
// was dismissed must not come back for that. Two people are named by one record each; of each the first 64 records
// count. DATA_LOSS if one cannot be read.
absl::StatusOr<uint64_t> ReviewEvidence(const storage::Reader& reader, uint32_t reg, uint64_t a, uint64_t b);

// The records of the person that an id leads to, ascending. DATA_LOSS if the id was never issued.
absl::StatusOr<std::vector<uint64_t>> PersonRecords(const storage::Reader& reader, uint32_t reg, uint64_t id);
// Hashes of what a record, deleted or not, and of what the records of a person say that tells people apart, as above:
// ascending, each once.
absl::StatusOr<std::vector<uint64_t>> RecordFacts(const storage::Reader& reader, uint32_t reg, uint64_t ordinal);
absl::StatusOr<std::vector<uint64_t>> PersonFacts(const storage::Reader& reader, uint32_t reg,
                                                  std::span<const uint64_t> records);

// True if a steward has said that the two people are two, and neither says anything by now that it did not say then:
// the pair waits for nobody. `decisions` belong to the state that `reader` shows.
absl::StatusOr<bool> IsAnswered(const storage::Reader& reader, uint32_t reg, const DecisionTable& decisions,
                                const matching::RecordReview& review);

// Calls `differ` with a sentence for each stored review pair that is not answered and holds no task, or one that says
// otherwise, and for each task that a pair holds which is not there, or is answered.
absl::Status CheckReviewTasks(const storage::Reader& reader, uint32_t reg, const DecisionTable& decisions,
                              const std::function<void(std::string)>& differ);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_REVIEW_TASKS_H_
